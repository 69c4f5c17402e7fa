package efs_test

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
)

// plan is for all that there is.
func plan(steps *[]efs.ProvisionStep) efs.AccessPointPlan {
	return efs.AccessPointPlan{
		FileSystem:   efs.CreateFileSystemRequest{Encrypted: new(true), Tags: []efs.Tag{{Key: "Name", Value: "home"}}},
		Policy:       `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["elasticfilesystem:ClientMount"]}]}`,
		AccessPoint:  efs.CreateAccessPointRequest{RootDirectory: &efs.RootDirectory{Path: "/a"}},
		MountTargets: []efs.CreateMountTargetRequest{{SubnetID: efstest.SubnetID, SecurityGroups: []string{efstest.SecurityGroupID}}, {SubnetID: efstest.OtherSubnetID}},
		OnStep:       func(s efs.ProvisionStep) { *steps = append(*steps, s) },
	}
}

func told(steps []efs.ProvisionStep) (texts []string) {
	for _, s := range steps {
		texts = append(texts, s.Kind+" "+s.State)
	}
	return texts
}

// TestProvision makes all from nothing, again, and takes it down.
func TestProvision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.Empty(), efstest.ReadyAfter(time.Minute), efstest.GoneAfter(30*time.Second))
		ctx := t.Context()
		var steps []efs.ProvisionStep
		first, err := srv.Client().ProvisionAccessPoint(ctx, "k", plan(&steps))
		must(err)
		if d := cmp.Diff([]string{
			"FileSystem created", "FileSystem available", "FileSystemPolicy created", "AccessPoint created", "AccessPoint available",
			"MountTarget created", "MountTarget created", "MountTarget available", "MountTarget available",
		}, told(steps)); d != "" {
			t.Error(d)
		}
		if last := steps[len(steps)-1]; last.ID != first.MountTargets[1].MountTargetID || last.Elapsed < 3*time.Minute || last.Elapsed > 5*time.Minute {
			t.Errorf("%+v", last)
		}
		if first.FileSystem.Name != "home" || first.AccessPoint.FileSystemID != first.FileSystem.FileSystemID || first.MountTargets[0].SubnetID != efstest.SubnetID {
			t.Errorf("%+v", first)
		}

		// Again, by another process: nothing changes.
		steps, earlier := nil, len(mutations(srv))
		second, err := srv.Client().ProvisionAccessPoint(ctx, "k", plan(&steps))
		must(err)
		if d := cmp.Diff([]string{"CreateAccessPoint"}, mutations(srv)[earlier:]); d != "" { // which is refused, and so finds it
			t.Error(d)
		}
		if slices.ContainsFunc(steps, func(s efs.ProvisionStep) bool { return s.State == "created" }) || second.AccessPoint.AccessPointID != first.AccessPoint.AccessPointID || second.FileSystem.FileSystemID != first.FileSystem.FileSystemID {
			t.Errorf("%+v, %v", second, told(steps))
		}

		id := first.FileSystem.FileSystemID
		c := srv.Client()
		other, err := c.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: id})
		must(err)
		refused := func(name, key, id string, p efs.AccessPointPlan, target error, names string) {
			t.Helper()
			earlier := len(mutations(srv))
			err := c.DeprovisionAccessPoint(ctx, key, id, p)
			if !errors.Is(err, target) || !strings.Contains(err.Error(), names) || len(mutations(srv)) != earlier {
				t.Errorf("%s: %v after %v", name, err, mutations(srv)[earlier:])
			}
		}
		refused("another's access point", "k", id, plan(&steps), efs.ErrConflict, other.AccessPointID)
		_, err = c.DeleteAccessPoint(ctx, efs.DeleteAccessPointRequest{AccessPointID: other.AccessPointID})
		must(err)
		fewer := plan(&steps)
		fewer.MountTargets = fewer.MountTargets[:1]
		refused("a mount target that is not of the plan", "k", id, fewer, efs.ErrConflict, first.MountTargets[1].MountTargetID)
		refused("another key", "other", id, plan(&steps), efs.ErrDrift, id)
		refused("another file system", "k", "fs-76543210", plan(&steps), efs.ErrDrift, id)
		refused("no file system", "k", "", plan(&steps), efs.ErrInvalidRequest, "FileSystemId")
		refused("no subnets", "k", id, efs.AccessPointPlan{}, efs.ErrInvalidRequest, "MountTargets")

		steps = nil
		must(c.DeprovisionAccessPoint(ctx, "k", id, plan(&steps)))
		if d := cmp.Diff([]string{
			"FileSystem found", "AccessPoint found", "MountTarget found", "MountTarget found",
			"AccessPoint deleted", "MountTarget deleted", "MountTarget deleted", "FileSystem deleted",
		}, told(steps)); d != "" {
			t.Error(d)
		}
		must(c.DeprovisionAccessPoint(ctx, "k", id, plan(&steps))) // again
		for fs, err := range c.FileSystems(ctx, efs.DescribeFileSystemsRequest{}) {
			t.Errorf("%+v, %v", fs, err)
		}
	})
}

