package nas_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// schedules is the service as random schedules drive it. Whoever creates may be
// told by a later look to give way, so that two may exist for a while. A change
// that takes longer than Settle to show may cost one that was returned.
var schedules = &ensuretest.Service{
	Name:    "nas",
	Worlds:  map[string]func(ensuretest.Schedule) ensuretest.World{"nas": ensureWorld},
	Creates: func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "CreateAccessPoint" },
	Deletes: func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "DeleteAccessPoint" },
	Created: func(body []byte) string {
		var out nas.CreateAccessPointResponse
		_ = json.Unmarshal(body, &out)
		return out.AccessPoint.AccessPointID
	},
	MaxCreates: 3,
	Marks:      []string{"found", "created", "gave way", "found after a creation of unknown outcome", "drift", "died"},
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// ensureWorld is a NAS for schedules, in which there are access points of others.
func ensureWorld(s ensuretest.Schedule) ensuretest.World {
	return worldOf(s, func(ctx context.Context, c *nas.Client, key, root string) (string, error) {
		ap, err := c.EnsureAccessPoint(ctx, key, nas.CreateAccessPointRequest{
			FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessPointName: key, RootDirectory: root,
		})
		return ap.AccessPointID, err
	}, func(ctx context.Context, c *nas.Client, key string) error {
		return c.EnsureAccessPointAbsent(ctx, nastest.FileSystemID, key)
	})
}

func worldOf(
	s ensuretest.Schedule,
	ensure func(ctx context.Context, c *nas.Client, key, root string) (string, error),
	absent func(ctx context.Context, c *nas.Client, key string) error,
) ensuretest.World {
	options := []nastest.Option{
		nastest.ReadyAfter(3 * time.Second), nastest.GoneAfter(2 * time.Second),
		nastest.ClockOffset(s.Clock), nastest.ClockJitter(s.Jitter), nastest.PageLimit(s.Page),
	}
	if s.Clock == 0 { // to save time
		options = append(options, nastest.AnySignature())
	}
	srv := nastest.NewServer(options...)
	others := make([]string, 3)
	for i := range others {
		out, err := srv.Client().CreateAccessPoint(context.Background(), nas.CreateAccessPointRequest{
			FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
		})
		if err != nil {
			panic(err)
		}
		others[i] = out.AccessPoint.AccessPointID
	}
	shared := srv.Client()
	standing := func(wanted func(nas.AccessPoint) bool) (ids []string) {
		for ap, err := range srv.Client().AccessPoints(context.Background(), nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID}) {
			if err != nil {
				panic(err)
			}
			if wanted(ap) && ap.Status != nas.StatusDeleting {
				ids = append(ids, ap.AccessPointID)
			}
		}
		return ids
	}
	return ensuretest.World{
		Disturb: func(d fake.Disturbance) {
			srv.Disturb(nastest.Disturbance{
				Faults: d.Faults, Mix: ensuretest.Mix[nastest.Fault](d.Mix), Late: d.Late, Lag: d.Lag, TagLag: d.TagLag, TagsLost: d.TagsLost,
				AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		Caller: func(p ensuretest.Process) ensuretest.Caller {
			cfg := srv.Config()
			cfg.Settle, cfg.MaxAttempts = ensuretest.Settle, p.MaxAttempts
			cfg.HTTPClient.Transport = p.Wrap(cfg.HTTPClient.Transport)
			c, err := nas.New(cfg)
			if p.Together {
				c, err = shared.With(func(c *nas.Config) { *c = cfg })
			}
			if err != nil {
				panic(err)
			}
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) { return ensure(ctx, c, key, "/") },
				Other:  func(ctx context.Context, key string) (string, error) { return ensure(ctx, c, key, "/other") },
				Absent: func(ctx context.Context, key string) error { return absent(ctx, c, key) },
				Duplicates: func(err error) []string {
					if e, ok := errors.AsType[*nas.DuplicateError](err); ok {
						return e.IDs
					}
					return nil
				},
				Drifts: func(err error) bool {
					_, ok := errors.AsType[*nas.DriftError](err)
					return ok
				},
			}
		},
		Standing: func(key string) []string {
			return standing(func(ap nas.AccessPoint) bool { return ap.AccessPointName == key }) // tags may be lost
		},
		Wrong: func() (wrong []string) {
			left := standing(func(ap nas.AccessPoint) bool { return slices.Contains(others, ap.AccessPointID) })
			if len(left) < len(others) {
				wrong = append(wrong, "Ensure has deleted an access point of others")
			}
			return wrong
		},
	}
}

// TestSchedules and the next seven drive EnsureAccessPoint through schedules.
func TestSchedules(t *testing.T) { schedules.TestSchedules(t) }
func TestReplay(t *testing.T) {
	schedules.TestReplay(t, settledSchedules, extremeSchedules, spaceSchedules, groupSchedules, volumeSchedules, flowSchedules)
}
func TestAlike(t *testing.T)          { schedules.TestAlike(t) }
func TestRivals(t *testing.T)         { schedules.TestRivals(t) }
func TestSameInstant(t *testing.T)    { schedules.TestSameInstant(t) }
func TestContexts(t *testing.T)       { schedules.TestContexts(t) }
func TestAbsentContexts(t *testing.T) { schedules.TestAbsentContexts(t) }
func TestFleet(t *testing.T)          { schedules.TestFleet(t) }
