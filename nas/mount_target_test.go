package nas_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// TestFileSystemVectors sends and reads what an official SDK was recorded sending and
// reading of file systems, mount targets, and access points of CPFS.
func TestFileSystemVectors(t *testing.T) {
	vectors := wiretest.Vectors(t, "testdata/vectors")
	const domain, cpfs = "31a8e4abcd-mno12.cn-hangzhou.nas.aliyuncs.com", "bmcpfs-290w65p03ok64yabcd"
	create := func(in nas.CreateFileSystemRequest) func(context.Context, *nas.Client) (any, error) {
		return func(ctx context.Context, c *nas.Client) (any, error) { return c.CreateFileSystem(ctx, in) }
	}
	modify := func(in nas.ModifyFileSystemRequest) func(context.Context, *nas.Client) (any, error) {
		return func(ctx context.Context, c *nas.Client) (any, error) { return c.ModifyFileSystem(ctx, in) }
	}
	target := func(in nas.CreateMountTargetRequest) func(context.Context, *nas.Client) (any, error) {
		return func(ctx context.Context, c *nas.Client) (any, error) { return c.CreateMountTarget(ctx, in) }
	}
	targets := func(in nas.DescribeMountTargetsRequest) func(context.Context, *nas.Client) (any, error) {
		return func(ctx context.Context, c *nas.Client) (any, error) { return c.DescribeMountTargets(ctx, in) }
	}
	point := func(in nas.ModifyCpfsAccessPointRequest) func(context.Context, *nas.Client) (any, error) {
		return func(ctx context.Context, c *nas.Client) (any, error) { return c.ModifyCpfsAccessPoint(ctx, in) }
	}
	for name, send := range map[string]func(context.Context, *nas.Client) (any, error){
		"cfs-min": create(nas.CreateFileSystemRequest{ProtocolType: nas.ProtocolNFS, StorageType: nas.StoragePerformance}),
		"cfs-err-token": create(nas.CreateFileSystemRequest{
			Capacity: 200, ClientToken: "tok-used", FileSystemType: nas.FileSystemTypeExtreme, ProtocolType: nas.ProtocolNFS, StorageType: nas.StorageExtremeStandard, ZoneID: "cn-hangzhou-b",
		}),
		"cfs-err-indebt":    create(nas.CreateFileSystemRequest{ProtocolType: nas.ProtocolNFS, StorageType: nas.StoragePerformance}),
		"cfs-dryrun":        create(nas.CreateFileSystemRequest{ClientToken: "tok-dry", DryRun: true, ProtocolType: nas.ProtocolNFS, StorageType: nas.StoragePerformance}),
		"mfs-description":   modify(nas.ModifyFileSystemRequest{FileSystemID: "31a8e4abcd", Description: "NAS-test-1"}),
		"mfs-options-empty": modify(nas.ModifyFileSystemRequest{FileSystemID: "31a8e4abcd", Options: &nas.ModifyFileSystemOptions{}}),
		"mfs-err-notfound":  modify(nas.ModifyFileSystemRequest{FileSystemID: "31a8e4abcd"}),
		"dfs-err-state": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DeleteFileSystem(ctx, nas.DeleteFileSystemRequest{FileSystemID: "31a8e4abcd"})
		},
		"cmt-err-limit": target(nas.CreateMountTargetRequest{AccessGroupName: "g01", FileSystemID: "31a8e4abcd", NetworkType: "Vpc", VSwitchID: "vsw-1", VpcID: "vpc-1"}),
		"cmt-dryrun":    target(nas.CreateMountTargetRequest{DryRun: true, FileSystemID: "cpfs-00cb6fa094caabcd", NetworkType: "Vpc", VSwitchID: "vsw-1", VpcID: "vpc-1"}),
		"dmt-page":      targets(nas.DescribeMountTargetsRequest{FileSystemID: "31a8e4abcd", PageNumber: 1, PageSize: 10}),
		"dmt-one":       targets(nas.DescribeMountTargetsRequest{FileSystemID: "31a8e4abcd", MountTargetDomain: domain}),
		"dmt-err-nomt":  targets(nas.DescribeMountTargetsRequest{FileSystemID: "31a8e4abcd", MountTargetDomain: "gone.cn-hangzhou.nas.aliyuncs.com"}),
		"mmt-group": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.ModifyMountTarget(ctx, nas.ModifyMountTargetRequest{FileSystemID: "31a8e4abcd", MountTargetDomain: domain, AccessGroupName: "g02"})
		},
		"mmt-ap-only-false": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.ModifyMountTarget(ctx, nas.ModifyMountTargetRequest{FileSystemID: cpfs, MountTargetDomain: "cpfs-m1.cn-hangzhou.cpfs.aliyuncs.com", AccessPointAccessOnly: new(false)})
		},
		"xmt-ok": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DeleteMountTarget(ctx, nas.DeleteMountTargetRequest{FileSystemID: "31a8e4abcd", MountTargetDomain: domain})
		},
		"xmt-err-busy": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DeleteMountTarget(ctx, nas.DeleteMountTargetRequest{FileSystemID: "31a8e4abcd", MountTargetDomain: domain})
		},
		"ccap-err": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.CreateCpfsAccessPoint(ctx, nas.CreateCpfsAccessPointRequest{FileSystemID: cpfs})
		},
		"dcap-page": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DescribeCpfsAccessPoints(ctx, nas.DescribeCpfsAccessPointsRequest{FileSystemID: cpfs, PageNumber: 1, PageSize: 100})
		},
		"mcap-ok":      point(nas.ModifyCpfsAccessPointRequest{FileSystemID: cpfs, AccessPointID: "ap-ie15ydabcd", Description: new("d2")}),
		"mcap-err-ram": point(nas.ModifyCpfsAccessPointRequest{FileSystemID: cpfs, AccessPointID: "ap-ie15ydabcd"}),
		"xcap-err": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DeleteCpfsAccessPoint(ctx, nas.DeleteCpfsAccessPointRequest{FileSystemID: cpfs, AccessPointID: "ap-ie15ydabcd"})
		},
		"dcmc-page": func(ctx context.Context, c *nas.Client) (any, error) {
			return c.DescribeCpfsAccessPointMountedClients(ctx, nas.DescribeCpfsAccessPointMountedClientsRequest{FileSystemID: cpfs, AccessPointID: "ap-ie15ydabcd", PageNumber: 2, PageSize: 1})
		},
	} {
		t.Run(name, func(t *testing.T) { agrees(t, vectors["more_nas-"+name], send) })
	}
}

