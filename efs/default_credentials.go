package efs

import (
	"context"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
)

// DefaultCredentials returns the credentials that the machine offers. It uses the
// first of these sources that is configured:
//
//   - the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
//     AWS_SESSION_TOKEN
//   - the role of a pod (IRSA): AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE
//   - the profile default, or that of AWS_PROFILE, in ~/.aws/config and
//     ~/.aws/credentials, with keys, role_arn and source_profile or
//     credential_source, web_identity_token_file, or credential_process
//   - the role of the container (ECS, EKS Pod Identity):
//     AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI
//   - the role of the EC2 instance, from its metadata service (IMDSv2)
//
// If the source that is configured fails, the credentials fail: the program never
// falls back to another identity because a source is temporarily unavailable. The
// error names every source that was tried, and why it gave no key. Nothing is
// read or sent before the first Retrieve.
//
// The returned value caches its key and refreshes it before it expires.
// Concurrent callers share one refresh, and each waits no longer than its
// context allows. Transient errors of a source are retried. Create one value
// and share it. It also has the methods Source, which names the source in use,
// and PassedOver, which returns a line for each earlier source that says why it
// was not used.
func DefaultCredentials() Credentials { return aws.Default() }

// CredentialsFromAWS adapts credentials of the official
// github.com/aws/aws-sdk-go-v2, for sources that [DefaultCredentials] does not
// support, such as profiles of IAM Identity Center (SSO):
//
//	cfg, err := config.LoadDefaultConfig(ctx)
//	…
//	creds, err := efs.CredentialsFromAWS(cfg.Credentials)
//
// The type parameter C is the SDK's Credentials; it is inferred. The call fails
// if p is nil, or if C lacks a field; the error names it. One goroutine at a time
// calls the provider, and again before its key expires.
func CredentialsFromAWS[C any](p interface {
	Retrieve(context.Context) (C, error)
}) (Credentials, error) {
	c, err := credential.FromAWS(p)
	if err != nil {
		return nil, fmt.Errorf("efs: CredentialsFromAWS: %w", err)
	}
	return c, nil
}
