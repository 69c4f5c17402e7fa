package nastest_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

var request = nas.CreateAccessPointRequest{FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID}

// TestLife takes an access point through its life.
func TestLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.ReadyAfter(10*time.Second), nastest.GoneAfter(5*time.Second))
		srv.AddAccessGroup("team")
		client, ctx := srv.Client(), t.Context()
		in := request
		in.AccessPointName, in.RootDirectory = "first", "/a"
		in.OwnerUserID, in.OwnerGroupID = new(uint32(0)), new(uint32(7))
		in.PosixUserID, in.PosixSecondaryGroupIDs = new(uint32(0)), []uint32{0, 5}
		in.Tags = []nas.Tag{{Key: "k", Value: "v"}}
		created, err := client.CreateAccessPoint(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		id := created.AccessPoint.AccessPointID
		get := func() nas.AccessPoint {
			t.Helper()
			out, err := client.DescribeAccessPoint(ctx, nas.DescribeAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: id})
			if err != nil {
				t.Fatal(err)
			}
			return out.AccessPoint
		}
		want := nas.AccessPoint{
			AccessPointID: id, AccessPointName: "first", ARN: "acs:nas:cn-hangzhou:178321033379:accesspoint/" + id,
			FileSystemID: nastest.FileSystemID, DomainName: created.AccessPoint.AccessPointDomain, Status: nas.StatusPending,
			AccessGroup: nastest.AccessGroup, RegionID: nastest.Region, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
			RootPath: "/a", RootPathStatus: "2", RootPathPermission: &nas.RootPathPermission{OwnerUserID: new(uint32(0)), OwnerGroupID: new(uint32(7)), Permission: "0755"},
			PosixUser: &nas.PosixUser{PosixUserID: new(uint32(0)), PosixSecondaryGroupIDs: []uint32{0, 5}}, Tags: in.Tags,
			CreateTime: "946684800000000", ModifyTime: "946684800000000", CreateTimeUTC: "2000-01-01T00:00:00Z", ModifyTimeUTC: "2000-01-01T00:00:00Z",
		}
		if d := cmp.Diff(want, get()); d != "" {
			t.Errorf("described (-want +got):\n%s", d)
		}
		<-time.After(10 * time.Second)
		if _, err := client.ModifyAccessPoint(ctx, nas.ModifyAccessPointRequest{
			FileSystemID: nastest.FileSystemID, AccessPointID: id, AccessPointName: new(""), AccessGroup: new("team"), EnabledRAM: new(true),
		}); err != nil {
			t.Fatal(err)
		}
		if ap := get(); ap.Status != nas.StatusActive || ap.AccessPointName != "" || ap.AccessGroup != "team" || !ap.EnabledRAM || ap.ModifyTimeUTC != "2000-01-01T00:00:10Z" {
			t.Errorf("modified: %+v", ap)
		}
		for range 2 { // a second deletion finds it deleting
			if _, err := client.DeleteAccessPoint(ctx, nas.DeleteAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: id}); err != nil {
				t.Error(err)
			}
		}
		if ap := get(); ap.Status != nas.StatusDeleting {
			t.Errorf("deleted: %+v", ap)
		}
		<-time.After(5 * time.Second)
		if _, err := client.DeleteAccessPoint(ctx, nas.DeleteAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: id}); !errors.Is(err, nas.CodeAccessPointNotFound) {
			t.Errorf("gone: %v", err)
		}
	})
}

