// Command privatelink creates one access point with this module.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/accesspoint-go/accesspoint/privatelink"
)

func main() {
	client, err := privatelink.New(privatelink.Config{
		Region: "cn-hangzhou", Endpoint: os.Args[1],
		Credentials: privatelink.StaticCredentials{AccessKeyID: "id", AccessKeySecret: os.Getenv("SECRET")},
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	out, err := client.CreateVpcEndpoint(context.Background(), privatelink.CreateVpcEndpointRequest{
		VpcID: "vpc-1", ServiceID: "epsrv-1", SecurityGroupIDs: []string{"sg-1"},
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(out.EndpointID)
}
