package nas_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// tagged returns the request that another call of EnsureAccessPoint sends.
func tagged(key, call string) nas.CreateAccessPointRequest {
	in := createRequest
	in.Tags = []nas.Tag{{Key: "accesspoint-key", Value: key}, {Key: "accesspoint-call", Value: call}}
	return in
}

// calls counts what was asked of srv since the call before.
func calls(srv *nastest.Server, before int) map[string]int {
	n := map[string]int{}
	for _, operation := range srv.Calls()[before:] {
		n[operation]++
	}
	return n
}

// TestEnsure creates an access point, finds it again, and takes it away.
func TestEnsure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.ReadyAfter(5*time.Second), nastest.GoneAfter(5*time.Second))
		client, start := srv.Client(), time.Now()
		in := createRequest
		in.AccessPointName, in.Tags = "volume", []nas.Tag{{Key: "team", Value: "a"}}
		ap, err := client.EnsureAccessPoint(t.Context(), "pvc-1", in)
		if err != nil || ap.Status != nas.StatusActive || ap.AccessPointName != "volume" || ap.RegionID != nastest.Region {
			t.Fatalf("got %+v, %v", ap, err)
		}
		if took := time.Since(start); took > 12500*time.Millisecond {
			t.Errorf("took %v", took)
		}
		if d := cmp.Diff(map[string]int{"ListAccessPoints": 2, "CreateAccessPoint": 1, "TagResources": 1}, calls(srv, 0)); d != "" {
			t.Errorf("asked (-want +got):\n%s", d)
		}
		if len(in.Tags) != 1 {
			t.Errorf("the request of the caller has become %+v", in)
		}

		n, start := len(srv.Calls()), time.Now()
		again, err := srv.Client().EnsureAccessPoint(t.Context(), "pvc-1", in)
		ap.Tags = append(ap.Tags, nas.Tag{Key: "accesspoint-kept", Value: "true"})
		if d := cmp.Diff(ap, again); d != "" || err != nil || time.Since(start) != 0 {
			t.Errorf("found again after %v: %v (-first +again):\n%s", time.Since(start), err, d)
		}
		if d := cmp.Diff(map[string]int{"ListAccessPoints": 1}, calls(srv, n)); d != "" {
			t.Errorf("to find it again (-want +got):\n%s", d)
		}

		if err := client.EnsureAccessPointAbsent(t.Context(), nastest.FileSystemID, "pvc-2"); err != nil {
			t.Errorf("another key: %v", err)
		}
		srv.Fail("DeleteAccessPoint", nas.APIError{StatusCode: 403, Code: nas.CodeInvalidState}) // it is being changed
		if err := client.EnsureAccessPointAbsent(t.Context(), nastest.FileSystemID, "pvc-1"); err != nil {
			t.Errorf("absent: %v", err)
		}
		if _, err := client.DescribeAccessPoint(t.Context(), nas.DescribeAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: ap.AccessPointID}); !errors.Is(err, nas.ErrNotFound) {
			t.Errorf("it still stands: %v", err)
		}
		if err := client.EnsureAccessPointAbsent(t.Context(), "no-such-fs", "pvc-1"); err != nil {
			t.Errorf("absent from a file system that is gone: %v", err)
		}
	})
}

// TestEnsureAgentic does so in a space of an Agentic file system, which has no
// permission groups.
func TestEnsureAgentic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		in := createRequest
		in.FileSystemID, in.AgenticSpaceID, in.EnabledRAM = nastest.AgenticFileSystemID, nastest.AgenticSpaceID, true
		for range 2 {
			if ap, err := srv.Client().EnsureAccessPoint(t.Context(), "k", in); err != nil || ap.AgenticSpaceID != nastest.AgenticSpaceID {
				t.Fatalf("got %+v, %v", ap, err)
			}
		}
		if err := srv.Client().EnsureAccessPointAbsent(t.Context(), in.FileSystemID, "k"); err != nil {
			t.Error(err)
		}
	})
}

