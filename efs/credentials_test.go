package efs_test

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

	"github.com/accesspoint-go/accesspoint/efs"
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
	creds := efs.DefaultCredentials()
	client, err := efs.New(efs.Config{Region: "eu-west-1", Credentials: creds, HTTPClient: &http.Client{Transport: roundTripFunc(nil)}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.DescribeAccessPoints(t.Context(), efs.DescribeAccessPointsRequest{FileSystemID: "fs-0123456789abcdef0"})
	apiErr, ok := errors.AsType[*efs.APIError](err)
	if !ok || apiErr.Attempts != 1 || errors.Is(err, efs.ErrOutcomeUnknown) {
		t.Errorf("got %v", err)
	}
	for _, part := range []string{"environment", "web identity", "shared profile", "container", "EC2 instance role", "is not set"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %v", part, err)
		}
	}

	t.Setenv("AWS_ACCESS_KEY_ID", "env-id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "env-secret")
	expectKey(t, efs.DefaultCredentials(), nil, "env-id", "env-secret", "")
	t.Setenv("AWS_ACCESS_KEY_ID", "")

	file := filepath.Join(os.Getenv("HOME"), ".aws", "credentials")
	if err := errors.Join(os.Mkdir(filepath.Dir(file), 0o700), os.WriteFile(file,
		[]byte("[default]\naws_access_key_id = file-id\naws_secret_access_key = file-secret\naws_session_token = file-token\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	expectKey(t, efs.DefaultCredentials(), nil, "file-id", "file-secret", "file-token")
}

func expectKey(t *testing.T, c efs.Credentials, err error, id, secret, token string) {
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

// awsKey has the form of Credentials of aws-sdk-go-v2.
type awsKey struct {
	AccessKeyID, SecretAccessKey, SessionToken, Source string
	CanExpire                                          bool
	Expires                                            time.Time
	AccountID                                          string
}

type awsFunc func(context.Context) (awsKey, error)

func (f awsFunc) Retrieve(ctx context.Context) (awsKey, error) { return f(ctx) }

// TestCredentialsFromAWS takes a provider of the official SDK.
func TestCredentialsFromAWS(t *testing.T) {
	creds, err := efs.CredentialsFromAWS(awsFunc(func(context.Context) (awsKey, error) {
		return awsKey{AccessKeyID: "id", SecretAccessKey: "secret", SessionToken: "token", CanExpire: true, Expires: time.Now().Add(time.Hour)}, nil
	}))
	expectKey(t, creds, err, "id", "secret", "token")
	if _, err := efs.CredentialsFromAWS[awsKey](nil); err == nil || !strings.HasPrefix(err.Error(), "efs: CredentialsFromAWS: ") {
		t.Errorf("nil: %v", err)
	}
}

// TestTokenExpires lets the token of the key expire in the middle of a thousand
// calls: the service refuses it from one moment to the next, although it should
// have lasted longer. No call fails.
func TestTokenExpires(t *testing.T) {
	var generation, requests, refusals, fetches atomic.Int64
	creds, err := efs.CredentialsFromAWS(awsFunc(func(context.Context) (awsKey, error) {
		fetches.Add(1)
		return awsKey{AccessKeyID: "id", SecretAccessKey: "secret", SessionToken: fmt.Sprint("token-", generation.Load()), CanExpire: true, Expires: time.Now().Add(time.Hour)}, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	client, err := efs.New(efs.Config{Region: "eu-west-1", Credentials: creds, HTTPClient: &http.Client{Transport: roundTripFunc(func(r *http.Request) (*http.Response, error) {
		if requests.Add(1) == 400 {
			generation.Add(1)
		}
		status, body := 200, `{"AccessPoints":[]}`
		if r.Header.Get("X-Amz-Security-Token") != fmt.Sprint("token-", generation.Load()) {
			refusals.Add(1)
			status, body = 403, `{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}`
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
			if _, err := client.DescribeAccessPoints(t.Context(), efs.DescribeAccessPointsRequest{FileSystemID: "fs-0123456789abcdef0"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if refusals.Load() == 0 || fetches.Load() != 2 {
		t.Errorf("%d refusals, %d fetches", refusals.Load(), fetches.Load())
	}
}
