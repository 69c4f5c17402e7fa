package oss_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/oss"
)

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

// TestOwnVariables checks that the variables of OSS come before those of all
// services.
func TestOwnVariables(t *testing.T) {
	bare(t)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "env-id")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "env-secret")
	t.Setenv("OSS_ACCESS_KEY_ID", "oss-id")
	t.Setenv("OSS_ACCESS_KEY_SECRET", "oss-secret")
	expectKey(t, oss.DefaultCredentials(), nil, "oss-id", "oss-secret", "")
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
		status, body := 200, `<ListAccessPointsResult><IsTruncated>false</IsTruncated></ListAccessPointsResult>`
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