// TestEnsureSends the permission group that the service's metadata requires, where
// there is one.
func TestEnsureSends(t *testing.T) {
	for want, change := range map[string]func(*nas.CreateAccessPointRequest){
		nastest.AccessGroup: func(*nas.CreateAccessPointRequest) {},
		"team":              func(in *nas.CreateAccessPointRequest) { in.AccessGroup = "team" },
		"": func(in *nas.CreateAccessPointRequest) {
			in.FileSystemID, in.AgenticSpaceID, in.EnabledRAM = nastest.AgenticFileSystemID, nastest.AgenticSpaceID, true
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := nastest.NewServer()
			srv.AddAccessGroup("team")
			cfg, sent := srv.Config(), "none"
			inner := cfg.HTTPClient.Transport
			cfg.HTTPClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
				if r.Header.Get("X-Acs-Action") == "CreateAccessPoint" {
					sent = r.URL.Query().Get("AccessGroup")
				}
				return inner.RoundTrip(r)
			})
			client, err := nas.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			in := createRequest
			change(&in)
			if _, err := client.EnsureAccessPoint(t.Context(), "k", in); err != nil || sent != want {
				t.Errorf("sent %q, want %q, %v", sent, want, err)
			}
		})
	}
}

// TestEnsureRefuses names what is wrong, and sends nothing.
func TestEnsureRefuses(t *testing.T) {
	srv := nastest.NewServer()
	client := srv.Client()
	unchecked, err := client.With(func(c *nas.Config) { c.SkipValidation = true })
	if err != nil {
		t.Fatal(err)
	}
	reserved := createRequest
	reserved.Tags = []nas.Tag{{Key: "team", Value: "a"}, {Key: "accesspoint-call", Value: "x"}}
	many := createRequest
	for i := range 18 {
		many.Tags = append(many.Tags, nas.Tag{Key: strings.Repeat("k", i+1), Value: "v"})
	}
	for name, c := range map[string]struct {
		key    string
		in     nas.CreateAccessPointRequest
		client *nas.Client
		want   string
	}{
		"no key":           {"", createRequest, client, "key is required"},
		"a long key":       {strings.Repeat("k", 129), createRequest, client, "key must have 1 to 128 characters"},
		"an umlaut":        {"kü", createRequest, client, "key must have only printable ASCII characters"},
		"without checks":   {"k\n", createRequest, unchecked, "key must have only printable ASCII characters"},
		"no tag value":     {"http://k", createRequest, client, "Tag.1.Value must not contain http:// or https://"},
		"a reserved tag":   {"k", reserved, client, "Tag.2.Key is reserved"},
		"unchecked":        {"k", reserved, unchecked, "Tag.2.Key is reserved"},
		"18 tags":          {"k", many, client, "Tag must have at most 17 items"},
		"no file system":   {"k", nas.CreateAccessPointRequest{VpcID: "v", VSwitchID: "w"}, client, "FileSystemId is required"},
		"nothing to check": {strings.Repeat("k", 128), createRequest, nil, "nil Client"},
	} {
		_, err := c.client.EnsureAccessPoint(t.Context(), c.key, c.in)
		if err == nil || !strings.Contains(err.Error(), c.want) || c.client != nil && !errors.Is(err, nas.ErrInvalidRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for want, args := range map[string][2]string{"key is required": {nastest.FileSystemID, ""}, "FileSystemId is required": {"", "k"}} {
		if err := client.EnsureAccessPointAbsent(t.Context(), args[0], args[1]); !errors.Is(err, nas.ErrInvalidRequest) || !strings.Contains(err.Error(), want) {
			t.Errorf("absent, %s: %v", want, err)
		}
	}
	if n := srv.Calls(); n != nil {
		t.Errorf("sent %v", n)
	}
	// What the service refuses for good is not waited out.
	in := createRequest
	in.VpcID = "vpc-none"
	synctest.Test(t, func(t *testing.T) {
		if _, err := nastest.NewServer().Client().EnsureAccessPoint(t.Context(), "k", in); !errors.Is(err, nas.CodeVpcNotFound) {
			t.Errorf("no VPC: %v", err)
		}
	})
}

// TestEnsureDrift compares what is found with what is asked, for every parameter:
// not set, set to what is the default, and changed, one way and the other.
func TestEnsureDrift(t *testing.T) {
	type request = nas.CreateAccessPointRequest
	id := func(n uint32) *uint32 { return &n }
	keep := func(*request) {}
	owner := func(in *request) { in.OwnerUserID, in.OwnerGroupID = id(3), id(4) }
	drift := func(field, wanted, found string) []nas.Drift {
		return []nas.Drift{{Field: field, Wanted: wanted, Found: found}}
	}
	for name, c := range map[string]struct {
		first, then func(*request)
		want, back  []nas.Drift // asked for then, and first again, when that was created
	}{
		"nothing":            {keep, keep, nil, nil},
		"name":               {func(in *request) { in.AccessPointName = "a" }, func(in *request) { in.AccessPointName = "b" }, drift("AccessPointName", "b", "a"), drift("AccessPointName", "a", "b")},
		"any name":           {func(in *request) { in.AccessPointName = "a" }, keep, nil, drift("AccessPointName", "a", "")},
		"VPC":                {keep, func(in *request) { in.VpcID = "vpc-2" }, drift("VpcId", "vpc-2", nastest.VpcID), drift("VpcId", nastest.VpcID, "vpc-2")},
		"vSwitch":            {keep, func(in *request) { in.VSwitchID = "vsw-2" }, drift("VswId", "vsw-2", nastest.VSwitchID), drift("VswId", nastest.VSwitchID, "vsw-2")},
		"group":              {keep, func(in *request) { in.AccessGroup = "team" }, drift("AccessGroup", "team", nastest.AccessGroup), drift("AccessGroup", nastest.AccessGroup, "team")},
		"default group":      {keep, func(in *request) { in.AccessGroup = nastest.AccessGroup }, nil, nil},
		"root":               {keep, func(in *request) { in.RootDirectory = "/a" }, drift("RootDirectory", "/a", "/"), drift("RootDirectory", "/", "/a")},
		"default root":       {keep, func(in *request) { in.RootDirectory = "/" }, nil, nil},
		"slash":              {func(in *request) { in.RootDirectory = "/a/" }, func(in *request) { in.RootDirectory = "/a" }, nil, nil},
		"RAM":                {keep, func(in *request) { in.EnabledRAM = true }, drift("EnabledRam", "true", "false"), drift("EnabledRam", "false", "true")},
		"user":               {keep, func(in *request) { in.PosixUserID = id(5) }, drift("PosixUserId", "5", "none"), drift("PosixUserId", "none", "5")},
		"user 0":             {keep, func(in *request) { in.PosixUserID = id(0) }, drift("PosixUserId", "0", "none"), nil},
		"other user":         {func(in *request) { in.PosixUserID = id(0) }, func(in *request) { in.PosixUserID = id(5) }, drift("PosixUserId", "5", "0"), drift("PosixUserId", "0", "5")},
		"user's group":       {keep, func(in *request) { in.PosixGroupID = id(5) }, drift("PosixGroupId", "5", "none"), drift("PosixGroupId", "none", "5")},
		"user's group 0":     {keep, func(in *request) { in.PosixGroupID = id(0) }, drift("PosixGroupId", "0", "none"), nil},
		"groups":             {func(in *request) { in.PosixSecondaryGroupIDs = []uint32{1, 2} }, func(in *request) { in.PosixSecondaryGroupIDs = []uint32{2, 3} }, drift("PosixSecondaryGroupIds", "2,3", "1,2"), drift("PosixSecondaryGroupIds", "1,2", "2,3")},
		"order of groups":    {func(in *request) { in.PosixSecondaryGroupIDs = []uint32{1, 2} }, func(in *request) { in.PosixSecondaryGroupIDs = []uint32{2, 1} }, nil, nil},
		"groups twice":       {func(in *request) { in.PosixSecondaryGroupIDs = []uint32{5, 5} }, func(in *request) { in.PosixSecondaryGroupIDs = []uint32{5} }, nil, nil},
		"no groups":          {func(in *request) { in.PosixSecondaryGroupIDs = []uint32{1} }, keep, drift("PosixSecondaryGroupIds", "", "1"), drift("PosixSecondaryGroupIds", "1", "")},
		"group 0":            {func(in *request) { in.PosixSecondaryGroupIDs = []uint32{0} }, keep, nil, drift("PosixSecondaryGroupIds", "0", "")},
		"owner":              {owner, func(in *request) { in.OwnerUserID, in.OwnerGroupID = id(5), id(6) }, []nas.Drift{{Field: "OwnerUserId", Wanted: "5", Found: "3"}, {Field: "OwnerGroupId", Wanted: "6", Found: "4"}}, []nas.Drift{{Field: "OwnerUserId", Wanted: "3", Found: "5"}, {Field: "OwnerGroupId", Wanted: "4", Found: "6"}}},
		"no owner":           {owner, keep, nil, nil}, // the directory may have existed
		"permission":         {owner, func(in *request) { owner(in); in.Permission = "0700" }, drift("Permission", "700", "755"), drift("Permission", "755", "700")},
		"default permission": {owner, func(in *request) { owner(in); in.Permission = "0755" }, nil, nil},
		"tag":                {func(in *request) { in.Tags = []nas.Tag{{Key: "k", Value: "a"}} }, func(in *request) { in.Tags = []nas.Tag{{Key: "k", Value: "b"}} }, drift("Tag.1.Value", "b", "a"), drift("Tag.1.Value", "a", "b")},
		"another tag":        {keep, func(in *request) { in.Tags = []nas.Tag{{Key: "k", Value: "a"}} }, drift("Tag.1.Value", "a", ""), nil},
	} {
		for back, want := range map[bool][]nas.Drift{false: c.want, true: c.back} {
			t.Run(fmt.Sprint(name, "/back ", back), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					srv := nastest.NewServer()
					srv.AddNetwork("vpc-2", "vsw-2")
					srv.AddAccessGroup("team")
					first, then := createRequest, createRequest
					c.first(&first)
					c.then(&then)
					if back {
						first, then = then, first
					}
					if _, err := srv.Client().EnsureAccessPoint(t.Context(), "k", first); err != nil {
						t.Fatal(err)
					}
					n := len(srv.Calls())
					ap, err := srv.Client().EnsureAccessPoint(t.Context(), "k", then)
					var got []nas.Drift
					if drift, ok := errors.AsType[*nas.DriftError](err); ok {
						got = drift.Fields
						if drift.ResourceID != ap.AccessPointID || drift.Key != "k" || !strings.Contains(err.Error(), got[0].Field+" is ") {
							t.Errorf("%+v: %v", ap, err)
						}
					} else if err != nil {
						t.Error(err)
					}
					if d := cmp.Diff(want, got); d != "" || len(srv.Calls())-n != 1 {
						t.Errorf("asked %v (-want +got):\n%s", srv.Calls()[n:], d)
					}
					repaired(t, srv, then, got)
				})
			})
		}
	}
}

