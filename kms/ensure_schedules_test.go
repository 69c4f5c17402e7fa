package kms_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

// schedules is the service as random schedules drive it: its worlds are of one kind
// of resource each. A name is given once.
var schedules = &ensuretest.Service{
	Name: "kms",
	Worlds: map[string]func(ensuretest.Schedule) ensuretest.World{
		"NetworkRule": kinds["NetworkRule"].world, "Policy": kinds["Policy"].world, "ApplicationAccessPoint": kinds["ApplicationAccessPoint"].world,
	},
	Creates: func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("X-Acs-Action"), "Create") },
	Deletes: func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("X-Acs-Action"), "Delete") },
	Unique:  true,
	Keeps:   true,
	Marks:   []string{"found", "created", "found after a creation of unknown outcome", "drift", "died"},
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A kind is one of the three kinds of resource that have an Ensure.
type kind struct {
	ensure func(ctx context.Context, c *kms.Client, name, description string) (found string, err error)
	absent func(ctx context.Context, c *kms.Client, name string) error
	// describe fails if there is none.
	describe func(ctx context.Context, c *kms.Client, name string) error
}

var kinds = map[string]kind{
	"NetworkRule": {
		ensure: func(ctx context.Context, c *kms.Client, name, description string) (string, error) {
			rule, err := c.EnsureNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: name, Description: description, Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.0/8"}})
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
		ensure: func(ctx context.Context, c *kms.Client, name, description string) (string, error) {
			in := policyRequest(name)
			in.Description = description
			p, err := c.EnsurePolicy(ctx, in)
			return p.Name, err
		},
		absent: func(ctx context.Context, c *kms.Client, name string) error { return c.EnsurePolicyAbsent(ctx, name) },
		describe: func(ctx context.Context, c *kms.Client, name string) error {
			_, err := c.DescribePolicy(ctx, kms.DescribePolicyRequest{Name: name})
			return err
		},
	},
	"ApplicationAccessPoint": {
		ensure: func(ctx context.Context, c *kms.Client, name, description string) (string, error) {
			ap, err := c.EnsureApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{Name: name, Description: description, Policies: []string{"p"}})
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
func (k kind) world(s ensuretest.Schedule) ensuretest.World {
	var mu sync.Mutex
	var deleted []string
	options := []kmstest.Option{kmstest.ClockOffset(s.Clock), kmstest.ClockJitter(s.Jitter), kmstest.PageLimit(s.Page)}
	if s.Clock == 0 { // to save time
		options = append(options, kmstest.AnySignature())
	}
	srv := kmstest.NewServer(options...)
	if _, err := srv.Client().CreatePolicy(context.Background(), policyRequest("p")); err != nil {
		panic(err)
	}
	return ensuretest.World{
		Disturb: func(d fake.Disturbance) {
			srv.Disturb(kmstest.Disturbance{
				Faults: d.Faults, Mix: ensuretest.Mix[kmstest.Fault](d.Mix), Late: d.Late, Lag: d.Lag, TagLag: d.TagLag, TagsLost: d.TagsLost,
				AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		Caller: func(p ensuretest.Process) ensuretest.Caller {
			absent := false
			cfg := srv.Config()
			cfg.Settle, cfg.MaxAttempts = ensuretest.Settle, p.MaxAttempts
			inner := cfg.HTTPClient.Transport
			cfg.HTTPClient.Transport = p.Wrap(roundTripper(func(r *http.Request) (*http.Response, error) {
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
				Ensure: func(ctx context.Context, key string) (string, error) { return k.ensure(ctx, c, key, "as asked") },
				Other:  func(ctx context.Context, key string) (string, error) { return k.ensure(ctx, c, key, "of another") },
				Absent: func(ctx context.Context, key string) error {
					absent = true
					return k.absent(ctx, c, key)
				},
				Duplicates: func(error) []string { return nil }, // names are unique
				Drifts: func(err error) bool {
					_, ok := errors.AsType[*kms.DriftError](err)
					return ok
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

// TestSchedules and the next seven drive the three Ensures through schedules.
func TestSchedules(t *testing.T)      { schedules.TestSchedules(t) }
func TestReplay(t *testing.T)         { schedules.TestReplay(t) }
func TestAlike(t *testing.T)          { schedules.TestAlike(t) }
func TestRivals(t *testing.T)         { schedules.TestRivals(t) }
func TestSameInstant(t *testing.T)    { schedules.TestSameInstant(t) }
func TestContexts(t *testing.T)       { schedules.TestContexts(t) }
func TestAbsentContexts(t *testing.T) { schedules.TestAbsentContexts(t) }
func TestFleet(t *testing.T)          { schedules.TestFleet(t) }
