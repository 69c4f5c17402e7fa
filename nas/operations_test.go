package nas_test

import (
	"net/http"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/ledger"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// TestLedger holds Validate and the fake to the documented constraints.
func TestLedger(t *testing.T) {
	srv := nastest.NewServer()
	cfg := srv.Config()
	cfg.SkipValidation = true
	client, err := nas.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ledger.Test(t, "nastest/constraints.json", client, srv.Calls)
}

// TestWire compares what is sent for each operation with its golden file.
func TestWire(t *testing.T) { wiretest.Wire(t, requests, sendOnce) }

// TestDepth holds every operation to wiretest.Depth.
func TestDepth(t *testing.T) { wiretest.Depth(t, requests, sendOnce) }

// sendOnce returns a client that sends through hc, without a second attempt.
func sendOnce(t *testing.T, hc *http.Client) any {
	return newClient(t, nil, func(c *nas.Config) { c.HTTPClient, c.MaxAttempts = hc, 1 })
}

// newClient returns a client that sends to r.
func newClient(t *testing.T, r *wiretest.Recorder, change func(*nas.Config)) *nas.Client {
	t.Helper()
	cfg := nas.Config{
		Region:      "cn-hangzhou",
		Credentials: nas.StaticCredentials{AccessKeyID: "testAccessKeyId", AccessKeySecret: "testAccessKeySecret"},
		HTTPClient:  r.Client(),
	}
	if change != nil {
		change(&cfg)
	}
	c, err := nas.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
