package oss_test

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
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// vpcRequest asks for an access point of a VPC.
var vpcRequest = oss.CreateAccessPointRequest{
	Bucket: osstest.Bucket, AccessPointName: "ap-01", NetworkOrigin: oss.NetworkOriginVPC,
	VpcConfiguration: &oss.VpcConfiguration{VpcID: "vpc-1"},
}

// wanted asks for the access point that in would create.
func wanted(in oss.CreateAccessPointRequest) oss.EnsureAccessPointRequest {
	return oss.EnsureAccessPointRequest{
		Bucket: in.Bucket, AccessPointName: in.AccessPointName, NetworkOrigin: in.NetworkOrigin, VpcConfiguration: in.VpcConfiguration,
	}
}

// count returns how often operation was called.
func count(calls []string, operation string) (n int) {
	for _, name := range calls {
		if name == operation {
			n++
		}
	}
	return n
}

// remove deletes an access point without waiting.
func remove(t *testing.T, srv *osstest.Server, bucket, name string) {
	t.Helper()
	if _, err := srv.Client().DeleteAccessPoint(t.Context(), oss.DeleteAccessPointRequest{Bucket: bucket, AccessPointName: name}); err != nil {
		t.Fatal(err)
	}
}

// TestEnsure creates an access point, finds it again, and takes it away.
func TestEnsure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer(osstest.ReadyAfter(15*time.Second), osstest.GoneAfter(5*time.Second))
		client, start := srv.Client(), time.Now()
		ap, err := client.EnsureAccessPoint(hour(t), wanted(vpcRequest))
		if err != nil || ap.Status != oss.StatusEnable || ap.VpcConfiguration.VpcID != "vpc-1" {
			t.Fatalf("got %+v, %v", ap, err)
		}
		if took := time.Since(start); took < 15*time.Second || took > 21*time.Second {
			t.Errorf("took %v", took)
		}
		if got := srv.Calls(); count(got, "CreateAccessPoint") != 1 || len(got) > 12 {
			t.Errorf("asked %v", got)
		}

		n, start := len(srv.Calls()), time.Now()
		again, err := client.EnsureAccessPoint(hour(t), wanted(vpcRequest))
		if d := cmp.Diff(ap, again); d != "" || err != nil || time.Since(start) != 0 {
			t.Errorf("found again after %v: %v (-first +again):\n%s", time.Since(start), err, d)
		}
		if d := cmp.Diff([]string{"GetAccessPoint"}, srv.Calls()[n:]); d != "" {
			t.Errorf("to find it again (-want +got):\n%s", d)
		}

		n, start = len(srv.Calls()), time.Now()
		if err := client.EnsureAccessPointAbsent(hour(t), osstest.Bucket, "ap-02"); err != nil || time.Since(start) != 10*time.Second {
			t.Errorf("another name, after %v: %v", time.Since(start), err)
		}
		if d := cmp.Diff([]string{"GetAccessPoint", "GetAccessPoint"}, srv.Calls()[n:]); d != "" {
			t.Errorf("to find nothing (-want +got):\n%s", d)
		}
		n = len(srv.Calls())
		if err := client.EnsureAccessPointAbsent(hour(t), osstest.Bucket, "ap-01"); err != nil || count(srv.Calls()[n:], "DeleteAccessPoint") != 1 {
			t.Errorf("absent: %v, asked %v", err, srv.Calls()[n:])
		}
		if _, err := client.GetAccessPoint(t.Context(), getRequest); !errors.Is(err, oss.ErrNotFound) {
			t.Errorf("it still stands: %v", err)
		}
		n = len(srv.Calls())
		if err := client.EnsureAccessPointAbsent(hour(t), "no-such-bucket", "ap-01"); err != nil || slices.Contains(srv.Calls()[n:], "DeleteAccessPoint") {
			t.Errorf("absent from a bucket that is gone: %v", err)
		}
	})
}

// TestEnsureMany counts the requests of many calls for one bucket that run on one
// client at the same time, and of those that find what they ask for.
func TestEnsureMany(t *testing.T) {
	type counts struct{ creations, gets, lists int }
	for name, c := range map[string]struct {
		denied       bool
		calls        int
		first, again counts // at most
	}{
		"alone":        {false, 1, counts{1, 5, 0}, counts{0, 1, 0}},
		"few":          {false, 4, counts{4, 12, 12}, counts{0, 4, 4}},
		"many":         {false, 200, counts{200, 220, 30}, counts{0, 200, 10}},
		"may not list": {true, 200, counts{200, 1200, 1}, counts{0, 200, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := osstest.NewServer(osstest.ReadyAfter(2*time.Second), osstest.Latency(5*time.Millisecond))
				if c.denied {
					srv.Fail("ListAccessPoints", oss.APIError{StatusCode: 403, Code: oss.CodeAccessDenied})
				}
				var names []string
				for i := range c.calls {
					names = append(names, fmt.Sprintf("ap-%03d", i))
				}
				client, before := srv.Client(), 0
				for _, want := range []counts{c.first, c.again} {
					for i, err := range manyEnsured(t, client, osstest.Bucket, names) {
						if err != nil {
							t.Errorf("%s: %v", names[i], err)
						}
					}
					calls := srv.Calls()[before:]
					before += len(calls)
					got := counts{count(calls, "CreateAccessPoint"), count(calls, "GetAccessPoint"), count(calls, "ListAccessPoints")}
					t.Logf("%+v", got)
					if got.creations != want.creations || got.gets > want.gets || got.lists > want.lists {
						t.Errorf("%+v, want at most %+v", got, want)
					}
				}
			})
		})
	}
}

