// Command oss-sdk-v2 creates one access point with alibabacloud-oss-go-sdk-v2.
package main

import (
	"context"
	"fmt"
	"os"

	sdk "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
)

func main() {
	client := sdk.NewClient(sdk.LoadDefaultConfig().WithRegion("cn-hangzhou").WithEndpoint(os.Args[1]).
		WithCredentialsProvider(credentials.NewStaticCredentialsProvider("id", os.Getenv("SECRET"))))
	out, err := client.CreateAccessPoint(context.Background(), &sdk.CreateAccessPointRequest{
		Bucket: sdk.Ptr("examplebucket"),
		CreateAccessPointConfiguration: &sdk.CreateAccessPointConfiguration{
			AccessPointName: sdk.Ptr("ap-42"), NetworkOrigin: sdk.Ptr("internet"),
		},
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(*out.AccessPointArn)
}
