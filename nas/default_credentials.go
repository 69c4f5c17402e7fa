package nas

import (
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/alibaba"
)

// DefaultCredentials returns the credentials that the machine has to offer: those
// of the first of these sources that is set up.
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
// A source that is set up serves, or fails: the program never becomes somebody
// else because a source is out of order for a moment. The error names all that
// were asked, and why each did not serve. A role that the environment names beside
// an AccessKey is left alone, as the official SDK leaves it; see [AssumeRole].
// Nothing is read or sent before the first Retrieve.
//
// The value keeps its key and fetches the next one in time, one fetch for all
// callers, each of which waits for no longer than its context. Make it once and
// share it. It also has the methods Source, which names the source that serves,
// and PassedOver, which says in a line for each why those before it do not.
func DefaultCredentials() Credentials { return alibaba.Default() }

// CredentialsFromAlibaba returns the credentials of the official
// github.com/aliyun/credentials-go, for what [DefaultCredentials] does not do:
//
//	provider, err := credentials.NewCredential(nil)
//	…
//	creds, err := nas.CredentialsFromAlibaba(provider)
//
// C is its CredentialModel. The error says which field C lacks. The provider is
// called by one goroutine at a time, at most every minute or so.
func CredentialsFromAlibaba[C any](p interface{ GetCredential() (C, error) }) (Credentials, error) {
	c, err := credential.FromAlibaba(p)
	if err != nil {
		return nil, fmt.Errorf("nas: CredentialsFromAlibaba: %w", err)
	}
	return c, nil
}