// manyEnsured ensures the access points of several names at once on one client and
// returns the errors in their order. They are returned whole.
func manyEnsured(t *testing.T, client *oss.Client, bucket string, names []string) []error {
	errs := make([]error, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() {
			in := ensureRequest(name)
			in.Bucket = bucket
			ap, err := client.EnsureAccessPoint(hour(t), in)
			if err == nil && (ap.AccessPointName != name || ap.Status != oss.StatusEnable || ap.AccessPointARN == "" || ap.PublicEndpoint == "") {
				err = fmt.Errorf("got %+v", ap)
			}
			errs[i] = err
		})
	}
	all.Wait()
	return errs
}

// TestEnsureDistrustsLists has many calls look at a list that is wrong: it costs
// requests, and nothing else.
func TestEnsureDistrustsLists(t *testing.T) {
	var names []string
	for i := range 20 {
		names = append(names, fmt.Sprintf("ap-%03d", i))
	}
	items := func(format string) (list string) {
		for _, name := range names {
			list += fmt.Sprintf("<AccessPoint><Bucket>"+osstest.Bucket+"</Bucket><AccessPointName>%s</AccessPointName>"+format+"</AccessPoint>", name)
		}
		return list
	}
	for name, c := range map[string]struct {
		list     string
		standing bool
	}{
		"nothing, and all stand":             {"", true},
		"all, and nothing stands":            {items("<NetworkOrigin>internet</NetworkOrigin><Status>enable</Status>"), false},
		"those that the others superseded":   {items("<NetworkOrigin>vpc</NetworkOrigin><VpcConfiguration><VpcId>vpc-1</VpcId></VpcConfiguration><Status>creating</Status>"), true},
		"no more than the names":             {items(""), true},
		"those that are not usable any more": {items("<NetworkOrigin>internet</NetworkOrigin><Status>disable</Status>"), true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := osstest.NewServer(osstest.Latency(5 * time.Millisecond))
				cfg := srv.Config()
				service, lists := cfg.HTTPClient.Transport, wiretest.Answering(wiretest.Answer{Body: "<ListAccessPointsResult><AccessPoints>" + c.list + "</AccessPoints></ListAccessPointsResult>"})
				cfg.HTTPClient.Transport = wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodGet && r.Header.Get("X-Oss-Access-Point-Name") == "" {
						return lists.RoundTrip(r)
					}
					return service.RoundTrip(r)
				})
				client, err := oss.New(cfg)
				if err != nil {
					t.Fatal(err)
				}
				for _, name := range names {
					if c.standing {
						create(t, srv, name)
					}
				}
				for i, err := range manyEnsured(t, client, osstest.Bucket, names) {
					if err != nil {
						t.Errorf("%s: %v", names[i], err)
					}
				}
				if n := count(srv.Calls(), "CreateAccessPoint"); n > 2*len(names) || len(lists.Requests()) == 0 {
					t.Errorf("%d creations, %d lists", n, len(lists.Requests()))
				}
			})
		})
	}
	t.Run("of a bucket that does not exist", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			srv, start := osstest.NewServer(), time.Now()
			for i, err := range manyEnsured(t, srv.Client(), "no-such-bucket", names) {
				if !errors.Is(err, oss.CodeNoSuchBucket) {
					t.Errorf("%s: %v", names[i], err)
				}
			}
			if took := time.Since(start); took > time.Second || count(srv.Calls(), "CreateAccessPoint") != 0 {
				t.Errorf("after %v: %v", took, srv.Calls())
			}
		})
	})
}

