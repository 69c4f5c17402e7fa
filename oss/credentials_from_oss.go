package oss

import (
	"context"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/credential"
)

// CredentialsFromOSS returns the credentials of a CredentialsProvider of the
// official github.com/aliyun/alibabacloud-oss-go-sdk-v2:
//
//	creds, err := oss.CredentialsFromOSS(credentials.NewEcsRoleCredentialsProvider())
//
// C is its Credentials. The error says which field C lacks. The provider is
// called by one goroutine at a time, and again before its key expires or, for a
// key without an end, every minute or so.
func CredentialsFromOSS[C any](p interface {
	GetCredentials(context.Context) (C, error)
}) (Credentials, error) {
	c, err := credential.FromOSS(p)
	if err != nil {
		return nil, fmt.Errorf("oss: CredentialsFromOSS: %w", err)
	}
	return c, nil
}