// repaired checks that RepairAccessPoint changes what it can of drift, tells it, and
// leaves the rest to the next EnsureAccessPoint.
func repaired(t *testing.T, srv *nastest.Server, in nas.CreateAccessPointRequest, drift []nas.Drift) {
	t.Helper()
	var change, keep []nas.Drift
	for _, d := range drift {
		switch d.Field {
		case "AccessPointName", "AccessGroup", "EnabledRam", "Tag.1.Value":
			change = append(change, d)
		default:
			keep = append(keep, d)
		}
	}
	check := func(what string, err error) {
		t.Helper()
		var left []nas.Drift
		if drift, ok := errors.AsType[*nas.DriftError](err); ok {
			left = drift.Fields
		} else if err != nil {
			t.Error(what, err)
		}
		if d := cmp.Diff(keep, left); d != "" {
			t.Errorf("%s (-want +got):\n%s", what, d)
		}
	}
	n := len(srv.Calls())
	repair, err := srv.Client().RepairAccessPoint(t.Context(), "k", in)
	check("repair", err)
	want := 1 // a look
	if change != nil {
		want++
	}
	if d := cmp.Diff(nas.Repair{ResourceID: "ap-0000000001", Changed: change, Left: keep}, repair); d != "" || len(srv.Calls())-n != want {
		t.Errorf("repair asked %v (-want +got):\n%s", srv.Calls()[n:], d)
	}
	_, err = srv.Client().EnsureAccessPoint(t.Context(), "k", in)
	check("what is left", err)
}

