package nas_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/operations"
	"github.com/accesspoint-go/accesspoint/nas"
)

// bare makes the machine one that has no credentials.
func bare(t *testing.T) {
	t.Helper()
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "ALIBABA_CLOUD_") || strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "OSS_") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("USERPROFILE", os.Getenv("HOME"))
	t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

// TestDefaultCredentials checks that nothing is looked for before the first
// Retrieve, what is found then, and what is said when there is nothing.
func TestDefaultCredentials(t *testing.T) {
	bare(t)
	creds := nas.DefaultCredentials()
	client, err := nas.New(nas.Config{Region: "cn-hangzhou", Credentials: creds, HTTPClient: &http.Client{Transport: roundTripFunc(nil)}})
	if err != nil {
		t.Fatal(err)
	}
	err = operations.Of(client).Call(t.Context(), absentRequest)
	apiErr, ok := errors.AsType[*nas.APIError](err)
	if !ok || apiErr.Attempts != 1 || errors.Is(err, nas.ErrOutcomeUnknown) {
		t.Errorf("got %v", err)
	}
	for _, part := range []string{"environment", "OIDC role", "CLI profile", "credentials file", "ECS RAM role", "credentials URI", "is not set"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %v", part, err)
		}
	}

	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret")
	expectKey(t, nas.DefaultCredentials(), nil, "env-id", "env-secret", "")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "")

	file := filepath.Join(os.Getenv("HOME"), ".aliyun", "config.json")
	if err := errors.Join(os.Mkdir(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(`{"current":"mine","profiles":[
		{"name":"mine","mode":"StsToken","access_key_id":"file-id","access_key_secret":"file-secret","sts_token":"file-token"}]}`), 0o600)); err != nil {
		t.Fatal(err)
	}
	expectKey(t, nas.DefaultCredentials(), nil, "file-id", "file-secret", "file-token")
}

func expectKey(t *testing.T, c nas.Credentials, err error, id, secret, token string) {
	t.Helper()
	if err != nil {
		t.Error(err)
		return
	}
	gotID, gotSecret, gotToken, _, err := c.Retrieve(t.Context())
	if err != nil || gotID != id || gotSecret != secret || gotToken != token {
		t.Errorf("got %s, %s, %s, %v", gotID, gotSecret, gotToken, err)
	}
}

type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// model has the form of CredentialModel of credentials-go.
type model struct {
	AccessKeyId     *string //nolint:revive,staticcheck // so it is spelled there
	AccessKeySecret *string
	SecurityToken   *string
	ProviderName    *string
}

type modelFunc func() (*model, error)

func (f modelFunc) GetCredential() (*model, error) { return f() }

// TestCredentialsFromAlibaba takes a credential of the official SDK.
func TestCredentialsFromAlibaba(t *testing.T) {
	creds, err := nas.CredentialsFromAlibaba(modelFunc(func() (*model, error) {
		return &model{AccessKeyId: new("id"), AccessKeySecret: new("secret"), SecurityToken: new("token")}, nil
	}))
	expectKey(t, creds, err, "id", "secret", "token")
	if _, err := nas.CredentialsFromAlibaba(modelFunc(nil)); err != nil {
		t.Error(err) // nil funcs are not looked into
	}
	if _, err := nas.CredentialsFromAlibaba[*model](nil); err == nil || !strings.HasPrefix(err.Error(), "nas: CredentialsFromAlibaba: ") {
		t.Errorf("nil: %v", err)
	}
	if _, err := nas.CredentialsFromAlibaba(stringFunc(nil)); err == nil || !strings.Contains(err.Error(), "not a struct") {
		t.Errorf("a string: %v", err)
	}
}

type stringFunc func() (string, error)

func (f stringFunc) GetCredential() (string, error) { return f() }

// TestAssumeRole checks what is said of a role that cannot be, what the base is,
// and that nothing happens before the first Retrieve.
func TestAssumeRole(t *testing.T) {
	bare(t)
	const arn = "acs:ram::1:role/provisioner"
	_, err := nas.AssumeRole(nil, nas.Role{ARN: "provisioner", Duration: time.Minute})
	invalid, ok := errors.AsType[*nas.ValidationError](err)
	if !ok || len(invalid.Problems) != 3 || !errors.Is(err, nas.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	creds, err := nas.AssumeRole(nas.DefaultCredentials(), nas.Role{ARN: arn})
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, _, err = creds.Retrieve(t.Context())
	if err == nil || !strings.Contains(err.Error(), arn) || !strings.Contains(err.Error(), "no source has a key (environment ") {
		t.Errorf("got %v", err)
	}
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret")
	t.Setenv("ALIBABA_CLOUD_STS_REGION", "not/a/region") // so that nothing is sent
	creds, err = nas.AssumeRole(nil, nas.Role{ARN: arn})
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, _, err = creds.Retrieve(t.Context())
	if err == nil || !strings.Contains(err.Error(), "environment ALIBABA_CLOUD_ACCESS_KEY_ID: the region of STS is no region ID") {
		t.Errorf("got %v", err)
	}
}