// TestEnsureRefuses names what is wrong, and sends nothing.
func TestEnsureRefuses(t *testing.T) {
	srv := osstest.NewServer()
	client := srv.Client()
	unchecked, err := client.With(func(c *oss.Config) { c.SkipValidation = true })
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(*oss.EnsureAccessPointRequest)) oss.EnsureAccessPointRequest {
		in := wanted(vpcRequest)
		change(&in)
		return in
	}
	for name, c := range map[string]struct {
		in     oss.EnsureAccessPointRequest
		client *oss.Client
		want   string
	}{
		"no bucket":        {with(func(in *oss.EnsureAccessPointRequest) { in.Bucket = "" }), client, "Bucket is required"},
		"no name":          {with(func(in *oss.EnsureAccessPointRequest) { in.AccessPointName = "" }), client, "AccessPointName is required"},
		"a long name":      {with(func(in *oss.EnsureAccessPointRequest) { in.AccessPointName = strings.Repeat("a", 20) }), client, "AccessPointName must have 3 to 19 characters"},
		"no network":       {with(func(in *oss.EnsureAccessPointRequest) { in.NetworkOrigin = "" }), client, "NetworkOrigin is required"},
		"no VPC":           {with(func(in *oss.EnsureAccessPointRequest) { in.VpcConfiguration = nil }), client, "VpcConfiguration.VpcId is required"},
		"without checks":   {with(func(in *oss.EnsureAccessPointRequest) { in.AccessPointName = "" }), unchecked, "x-oss-access-point-name is required"},
		"another host":     {with(func(in *oss.EnsureAccessPointRequest) { in.Bucket = "a.b/c" }), unchecked, "Bucket must have only"},
		"no client":        {wanted(vpcRequest), nil, "nil Client"},
		"no client at all": {wanted(vpcRequest), new(oss.Client), "nil Client"},
	} {
		_, err := c.client.EnsureAccessPoint(t.Context(), c.in)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(name, "no client") && !errors.Is(err, oss.ErrInvalidRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for want, args := range map[string][2]string{"Bucket is required": {"", "ap-01"}, "x-oss-access-point-name is required": {osstest.Bucket, ""}} {
		for _, client := range []*oss.Client{client, unchecked} {
			if err := client.EnsureAccessPointAbsent(t.Context(), args[0], args[1]); !errors.Is(err, oss.ErrInvalidRequest) || !strings.Contains(err.Error(), want) {
				t.Errorf("absent, %s: %v", want, err)
			}
		}
	}
	if err := (*oss.Client)(nil).EnsureAccessPointAbsent(t.Context(), osstest.Bucket, "ap-01"); err == nil {
		t.Error("a nil Client makes absent")
	}
	cfg := srv.Config()
	cfg.Settle = -1
	if _, err := oss.New(cfg); err == nil || err.Error() != "oss: New: Settle must not be negative" {
		t.Errorf("negative Settle: %v", err)
	}
	if n := srv.Calls(); n != nil {
		t.Errorf("sent %v", n)
	}
}

// TestEnsureFails at once on what the service refuses for good.
func TestEnsureFails(t *testing.T) {
	for name, c := range map[string]struct {
		operation string
		refusal   oss.APIError
		want      error
	}{
		"no bucket":          {"GetAccessPoint", oss.APIError{StatusCode: 404, Code: oss.CodeNoSuchBucket}, oss.CodeNoSuchBucket},
		"may not look":       {"GetAccessPoint", oss.APIError{StatusCode: 403, Code: oss.CodeAccessDenied}, oss.ErrAccessDenied},
		"may not create":     {"CreateAccessPoint", oss.APIError{StatusCode: 403, Code: oss.CodeAccessDenied}, oss.ErrAccessDenied},
		"the bucket is gone": {"CreateAccessPoint", oss.APIError{StatusCode: 404, Code: oss.CodeNoSuchBucket}, oss.CodeNoSuchBucket},
		"a quota":            {"CreateAccessPoint", oss.APIError{StatusCode: 400, Code: "AccessPointQuotaExceeded"}, oss.ErrQuotaExceeded},
		"may not delete":     {"DeleteAccessPoint", oss.APIError{StatusCode: 403, Code: oss.CodeAccessDenied}, oss.ErrAccessDenied},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv, start := osstest.NewServer(), time.Now()
				client := srv.Client()
				srv.Fail(c.operation, c.refusal)
				var err error
				if c.operation == "DeleteAccessPoint" {
					create(t, srv, "ap-01")
					err = client.EnsureAccessPointAbsent(hour(t), osstest.Bucket, "ap-01")
				} else {
					_, err = client.EnsureAccessPoint(hour(t), ensureRequest("ap-01"))
				}
				if !errors.Is(err, c.want) || !strings.Contains(fmt.Sprint(err), "oss: "+c.operation+": ") || time.Since(start) != 0 {
					t.Errorf("after %v: %v", time.Since(start), err)
				}
			})
		})
	}
}

// gotPoint returns the answer to a GetAccessPoint of ap-01.
func gotPoint(bucket, origin, vpc, status, created string) wiretest.Answer {
	return wiretest.Answer{Body: "<GetAccessPointResult><AccessPointName>ap-01</AccessPointName><Bucket>" + bucket + "</Bucket><NetworkOrigin>" + origin +
		"</NetworkOrigin><VpcConfiguration><VpcId>" + vpc + "</VpcId></VpcConfiguration><Status>" + status + "</Status><CreationDate>" + created + "</CreationDate></GetAccessPointResult>"}
}