// TestOrderTakenOn has a response with status 202 that names no ID: it may have been
// created, and for an extreme file system the same token is sent again.
func TestOrderTakenOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		taken := wiretest.Vectors(t, "testdata/vectors")["more_nas-cfs-accepted-202"].Answer()
		r := wiretest.Answering(taken, wiretest.Answer{Body: `{"RequestId":"r","FileSystemId":"extreme-1"}`})
		out, err := newClient(t, r, nil).CreateFileSystem(t.Context(), nas.CreateFileSystemRequest{
			FileSystemType: nas.FileSystemTypeExtreme, StorageType: nas.StorageExtremeStandard, ProtocolType: nas.ProtocolNFS, ZoneID: "z", Capacity: 100,
		})
		sent := r.Requests()
		if err != nil || out.FileSystemID != "extreme-1" || len(sent) != 2 || sent[0].Query != sent[1].Query {
			t.Errorf("%+v, %v, %+v", out, err, sent)
		}
		r = wiretest.Answering(taken)
		_, err = newClient(t, r, nil).CreateFileSystem(t.Context(), nas.CreateFileSystemRequest{StorageType: nas.StorageCapacity, ProtocolType: nas.ProtocolNFS})
		if !errors.Is(err, nas.ErrOutcomeUnknown) || len(r.Requests()) != 1 {
			t.Errorf("%v, %d requests", err, len(r.Requests()))
		}
	})
}

