package nas_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

const otherVSwitch = "vsw-other"

// plan is for all that there is.
func plan(steps *[]nas.ProvisionStep) nas.AccessPointPlan {
	return nas.AccessPointPlan{
		FileSystem:   nas.CreateFileSystemRequest{StorageType: nas.StorageCapacity, ProtocolType: nas.ProtocolNFS, Description: "home"},
		AccessGroup:  &nas.EnsureAccessGroupRequest{AccessGroupName: "team-a", Rules: []nas.AccessRuleSpec{{SourceCidrIP: "10.0.0.0/8"}}},
		MountTargets: []nas.CreateMountTargetRequest{{VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID}, {VpcID: nastest.VpcID, VSwitchID: otherVSwitch}},
		AccessPoint:  nas.CreateAccessPointRequest{VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessPointName: "home"},
		OnStep:       func(s nas.ProvisionStep) { *steps = append(*steps, s) },
	}
}

// planServer is one that has the networks of plan.
func planServer(options ...nastest.Option) *nastest.Server {
	srv := nastest.NewServer(options...)
	srv.AddNetwork(nastest.VpcID, otherVSwitch)
	return srv
}

func told(steps []nas.ProvisionStep) (texts []string) {
	for _, s := range steps {
		texts = append(texts, s.Kind+" "+s.State)
	}
	return texts
}

// mutations returns the operations that change something, of those that were sent.
func mutations(srv *nastest.Server) []string {
	return slices.DeleteFunc(srv.Calls(), func(name string) bool { return strings.HasPrefix(name, "Describe") || strings.HasPrefix(name, "List") })
}

