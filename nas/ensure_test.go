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
		srv := nastest.NewServer(nastest.ReadyAfter(15*time.Second), nastest.GoneAfter(5*time.Second))
		client, start := srv.Client(), time.Now()
		in := createRequest
		in.AccessPointName, in.Tags = "volume", []nas.Tag{{Key: "team", Value: "a"}}
		ap, err := client.EnsureAccessPoint(t.Context(), "pvc-1", in)
		if err != nil || ap.Status != nas.StatusActive || ap.AccessPointName != "volume" {
			t.Fatalf("got %+v, %v", ap, err)
		}
		if took := time.Since(start); took < 20*time.Second || took > 35*time.Second {
			t.Errorf("took %v", took)
		}
		if want := map[string]int{"DescribeAccessPoints": 3, "CreateAccessPoint": 1}; calls(srv, 0)["DescribeAccessPoints"] != 3 || calls(srv, 0)["CreateAccessPoint"] != 1 {
			t.Errorf("asked %v, want %v and some polls", calls(srv, 0), want)
		}
		if len(in.Tags) != 1 {
			t.Errorf("the request of the caller has become %+v", in)
		}

		<-time.After(20 * time.Second) // nobody can take it for one of two now
		n, start := len(srv.Calls()), time.Now()
		again, err := client.EnsureAccessPoint(t.Context(), "pvc-1", in)
		if d := cmp.Diff(ap, again); d != "" || err != nil || time.Since(start) != 0 {
			t.Errorf("found again after %v: %v (-first +again):\n%s", time.Since(start), err, d)
		}
		if d := cmp.Diff(map[string]int{"DescribeAccessPoints": 1, "DescribeAccessPoint": 1}, calls(srv, n)); d != "" {
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
	for i := range 19 {
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
		"19 tags":          {"k", many, client, "Tag must have at most 20 items"},
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

// TestEnsureDrift compares what is found with what is asked.
func TestEnsureDrift(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*nas.CreateAccessPointRequest) // of what is asked the second time
		want   []nas.Drift
	}{
		"nothing":       {func(in *nas.CreateAccessPointRequest) {}, nil},
		"any name":      {func(in *nas.CreateAccessPointRequest) { in.AccessPointName = "" }, nil},
		"group default": {func(in *nas.CreateAccessPointRequest) { in.AccessGroup = nastest.AccessGroup }, nil},
		"order":         {func(in *nas.CreateAccessPointRequest) { in.PosixSecondaryGroupIDs = []uint32{2, 1} }, nil},
		"fewer tags":    {func(in *nas.CreateAccessPointRequest) { in.Tags = in.Tags[:1] }, nil},
		"another tag":   {func(in *nas.CreateAccessPointRequest) { in.Tags[1].Value = "c" }, []nas.Drift{{Field: "Tag.2.Value", Wanted: "c", Found: "b"}}},
		"name":          {func(in *nas.CreateAccessPointRequest) { in.AccessPointName = "b" }, []nas.Drift{{Field: "AccessPointName", Wanted: "b", Found: "a"}}},
		"network": {func(in *nas.CreateAccessPointRequest) { in.VpcID, in.VSwitchID = "vpc-2", "vsw-2" },
			[]nas.Drift{{Field: "VswId", Wanted: "vsw-2", Found: nastest.VSwitchID}, {Field: "VpcId", Wanted: "vpc-2", Found: nastest.VpcID}}},
		"root directory": {func(in *nas.CreateAccessPointRequest) { in.RootDirectory = "" }, []nas.Drift{{Field: "RootDirectory", Wanted: "/", Found: "/a"}}},
		"RAM":            {func(in *nas.CreateAccessPointRequest) { in.EnabledRAM = true }, []nas.Drift{{Field: "EnabledRam", Wanted: "true", Found: "false"}}},
		"no user": {func(in *nas.CreateAccessPointRequest) {
			in.PosixUserID, in.PosixGroupID, in.PosixSecondaryGroupIDs = nil, nil, nil
		}, []nas.Drift{{Field: "PosixUserId", Wanted: "none", Found: "0"}, {Field: "PosixGroupId", Wanted: "none", Found: "7"}, {Field: "PosixSecondaryGroupIds", Wanted: "", Found: "1,2"}}},
		"owner":    {func(in *nas.CreateAccessPointRequest) { in.OwnerUserID = new(uint32(1)) }, []nas.Drift{{Field: "OwnerUserId", Wanted: "1", Found: "0"}}},
		"no owner": {func(in *nas.CreateAccessPointRequest) { in.OwnerUserID, in.OwnerGroupID = nil, nil }, nil},
		"group":    {func(in *nas.CreateAccessPointRequest) { in.AccessGroup = "team" }, []nas.Drift{{Field: "AccessGroup", Wanted: "team", Found: nastest.AccessGroup}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer()
				srv.AddNetwork("vpc-2", "vsw-2")
				client, in := srv.Client(), createRequest
				in.AccessPointName, in.RootDirectory = "a", "/a"
				in.OwnerUserID, in.OwnerGroupID = new(uint32(0)), new(uint32(0))
				in.PosixUserID, in.PosixGroupID, in.PosixSecondaryGroupIDs = new(uint32(0)), new(uint32(7)), []uint32{1, 2}
				in.Tags = []nas.Tag{{Key: "k", Value: "a"}, {Key: "l", Value: "b"}}
				if _, err := client.EnsureAccessPoint(t.Context(), "k", in); err != nil {
					t.Fatal(err)
				}
				<-time.After(time.Hour)
				n := len(srv.Calls())
				in.Tags = slices.Clone(in.Tags)
				c.change(&in)
				ap, err := client.EnsureAccessPoint(t.Context(), "k", in)
				var got []nas.Drift
				if drift, ok := errors.AsType[*nas.DriftError](err); ok {
					got = drift.Fields
					if drift.Operation != "EnsureAccessPoint" || drift.Key != "k" || drift.ResourceID != ap.AccessPointID || !strings.Contains(err.Error(), got[0].Field+" is ") {
						t.Errorf("%+v: %v", ap, err)
					}
				} else if err != nil {
					t.Error(err)
				}
				if d := cmp.Diff(c.want, got); d != "" || ap.RootPath != "/a" {
					t.Errorf("%+v (-want +got):\n%s", ap, d)
				}
				if d := cmp.Diff(map[string]int{"DescribeAccessPoints": 1, "DescribeAccessPoint": 1}, calls(srv, n)); d != "" {
					t.Errorf("asked (-want +got):\n%s", d)
				}
			})
		})
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

