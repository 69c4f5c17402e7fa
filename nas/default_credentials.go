package nas

import (
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
)

// DefaultCredentials returns the credentials that the machine offers. It uses the
// first of these sources that is configured:
//
//   - the environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET
//     and ALIBABA_CLOUD_SECURITY_TOKEN
//   - the role of a pod (RRSA): ALIBABA_CLOUD_ROLE_ARN,
//     ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE
//   - a profile of the Alibaba Cloud CLI in ~/.aliyun/config.json, the current one or
//     that of ALIBABA_CLOUD_PROFILE, with the mode AK, StsToken, RamRoleArn,
//     ChainableRamRoleArn, EcsRamRole, OIDC, CredentialsURI, External, or CloudSSO or
//     OAuth, whose keys only the CLI can renew
//   - ~/.alibabacloud/credentials
//   - the RAM role of the ECS instance, from its metadata service
//   - the URL in ALIBABA_CLOUD_CREDENTIALS_URI
//
// If the source that is configured fails, the credentials fail: the program never
// falls back to another identity because a source is temporarily unavailable. The
// error names every source that was tried, and why it gave no key. As in the
// official SDK, a role that the environment names together with an AccessKey is
// ignored: see [AssumeRole]. Nothing is read or sent before the first Retrieve.
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
// The type parameter C is the SDK's CredentialModel; it is inferred. The call
// fails if p is nil, or if C lacks a field; the error names it. One goroutine at
// a time calls the provider, no more than about once a minute.
func CredentialsFromAlibaba[C any](p interface{ GetCredential() (C, error) }) (Credentials, error) {
	c, err := credential.FromAlibaba(p)
	if err != nil {
		return nil, fmt.Errorf("nas: CredentialsFromAlibaba: %w", err)
	}
	return c, nil
}