// TestRepairRefused goes on with what can be changed when a change is refused, and
// tells both.
func TestRepairRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		client := srv.Client()
		if _, err := client.EnsureAccessPoint(t.Context(), "k", createRequest); err != nil {
			t.Fatal(err)
		}
		in := createRequest
		in.AccessPointName, in.RootDirectory, in.Tags = "b", "/a", []nas.Tag{{Key: "k", Value: "v"}}
		srv.Fail("ModifyAccessPoint", nas.APIError{StatusCode: 403, Code: nas.CodeForbidden})
		repair, err := client.RepairAccessPoint(t.Context(), "k", in)
		want := nas.Repair{
			ResourceID: "ap-0000000001",
			Changed:    []nas.Drift{{Field: "Tag.1.Value", Wanted: "v"}},
			Left:       []nas.Drift{{Field: "RootDirectory", Wanted: "/a", Found: "/"}, {Field: "AccessPointName", Wanted: "b"}},
		}
		if d := cmp.Diff(want, repair); d != "" || !errors.Is(err, nas.ErrAccessDenied) || errors.Is(err, nas.ErrDrift) {
			t.Errorf("%v (-want +got):\n%s", err, d)
		}
		// What passes is waited out.
		srv.Inject("ModifyAccessPoint", nastest.Throttle, nastest.Conflict)
		srv.Fail("ModifyAccessPoint", nas.APIError{StatusCode: 403, Code: nas.CodeInvalidState})
		in.RootDirectory = ""
		if repair, err = client.RepairAccessPoint(t.Context(), "k", in); err != nil || len(repair.Changed) != 1 || repair.Left != nil {
			t.Errorf("got %+v, %v", repair, err)
		}
		if repair, err := client.RepairAccessPoint(t.Context(), "", in); !errors.Is(err, nas.ErrInvalidRequest) || repair.ResourceID != "" {
			t.Errorf("got %+v, %v", repair, err)
		}
	})
}

