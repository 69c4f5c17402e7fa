package efs_test

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// schedules is the service as random schedules drive it. Its worlds are of one
// kind of resource each. For those that have tokens there are two: EFS may forget the
// token of what is gone, or remember it. In the second, some keys have been made
// absent before, one of them twice.
var schedules = &ensuretest.Service{
	Name: "efs",
	Worlds: map[string]func(ensuretest.Schedule) ensuretest.World{
		"forgets":               accessPoints.world(nil),
		"remembers":             accessPoints.world(absentBefore),
		"file-systems-forget":   fileSystems.world(nil),
		"file-systems-remember": fileSystems.world(absentBefore),
		"mount-targets":         mountTargets.world(nil),
	},
	Creates: func(r *http.Request) bool { return r.Method == http.MethodPost },
	Deletes: func(r *http.Request) bool { return r.Method == http.MethodDelete },
	Token: func(r *http.Request) string {
		body, err := r.GetBody()
		if err != nil {
			return ""
		}
		var in struct{ ClientToken, CreationToken, SubnetID string }
		_ = json.NewDecoder(body).Decode(&in)
		return in.ClientToken + in.CreationToken + in.SubnetID
	},
	Created: func(body []byte) string {
		var out struct{ AccessPointID, MountTargetID, FileSystemID string }
		_ = json.Unmarshal(body, &out)
		return cmp.Or(out.AccessPointID, out.MountTargetID, out.FileSystemID)
	},
	Unique: true,
	Keeps:  true,
	Marks:  []string{"created", "found", "found by a refused creation", "found after a creation of unknown outcome", "next token", "drift", "died"},
}

// flows is the call that makes all, as random schedules drive it. What the promises
// say of a resource, is of the file system.
var flows = &ensuretest.Service{
	Name:   "efs-flow",
	Worlds: map[string]func(ensuretest.Schedule) ensuretest.World{"flow": provisioned.world(nil)},
	Creates: func(r *http.Request) bool {
		return strings.HasSuffix(r.URL.Path, "/file-systems") && schedules.Creates(r)
	},
	Deletes: schedules.Deletes,
	Token:   schedules.Token,
	Created: schedules.Created,
	Unique:  true,
	Keeps:   true,
	Marks:   []string{"created", "found", "found by a refused creation", "found after a creation of unknown outcome", "drift", "died"},
}

var absentBefore = []string{"key-0", "key-0", "key-1", "key-broken-off"}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A kind is one of those that have an Ensure.
type kind struct {
	// ensure ensures a key, and with other asks for what drifts.
	ensure func(ctx context.Context, c *efs.Client, key string, other bool) (id string, err error)
	// absent makes a key absent. A file system has to be named: id is kept for the next
	// call.
	absent func(ctx context.Context, c *efs.Client, key string, id *string) error
	// standing returns what exists for a key. Tags may be lost.
	standing func(ctx context.Context, c *efs.Client, key string) []string
	// useUp makes a resource with the token of a generation, and deletes it.
	useUp func(ctx context.Context, c *efs.Client, key, generation string)
}

var accessPoints = kind{
	ensure: func(ctx context.Context, c *efs.Client, key string, other bool) (string, error) {
		in := efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID, RootDirectory: rootOf(key)}
		if other {
			in.PosixUser = &efs.PosixUser{UID: new(uint32(7)), GID: new(uint32(7))}
		}
		ap, err := c.EnsureAccessPoint(ctx, key, in)
		return ap.AccessPointID, err
	},
	absent: func(ctx context.Context, c *efs.Client, key string, _ *string) error {
		return c.EnsureAccessPointAbsent(ctx, efstest.FileSystemID, key)
	},
	standing: func(ctx context.Context, c *efs.Client, key string) (ids []string) {
		for ap, err := range c.AccessPoints(ctx, efs.DescribeAccessPointsRequest{}) {
			if must(err); ap.RootDirectory.Path == rootOf(key).Path {
				ids = append(ids, ap.AccessPointID)
			}
		}
		return ids
	},
	useUp: func(ctx context.Context, c *efs.Client, key, generation string) {
		ap, err := c.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID, ClientToken: efs.IdempotencyToken(efstest.FileSystemID, key, generation)})
		must(err)
		_, err = c.DeleteAccessPoint(ctx, efs.DeleteAccessPointRequest{AccessPointID: ap.AccessPointID})
		must(err)
	},
}

