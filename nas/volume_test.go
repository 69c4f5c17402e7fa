package nas_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// volume returns a plan with a quota in GiB.
func volume(size int64) nas.VolumePlan {
	return nas.VolumePlan{
		Dir: nas.CreateDirRequest{
			FileSystemID: nastest.FileSystemID, RootDirectory: "/pvc-1", OwnerUserID: new(uint32(0)), OwnerGroupID: new(uint32(0)), Permission: "0755",
		},
		Quota:       &nas.SetDirQuotaRequest{SizeLimit: &size},
		AccessPoint: nas.CreateAccessPointRequest{VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID},
	}
}

// quotaOf returns the size of the quota that the directory of volume has, or -1.
func quotaOf(t *testing.T, srv *nastest.Server) int64 {
	for d, err := range srv.Client().DirQuotas(t.Context(), nas.DescribeDirQuotasRequest{FileSystemID: nastest.FileSystemID, Path: "/pvc-1"}) {
		if err != nil {
			t.Fatal(err)
		}
		return *d.UserQuotaInfos[0].SizeLimit
	}
	return -1
}

// TestProvisionVolume makes a volume, finds it, resizes it and takes it away.
func TestProvisionVolume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.ReadyAfter(time.Minute))
		client, ctx := srv.Client(), t.Context()
		var steps []nas.VolumeStep
		plan := volume(10)
		plan.OnStep = func(step nas.VolumeStep) { steps = append(steps, step) }
		v, err := client.ProvisionVolume(ctx, "pvc-1", plan)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]nas.VolumeStep{nas.VolumeDir, nas.VolumeQuota, nas.VolumeAccessPoint}, steps); d != "" {
			t.Error(d)
		}
		if v.Path != "/pvc-1" || v.QuotaStatus != nas.DirQuotaInitializing || v.AccessPoint.RootPath != "/pvc-1" || v.AccessPoint.Status != nas.StatusActive {
			t.Errorf("%+v", v)
		}
		if d, err := client.WaitDirQuotaNormal(ctx, *v.Quota, nas.WaitOptions{}); err != nil || *d.UserQuotaInfos[0].SizeLimit != 10 {
			t.Errorf("%+v, %v", d, err)
		}
		count := func(operation string) (n int) {
			for _, call := range srv.Calls() {
				if call == operation {
					n++
				}
			}
			return n
		}
		again, err := srv.Client().ProvisionVolume(ctx, "pvc-1", plan)
		if err != nil || again.AccessPoint.AccessPointID != v.AccessPoint.AccessPointID || again.QuotaStatus != nas.DirQuotaNormal || count("SetDirQuota") != 1 {
			t.Errorf("%+v, %v", again, err)
		}
		if v, err = client.ProvisionVolume(ctx, "pvc-1", volume(20)); err != nil || v.QuotaStatus != nas.DirQuotaInitializing || quotaOf(t, srv) != 20 {
			t.Errorf("%+v, %v", v, err)
		}
		bare := plan
		bare.Quota = nil
		if v, err = client.ProvisionVolume(ctx, "pvc-1", bare); err != nil || v.Quota != nil || v.QuotaStatus != "" || quotaOf(t, srv) != 20 {
			t.Errorf("%+v, %v", v, err)
		}
		drifted := plan
		drifted.AccessPoint.AccessPointName = "other"
		if v, err = client.ProvisionVolume(ctx, "pvc-1", drifted); !errors.Is(err, nas.ErrDrift) || v.AccessPoint.AccessPointID != again.AccessPoint.AccessPointID {
			t.Errorf("%+v, %v", v, err)
		}

		steps = nil
		least := nas.VolumePlan{
			Dir: nas.CreateDirRequest{FileSystemID: nastest.FileSystemID, RootDirectory: "/pvc-1"}, Quota: new(nas.SetDirQuotaRequest), OnStep: plan.OnStep,
		}
		before := len(srv.Calls())
		for range 2 {
			if err := client.ReleaseVolume(ctx, "pvc-1", least); err != nil {
				t.Error(err)
			}
		}
		if n := strings.Count(strings.Join(srv.Calls()[before:], " "), "CancelDirQuota"); n != 2 {
			t.Errorf("the quota was canceled %d times", n)
		}
		if d := cmp.Diff([]nas.VolumeStep{nas.VolumeAccessPoint, nas.VolumeQuota, nas.VolumeAccessPoint, nas.VolumeQuota}, steps); d != "" {
			t.Error(d)
		}
		if _, err := client.DescribeAccessPoint(ctx, nas.DescribeAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: v.AccessPoint.AccessPointID}); !errors.Is(err, nas.ErrNotFound) || quotaOf(t, srv) != -1 {
			t.Errorf("%v, a quota of %d", err, quotaOf(t, srv))
		}
		least.Dir.FileSystemID = "none"
		if err := client.ReleaseVolume(ctx, "pvc-1", least); err != nil {
			t.Errorf("in a file system that is gone: %v", err)
		}
	})
}