// TestEnsureNoUser takes zeros, and -1, for no user.
func TestEnsureNoUser(t *testing.T) {
	const ap = `{"RequestId":"r","TotalCount":1,"AccessPoints":[{"AccessPointId":"ap-1","FileSystemId":"31a8e4abcd","VpcId":"vpc-1","VSwitchId":"vsw-1","AccessGroup":"DEFAULT_VPC_GROUP_NAME","Status":"active","RootPath":"/",` +
		`"CreateTime":"2026-03-28T06:32:14Z","PosixUser":%s,"Tags":[{"Key":"accesspoint-key","Value":"k"},{"Key":"accesspoint-call","Value":"c"},{"Key":"accesspoint-kept","Value":"true"}]}]}`
	for user, drifted := range map[string]bool{
		`null`: false, `{}`: false, `{"PosixUserId":0,"PosixGroupId":0,"PosixSecondaryGroupIds":[]}`: false,
		`{"PosixUserId":-1,"PosixGroupId":-1}`: false, `{"PosixSecondaryGroupIds":[0]}`: false,
		`{"PosixUserId":1}`: true, `{"PosixGroupId":1}`: true, `{"PosixSecondaryGroupIds":[0,7]}`: true,
	} {
		client := newClient(t, wiretest.Answering(wiretest.Answer{Status: 200, Body: fmt.Sprintf(ap, user)}), nil)
		_, err := client.EnsureAccessPoint(t.Context(), "k", nas.CreateAccessPointRequest{FileSystemID: "31a8e4abcd", VpcID: "vpc-1", VSwitchID: "vsw-1"})
		if _, ok := errors.AsType[*nas.DriftError](err); ok != drifted || !ok && err != nil {
			t.Errorf("%s: %v", user, err)
		}
	}
}

// TestEnsurePassesOverTheDeleted creates anew what is on its way out.
func TestEnsurePassesOverTheDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.GoneAfter(time.Hour))
		client := srv.Client()
		first, err := client.EnsureAccessPoint(t.Context(), "k", createRequest)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.DeleteAccessPoint(t.Context(), nas.DeleteAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: first.AccessPointID}); err != nil {
			t.Fatal(err)
		}
		second, err := client.EnsureAccessPoint(t.Context(), "k", createRequest)
		if err != nil || second.AccessPointID == first.AccessPointID || second.Status != nas.StatusActive {
			t.Errorf("got %+v, %v", second, err)
		}
	})
}

// TestEnsureYields to an older one of another call, and deletes what it and others
// have created; not what has the key's tag alone.
func TestEnsureYields(t *testing.T) {
	for name, c := range map[string]struct {
		call string // of the one that is younger
		want int
	}{"another call's": {"of another", 1}, "a stranger": {"", 2}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer()
				older, err := srv.Client().CreateAccessPoint(t.Context(), tagged("k", "of another"))
				if err != nil {
					t.Fatal(err)
				}
				<-time.After(2 * time.Second)
				in := tagged("k", c.call)
				if c.call == "" {
					in.Tags = in.Tags[:1]
				}
				if _, err := srv.Client().CreateAccessPoint(t.Context(), in); err != nil {
					t.Fatal(err)
				}
				<-time.After(time.Second)
				ap, err := srv.Client().EnsureAccessPoint(t.Context(), "k", createRequest)
				left := standing(t, srv)
				if len(left) != c.want || left[0] != older.AccessPoint.AccessPointID || ap.AccessPointID != left[0] {
					t.Errorf("got %+v, %v; %v are left", ap, err, left)
				}
				duplicate, ok := errors.AsType[*nas.DuplicateError](err)
				if ok != (c.want == 2) || ok && (!slices.Equal(duplicate.IDs, left) || duplicate.Key != "k") || !ok && err != nil {
					t.Errorf("got %v, %v are left", err, left)
				}
				// Absent leaves the stranger, and says so.
				err = srv.Client().EnsureAccessPointAbsent(t.Context(), nastest.FileSystemID, "k")
				drift, ok := errors.AsType[*nas.DriftError](err)
				if left := standing(t, srv); ok != (c.want == 2) || len(left) != c.want-1 || ok && drift.ResourceID != left[0] || !ok && err != nil {
					t.Errorf("absent: %v, %v are left", err, left)
				}
			})
		})
	}
}

