package nas_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// files is a file system of the family standard.
var files = nas.CreateFileSystemRequest{StorageType: nas.StorageCapacity, ProtocolType: nas.ProtocolNFS, Description: "files", Tags: []nas.Tag{{Key: "team", Value: "a"}}}

// TestEnsureFileSystem creates a file system and its mount target, finds them, and
// deletes them.
func TestEnsureFileSystem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.ReadyAfter(20*time.Second), nastest.GoneAfter(10*time.Second))
		client, ctx := srv.Client(), t.Context()
		began := time.Now()
		fs, err := client.EnsureFileSystem(ctx, "home", files)
		if err != nil || fs.Status != nas.FileSystemStatusRunning {
			t.Fatalf("%+v, %v", fs, err)
		}
		if took := time.Since(began); took < 30*time.Second || took > 50*time.Second {
			t.Errorf("it took %v", took) // Settle, up to half of it again, and 20 s
		}
		before := len(srv.Calls())
		again, err := client.EnsureFileSystem(ctx, "home", files)
		if d := gocmp.Diff([]string{"DescribeFileSystems"}, srv.Calls()[before:]); err != nil || again.FileSystemID != fs.FileSystemID || d != "" {
			t.Errorf("%+v, %v, %s", again, err, d)
		}
		in := nas.CreateMountTargetRequest{FileSystemID: fs.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID}
		m, err := client.EnsureMountTarget(ctx, in)
		if err != nil || m.Status != nas.MountTargetActive || m.AccessGroup != nastest.AccessGroup {
			t.Errorf("%+v, %v", m, err)
		}
		began, before = time.Now(), len(srv.Calls())
		for other := srv.Client(); len(srv.Calls()) < before+2; {
			if found, err := other.EnsureMountTarget(ctx, in); err != nil || found.MountTargetDomain != m.MountTargetDomain || time.Since(began) > 0 {
				t.Errorf("%+v, %v, after %v", found, err, time.Since(began))
			}
		}
		in.AccessGroupName = "other"
		drift, _ := errors.AsType[*nas.DriftError](func() error { _, err := client.EnsureMountTarget(ctx, in); return err }())
		if drift == nil || drift.Fields[0] != (nas.Drift{Field: "AccessGroupName", Wanted: "other", Found: nastest.AccessGroup}) {
			t.Errorf("%v", drift)
		}
		other := files
		other.Description, other.StorageType, other.Tags = "other", nas.StoragePremium, []nas.Tag{{Key: "team", Value: "b"}}
		found, err := client.EnsureFileSystem(ctx, "home", other)
		drift, _ = errors.AsType[*nas.DriftError](err)
		if drift == nil || len(drift.Fields) != 3 || found.FileSystemID != fs.FileSystemID {
			t.Errorf("%+v, %v", found, err)
		}

		if err := client.EnsureFileSystemAbsent(ctx, "home", "another"); !errors.Is(err, nas.ErrDrift) {
			t.Errorf("another ID: %v", err)
		}
		if err := client.EnsureFileSystemAbsent(ctx, "home", fs.FileSystemID); !errors.Is(err, nas.CodeInvalidState) {
			t.Errorf("it has a mount target: %v", err)
		}
		if err := client.EnsureMountTargetAbsent(ctx, fs.FileSystemID, nastest.VpcID, nastest.VSwitchID); err != nil {
			t.Error(err)
		}
		srv.Inject("DeleteFileSystem", nastest.Reset, nastest.ResponseLost)
		before = len(srv.Calls())
		if err := client.EnsureFileSystemAbsent(ctx, "home", fs.FileSystemID); err != nil {
			t.Error(err)
		}
		calls := srv.Calls()[before:]
		for i, call := range calls[1:] {
			if call == "DeleteFileSystem" && calls[i] != "DescribeFileSystems" {
				t.Errorf("a deletion without a look: %v", calls)
			}
		}
		if _, err := client.WaitFileSystemAvailable(ctx, fs.FileSystemID, nas.WaitOptions{NotFoundGrace: time.Nanosecond}); !errors.Is(err, nas.ErrNotFound) {
			t.Error(err)
		}
		if err := client.EnsureMountTargetAbsent(ctx, fs.FileSystemID, nastest.VpcID, nastest.VSwitchID); err != nil {
			t.Error(err)
		}
	})
}