// TestProvisionVolumeStands fails at each step: what stands is named, nothing is
// undone, and the next call goes on.
func TestProvisionVolumeStands(t *testing.T) {
	for operation, c := range map[string]struct {
		refusal nas.APIError
		stands  string
		quota   int64 // what there is then
	}{
		"CreateDir":         {nas.APIError{StatusCode: 403, Code: nas.CodeProtocolTypeNotSupported}, "", -1},
		"DescribeDirQuotas": {nas.APIError{StatusCode: 403, Code: nas.CodeForbidden}, "directory /pvc-1", -1},
		"SetDirQuota":       {nas.APIError{StatusCode: 403, Code: nas.CodeForbidden}, "directory /pvc-1", -1},
		"CreateAccessPoint": {nas.APIError{StatusCode: 403, Code: nas.CodeAccessPointCountsExceeded}, "directory /pvc-1, quota /pvc-1", 10},
		"DescribeAccessPoint": {
			nas.APIError{StatusCode: 403, Code: nas.CodeForbidden}, "directory /pvc-1, quota /pvc-1, access point ap-0000000001", 10,
		},
	} {
		t.Run(operation, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer(nastest.ReadyAfter(time.Minute))
				srv.Fail(operation, c.refusal)
				v, err := srv.Client().ProvisionVolume(t.Context(), "pvc-1", volume(10))
				stands := ""
				if left, ok := errors.AsType[*nas.LeftoverError](err); ok {
					stands = strings.TrimPrefix(left.Error(), "nas: what exists: ")
				}
				if err == nil || stands != c.stands || !errors.Is(err, c.refusal.Code) {
					t.Errorf("%v, want %s", err, c.stands)
				}
				if (stands != "") != (v.Path != "") || (c.quota > 0) != (v.Quota != nil) || strings.Contains(c.stands, "ap-") != (v.AccessPoint.AccessPointID != "") {
					t.Errorf("%+v", v)
				}
				if n := quotaOf(t, srv); n != c.quota {
					t.Errorf("a quota of %d", n)
				}
				if v, err := srv.Client().ProvisionVolume(t.Context(), "pvc-1", volume(10)); err != nil || v.AccessPoint.AccessPointID != "ap-0000000001" || quotaOf(t, srv) != 10 {
					t.Errorf("%+v, %v", v, err)
				}
			})
		})
	}
}

// TestProvisionVolumePasses has what passes at every step.
func TestProvisionVolumePasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		srv.Fail("SetDirQuota", nas.APIError{StatusCode: 404, Code: nas.CodeDirPathNotExist}) // the directory is new
		if _, err := srv.Client().ProvisionVolume(t.Context(), "pvc-1", volume(5)); err != nil || quotaOf(t, srv) != 5 {
			t.Error(err)
		}
		busy := nas.APIError{StatusCode: 403, Code: nas.CodeInvalidState}
		for _, operation := range []string{"CreateDir", "DescribeDirQuotas", "SetDirQuota", "CancelDirQuota"} {
			srv.Inject(operation, nastest.ResponseLost, nastest.Throttle, nastest.ServerError, nastest.BadGateway, nastest.Conflict, nastest.CutBody)
			srv.Fail(operation, busy)
		}
		if _, err := srv.Client().ProvisionVolume(t.Context(), "pvc-1", volume(10)); err != nil || quotaOf(t, srv) != 10 {
			t.Error(err)
		}
		if err := srv.Client().ReleaseVolume(t.Context(), "pvc-1", volume(10)); err != nil || quotaOf(t, srv) != -1 {
			t.Error(err)
		}
		began := time.Now()
		for range 60 {
			srv.Fail("SetDirQuota", nas.APIError{StatusCode: 404, Code: nas.CodeDirPathNotExist})
		}
		if _, err := srv.Client().ProvisionVolume(t.Context(), "pvc-1", volume(10)); !errors.Is(err, nas.CodeDirPathNotExist) || time.Since(began) < 10*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