// TestEnsureYields meets another's access point that shows only after its own
// was created. An older one of an age at which others may use it is not touched,
// nor is any other's.
func TestEnsureYields(t *testing.T) {
	for name, c := range map[string]struct {
		blind time.Duration // lists show nothing for so long
		down  time.Duration // then they fail for so long
		want  int           // access points left
	}{
		"at once":  {15 * time.Second, 0, 1},
		"too late": {15 * time.Second, 25 * time.Second, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer(nastest.AnySignature()) // requests are changed on their way
				start := time.Now()
				older, err := srv.Client().CreateAccessPoint(t.Context(), tagged("k", "of another"))
				if err != nil {
					t.Fatal(err)
				}
				cfg := srv.Config()
				inner := cfg.HTTPClient.Transport
				cfg.HTTPClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
					q := r.URL.Query()
					switch age := time.Since(start); {
					case r.Header.Get("X-Acs-Action") != "DescribeAccessPoints":
					case age < c.blind:
						q.Set("Tag.1.Value", "nothing")
						r.URL.RawQuery = q.Encode()
					case age < c.blind+c.down:
						return nil, errors.New("the network is down")
					}
					return inner.RoundTrip(r)
				})
				client, err := nas.New(cfg)
				if err != nil {
					t.Fatal(err)
				}
				ap, err := client.EnsureAccessPoint(t.Context(), "k", createRequest)
				var left []string
				for ap, err := range srv.Client().AccessPoints(t.Context(), nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID}) {
					if err != nil {
						t.Fatal(err)
					}
					left = append(left, ap.AccessPointID)
				}
				if len(left) != c.want || left[0] != older.AccessPoint.AccessPointID || ap.AccessPointID != left[0] {
					t.Errorf("got %+v, %v; %v are left", ap, err, left)
				}
				duplicate, ok := errors.AsType[*nas.DuplicateError](err)
				if ok != (c.want == 2) || ok && (!slices.Equal(duplicate.IDs, left) || duplicate.Operation != "EnsureAccessPoint" || duplicate.Key != "k") || !ok && err != nil {
					t.Errorf("got %v, %v are left", err, left)
				}
			})
		})
	}
}

// TestEnsureEnds with its context, and tells what is known.
func TestEnsureEnds(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration
		fault nastest.Fault
		want  []error
	}{
		"before the creation": {5 * time.Second, 0, []error{context.DeadlineExceeded}},
		"after it":            {15 * time.Second, 0, []error{context.DeadlineExceeded}},
		"answer lost":         {15 * time.Second, nastest.AnswerLost, []error{context.DeadlineExceeded, nas.ErrOutcomeUnknown}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer()
				if c.fault != 0 {
					srv.Inject("CreateAccessPoint", c.fault)
				}
				ctx, cancel := context.WithTimeout(t.Context(), c.after)
				defer cancel()
				start := time.Now()
				_, err := srv.Client().EnsureAccessPoint(ctx, "k", createRequest)
				for _, want := range c.want {
					if !errors.Is(err, want) {
						t.Errorf("%v is not %v", err, want)
					}
				}
				if _, ok := errors.AsType[*nas.WaitError](err); !ok || time.Since(start) != c.after {
					t.Errorf("after %v: %v", time.Since(start), err)
				}
				if ap, err := srv.Client().EnsureAccessPoint(t.Context(), "k", createRequest); err != nil || ap.AccessPointID != "ap-0000000001" {
					t.Errorf("called again: %+v, %v", ap, err)
				}
			})
		})
	}
}

