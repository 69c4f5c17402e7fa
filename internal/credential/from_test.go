package credential_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
)

// What follows has the form of the types of the official SDKs.

// aws-sdk-go-v2/aws.Credentials
type awsCredentials struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
	Source          string
	CanExpire       bool
	Expires         time.Time
	AccountID       string
}

type awsProvider interface {
	Retrieve(ctx context.Context) (awsCredentials, error)
}

type awsCache struct {
	value       awsCredentials
	err         error
	invalidated int
}

func (p *awsCache) Retrieve(context.Context) (awsCredentials, error) { return p.value, p.err }
func (p *awsCache) Invalidate()                                      { p.invalidated++ }

// credentials-go/credentials.CredentialModel
type credentialModel struct {
	AccessKeyId     *string //nolint:revive,staticcheck // so it is spelled there
	AccessKeySecret *string
	SecurityToken   *string
	BearerToken     *string
	Type            *string
	ProviderName    *string
}

type alibabaCredential interface {
	GetCredential() (*credentialModel, error)
	GetAccessKeyId() (*string, error) // so it is spelled there
}

type alibabaProvider struct {
	value *credentialModel
	err   error
	calls int
}

func (p *alibabaProvider) GetCredential() (*credentialModel, error) { p.calls++; return p.value, p.err }
func (p *alibabaProvider) GetAccessKeyId() (*string, error)         { return nil, nil } //nolint:revive,staticcheck,nilnil // so it is spelled there

// alibabacloud-oss-go-sdk-v2/oss/credentials.Credentials
type ossCredentials struct {
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string
	Expires         *time.Time
}

type ossProvider struct {
	value ossCredentials
	err   error
}

func (p ossProvider) GetCredentials(context.Context) (ossCredentials, error) { return p.value, p.err }

func expect(t *testing.T, c *credential.Cache, err error, want credential.Fetched) {
	t.Helper()
	if err != nil {
		t.Error(err)
		return
	}
	id, secret, token, expires, err := c.Retrieve(t.Context())
	if err != nil || id != want.ID || secret != want.Secret || token != want.Token || !expires.Equal(want.Expires) {
		t.Errorf("got %s, %s, %s, %v, %v", id, secret, token, expires, err)
	}
	if !strings.Contains(c.Source(), want.Source) {
		t.Errorf("the source is %s", c.Source())
	}
}

// TestFrom reads keys out of the types of the official SDKs.
func TestFrom(t *testing.T) {
	end := time.Now().Add(time.Hour)
	want := credential.Fetched{Key: credential.Key{ID: "id", Secret: "secret", Token: "token"}, Expires: end}

	aws := &awsCache{value: awsCredentials{AccessKeyID: "id", SecretAccessKey: "secret", SessionToken: "token", CanExpire: true, Expires: end}}
	want.Source = "awsCache"
	c, err := credential.FromAWS(aws)
	expect(t, c, err, want)
	c, err = credential.FromAWS(awsProvider(aws)) // as a field of an interface type holds it
	expect(t, c, err, want)
	c.Invalidate("token")
	if aws.invalidated != 1 {
		t.Errorf("the provider's own cache was told %d times", aws.invalidated)
	}
	aws.value.CanExpire = false // then Expires does not count
	c, err = credential.FromAWS(aws)
	expect(t, c, err, credential.Fetched{Key: want.Key, Source: "awsCache"})

	oss := ossProvider{value: ossCredentials{"id", "secret", "token", &end}}
	want.Source = "ossProvider"
	c, err = credential.FromOSS(oss)
	expect(t, c, err, want)
	oss.value = ossCredentials{"id", "secret", "", nil}
	c, err = credential.FromOSS(&oss)
	expect(t, c, err, credential.Fetched{Key: credential.Key{ID: "id", Secret: "secret"}, Source: "ossProvider"})

	alibaba := &alibabaProvider{value: &credentialModel{AccessKeyId: new("id"), AccessKeySecret: new("secret"), SecurityToken: new("token")}}
	c, err = credential.FromAlibaba(alibaba)
	expect(t, c, err, credential.Fetched{Key: want.Key, Source: "alibabaProvider"})
	alibaba.value.SecurityToken = nil
	c, err = credential.FromAlibaba(alibabaCredential(alibaba))
	expect(t, c, err, credential.Fetched{Key: credential.Key{ID: "id", Secret: "secret"}, Source: "alibabaProvider"})
}

// TestFromFails checks that what a provider says is passed on, and that a key
// that is none does not pass for one.
func TestFromFails(t *testing.T) {
	sad := errors.New("sad")
	fails := func(name string, c *credential.Cache, err error, says string) {
		t.Helper()
		if err == nil {
			_, _, _, _, err = c.Retrieve(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, err := credential.FromAWS(&awsCache{err: sad})
	fails("AWS", c, err, "awsCache: sad")
	if _, _, _, _, err := c.Retrieve(t.Context()); !errors.Is(err, sad) {
		t.Errorf("not wrapped: %v", err)
	}
	c, err = credential.FromAlibaba(&alibabaProvider{err: sad})
	fails("Alibaba", c, err, "alibabaProvider: sad")
	c, err = credential.FromAlibaba(&alibabaProvider{})
	fails("nil key", c, err, "nil and no error")
	c, err = credential.FromAlibaba(&alibabaProvider{value: &credentialModel{BearerToken: new("bearer")}})
	fails("bearer token", c, err, "ID or secret is empty")
	c, err = credential.FromOSS(ossProvider{})
	fails("anonymous", c, err, "ID or secret is empty")

	c, err = credential.FromAWS[awsCredentials](nil)
	fails("nil", c, err, "nil")
	c, err = credential.FromAWS((*awsCache)(nil))
	fails("nil pointer", c, err, "nil")
	c, err = credential.FromAlibaba((*alibabaProvider)(nil))
	fails("nil pointer", c, err, "nil")
	c, err = credential.FromOSS[ossCredentials](nil)
	fails("nil", c, err, "nil")
}

type answering[C any] struct{}

func (answering[C]) Retrieve(context.Context) (c C, err error) { return c, nil }

// TestFromChecks checks that a type that is not the SDK's is refused when the
// credentials are made.
func TestFromChecks(t *testing.T) {
	refused := func(err error, says string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
	_, err := credential.FromAWS(answering[string]{})
	refused(err, "string is not a struct")
	_, err = credential.FromAWS(answering[any]{})
	refused(err, "is not a struct")
	_, err = credential.FromAWS(answering[ossCredentials]{})
	refused(err, "no field SecretAccessKey")
	_, err = credential.FromAWS(answering[struct {
		AccessKeyID, SecretAccessKey string
		SessionToken                 []byte
	}]{})
	refused(err, "SessionToken")
	_, err = credential.FromAWS(answering[struct {
		AccessKeyID, SecretAccessKey, SessionToken string
		CanExpire                                  bool
		Expires                                    int64
	}]{})
	refused(err, "Expires")
	_, err = credential.FromAWS(answering[struct {
		awsCredentials
	}]{})
	refused(err, "no field AccessKeyID")
	if _, err = credential.FromAWS(answering[*awsCredentials]{}); err != nil {
		t.Error(err)
	}
}