// standing returns the IDs of the access points that are there.
func standing(t *testing.T, srv *nastest.Server) (ids []string) {
	t.Helper()
	for ap, err := range srv.Client().AccessPoints(t.Context(), nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, ap.AccessPointID)
	}
	return ids
}

// TestEnsureEnds with its context, or an error, and names what it has created.
func TestEnsureEnds(t *testing.T) {
	for name, c := range map[string]struct {
		after   time.Duration
		prepare func(*nastest.Server)
		id      string
		want    []error
	}{
		"before the creation": {5 * time.Second, func(srv *nastest.Server) {
			for range 99 {
				srv.Inject("ListAccessPoints", nastest.Throttle)
			}
		}, "", []error{context.DeadlineExceeded}},
		"after it":    {5 * time.Second, func(*nastest.Server) {}, "ap-0000000001", []error{context.DeadlineExceeded}},
		"answer lost": {5 * time.Second, func(srv *nastest.Server) { srv.Inject("CreateAccessPoint", nastest.ResponseLost) }, "", []error{context.DeadlineExceeded, nas.ErrOutcomeUnknown}},
		"while it waits": {20 * time.Second, func(srv *nastest.Server) {
			for range 99 {
				srv.Inject("DescribeAccessPoint", nastest.ServerError)
			}
		}, "ap-0000000001", []error{context.DeadlineExceeded}},
		"the look is denied": {0, func(srv *nastest.Server) { srv.Inject("ListAccessPoints", 0, nastest.Denied, nastest.Denied) }, "ap-0000000001", []error{nas.ErrAccessDenied}},
		"the wait is denied": {0, func(srv *nastest.Server) { srv.Inject("DescribeAccessPoint", nastest.Denied) }, "ap-0000000001", []error{nas.ErrAccessDenied}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer(nastest.ReadyAfter(30 * time.Second))
				c.prepare(srv)
				ctx := t.Context()
				if c.after > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.after)
					defer cancel()
				}
				start := time.Now()
				ap, err := srv.Client().EnsureAccessPoint(ctx, "k", createRequest)
				for _, want := range c.want {
					if !errors.Is(err, want) {
						t.Errorf("%v is not %v", err, want)
					}
				}
				failed, ok := errors.AsType[*nas.WaitError](err)
				if !ok || failed.Operation != "EnsureAccessPoint" || c.after > 0 && time.Since(start) > c.after {
					t.Errorf("after %v: %v", time.Since(start), err)
				}
				if ap.AccessPointID != c.id || c.id != "" && !strings.Contains(err.Error(), c.id) {
					t.Errorf("%s is created; got %+v, %v", c.id, ap, err)
				}
				<-time.After(time.Minute)
				if ap, err := srv.Client().EnsureAccessPoint(t.Context(), "k", createRequest); err != nil || ap.AccessPointID != "ap-0000000001" {
					t.Errorf("called again: %+v, %v", ap, err)
				}
			})
		})
	}
}

// TestEnsureGoneMeanwhile creates another if its own is deleted while it waits.
func TestEnsureGoneMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.ReadyAfter(time.Minute), nastest.GoneAfter(20*time.Second))
		time.AfterFunc(30*time.Second, func() {
			_, err := srv.Client().DeleteAccessPoint(t.Context(), nas.DeleteAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: "ap-0000000001"})
			if err != nil {
				t.Error(err)
			}
		})
		if ap, err := srv.Client().EnsureAccessPoint(t.Context(), "k", createRequest); err != nil || ap.AccessPointID != "ap-0000000002" {
			t.Errorf("got %+v, %v", ap, err)
		}
	})
}

// TestEnsureLostTags names what has lost its tags, and creates no other.
func TestEnsureLostTags(t *testing.T) {
	for name, faults := range map[string][]nastest.Fault{"told": nil, "answer lost, too": {nastest.ResponseLost}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer()
				srv.Disturb(nastest.Disturbance{TagsLost: 1})
				in := createRequest
				in.RootDirectory = "/other"
				create(t, srv) // long before
				<-time.After(time.Hour)
				if _, err := srv.Client().CreateAccessPoint(t.Context(), in); err != nil { // unlike it
					t.Fatal(err)
				}
				srv.Inject("CreateAccessPoint", faults...)
				client := srv.Client()
				for range 3 {
					ap, err := client.EnsureAccessPoint(t.Context(), "k", createRequest)
					drift, ok := errors.AsType[*nas.DriftError](err)
					if !ok || drift.ResourceID != "ap-0000000003" || drift.Fields[0] != (nas.Drift{Field: "Tag.1.Value", Wanted: "k"}) || ap.AccessPointID != drift.ResourceID {
						t.Fatalf("got %+v, %v", ap, err)
					}
				}
				if left := standing(t, srv); len(left) != 3 {
					t.Errorf("%v are left", left)
				}
			})
		})
	}
}

