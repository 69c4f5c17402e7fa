// Command kms-v3 creates one access point with kms-20160120/v3.
package main

import (
	"fmt"
	"os"
	"strings"

	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	sdk "github.com/alibabacloud-go/kms-20160120/v3/client"
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
	out, err := client.CreateApplicationAccessPoint(&sdk.CreateApplicationAccessPointRequest{
		Name: tea.String("application-42"), Policies: tea.String(`["tenant-42-keys"]`),
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(*out.Body.Name)
}
