// Command efs-aws-config creates one access point with aws-sdk-go-v2/service/efs, set up by its package config.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
)

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background(), config.WithRegion("us-east-1"),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("id", os.Getenv("SECRET"), "")))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	client := efs.NewFromConfig(cfg, func(o *efs.Options) { o.BaseEndpoint = aws.String(os.Args[1]) })
	out, err := client.CreateAccessPoint(context.Background(), &efs.CreateAccessPointInput{
		FileSystemId: aws.String("fs-0123456789abcdef8"), RootDirectory: &types.RootDirectory{Path: aws.String("/volumes/42")},
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(*out.AccessPointId)
}