// TestRepairFileSystem changes what drifted of a file system and its mount target.
func TestRepairFileSystem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		srv.AddAccessGroup("other")
		client, ctx := srv.Client(), t.Context()
		fs, err := client.EnsureFileSystem(ctx, "home", files)
		if err != nil {
			t.Fatal(err)
		}
		other := files
		other.Description, other.StorageType, other.ResourceGroupID, other.Tags = "other", nas.StoragePremium, "rg-other", []nas.Tag{{Key: "team", Value: "b"}, {Key: "new", Value: "c"}}
		fields := func(drifts []nas.Drift) (names []string) {
			for _, d := range drifts {
				names = append(names, d.Field)
			}
			return names
		}
		r, err := client.RepairFileSystem(ctx, "home", other)
		if d := gocmp.Diff([]string{"Description", "Tag.1.Value", "Tag.2.Value"}, fields(r.Changed)); d != "" || !errors.Is(err, nas.ErrDrift) || r.ResourceID != fs.FileSystemID {
			t.Errorf("%+v, %v%s", r, err, d)
		}
		if d := gocmp.Diff([]string{"StorageType", "ResourceGroupId"}, fields(r.Left)); d != "" {
			t.Error(d)
		}
		other.StorageType, other.ResourceGroupID = files.StorageType, ""
		if r, err := client.RepairFileSystem(ctx, "home", other); err != nil || r.Changed != nil {
			t.Errorf("%+v, %v", r, err)
		}

		target := nas.CreateMountTargetRequest{FileSystemID: fs.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessGroupName: "other"}
		m, err := client.EnsureMountTarget(ctx, target)
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range []string{"", "other"} { // the default group, and back
			target.AccessGroupName = group
			r, err := client.RepairMountTarget(ctx, target)
			if err != nil || len(r.Changed) != 1 || r.ResourceID != m.MountTargetDomain {
				t.Errorf("%+v, %v", r, err)
			}
			if _, err := client.EnsureMountTarget(ctx, target); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestEnsureFileSystemSeveral finds two of a key.
func TestEnsureFileSystemSeveral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		client, ctx := srv.Client(), t.Context()
		in := files
		in.Tags = append(in.Tags[:1:1], nas.Tag{Key: "accesspoint-key", Value: "home"})
		var ids []string
		for range 2 {
			out, err := client.CreateFileSystem(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, out.FileSystemID)
			<-time.After(time.Minute)
		}
		fs, err := client.EnsureFileSystem(ctx, "home", files)
		several, ok := errors.AsType[*nas.DuplicateError](err)
		if !ok || !gocmp.Equal(several.IDs, ids) || fs.FileSystemID != ids[0] {
			t.Errorf("%+v, %v", fs, err)
		}
		target := nas.CreateMountTargetRequest{FileSystemID: ids[0], NetworkType: "Vpc", VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessGroupName: nastest.AccessGroup}
		for range 2 {
			if _, err := client.CreateMountTarget(ctx, target); err != nil {
				t.Fatal(err)
			}
		}
		if m, err := client.EnsureMountTarget(ctx, target); !errors.Is(err, nas.ErrDuplicate) || m.MountTargetDomain == "" {
			t.Errorf("%+v, %v", m, err)
		}
	})
}