// TestProvision makes all from nothing, again, and takes it down.
func TestProvision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := planServer(nastest.ReadyAfter(time.Minute), nastest.GoneAfter(30*time.Second))
		ctx := t.Context()
		var steps []nas.ProvisionStep
		first, err := srv.Client().ProvisionAccessPoint(ctx, "k", plan(&steps))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]string{
			"FileSystem created", "FileSystem available", "AccessGroup created", "AccessGroup available",
			"MountTarget created", "MountTarget available", "MountTarget created", "MountTarget available", "AccessPoint created", "AccessPoint available",
		}, told(steps)); d != "" {
			t.Error(d)
		}
		if last := steps[len(steps)-1]; last.ID != first.AccessPoint.AccessPointID || last.Elapsed < 4*time.Minute || last.Elapsed > 6*time.Minute {
			t.Errorf("%+v", last)
		}
		id := first.FileSystem.FileSystemID
		if first.FileSystem.Description != "home" || first.AccessPoint.FileSystemID != id || first.AccessPoint.AccessGroup != "team-a" || len(first.AccessGroup.Rules) != 1 ||
			first.MountTargets[1].VSwitchID != otherVSwitch || first.MountTargets[1].AccessGroup != "team-a" {
			t.Errorf("%+v", first)
		}
		if line := first.MountCommand("/mnt/home"); !strings.HasPrefix(line, "sudo mount -t nfs -o vers=3,") || !strings.HasSuffix(line, " "+first.AccessPoint.DomainName+":/ /mnt/home") {
			t.Error(line)
		}

		// Again, by another process: nothing changes.
		steps, earlier := nil, len(mutations(srv))
		second, err := srv.Client().ProvisionAccessPoint(ctx, "k", plan(&steps))
		if err != nil || len(mutations(srv)) != earlier {
			t.Error(err, mutations(srv)[earlier:])
		}
		if slices.ContainsFunc(steps, func(s nas.ProvisionStep) bool { return s.State == "created" }) || second.AccessPoint.AccessPointID != first.AccessPoint.AccessPointID || second.FileSystem.FileSystemID != id {
			t.Errorf("%+v, %v", second, told(steps))
		}

		c := srv.Client()
		other, err := c.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{FileSystemID: id, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID})
		if err != nil {
			t.Fatal(err)
		}
		refused := func(name, key, id string, p nas.AccessPointPlan, target error, names string) {
			t.Helper()
			earlier := len(mutations(srv))
			err := c.DeprovisionAccessPoint(ctx, key, id, p)
			if !errors.Is(err, target) || !strings.Contains(err.Error(), names) || len(mutations(srv)) != earlier {
				t.Errorf("%s: %v after %v", name, err, mutations(srv)[earlier:])
			}
		}
		refused("another's access point", "k", id, plan(&steps), nas.ErrConflict, other.AccessPoint.AccessPointID)
		if _, err = c.DeleteAccessPoint(ctx, nas.DeleteAccessPointRequest{FileSystemID: id, AccessPointID: other.AccessPoint.AccessPointID}); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Minute)
		fewer, groups := plan(&steps), plan(&steps)
		fewer.MountTargets = fewer.MountTargets[:1]
		groups.AccessGroup.AccessGroupName = nastest.AccessGroup
		refused("a mount target that is not of the plan", "k", id, fewer, nas.ErrConflict, first.MountTargets[1].MountTargetDomain)
		refused("another's group", "k", id, groups, nas.ErrDrift, nastest.AccessGroup)
		refused("another key", "other", id, nas.AccessPointPlan{}, nas.ErrDrift, id)
		refused("a file system without a key", "k", nastest.FileSystemID, plan(&steps), nas.ErrDrift, nastest.FileSystemID)
		refused("no file system", "k", "", plan(&steps), nas.ErrInvalidRequest, "FileSystemId")
		refused("a file system that is not there", "k", "none", plan(&steps), nas.ErrDrift, id)

		steps = nil
		if err := c.DeprovisionAccessPoint(ctx, "k", id, plan(&steps)); err != nil {
			t.Error(err)
		}
		if d := cmp.Diff([]string{
			"FileSystem found", "AccessGroup found", "AccessPoint found", "MountTarget found", "MountTarget found",
			"AccessPoint deleted", "MountTarget deleted", "MountTarget deleted", "FileSystem deleted", "AccessGroup deleted",
		}, told(steps)); d != "" {
			t.Error(d)
		}
		if err := c.DeprovisionAccessPoint(ctx, "k", id, plan(&steps)); err != nil { // again
			t.Error(err)
		}
		for fs, err := range c.FileSystems(ctx, nas.DescribeFileSystemsRequest{}) {
			if err != nil || fs.FileSystemID != nastest.FileSystemID && fs.FileSystemID != nastest.AgenticFileSystemID {
				t.Errorf("%+v, %v", fs, err)
			}
		}
		for group, err := range c.AccessGroups(ctx, nas.DescribeAccessGroupsRequest{}) {
			if err != nil || group.AccessGroupName != nastest.AccessGroup {
				t.Errorf("%+v, %v", group, err)
			}
		}
	})
}

// TestProvisionFails has each step refused, and looks for what stands in the error.
// The call again finishes.
func TestProvisionFails(t *testing.T) {
	for operation, stands := range map[string][]string{
		"CreateFileSystem":     nil,
		"DescribeAccessGroups": {"FileSystem"},
		"CreateAccessGroup":    {"FileSystem"},
		"CreateAccessRule":     {"FileSystem", "AccessGroup"},
		"CreateMountTarget":    {"FileSystem", "AccessGroup"},
		"CreateAccessPoint":    {"FileSystem", "AccessGroup", "MountTarget", "MountTarget"},
		"DescribeAccessPoint":  {"FileSystem", "AccessGroup", "MountTarget", "MountTarget", "AccessPoint"},
	} {
		t.Run(operation, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := planServer(nastest.ReadyAfter(20 * time.Second))
				c, ctx := srv.Client(), t.Context()
				var steps []nas.ProvisionStep
				srv.Fail(operation, nas.APIError{StatusCode: 403, Code: nas.CodeForbidden})
				out, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps))
				var kinds []string
				if left, ok := errors.AsType[*nas.LeftoverError](err); ok {
					for _, l := range left.Leftovers {
						kinds = append(kinds, l.Kind)
						if !l.Created || !strings.Contains(err.Error(), l.Kind+" "+l.ID) {
							t.Errorf("%+v, %v", l, err)
						}
					}
				}
				if d := cmp.Diff(stands, kinds); d != "" || !errors.Is(err, nas.ErrAccessDenied) || out == nil {
					t.Errorf("%v\n%s", err, d)
				}
				again, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps))
				if err != nil || out.FileSystem.FileSystemID != "" && again.FileSystem.FileSystemID != out.FileSystem.FileSystemID {
					t.Errorf("%+v, %v", again, err)
				}
			})
		})
	}
}

