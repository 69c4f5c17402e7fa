package privatelink_test

import (
	"context"
	"errors"
	"flag"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

var (
	schedules = flag.Int("schedules", 300, "random schedules of each kind that Ensure is driven through")
	keys      = flag.Int("keys", 100, "keys of a fleet")
	seeds     = flag.Int("seeds", 1, "fleets of each kind")
)

// A witness sees the requests of all callers. EnsureVpcEndpoint deletes nothing.
type witness struct {
	mu    sync.Mutex
	wrong []string
}

func (w *witness) wrap(rt http.RoundTripper, absent *bool) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		action := r.Header.Get("X-Acs-Action")
		if !*absent && (strings.HasPrefix(action, "Delete") || strings.HasPrefix(action, "Remove")) {
			w.mu.Lock()
			w.wrong = append(w.wrong, action+" of "+r.URL.Query().Get("EndpointId"))
			w.mu.Unlock()
		}
		return rt.RoundTrip(r)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// ensureWorld is a PrivateLink for schedules.
func ensureWorld() ensuretest.World {
	seen := new(witness)
	srv := privatelinktest.NewServer(privatelinktest.AnySignature(), privatelinktest.ReadyAfter(3*time.Second), privatelinktest.GoneAfter(2*time.Second))
	in := createRequest
	in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}}
	return ensuretest.World{
		Disturb: func(faults float64, late, lag time.Duration, seed uint64) {
			srv.Disturb(privatelinktest.Disturbance{Faults: faults, Late: late, Lag: lag, Seed: seed})
		},
		Caller: func(wrap func(http.RoundTripper) http.RoundTripper) ensuretest.Caller {
			absent := new(bool)
			cfg := srv.Config()
			cfg.Settle = ensuretest.Settle
			cfg.HTTPClient.Transport = wrap(seen.wrap(cfg.HTTPClient.Transport, absent))
			c, err := privatelink.New(cfg)
			if err != nil {
				panic(err)
			}
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) {
					ep, err := c.EnsureVpcEndpoint(ctx, key, in)
					return ep.EndpointID, err
				},
				Absent: func(ctx context.Context, key string) error {
					*absent = true
					return c.EnsureVpcEndpointAbsent(ctx, privatelinktest.VpcID, key)
				},
				Duplicates: func(err error) []string {
					if e, ok := errors.AsType[*privatelink.DuplicateError](err); ok {
						return e.IDs
					}
					return nil
				},
			}
		},
		Standing: func(key string) (ids []string) {
			for ep, err := range srv.Client().VpcEndpoints(context.Background(), privatelink.ListVpcEndpointsRequest{Tags: []privatelink.Tag{{Key: "accesspoint-key", Value: key}}}) {
				if err != nil {
					panic(err)
				}
				ids = append(ids, ep.EndpointID)
			}
			return ids
		},
		Wrong: func() []string { return seen.wrong },
	}
}

// TestSchedules drives EnsureVpcEndpoint through random schedules.
func TestSchedules(t *testing.T) {
	for _, wild := range []bool{false, true} {
		for seed := range uint64(*schedules) {
			s := ensuretest.Random(seed, wild)
			fails := func(s ensuretest.Schedule) bool { return len(ensuretest.Run(t, s, false, ensureWorld)) > 0 }
			if wrong := ensuretest.Run(t, s, false, ensureWorld); len(wrong) > 0 {
				s = ensuretest.Shrink(s, fails)
				t.Fatalf("seed %d: %v\nshrunk: %#v\n%v", seed, wrong, s, ensuretest.Run(t, s, false, ensureWorld))
			}
		}
	}
}

// TestFleet counts what comes of many keys in bad weather.
func TestFleet(t *testing.T) {
	calm := ensuretest.Fleet{Keys: *keys, Clients: 8, Faults: 0.2, Crash: 0.1, Late: ensuretest.Settle / 2, Lag: ensuretest.Settle / 2}
	wild := calm
	wild.Late = 3 * ensuretest.Settle
	for seed := range uint64(*seeds) {
		calm.Seed, wild.Seed = seed, seed
		n := calm.Run(t, ensureWorld)
		t.Logf("seed %d, below Settle: %+v", seed, n)
		if want := (ensuretest.Count{Resources: calm.Keys}); n != want {
			t.Errorf("seed %d: %+v, want %+v", seed, n, want)
		}
		n = wild.Run(t, ensureWorld)
		t.Logf("seed %d, lateness of 3 times Settle: %+v", seed, n)
		if n.Silent+n.Lost+n.Failed > 0 {
			t.Errorf("seed %d, wild: %+v", seed, n)
		}
	}
}

// TestSameInstant has two processes ensure one key at the same instant.
func TestSameInstant(t *testing.T) {
	for seed := range uint64(*schedules) {
		s := ensuretest.Schedule{Seed: seed, Latency: time.Duration(seed), Calls: make([]ensuretest.Call, 2)}
		if wrong := ensuretest.Run(t, s, false, ensureWorld); len(wrong) > 0 {
			t.Fatalf("seed %d: %v", seed, wrong)
		}
	}
}