// TestEnsureSettledRivals has processes ensure one key while lists lag: two at the same
// time, and for a file system a third that comes when those have created theirs. They
// may have created two, but then no two succeed with different ones.
func TestEnsureSettledRivals(t *testing.T) {
	ensures := map[string]func(context.Context, *nas.Client) (string, error){
		"file-system": func(ctx context.Context, c *nas.Client) (string, error) {
			fs, err := c.EnsureFileSystem(ctx, "home", files)
			return fs.FileSystemID, err
		},
		"mount-target": func(ctx context.Context, c *nas.Client) (string, error) {
			m, err := c.EnsureMountTarget(ctx, nas.CreateMountTargetRequest{FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID})
			return m.MountTargetDomain, err
		},
	}
	for name, ensure := range ensures {
		t.Run(name, func(t *testing.T) {
			doubles := 0
			for seed := range uint64(40) {
				synctest.Test(t, func(t *testing.T) {
					srv := nastest.NewServer(nastest.ReadyAfter(time.Second))
					srv.Disturb(nastest.Disturbance{Lag: 9 * time.Second, Seed: seed})
					var ids []string
					var mu sync.Mutex
					var all sync.WaitGroup
					call := func() {
						id, err := ensure(t.Context(), srv.Client())
						mu.Lock()
						defer mu.Unlock()
						switch {
						case err == nil:
							ids = append(ids, id)
						case !errors.Is(err, nas.ErrDuplicate):
							t.Errorf("seed %d: %v", seed, err)
						}
					}
					all.Go(call)
					all.Go(call)
					if name == "file-system" {
						all.Go(func() {
							for strings.Count(strings.Join(srv.Calls(), " "), "CreateFileSystem") == 0 {
								<-time.After(time.Second)
							}
							<-time.After(time.Duration(seed%10) * time.Second)
							call()
						})
					}
					all.Wait()
					if strings.Count(strings.Join(srv.Calls(), " "), "Create") > 1 {
						doubles++
					}
					slices.Sort(ids)
					if ids = slices.Compact(ids); len(ids) > 1 {
						t.Errorf("seed %d: different ones succeeded: %v", seed, ids)
					}
				})
			}
			if doubles == 0 {
				t.Error("no two processes have created one each")
			}
		})
	}
}

// TestEnsureFileSystemLosesTags has a file system that never shows its tags: it is
// named, and no other is created.
func TestEnsureFileSystemLosesTags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		srv.Disturb(nastest.Disturbance{TagsLost: 1})
		client := srv.Client()
		for range 2 {
			fs, err := client.EnsureFileSystem(t.Context(), "home", files)
			if drift, ok := errors.AsType[*nas.DriftError](err); !ok || drift.ResourceID != fs.FileSystemID || fs.FileSystemID == "" {
				t.Errorf("%+v, %v", fs, err)
			}
		}
		if n := strings.Count(strings.Join(srv.Calls(), " "), "CreateFileSystem"); n != 1 {
			t.Errorf("%d creations", n)
		}
	})
}

// TestEnsureFileSystemAbsentOther names a file system of the ID that does not have the key:
// it may have lost its tags, or another key may be meant.
func TestEnsureFileSystemAbsentOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		srv.AddFileSystem("other")
		err := srv.Client().EnsureFileSystemAbsent(t.Context(), "home", "other")
		drift, ok := errors.AsType[*nas.DriftError](err)
		if !ok || drift.ResourceID != "other" || len(drift.Fields) != 1 || !strings.Contains(err.Error(), "accesspoint-key") {
			t.Errorf("it stands: %v", err)
		}
		client := srv.Client()
		for n := 1; ; n++ {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			err := client.EnsureFileSystemAbsent(ctx, "home", "none")
			if cancel(); err == nil {
				break
			}
			if n > 6 {
				t.Fatalf("there is none: %v", err)
			}
		}
	})
}

// TestEnsureFileSystemAbsentAfter makes a key absent whose creation, by the same client,
// is still on its way: the looks before it prove nothing.
func TestEnsureFileSystemAbsentAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		srv.Disturb(nastest.Disturbance{Late: 8 * time.Second})
		srv.Inject("CreateFileSystem", nastest.AppliedLate)
		client := srv.Client()
		for err := error(nil); !errors.Is(err, nas.ErrOutcomeUnknown); {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err = client.EnsureFileSystem(ctx, "home", files)
			cancel()
		}
		if err := client.EnsureFileSystemAbsent(t.Context(), "home", "none"); !errors.Is(err, nas.ErrDrift) { // which names it
			t.Error(err)
		}
	})
}

