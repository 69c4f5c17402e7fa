package efs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// schedules is the service as random schedules drive it. Its worlds are the two
// things that EFS may do with the token of an access point that is gone: forget it,
// or remember it. In the second, some keys have been made absent before, one of
// them twice.
var schedules = &ensuretest.Service{
	Name: "efs",
	Worlds: map[string]func(ensuretest.Schedule) ensuretest.World{
		"forgets": func(s ensuretest.Schedule) ensuretest.World { return ensureWorld(s) },
		"remembers": func(s ensuretest.Schedule) ensuretest.World {
			return ensureWorld(s, "key-0", "key-0", "key-1", "key-broken-off")
		},
	},
	Creates: func(r *http.Request) bool { return r.Method == http.MethodPost },
	Deletes: func(r *http.Request) bool { return r.Method == http.MethodDelete },
	Token: func(r *http.Request) string {
		body, err := r.GetBody()
		if err != nil {
			return ""
		}
		var in struct{ ClientToken string }
		_ = json.NewDecoder(body).Decode(&in)
		return in.ClientToken
	},
	Created: func(body []byte) string {
		var out efs.AccessPoint
		_ = json.Unmarshal(body, &out)
		return out.AccessPointID
	},
	Unique: true,
	Keeps:  true,
	Marks:  []string{"created", "found by a refused creation", "found after a creation of unknown outcome", "next token", "drift", "died"},
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// ensureWorld is an EFS for schedules. It remembers tokens if keys were made
// absent in it before.
func ensureWorld(s ensuretest.Schedule, absent ...string) ensuretest.World {
	options := []efstest.Option{
		efstest.ReadyAfter(3 * time.Second), efstest.GoneAfter(2 * time.Second),
		efstest.ClockOffset(s.Clock), efstest.ClockJitter(s.Jitter), efstest.PageLimit(s.Page),
	}
	if s.Clock == 0 { // to save time
		options = append(options, efstest.AnySignature())
	}
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
		Disturb: func(d fake.Disturbance) {
			srv.Disturb(efstest.Disturbance{
				Faults: d.Faults, Mix: ensuretest.Mix[efstest.Fault](d.Mix), Late: d.Late, Lag: d.Lag, TagLag: d.TagLag, TagsLost: d.TagsLost,
				AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		Caller: func(p ensuretest.Process) ensuretest.Caller {
			var absent atomic.Bool
			cfg := srv.Config()
			cfg.Settle, cfg.MaxAttempts = ensuretest.Settle, p.MaxAttempts
			rt := p.Wrap(cfg.HTTPClient.Transport)
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
					ap, err := c.EnsureAccessPoint(ctx, key, efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID, RootDirectory: rootOf(key)})
					return ap.AccessPointID, err
				},
				Other: func(ctx context.Context, key string) (string, error) {
					ap, err := c.EnsureAccessPoint(ctx, key, efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID, RootDirectory: rootOf(key), PosixUser: &efs.PosixUser{UID: new(uint32(7)), GID: new(uint32(7))}})
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
				Drifts: func(err error) bool {
					_, ok := errors.AsType[*efs.DriftError](err)
					return ok
				},
			}
		},
		Standing: func(key string) (ids []string) {
			for ap, err := range srv.Client().AccessPoints(context.Background(), efs.DescribeAccessPointsRequest{}) {
				if err != nil {
					panic(err)
				}
				if ap.RootDirectory.Path == rootOf(key).Path { // tags may be lost
					ids = append(ids, ap.AccessPointID)
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

// rootOf tells keys apart without tags.
func rootOf(key string) *efs.RootDirectory { return &efs.RootDirectory{Path: "/" + key} }

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

// TestSchedules and the next seven drive EnsureAccessPoint through schedules.
func TestSchedules(t *testing.T)      { schedules.TestSchedules(t) }
func TestReplay(t *testing.T)         { schedules.TestReplay(t) }
func TestAlike(t *testing.T)          { schedules.TestAlike(t) }
func TestRivals(t *testing.T)         { schedules.TestRivals(t) }
func TestSameInstant(t *testing.T)    { schedules.TestSameInstant(t) }
func TestContexts(t *testing.T)       { schedules.TestContexts(t) }
func TestAbsentContexts(t *testing.T) { schedules.TestAbsentContexts(t) }
func TestFleet(t *testing.T)          { schedules.TestFleet(t) }

// TestAgain makes a key absent and ensures it again, several times, while the
// service misbehaves as badly as Settle allows, and does with tokens what it likes.
func TestAgain(t *testing.T) {
	for name, world := range schedules.Worlds {
		for seed := range uint64(*ensuretest.Schedules / 8) {
			synctest.Test(t, func(t *testing.T) {
				s := ensuretest.Random(seed, false, nil)
				w := world(s)
				for round := range 1 + seed%3 {
					w.Disturb(ensuretest.Usual(s.Faults, s.Late, s.Lag, seed+round))
					c := w.Caller(ensuretest.Plain())
					id, err := c.Ensure(t.Context(), "key-again")
					w.Calm()
					if there := w.Standing("key-again"); err != nil || len(there) != 1 || there[0] != id {
						t.Fatalf("%s, seed %d, round %d: got %s, %v; %v stand", name, seed, round, id, err, there)
					}
					w.Disturb(ensuretest.Usual(s.Faults, s.Late, s.Lag, seed-round))
					if err := c.Absent(t.Context(), "key-again"); err != nil {
						t.Fatalf("%s, seed %d, round %d: not made absent: %v", name, seed, round, err)
					}
				}
				<-time.After(s.Late + s.Lag + ensuretest.Settle)
				w.Calm()
				if there := w.Standing("key-again"); len(there) > 0 {
					t.Fatalf("%s, seed %d: %v stand in the end", name, seed, there)
				}
			})
		}
	}
}
