package nas_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// TestSoak runs one client for a day in which every tenth request goes wrong.
func TestSoak(t *testing.T) {
	cfg := nastest.NewServer().Config()
	ensuretest.Soak{
		Server: func(seed uint64) http.RoundTripper {
			srv := nastest.NewServer(nastest.AnySignature(), nastest.ReadyAfter(3*time.Second), nastest.GoneAfter(3*time.Second))
			srv.Disturb(nastest.Disturbance{Faults: 0.1, Late: time.Second, Lag: time.Second, Seed: seed})
			return srv.Config().HTTPClient.Transport
		},
		Client: func(rt http.RoundTripper) ensuretest.Caller {
			cfg.HTTPClient = &http.Client{Transport: rt}
			c, err := nas.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) {
					ap, err := c.EnsureAccessPoint(ctx, key, createRequest)
					return ap.AccessPointID, err
				},
				Absent: func(ctx context.Context, key string) error {
					return c.EnsureAccessPointAbsent(ctx, nastest.FileSystemID, key)
				},
			}
		},
	}.Run(t)
}

// TestLimitDrops has the service take a tenth of the calls for a while.
func TestLimitDrops(t *testing.T) {
	cfg := nastest.NewServer().Config()
	ensuretest.Drop{
		Server: func(limit float64) http.RoundTripper {
			return nastest.NewServer(nastest.AnySignature(), nastest.Limit(limit), nastest.Latency(5*time.Millisecond)).Config().HTTPClient.Transport
		},
		Client: func(rt http.RoundTripper) func(context.Context, string) error {
			cfg.HTTPClient = &http.Client{Transport: rt}
			c, err := nas.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			return func(ctx context.Context, name string) error {
				_, err := c.CreateAccessPoint(ctx, createRequest)
				return err
			}
		},
	}.Run(t)
}
