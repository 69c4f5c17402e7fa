package nas

import (
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
)

// DefaultCredentials returns the credentials that the machine offers: those of the
// first of these sources that is configured.
//
//   - the environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET
//     and ALIBABA_CLOUD_SECURITY_TOKEN
//   - the role of a pod (RRSA): ALIBABA_CLOUD_ROLE_ARN,
//     ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE
//   - the current profile of the command line, or that of ALIBABA_CLOUD_PROFILE,
//     in ~/.aliyun/config.json: AK, StsToken, RamRoleArn, ChainableRamRoleArn,
//     EcsRamRole, OIDC, CredentialsURI or External, and CloudSSO or OAuth for as
//     long as the key lasts that the command line keeps in it
//   - ~/.alibabacloud/credentials
//   - the RAM role of the ECS instance, by its metadata service
//   - ALIBABA_CLOUD_CREDENTIALS_URI
//
// A source that is configured serves, or fails: the program never falls back to
// another identity because a source is temporarily unavailable. The error names
// every source that was tried, and why it did not serve. A role that the
// environment names beside an AccessKey is ignored, as in the official SDK; see
// [AssumeRole]. Nothing is read or sent before the first Retrieve.
//
// The returned value caches its key and refreshes it before it expires.
// Concurrent callers share one refresh, and each waits no longer than its
// context allows. Transient errors of a source are retried. Create one value
// and share it. It also has the methods Source, which names the source in use,
// and PassedOver, which returns a line for each earlier source that says why it
// was not used.
func DefaultCredentials() Credentials { return alibaba.Default() }

// CredentialsFromAlibaba adapts credentials of the official
// github.com/aliyun/credentials-go, for sources that [DefaultCredentials] does
// not support:
//
//	provider, err := credentials.NewCredential(nil)
//	…
//	creds, err := nas.CredentialsFromAlibaba(provider)
//
// The type parameter C is the SDK's CredentialModel; it is inferred. The error
// names a field that C lacks. The provider is called by one goroutine at a
// time, about once a minute at most.
func CredentialsFromAlibaba[C any](p interface{ GetCredential() (C, error) }) (Credentials, error) {
	c, err := credential.FromAlibaba(p)
	if err != nil {
		return nil, fmt.Errorf("nas: CredentialsFromAlibaba: %w", err)
	}
	return c, nil
}
