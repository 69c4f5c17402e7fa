package nas_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// create makes an access point on srv and returns its ID.
func create(t *testing.T, srv *nastest.Server) string {
	t.Helper()
	out, err := srv.Client().CreateAccessPoint(t.Context(), createRequest)
	if err != nil {
		t.Fatal(err)
	}
	return out.AccessPoint.AccessPointID
}

// hour returns a context that ends after an hour, so that a wait that misses its
// end does not run for ever in the time of a bubble.
func hour(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	t.Cleanup(cancel)
	return ctx
}

func TestWaitAccessPointActive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.ReadyAfter(40 * time.Second))
		id, start := create(t, srv), time.Now()
		srv.Inject("DescribeAccessPoint", nastest.Throttle, nastest.Reset, nastest.ServerError, nastest.ResponseLost, nastest.ServerError)
		var states []string
		ap, err := srv.Client().WaitAccessPointActive(hour(t), nastest.FileSystemID, id, nas.WaitOptions{
			OnPoll: func(polls int, elapsed time.Duration, state string) {
				if polls != len(states)+1 || elapsed != time.Since(start) {
					t.Errorf("poll %d after %v", polls, elapsed)
				}
				states = append(states, state)
			},
		})
		if err != nil || ap.Status != nas.StatusActive || ap.AccessPointID != id {
			t.Fatalf("got %+v, %v", ap, err)
		}
		if took := time.Since(start); took < 40*time.Second || took > 60*time.Second {
			t.Errorf("took %v", took)
		}
		if len(states) < 3 || states[len(states)-1] != string(nas.StatusPending) {
			t.Errorf("states %v", states)
		}
	})
}

func TestWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.ReadyAfter(time.Hour))
		id, start := create(t, srv), time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		ap, err := srv.Client().WaitAccessPointActive(ctx, nastest.FileSystemID, id, nas.WaitOptions{})
		failed, ok := errors.AsType[*nas.WaitError](err)
		if !ok || !errors.Is(err, context.DeadlineExceeded) || failed.State != "Pending" || failed.Polls < 4 ||
			failed.Operation != "WaitAccessPointActive" || failed.Elapsed != time.Minute {
			t.Errorf("got %+v", err)
		}
		if ap.AccessPointID != id || ap.Status != nas.StatusPending {
			t.Errorf("the last value is %+v", ap)
		}
		if took := time.Since(start); took != time.Minute {
			t.Errorf("took %v", took)
		}
	})
}

// TestWaitFails checks what ends a wait before its time.
func TestWaitFails(t *testing.T) {
	body := func(status string) wiretest.Answer {
		return wiretest.Answer{Body: `{"RequestId":"R","AccessPoint":{"AccessPointId":"ap-1","Status":"` + status + `"}}`}
	}
	notFound := wiretest.Answer{Status: 404, Body: `{"Code":"InvalidAccessPointId.NotFound","RequestId":"R"}`}
	for name, c := range map[string]struct {
		answers []wiretest.Answer
		polls   int   // 0 for any
		is      error // nil if the state is to blame
		within  time.Duration
	}{
		"deleting for three polls":   {[]wiretest.Answer{body("Pending"), body("deleting")}, 4, nil, 20 * time.Second},
		"inactive for three polls":   {[]wiretest.Answer{body("INACTIVE"), body("Pending"), body("Inactive")}, 5, nil, 30 * time.Second},
		"denied":                     {[]wiretest.Answer{{Status: 403, Body: `{"Code":"Forbidden.RAM","RequestId":"R"}`}}, 1, nas.ErrAccessDenied, 0},
		"not visible for too long":   {[]wiretest.Answer{notFound}, 0, nas.CodeAccessPointNotFound, time.Minute},
		"the key is unknown":         {[]wiretest.Answer{{Status: 404, Body: `{"Code":"InvalidAccessKeyId.NotFound","RequestId":"R"}`}}, 1, nas.CodeAccessKeyNotFound, 0},
		"an answer without a status": {[]wiretest.Answer{{Body: `{"RequestId":"R"}`}}, 1, nil, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				client := newClient(t, wiretest.Answering(c.answers...), nil)
				_, err := client.WaitAccessPointActive(hour(t), "fs", "ap-1", nas.WaitOptions{})
				failed, ok := errors.AsType[*nas.WaitError](err)
				if !ok || c.polls != 0 && failed.Polls != c.polls || c.is != nil && !errors.Is(err, c.is) {
					t.Errorf("got %+v", err)
				}
				if took := time.Since(start); took > c.within {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

func TestWaitToleratesLateVisibility(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		notFound := wiretest.Answer{Status: 404, Body: `{"Code":"InvalidAccessPointId.NotFound","RequestId":"R"}`}
		active := wiretest.Answer{Body: `{"RequestId":"R","AccessPoint":{"AccessPointId":"ap-1","Status":"active"}}`}
		ap, err := newClient(t, wiretest.Answering(notFound, notFound, active), nil).
			WaitAccessPointActive(t.Context(), "fs", "ap-1", nas.WaitOptions{})
		if err != nil || ap.AccessPointID != "ap-1" {
			t.Errorf("got %+v, %v", ap, err)
		}
	})
}

func TestWaitAccessPointDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer(nastest.GoneAfter(20 * time.Second))
		id, client := create(t, srv), srv.Client()
		if _, err := client.DeleteAccessPoint(t.Context(), nas.DeleteAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: id}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := client.WaitAccessPointDeleted(t.Context(), nastest.FileSystemID, id, nas.WaitOptions{}); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < 20*time.Second || took > 40*time.Second {
			t.Errorf("took %v", took)
		}
		if err := client.WaitAccessPointDeleted(t.Context(), nastest.FileSystemID, id, nas.WaitOptions{}); err != nil {
			t.Errorf("of one that is gone: %v", err)
		}
	})
}