// TestProvisionEnds ends the context at every moment, and looks for what stands in the
// error. Calls with a context that lasts finish, up and down.
func TestProvisionEnds(t *testing.T) {
	for lasts := 100 * time.Millisecond; lasts < 80*time.Second; lasts += 1700 * time.Millisecond {
		synctest.Test(t, func(t *testing.T) {
			srv := planServer(nastest.ReadyAfter(3*time.Second), nastest.Latency(50*time.Millisecond))
			var steps []nas.ProvisionStep
			within := func(lasts time.Duration, do func(context.Context) error) error {
				ctx, cancel := context.WithTimeout(t.Context(), lasts)
				defer cancel()
				return do(ctx)
			}
			err := within(lasts, func(ctx context.Context) error {
				_, err := srv.Client().ProvisionAccessPoint(ctx, "k", plan(&steps))
				return err
			})
			<-time.After(10 * time.Second)
			calm := srv.Client()
			var stand []string
			for fs, err := range calm.FileSystems(t.Context(), nas.DescribeFileSystemsRequest{Tags: []nas.Tag{{Key: "accesspoint-key", Value: "k"}}}) {
				if err != nil {
					t.Fatal(err)
				}
				stand = append(stand, fs.FileSystemID)
				for _, m := range fs.MountTargets {
					stand = append(stand, m.MountTargetDomain)
				}
				for ap, err := range calm.AccessPoints(t.Context(), nas.ListAccessPointsRequest{FileSystemID: fs.FileSystemID}) {
					if err != nil {
						t.Fatal(err)
					}
					stand = append(stand, ap.AccessPointID)
				}
			}
			for _, id := range stand {
				if err != nil && !strings.Contains(err.Error(), id) {
					// The only one whose creation was on its way.
					if last := mutations(srv); id != stand[len(stand)-1] || !errors.Is(err, nas.ErrOutcomeUnknown) {
						t.Errorf("%v: %s stands, the error is %v (%v)", lasts, id, err, last)
					}
				}
			}
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v: %v", lasts, err)
			}
			out, err := calm.ProvisionAccessPoint(t.Context(), "k", plan(&steps))
			if err != nil || len(stand) > 0 && out.FileSystem.FileSystemID != stand[0] {
				t.Errorf("%v: %+v, %v", lasts, out, err)
			}
			c := srv.Client() // one process that is asked again and again
			for n := 1; ; n++ {
				err = within(min(lasts, 20*time.Second)+2*time.Second, func(ctx context.Context) error {
					return c.DeprovisionAccessPoint(ctx, "k", out.FileSystem.FileSystemID, plan(&steps))
				})
				if err == nil {
					break
				}
				if n == 20 {
					t.Fatalf("%v: %v", lasts, err)
				}
			}
			for _, kind := range []string{"FileSystem", "AccessGroup", "MountTarget", "AccessPoint"} {
				if !slices.Contains(told(steps), kind+" found") || !slices.Contains(told(steps), kind+" deleted") && lasts > 20*time.Second {
					t.Errorf("%v: of a %s: %v", lasts, kind, told(steps))
				}
			}
		})
	}
}

