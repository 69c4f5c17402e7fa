// Command nas creates one access point with this module.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/accesspoint-go/accesspoint/nas"
)

func main() {
	client, err := nas.New(nas.Config{
		Region: "cn-hangzhou", Endpoint: os.Args[1],
		Credentials: nas.StaticCredentials{AccessKeyID: "id", AccessKeySecret: os.Getenv("SECRET")},
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	out, err := client.CreateAccessPoint(context.Background(), nas.CreateAccessPointRequest{
		FileSystemID: "31a8e4abcd", VpcID: "vpc-1", VSwitchID: "vsw-1", RootDirectory: "/volumes/42",
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(out.AccessPoint.AccessPointID)
}
