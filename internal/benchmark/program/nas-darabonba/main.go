// Command nas-darabonba creates one access point with the generic client of darabonba-openapi.
package main

import (
	"fmt"
	"os"
	"strings"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapiutil "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"
)

func main() {
	scheme, host, _ := strings.Cut(os.Args[1], "://")
	client, err := openapi.NewClient(&openapiutil.Config{
		AccessKeyId: tea.String("id"), AccessKeySecret: tea.String(os.Getenv("SECRET")), RegionId: tea.String("cn-hangzhou"),
		Endpoint: tea.String(host), Protocol: tea.String(scheme),
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	out, err := client.CallApi(
		&openapiutil.Params{
			Action: tea.String("CreateAccessPoint"), Version: tea.String("2017-06-26"), Protocol: tea.String("HTTPS"), Pathname: tea.String("/"),
			Method: tea.String("POST"), AuthType: tea.String("AK"), Style: tea.String("RPC"), ReqBodyType: tea.String("formData"), BodyType: tea.String("json"),
		},
		&openapiutil.OpenApiRequest{Query: openapiutil.Query(map[string]any{
			"FileSystemId": "31a8e4abcd", "VpcId": "vpc-1", "VswId": "vsw-1", "RootDirectory": "/volumes/42",
		})},
		&dara.RuntimeOptions{},
	)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(out["body"])
}