// TestProvisionFails has each step refused, and looks for what stands in the error.
// The call again finishes.
func TestProvisionFails(t *testing.T) {
	for operation, stands := range map[string][]string{
		"CreateFileSystem":                  nil,
		"PutFileSystemPolicy":               {"FileSystem"},
		"DescribeFileSystemPolicy":          {"FileSystem"},
		"CreateAccessPoint":                 {"FileSystem", "FileSystemPolicy"},
		"DescribeAccessPoints":              {"FileSystem", "FileSystemPolicy", "AccessPoint"},
		"CreateMountTarget":                 {"FileSystem", "FileSystemPolicy", "AccessPoint"},
		"DescribeMountTargetSecurityGroups": {"FileSystem", "FileSystemPolicy", "AccessPoint", "MountTarget", "MountTarget"},
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := efstest.NewServer(efstest.Empty(), efstest.ReadyAfter(time.Second))
			c, ctx := srv.Client(), t.Context()
			var steps []efs.ProvisionStep
			srv.Fail(operation, efs.APIError{StatusCode: 403, Code: efs.CodeAccessDeniedException})
			out, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps))
			var kinds []string
			if left, ok := errors.AsType[*efs.LeftoverError](err); ok {
				for _, l := range left.Leftovers {
					kinds = append(kinds, l.Kind)
					if !l.Created || !strings.Contains(err.Error(), l.Kind+" "+l.ID) {
						t.Errorf("%s: %+v, %v", operation, l, err)
					}
				}
			}
			if d := cmp.Diff(stands, kinds); d != "" || !errors.Is(err, efs.ErrAccessDenied) || out == nil {
				t.Errorf("%s: %v\n%s", operation, err, d)
			}
			again, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps))
			if err != nil || out.FileSystem.FileSystemID != "" && again.FileSystem.FileSystemID != out.FileSystem.FileSystemID {
				t.Errorf("%s: %+v, %v", operation, again, err)
			}
		})
	}
}

// TestProvisionNamesTheSuccessor has somebody delete a mount target, in whose place the
// call creates another one, and then refuses the call.
func TestProvisionNamesTheSuccessor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv *efstest.Server
		var ids []string
		srv = efstest.NewServer(efstest.Empty(), efstest.ReadyAfter(time.Second), efstest.OnRequest(func(r efstest.Request) {
			if r.Operation != "CreateMountTarget" || r.Status != http.StatusOK {
				return
			}
			_, body := srv.Ask("DescribeMountTargets", map[string]string{"FileSystemId": "fs-00000000000000001"})
			all := regexp.MustCompile(`fsmt-[0-9a-f]+`).FindAllString(string(body), -1)
			switch ids = append(ids, all[len(all)-1]); len(ids) {
			case 2:
				srv.Ask("DeleteMountTarget", map[string]string{"MountTargetId": ids[0]})
			case 3:
				srv.Fail("DescribeMountTargets", efs.APIError{StatusCode: 403, Code: efs.CodeAccessDeniedException})
			}
		}))
		_, err := srv.Client().ProvisionAccessPoint(t.Context(), "k", plan(new([]efs.ProvisionStep)))
		if !errors.Is(err, efs.ErrAccessDenied) || len(ids) != 3 || strings.Count(err.Error(), ids[2]) < 2 {
			t.Errorf("%v: %v", ids, err)
		}
	})
}

// TestProvisionKeepsWhatItKnows repeats a step because the file system does not show,
// and the second time the step does not come as far as the first time.
func TestProvisionKeepsWhatItKnows(t *testing.T) {
	for last, id := range map[string]string{"CreateAccessPoint": "fsap-00000000000000002", "CreateMountTarget": "fsmt-00000000000000003"} {
		synctest.Test(t, func(t *testing.T) {
			var srv *efstest.Server
			srv = efstest.NewServer(efstest.Empty(), efstest.OnRequest(func(r efstest.Request) {
				if r.Operation == last && r.Status == http.StatusOK {
					look := strings.Replace(last, "Create", "Describe", 1) + "s"
					srv.Fail(look, efs.APIError{Code: efs.CodeFileSystemNotFound})
					for range 100 {
						srv.Fail(look, efs.APIError{StatusCode: 500, Code: efs.CodeInternalServerError})
						srv.Fail(last, efs.APIError{StatusCode: 500, Code: efs.CodeInternalServerError})
					}
				}
			}))
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			p, err := srv.Client().ProvisionAccessPoint(ctx, "k", efs.AccessPointPlan{MountTargets: []efs.CreateMountTargetRequest{{SubnetID: efstest.SubnetID}}})
			if err == nil || !strings.Contains(err.Error(), id) || p.AccessPoint.AccessPointID != id && (len(p.MountTargets) == 0 || p.MountTargets[0].MountTargetID != id) {
				t.Errorf("got %+v, %v", p, err)
			}
		})
	}
}

