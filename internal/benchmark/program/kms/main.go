// Command kms creates one access point with this module.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/accesspoint-go/accesspoint/kms"
)

func main() {
	client, err := kms.New(kms.Config{
		Region: "cn-hangzhou", Endpoint: os.Args[1],
		Credentials: kms.StaticCredentials{AccessKeyID: "id", AccessKeySecret: os.Getenv("SECRET")},
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	out, err := client.CreateApplicationAccessPoint(context.Background(), kms.CreateApplicationAccessPointRequest{
		Name: "application-42", Policies: []string{"tenant-42-keys"},
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(out.Name)
}
