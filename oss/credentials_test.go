package oss_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/oss"
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
	creds := oss.DefaultCredentials()
	client, err := oss.New(oss.Config{Region: "cn-hangzhou", Credentials: creds, HTTPClient: &http.Client{Transport: roundTripFunc(nil)}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.ListAccessPoints(t.Context(), oss.ListAccessPointsRequest{})
	apiErr, ok := errors.AsType[*oss.APIError](err)
	if !ok || apiErr.Attempts != 1 || errors.Is(err, oss.ErrOutcomeUnknown) {
		t.Errorf("got %v", err)
	}
	for _, part := range []string{"environment", "OIDC role", "CLI profile", "credentials file", "ECS RAM role", "credentials URI", "is not set"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %v", part, err)
		}
	}

	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret")
	expectKey(t, creds, nil, "env-id", "env-secret", "")
	expectKey(t, oss.DefaultCredentials(), nil, "env-id", "env-secret", "")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "")

	file := filepath.Join(os.Getenv("HOME"), ".aliyun", "config.json")
	if err := errors.Join(os.Mkdir(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(`{"current":"mine","profiles":[
		{"name":"mine","mode":"StsToken","access_key_id":"file-id","access_key_secret":"file-secret","sts_token":"file-token"}]}`), 0o600)); err != nil {
		t.Fatal(err)
	}
	expectKey(t, oss.DefaultCredentials(), nil, "file-id", "file-secret", "file-token")

	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id")
	t.Setenv("OSS_ACCESS_KEY_ID", "oss-id")
	t.Setenv("OSS_ACCESS_KEY_SECRET", "oss-secret")
	expectKey(t, oss.DefaultCredentials(), nil, "oss-id", "oss-secret", "")
}

func expectKey(t *testing.T, c oss.Credentials, err error, id, secret, token string) {
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
	creds, err := oss.CredentialsFromAlibaba(modelFunc(func() (*model, error) {
		return &model{AccessKeyId: new("id"), AccessKeySecret: new("secret"), SecurityToken: new("token")}, nil
	}))
	expectKey(t, creds, err, "id", "secret", "token")
	if _, err := oss.CredentialsFromAlibaba(modelFunc(nil)); err != nil {
		t.Error(err) // nil funcs are not looked into
	}
	if _, err := oss.CredentialsFromAlibaba[*model](nil); err == nil || !strings.HasPrefix(err.Error(), "oss: CredentialsFromAlibaba: ") {
		t.Errorf("nil: %v", err)
	}
	if _, err := oss.CredentialsFromAlibaba(stringFunc(nil)); err == nil || !strings.Contains(err.Error(), "not a struct") {
		t.Errorf("a string: %v", err)
	}
}

type stringFunc func() (string, error)

func (f stringFunc) GetCredential() (string, error) { return f() }

// ossKey has the form of Credentials of alibabacloud-oss-go-sdk-v2.
type ossKey struct {
	AccessKeyID     string
	AccessKeySecret string
	SecurityToken   string
	Expires         *time.Time
}

type ossProvider struct{ key ossKey }

func (p ossProvider) GetCredentials(context.Context) (ossKey, error) { return p.key, nil }

// TestCredentialsFromOSS takes a provider of the official SDK.
func TestCredentialsFromOSS(t *testing.T) {
	end := time.Now().Add(time.Hour)
	creds, err := oss.CredentialsFromOSS(ossProvider{ossKey{"id", "secret", "token", &end}})
	expectKey(t, creds, err, "id", "secret", "token")
	if _, err := oss.CredentialsFromOSS[ossKey](nil); err == nil || !strings.HasPrefix(err.Error(), "oss: CredentialsFromOSS: ") {
		t.Errorf("nil: %v", err)
	}
}

// TestTokenExpires lets the token of the key expire in the middle of a thousand
// calls: the service refuses it from one moment to the next, although it should
// have lasted longer. No call fails.
func TestTokenExpires(t *testing.T) {
	var generation, requests, refusals, fetches atomic.Int64
	creds, err := oss.CredentialsFromAlibaba(modelFunc(func() (*model, error) {
		fetches.Add(1)
		return &model{AccessKeyId: new("id"), AccessKeySecret: new("secret"), SecurityToken: new(fmt.Sprint("token-", generation.Load()))}, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	client, err := oss.New(oss.Config{Region: "cn-hangzhou", Credentials: creds, HTTPClient: &http.Client{Transport: roundTripFunc(func(r *http.Request) (*http.Response, error) {
		if requests.Add(1) == 400 {
			generation.Add(1)
		}
		status, body := 200, `<ListAccessPointsResult></ListAccessPointsResult>`
		if r.Header.Get("X-Oss-Security-Token") != fmt.Sprint("token-", generation.Load()) {
			refusals.Add(1)
			status, body = 403, `<Error><Code>SecurityTokenExpired</Code><Message>The security token you provided has expired.</Message><RequestId>r-1</RequestId></Error>`
		}
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})}})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	turns := make(chan struct{}, 100)
	for range 1000 {
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			if _, err := client.ListAccessPoints(t.Context(), oss.ListAccessPointsRequest{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if refusals.Load() == 0 || fetches.Load() != 2 {
		t.Errorf("%d refusals, %d fetches", refusals.Load(), fetches.Load())
	}
}

// TestAssumeRole checks what is said of a role that cannot be, what the base is,
// and that nothing happens before the first Retrieve.
func TestAssumeRole(t *testing.T) {
	bare(t)
	const arn = "acs:ram::1:role/provisioner"
	_, err := oss.AssumeRole(nil, oss.Role{ARN: "provisioner", Duration: time.Minute})
	invalid, ok := errors.AsType[*oss.ValidationError](err)
	if !ok || len(invalid.Problems) != 3 || !errors.Is(err, oss.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	creds, err := oss.AssumeRole(oss.DefaultCredentials(), oss.Role{ARN: arn})
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
	creds, err = oss.AssumeRole(nil, oss.Role{ARN: arn})
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, _, err = creds.Retrieve(t.Context())
	if err == nil || !strings.Contains(err.Error(), "environment ALIBABA_CLOUD_ACCESS_KEY_ID: the region of STS is no region ID") {
		t.Errorf("got %v", err)
	}
}