// TestDeprovisionFails has each kind of deletion refused, and looks for all that stands
// in the error, and not only for what was tried.
func TestDeprovisionFails(t *testing.T) {
	for _, operation := range []string{"DeleteAccessPoint", "DeleteMountTarget"} {
		synctest.Test(t, func(t *testing.T) {
			srv := efstest.NewServer(efstest.Empty())
			c, ctx := srv.Client(), t.Context()
			var steps []efs.ProvisionStep
			out, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps))
			if err != nil {
				t.Fatal(err)
			}
			srv.Fail(operation, efs.APIError{StatusCode: 403, Code: efs.CodeAccessDeniedException})
			err = c.DeprovisionAccessPoint(ctx, "k", out.FileSystem.FileSystemID, plan(&steps))
			var kinds []string
			if left, ok := errors.AsType[*efs.LeftoverError](err); ok {
				for _, l := range left.Leftovers {
					kinds = append(kinds, l.Kind)
				}
			}
			if d := cmp.Diff([]string{"FileSystem", "AccessPoint", "MountTarget", "MountTarget"}, kinds); d != "" {
				t.Errorf("%s: %v\n%s", operation, err, d)
			}
		})
	}
}

// TestDeprovisionConflict has each request refused because something else is in
// progress: the call repeats it, until its context ends if that does not pass.
func TestDeprovisionConflict(t *testing.T) {
	for _, operation := range []string{"DescribeFileSystems", "DescribeAccessPoints", "DescribeMountTargets", "DeleteAccessPoint", "DeleteMountTarget", "DeleteFileSystem"} {
		synctest.Test(t, func(t *testing.T) {
			srv := efstest.NewServer(efstest.Empty())
			c, ctx := srv.Client(), t.Context()
			var steps []efs.ProvisionStep
			out, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps))
			if err != nil {
				t.Fatal(err)
			}
			for range 30 { // more than 25 s of them
				srv.Inject(operation, efstest.Conflict)
			}
			short, cancel := context.WithTimeout(ctx, 25*time.Second)
			defer cancel()
			err = c.DeprovisionAccessPoint(short, "k", out.FileSystem.FileSystemID, plan(&steps))
			left, _ := errors.AsType[*efs.LeftoverError](err)
			if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, efs.ErrConflict) || left == nil && operation != "DescribeFileSystems" {
				t.Errorf("%s: %v", operation, err)
			}
			if err := c.DeprovisionAccessPoint(ctx, "k", out.FileSystem.FileSystemID, plan(&steps)); err != nil {
				t.Errorf("%s: %v", operation, err)
			}
		})
	}
}

// TestProvisionDrift leaves what is not as the plan says.
func TestProvisionDrift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.Empty())
		c, ctx := srv.Client(), t.Context()
		var steps []efs.ProvisionStep
		_, err := c.ProvisionAccessPoint(ctx, "k", plan(&steps))
		must(err)
		earlier := len(mutations(srv))
		for field, change := range map[string]func(*efs.AccessPointPlan){
			"Encrypted":          func(p *efs.AccessPointPlan) { p.FileSystem.Encrypted = new(false) },
			"Policy":             func(p *efs.AccessPointPlan) { p.Policy = strings.Replace(p.Policy, "Allow", "Deny", 1) },
			"RootDirectory.Path": func(p *efs.AccessPointPlan) { p.AccessPoint.RootDirectory = nil },
			"Targets.2.SecurityGroups": func(p *efs.AccessPointPlan) {
				p.MountTargets[1].SecurityGroups = []string{efstest.OtherSecurityGroupID}
			},
		} {
			p := plan(&steps)
			change(&p)
			_, err := c.ProvisionAccessPoint(ctx, "k", p)
			if drift, ok := errors.AsType[*efs.DriftError](err); !ok || drift.Fields[0].Field != field {
				t.Errorf("%s: got %v", field, err)
			}
		}
		same := plan(&steps)
		same.Policy = strings.Replace(same.Policy, `{"AWS":"*"}`, `"*"`, 1)
		if _, err := c.ProvisionAccessPoint(ctx, "k", same); err != nil {
			t.Error(err)
		}
		if got := mutations(srv)[earlier:]; slices.ContainsFunc(got, func(name string) bool { return name != "CreateAccessPoint" }) {
			t.Errorf("sent %v", got)
		}
	})
}