// TestEnsureDrift compares what is found with what is asked, whatever its state,
// and asks no more.
func TestEnsureDrift(t *testing.T) {
	other := wanted(vpcRequest)
	other.VpcConfiguration = &oss.VpcConfiguration{VpcID: "vpc-2"}
	for name, c := range map[string]struct {
		in    oss.EnsureAccessPointRequest
		found wiretest.Answer
		want  []oss.Drift
		text  string
	}{
		"nothing":         {wanted(vpcRequest), gotPoint(osstest.Bucket, "vpc", "vpc-1", "enable", "1"), nil, ""},
		"no VPC":          {wanted(createRequest), gotPoint(osstest.Bucket, "internet", "", "enable", "1"), nil, ""},
		"capital letters": {wanted(vpcRequest), gotPoint(osstest.Bucket, "VPC", "vpc-1", "Enable", "1"), nil, ""},
		"VPC": {other, gotPoint(osstest.Bucket, "vpc", "vpc-1", "enable", "1"), []oss.Drift{{Field: "VpcConfiguration.VpcId", Wanted: "vpc-2", Found: "vpc-1"}},
			`oss: EnsureAccessPoint "ap-01": ap-01 differs from the request: VpcConfiguration.VpcId is "vpc-1", not "vpc-2"`},
		"network": {wanted(createRequest), gotPoint(osstest.Bucket, "vpc", "vpc-1", "creating", "1"), []oss.Drift{
			{Field: "NetworkOrigin", Wanted: "internet", Found: "vpc"}, {Field: "VpcConfiguration.VpcId", Wanted: "", Found: "vpc-1"}},
			`oss: EnsureAccessPoint "ap-01": ap-01 differs from the request: NetworkOrigin is "vpc", not "internet"; VpcConfiguration.VpcId is "vpc-1", not ""`},
		"bucket": {wanted(createRequest), gotPoint("otherbucket", "internet", "", "disable", "1"), []oss.Drift{{Field: "Bucket", Wanted: osstest.Bucket, Found: "otherbucket"}},
			`oss: EnsureAccessPoint "ap-01": ap-01 differs from the request: Bucket is "otherbucket", not "examplebucket"`},
		"name": {ensureRequest("ap-02"), gotPoint(osstest.Bucket, "internet", "", "enable", "1"), []oss.Drift{{Field: "AccessPointName", Wanted: "ap-02", Found: "ap-01"}},
			`oss: EnsureAccessPoint "ap-02": ap-02 differs from the request: AccessPointName is "ap-01", not "ap-02"`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := wiretest.Answering(c.found)
				ap, err := newClient(t, r, nil).EnsureAccessPoint(hour(t), c.in)
				var found []oss.Drift
				if drift, ok := errors.AsType[*oss.DriftError](err); ok {
					found = drift.Fields
				} else if err != nil {
					t.Error(err)
				}
				if d := cmp.Diff(c.want, found); d != "" || err != nil && err.Error() != c.text {
					t.Errorf("%v (-want +got):\n%s", err, d)
				}
				if ap.AccessPointName != "ap-01" || len(r.Requests()) != 1 {
					t.Errorf("got %+v after %d requests", ap, len(r.Requests()))
				}
			})
		})
	}
}