// TestEnsureExtremeAgain deletes an extreme file system whose token outlives it.
func TestEnsureExtremeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		ctx := t.Context()
		in := nas.CreateFileSystemRequest{FileSystemType: nas.FileSystemTypeExtreme, StorageType: nas.StorageExtremeStandard, ProtocolType: nas.ProtocolNFS, ZoneID: "z", Capacity: 100}
		first, err := srv.Client().EnsureFileSystem(ctx, "fast", in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := srv.Client().DeleteFileSystem(ctx, nas.DeleteFileSystemRequest{FileSystemID: first.FileSystemID}); err != nil {
			t.Fatal(err)
		}
		second, err := srv.Client().EnsureFileSystem(ctx, "fast", in)
		if err != nil || second.FileSystemID == first.FileSystemID {
			t.Errorf("%+v, %v", second, err)
		}
		srv.Inject("CreateMountTarget", nastest.ResponseLost)
		if m, err := srv.Client().EnsureMountTarget(ctx, nas.CreateMountTargetRequest{FileSystemID: second.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID}); err != nil || m.MountTargetDomain == "" {
			t.Errorf("%+v, %v", m, err) // the service names no domain, and the response is lost
		}
	})
}

// TestEnsureExtremeSlowly replaces an extreme file system whose token outlives it, in
// calls with short contexts on one client: each goes on with the token that the one
// before it came to.
func TestEnsureExtremeSlowly(t *testing.T) {
	in := nas.CreateFileSystemRequest{FileSystemType: nas.FileSystemTypeExtreme, StorageType: nas.StorageExtremeStandard, ProtocolType: nas.ProtocolNFS, ZoneID: "z", Capacity: 100}
	other := in
	other.Description = "of another"
	for title, next := range map[string]nas.CreateFileSystemRequest{"the same": in, "with other parameters": other} {
		t.Run(title, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer()
				first, err := srv.Client().EnsureFileSystem(t.Context(), "fast", in)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := srv.Client().DeleteFileSystem(t.Context(), nas.DeleteFileSystemRequest{FileSystemID: first.FileSystemID}); err != nil {
					t.Fatal(err)
				}
				client := srv.Client()
				for n := 1; ; n++ {
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
					second, err := client.EnsureFileSystem(ctx, "fast", next)
					cancel()
					if err == nil && second.FileSystemID != first.FileSystemID {
						break
					}
					if !errors.Is(err, context.DeadlineExceeded) || n == 10 {
						t.Fatalf("call %d: %+v, %v", n, second, err)
					}
				}
			})
		})
	}
}

// settledSchedules is the service as random schedules drive what it refuses no second
// one of. extremeSchedules is that of file systems with a token.
var (
	settledSchedules = settledService("nas settled", 3, map[string]func(ensuretest.Schedule) ensuretest.World{
		"file-system":  func(s ensuretest.Schedule) ensuretest.World { return fileSystemWorld(s, files) },
		"mount-target": mountTargetWorld,
	})
	extremeSchedules = settledService("nas extreme", 0, map[string]func(ensuretest.Schedule) ensuretest.World{
		"extreme": func(s ensuretest.Schedule) ensuretest.World {
			return fileSystemWorld(s, nas.CreateFileSystemRequest{
				FileSystemType: nas.FileSystemTypeExtreme, StorageType: nas.StorageExtremeStandard, ProtocolType: nas.ProtocolNFS, ZoneID: "z", Capacity: 100,
			})
		},
	})
)