// TestDeprovisionFails has each kind of deletion refused, and looks for all that stands
// in the error, and not only for what was tried.
func TestDeprovisionFails(t *testing.T) {
	for _, operation := range []string{"DeleteAccessPoint", "DeleteMountTarget"} {
		synctest.Test(t, func(t *testing.T) {
			srv := planServer()
			c, ctx := srv.Client(), t.Context()
			var steps []nas.ProvisionStep
			out, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps))
			if err != nil {
				t.Fatal(err)
			}
			srv.Fail(operation, nas.APIError{StatusCode: 403, Code: nas.CodeForbidden})
			err = c.DeprovisionAccessPoint(ctx, "k", out.FileSystem.FileSystemID, plan(&steps))
			var kinds []string
			if left, ok := errors.AsType[*nas.LeftoverError](err); ok {
				for _, l := range left.Leftovers {
					kinds = append(kinds, l.Kind)
				}
			}
			if d := cmp.Diff([]string{"FileSystem", "AccessGroup", "AccessPoint", "MountTarget", "MountTarget"}, kinds); d != "" {
				t.Errorf("%s: %v\n%s", operation, err, d)
			}
		})
	}
}

// TestDeprovisionConflict has each request refused because something else is in
// progress: the call repeats it, until its context ends if that does not pass.
func TestDeprovisionConflict(t *testing.T) {
	for _, operation := range []string{"DescribeFileSystems", "DescribeAccessGroups", "ListAccessPoints", "DescribeMountTargets", "DeleteAccessPoint", "DeleteMountTarget", "DeleteFileSystem", "DeleteAccessGroup"} {
		synctest.Test(t, func(t *testing.T) {
			srv := planServer()
			c, ctx := srv.Client(), t.Context()
			var steps []nas.ProvisionStep
			out, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps))
			if err != nil {
				t.Fatal(err)
			}
			for range 30 { // more than 25 s of them
				srv.Inject(operation, nastest.Conflict)
			}
			short, cancel := context.WithTimeout(ctx, 25*time.Second)
			defer cancel()
			err = c.DeprovisionAccessPoint(short, "k", out.FileSystem.FileSystemID, plan(&steps))
			left, _ := errors.AsType[*nas.LeftoverError](err)
			if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, nas.ErrConflict) || left == nil && operation != "DescribeFileSystems" {
				t.Errorf("%s: %v", operation, err)
			}
			if err := c.DeprovisionAccessPoint(ctx, "k", out.FileSystem.FileSystemID, plan(&steps)); err != nil {
				t.Errorf("%s: %v", operation, err)
			}
		})
	}
}

// TestDeprovisionHidden has the file system not show for a moment. That is not why the
// call ends, and who takes an ErrNotFound for success would leave all of it.
func TestDeprovisionHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := planServer()
		c, ctx := srv.Client(), t.Context()
		var steps []nas.ProvisionStep
		out, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps))
		if err != nil {
			t.Fatal(err)
		}
		srv.Fail("DescribeMountTargets", nas.APIError{Code: nas.CodeFileSystemNotFound})
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		err = c.DeprovisionAccessPoint(short, "k", out.FileSystem.FileSystemID, plan(&steps))
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nas.ErrNotFound) || !strings.Contains(err.Error(), "InvalidFileSystem.NotFound") {
			t.Error(err)
		}
	})
}

// TestDeprovisionEmptyList has the lists of permission groups wrongly say that there are
// none, from when the file system is gone: the group does not stay behind.
func TestDeprovisionEmptyList(t *testing.T) {
	for _, lists := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			srv := planServer()
			c, ctx := srv.Client(), t.Context()
			var steps []nas.ProvisionStep
			out, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps))
			if err != nil {
				t.Fatal(err)
			}
			p := plan(&steps)
			p.OnStep = func(s nas.ProvisionStep) {
				if s.Kind == "FileSystem" && s.State == "deleted" {
					for range lists {
						srv.Inject("DescribeAccessGroups", nastest.EmptyList)
					}
				}
			}
			if err := c.DeprovisionAccessPoint(ctx, "k", out.FileSystem.FileSystemID, p); err != nil {
				t.Error(err)
			}
			for group, err := range c.AccessGroups(ctx, nas.DescribeAccessGroupsRequest{}) {
				if err != nil || group.AccessGroupName != nastest.AccessGroup {
					t.Errorf("%d lists: %+v, %v", lists, group, err)
				}
			}
		})
	}
}