// rootOf tells keys apart without tags.
func rootOf(key string) *efs.RootDirectory { return &efs.RootDirectory{Path: "/" + key} }

func fileSystemToken(key, generation string) string {
	return efs.IdempotencyToken("file-system", key, generation)
}

var fileSystems = kind{
	ensure: func(ctx context.Context, c *efs.Client, key string, other bool) (string, error) {
		in := efs.CreateFileSystemRequest{ThroughputMode: efs.ThroughputElastic}
		if other {
			in.ThroughputMode = efs.ThroughputBursting
		}
		fs, err := c.EnsureFileSystem(ctx, key, in)
		return fs.FileSystemID, err
	},
	absent: func(ctx context.Context, c *efs.Client, key string, id *string) error {
		return namingIt(id, func(id string) error { return c.EnsureFileSystemAbsent(ctx, key, id) })
	},
	standing: fileSystemsStanding,
	useUp: func(ctx context.Context, c *efs.Client, key, generation string) {
		fs, err := c.CreateFileSystem(ctx, efs.CreateFileSystemRequest{CreationToken: fileSystemToken(key, generation)})
		must(err)
		_, err = c.DeleteFileSystem(ctx, efs.DeleteFileSystemRequest{FileSystemID: fs.FileSystemID})
		must(err)
	},
}

// namingIt makes a file system absent, as one who names whatever is in the way.
func namingIt(id *string, absent func(id string) error) error {
	*id = cmp.Or(*id, "fs-00000000")
	for {
		err := absent(*id)
		drift, ok := errors.AsType[*efs.DriftError](err)
		if !ok || drift.ResourceID == *id {
			return err
		}
		*id = drift.ResourceID
	}
}

func fileSystemsStanding(ctx context.Context, c *efs.Client, key string) (ids []string) {
	for fs, err := range c.FileSystems(ctx, efs.DescribeFileSystemsRequest{}) {
		must(err)
		for generation := range 10 {
			if fs.CreationToken == fileSystemToken(key, fmt.Sprint(generation)) {
				ids = append(ids, fs.FileSystemID)
			}
		}
	}
	return ids
}

// subnetOf returns the subnet of a key, which is alone in its zone.
func subnetOf(key string) string { return "subnet-" + hex.EncodeToString([]byte(key+"-----")) }

var mountTargets = kind{
	ensure: func(ctx context.Context, c *efs.Client, key string, other bool) (string, error) {
		in := efs.CreateMountTargetRequest{SubnetID: subnetOf(key), SecurityGroups: []string{efstest.SecurityGroupID}}
		if other {
			in.SecurityGroups = []string{efstest.OtherSecurityGroupID}
		}
		found, err := c.EnsureMountTargets(ctx, efstest.FileSystemID, []efs.CreateMountTargetRequest{in})
		return found[0].MountTargetID, err
	},
	absent: func(ctx context.Context, c *efs.Client, key string, _ *string) error {
		return c.EnsureMountTargetsAbsent(ctx, efstest.FileSystemID, []string{subnetOf(key)})
	},
	standing: func(ctx context.Context, c *efs.Client, key string) (ids []string) {
		for mt, err := range c.MountTargets(ctx, efs.DescribeMountTargetsRequest{FileSystemID: efstest.FileSystemID}) {
			if must(err); mt.SubnetID == subnetOf(key) {
				ids = append(ids, mt.MountTargetID)
			}
		}
		return ids
	},
}