// TestResume finds out what became of a call, whatever this machine's clock says.
func TestResume(t *testing.T) {
	full := createRequest
	full.AccessPointName, full.RootDirectory, full.Tags = "a", "/a/", []nas.Tag{{Key: "b", Value: "1"}, {Key: "a", Value: "2"}}
	full.OwnerUserID, full.OwnerGroupID = new(uint32(0)), new(uint32(1))
	full.PosixUserID, full.PosixGroupID, full.PosixSecondaryGroupIDs = new(uint32(0)), new(uint32(7)), []uint32{2, 1, 2}
	// like creates one that differs from full.
	like := func(change func(in *nas.CreateAccessPointRequest)) func(*testing.T, *nas.Client) {
		return func(t *testing.T, c *nas.Client) {
			in := full
			in.Tags = slices.Clone(in.Tags)
			change(&in)
			if _, err := c.CreateAccessPoint(t.Context(), in); err != nil {
				t.Error(err)
			}
		}
	}
	same := like(func(*nas.CreateAccessPointRequest) {})
	modify := func(t *testing.T, c *nas.Client) {
		if _, err := c.ModifyAccessPoint(t.Context(), nas.ModifyAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: "ap-0000000002", AccessPointName: new("b")}); err != nil {
			t.Error(err)
		}
	}
	for name, c := range map[string]struct {
		fault         nastest.Fault
		before, after func(*testing.T, *nas.Client)
		created       bool
		candidates    int
	}{
		"created":            {nastest.ResponseLost, nil, nil, true, 0},
		"created late":       {nastest.AppliedLate, nil, nil, true, 0},
		"cut off":            {nastest.Truncated, nil, nil, true, 0},
		"behind a proxy":     {nastest.BadGateway, nil, nil, true, 0},
		"not created":        {nastest.ServerError, nil, nil, false, 0},
		"never arrived":      {nastest.Reset, nil, nil, false, 0},
		"one like it":        {nastest.ResponseLost, same, nil, false, 2},
		"another's alone":    {nastest.Reset, same, nil, true, 0}, // nothing tells the two apart
		"modified since":     {nastest.ResponseLost, nil, modify, false, 1},
		"other root":         {nastest.Reset, like(func(in *nas.CreateAccessPointRequest) { in.RootDirectory = "/other" }), nil, false, 0},
		"other user":         {nastest.Reset, like(func(in *nas.CreateAccessPointRequest) { in.PosixUserID = new(uint32(5)) }), nil, false, 0},
		"other tags":         {nastest.Reset, like(func(in *nas.CreateAccessPointRequest) { in.Tags[0].Value = "2" }), nil, false, 1},
		"other owner":        {nastest.Reset, like(func(in *nas.CreateAccessPointRequest) { in.OwnerUserID = new(uint32(5)) }), nil, false, 1},
		"beside one like it": {nastest.ResponseLost, like(func(in *nas.CreateAccessPointRequest) { in.Tags[0].Value = "2" }), nil, true, 0},
	} {
		for _, offset := range []time.Duration{0, -15 * time.Minute, 15 * time.Minute} {
			t.Run(fmt.Sprint(name, offset), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					srv := nastest.NewServer(nastest.AnySignature(), nastest.ClockOffset(offset))
					same(t, srv.Client()) // long before
					<-time.After(time.Hour)
					srv.Disturb(nastest.Disturbance{Late: 8 * time.Second, Lag: 2 * time.Second})
					client := srv.Client()
					if offset != 0 { // the text has the service's time, if it is known
						if _, err := client.ListAccessPoints(t.Context(), nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID}); err != nil {
							t.Fatal(err)
						}
						<-time.After(time.Second)
					}
					if c.before != nil {
						c.before(t, srv.Client())
					}
					srv.Inject("CreateAccessPoint", c.fault)
					_, err := client.CreateAccessPoint(t.Context(), full)
					lost, ok := errors.AsType[*nas.OutcomeUnknownError](err)
					if !ok {
						t.Fatal(err)
					}
					if c.after != nil {
						c.after(t, srv.Client())
					}
					srv.Inject("ListAccessPoints", nastest.ServerError, nastest.Reset, nastest.Throttle)
					start := time.Now()
					out, err := srv.Client().Resume(t.Context(), lost.Resume)
					unknown, ok := errors.AsType[*nas.OutcomeUnknownError](err)
					switch {
					case c.candidates > 0:
						if !ok || len(unknown.Candidates) != c.candidates || unknown.Resume != lost.Resume {
							t.Errorf("got %+v, %v", out, err)
						}
					case err != nil || out.Created != c.created || out.Operation != "CreateAccessPoint" || out.Created == (out.AccessPoint.AccessPointID == ""):
						t.Errorf("got %+v, %v", out, err)
					}
					if took := time.Since(start); took < 10*time.Second || took > 20*time.Second {
						t.Errorf("took %v", took)
					}
					<-time.After(time.Hour)
					srv.Disturb(nastest.Disturbance{})
					start = time.Now()
					if later, err := srv.Client().Resume(t.Context(), lost.Resume); (err == nil) != (c.candidates == 0) || err == nil && later.Created != c.created || time.Since(start) > time.Second {
						t.Errorf("an hour later, after %v: %+v, %v", time.Since(start), later, err)
					}
				})
			})
		}
	}
}