// TestWaitDeletedNeedsTheService checks that nothing but the service's word ends
// the wait for a deletion.
func TestWaitDeletedNeedsTheService(t *testing.T) {
	for name, answer := range map[string]wiretest.Answer{
		"a proxy's 404": {Status: 404, Body: "<html>not found</html>"},
		"unknown key":   {Status: 404, Body: `{"Code":"InvalidAccessKeyId.NotFound","RequestId":"R"}`},
		"unknown API":   {Status: 404, Body: `{"Code":"InvalidApi.NotFound","RequestId":"R"}`},
	} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient(t, wiretest.Answering(answer), nil)
			if err := client.WaitAccessPointDeleted(hour(t), "fs", "ap-1", nas.WaitOptions{}); err == nil {
				t.Errorf("%s passes for a deletion", name)
			}
		})
	}
}

// TestWaitsAreShared checks who looks together: clients that were derived from one
// another, if they ask in the same name.
func TestWaitsAreShared(t *testing.T) {
	// A provider that cannot be compared might be any.
	type incomparable struct {
		nas.StaticCredentials
		_ []int
	}
	same := func(*nas.Config) {}
	key := nas.StaticCredentials{AccessKeyID: nastest.AccessKeyID, AccessKeySecret: nastest.AccessKeySecret}
	for name, c := range map[string]struct {
		first, derive func(*nas.Config)
		shared        bool
	}{
		"other settings":           {same, func(c *nas.Config) { c.MaxAttempts = 2 }, true},
		"equal credentials":        {same, func(c *nas.Config) { c.Credentials = key }, true},
		"other credentials":        {same, func(c *nas.Config) { c.Credentials = &key }, false},
		"incomparable credentials": {func(c *nas.Config) { c.Credentials = incomparable{StaticCredentials: key} }, same, false},
		"another region":           {func(c *nas.Config) { c.Endpoint = "nas.example.com" }, func(c *nas.Config) { c.Region = "cn-beijing" }, false},
		"another endpoint":         {same, func(c *nas.Config) { c.Endpoint = "nas.example.com" }, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := nastest.NewServer(nastest.ReadyAfter(5 * time.Second))
			first, err := srv.Client().With(c.first)
			if err != nil {
				t.Fatal(err)
			}
			second, err := first.With(c.derive)
			if err != nil {
				t.Fatal(err)
			}
			ids := []string{create(t, srv), create(t, srv)}
			var wg sync.WaitGroup
			for i, client := range []*nas.Client{first, second} {
				wg.Go(func() {
					if _, err := client.WaitAccessPointActive(hour(t), nastest.FileSystemID, ids[i], nas.WaitOptions{}); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			wg.Wait()
			if shared := slices.Contains(srv.Calls(), "ListAccessPoints"); shared != c.shared {
				t.Errorf("%s: looked together: %v", name, shared)
			}
		})
	}
}

// TestWaitSeesAll checks that a wait that looked at lists returns what one that
// looked for itself does, but for the times that lists write differently.
func TestWaitSeesAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		ids := []string{create(t, srv), create(t, srv)}
		start := time.Now()
		many := srv.Client().WaitAccessPointsActive(t.Context(), nastest.FileSystemID, ids, nas.WaitOptions{})
		if calls := srv.Calls(); calls[len(calls)-1] != "ListAccessPoints" {
			t.Errorf("calls %v", calls)
		}
		for i, r := range many {
			want, err := srv.Client().WaitAccessPointActive(t.Context(), nastest.FileSystemID, ids[i], nas.WaitOptions{})
			if err != nil {
				t.Fatal(err)
			}
			want.CreateTime, want.ModifyTime = want.CreateTimeUTC, want.ModifyTimeUTC
			if d := cmp.Diff(nas.WaitResult[nas.AccessPoint]{ID: ids[i], Value: want}, r); d != "" {
				t.Errorf("(-alone +together):\n%s", d)
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v", took)
		}
	})
}