// TestResume finds out what became of a call.
func TestResume(t *testing.T) {
	for name, c := range map[string]struct {
		fault   nastest.Fault
		prepare func(t *testing.T, srv *nastest.Server) // in the time of the call
		created bool
		ids     int // of a DuplicateError
	}{
		"created":         {nastest.AnswerLost, nil, true, 0},
		"created late":    {nastest.AppliedLate, nil, true, 0},
		"cut off":         {nastest.Truncated, nil, true, 0},
		"behind a proxy":  {nastest.BadGateway, nil, true, 0},
		"not created":     {nastest.ServerError, nil, false, 0},
		"never arrived":   {nastest.Reset, nil, false, 0},
		"one like it":     {nastest.AnswerLost, func(t *testing.T, srv *nastest.Server) { create(t, srv) }, false, 2},
		"another's alone": {nastest.Reset, func(t *testing.T, srv *nastest.Server) { create(t, srv) }, true, 0}, // nothing tells the two apart
		"one that differs": {nastest.Reset, func(t *testing.T, srv *nastest.Server) {
			in := createRequest
			in.RootDirectory = "/other"
			if _, err := srv.Client().CreateAccessPoint(t.Context(), in); err != nil {
				t.Error(err)
			}
		}, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer()
				create(t, srv) // long before
				<-time.After(time.Hour)
				srv.Disturb(nastest.Disturbance{Late: 8 * time.Second, Lag: 2 * time.Second})
				if c.prepare != nil {
					c.prepare(t, srv)
				}
				srv.Inject("CreateAccessPoint", c.fault)
				_, err := srv.Client().CreateAccessPoint(t.Context(), createRequest)
				lost, ok := errors.AsType[*nas.OutcomeUnknownError](err)
				if !ok {
					t.Fatal(err)
				}
				srv.Inject("ListAccessPoints", nastest.ServerError, nastest.Reset, nastest.Throttle)
				out, err := srv.Client().Resume(t.Context(), lost.Resume)
				duplicate, ok := errors.AsType[*nas.DuplicateError](err)
				switch {
				case c.ids > 0:
					if !ok || len(duplicate.IDs) != c.ids || duplicate.Operation != "Resume" {
						t.Errorf("got %+v, %v", out, err)
					}
				case err != nil || out.Created != c.created || out.Operation != "CreateAccessPoint" || out.Created == (out.AccessPoint.AccessPointID == ""):
					t.Errorf("got %+v, %v", out, err)
				}
			})
		})
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

// TestEnsureTogether has many calls find what stands with few requests, and lets
// none create on the word of a list that may have missed something.
func TestEnsureTogether(t *testing.T) {
	for name, blind := range map[string]bool{"the list shows all": false, "the list misses all": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := nastest.NewServer(nastest.AnySignature(), nastest.Latency(5*time.Millisecond)) // requests are changed on their way
				const n = 300
				ids := make([]string, n)
				for range 12 {
					if _, err := srv.Client().CreateAccessPoint(t.Context(), tagged("other", "of an earlier one")); err != nil {
						t.Fatal(err)
					}
				}
				for i := range n {
					out, err := srv.Client().CreateAccessPoint(t.Context(), tagged(fmt.Sprint("k", i), "of an earlier one"))
					if err != nil {
						t.Fatal(err)
					}
					ids[i] = out.AccessPoint.AccessPointID
				}
				<-time.After(time.Hour)
				before := len(srv.Calls())
				cfg := srv.Config()
				inner := cfg.HTTPClient.Transport
				cfg.HTTPClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
					if q := r.URL.Query(); blind && r.Header.Get("X-Acs-Action") == "DescribeAccessPoints" && !q.Has("Tag.1.Key") {
						q.Set("Tag.1.Key", "accesspoint-key")
						q.Set("Tag.1.Value", "other")
						q.Set("MaxResults", "10") // two pages
						r.URL.RawQuery = q.Encode()
					}
					return inner.RoundTrip(r)
				})
				client, err := nas.New(cfg)
				if err != nil {
					t.Fatal(err)
				}
				var all sync.WaitGroup
				for i := range n {
					all.Go(func() {
						if ap, err := client.EnsureAccessPoint(t.Context(), fmt.Sprint("k", i), createRequest); err != nil || ap.AccessPointID != ids[i] {
							t.Errorf("k%d: %+v, %v", i, ap, err)
						}
					})
				}
				all.Wait()
				got := calls(srv, before)
				if got["CreateAccessPoint"] != 0 || !blind && len(srv.Calls())-before > 40 {
					t.Errorf("asked %v", got)
				}
			})
		})
	}
}

// TestAbsentSettles has a deletion succeed late. It returns only when no list can
// show what is gone any longer.
func TestAbsentSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var deleted time.Time
		srv := nastest.NewServer(nastest.OnCall(func(operation string, status int, _ time.Duration) {
			if operation == "DeleteAccessPoint" && status == 200 {
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
