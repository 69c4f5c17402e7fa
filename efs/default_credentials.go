package efs

import (
	"context"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
)

// DefaultCredentials returns the credentials that the machine has to offer: those
// of the first source that is set up, of the ones that the package comment lists
// under Credentials. Nothing is read or sent before the first Retrieve.
//
// The value keeps its key and fetches the next one in time, one fetch for all
// callers, each of which waits for no longer than its context. Make it once and
// share it. It also has the methods Source, which names the source that serves,
// and PassedOver, which says in a line for each why those before it do not.
func DefaultCredentials() Credentials { return aws.Default() }

// CredentialsFromAWS returns the credentials of the official
// github.com/aws/aws-sdk-go-v2, for what [DefaultCredentials] does not do, such as
// profiles of IAM Identity Center (SSO):
//
//	cfg, err := config.LoadDefaultConfig(ctx)
//	…
//	creds, err := efs.CredentialsFromAWS(cfg.Credentials)
//
// C is its Credentials. The error says which field C lacks. The provider is
// called by one goroutine at a time, and again before its key expires.
func CredentialsFromAWS[C any](p interface {
	Retrieve(context.Context) (C, error)
}) (Credentials, error) {
	c, err := credential.FromAWS(p)
	if err != nil {
		return nil, fmt.Errorf("efs: CredentialsFromAWS: %w", err)
	}
	return c, nil
}
