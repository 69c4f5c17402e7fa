package privatelink

import (
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
func DefaultCredentials() Credentials { return alibaba.Default() }

// CredentialsFromAlibaba returns the credentials of the official
// github.com/aliyun/credentials-go, for what [DefaultCredentials] does not do:
//
//	provider, err := credentials.NewCredential(nil)
//	…
//	creds, err := privatelink.CredentialsFromAlibaba(provider)
//
// C is its CredentialModel. The error says which field C lacks. The provider is
// called by one goroutine at a time, at most every minute or so.
func CredentialsFromAlibaba[C any](p interface{ GetCredential() (C, error) }) (Credentials, error) {
	c, err := credential.FromAlibaba(p)
	if err != nil {
		return nil, fmt.Errorf("privatelink: CredentialsFromAlibaba: %w", err)
	}
	return c, nil
}
