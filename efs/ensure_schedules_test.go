package efs_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
)

var (
	schedules = flag.Int("schedules", 150, "random schedules of each kind that Ensure is driven through")
	keys      = flag.Int("keys", 100, "keys of a fleet")
	seeds     = flag.Int("seeds", 1, "fleets of each kind")
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// worlds are the two things that EFS may do with the token of an access point that
// is gone: forget it, or remember it. In the second, some keys have been made
// absent before, one of them twice.
var worlds = map[string]func() ensuretest.World{
	"forgets": func() ensuretest.World { return ensureWorld() },
	"remembers": func() ensuretest.World {
		return ensureWorld("key-0", "key-0", "key-1", "key-broken-off")
	},
}

// ensureWorld is an EFS for schedules. It remembers tokens if keys were made
// absent in it before.
func ensureWorld(absent ...string) ensuretest.World {
	options := []efstest.Option{efstest.AnySignature(), efstest.ReadyAfter(3 * time.Second), efstest.GoneAfter(2 * time.Second)}
	if absent != nil {
		options = append(options, efstest.RememberTokens(1000*time.Hour))
	}
	srv := efstest.NewServer(options...)
	generation := map[string]int{}
	for _, key := range absent {
		mustMakeAbsent(srv, efs.IdempotencyToken(efstest.FileSystemID, key, fmt.Sprint(generation[key])))
		generation[key]++
	}
	<-time.After(10 * ensuretest.Settle) // no read finds them any more
	var deleted atomic.Int32             // by EnsureAccessPoint, which has no reason to
	return ensuretest.World{
		Disturb: func(faults float64, late, lag time.Duration, seed uint64) {
			srv.Disturb(efstest.Disturbance{Faults: faults, Late: late, Lag: lag, Seed: seed})
		},
		Caller: func(wrap func(http.RoundTripper) http.RoundTripper) ensuretest.Caller {
			var absent atomic.Bool
			cfg := srv.Config()
			cfg.Settle = ensuretest.Settle
			rt := wrap(cfg.HTTPClient.Transport)
			cfg.HTTPClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodDelete && !absent.Load() {
					deleted.Add(1)
				}
				return rt.RoundTrip(r)
			})
			c, err := efs.New(cfg)
			if err != nil {
				panic(err)
			}
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) {
					ap, err := c.EnsureAccessPoint(ctx, key, efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
					return ap.AccessPointID, err
				},
				Absent: func(ctx context.Context, key string) error {
					absent.Store(true)
					return c.EnsureAccessPointAbsent(ctx, efstest.FileSystemID, key)
				},
				Duplicates: func(err error) []string {
					if e, ok := errors.AsType[*efs.DuplicateError](err); ok {
						return e.IDs
					}
					return nil
				},
			}
		},
		Standing: func(key string) (ids []string) {
			for ap, err := range srv.Client().AccessPoints(context.Background(), efs.DescribeAccessPointsRequest{}) {
				if err != nil {
					panic(err)
				}
				for _, t := range ap.Tags {
					if t.Key == "accesspoint-key" && t.Value == key {
						ids = append(ids, ap.AccessPointID)
					}
				}
			}
			return ids
		},
		Wrong: func() []string {
			if n := deleted.Load(); n > 0 {
				return []string{fmt.Sprintf("EnsureAccessPoint has sent %d deletions", n)}
			}
			return nil
		},
	}
}

// mustMakeAbsent uses a token up.
func mustMakeAbsent(srv *efstest.Server, token string) {
	c, ctx := srv.Client(), context.Background()
	out, err := c.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID, ClientToken: token})
	if err == nil {
		_, err = c.DeleteAccessPoint(ctx, efs.DeleteAccessPointRequest{AccessPointID: out.AccessPointID})
	}
	if err != nil {
		panic(err)
	}
}

// TestSchedules drives EnsureAccessPoint through random schedules.
func TestSchedules(t *testing.T) {
	for name, world := range worlds {
		for _, wild := range []bool{false, true} {
			for seed := range uint64(*schedules) {
				s := ensuretest.Random(seed, wild)
				fails := func(s ensuretest.Schedule) bool { return len(ensuretest.Run(t, s, false, world)) > 0 }
				if wrong := ensuretest.Run(t, s, false, world); len(wrong) > 0 {
					s = ensuretest.Shrink(s, fails)
					t.Fatalf("%s, seed %d: %v\nshrunk: %#v\n%v", name, seed, wrong, s, ensuretest.Run(t, s, false, world))
				}
			}
		}
	}
}

// TestFleet counts what comes of many keys in bad weather.
func TestFleet(t *testing.T) {
	calm := ensuretest.Fleet{Keys: *keys, Clients: 8, Faults: 0.2, Crash: 0.1, Late: ensuretest.Settle / 2, Lag: ensuretest.Settle / 2}
	wild := calm
	wild.Late = 3 * ensuretest.Settle
	for name, world := range worlds {
		for seed := range uint64(*seeds) {
			calm.Seed, wild.Seed = seed, seed
			for kind, f := range map[string]ensuretest.Fleet{"below Settle": calm, "lateness of 3 times Settle": wild} {
				n := f.Run(t, world)
				t.Logf("%s, seed %d, %s: %+v", name, seed, kind, n)
				if want := (ensuretest.Count{Resources: f.Keys}); n != want {
					t.Errorf("%s, seed %d, %s: %+v, want %+v", name, seed, kind, n, want)
				}
			}
		}
	}
}

// TestSameInstant has two processes ensure one key at the same instant.
func TestSameInstant(t *testing.T) {
	for name, world := range worlds {
		for seed := range uint64(*schedules) {
			s := ensuretest.Schedule{Seed: seed, Latency: time.Duration(seed), Calls: make([]ensuretest.Call, 2)}
			if wrong := ensuretest.Run(t, s, false, world); len(wrong) > 0 {
				t.Fatalf("%s, seed %d: %v", name, seed, wrong)
			}
		}
	}
}

// TestAgain makes a key absent and ensures it again, several times, while the
// service misbehaves as badly as Settle allows, and does with tokens what it likes.
func TestAgain(t *testing.T) {
	for name, world := range worlds {
		for seed := range uint64(*schedules) {
			synctest.Test(t, func(t *testing.T) {
				s := ensuretest.Random(seed, false)
				w := world()
				for round := range 1 + seed%3 {
					w.Disturb(s.Faults, s.Late, s.Lag, seed+round)
					c := w.Caller(func(rt http.RoundTripper) http.RoundTripper { return rt })
					id, err := c.Ensure(t.Context(), "key-again")
					w.Disturb(0, 0, 0, 0)
					if there := w.Standing("key-again"); err != nil || len(there) != 1 || there[0] != id {
						t.Fatalf("%s, seed %d, round %d: got %s, %v; %v stand", name, seed, round, id, err, there)
					}
					w.Disturb(s.Faults, s.Late, s.Lag, seed-round)
					if err := c.Absent(t.Context(), "key-again"); err != nil {
						t.Fatalf("%s, seed %d, round %d: not made absent: %v", name, seed, round, err)
					}
				}
				<-time.After(s.Late + s.Lag + ensuretest.Settle)
				w.Disturb(0, 0, 0, 0)
				if there := w.Standing("key-again"); len(there) > 0 {
					t.Fatalf("%s, seed %d: %v stand in the end", name, seed, there)
				}
			})
		}
	}
}
