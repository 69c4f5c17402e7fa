package oss_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// schedules is the service as random schedules drive it. A name is given once.
var schedules = &ensuretest.Service{
	Name: "oss",
	Worlds: map[string]func(ensuretest.Schedule) ensuretest.World{
		"alone":    func(s ensuretest.Schedule) ensuretest.World { return world(s, false) },
		"together": func(s ensuretest.Schedule) ensuretest.World { return world(s, true) },
	},
	Creates: func(r *http.Request) bool { return r.Method == http.MethodPut },
	Deletes: func(r *http.Request) bool { return r.Method == http.MethodDelete },
	Unique:  true,
	Keeps:   true,
	Marks:   []string{"found", "created", "found after a creation of unknown outcome", "drift", "died"},
}

// A witness sees the requests of all callers. EnsureAccessPoint deletes nothing.
type witness struct {
	mu      sync.Mutex
	deleted []string
}

func (w *witness) wrap(rt http.RoundTripper, absent *bool) http.RoundTripper {
	return wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodDelete && !*absent {
			w.mu.Lock()
			w.deleted = append(w.deleted, "deleted by EnsureAccessPoint: "+r.Header.Get("X-Oss-Access-Point-Name"))
			w.mu.Unlock()
		}
		return rt.RoundTrip(r)
	})
}

// identity tells access points apart that have the same name one after the other.
func identity(ap oss.AccessPoint) string {
	return ap.Bucket + "/" + ap.AccessPointName + " of " + ap.CreationDate
}

// ensured returns the identity of what EnsureAccessPoint has returned.
func ensured(ctx context.Context, c *oss.Client, in oss.EnsureAccessPointRequest) (string, error) {
	ap, err := c.EnsureAccessPoint(ctx, in)
	return identity(ap), err
}

// ensureRequest asks for the access point that key names.
func ensureRequest(key string) oss.EnsureAccessPointRequest {
	return oss.EnsureAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: key, NetworkOrigin: oss.NetworkOriginInternet}
}

// world is an OSS for schedules, the callers of which look at lists each for
// itself, or together.
func world(s ensuretest.Schedule, together bool) ensuretest.World {
	seen := new(witness)
	options := []osstest.Option{
		osstest.ReadyAfter(3 * time.Second), osstest.GoneAfter(2 * time.Second),
		osstest.ClockOffset(s.Clock), osstest.ClockJitter(s.Jitter), osstest.PageLimit(s.Page),
	}
	if s.Clock == 0 { // to save time
		options = append(options, osstest.AnySignature())
	}
	srv := osstest.NewServer(options...)
	shared := srv.Client()
	return ensuretest.World{
		Disturb: func(d fake.Disturbance) {
			srv.Disturb(osstest.Disturbance{
				Faults: d.Faults, Mix: ensuretest.Mix[osstest.Fault](d.Mix), Late: d.Late, Lag: d.Lag, TagLag: d.TagLag, TagsLost: d.TagsLost,
				AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		Caller: func(p ensuretest.Process) ensuretest.Caller {
			absent := new(bool)
			cfg := srv.Config()
			cfg.Settle, cfg.MaxAttempts = ensuretest.Settle, p.MaxAttempts
			cfg.HTTPClient.Transport = p.Wrap(seen.wrap(cfg.HTTPClient.Transport, absent))
			c, err := oss.New(cfg)
			if together || p.Together {
				c, err = shared.With(func(c *oss.Config) { *c = cfg })
			}
			if err != nil {
				panic(err)
			}
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) {
					return ensured(ctx, c, ensureRequest(key))
				},
				Other: func(ctx context.Context, key string) (string, error) {
					in := ensureRequest(key)
					in.NetworkOrigin, in.VpcConfiguration = oss.NetworkOriginVPC, &oss.VpcConfiguration{VpcID: "vpc-other"}
					return ensured(ctx, c, in)
				},
				Absent: func(ctx context.Context, key string) error {
					*absent = true
					return c.EnsureAccessPointAbsent(ctx, osstest.Bucket, key)
				},
				// A name is given once. An answer that lags by more than Settle makes
				// an access point look like another bucket's.
				Duplicates: func(err error) []string {
					if e, ok := errors.AsType[*oss.DriftError](err); ok && e.Fields[0].Field == "Bucket" {
						return []string{e.ResourceID}
					}
					return nil
				},
				Drifts: func(err error) bool {
					e, ok := errors.AsType[*oss.DriftError](err)
					return ok && e.Fields[0].Field != "Bucket"
				},
			}
		},
		Standing: func(key string) []string {
			out, err := srv.Client().GetAccessPoint(context.Background(), oss.GetAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: key})
			if errors.Is(err, oss.ErrNotFound) {
				return nil
			}
			if err != nil {
				panic(err)
			}
			return []string{identity(out.AccessPoint)}
		},
		Wrong: func() []string { return seen.deleted },
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

// TestLives gives one name away, takes it back, and gives it away again. Nothing
// that was sent for one access point may hit, or pass for, the next.
func TestLives(t *testing.T) {
	for seed := range uint64(*ensuretest.Schedules / 4) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 2))
			upTo := func(d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d) + 1)) }
			srv := osstest.NewServer(osstest.AnySignature(), osstest.ReadyAfter(upTo(5*time.Second)), osstest.GoneAfter(upTo(5*time.Second)))
			cfg := srv.Config()
			cfg.Settle = ensuretest.Settle
			client, err := oss.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			weather := osstest.Disturbance{Faults: r.Float64() * 0.6, Late: upTo(ensuretest.Settle / 2), Lag: upTo(ensuretest.Settle / 2)}
			disturb := func() {
				weather.Seed = r.Uint64()
				srv.Disturb(weather)
			}
			standing := func() string {
				srv.Disturb(osstest.Disturbance{})
				defer disturb()
				out, err := srv.Client().GetAccessPoint(t.Context(), getRequest)
				if err != nil {
					return err.Error()
				}
				return identity(out.AccessPoint)
			}
			disturb()
			for life := range 3 {
				ap, err := client.EnsureAccessPoint(hour(t), ensureRequest("ap-01"))
				if there := standing(); err != nil || ap.Status != oss.StatusEnable || there != identity(ap) {
					t.Fatalf("seed %d, life %d: got %s, %v, there is %s", seed, life, identity(ap), err, there)
				}
				<-time.After(upTo(2 * ensuretest.Settle))
				if there := standing(); there != identity(ap) {
					t.Fatalf("seed %d, life %d: got %s, then there is %s", seed, life, identity(ap), there)
				}
				brief, cancel := context.WithTimeout(t.Context(), 1+upTo(ensuretest.Settle))
				err = client.EnsureAccessPointAbsent(brief, osstest.Bucket, "ap-01")
				cancel()
				if err != nil && !errors.Is(err, context.DeadlineExceeded) {
					t.Fatalf("seed %d, life %d: broken off: %v", seed, life, err)
				}
				if err = client.EnsureAccessPointAbsent(hour(t), osstest.Bucket, "ap-01"); err != nil {
					t.Fatalf("seed %d, life %d: %v", seed, life, err)
				}
				if there := standing(); !strings.Contains(there, "NoSuchAccessPoint") {
					t.Fatalf("seed %d, life %d: absent, but there is %s", seed, life, there)
				}
			}
		})
	}
}