// settledService returns one that may send so many creations, or any number of them
// if they have a token.
func settledService(name string, creates int, worlds map[string]func(ensuretest.Schedule) ensuretest.World) *ensuretest.Service {
	return &ensuretest.Service{
		Name: name, Worlds: worlds, Unique: creates == 0, TagsTell: creates == 0, Reports: creates > 0, MaxCreates: creates, Keeps: true,
		Creates: func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("X-Acs-Action"), "Create") },
		Deletes: func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("X-Acs-Action"), "Delete") },
		Created: func(body []byte) string {
			var out struct{ FileSystemID, MountTargetDomain string }
			_ = json.Unmarshal(body, &out)
			return out.FileSystemID + out.MountTargetDomain
		},
	}
}

// settledWorld is a NAS for schedules, in which no Ensure may delete anything but an
// access point of its own. If changes show within Settle, a call that fails has to name
// all that it was told that it has created, and no two that succeed for a key get
// different ones that both exist. A call is made again if again says so of its error.
func settledWorld(s ensuretest.Schedule, caller func(*nastest.Server, *nas.Client) ensuretest.Caller, standing func(*nastest.Server, string) []string, again func(context.Context, *nastest.Server, error) bool) ensuretest.World {
	var mu sync.Mutex
	var wrong []string
	complain := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		wrong = append(wrong, fmt.Sprintf(format, args...))
	}
	options := []nastest.Option{nastest.ReadyAfter(3 * time.Second), nastest.GoneAfter(2 * time.Second), nastest.ClockOffset(s.Clock), nastest.ClockJitter(s.Jitter), nastest.PageLimit(s.Page)}
	if s.Clock == 0 { // to save time
		options = append(options, nastest.AnySignature())
	}
	srv := nastest.NewServer(options...)
	got := map[string][]string{} // by key, what calls that succeeded have returned
	return ensuretest.World{
		Disturb: func(d fake.Disturbance) {
			srv.Disturb(nastest.Disturbance{
				Faults: d.Faults, Mix: ensuretest.Mix[nastest.Fault](d.Mix), Late: d.Late, Lag: d.Lag, TagLag: d.TagLag, TagsLost: d.TagsLost,
				AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		Caller: func(p ensuretest.Process) ensuretest.Caller {
			var absent atomic.Bool
			cfg := srv.Config()
			cfg.Settle, cfg.MaxAttempts = ensuretest.Settle, p.MaxAttempts
			inner := cfg.HTTPClient.Transport
			cfg.HTTPClient.Transport = p.Wrap(roundTripper(func(r *http.Request) (*http.Response, error) {
				if action := r.Header.Get("X-Acs-Action"); !absent.Load() && strings.HasPrefix(action, "Delete") && action != "DeleteAccessPoint" {
					complain("an Ensure has sent %s", action)
				}
				return inner.RoundTrip(r)
			}))
			told := &creations{rt: cfg.HTTPClient.Transport}
			cfg.HTTPClient.Transport = told
			c, err := nas.New(cfg)
			if err != nil {
				panic(err)
			}
			it := caller(srv, c)
			named := func(ensure func(context.Context, string) (string, error)) func(context.Context, string) (string, error) {
				return func(ctx context.Context, key string) (string, error) {
					var before error // what is known, if ctx ends at once
					var known string
					for {
						told.ids = nil
						id, err := ensure(ctx, key)
						if id = cmp.Or(id, known); err != nil && before != nil {
							err = fmt.Errorf("%w, after %s", err, before.Error())
						}
						for _, made := range told.ids {
							if err == nil || s.Wild || strings.Contains(err.Error(), made) {
								continue
							}
							go func() { // somebody may have deleted it before, which shows within Settle
								if <-time.After(ensuretest.Settle); stands(srv, made) {
									complain("%s: %s was created, and the error is %v", key, made, err)
								}
							}()
						}
						if err == nil {
							mu.Lock()
							got[key] = append(got[key], id)
							mu.Unlock()
						}
						if !again(ctx, srv, err) {
							return id, err
						}
						known, before = id, err
					}
				}
			}
			it.Ensure, it.Other = named(it.Ensure), named(it.Other)
			remove := it.Absent
			it.Absent = func(ctx context.Context, key string) error {
				absent.Store(true)
				return remove(ctx, key)
			}
			it.Duplicates = func(err error) []string {
				if e, ok := errors.AsType[*nas.DuplicateError](err); ok {
					return e.IDs
				}
				return nil
			}
			it.Drifts = func(err error) bool {
				_, ok := errors.AsType[*nas.DriftError](err)
				return ok
			}
			return it
		},
		Standing: func(key string) []string {
			there := standing(srv, key)
			both := slices.Compact(slices.Sorted(slices.Values(got[key])))
			both = slices.DeleteFunc(both, func(id string) bool { return !slices.Contains(there, id) })
			if len(both) > 1 && !s.Wild && s.TagsLost == 0 {
				complain("%s: calls have succeeded with %v", key, both)
			}
			return there
		},
		Wrong: func() []string { return wrong },
	}
}

// stands reports whether a file system, a mount target or an access point exists.
func stands(srv *nastest.Server, id string) bool {
	c, ctx := srv.Client(), context.Background()
	var ids []string
	err := func() error {
		for fs, err := range c.FileSystems(ctx, nas.DescribeFileSystemsRequest{}) {
			if err != nil {
				return err
			}
			if fs.Status != nas.FileSystemStatusDeleting {
				ids = append(ids, fs.FileSystemID)
			}
			for m, err := range c.MountTargets(ctx, nas.DescribeMountTargetsRequest{FileSystemID: fs.FileSystemID}) {
				if err != nil {
					return err
				}
				if m.Status != nas.MountTargetDeleting {
					ids = append(ids, m.MountTargetDomain)
				}
			}
			for ap, err := range c.AccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: fs.FileSystemID}) {
				if err != nil {
					return err
				}
				if ap.Status != nas.StatusDeleting {
					ids = append(ids, ap.AccessPointID)
				}
			}
		}
		return nil
	}()
	if err != nil { // in bad weather
		<-time.After(time.Second)
		return stands(srv, id)
	}
	return slices.Contains(ids, id)
}