// TestResumeRefuses texts that are not its own, and sends nothing.
func TestResumeRefuses(t *testing.T) {
	srv := nastest.NewServer()
	const text = "accesspoint:2:nas:cn-hangzhou:CreateAccessPoint:FileSystemId=f&from=2026-05-01T12%3A00%3A00Z&to=2026-05-01T12%3A00%3A03Z"
	for name, c := range map[string]struct{ text, want string }{
		"empty":     {"", "text is not a text of an OutcomeUnknownError"},
		"service":   {strings.Replace(text, "nas", "oss", 1), "text belongs to another service"},
		"region":    {strings.Replace(text, "hangzhou", "beijing", 1), "text belongs to another region"},
		"version":   {strings.Replace(text, ":2:", ":3:", 1), "text was written by another version of this module"},
		"operation": {strings.Replace(text, "Create", "Delete", 1), "text is not a text of an OutcomeUnknownError"},
	} {
		if out, err := srv.Client().Resume(t.Context(), c.text); !errors.Is(err, nas.ErrInvalidRequest) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
	}
	if n := srv.Calls(); n != nil {
		t.Errorf("sent %v", n)
	}
	if _, err := (*nas.Client)(nil).Resume(t.Context(), text); err == nil {
		t.Error("a nil Client resumes")
	}
}

// TestEnsureTogether shares lists among many keys, whose access points stand.
func TestEnsureTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.Latency(5 * time.Millisecond))
		const n = 300
		ids := make([]string, n)
		for i := range n {
			out, err := srv.Client().CreateAccessPoint(t.Context(), tagged(fmt.Sprint("k", i), "of an earlier one"))
			if err != nil {
				t.Fatal(err)
			}
			ids[i] = out.AccessPoint.AccessPointID
		}
		<-time.After(time.Hour)
		before, client := len(srv.Calls()), srv.Client()
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				if ap, err := client.EnsureAccessPoint(t.Context(), fmt.Sprint("k", i), createRequest); err != nil || ap.AccessPointID != ids[i] {
					t.Errorf("k%d: %+v, %v", i, ap, err)
				}
			})
		}
		all.Wait()
		// Three lists of three pages, and what the first callers ask for by themselves.
		if got := calls(srv, before); got["CreateAccessPoint"]+got["DescribeAccessPoint"] != 0 || got["ListAccessPoints"] > 40 {
			t.Errorf("asked %v", got)
		}
	})
}

// TestAbsentSettles has a deletion succeed late. It returns only when no list can
// show what is gone any longer.
func TestAbsentSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var deleted time.Time
		srv := nastest.NewServer(nastest.OnRequest(func(q nastest.Request) {
			if q.Operation == "DeleteAccessPoint" && q.Status == 200 {
				deleted = time.Now()
			}
		}))
		client := srv.Client()
		if _, err := client.EnsureAccessPoint(t.Context(), "k", createRequest); err != nil {
			t.Fatal(err)
		}
		for range 7 {
			srv.Fail("DeleteAccessPoint", nas.APIError{StatusCode: 403, Code: nas.CodeInvalidState}) // it is being changed
		}
		start := time.Now()
		if err := client.EnsureAccessPointAbsent(t.Context(), nastest.FileSystemID, "k"); err != nil {
			t.Fatal(err)
		}
		if late := deleted.Sub(start); late < 5*time.Second || time.Since(deleted) < 10*time.Second {
			t.Errorf("deleted after %v, returned %v later", late, time.Since(deleted))
		}
	})
}
