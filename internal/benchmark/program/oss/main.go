// Command oss creates one access point with this module.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/accesspoint-go/accesspoint/oss"
)

func main() {
	client, err := oss.New(oss.Config{
		Region: "cn-hangzhou", Endpoint: os.Args[1],
		Credentials: oss.StaticCredentials{AccessKeyID: "id", AccessKeySecret: os.Getenv("SECRET")},
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	out, err := client.CreateAccessPoint(context.Background(), oss.CreateAccessPointRequest{
		Bucket: "examplebucket", AccessPointName: "ap-42", NetworkOrigin: oss.NetworkOriginInternet,
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(out.AccessPointARN)
}