// TestVolumeInvalid sends nothing for a plan that does not fit together.
func TestVolumeInvalid(t *testing.T) {
	srv := nastest.NewServer()
	for field, change := range map[string]func(*nas.VolumePlan){
		"Dir.RootDirectory must start with /":                    func(p *nas.VolumePlan) { p.Dir.RootDirectory = "a" },
		"Dir.Permission is required":                             func(p *nas.VolumePlan) { p.Dir.Permission = "" },
		"Quota.FileSystemId must be that of the directory":       func(p *nas.VolumePlan) { p.Quota.FileSystemID = "other" },
		"Quota.Path must be the directory":                       func(p *nas.VolumePlan) { p.Quota.Path = "/other" },
		"Quota.SizeLimit must be 0 to 10000000":                  func(p *nas.VolumePlan) { p.Quota.SizeLimit = new(int64(-1)) },
		"AccessPoint.FileSystemId must be that of the directory": func(p *nas.VolumePlan) { p.AccessPoint.FileSystemID = "other" },
		"AccessPoint.RootDirectory must be the directory":        func(p *nas.VolumePlan) { p.AccessPoint.RootDirectory = "/" },
		"AccessPoint.AgenticSpaceId must not be set":             func(p *nas.VolumePlan) { p.AccessPoint.AgenticSpaceID = "agentic-1" },
		"AccessPoint.VpcId is required":                          func(p *nas.VolumePlan) { p.AccessPoint.VpcID = "" },
		"AccessPoint.Tag.1.Key is reserved":                      func(p *nas.VolumePlan) { p.AccessPoint.Tags = []nas.Tag{{Key: "accesspoint-key", Value: "v"}} },
		"AccessPoint.Tag must have at most 17 items":             func(p *nas.VolumePlan) { p.AccessPoint.Tags = make([]nas.Tag, 18) },
	} {
		plan := volume(10)
		change(&plan)
		_, err := srv.Client().ProvisionVolume(t.Context(), "k", plan)
		invalid, ok := errors.AsType[*nas.ValidationError](err)
		if !ok || !slices.ContainsFunc(invalid.Problems, func(p nas.Problem) bool { return p.Field+" "+p.Reason == field }) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := srv.Client().ProvisionVolume(t.Context(), "", volume(10)); !errors.Is(err, nas.ErrInvalidRequest) {
		t.Errorf("without a key: %v", err)
	}
	for name, plan := range map[string]nas.VolumePlan{
		"empty":       {},
		"for a user":  {Dir: volume(10).Dir, Quota: &nas.SetDirQuotaRequest{UserType: nas.UserTypeUID}},
		"with a path": {Dir: volume(10).Dir, Quota: &nas.SetDirQuotaRequest{Path: "a"}},
	} {
		if err := srv.Client().ReleaseVolume(t.Context(), "k", plan); !errors.Is(err, nas.ErrInvalidRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if calls := srv.Calls(); calls != nil {
		t.Error(calls)
	}
}

// volumeSchedules is the service as random schedules drive ProvisionVolume.
var volumeSchedules = func() *ensuretest.Service {
	s := *schedules
	s.Worlds = map[string]func(ensuretest.Schedule) ensuretest.World{"volumes": volumeWorld}
	return &s
}()

func volumeWorld(s ensuretest.Schedule) ensuretest.World {
	plan := func(key, root string) nas.VolumePlan {
		p := volume(10)
		p.Dir.RootDirectory = root + key
		p.AccessPoint.AccessPointName = key
		return p
	}
	return worldOf(s, func(ctx context.Context, c *nas.Client, key, root string) (string, error) {
		v, err := c.ProvisionVolume(ctx, key, plan(key, root))
		if err == nil && (v.Path == "" || v.Quota == nil) {
			panic("something is missing")
		}
		return v.AccessPoint.AccessPointID, err
	}, func(ctx context.Context, c *nas.Client, key string) error {
		return c.ReleaseVolume(ctx, key, plan(key, "/"))
	})
}

// TestVolumeSchedules and the next four drive ProvisionVolume through schedules,
// fewer than EnsureAccessPoint, which is most of it.
func TestVolumeSchedules(t *testing.T)   { fewer(t); volumeSchedules.TestSchedules(t) }
func TestVolumeRivals(t *testing.T)      { volumeSchedules.TestRivals(t) }
func TestVolumeSameInstant(t *testing.T) { volumeSchedules.TestSameInstant(t) }
func TestVolumeContexts(t *testing.T)    { volumeSchedules.TestContexts(t) }
func TestVolumeAbsent(t *testing.T)      { volumeSchedules.TestAbsentContexts(t) }

// fewer has a quarter of the schedules for the rest of a test.
func fewer(t *testing.T) {
	n := *ensuretest.Schedules
	*ensuretest.Schedules = n / 4
	t.Cleanup(func() { *ensuretest.Schedules = n })
}
