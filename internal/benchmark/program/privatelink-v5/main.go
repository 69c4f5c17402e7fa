// Command privatelink-v5 creates one endpoint with privatelink-20200415/v5.
package main

import (
	"fmt"
	"os"
	"strings"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	sdk "github.com/alibabacloud-go/privatelink-20200415/v5/client"
	"github.com/alibabacloud-go/tea/tea"
)

func main() {
	scheme, host, _ := strings.Cut(os.Args[1], "://")
	client, err := sdk.NewClient(&openapiutil.Config{
		AccessKeyId: tea.String("id"), AccessKeySecret: tea.String(os.Getenv("SECRET")), RegionId: tea.String("cn-hangzhou"),
		Endpoint: tea.String(host), Protocol: tea.String(scheme),
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	out, err := client.CreateVpcEndpoint(&sdk.CreateVpcEndpointRequest{
		RegionId: tea.String("cn-hangzhou"), VpcId: tea.String("vpc-1"), ServiceId: tea.String("epsrv-1"), SecurityGroupId: []*string{tea.String("sg-1")},
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(*out.Body.EndpointId)
}
