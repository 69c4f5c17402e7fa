package nas_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// spaceSchedules is the service as random schedules drive EnsureAgenticSpace.
var spaceSchedules = &ensuretest.Service{
	Name:    "nas spaces",
	Worlds:  map[string]func(ensuretest.Schedule) ensuretest.World{"spaces": spaceWorld},
	Creates: func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "CreateAgenticSpace" },
	Deletes: func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "DeleteAgenticSpace" },
	Token:   func(r *http.Request) string { return r.URL.Query().Get("ClientToken") },
	Created: func(body []byte) string {
		var out nas.CreateAgenticSpaceResponse
		_ = json.Unmarshal(body, &out)
		return out.AgenticSpaceID
	},
	Unique: true,
	Keeps:  true,
	Marks:  []string{"found", "created", "found after a creation of unknown outcome", "drift", "died"},
}

// spaceWorld is a NAS for schedules, in which there is a space of others.
func spaceWorld(s ensuretest.Schedule) ensuretest.World {
	options := []nastest.Option{
		nastest.GoneAfter(2 * time.Second), nastest.ClockOffset(s.Clock), nastest.ClockJitter(s.Jitter), nastest.PageLimit(s.Page),
	}
	if s.Clock == 0 { // to save time
		options = append(options, nastest.AnySignature())
	}
	srv := nastest.NewServer(options...)
	shared := srv.Client()
	standing := func(path string) (ids []string) {
		for s, err := range srv.Client().AgenticSpaces(context.Background(), nas.DescribeAgenticSpacesRequest{FileSystemID: nastest.AgenticFileSystemID}) {
			if err != nil {
				panic(err)
			}
			if s.FileSystemPath == path {
				ids = append(ids, s.AgenticSpaceID)
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
			ensure := func(ctx context.Context, key string, files int64) (string, error) {
				s, err := c.EnsureAgenticSpace(ctx, nas.CreateAgenticSpaceRequest{
					FileSystemID: nastest.AgenticFileSystemID, FileSystemPath: "/" + key, Azone: "cn-hangzhou-g",
					Quota: nas.AgenticSpaceQuota{SizeLimit: 10 << 30, FileCountLimit: files},
				})
				return s.AgenticSpaceID, err
			}
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) { return ensure(ctx, key, 10_000) },
				Other:  func(ctx context.Context, key string) (string, error) { return ensure(ctx, key, 20_000) },
				Absent: func(ctx context.Context, key string) error {
					return c.EnsureAgenticSpaceAbsent(ctx, nastest.AgenticFileSystemID, "/"+key)
				},
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
		Standing: func(key string) []string { return standing("/" + key) },
		Wrong: func() []string {
			if len(standing("/agent")) != 1 {
				return []string{"the space of others is gone"}
			}
			return nil
		},
	}
}

// TestSpaceSchedules and the next six drive EnsureAgenticSpace through schedules.
func TestSpaceSchedules(t *testing.T)      { fewer(t); spaceSchedules.TestSchedules(t) }
func TestSpaceAlike(t *testing.T)          { spaceSchedules.TestAlike(t) }
func TestSpaceRivals(t *testing.T)         { spaceSchedules.TestRivals(t) }
func TestSpaceSameInstant(t *testing.T)    { spaceSchedules.TestSameInstant(t) }
func TestSpaceContexts(t *testing.T)       { spaceSchedules.TestContexts(t) }
func TestSpaceAbsentContexts(t *testing.T) { spaceSchedules.TestAbsentContexts(t) }
func TestSpaceFleet(t *testing.T)          { spaceSchedules.TestFleet(t) }