// TestEnsureTaken meets a name that another bucket has. No source tells the code
// of that refusal.
func TestEnsureTaken(t *testing.T) {
	for code, kind := range map[oss.Code]error{"AccessPointAlreadyExists": oss.ErrAlreadyExists, "OperationConflict": oss.ErrConflict} {
		t.Run(string(code), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := osstest.NewServer()
				srv.AddBucket("otherbucket")
				in := ensureRequest("ap-01")
				in.Bucket = "otherbucket"
				theirs, err := srv.Client().EnsureAccessPoint(hour(t), in)
				if err != nil {
					t.Fatal(err)
				}
				for range 2 {
					srv.Fail("CreateAccessPoint", oss.APIError{StatusCode: 409, Code: code})
				}
				n, start := len(srv.Calls()), time.Now()
				ap, err := srv.Client().EnsureAccessPoint(hour(t), ensureRequest("ap-01"))
				drift, ok := errors.AsType[*oss.DriftError](err)
				if !ok || !errors.Is(err, kind) || ap != (oss.AccessPoint{}) {
					t.Fatalf("got %+v, %v", ap, err)
				}
				if d := cmp.Diff(&oss.DriftError{Operation: "EnsureAccessPoint", Key: "ap-01", ResourceID: "ap-01", Fields: []oss.Drift{{Field: "Bucket", Wanted: osstest.Bucket, Found: "another bucket"}}}, drift); d != "" {
					t.Errorf("(-want +got):\n%s", d)
				}
				if took := time.Since(start); took < 10*time.Second || took > 16*time.Second {
					t.Errorf("took %v", took)
				}
				if got := srv.Calls()[n:]; count(got, "CreateAccessPoint") != 2 || slices.Contains(got, "DeleteAccessPoint") {
					t.Errorf("asked %v", got)
				}
				if err := srv.Client().EnsureAccessPointAbsent(hour(t), osstest.Bucket, "ap-01"); err != nil {
					t.Errorf("absent: %v", err)
				}
				if again, err := srv.Client().EnsureAccessPoint(hour(t), in); err != nil || cmp.Diff(theirs, again) != "" {
					t.Errorf("the other bucket has %+v, %v", again, err)
				}

				// It is given up, after the first refusal and before the last.
				<-time.After(time.Minute)
				time.AfterFunc(5*time.Second, func() { remove(t, srv, "otherbucket", "ap-01") })
				if ap, err = srv.Client().EnsureAccessPoint(hour(t), ensureRequest("ap-01")); err != nil || ap.Bucket != osstest.Bucket {
					t.Errorf("given up: %+v, %v", ap, err)
				}

				// So it is, and then the answer is lost that says so.
				in.AccessPointName = "ap-02"
				if _, err := srv.Client().EnsureAccessPoint(hour(t), in); err != nil {
					t.Fatal(err)
				}
				time.AfterFunc(5*time.Second, func() {
					remove(t, srv, "otherbucket", "ap-02")
					srv.Inject("CreateAccessPoint", osstest.ResponseLost)
				})
				if ap, err = srv.Client().EnsureAccessPoint(hour(t), ensureRequest("ap-02")); err != nil || ap.Bucket != osstest.Bucket {
					t.Errorf("given up, and the answer lost: %+v, %v", ap, err)
				}
			})
		})
	}
}

// TestEnsureAbsentLeaves what answers to the name and is another bucket's, or has
// another name.
func TestEnsureAbsentLeaves(t *testing.T) {
	for name, accessPoint := range map[string]string{"otherbucket": "ap-01", osstest.Bucket: "ap-02"} {
		synctest.Test(t, func(t *testing.T) {
			r := wiretest.Answering(gotPoint(name, "internet", "", "enable", "1"))
			if err := newClient(t, r, nil).EnsureAccessPointAbsent(hour(t), osstest.Bucket, accessPoint); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, request := range r.Requests() {
				if request.Method != http.MethodGet {
					t.Errorf("%s: sent %+v", name, request)
				}
			}
		})
	}
}

// TestEnsureAbsentOutlives a creation that was broken off and shows late, and the
// deletion of it: it may have been sent twice.
func TestEnsureAbsentOutlives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, start := osstest.NewServer(), time.Now()
		time.AfterFunc(9*time.Second, func() { create(t, srv, "ap-01") })
		if err := srv.Client().EnsureAccessPointAbsent(hour(t), osstest.Bucket, "ap-01"); err != nil {
			t.Error(err)
		}
		// It is found after 10 seconds, and gone 2 seconds later.
		if took := time.Since(start); took != 22*time.Second || count(srv.Calls(), "DeleteAccessPoint") != 1 {
			t.Errorf("took %v, asked %v", took, srv.Calls())
		}
	})
}

// TestEnsureLostAnswers creates once, whatever becomes of the answer.
func TestEnsureLostAnswers(t *testing.T) {
	for name, faults := range map[string][]osstest.Fault{
		"lost":            {osstest.ResponseLost},
		"cut off":         {osstest.Truncated},
		"behind a proxy":  {osstest.BadGateway},
		"late":            {osstest.AppliedLate},
		"late, then lost": {osstest.AppliedLate, osstest.ResponseLost},
		"not arrived":     {osstest.Reset, osstest.ServerError, osstest.Throttle},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := osstest.NewServer(osstest.ReadyAfter(time.Second))
				srv.Disturb(osstest.Disturbance{Late: 9 * time.Second, Lag: time.Second})
				srv.Inject("CreateAccessPoint", faults...)
				ap, err := srv.Client().EnsureAccessPoint(hour(t), ensureRequest("ap-01"))
				if err != nil || ap.Status != oss.StatusEnable {
					t.Fatalf("got %+v, %v", ap, err)
				}
				<-time.After(time.Minute)
				if again, err := srv.Client().EnsureAccessPoint(hour(t), ensureRequest("ap-01")); err != nil || cmp.Diff(ap, again) != "" {
					t.Errorf("got %+v, then %+v, %v", ap, again, err)
				}
			})
		})
	}
}

