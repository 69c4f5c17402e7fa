// Command efs creates one access point with this module.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/accesspoint-go/accesspoint/efs"
)

func main() {
	client, err := efs.New(efs.Config{
		Region: "us-east-1", Endpoint: os.Args[1],
		Credentials: efs.StaticCredentials{AccessKeyID: "id", SecretAccessKey: os.Getenv("SECRET")},
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	out, err := client.CreateAccessPoint(context.Background(), efs.CreateAccessPointRequest{
		FileSystemID: "fs-0123456789abcdef8", RootDirectory: &efs.RootDirectory{Path: "/volumes/42"},
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(out.AccessPointID)
}
