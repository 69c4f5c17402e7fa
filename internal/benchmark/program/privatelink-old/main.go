// Command privatelink-old creates one endpoint with alibaba-cloud-sdk-go.
package main

import (
	"fmt"
	"os"
	"strings"

	sdk "github.com/aliyun/alibaba-cloud-sdk-go/services/privatelink"
)

func main() {
	client, err := sdk.NewClientWithAccessKey("cn-hangzhou", "id", os.Getenv("SECRET"))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	request := sdk.CreateCreateVpcEndpointRequest()
	request.Scheme, request.Domain, _ = strings.Cut(os.Args[1], "://")
	request.VpcId, request.ServiceId, request.SecurityGroupId = "vpc-1", "epsrv-1", &[]string{"sg-1"}
	out, err := client.CreateVpcEndpoint(request)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(out.EndpointId)
}
