package efs_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
)

// DefaultCredentials finds the credentials of the machine, such as the role of a pod
// or of an instance. Create the value once, and share it between clients.
func ExampleDefaultCredentials() {
	creds := efs.DefaultCredentials() // looks for a key before the first request
	client, err := efs.New(efs.Config{Region: "us-east-1", Credentials: creds})
	fmt.Println(client, err)
	// Output: efs.Client <nil>
}

// AssumeRole assumes an IAM role, here of another account that requires an external
// ID, with the credentials of the machine, and with a session policy that permits
// less than the role.
func ExampleAssumeRole() {
	creds, err := efs.AssumeRole(efs.DefaultCredentials(), efs.Role{
		ARN:         "arn:aws:iam::123456789012:role/provisioner",
		ExternalID:  "customer-42",
		SessionName: "nightly-job",
		Duration:    30 * time.Minute,
		Policy:      `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"elasticfilesystem:Describe*","Resource":"*"}]}`,
	})
	if err != nil {
		log.Fatal(err)
	}
	client, err := efs.New(efs.Config{Region: "us-east-1", Credentials: creds})
	fmt.Println(client, err)
	// Output: efs.Client <nil>
}

// CredentialsFromAWS adapts the Credentials of an aws.Config of the official
// github.com/aws/aws-sdk-go-v2. A type with the same method takes its place here.
func ExampleCredentialsFromAWS() {
	provider := awsFunc(func(context.Context) (awsKey, error) { // in a program: cfg.Credentials
		return awsKey{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "secret"}, nil
	})
	creds, err := efs.CredentialsFromAWS(provider)
	if err != nil {
		log.Fatal(err)
	}
	id, _, _, _, err := creds.Retrieve(context.Background())
	fmt.Println(id, err)
	// Output: AKIAEXAMPLE <nil>
}
