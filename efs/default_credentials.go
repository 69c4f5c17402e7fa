package efs

import (
	"context"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/aws"
)

// DefaultCredentials returns the credentials that the machine has to offer: those
// of the first of these sources that is set up.
//
//   - the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
//     AWS_SESSION_TOKEN
//   - the role of a pod (IRSA): AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE
//   - the profile default, or that of AWS_PROFILE, in ~/.aws/config and
//     ~/.aws/credentials: keys, role_arn with source_profile or
//     credential_source, web_identity_token_file or credential_process
//   - the role of the container (ECS, EKS Pod Identity):
//     AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI
//   - the role of the EC2 instance, by its metadata service (IMDSv2)
//
// A source that is set up serves, or fails: the program never becomes somebody
// else because a source is out of order for a moment. The error names all that
// were asked, and why each did not serve. Nothing is read or sent before the first
// Retrieve.
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
