package privatelink_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// schedules is the service as random schedules drive it.
var schedules = &ensuretest.Service{
	Name:    "privatelink",
	Worlds:  map[string]func(ensuretest.Schedule) ensuretest.World{"privatelink": ensureWorld},
	Creates: func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "CreateVpcEndpoint" },
	Deletes: func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "DeleteVpcEndpoint" },
	Token:   func(r *http.Request) string { return r.URL.Query().Get("ClientToken") },
	Created: func(body []byte) string {
		var out privatelink.CreateVpcEndpointResponse
		_ = json.Unmarshal(body, &out)
		return out.EndpointID
	},
	Unique: true,
	Keeps:  true,
	Marks:  []string{"found", "created", "found after a creation of unknown outcome", "drift", "died"},
}

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

// nameOf tells keys apart without tags.
func nameOf(key string) string { return "of-" + key }

// ensureWorld is a PrivateLink for schedules.
func ensureWorld(s ensuretest.Schedule) ensuretest.World {
	seen := new(witness)
	options := []privatelinktest.Option{
		privatelinktest.ReadyAfter(3 * time.Second), privatelinktest.GoneAfter(2 * time.Second),
		privatelinktest.ClockOffset(s.Clock), privatelinktest.ClockJitter(s.Jitter), privatelinktest.PageLimit(s.Page),
	}
	if s.Clock == 0 { // to save time
		options = append(options, privatelinktest.AnySignature())
	}
	srv := privatelinktest.NewServer(options...)
	shared := srv.Client()
	in := createRequest
	in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}}
	return ensuretest.World{
		Disturb: func(d fake.Disturbance) {
			srv.Disturb(privatelinktest.Disturbance{
				Faults: d.Faults, Mix: ensuretest.Mix[privatelinktest.Fault](d.Mix), Late: d.Late, Lag: d.Lag, TagLag: d.TagLag, TagsLost: d.TagsLost,
				AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		Caller: func(p ensuretest.Process) ensuretest.Caller {
			absent := new(bool)
			cfg := srv.Config()
			cfg.Settle, cfg.MaxAttempts = ensuretest.Settle, p.MaxAttempts
			cfg.HTTPClient.Transport = p.Wrap(seen.wrap(cfg.HTTPClient.Transport, absent))
			c, err := privatelink.New(cfg)
			if p.Together {
				c, err = shared.With(func(c *privatelink.Config) { *c = cfg })
			}
			if err != nil {
				panic(err)
			}
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) {
					named := in
					named.EndpointName = nameOf(key)
					ep, err := c.EnsureVpcEndpoint(ctx, key, named)
					return ep.EndpointID, err
				},
				Other: func(ctx context.Context, key string) (string, error) {
					other := in
					other.EndpointName, other.EndpointDescription = nameOf(key), "of another"
					ep, err := c.EnsureVpcEndpoint(ctx, key, other)
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
				Drifts: func(err error) bool {
					_, ok := errors.AsType[*privatelink.DriftError](err)
					return ok
				},
			}
		},
		Standing: func(key string) (ids []string) {
			for ep, err := range srv.Client().VpcEndpoints(context.Background(), privatelink.ListVpcEndpointsRequest{EndpointName: nameOf(key)}) {
				if err != nil {
					panic(err)
				}
				ids = append(ids, ep.EndpointID) // tags may be lost
			}
			return ids
		},
		Wrong: func() []string { return seen.wrong },
	}
}

// TestSchedules and the next seven drive EnsureVpcEndpoint through schedules.
func TestSchedules(t *testing.T)      { schedules.TestSchedules(t) }
func TestReplay(t *testing.T)         { schedules.TestReplay(t, serviceSchedules) }
func TestAlike(t *testing.T)          { schedules.TestAlike(t) }
func TestRivals(t *testing.T)         { schedules.TestRivals(t) }
func TestSameInstant(t *testing.T)    { schedules.TestSameInstant(t) }
func TestContexts(t *testing.T)       { schedules.TestContexts(t) }
func TestAbsentContexts(t *testing.T) { schedules.TestAbsentContexts(t) }
func TestFleet(t *testing.T)          { schedules.TestFleet(t) }