// TestLists looks access points up.
func TestLists(t *testing.T) {
	srv := nastest.NewServer()
	srv.AddFileSystem("other-fs")
	srv.AddNetwork("vpc-2", "vsw-2")
	srv.AddAccessGroup("team")
	client, ctx := srv.Client(), t.Context()
	for _, change := range []func(*nas.CreateAccessPointRequest){
		func(in *nas.CreateAccessPointRequest) { in.Tags = []nas.Tag{{Key: "k", Value: "1"}} },
		func(in *nas.CreateAccessPointRequest) {
			in.Tags = []nas.Tag{{Key: "k", Value: "2"}, {Key: "l", Value: "1"}}
		},
		func(in *nas.CreateAccessPointRequest) { in.AccessGroup = "team" },
		func(in *nas.CreateAccessPointRequest) {
			in.FileSystemID, in.VpcID, in.VSwitchID = "other-fs", "vpc-2", "vsw-2"
		},
		func(in *nas.CreateAccessPointRequest) {
			in.FileSystemID, in.AgenticSpaceID, in.EnabledRAM = nastest.AgenticFileSystemID, nastest.AgenticSpaceID, true
		},
	} {
		in := request
		change(&in)
		if _, err := client.CreateAccessPoint(ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		in   nas.DescribeAccessPointsRequest
		want int
	}{
		"all":              {nas.DescribeAccessPointsRequest{}, 5},
		"by file system":   {nas.DescribeAccessPointsRequest{FileSystemID: "other-fs"}, 1},
		"by group":         {nas.DescribeAccessPointsRequest{AccessGroup: "team"}, 1},
		"by key":           {nas.DescribeAccessPointsRequest{Tags: []nas.Tag{{Key: "k"}}}, 2},
		"by key and value": {nas.DescribeAccessPointsRequest{Tags: []nas.Tag{{Key: "k", Value: "2"}}}, 1},
		"by two tags":      {nas.DescribeAccessPointsRequest{Tags: []nas.Tag{{Key: "k"}, {Key: "l"}}}, 1},
	} {
		if out, err := client.DescribeAccessPoints(ctx, c.in); err != nil || len(out.AccessPoints) != c.want || out.TotalCount != c.want {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
	}
	for name, c := range map[string]struct {
		in   nas.ListAccessPointsRequest
		want int
	}{
		"all":      {nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID}, 3},
		"by group": {nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID, Filters: []nas.Filter{{Name: nas.FilterAccessGroup, Value: "team"}}}, 1},
		"by space": {nas.ListAccessPointsRequest{FileSystemID: nastest.AgenticFileSystemID, Filters: []nas.Filter{{Name: nas.FilterAgenticSpaceID, Value: nastest.AgenticSpaceID}}}, 1},
		"by ID":    {nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID, Filters: []nas.Filter{{Name: nas.FilterAccessPointID, Value: "ap-0000000002"}}}, 1},
	} {
		if out, err := client.ListAccessPoints(ctx, c.in); err != nil || len(out.AccessPoints) != c.want || out.TotalCount != c.want {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
	}
}

// TestRefusals asks for what is not there.
func TestRefusals(t *testing.T) {
	client, ctx := nastest.NewServer().Client(), t.Context()
	for want, change := range map[nas.Code]func(*nas.CreateAccessPointRequest){
		nas.CodeFileSystemNotFound:  func(in *nas.CreateAccessPointRequest) { in.FileSystemID = "none" },
		nas.CodeVpcNotFound:         func(in *nas.CreateAccessPointRequest) { in.VpcID = "vpc-none" },
		nas.CodeVSwitchNotFound:     func(in *nas.CreateAccessPointRequest) { in.VSwitchID = "vsw-none" },
		nas.CodeAccessGroupNotFound: func(in *nas.CreateAccessPointRequest) { in.AccessGroup = "none" },
		nas.CodeInvalidRequest:      func(in *nas.CreateAccessPointRequest) { in.FileSystemID = nastest.AgenticFileSystemID },
	} {
		in := request
		change(&in)
		if _, err := client.CreateAccessPoint(ctx, in); !errors.Is(err, want) {
			t.Errorf("want %s, got %v", want, err)
		}
	}
	if _, err := client.ListAccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID, NextToken: "none"}); err == nil {
		t.Error("any token is a page")
	}
}

// TestEmpty adds what is needed, one after the other.
func TestEmpty(t *testing.T) {
	srv := nastest.NewServer(nastest.Empty())
	for _, step := range []struct {
		want error
		add  func()
	}{
		{nas.CodeFileSystemNotFound, func() { srv.AddFileSystem(nastest.FileSystemID) }},
		{nas.CodeVpcNotFound, func() { srv.AddNetwork(nastest.VpcID, "vsw-2") }},
		{nas.CodeVSwitchNotFound, func() { srv.AddNetwork(nastest.VpcID, nastest.VSwitchID) }},
		{nil, nil},
	} {
		if _, err := srv.Client().CreateAccessPoint(t.Context(), request); !errors.Is(err, step.want) {
			t.Errorf("want %v, got %v", step.want, err)
		}
		if step.add != nil {
			step.add()
		}
	}
}

// TestAnySignature signs with another key.
func TestAnySignature(t *testing.T) {
	cfg := nastest.NewServer(nastest.AnySignature()).Config()
	cfg.Credentials = nas.StaticCredentials{AccessKeyID: "other", AccessKeySecret: "other", SecurityToken: "t"}
	client, err := nas.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateAccessPoint(t.Context(), request); err != nil {
		t.Error(err)
	}
}

