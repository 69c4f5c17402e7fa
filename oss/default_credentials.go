package oss

import (
	"context"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
)

// DefaultCredentials returns the credentials that the machine has to offer: those
// of the first source that is set up, of the ones that the package comment lists
// under Credentials. Nothing is read or sent before the first Retrieve.
//
// The value keeps its key and fetches the next one in time, one fetch for all
// callers, each of which waits for no longer than its context. Make it once and
// share it. It also has the methods Source, which names the source that serves,
// and PassedOver, which says in a line for each why those before it do not.
func DefaultCredentials() Credentials { return alibaba.DefaultForOSS() }

// CredentialsFromAlibaba returns the credentials of the official
// github.com/aliyun/credentials-go, for what [DefaultCredentials] does not do:
//
//	provider, err := credentials.NewCredential(nil)
//	…
//	creds, err := oss.CredentialsFromAlibaba(provider)
//
// C is its CredentialModel. The error says which field C lacks. The provider is
// called by one goroutine at a time, at most every minute or so.
func CredentialsFromAlibaba[C any](p interface{ GetCredential() (C, error) }) (Credentials, error) {
	c, err := credential.FromAlibaba(p)
	if err != nil {
		return nil, fmt.Errorf("oss: CredentialsFromAlibaba: %w", err)
	}
	return c, nil
}

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
