package oss_test

import (
	"context"
	"fmt"
	"log"

	"github.com/accesspoint-go/accesspoint/oss"
)

// CredentialsFromOSS adapts a CredentialsProvider of the official
// github.com/aliyun/alibabacloud-oss-go-sdk-v2. A type with the same method takes its
// place here.
func ExampleCredentialsFromOSS() {
	provider := ossProvider{ossKey{"LTAI5tExample", "secret", "", nil}} // in a program: credentials.NewEcsRoleCredentialsProvider()
	creds, err := oss.CredentialsFromOSS(provider)
	if err != nil {
		log.Fatal(err)
	}
	id, _, _, _, err := creds.Retrieve(context.Background())
	fmt.Println(id, err)
	// Output: LTAI5tExample <nil>
}