// TestVerification signs wrongly.
func TestVerification(t *testing.T) {
	for want, change := range map[nas.Code]func(*nas.Config){
		nas.CodeAccessKeyNotFound: func(c *nas.Config) {
			c.Credentials = nas.StaticCredentials{AccessKeyID: "other", AccessKeySecret: nastest.AccessKeySecret}
		},
		nas.CodeSignatureDoesNotMatch: func(c *nas.Config) {
			c.Credentials = nas.StaticCredentials{AccessKeyID: nastest.AccessKeyID, AccessKeySecret: "other"}
		},
		"InvalidSecurityToken.MismatchWithAccessKey": func(c *nas.Config) {
			c.Credentials = nas.StaticCredentials{AccessKeyID: nastest.AccessKeyID, AccessKeySecret: nastest.AccessKeySecret, SecurityToken: "t"}
		},
	} {
		cfg := nastest.NewServer().Config()
		change(&cfg)
		client, err := nas.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.CreateAccessPoint(t.Context(), request); !errors.Is(err, want) || !errors.Is(err, nas.ErrAccessDenied) {
			t.Errorf("want %s, got %v", want, err)
		}
	}
}

// TestTampering changes a signed request on its way, and sends it twice.
func TestTampering(t *testing.T) {
	for want, change := range map[nas.Code]func(*http.Request){
		nas.CodeSignatureDoesNotMatch: func(r *http.Request) { r.URL.RawQuery += "&Extra=1" },
		"InvalidApi.NotFound":         func(r *http.Request) { r.Header.Set("X-Acs-Action", "CreateEverything") },
		"MissingAuthorization":        func(r *http.Request) { r.Header.Del("Authorization") },
		nas.CodeTimestampExpired:      func(r *http.Request) { r.Header.Set("X-Acs-Date", "2000-01-01T00:00:00Z") },
		"SignatureNonceUsed":          nil,
	} {
		cfg := nastest.NewServer().Config()
		next := cfg.HTTPClient.Transport
		cfg.MaxAttempts = 1
		cfg.HTTPClient = &http.Client{Transport: wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			if change != nil {
				change(r)
			} else if resp, err := next.RoundTrip(r); err == nil {
				_ = resp.Body.Close() // and again
			}
			return next.RoundTrip(r)
		})}
		client, err := nas.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.CreateAccessPoint(t.Context(), request); !errors.Is(err, want) {
			t.Errorf("want %s, got %v", want, err)
		}
	}
}

// TestLimit checks that each operation has a bucket of 20.
func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := nastest.NewServer(nastest.Limit(1)).Config()
		cfg.MaxAttempts = 1
		client, err := nas.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		throttled := 0
		for range 30 {
			if _, err := client.CreateAccessPoint(t.Context(), request); errors.Is(err, nas.ErrThrottled) {
				throttled++
			}
		}
		if _, err := client.ListAccessPoints(t.Context(), nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID}); err != nil || throttled != 10 {
			t.Errorf("%d throttled, %v", throttled, err)
		}
	})
}

// TestFaults checks that the faults mean what their names say.
func TestFaults(t *testing.T) {
	for fault, want := range map[nastest.Fault]fake.Fault{
		nastest.ResponseLost: fake.ResponseLost, nastest.Reset: fake.Reset, nastest.ServerError: fake.ServerError, nastest.Throttle: fake.Throttle,
		nastest.AppliedLate: fake.AppliedLate, nastest.Truncated: fake.Truncated, nastest.BadGateway: fake.BadGateway, nastest.Slow: fake.Slow,
		nastest.Denied: fake.Denied, nastest.ProxyAuth: fake.ProxyAuth, nastest.Conflict: fake.Conflict, nastest.WebPage: fake.WebPage,
		nastest.CutBody: fake.CutBody, nastest.EmptyResponse: fake.EmptyResponse, nastest.EmptyList: fake.EmptyList,
	} {
		if fake.Fault(fault) != want {
			t.Errorf("%v is not %v", fault, want)
		}
	}
}

// TestFaultNames checks that a fault prints as the name of its constant.
func TestFaultNames(t *testing.T) {
	got := fmt.Sprint(nastest.ResponseLost, nastest.Slow, nastest.EmptyList, nastest.EmptyList+1, nastest.Fault(0))
	if want := "ResponseLost Slow EmptyList Fault(16) Fault(0)"; got != want {
		t.Errorf("%q", got)
	}
}
