package nas_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/accesspoint-go/accesspoint/nas"
)

// TestTokenExpires lets the token of the key expire in the middle of a thousand
// calls: the service refuses it from one moment to the next, although it should
// have lasted longer. No call fails.
func TestTokenExpires(t *testing.T) {
	var generation, requests, refusals, fetches atomic.Int64
	creds, err := nas.CredentialsFromAlibaba(modelFunc(func() (*model, error) {
		fetches.Add(1)
		return &model{AccessKeyId: new("id"), AccessKeySecret: new("secret"), SecurityToken: new(fmt.Sprint("token-", generation.Load()))}, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	client, err := nas.New(nas.Config{Region: "cn-hangzhou", Credentials: creds, HTTPClient: &http.Client{Transport: roundTripFunc(func(r *http.Request) (*http.Response, error) {
		if requests.Add(1) == 400 {
			generation.Add(1)
		}
		status, body := 200, `{"RequestId":"r-1","AccessPoints":[]}`
		if r.Header.Get("X-Acs-Security-Token") != fmt.Sprint("token-", generation.Load()) {
			refusals.Add(1)
			status, body = 400, `{"Code":"InvalidSecurityToken.Expired","Message":"Specified SecurityToken is expired.","RequestId":"r-1"}`
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
			if _, err := client.ListAccessPoints(t.Context(), nas.ListAccessPointsRequest{FileSystemID: "31a8e4"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if refusals.Load() == 0 || fetches.Load() != 2 {
		t.Errorf("%d refusals, %d fetches", refusals.Load(), fetches.Load())
	}
}