// TestEnsureAfterDeletion waits until one that is being deleted is gone, and does
// not take an older answer for another.
func TestEnsureAfterDeletion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer(osstest.ReadyAfter(3*time.Second), osstest.GoneAfter(time.Minute))
		first, err := srv.Client().EnsureAccessPoint(hour(t), ensureRequest("ap-01"))
		if err != nil {
			t.Fatal(err)
		}
		remove(t, srv, osstest.Bucket, "ap-01")
		start := time.Now()
		second, err := srv.Client().EnsureAccessPoint(hour(t), ensureRequest("ap-01"))
		if err != nil || second.Status != oss.StatusEnable || second.CreationDate == first.CreationDate {
			t.Errorf("got %+v, %v, after %+v", second, err, first)
		}
		if took := time.Since(start); took < time.Minute || took > 80*time.Second {
			t.Errorf("took %v", took)
		}

		deleting, before := gotPoint(osstest.Bucket, "internet", "", "deleting", "1"), gotPoint(osstest.Bucket, "internet", "", "enable", "1")
		none := wiretest.Answer{Status: 404, Body: errorBody("NoSuchAccessPoint")}
		r := wiretest.Answering(deleting, before, deleting, none, wiretest.Answer{Body: created}, before, deleting,
			gotPoint(osstest.Bucket, "internet", "", "enable", "2"))
		ap, err := newClient(t, r, nil).EnsureAccessPoint(hour(t), ensureRequest("ap-01"))
		if err != nil || ap.CreationDate != "2" {
			t.Errorf("got %+v, %v", ap, err)
		}
	})
}

// TestEnsureTakenTwice is refused for one that is then seen to be deleted, and for
// its successor, which another call created. The name never was another bucket's.
func TestEnsureTakenTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, refused := time.Now(), 0
		taken := wiretest.Answering(wiretest.Answer{Status: 409, Body: errorBody("AccessPointAlreadyExists")})
		none := wiretest.Answering(wiretest.Answer{Status: 404, Body: errorBody("NoSuchAccessPoint")})
		deleting := wiretest.Answering(gotPoint(osstest.Bucket, "internet", "", "deleting", "1"))
		successor := wiretest.Answering(gotPoint(osstest.Bucket, "internet", "", "enable", "2"))
		client := newClient(t, nil, func(c *oss.Config) {
			c.HTTPClient = &http.Client{Transport: wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
				answer := none
				switch age := time.Since(start); {
				case r.Method == http.MethodPut:
					refused++
					answer = taken
				case refused == 2:
					answer = successor
				case age > 500*time.Millisecond && age < 5*time.Second:
					answer = deleting
				}
				return answer.RoundTrip(r)
			})}
		})
		if ap, err := client.EnsureAccessPoint(hour(t), ensureRequest("ap-01")); err != nil || ap.CreationDate != "2" || refused != 2 {
			t.Errorf("got %+v, %v", ap, err)
		}
	})
}

// TestEnsureConflicts repeats what the service refuses for the moment.
func TestEnsureConflicts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer(osstest.ReadyAfter(20 * time.Second))
		for range 10 {
			srv.Fail("CreateAccessPoint", oss.APIError{StatusCode: 409, Code: oss.CodeAccessPointCreatingConflict})
		}
		ap, err := srv.Client().EnsureAccessPoint(hour(t), ensureRequest("ap-01"))
		if err != nil || ap.Status != oss.StatusEnable || count(srv.Calls(), "CreateAccessPoint") != 11 {
			t.Errorf("got %+v, %v", ap, err)
		}
		create(t, srv, "ap-02") // cannot be deleted for a while
		start := time.Now()
		if err := srv.Client().EnsureAccessPointAbsent(hour(t), osstest.Bucket, "ap-02"); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < 30*time.Second || took > 35*time.Second || count(srv.Calls(), "DeleteAccessPoint") < 5 {
			t.Errorf("took %v, asked %v", took, srv.Calls())
		}
	})
}

// TestEnsureStates waits for one that is being created, and gives up on one that
// stays disabled.
func TestEnsureStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		state := func(status string) wiretest.Answer { return gotPoint(osstest.Bucket, "internet", "", status, "1") }
		r := wiretest.Answering(state("creating"), state("disable"), state("disable"), state("creating"), state("enable"))
		if ap, err := newClient(t, r, nil).EnsureAccessPoint(hour(t), ensureRequest("ap-01")); err != nil || ap.Status != oss.StatusEnable || len(r.Requests()) != 5 {
			t.Errorf("got %+v, %v", ap, err)
		}
		ap, err := newClient(t, wiretest.Answering(state("disable")), nil).EnsureAccessPoint(hour(t), ensureRequest("ap-01"))
		failed, ok := errors.AsType[*oss.WaitError](err)
		if !ok || failed.State != "disable" || failed.Polls != 3 || failed.Operation != "EnsureAccessPoint" || ap.AccessPointName != "ap-01" {
			t.Errorf("got %+v, %v", ap, err)
		}
	})
}

