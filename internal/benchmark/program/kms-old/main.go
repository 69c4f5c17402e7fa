// Command kms-old creates one access point with alibaba-cloud-sdk-go.
package main

import (
	"fmt"
	"os"
	"strings"

	sdk "github.com/aliyun/alibaba-cloud-sdk-go/services/kms"
)

func main() {
	client, err := sdk.NewClientWithAccessKey("cn-hangzhou", "id", os.Getenv("SECRET"))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	request := sdk.CreateCreateApplicationAccessPointRequest()
	request.Scheme, request.Domain, _ = strings.Cut(os.Args[1], "://")
	request.Name, request.Policies = "application-42", `["tenant-42-keys"]`
	out, err := client.CreateApplicationAccessPoint(request)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(out.Name)
}
