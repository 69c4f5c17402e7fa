package nas_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"golang.org/x/time/rate"

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
			c := sendingTo(t, cfg, rt)
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) { return ensure(ctx, c, key) },
				Absent: func(ctx context.Context, key string) error { return ensureAbsent(ctx, c, key) },
			}
		},
	}.Run(t)
}

// TestLimitDrops has the service take a tenth of the calls for a while.
func TestLimitDrops(t *testing.T) {
	ensuretest.Drop{
		Server: func(limit float64) http.RoundTripper {
			return nastest.NewServer(nastest.AnySignature(), nastest.Limit(limit), nastest.Latency(5*time.Millisecond)).Config().HTTPClient.Transport
		},
		Client: creating(t, nastest.NewServer().Config()),
	}.Run(t)
}

// TestLimiterOfACaller has many calls share a limiter.
func TestLimiterOfACaller(t *testing.T) {
	cfg := nastest.NewServer().Config()
	cfg.Limiter = rate.NewLimiter(5, 5)
	ensuretest.Limited(t, cfg.HTTPClient.Transport, creating(t, cfg))
}

// creating returns a function that returns one that creates by way of rt.
func creating(t *testing.T, cfg nas.Config) func(rt http.RoundTripper) func(context.Context, string) error {
	return func(rt http.RoundTripper) func(context.Context, string) error {
		c := sendingTo(t, cfg, rt)
		return func(ctx context.Context, name string) error { return createOne(ctx, c, name) }
	}
}

// sendingTo returns a client that sends to rt.
func sendingTo(t *testing.T, cfg nas.Config, rt http.RoundTripper) *nas.Client {
	t.Helper()
	cfg.HTTPClient = &http.Client{Transport: rt}
	c, err := nas.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