// TestProvisionDrift leaves what is not as the plan says.
func TestProvisionDrift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := planServer()
		srv.AddAccessGroup("of-others")
		c, ctx := srv.Client(), t.Context()
		var steps []nas.ProvisionStep
		if _, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps)); err != nil {
			t.Fatal(err)
		}
		earlier := len(mutations(srv))
		for field, change := range map[string]func(*nas.AccessPointPlan){
			"StorageType":             func(p *nas.AccessPointPlan) { p.FileSystem.StorageType = nas.StoragePremium },
			"AccessGroup.Description": func(p *nas.AccessPointPlan) { p.AccessGroup.AccessGroupName = "of-others" },
			"AccessGroupName":         func(p *nas.AccessPointPlan) { p.MountTargets[1].AccessGroupName = nastest.AccessGroup },
			"RootDirectory":           func(p *nas.AccessPointPlan) { p.AccessPoint.RootDirectory = "/a" },
		} {
			p := plan(&steps)
			change(&p)
			_, err := c.ProvisionAccessPoint(ctx, "k", p)
			if drift, ok := errors.AsType[*nas.DriftError](err); !ok || drift.Fields[0].Field != field {
				t.Errorf("%s: got %v", field, err)
			}
		}
		if got := mutations(srv)[earlier:]; len(got) > 0 {
			t.Errorf("sent %v", got)
		}
		p := plan(&steps)
		p.AccessGroup.Rules[0].Priority = 2
		if out, err := c.ProvisionAccessPoint(ctx, "k", p); err != nil || out.AccessGroup.Rules[0].Priority != 2 {
			t.Errorf("%+v, %v", out, err)
		}
	})
}

// TestProvisionSeveral finds two file systems of a key. Either is taken down by name.
func TestProvisionSeveral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := planServer()
		c, ctx := srv.Client(), t.Context()
		var steps []nas.ProvisionStep
		out, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps))
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Minute)
		in := plan(&steps).FileSystem
		in.Tags = []nas.Tag{{Key: "accesspoint-key", Value: "k"}}
		second, err := c.CreateFileSystem(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.ProvisionAccessPoint(ctx, "k", plan(&steps))
		several, ok := errors.AsType[*nas.DuplicateError](err)
		left, _ := errors.AsType[*nas.LeftoverError](err)
		if !ok || !cmp.Equal(several.IDs, []string{out.FileSystem.FileSystemID, second.FileSystemID}) || left == nil || len(left.Leftovers) != 2 {
			t.Errorf("%v, %v", err, left)
		}
		steps = nil
		err = c.DeprovisionAccessPoint(ctx, "k", second.FileSystemID, plan(&steps))
		if drift, ok := errors.AsType[*nas.DriftError](err); !ok || drift.ResourceID != out.FileSystem.FileSystemID || !slices.Contains(told(steps), "FileSystem deleted") {
			t.Errorf("%v, %v", err, told(steps))
		}
		if again, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps)); err != nil || again.AccessPoint.AccessPointID != out.AccessPoint.AccessPointID {
			t.Errorf("%+v, %v", again, err)
		}
	})
}

// TestProvisionRivals has two processes provision one key at the same time, while lists
// lag. They may create two file systems, but then not both succeed: each would write to
// its own.
func TestProvisionRivals(t *testing.T) {
	for seed := range uint64(30) {
		synctest.Test(t, func(t *testing.T) {
			srv := planServer(nastest.ReadyAfter(7 * time.Second))
			srv.Disturb(nastest.Disturbance{Lag: 9 * time.Second, Seed: seed})
			var ids [2]string
			var errs [2]error
			var rivals sync.WaitGroup
			for i := range ids {
				rivals.Go(func() {
					var steps []nas.ProvisionStep
					out, err := srv.Client().ProvisionAccessPoint(t.Context(), "k", plan(&steps))
					ids[i], errs[i] = out.FileSystem.FileSystemID, err
				})
			}
			rivals.Wait()
			if errs[0] == nil && errs[1] == nil && ids[0] != ids[1] {
				t.Errorf("seed %d: %v", seed, ids)
			}
		})
	}
}

