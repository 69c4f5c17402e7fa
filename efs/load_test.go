package efs_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
)

// TestSoak runs one client for a day in which every tenth request goes wrong.
func TestSoak(t *testing.T) {
	cfg := efstest.NewServer().Config()
	ensuretest.Soak{
		Server: func(seed uint64) http.RoundTripper {
			srv := efstest.NewServer(efstest.AnySignature(), efstest.ReadyAfter(3*time.Second), efstest.GoneAfter(3*time.Second))
			srv.Disturb(efstest.Disturbance{Faults: 0.1, Late: time.Second, Lag: time.Second, Seed: seed})
			return srv.Config().HTTPClient.Transport
		},
		Client: func(rt http.RoundTripper) ensuretest.Caller {
			c := sendingTo(t, cfg, rt)
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) {
					ap, err := c.EnsureAccessPoint(ctx, key, createRequest)
					return ap.AccessPointID, err
				},
				Absent: func(ctx context.Context, key string) error {
					return c.EnsureAccessPointAbsent(ctx, efstest.FileSystemID, key)
				},
			}
		},
	}.Run(t)
}

// TestLimitDrops has the service take a tenth of the calls for a while.
func TestLimitDrops(t *testing.T) {
	ensuretest.Drop{
		Server: func(limit float64) http.RoundTripper {
			return efstest.NewServer(efstest.AnySignature(), efstest.Limit(limit), efstest.Latency(5*time.Millisecond)).Config().HTTPClient.Transport
		},
		Client: creating(t, efstest.NewServer().Config()),
	}.Run(t)
}

// TestLimiterOfACaller has many calls share a limiter.
func TestLimiterOfACaller(t *testing.T) {
	cfg := efstest.NewServer().Config()
	cfg.Limiter = rate.NewLimiter(5, 5)
	ensuretest.Limited(t, cfg.HTTPClient.Transport, creating(t, cfg))
}

// creating returns a function that returns one that creates by way of rt.
func creating(t *testing.T, cfg efs.Config) func(rt http.RoundTripper) func(context.Context, string) error {
	return func(rt http.RoundTripper) func(context.Context, string) error {
		c := sendingTo(t, cfg, rt)
		return func(ctx context.Context, _ string) error {
			_, err := c.CreateAccessPoint(ctx, createRequest)
			return err
		}
	}
}

// sendingTo returns a client that sends to rt.
func sendingTo(t *testing.T, cfg efs.Config, rt http.RoundTripper) *efs.Client {
	t.Helper()
	cfg.HTTPClient = &http.Client{Transport: rt}
	c, err := efs.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