// TestEnsureEnds with its context, and tells what is known.
func TestEnsureEnds(t *testing.T) {
	for name, c := range map[string]struct {
		fault osstest.Fault
		fail  oss.Code
		lag   time.Duration
		want  []error
		state string
	}{
		"being created": {0, "", 0, []error{context.DeadlineExceeded}, "creating"},
		"answer lost":   {osstest.ResponseLost, "", 0, []error{context.DeadlineExceeded}, "creating"},
		"late":          {osstest.AppliedLate, "", 0, []error{context.DeadlineExceeded, oss.ErrOutcomeUnknown}, "outcome unknown"},
		"taken":         {0, "AccessPointAlreadyExists", 0, []error{context.DeadlineExceeded}, "taken"},
		"created again": {osstest.Reset, "", 24 * time.Hour, []error{context.DeadlineExceeded}, "not found"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := osstest.NewServer(osstest.ReadyAfter(20 * time.Second))
				srv.Disturb(osstest.Disturbance{Late: time.Hour, Lag: c.lag})
				if c.fault != 0 {
					srv.Inject("CreateAccessPoint", c.fault)
				}
				if c.fail != "" {
					srv.Fail("CreateAccessPoint", oss.APIError{StatusCode: 409, Code: c.fail})
				}
				if name == "late" { // and what follows does not arrive
					srv.Inject("CreateAccessPoint", slices.Repeat([]osstest.Fault{osstest.Reset}, 20)...)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				start := time.Now()
				_, err := srv.Client().EnsureAccessPoint(ctx, ensureRequest("ap-01"))
				for _, want := range c.want {
					if !errors.Is(err, want) {
						t.Errorf("%v is not %v", err, want)
					}
				}
				if failed, ok := errors.AsType[*oss.WaitError](err); !ok || failed.State != c.state || time.Since(start) != 5*time.Second || strings.Contains(err.Error(), "\n") {
					t.Errorf("after %v: %v", time.Since(start), err)
				}
				if lost, ok := errors.AsType[*oss.OutcomeUnknownError](err); ok != (len(c.want) > 1) || ok && lost.Resume == "" {
					t.Errorf("%v", err)
				}
				srv.Disturb(osstest.Disturbance{})
				if ap, err := srv.Client().EnsureAccessPoint(hour(t), ensureRequest("ap-01")); err != nil || ap.Status != oss.StatusEnable {
					t.Errorf("called again: %+v, %v", ap, err)
				}
				ctx, cancel = context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				err = srv.Client().EnsureAccessPointAbsent(ctx, osstest.Bucket, "ap-01")
				if failed, ok := errors.AsType[*oss.WaitError](err); !ok || !errors.Is(err, context.DeadlineExceeded) || failed.Operation != "EnsureAccessPointAbsent" || failed.Elapsed != 5*time.Second {
					t.Errorf("absent: %v", err)
				}
			})
		})
	}
}

// TestEnsureTogether has two callers ask for different things under one name.
func TestEnsureTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer(osstest.ReadyAfter(5*time.Second), osstest.Latency(100*time.Millisecond))
		errs := make(chan error, 2)
		for _, in := range []oss.CreateAccessPointRequest{createRequest, vpcRequest} {
			go func() {
				ap, err := srv.Client().EnsureAccessPoint(hour(t), wanted(in))
				if ap.AccessPointName != "ap-01" {
					t.Errorf("got %+v, %v", ap, err)
				}
				errs <- err
			}()
		}
		one, two := <-errs, <-errs
		if one == nil {
			one, two = two, one
		}
		if drift, ok := errors.AsType[*oss.DriftError](one); !ok || len(drift.Fields) != 2 || two != nil {
			t.Errorf("got %v and %v", one, two)
		}
	})
}