// TestMountTargetLife takes a file system, its mount target and an access point of
// CPFS through their lives, with the waits.
func TestMountTargetLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.ReadyAfter(20*time.Second), nastest.GoneAfter(10*time.Second))
		srv.AddAccessGroup("team")
		client, ctx := srv.Client(), t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		created, err := client.CreateFileSystem(ctx, nas.CreateFileSystemRequest{StorageType: nas.StorageCapacity, ProtocolType: nas.ProtocolNFS, Description: "files", Tags: []nas.Tag{{Key: "k", Value: "v"}}})
		must(err)
		id := created.FileSystemID
		in := nas.CreateMountTargetRequest{FileSystemID: id, NetworkType: "vpc", VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessGroupName: "team"}
		if _, err := client.CreateMountTarget(ctx, in); !errors.Is(err, nas.CodeInvalidState) {
			t.Errorf("the file system is not ready: %v", err)
		}
		fs, err := client.WaitFileSystemAvailable(ctx, id, nas.WaitOptions{})
		if must(err); fs.Description != "files" || fs.Status != nas.FileSystemStatusRunning || len(fs.Tags) != 1 {
			t.Errorf("%+v", fs)
		}
		_, err = client.ModifyFileSystem(ctx, nas.ModifyFileSystemRequest{FileSystemID: id, Description: "more files", Options: &nas.ModifyFileSystemOptions{EnableABE: new(true)}})
		must(err)
		target, err := client.CreateMountTarget(ctx, in)
		must(err)
		m, err := client.WaitMountTargetAvailable(ctx, id, target.MountTargetDomain, nas.WaitOptions{})
		if must(err); m.AccessGroup != "team" || m.VSwitchID != nastest.VSwitchID {
			t.Errorf("%+v", m)
		}
		_, err = client.ModifyMountTarget(ctx, nas.ModifyMountTargetRequest{FileSystemID: id, MountTargetDomain: target.MountTargetDomain, AccessGroupName: nastest.AccessGroup, Status: nas.MountTargetInactive})
		must(err)
		if _, err := client.WaitMountTargetAvailable(ctx, id, target.MountTargetDomain, nas.WaitOptions{}); err == nil {
			t.Error("it is off")
		}
		if out, err := client.DescribeFileSystems(ctx, nas.DescribeFileSystemsRequest{FileSystemID: id}); err != nil || out.FileSystems[0].Description != "more files" ||
			!out.FileSystems[0].Options.EnableABE || out.FileSystems[0].MountTargets[0].AccessGroup != nastest.AccessGroup {
			t.Errorf("%+v, %v", out, err)
		}
		if _, err := client.DeleteFileSystem(ctx, nas.DeleteFileSystemRequest{FileSystemID: id}); !errors.Is(err, nas.ErrConflict) {
			t.Errorf("it has a mount target: %v", err)
		}
		in.AccessGroupName = nastest.AccessGroup
		_, err = client.CreateMountTarget(ctx, in)
		must(err)
		if _, err := client.CreateMountTarget(ctx, in); !errors.Is(err, nas.ErrQuotaExceeded) {
			t.Errorf("it has two: %v", err)
		}
		for m, err := range client.MountTargets(ctx, nas.DescribeMountTargetsRequest{FileSystemID: id, PageSize: 1}) {
			must(err)
			_, err = client.DeleteMountTarget(ctx, nas.DeleteMountTargetRequest{FileSystemID: id, MountTargetDomain: m.MountTargetDomain})
			must(err)
		}
		must(client.WaitMountTargetDeleted(ctx, id, target.MountTargetDomain, nas.WaitOptions{}))
		if _, err := client.DeleteMountTarget(ctx, nas.DeleteMountTargetRequest{FileSystemID: id, MountTargetDomain: target.MountTargetDomain}); !errors.Is(err, nas.CodeMountTargetNotFound) {
			t.Error(err)
		}
		_, err = client.DeleteFileSystem(ctx, nas.DeleteFileSystemRequest{FileSystemID: id})
		must(err)
		must(client.WaitFileSystemDeleted(ctx, id, nas.WaitOptions{}))

		ai, err := client.CreateFileSystem(ctx, nas.CreateFileSystemRequest{
			FileSystemType: nas.FileSystemTypeCPFS, StorageType: nas.StorageCPFSAdvance100, ProtocolType: nas.ProtocolCPFS, ZoneID: "z", Capacity: 3600, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
		})
		must(err)
		entrance, err := client.CreateCpfsAccessPoint(ctx, nas.CreateCpfsAccessPointRequest{FileSystemID: ai.FileSystemID, RootDirectory: nas.CpfsRootDirectory{RootPath: "/a"}})
		must(err)
		ap, err := client.WaitCpfsAccessPointActive(ctx, ai.FileSystemID, entrance.AccessPointID, nas.WaitOptions{})
		if must(err); ap.RootDirectory.RootPath != "/a" {
			t.Errorf("%+v", ap)
		}
		_, err = client.ModifyCpfsAccessPoint(ctx, nas.ModifyCpfsAccessPointRequest{FileSystemID: ai.FileSystemID, AccessPointID: ap.AccessPointID, Description: new("d")})
		must(err)
		for ap, err := range client.CpfsAccessPoints(ctx, nas.DescribeCpfsAccessPointsRequest{FileSystemID: ai.FileSystemID}) {
			if must(err); ap.Description != "d" {
				t.Errorf("%+v", ap)
			}
		}
		for mounted, err := range client.CpfsAccessPointMountedClients(ctx, nas.DescribeCpfsAccessPointMountedClientsRequest{FileSystemID: ai.FileSystemID, AccessPointID: ap.AccessPointID}) {
			t.Errorf("nobody has it mounted: %+v, %v", mounted, err)
		}
		_, err = client.DeleteCpfsAccessPoint(ctx, nas.DeleteCpfsAccessPointRequest{FileSystemID: ai.FileSystemID, AccessPointID: ap.AccessPointID})
		must(err)
		must(client.WaitCpfsAccessPointDeleted(ctx, ai.FileSystemID, ap.AccessPointID, nas.WaitOptions{}))
	})
}