// creations notes the IDs of what a client is told that it has created.
type creations struct {
	rt  http.RoundTripper
	ids []string
}

func (c *creations) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.rt.RoundTrip(r)
	if err == nil && answer.StatusCode == http.StatusOK {
		c.note(r, answer)
	}
	return answer, err
}

// note reads an answer, and puts its body back.
func (c *creations) note(r *http.Request, answer *http.Response) {
	body, broken := io.ReadAll(answer.Body)
	answer.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), iotest.ErrReader(cmp.Or(broken, io.EOF))))
	switch action := r.Header.Get("X-Acs-Action"); {
	case broken != nil:
	case action == "DeleteAccessPoint":
		c.ids = slices.DeleteFunc(c.ids, func(id string) bool { return id == r.URL.Query().Get("AccessPointId") })
	case strings.HasPrefix(action, "Create"):
		var out struct {
			FileSystemID, MountTargetDomain string
			AccessPoint                     struct{ AccessPointID string }
		}
		if json.Unmarshal(body, &out) != nil {
			return
		}
		if id := cmp.Or(out.FileSystemID, out.MountTargetDomain, out.AccessPoint.AccessPointID); id != "" {
			c.ids = append(c.ids, id)
		}
	}
}

// fileSystemWorld has the key of a file system in its tag, which may be lost, and in a
// field that is not.
func fileSystemWorld(s ensuretest.Schedule, in nas.CreateFileSystemRequest) ensuretest.World {
	return settledWorld(s, func(srv *nastest.Server, c *nas.Client) ensuretest.Caller {
		ensure := func(ctx context.Context, key, description string) (string, error) {
			in := in
			in.Description, in.ResourceGroupID = description, "rg-"+key
			fs, err := c.EnsureFileSystem(ctx, key, in)
			return fs.FileSystemID, err
		}
		return ensuretest.Caller{
			Ensure: func(ctx context.Context, key string) (string, error) { return ensure(ctx, key, "as asked") },
			Other:  func(ctx context.Context, key string) (string, error) { return ensure(ctx, key, "of another") },
			Absent: absentByID(srv, c.EnsureFileSystemAbsent),
		}
	}, fileSystemsOf, once)
}