// TestProvisionInvalid refuses plans that do not fit together.
func TestProvisionInvalid(t *testing.T) {
	srv := nastest.NewServer()
	for field, change := range map[string]func(*nas.AccessPointPlan){
		"FileSystem.ClientToken must not be set":                                     func(p *nas.AccessPointPlan) { p.FileSystem.ClientToken = "t" },
		"FileSystem.DryRun must not be set":                                          func(p *nas.AccessPointPlan) { p.FileSystem.DryRun = true },
		"FileSystem.StorageType is required":                                         func(p *nas.AccessPointPlan) { p.FileSystem.StorageType = "" },
		"FileSystem.Tag.1.Key is reserved":                                           func(p *nas.AccessPointPlan) { p.FileSystem.Tags = []nas.Tag{{Key: "accesspoint-key"}} },
		"FileSystem.StorageType must not be Agentic: its access points need a space": func(p *nas.AccessPointPlan) { p.FileSystem.StorageType = nas.StorageAgentic },
		"FileSystem.FileSystemType must be standard: no other has access points":     func(p *nas.AccessPointPlan) { p.FileSystem.FileSystemType = nas.FileSystemTypeExtreme },
		"FileSystem.ProtocolType must be NFS: no other has access points":            func(p *nas.AccessPointPlan) { p.FileSystem.ProtocolType = nas.ProtocolSMB },
		"AccessGroup.AccessGroupName is required":                                    func(p *nas.AccessPointPlan) { p.AccessGroup.AccessGroupName = "" },
		"AccessGroup.Description must not be set":                                    func(p *nas.AccessPointPlan) { p.AccessGroup.Description = "of team a" },
		"AccessGroup.FileSystemType must be standard":                                func(p *nas.AccessPointPlan) { p.AccessGroup.FileSystemType = nas.FileSystemTypeExtreme },
		"AccessGroup.Rules.1.Priority must be 1 to 100":                              func(p *nas.AccessPointPlan) { p.AccessGroup.Rules[0].Priority = 101 },
		"MountTargets.1.VSwitchId is required":                                       func(p *nas.AccessPointPlan) { p.MountTargets[0].VSwitchID = "" },
		"MountTargets.1.DryRun must not be set":                                      func(p *nas.AccessPointPlan) { p.MountTargets[0].DryRun = true },
		"MountTargets.2.FileSystemId must not be set":                                func(p *nas.AccessPointPlan) { p.MountTargets[1].FileSystemID = nastest.FileSystemID },
		"MountTargets must not repeat a key":                                         func(p *nas.AccessPointPlan) { p.MountTargets[1].VSwitchID = p.MountTargets[0].VSwitchID },
		"AccessPoint.FileSystemId must not be set":                                   func(p *nas.AccessPointPlan) { p.AccessPoint.FileSystemID = nastest.FileSystemID },
		"AccessPoint.AgenticSpaceId must not be set":                                 func(p *nas.AccessPointPlan) { p.AccessPoint.AgenticSpaceID = nastest.AgenticSpaceID },
		"AccessPoint.Permission has no effect without OwnerUserId and OwnerGroupId":  func(p *nas.AccessPointPlan) { p.AccessPoint.Permission = "0755" },
		"AccessPoint.Tag.1.Key is reserved":                                          func(p *nas.AccessPointPlan) { p.AccessPoint.Tags = []nas.Tag{{Key: "accesspoint-call"}} },
	} {
		p := plan(new([]nas.ProvisionStep))
		change(&p)
		_, err := srv.Client().ProvisionAccessPoint(t.Context(), "k", p)
		wrong, ok := errors.AsType[*nas.ValidationError](err)
		if !ok || len(wrong.Problems) != len(slices.Compact(slices.Clone(wrong.Problems))) || !slices.ContainsFunc(wrong.Problems, func(p nas.Problem) bool { return p.Field+" "+p.Reason == field }) {
			t.Errorf("%s: got %v", field, err)
		}
	}
	skipping, err := srv.Client().With(func(c *nas.Config) { c.SkipValidation = true })
	if err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(*nas.AccessPointPlan){
		"AccessGroup.AccessGroupName": func(p *nas.AccessPointPlan) { p.AccessGroup.AccessGroupName = "" },
		"MountTargets.1.VpcId":        func(p *nas.AccessPointPlan) { p.MountTargets[0].VpcID = "" },
	} {
		p := plan(new([]nas.ProvisionStep))
		change(&p)
		_, err := skipping.ProvisionAccessPoint(t.Context(), "k", p)
		if wrong, ok := errors.AsType[*nas.ValidationError](err); !ok || wrong.Problems[0].Field != field {
			t.Errorf("without validation: %v", err)
		}
	}
	if _, err := srv.Client().ProvisionAccessPoint(t.Context(), "", plan(new([]nas.ProvisionStep))); !errors.Is(err, nas.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	if srv.Calls() != nil {
		t.Errorf("sent %v", srv.Calls())
	}
}

// TestProvisionLate has a file system and a permission group that do not show to all
// operations at once.
func TestProvisionLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := planServer()
		hidden := nas.APIError{StatusCode: 404, Code: nas.CodeFileSystemNotFound}
		srv.Fail("CreateMountTarget", nas.APIError{StatusCode: 404, Code: nas.CodeAccessGroupNotFound})
		for _, operation := range []string{"DescribeMountTargets", "CreateMountTarget", "ListAccessPoints", "CreateAccessPoint", "DescribeAccessPoint"} {
			srv.Fail(operation, hidden)
		}
		var steps []nas.ProvisionStep
		out, err := srv.Client().ProvisionAccessPoint(t.Context(), "k", plan(&steps))
		if err != nil {
			t.Fatal(err)
		}
		for _, operation := range []string{"ListAccessPoints", "DeleteAccessPoint", "DescribeMountTargets", "DeleteMountTarget"} {
			srv.Fail(operation, hidden)
		}
		srv.Fail("DeleteFileSystem", nas.APIError{StatusCode: 403, Code: nas.CodeInvalidState})
		srv.Fail("DeleteAccessGroup", nas.APIError{StatusCode: 403, Code: nas.CodeInvalidState})
		if err := srv.Client().DeprovisionAccessPoint(t.Context(), "k", out.FileSystem.FileSystemID, plan(&steps)); err != nil {
			t.Error(err)
		}
		policy := nas.APIError{StatusCode: 400, Code: nas.CodeLifecyclePolicyAssociated}
		out, err = srv.Client().ProvisionAccessPoint(t.Context(), "k", plan(&steps))
		if err != nil {
			t.Fatal(err)
		}
		srv.Fail("DeleteFileSystem", policy)
		err = srv.Client().DeprovisionAccessPoint(t.Context(), "k", out.FileSystem.FileSystemID, plan(&steps))
		left, _ := errors.AsType[*nas.LeftoverError](err)
		if !errors.Is(err, nas.CodeLifecyclePolicyAssociated) || left == nil || len(left.Leftovers) != 2 { // the file system and the group
			t.Errorf("%v, %v", err, left)
		}
	})
}

