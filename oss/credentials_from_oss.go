package oss

import (
	"context"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/credential"
)

// CredentialsFromOSS adapts a CredentialsProvider of the official
// github.com/aliyun/alibabacloud-oss-go-sdk-v2:
//
//	creds, err := oss.CredentialsFromOSS(credentials.NewEcsRoleCredentialsProvider())
//
// The type parameter C is the SDK's Credentials; it is inferred. The call fails
// if p is nil, or if C lacks a field; the error names it. One goroutine at a
// time calls the provider, and again before its key expires or, if the key does
// not expire, about once a minute.
func CredentialsFromOSS[C any](p interface {
	GetCredentials(context.Context) (C, error)
}) (Credentials, error) {
	c, err := credential.FromOSS(p)
	if err != nil {
		return nil, fmt.Errorf("oss: CredentialsFromOSS: %w", err)
	}
	return c, nil
}