// TestProvisionInvalid refuses plans that do not fit together.
func TestProvisionInvalid(t *testing.T) {
	srv := efstest.NewServer()
	c := srv.Client()
	for field, change := range map[string]func(*efs.AccessPointPlan){
		"FileSystem.CreationToken":  func(p *efs.AccessPointPlan) { p.FileSystem.CreationToken = "t" },
		"FileSystem.KmsKeyId":       func(p *efs.AccessPointPlan) { p.FileSystem.KmsKeyID = "x" },
		"FileSystem.Tags.1.Key":     func(p *efs.AccessPointPlan) { p.FileSystem.Tags = []efs.Tag{{Key: "accesspoint-key"}} },
		"Policy":                    func(p *efs.AccessPointPlan) { p.Policy = "x" },
		"AccessPoint.FileSystemId":  func(p *efs.AccessPointPlan) { p.AccessPoint.FileSystemID = efstest.FileSystemID },
		"AccessPoint.ClientToken":   func(p *efs.AccessPointPlan) { p.AccessPoint.ClientToken = "t" },
		"AccessPoint.PosixUser.Uid": func(p *efs.AccessPointPlan) { p.AccessPoint.PosixUser = &efs.PosixUser{} },
		"AccessPoint.Tags.1.Key":    func(p *efs.AccessPointPlan) { p.AccessPoint.Tags = []efs.Tag{{Key: "accesspoint-key"}} },
		"MountTargets":              func(p *efs.AccessPointPlan) { p.MountTargets = nil },
		"MountTargets.1.SubnetId":   func(p *efs.AccessPointPlan) { p.MountTargets[0].SubnetID = "" },
		"MountTargets.2.SubnetId":   func(p *efs.AccessPointPlan) { p.MountTargets[1].SubnetID = p.MountTargets[0].SubnetID },
		"MountTargets.1.FileSystemId": func(p *efs.AccessPointPlan) {
			p.MountTargets[0].FileSystemID = efstest.FileSystemID
		},
	} {
		var steps []efs.ProvisionStep
		p := plan(&steps)
		change(&p)
		_, err := c.ProvisionAccessPoint(t.Context(), "k", p)
		wrong, ok := errors.AsType[*efs.ValidationError](err)
		if !ok || !slices.ContainsFunc(wrong.Problems, func(p efs.Problem) bool { return p.Field == field }) {
			t.Errorf("%s: got %v", field, err)
		}
	}
	if _, err := c.ProvisionAccessPoint(t.Context(), "*", plan(new([]efs.ProvisionStep))); !errors.Is(err, efs.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	if srv.Calls() != nil {
		t.Errorf("sent %v", srv.Calls())
	}
}

// TestProvisionAtOnce has two processes make the same at the same time.
func TestProvisionAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.Empty(), efstest.ReadyAfter(5*time.Second), efstest.Latency(100*time.Millisecond))
		ids := make(chan string)
		for range 3 {
			go func() {
				var steps []efs.ProvisionStep
				out, err := srv.Client().ProvisionAccessPoint(context.Background(), "k", plan(&steps))
				if err != nil {
					t.Error(err)
				}
				ids <- out.FileSystem.FileSystemID + " " + out.AccessPoint.AccessPointID
			}()
		}
		if a, b, c := <-ids, <-ids, <-ids; a != b || b != c {
			t.Errorf("%s, %s, %s", a, b, c)
		}
	})
}

func TestMountCommand(t *testing.T) {
	p := &efs.ProvisionedAccessPoint{FileSystem: efs.FileSystem{FileSystemID: "fs-1"}, AccessPoint: efs.AccessPoint{AccessPointID: "fsap-1"}}
	for dir, want := range map[string][2]string{
		"/mnt/a":    {"sudo mount -t efs -o tls,accesspoint=fsap-1 fs-1:/ /mnt/a", "fs-1:/ /mnt/a efs _netdev,noresvport,tls,accesspoint=fsap-1 0 0"},
		"/mnt/it's": {`sudo mount -t efs -o tls,accesspoint=fsap-1 fs-1:/ '/mnt/it'\''s'`, "fs-1:/ /mnt/it's efs _netdev,noresvport,tls,accesspoint=fsap-1 0 0"},
		"/a b\\\n":  {"sudo mount -t efs -o tls,accesspoint=fsap-1 fs-1:/ '/a b\\\n'", `fs-1:/ /a\040b\134\012 efs _netdev,noresvport,tls,accesspoint=fsap-1 0 0`},
	} {
		if got := [2]string{p.MountCommand(dir), p.FstabLine(dir)}; got != want {
			t.Errorf("got %q", got)
		}
	}
	p.Policy = "{}"
	if got := p.MountCommand("/a"); got != "sudo mount -t efs -o tls,iam,accesspoint=fsap-1 fs-1:/ /a" {
		t.Errorf("got %s", got)
	}
}
