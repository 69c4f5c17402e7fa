// Command efs-aws creates one access point with aws-sdk-go-v2/service/efs.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
)

func main() {
	client := efs.New(efs.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(os.Args[1]),
		Credentials: credentials.NewStaticCredentialsProvider("id", os.Getenv("SECRET"), ""),
	})
	out, err := client.CreateAccessPoint(context.Background(), &efs.CreateAccessPointInput{
		FileSystemId: aws.String("fs-0123456789abcdef8"), RootDirectory: &types.RootDirectory{Path: aws.String("/volumes/42")},
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(*out.AccessPointId)
}