// TestNobodyWaits checks calls that cannot be made.
func TestNobodyWaits(t *testing.T) {
	var none *nas.Client
	for _, r := range none.WaitAccessPointsActive(t.Context(), "fs", []string{"ap-1", "ap-2"}, nas.WaitOptions{}) {
		if _, ok := errors.AsType[*nas.WaitError](r.Err); !ok {
			t.Errorf("without a client: %+v", r)
		}
	}
	var noContext context.Context
	for _, r := range nastest.NewServer().Client().WaitAccessPointsDeleted(noContext, "fs", []string{"ap-1", "ap-2"}, nas.WaitOptions{}) {
		if r.Err == nil {
			t.Errorf("without a context: %+v", r)
		}
	}
	r := wiretest.Answering(wiretest.Answer{})
	for _, r := range newClient(t, r, nil).WaitAccessPointsActive(t.Context(), "", []string{"ap-1", "ap-2"}, nas.WaitOptions{}) {
		if !errors.Is(r.Err, nas.ErrInvalidRequest) {
			t.Errorf("without a file system: %+v", r)
		}
	}
	if n := len(r.Requests()); n > 0 {
		t.Errorf("%d requests", n)
	}
}

// TestIterators checks the pages of both lists.
func TestIterators(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		var want []string
		for range 25 {
			want = append(want, create(t, srv))
		}
		client, ctx := srv.Client(), t.Context()
		var listed, described []string
		for ap, err := range client.AccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID, MaxResults: 10}) {
			if err != nil {
				t.Fatal(err)
			}
			listed = append(listed, ap.AccessPointID)
		}
		for ap, err := range client.DescribedAccessPoints(ctx, nas.DescribeAccessPointsRequest{MaxResults: 10}) {
			if err != nil {
				t.Fatal(err)
			}
			described = append(described, ap.AccessPointID)
		}
		if d := cmp.Diff(want, listed); d != "" {
			t.Errorf("listed (-want +got):\n%s", d)
		}
		if d := cmp.Diff(want, described); d != "" {
			t.Errorf("described (-want +got):\n%s", d)
		}
		before := len(srv.Calls())
		for _, err := range client.AccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID, MaxResults: 10}) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if n := len(srv.Calls()) - before; n != 1 {
			t.Errorf("%d pages for one item", n)
		}
	})
}

// TestIteratorEnds checks that a service that repeats a token does not keep the
// caller for ever.
func TestIteratorEnds(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Body: `{"RequestId":"R","AccessPoints":[{"AccessPointId":"ap-1"}],"NextToken":"again"}`})
	n, failures := 0, 0
	for _, err := range newClient(t, r, nil).AccessPoints(t.Context(), nas.ListAccessPointsRequest{FileSystemID: "fs"}) {
		n++
		if err != nil {
			failures++
		}
	}
	if n != 3 || failures != 1 {
		t.Errorf("%d items, %d errors", n, failures)
	}
}

// TestWaitAbsent waits for what fetch no longer finds, whatever grace there is, or for
// a state that counts as gone.
func TestWaitAbsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		fetch := func(context.Context) (string, error) {
			if polls++; polls == 3 {
				return "", fmt.Errorf("wrapped: %w", nas.ErrNotFound)
			}
			return "there", nil
		}
		v, err := nas.WaitAbsent(t.Context(), nas.WaitOptions{}, fetch, func(v string) (string, bool, error) { return v, false, nil })
		if err != nil || v != "there" || polls != 3 {
			t.Errorf("%q, %v after %d polls", v, err, polls)
		}
		v, err = nas.WaitAbsent(t.Context(), nas.WaitOptions{}, fetch, func(v string) (string, bool, error) { return v, true, nil })
		if err != nil || v != "there" || polls != 4 {
			t.Errorf("%q, %v after %d polls", v, err, polls)
		}
		denied := func(context.Context) (string, error) { return "", nas.ErrAccessDenied }
		_, err = nas.WaitAbsent(t.Context(), nas.WaitOptions{}, denied, func(v string) (string, bool, error) { return v, false, nil })
		if failed, ok := errors.AsType[*nas.WaitError](err); !ok || failed.Operation != "WaitAbsent" || !errors.Is(err, nas.ErrAccessDenied) {
			t.Errorf("%v", err)
		}
	})
}