var provisioned = kind{
	ensure: func(ctx context.Context, c *efs.Client, key string, other bool) (string, error) {
		plan := efs.AccessPointPlan{
			FileSystem:   efs.CreateFileSystemRequest{Encrypted: new(true)},
			Policy:       `{"Statement":{"Effect":"Allow"}}`,
			AccessPoint:  efs.CreateAccessPointRequest{RootDirectory: rootOf(key)},
			MountTargets: []efs.CreateMountTargetRequest{{SubnetID: efstest.SubnetID}, {SubnetID: efstest.OtherSubnetID}},
		}
		if other {
			plan.FileSystem.Encrypted = new(false)
		}
		out, err := c.ProvisionAccessPoint(ctx, key, plan)
		return out.FileSystem.FileSystemID, err
	},
	absent: func(ctx context.Context, c *efs.Client, key string, id *string) error {
		return namingIt(id, func(id string) error {
			return c.DeprovisionAccessPoint(ctx, key, id, efs.AccessPointPlan{MountTargets: []efs.CreateMountTargetRequest{{SubnetID: efstest.SubnetID}, {SubnetID: efstest.OtherSubnetID}}})
		})
	},
	standing: fileSystemsStanding,
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// world is an EFS for schedules. It remembers tokens if keys were made absent in it
// before.
func (k kind) world(absentBefore []string) func(ensuretest.Schedule) ensuretest.World {
	return func(s ensuretest.Schedule) ensuretest.World {
		options := []efstest.Option{
			efstest.ReadyAfter(3 * time.Second), efstest.GoneAfter(2 * time.Second),
			efstest.ClockOffset(s.Clock), efstest.ClockJitter(s.Jitter), efstest.PageLimit(s.Page),
		}
		if s.Clock == 0 { // to save time
			options = append(options, efstest.AnySignature())
		}
		if absentBefore != nil {
			options = append(options, efstest.RememberTokens(1000*time.Hour))
		}
		srv := efstest.NewServer(options...)
		for n := range 100 {
			for _, key := range []string{fmt.Sprintf("key-%d", n), "key-broken-off", "key-again"} {
				srv.AddSubnet(subnetOf(key), efstest.VpcID, "us-east-1"+key)
			}
		}
		generation := map[string]int{}
		for _, key := range absentBefore {
			k.useUp(context.Background(), srv.Client(), key, fmt.Sprint(generation[key]))
			generation[key]++
		}
		<-time.After(10 * ensuretest.Settle) // no read finds them any more
		var deleted atomic.Int32             // by an Ensure, which has no reason to
		return ensuretest.World{
			Disturb: func(d fake.Disturbance) {
				srv.Disturb(efstest.Disturbance{
					Faults: d.Faults, Mix: ensuretest.Mix[efstest.Fault](d.Mix), Late: d.Late, Lag: d.Lag, TagLag: d.TagLag, TagsLost: d.TagsLost,
					AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
				})
			},
			Caller: func(p ensuretest.Process) ensuretest.Caller {
				var absent atomic.Bool
				var names sync.Map // by key
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
				must(err)
				return ensuretest.Caller{
					Ensure: func(ctx context.Context, key string) (string, error) { return k.ensure(ctx, c, key, false) },
					Other:  func(ctx context.Context, key string) (string, error) { return k.ensure(ctx, c, key, true) },
					Absent: func(ctx context.Context, key string) error {
						absent.Store(true)
						id, _ := names.LoadOrStore(key, new(string))
						return k.absent(ctx, c, key, id.(*string))
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
			Standing: func(key string) []string { return k.standing(context.Background(), srv.Client(), key) },
			Wrong: func() []string {
				if n := deleted.Load(); n > 0 {
					return []string{fmt.Sprintf("an Ensure has sent %d deletions", n)}
				}
				return nil
			},
		}
	}
}

func TestSchedules(t *testing.T)      { schedules.TestSchedules(t) }
func TestReplay(t *testing.T)         { schedules.TestReplay(t) }
func TestAlike(t *testing.T)          { schedules.TestAlike(t) }
func TestRivals(t *testing.T)         { schedules.TestRivals(t) }
func TestSameInstant(t *testing.T)    { schedules.TestSameInstant(t) }
func TestContexts(t *testing.T)       { schedules.TestContexts(t) }
func TestAbsentContexts(t *testing.T) { schedules.TestAbsentContexts(t) }
func TestFleet(t *testing.T)          { schedules.TestFleet(t) }

func TestSchedulesOfFlows(t *testing.T) {
	all := *ensuretest.Schedules
	defer func() { *ensuretest.Schedules = all }()
	*ensuretest.Schedules = all / 4 // each takes several
	flows.TestSchedules(t)
}

func TestRivalsOfFlows(t *testing.T)      { flows.TestRivals(t) }
func TestSameInstantOfFlows(t *testing.T) { flows.TestSameInstant(t) }
func TestContextsOfFlows(t *testing.T)    { flows.TestContexts(t) }

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
