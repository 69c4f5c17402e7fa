package nas_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/accesspoint-go/accesspoint/nas"
)

// DefaultCredentials finds the credentials of the machine, such as the role of a pod
// or of an instance. Create the value once, and share it between clients.
func ExampleDefaultCredentials() {
	creds := nas.DefaultCredentials() // looks for a key before the first request
	client, err := nas.New(nas.Config{Region: "cn-hangzhou", Credentials: creds})
	fmt.Println(client, err)
	// Output: nas.Client <nil>
}

// AssumeRole assumes a RAM role, here with the credentials of the machine, and with a
// session policy that permits less than the role.
func ExampleAssumeRole() {
	creds, err := nas.AssumeRole(nas.DefaultCredentials(), nas.Role{
		ARN:         "acs:ram::1234567890123456:role/provisioner",
		SessionName: "nightly-job",
		Duration:    30 * time.Minute,
		Policy:      `{"Version":"1","Statement":[{"Effect":"Allow","Action":["*:Describe*","*:Get*","*:List*"],"Resource":"*"}]}`,
	})
	if err != nil {
		log.Fatal(err)
	}
	client, err := nas.New(nas.Config{Region: "cn-hangzhou", Credentials: creds})
	fmt.Println(client, err)
	// Output: nas.Client <nil>
}

// CredentialsFromAlibaba adapts what NewCredential of the official
// github.com/aliyun/credentials-go returns. A type with the same methods takes its
// place here.
func ExampleCredentialsFromAlibaba() {
	var provider officialCredential // in a program: provider, err := credentials.NewCredential(nil)
	creds, err := nas.CredentialsFromAlibaba(provider)
	if err != nil {
		log.Fatal(err)
	}
	id, _, _, _, err := creds.Retrieve(context.Background())
	fmt.Println(id, err)
	// Output: LTAI5tExample <nil>
}

// An officialCredential stands for one of credentials-go.
type officialCredential struct{}

func (officialCredential) GetCredential() (*model, error) {
	return &model{AccessKeyId: new("LTAI5tExample"), AccessKeySecret: new("secret")}, nil
}
