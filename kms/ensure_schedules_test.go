package kms_test

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
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

var (
	schedules = flag.Int("schedules", 300, "random schedules of each kind that Ensure is driven through")
	keys      = flag.Int("keys", 100, "keys of a fleet")
	seeds     = flag.Int("seeds", 1, "fleets of each kind")
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A kind is one of the three kinds of resource that have an Ensure.
type kind struct {
	ensure func(ctx context.Context, c *kms.Client, name string) (found string, err error)
	absent func(ctx context.Context, c *kms.Client, name string) error
	// describe fails if there is none.
	describe func(ctx context.Context, c *kms.Client, name string) error
}

var kinds = map[string]kind{
	"NetworkRule": {
		ensure: func(ctx context.Context, c *kms.Client, name string) (string, error) {
			rule, err := c.EnsureNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: name, Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.0/8"}})
			return rule.Name, err
		},
		absent: func(ctx context.Context, c *kms.Client, name string) error {
			return c.EnsureNetworkRuleAbsent(ctx, name)
		},
		describe: func(ctx context.Context, c *kms.Client, name string) error {
			_, err := c.DescribeNetworkRule(ctx, kms.DescribeNetworkRuleRequest{Name: name})
			return err
		},
	},
	"Policy": {
		ensure: func(ctx context.Context, c *kms.Client, name string) (string, error) {
			p, err := c.EnsurePolicy(ctx, policyRequest(name))
			return p.Name, err
		},
		absent: func(ctx context.Context, c *kms.Client, name string) error { return c.EnsurePolicyAbsent(ctx, name) },
		describe: func(ctx context.Context, c *kms.Client, name string) error {
			_, err := c.DescribePolicy(ctx, kms.DescribePolicyRequest{Name: name})
			return err
		},
	},
	"ApplicationAccessPoint": {
		ensure: func(ctx context.Context, c *kms.Client, name string) (string, error) {
			ap, err := c.EnsureApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{Name: name, Policies: []string{"p"}})
			return ap.Name, err
		},
		absent: func(ctx context.Context, c *kms.Client, name string) error {
			return c.EnsureApplicationAccessPointAbsent(ctx, name)
		},
		describe: func(ctx context.Context, c *kms.Client, name string) error {
			_, err := c.DescribeApplicationAccessPoint(ctx, kms.DescribeApplicationAccessPointRequest{Name: name})
			return err
		},
	},
}

func policyRequest(name string) kms.CreatePolicyRequest {
	return kms.CreatePolicyRequest{Name: name, KmsInstance: kmstest.InstanceID, Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"}}
}

// world returns a KMS for schedules. No Ensure may delete anything.
func (k kind) world() ensuretest.World {
	var mu sync.Mutex
	var deleted []string
	srv := kmstest.NewServer(kmstest.AnySignature())
	if _, err := srv.Client().CreatePolicy(context.Background(), policyRequest("p")); err != nil {
		panic(err)
	}
	return ensuretest.World{
		Disturb: func(faults float64, late, lag time.Duration, seed uint64) {
			srv.Disturb(kmstest.Disturbance{Faults: faults, Late: late, Lag: lag, Seed: seed})
		},
		Caller: func(wrap func(http.RoundTripper) http.RoundTripper) ensuretest.Caller {
			absent := false
			cfg := srv.Config()
			cfg.Settle = ensuretest.Settle
			inner := cfg.HTTPClient.Transport
			cfg.HTTPClient.Transport = wrap(roundTripper(func(r *http.Request) (*http.Response, error) {
				if action := r.Header.Get("X-Acs-Action"); !absent && strings.HasPrefix(action, "Delete") {
					mu.Lock()
					deleted = append(deleted, action+" "+r.URL.Query().Get("Name"))
					mu.Unlock()
				}
				return inner.RoundTrip(r)
			}))
			c, err := kms.New(cfg)
			if err != nil {
				panic(err)
			}
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) { return k.ensure(ctx, c, key) },
				Absent: func(ctx context.Context, key string) error {
					absent = true
					return k.absent(ctx, c, key)
				},
				Duplicates: func(err error) []string {
					if e, ok := errors.AsType[*kms.DuplicateError](err); ok {
						return e.IDs
					}
					return nil
				},
			}
		},
		Standing: func(key string) []string {
			switch err := k.describe(context.Background(), srv.Client(), key); {
			case err == nil:
				return []string{key}
			case errors.Is(err, kms.ErrNotFound):
				return nil
			default:
				panic(err)
			}
		},
		Wrong: func() []string { return deleted },
	}
}

// each runs a test for each kind.
func each(t *testing.T, f func(t *testing.T, world func() ensuretest.World)) {
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) { f(t, k.world) })
	}
}

// TestSchedules drives the three Ensures through random schedules.
func TestSchedules(t *testing.T) {
	each(t, func(t *testing.T, world func() ensuretest.World) {
		for _, wild := range []bool{false, true} {
			for seed := range uint64(*schedules) {
				s := ensuretest.Random(seed, wild)
				fails := func(s ensuretest.Schedule) bool { return len(ensuretest.Run(t, s, false, world)) > 0 }
				if wrong := ensuretest.Run(t, s, false, world); len(wrong) > 0 {
					s = ensuretest.Shrink(s, fails)
					t.Fatalf("seed %d: %v\nshrunk: %#v\n%v", seed, wrong, s, ensuretest.Run(t, s, false, world))
				}
			}
		}
	})
}

// TestFleet counts what comes of many names in bad weather.
func TestFleet(t *testing.T) {
	each(t, func(t *testing.T, world func() ensuretest.World) {
		calm := ensuretest.Fleet{Keys: *keys, Clients: 8, Faults: 0.2, Crash: 0.1, Late: ensuretest.Settle / 2, Lag: ensuretest.Settle / 2}
		wild := calm
		wild.Late = 3 * ensuretest.Settle
		for seed := range uint64(*seeds) {
			for _, f := range []ensuretest.Fleet{calm, wild} {
				f.Seed = seed
				n := f.Run(t, world)
				t.Logf("seed %d, lateness up to %v: %+v", seed, f.Late, n)
				if want := (ensuretest.Count{Resources: f.Keys}); n != want {
					t.Errorf("seed %d, lateness up to %v: %+v, want %+v", seed, f.Late, n, want)
				}
			}
		}
	})
}

// TestSameInstant has two processes ensure one name at the same instant.
func TestSameInstant(t *testing.T) {
	each(t, func(t *testing.T, world func() ensuretest.World) {
		for seed := range uint64(*schedules) {
			s := ensuretest.Schedule{Seed: seed, Latency: time.Duration(seed), Calls: make([]ensuretest.Call, 2)}
			if wrong := ensuretest.Run(t, s, false, world); len(wrong) > 0 {
				t.Fatalf("seed %d: %v", seed, wrong)
			}
		}
	})
}