// TestResume finds out what became of a call.
func TestResume(t *testing.T) {
	for name, c := range map[string]struct {
		fault   osstest.Fault
		asked   oss.CreateAccessPointRequest
		before  time.Duration // how long before the call another is created, 0 for none
		created bool
		there   bool
	}{
		"created":         {osstest.ResponseLost, createRequest, 0, true, true},
		"created in VPC":  {osstest.ResponseLost, vpcRequest, 0, true, true},
		"created late":    {osstest.AppliedLate, createRequest, 0, true, true},
		"cut off":         {osstest.Truncated, createRequest, 0, true, true},
		"behind a proxy":  {osstest.BadGateway, createRequest, 0, true, true},
		"not created":     {osstest.ServerError, createRequest, 0, false, false},
		"never arrived":   {osstest.Reset, createRequest, 0, false, false},
		"older":           {osstest.Reset, createRequest, time.Hour, false, true},
		"of its time":     {osstest.Reset, createRequest, time.Second, true, true}, // nothing tells the two apart
		"another network": {osstest.Reset, vpcRequest, time.Second, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := osstest.NewServer()
				if c.before > 0 {
					create(t, srv, "ap-01")
					<-time.After(c.before)
				}
				srv.Disturb(osstest.Disturbance{Late: 8 * time.Second, Lag: 2 * time.Second})
				srv.Inject("CreateAccessPoint", c.fault)
				_, err := srv.Client().CreateAccessPoint(t.Context(), c.asked)
				lost, ok := errors.AsType[*oss.OutcomeUnknownError](err)
				if !ok {
					t.Fatal(err)
				}
				srv.Inject("GetAccessPoint", osstest.ServerError, osstest.Reset, osstest.Throttle)
				start := time.Now()
				out, err := srv.Client().Resume(hour(t), lost.Resume)
				if err != nil || out.Created != c.created || out.Operation != "CreateAccessPoint" || (out.AccessPoint.AccessPointName == "ap-01") != c.there {
					t.Errorf("got %+v, %v", out, err)
				}
				if took := time.Since(start); took < 10*time.Second && !c.created || took > 15*time.Second {
					t.Errorf("took %v", took)
				}
				if c.created {
					return
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				lost, _ = errors.AsType[*oss.OutcomeUnknownError](func() error {
					srv.Inject("CreateAccessPoint", osstest.Reset)
					_, err := srv.Client().CreateAccessPoint(t.Context(), c.asked)
					return err
				}())
				if _, err := srv.Client().Resume(ctx, lost.Resume); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("broken off: %v", err)
				}
			})
		})
	}
}

// TestResumeReads answers of a kind that the fake does not give.
func TestResumeReads(t *testing.T) {
	const text = "accesspoint:2:oss:cn-hangzhou:CreateAccessPoint:AccessPointName=ap-01&Bucket=examplebucket&NetworkOrigin=internet&VpcId=&from=2000-01-01T00%3A00%3A00Z&to=2000-01-01T00%3A00%3A03Z"
	for name, c := range map[string]struct {
		answer  wiretest.Answer
		created bool
		err     error
	}{
		"in its time":   {gotPoint(osstest.Bucket, "Internet", "", "creating", "946684801"), true, nil},
		"no time":       {gotPoint(osstest.Bucket, "internet", "", "enable", ""), false, oss.ErrOutcomeUnknown},
		"a date":        {gotPoint(osstest.Bucket, "internet", "", "enable", "2000-01-01"), false, oss.ErrOutcomeUnknown},
		"soon after":    {gotPoint(osstest.Bucket, "internet", "", "enable", "946685000"), false, oss.ErrOutcomeUnknown},
		"other network": {gotPoint(osstest.Bucket, "vpc", "vpc-1", "enable", ""), false, nil},
		"other bucket":  {gotPoint("otherbucket", "internet", "", "enable", ""), false, nil},
		"earlier":       {gotPoint(osstest.Bucket, "internet", "", "enable", "946684000"), false, nil},
		"later":         {gotPoint(osstest.Bucket, "internet", "", "enable", "946686000"), false, nil},
		"no bucket":     {wiretest.Answer{Status: 404, Body: errorBody("NoSuchBucket")}, false, nil},
		"denied":        {wiretest.Answer{Status: 403, Body: errorBody("AccessDenied")}, false, oss.ErrAccessDenied},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				out, err := newClient(t, wiretest.Answering(c.answer), nil).Resume(hour(t), text)
				if !errors.Is(err, c.err) || err == nil && out.Created != c.created {
					t.Errorf("got %+v, %v", out, err)
				}
			})
		})
	}
}

// TestResumeRefuses texts that are not its own, and sends nothing.
func TestResumeRefuses(t *testing.T) {
	srv := osstest.NewServer()
	const text = "accesspoint:2:oss:cn-hangzhou:CreateAccessPoint:Bucket=b&from=2026-05-01T12%3A00%3A00Z&to=2026-05-01T12%3A00%3A03Z"
	for name, c := range map[string]struct{ text, want string }{
		"empty":     {"", "text is not a text of an OutcomeUnknownError"},
		"service":   {strings.Replace(text, "oss", "nas", 1), "text belongs to another service"},
		"region":    {strings.Replace(text, "hangzhou", "beijing", 1), "text belongs to another region"},
		"version":   {strings.Replace(text, ":2:", ":3:", 1), "text was written by another version of this module"},
		"operation": {strings.Replace(text, "Create", "Delete", 1), "text is not a text of an OutcomeUnknownError"},
	} {
		if out, err := srv.Client().Resume(t.Context(), c.text); !errors.Is(err, oss.ErrInvalidRequest) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
	}
	if n := srv.Calls(); n != nil {
		t.Errorf("sent %v", n)
	}
	if _, err := (*oss.Client)(nil).Resume(t.Context(), text); err == nil {
		t.Error("a nil Client resumes")
	}
}