// once makes no call again.
func once(context.Context, *nastest.Server, error) bool { return false }

// fileSystemsOf returns the file systems of a key, also those that have lost their tags.
func fileSystemsOf(srv *nastest.Server, key string) (ids []string) {
	for fs, err := range srv.Client().FileSystems(context.Background(), nas.DescribeFileSystemsRequest{}) {
		if err != nil { // in bad weather
			<-time.After(time.Second)
			return fileSystemsOf(srv, key)
		}
		if fs.ResourceGroupID == "rg-"+key && fs.Status != nas.FileSystemStatusDeleting {
			ids = append(ids, fs.FileSystemID)
		}
	}
	return ids
}

// absentByID returns what makes a key absent where a file system has to be named, too:
// one that exists, also one that has lost its tags, until an error tells of another. The
// next call on the client names the same: each that is wrong costs Settle.
func absentByID(srv *nastest.Server, absent func(ctx context.Context, key, id string) error) func(context.Context, string) error {
	var names sync.Map
	return func(ctx context.Context, key string) error {
		for {
			id, known := names.Load(key)
			if !known {
				id = append(fileSystemsOf(srv, key), "none")[0]
			}
			err := absent(ctx, key, id.(string))
			drift, ok := errors.AsType[*nas.DriftError](err)
			if !ok || drift.ResourceID == id {
				return err // if there is none: the key has nothing, whichever was named
			}
			names.Store(key, drift.ResourceID)
		}
	}
}

// mountTargetWorld has a file system for each key.
func mountTargetWorld(s ensuretest.Schedule) ensuretest.World {
	var mu sync.Mutex
	have := map[string]bool{}
	standing := func(srv *nastest.Server, key string) (domains []string) {
		for m, err := range srv.Client().MountTargets(context.Background(), nas.DescribeMountTargetsRequest{FileSystemID: key}) {
			if err != nil {
				break // no file system
			}
			if m.Status != nas.MountTargetDeleting {
				domains = append(domains, m.MountTargetDomain)
			}
		}
		return domains
	}
	return settledWorld(s, func(srv *nastest.Server, c *nas.Client) ensuretest.Caller {
		srv.AddAccessGroup("other")
		ensure := func(ctx context.Context, key, group string) (string, error) {
			mu.Lock()
			if !have[key] {
				srv.AddFileSystem(key)
				have[key] = true
			}
			mu.Unlock()
			m, err := c.EnsureMountTarget(ctx, nas.CreateMountTargetRequest{FileSystemID: key, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessGroupName: group})
			return m.MountTargetDomain, err
		}
		return ensuretest.Caller{
			Ensure: func(ctx context.Context, key string) (string, error) { return ensure(ctx, key, nastest.AccessGroup) },
			Other:  func(ctx context.Context, key string) (string, error) { return ensure(ctx, key, "other") },
			Absent: func(ctx context.Context, key string) error {
				return c.EnsureMountTargetAbsent(ctx, key, nastest.VpcID, nastest.VSwitchID)
			},
		}
	}, standing, once)
}

// TestSettledSchedules and the next seven drive EnsureFileSystem and EnsureMountTarget
// through schedules.
func TestSettledSchedules(t *testing.T)   { fewer(t); settledSchedules.TestSchedules(t) }
func TestSettledRivals(t *testing.T)      { settledSchedules.TestRivals(t) }
func TestSettledSameInstant(t *testing.T) { settledSchedules.TestSameInstant(t) }
func TestSettledContexts(t *testing.T)    { settledSchedules.TestContexts(t) }
func TestSettledFleet(t *testing.T)       { settledSchedules.TestFleet(t) }
func TestExtremeSchedules(t *testing.T)   { fewer(t); extremeSchedules.TestSchedules(t) }
func TestExtremeRivals(t *testing.T)      { extremeSchedules.TestRivals(t) }
func TestExtremeSameInstant(t *testing.T) { extremeSchedules.TestSameInstant(t) }