func TestMountCommand(t *testing.T) {
	p := &nas.ProvisionedAccessPoint{AccessPoint: nas.AccessPoint{DomainName: "ap-1.nas.aliyuncs.com"}}
	const options = "vers=3,nolock,proto=tcp,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport"
	for dir, want := range map[string][2]string{
		"/mnt/a": {"sudo mount -t nfs -o " + options + " ap-1.nas.aliyuncs.com:/ /mnt/a", "ap-1.nas.aliyuncs.com:/ /mnt/a nfs _netdev," + options + " 0 0"},
		"/a b":   {"sudo mount -t nfs -o " + options + " ap-1.nas.aliyuncs.com:/ '/a b'", `ap-1.nas.aliyuncs.com:/ /a\040b nfs _netdev,` + options + " 0 0"},
	} {
		if got := [2]string{p.MountCommand(dir), p.FstabLine(dir)}; got != want {
			t.Errorf("got %q", got)
		}
	}
	p.AccessPoint.EnabledRAM = true
	if got := [2]string{p.MountCommand("/a"), p.FstabLine("/a")}; got != [2]string{
		"sudo mount -t alinas -o tls,vers=3,ram ap-1.nas.aliyuncs.com:/ /a", "ap-1.nas.aliyuncs.com:/ /a alinas _netdev,tls,vers=3,ram 0 0",
	} {
		t.Errorf("got %q", got)
	}
}

