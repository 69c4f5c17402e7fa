package nas_test

import (
	"errors"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

var (
	setQuota    = nas.SetDirQuotaRequest{FileSystemID: nastest.FileSystemID, Path: "/a/b", UserType: nas.UserTypeAll, QuotaType: nas.QuotaEnforcement, SizeLimit: new(int64(10))}
	cancelQuota = nas.CancelDirQuotaRequest{FileSystemID: nastest.FileSystemID, Path: "/a/b", UserType: nas.UserTypeAll}
	makeDir     = nas.CreateDirRequest{FileSystemID: nastest.FileSystemID, RootDirectory: "/a/b/", OwnerUserID: new(uint32(0)), OwnerGroupID: new(uint32(0)), Permission: "0755"}
)

// TestNoSuccess has answers of status 200 that say that the operation failed, or do
// not say that it did not.
func TestNoSuccess(t *testing.T) {
	for body, c := range map[string]struct {
		failed  bool // the service says so
		code    nas.Code
		unknown bool
	}{
		`{"RequestId":"id-1","Success":true}`:                             {},
		`{"RequestId":"id-1","Success":"True"}`:                           {},
		`{"RequestId":"id-1","Success":false}`:                            {failed: true},
		`{"RequestId":"id-1","Success":"false","Code":"X","Message":"m"}`: {failed: true, code: "X"},
		`{"RequestId":"id-1"}`:                                            {unknown: true},
		`{"RequestId":"id-1","Success":null}`:                             {unknown: true},
		`{"RequestId":"id-1","Code":"X"}`:                                 {unknown: true},
	} {
		client := newClient(t, wiretest.Answering(wiretest.Answer{Status: http.StatusOK, Body: body}), func(c *nas.Config) { c.MaxAttempts = 1 })
		set, setErr := client.SetDirQuota(t.Context(), setQuota)
		canceled, cancelErr := client.CancelDirQuota(t.Context(), cancelQuota)
		if ok := !c.failed && !c.unknown; ok != (set != nil && set.Success && setErr == nil) || ok != (canceled != nil && canceled.Success && cancelErr == nil) {
			t.Errorf("%s: %+v, %v; %+v, %v", body, set, setErr, canceled, cancelErr)
		}
		for operation, err := range map[string]error{"SetDirQuota": setErr, "CancelDirQuota": cancelErr} {
			if errors.Is(err, nas.ErrOutcomeUnknown) != c.unknown {
				t.Errorf("%s: %v", body, err)
			}
			e, _ := err.(*nas.APIError)
			if c.failed && (e == nil || e.Operation != operation || e.StatusCode != 200 || e.RequestID != "id-1" || e.Code != c.code) {
				t.Errorf("%s: %v", body, err)
			}
		}
	}
}

// TestDirQuotas sets, replaces, lists and cancels quotas of directories.
func TestDirQuotas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.ReadyAfter(10*time.Minute), nastest.GoneAfter(time.Minute), nastest.PageLimit(2))
		client, ctx := srv.Client(), t.Context()
		if _, err := client.SetDirQuota(ctx, setQuota); !errors.Is(err, nas.CodeDirPathNotExist) {
			t.Errorf("of a directory that does not exist: %v", err)
		}
		alone := makeDir
		alone.Recursion = new(false)
		if _, err := client.CreateDir(ctx, alone); !errors.Is(err, nas.ErrNotFound) {
			t.Errorf("without its parent: %v", err)
		}
		for range 2 {
			if _, err := client.CreateDir(ctx, makeDir); err != nil {
				t.Error(err)
			}
		}
		user := setQuota
		user.UserType, user.UserID, user.QuotaType = nas.UserTypeUID, new(uint32(0)), nas.QuotaAccounting
		began := time.Now()
		for _, in := range []nas.SetDirQuotaRequest{user, setQuota} {
			if _, err := client.SetDirQuota(ctx, in); err != nil {
				t.Error(err)
			}
			d, err := client.WaitDirQuotaNormal(ctx, in, nas.WaitOptions{})
			if err != nil || d.Status != nas.DirQuotaNormal || d.Path != "/a/b" {
				t.Errorf("%+v, %v", d, err)
			}
		}
		if took := time.Since(began); took < 20*time.Minute {
			t.Errorf("they are in effect after %v", took)
		}
		more := setQuota // the one before is in effect still
		more.SizeLimit = new(int64(20))
		if _, err := client.SetDirQuota(ctx, more); err != nil {
			t.Error(err)
		}
		srv.Disturb(nastest.Disturbance{Lag: 30 * time.Second})
		d, err := client.WaitDirQuotaNormal(ctx, more, nas.WaitOptions{})
		srv.Disturb(nastest.Disturbance{})
		want := []nas.UserQuotaInfo{
			{UserType: nas.UserTypeUID, UserID: new(uint32(0)), QuotaType: nas.QuotaAccounting, SizeLimit: new(int64(10)), FileCountReal: 1},
			{UserType: nas.UserTypeAll, QuotaType: nas.QuotaEnforcement, SizeLimit: new(int64(20)), FileCountReal: 1},
		}
		if d := cmp.Diff(want, d.UserQuotaInfos); d != "" || err != nil {
			t.Errorf("%v %s", err, d)
		}

		for i := range 4 { // deeper than a quota can be is the last
			in := setQuota
			in.Path += "/c/d/e" + strconv.Itoa(i)
			if i == 3 {
				in.Path += "/f/g/h/i"
			}
			dir := makeDir
			dir.RootDirectory = in.Path
			if _, err := client.CreateDir(ctx, dir); err != nil {
				t.Error(err)
			}
			if _, err := client.SetDirQuota(ctx, in); (err != nil) != (i == 3) {
				t.Errorf("%s: %v", in.Path, err)
			}
		}
		paths := func() (paths []string) {
			for d, err := range client.DirQuotas(ctx, nas.DescribeDirQuotasRequest{FileSystemID: nastest.FileSystemID}) {
				if err != nil {
					t.Error(err)
				}
				paths = append(paths, d.Path)
			}
			return paths
		}
		if d := cmp.Diff([]string{"/a/b", "/a/b/c/d/e0", "/a/b/c/d/e1", "/a/b/c/d/e2"}, paths()); d != "" {
			t.Error(d)
		}

		if _, err := client.CancelDirQuota(ctx, cancelQuota); err != nil {
			t.Error(err)
		}
		if _, err := client.CancelDirQuota(ctx, cancelQuota); !errors.Is(err, nas.CodeQuotaNotExistOnPath) {
			t.Errorf("twice: %v", err)
		}
		began = time.Now()
		if err := client.WaitDirQuotaCanceled(ctx, cancelQuota, nas.WaitOptions{}); err != nil || time.Since(began) < time.Minute {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		other := cancelQuota
		other.UserType, other.UserID = user.UserType, new(uint32(7))
		if err := client.WaitDirQuotaCanceled(ctx, other, nas.WaitOptions{}); err != nil || time.Since(began) > 2*time.Minute {
			t.Errorf("of a user without one, after %v: %v", time.Since(began), err)
		}
		other.UserType, other.UserID = user.UserType, user.UserID
		if _, err := client.CancelDirQuota(ctx, other); err != nil {
			t.Error(err)
		}
		if err := client.WaitDirQuotaCanceled(ctx, other, nas.WaitOptions{}); err != nil || len(paths()) != 3 {
			t.Errorf("%v, of %v", err, paths())
		}
		other.FileSystemID = "none"
		if err := client.WaitDirQuotaCanceled(ctx, other, nas.WaitOptions{}); !errors.Is(err, nas.CodeFileSystemNotFound) {
			t.Errorf("of a file system that does not exist: %v", err)
		}
	})
}

// TestWaitDirQuotaNormalNever waits for a quota that nobody sets.
func TestWaitDirQuotaNormalNever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := nastest.NewServer().Client().WaitDirQuotaNormal(t.Context(), setQuota, nas.WaitOptions{NotFoundGrace: 5 * time.Second})
		if failed, ok := errors.AsType[*nas.WaitError](err); !ok || !errors.Is(err, nas.ErrNotFound) || failed.Elapsed < 5*time.Second {
			t.Error(err)
		}
	})
}

// TestRecycleBin reads a recycle bin.
func TestRecycleBin(t *testing.T) {
	out, err := nastest.NewServer().Client().GetRecycleBinAttribute(t.Context(), nas.GetRecycleBinAttributeRequest{FileSystemID: nastest.FileSystemID})
	if err != nil || out.RecycleBinAttribute != (nas.RecycleBinAttribute{Status: nas.RecycleBinDisable}) {
		t.Errorf("%+v, %v", out, err)
	}
}
