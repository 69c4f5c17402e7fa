package nas_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// TestEnsureAgenticSpace finds, creates, compares, changes and deletes a space.
func TestEnsureAgenticSpace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.GoneAfter(time.Minute))
		client, ctx := srv.Client(), t.Context()
		first, err := client.EnsureAgenticSpace(ctx, createSpace)
		if err != nil {
			t.Fatal(err)
		}
		slash := with(createSpace, func(in *nas.CreateAgenticSpaceRequest) { in.FileSystemPath += "/" })
		slash.ClientToken = nas.IdempotencyToken(slash.FileSystemID, "/one", "0")
		if again, err := srv.Client().EnsureAgenticSpace(ctx, slash); err != nil || again != first {
			t.Errorf("%+v, %v", again, err)
		}
		changed := with(createSpace, func(in *nas.CreateAgenticSpaceRequest) {
			in.Azone, in.Description, in.Quota = "other", "changed", nas.AgenticSpaceQuota{SizeLimit: 12 << 30, FileCountLimit: 20_000}
		})
		size := nas.Drift{Field: "Quota.SizeLimit", Wanted: "12884901888", Found: "10737418240"}
		files := nas.Drift{Field: "Quota.FileCountLimit", Wanted: "20000", Found: "10000"}
		zone := nas.Drift{Field: "Azone", Wanted: "other", Found: "cn-hangzhou-g"}
		words := nas.Drift{Field: "Description", Wanted: "changed", Found: "the first"}
		found, err := client.EnsureAgenticSpace(ctx, changed)
		drift, ok := errors.AsType[*nas.DriftError](err)
		if !ok || found != first {
			t.Fatalf("%+v, %v", found, err)
		}
		if d := cmp.Diff(&nas.DriftError{Operation: "EnsureAgenticSpace", Key: "/one", ResourceID: first.AgenticSpaceID, Fields: []nas.Drift{size, files, zone, words}}, drift); d != "" {
			t.Error(d)
		}
		srv.Fail("ModifyAgenticSpace", nas.APIError{StatusCode: 403, Code: nas.CodeForbidden})
		r, err := client.RepairAgenticSpace(ctx, changed)
		if d := cmp.Diff(nas.Repair{ResourceID: first.AgenticSpaceID, Changed: []nas.Drift{size, files}, Left: []nas.Drift{zone, words}}, r); d != "" || !errors.Is(err, nas.ErrAccessDenied) {
			t.Errorf("%v %s", err, d)
		}
		srv.Fail("ModifyAgenticSpace", nas.APIError{StatusCode: 403, Code: nas.CodeInvalidState})
		r, err = client.RepairAgenticSpace(ctx, changed)
		if d := cmp.Diff(nas.Repair{ResourceID: first.AgenticSpaceID, Changed: []nas.Drift{words}, Left: []nas.Drift{zone}}, r); d != "" || !errors.Is(err, nas.ErrDrift) {
			t.Errorf("%v %s", err, d)
		}
		changed.Azone = createSpace.Azone
		if r, err = client.RepairAgenticSpace(ctx, changed); err != nil || r.Changed != nil || r.Left != nil {
			t.Errorf("%+v, %v", r, err)
		}

		// With an access point it stays; while that is being deleted, the call waits.
		in := nas.CreateAccessPointRequest{
			FileSystemID: nastest.AgenticFileSystemID, AgenticSpaceID: first.AgenticSpaceID, EnabledRAM: true, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
		}
		ap, err := client.CreateAccessPoint(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		err = client.EnsureAgenticSpaceAbsent(ctx, nastest.AgenticFileSystemID, "/one/")
		drift, _ = errors.AsType[*nas.DriftError](err)
		if drift == nil || drift.Fields[0] != (nas.Drift{Field: "AccessPointId", Found: ap.AccessPoint.AccessPointID}) {
			t.Errorf("with an access point: %v", err)
		}
		if _, err := client.DeleteAccessPoint(ctx, nas.DeleteAccessPointRequest{FileSystemID: in.FileSystemID, AccessPointID: ap.AccessPoint.AccessPointID}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := client.EnsureAgenticSpaceAbsent(ctx, nastest.AgenticFileSystemID, "/one/"); err != nil || time.Since(began) < 2*time.Minute {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		if err := client.EnsureAgenticSpaceAbsent(ctx, "none", "/one"); err != nil {
			t.Errorf("in a file system that does not exist: %v", err)
		}
		second, err := client.EnsureAgenticSpace(ctx, createSpace)
		if err != nil || second.AgenticSpaceID == first.AgenticSpaceID {
			t.Errorf("%+v, %v", second, err)
		}
	})
}

// TestEnsureAgenticSpaceEnds names what there is when the context ends.
func TestEnsureAgenticSpaceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		s, err := srv.Client().EnsureAgenticSpace(ctx, createSpace)
		failed, ok := errors.AsType[*nas.WaitError](err)
		if !ok || !errors.Is(err, context.DeadlineExceeded) || s.AgenticSpaceID == "" || failed.State != s.AgenticSpaceID+" settling" {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

// TestEnsureAgenticSpaceInvalid has what is refused without a request.
func TestEnsureAgenticSpaceInvalid(t *testing.T) {
	srv := nastest.NewServer()
	client, ctx := srv.Client(), t.Context()
	for name, change := range map[string]func(*nas.CreateAgenticSpaceRequest){
		"no file system": func(in *nas.CreateAgenticSpaceRequest) { in.FileSystemID = "" },
		"a deeper path":  func(in *nas.CreateAgenticSpaceRequest) { in.FileSystemPath = "/a/b" },
		"no path":        func(in *nas.CreateAgenticSpaceRequest) { in.FileSystemPath = "" },
		"another token":  func(in *nas.CreateAgenticSpaceRequest) { in.ClientToken = "t" },
		"a dry run":      func(in *nas.CreateAgenticSpaceRequest) { in.DryRun = true },
		"no quota":       func(in *nas.CreateAgenticSpaceRequest) { in.Quota.SizeLimit = 0 },
	} {
		if _, err := client.EnsureAgenticSpace(ctx, with(createSpace, change)); !errors.Is(err, nas.ErrInvalidRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, path := range []string{"", "/", "one", "/a/b"} {
		if err := client.EnsureAgenticSpaceAbsent(ctx, nastest.AgenticFileSystemID, path); !errors.Is(err, nas.ErrInvalidRequest) {
			t.Errorf("%q: %v", path, err)
		}
	}
	if err := client.EnsureAgenticSpaceAbsent(ctx, "", "/a"); !errors.Is(err, nas.ErrInvalidRequest) || srv.Calls() != nil {
		t.Errorf("%v, %v", err, srv.Calls())
	}
}
