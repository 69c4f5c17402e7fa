package oss_test

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

var (
	schedules = flag.Int("schedules", 300, "random schedules of each kind that Ensure is driven through")
	keys      = flag.Int("keys", 100, "keys of a fleet")
	seeds     = flag.Int("seeds", 1, "fleets of each kind")
)

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

// ensureRequest asks for the access point that key names.
func ensureRequest(key string) oss.CreateAccessPointRequest {
	return oss.CreateAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: key, NetworkOrigin: oss.NetworkOriginInternet}
}

// ensureWorld is an OSS for schedules, each caller of which looks for itself.
func ensureWorld() ensuretest.World { return world(false) }

// togetherWorld is an OSS for schedules, the callers of which look at lists
// together.
func togetherWorld() ensuretest.World { return world(true) }

var worlds = map[string]func() ensuretest.World{"alone": ensureWorld, "together": togetherWorld}

func world(together bool) ensuretest.World {
	seen := new(witness)
	srv := osstest.NewServer(osstest.AnySignature(), osstest.ReadyAfter(3*time.Second), osstest.GoneAfter(2*time.Second))
	shared := srv.Client()
	return ensuretest.World{
		Disturb: func(faults float64, late, lag time.Duration, seed uint64) {
			srv.Disturb(osstest.Disturbance{Faults: faults, Late: late, Lag: lag, Seed: seed})
		},
		Caller: func(wrap func(http.RoundTripper) http.RoundTripper) ensuretest.Caller {
			absent := new(bool)
			cfg := srv.Config()
			cfg.Settle = ensuretest.Settle
			cfg.HTTPClient.Transport = wrap(seen.wrap(cfg.HTTPClient.Transport, absent))
			c, err := oss.New(cfg)
			if together {
				c, err = shared.With(func(c *oss.Config) { *c = cfg })
			}
			if err != nil {
				panic(err)
			}
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) {
					ap, err := c.EnsureAccessPoint(ctx, ensureRequest(key))
					for err == nil && ap.CreationDate == "" { // lists lack it
						var out *oss.GetAccessPointResponse
						if out, err = c.GetAccessPoint(ctx, oss.GetAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: key}); err == nil {
							ap = out.AccessPoint
						} else if ctx.Err() == nil {
							<-time.After(time.Second)
							err = nil
						}
					}
					return identity(ap), err
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
			for _, f := range []ensuretest.Fleet{calm, wild} {
				n := f.Run(t, world)
				t.Logf("%s, seed %d, lateness of %v: %+v", name, seed, f.Late, n)
				if want := (ensuretest.Count{Resources: f.Keys}); n != want {
					t.Errorf("%s, seed %d, lateness of %v: %+v, want %+v", name, seed, f.Late, n, want)
				}
			}
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

// TestLives gives one name away, takes it back, and gives it away again. Nothing
// that was sent for one access point may hit, or pass for, the next.
func TestLives(t *testing.T) {
	for seed := range uint64(*schedules) {
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
				ap, err := client.EnsureAccessPoint(hour(t), createRequest)
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