// flowSchedules is the service as random schedules drive ProvisionAccessPoint. What the
// promises say of a resource, is of the file system.
var flowSchedules = func() *ensuretest.Service {
	s := settledService("nas flow", 3, map[string]func(ensuretest.Schedule) ensuretest.World{"flow": flowWorld})
	s.Creates = func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "CreateFileSystem" }
	s.Deletes = func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "DeleteFileSystem" }
	return s
}()

func flowWorld(s ensuretest.Schedule) ensuretest.World {
	plan := func(key, description string) nas.AccessPointPlan {
		p := plan(new([]nas.ProvisionStep))
		p.FileSystem.Description, p.FileSystem.ResourceGroupID = description, "rg-"+key
		p.AccessGroup.AccessGroupName = "group-" + key
		p.MountTargets = p.MountTargets[:1]
		return p
	}
	return settledWorld(s, func(srv *nastest.Server, c *nas.Client) ensuretest.Caller {
		ensure := func(ctx context.Context, key, description string) (string, error) {
			out, err := c.ProvisionAccessPoint(ctx, key, plan(key, description))
			if err == nil && (out.AccessPoint.AccessPointID == "" || len(out.MountTargets) != 1 || len(out.AccessGroup.Rules) == 0) {
				panic("something is missing")
			}
			return out.FileSystem.FileSystemID, err
		}
		return ensuretest.Caller{
			Ensure: func(ctx context.Context, key string) (string, error) { return ensure(ctx, key, "as asked") },
			Other:  func(ctx context.Context, key string) (string, error) { return ensure(ctx, key, "of another") },
			Absent: absentByID(srv, func(ctx context.Context, key, id string) error {
				return c.DeprovisionAccessPoint(ctx, key, id, plan(key, ""))
			}),
		}
	}, fileSystemsOf, dropSecond)
}

// dropSecond does for a second mount target in a vSwitch what it takes: whoever reads of
// it in the error deletes it, and does not call again at once, since lists may show it for
// a while. A call whose context ends meanwhile does not wait for that.
func dropSecond(ctx context.Context, srv *nastest.Server, err error) bool {
	several, ok := errors.AsType[*nas.DuplicateError](err)
	if !ok || several.Operation != "EnsureMountTarget" {
		return false
	}
	dropped := make(chan struct{})
	go func() {
		defer close(dropped)
		for _, domain := range several.IDs[1:] {
			in := nas.DeleteMountTargetRequest{FileSystemID: strings.Split(domain, "-")[0], MountTargetDomain: domain}
			for _, err := srv.Client().DeleteMountTarget(context.Background(), in); err != nil && !errors.Is(err, nas.ErrNotFound); {
				<-time.After(time.Second)
				_, err = srv.Client().DeleteMountTarget(context.Background(), in)
			}
		}
		<-time.After(time.Second)
	}()
	select {
	case <-dropped:
	case <-ctx.Done():
	}
	return true
}

// TestFlowSchedules and the next five drive ProvisionAccessPoint through schedules,
// fewer than what it is made of: each takes several times as long.
func TestFlowSchedules(t *testing.T)   { fewer(t); fewer(t); flowSchedules.TestSchedules(t) }
func TestFlowRivals(t *testing.T)      { flowSchedules.TestRivals(t) }
func TestFlowSameInstant(t *testing.T) { fewer(t); flowSchedules.TestSameInstant(t) }
func TestFlowContexts(t *testing.T)    { flowSchedules.TestContexts(t) }
func TestFlowAbsent(t *testing.T)      { flowSchedules.TestAbsentContexts(t) }
func TestFlowFleet(t *testing.T)       { flowSchedules.TestFleet(t) }
