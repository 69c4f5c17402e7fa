package nas_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

var (
	schedules = flag.Int("schedules", 300, "random schedules of each kind that Ensure is driven through")
	keys      = flag.Int("keys", 100, "keys of a fleet")
	seeds     = flag.Int("seeds", 1, "fleets of each kind")
)

// A witness sees the requests of all callers. No call of EnsureAccessPoint may
// delete what another one created.
type witness struct {
	mu      sync.Mutex
	marks   map[string]string // the call that created an access point
	foreign []string
}

func (w *witness) wrap(rt http.RoundTripper, absent *bool) http.RoundTripper {
	mine := map[string]bool{}
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		q := r.URL.Query()
		w.mu.Lock()
		for name, values := range q {
			if name == "Tag.2.Value" && q.Get("Tag.2.Key") == "accesspoint-call" {
				mine[values[0]] = true
			}
		}
		if id := q.Get("AccessPointId"); r.Header.Get("X-Acs-Action") == "DeleteAccessPoint" && !*absent && !mine[w.marks[id]] {
			w.foreign = append(w.foreign, id)
		}
		w.mu.Unlock()
		answer, err := rt.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), errorReader{err}))
		var list nas.DescribeAccessPointsResponse
		if json.Unmarshal(body, &list) == nil {
			w.mu.Lock()
			defer w.mu.Unlock()
			for _, ap := range list.AccessPoints {
				for _, t := range ap.Tags {
					if t.Key == "accesspoint-call" {
						w.marks[ap.AccessPointID] = t.Value
					}
				}
			}
		}
		return answer, nil
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// An errorReader ends a body as it ended.
type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, cmp.Or(r.err, io.EOF) }

// ensureWorld is a NAS for schedules.
func ensureWorld() ensuretest.World {
	seen := &witness{marks: map[string]string{}}
	srv := nastest.NewServer(nastest.AnySignature(), nastest.ReadyAfter(3*time.Second), nastest.GoneAfter(2*time.Second))
	newClient := func(wrap func(http.RoundTripper) http.RoundTripper, absent *bool) *nas.Client {
		cfg := srv.Config()
		cfg.Settle = ensuretest.Settle
		cfg.HTTPClient.Transport = wrap(seen.wrap(cfg.HTTPClient.Transport, absent))
		c, err := nas.New(cfg)
		if err != nil {
			panic(err)
		}
		return c
	}
	return ensuretest.World{
		Disturb: func(faults float64, late, lag time.Duration, seed uint64) {
			srv.Disturb(nastest.Disturbance{Faults: faults, Late: late, Lag: lag, Seed: seed})
		},
		Caller: func(wrap func(http.RoundTripper) http.RoundTripper) ensuretest.Caller {
			absent := new(bool)
			c := newClient(wrap, absent)
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) {
					ap, err := c.EnsureAccessPoint(ctx, key, nas.CreateAccessPointRequest{FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID})
					return ap.AccessPointID, err
				},
				Absent: func(ctx context.Context, key string) error {
					*absent = true
					return c.EnsureAccessPointAbsent(ctx, nastest.FileSystemID, key)
				},
				Duplicates: func(err error) []string {
					if e, ok := errors.AsType[*nas.DuplicateError](err); ok {
						return e.IDs
					}
					return nil
				},
			}
		},
		Standing: func(key string) (ids []string) {
			for ap, err := range srv.Client().DescribedAccessPoints(context.Background(), nas.DescribeAccessPointsRequest{Tags: []nas.Tag{{Key: "accesspoint-key", Value: key}}}) {
				if err != nil {
					panic(err)
				}
				ids = append(ids, ap.AccessPointID)
			}
			return ids
		},
		Wrong: func() []string { return seen.foreign },
	}
}

// TestSchedules drives EnsureAccessPoint through random schedules.
func TestSchedules(t *testing.T) {
	for _, wild := range []bool{false, true} {
		for seed := range uint64(*schedules) {
			s := ensuretest.Random(seed, wild)
			fails := func(s ensuretest.Schedule) bool { return len(ensuretest.Run(t, s, true, ensureWorld)) > 0 }
			if wrong := ensuretest.Run(t, s, true, ensureWorld); len(wrong) > 0 {
				s = ensuretest.Shrink(s, fails)
				t.Fatalf("seed %d: %v\nshrunk: %#v\n%v", seed, wrong, s, ensuretest.Run(t, s, true, ensureWorld))
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

// TestFoundBefore repeats what random schedules once failed with: a client that
// was throttled while it made few calls was paced at one in five seconds, and came
// too late to delete its own of two.
func TestFoundBefore(t *testing.T) {
	for i, s := range []ensuretest.Schedule{
		{Faults: 0.399, Late: 2476762602, Lag: 2321656521, Seed: 0x1302, Calls: make([]ensuretest.Call, 3)},
		{Faults: 0.349, Late: 2779412937, Lag: 4424678778, Seed: 0xbd8, Latency: 349760380, Calls: []ensuretest.Call{{Start: 4903279175}, {}, {Start: 21593967969}, {Start: 3233514239}}},
	} {
		if wrong := ensuretest.Run(t, s, true, ensureWorld); len(wrong) > 0 {
			t.Errorf("%d: %v", i, wrong)
		}
	}
}
