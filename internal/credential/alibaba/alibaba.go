// Package alibaba finds the credentials of Alibaba Cloud that a machine has to
// offer, in the places and in the order of the official credentials-go.
//
// It differs from that on purpose where a source is set up and fails: the search
// ends there (see [credential.Chain]); the metadata service is asked without a
// token only if ALIBABA_CLOUD_IMDSV1_DISABLED is false, and not whenever the
// token cannot be had; files are read again for every key; nothing is written back
// to them, and logging in by CloudSSO or OAuth is left to the CLI; transient errors
// are retried. All differences, and why, are in internal/conformance.
package alibaba

import (
	"context"
	"fmt"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// Default returns the chain of this machine.
func Default() *credential.Chain { return New(machine.Machine{}) }

// DefaultForOSS returns the chain of this machine, in which the names that the
// OSS SDKs give a key in the environment come first.
func DefaultForOSS() *credential.Chain {
	m := machine.Machine{}
	return New(m, Environment(m, "OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN"))
}

// New returns the chain of a machine, with first before the sources that all
// services have.
func New(m machine.Machine, first ...credential.Source) *credential.Chain {
	s := &sources{m}
	return credential.NewChain(append(first,
		Environment(m, "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"),
		credential.Source{Name: "OIDC role", Fetch: s.oidcOfEnvironment},
		credential.Source{Name: "CLI profile", Fetch: s.cliProfile},
		credential.Source{Name: "credentials file", Fetch: s.credentialsFile},
		credential.Source{Name: "ECS RAM role", Fetch: s.ecsOfEnvironment},
		credential.Source{Name: "credentials URI", Fetch: s.uriOfEnvironment},
	)...)
}

// Environment is the key in three environment variables.
func Environment(m machine.Machine, id, secret, token string) credential.Source {
	return credential.Source{Name: "environment " + id, Fetch: func(context.Context) (*credential.Fetched, error) {
		key := credential.Key{ID: m.Getenv(id), Secret: m.Getenv(secret), Token: m.Getenv(token)}
		switch {
		case key.ID == "":
			return nil, credential.Absent(id + " is not set")
		case key.Secret == "":
			return nil, credential.Absent(id + " is set and " + secret + " is not")
		}
		return &credential.Fetched{Key: key}, nil
	}}
}

// sources are the sources of a machine.
type sources struct{ m machine.Machine }

// remoteTimeout bounds an attempt at a service that is not on the machine.
const remoteTimeout = 8 * time.Second

func (s *sources) uriOfEnvironment(ctx context.Context) (*credential.Fetched, error) {
	uri := s.m.Getenv("ALIBABA_CLOUD_CREDENTIALS_URI")
	if uri == "" {
		return nil, credential.Absent("ALIBABA_CLOUD_CREDENTIALS_URI is not set")
	}
	return s.uri(ctx, uri)
}

// uri asks a service that somebody runs for this machine. Its URL may hold a
// token and is not quoted.
func (s *sources) uri(ctx context.Context, uri string) (*credential.Fetched, error) {
	var got *credential.Fetched
	err := s.m.Do(ctx, &machine.Request{Method: "GET", URL: uri, Timeout: remoteTimeout, Read: func(answer *machine.Answer) (err error) {
		if answer.Status != 200 {
			return answer.Refused("", "")
		}
		got, err = readKey(answer)
		return err
	}})
	return got, err
}

// An incomparable field takes from a struct the code that compares it, which
// every program would carry: 2 KB for a profile and a key.
type incomparable [0]func()

// A key is one as the services of Alibaba Cloud answer it.
type key struct {
	_               incomparable
	Code            string
	AccessKeyID     string `json:"AccessKeyId"`
	AccessKeySecret string
	SecurityToken   string
	Expiration      string
}

// readKey reads the key of an answer that is one.
func readKey(answer *machine.Answer) (*credential.Fetched, error) {
	var k key
	if err := answer.JSON(&k); err != nil {
		return nil, err
	}
	return k.fetched(answer)
}

func (k *key) fetched(answer *machine.Answer) (*credential.Fetched, error) {
	if k.Code != "" && k.Code != "Success" {
		return nil, fmt.Errorf("%s answered with the code %.100s", answer.Host, k.Code)
	}
	got, err := answer.Key(k.AccessKeyID, k.AccessKeySecret, k.SecurityToken, k.Expiration)
	if err == nil && got.Expires.IsZero() {
		return nil, fmt.Errorf("the key that %s gave has no end", answer.Host)
	}
	return got, err
}
