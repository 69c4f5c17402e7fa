package efs_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// create makes an access point on srv and returns its ID.
func create(t *testing.T, srv *efstest.Server) string {
	t.Helper()
	out, err := srv.Client().CreateAccessPoint(t.Context(), createRequest)
	if err != nil {
		t.Fatal(err)
	}
	return out.AccessPointID
}

func TestWaitAccessPointAvailable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.ReadyAfter(40 * time.Second))
		id, start := create(t, srv), time.Now()
		srv.Inject("DescribeAccessPoints", efstest.Throttle, efstest.Reset, efstest.ServerError, efstest.ResponseLost, efstest.ServerError)
		var states []string
		ap, err := srv.Client().WaitAccessPointAvailable(t.Context(), id, efs.WaitOptions{
			OnPoll: func(polls int, elapsed time.Duration, state string) {
				if polls != len(states)+1 || elapsed != time.Since(start) {
					t.Errorf("poll %d after %v", polls, elapsed)
				}
				states = append(states, state)
			},
		})
		if err != nil || ap.LifeCycleState != efs.StateAvailable || ap.AccessPointID != id {
			t.Fatalf("got %+v, %v", ap, err)
		}
		if took := time.Since(start); took < 40*time.Second || took > 60*time.Second {
			t.Errorf("took %v", took)
		}
		if len(states) < 3 || states[len(states)-1] != string(efs.StateCreating) {
			t.Errorf("states %v", states)
		}
	})
}

func TestWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.ReadyAfter(time.Hour))
		id, start := create(t, srv), time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		ap, err := srv.Client().WaitAccessPointAvailable(ctx, id, efs.WaitOptions{})
		failed, ok := errors.AsType[*efs.WaitError](err)
		if !ok || !errors.Is(err, context.DeadlineExceeded) || failed.State != "creating" || failed.Polls < 4 ||
			failed.Operation != "WaitAccessPointAvailable" || failed.Elapsed != time.Minute {
			t.Errorf("got %+v", err)
		}
		if ap.AccessPointID != id || ap.LifeCycleState != efs.StateCreating {
			t.Errorf("the last value is %+v", ap)
		}
		if took := time.Since(start); took != time.Minute {
			t.Errorf("took %v", took)
		}
	})
}

// inState answers with one access point.
func inState(state string) wiretest.Answer {
	return wiretest.Answer{Body: `{"AccessPoints":[{"AccessPointId":"fsap-01234567","LifeCycleState":"` + state + `"}]}`}
}

func refusal(status int, code string) wiretest.Answer {
	return wiretest.Answer{Status: status, Header: map[string]string{"X-Amzn-Errortype": code, "X-Amzn-Requestid": "R"}, Body: `{}`}
}

// TestWaitFails checks what ends a wait before its time.
func TestWaitFails(t *testing.T) {
	for name, c := range map[string]struct {
		answers []wiretest.Answer
		polls   int   // 0 for any
		is      error // nil if the state is to blame
		within  time.Duration
	}{
		"error":                    {[]wiretest.Answer{inState("creating"), inState("error")}, 2, nil, 3 * time.Second},
		"deleting":                 {[]wiretest.Answer{inState("available?"), inState("Deleting")}, 2, nil, 3 * time.Second},
		"deleted":                  {[]wiretest.Answer{inState("DELETED")}, 1, nil, 0},
		"denied":                   {[]wiretest.Answer{refusal(403, "AccessDeniedException")}, 1, efs.ErrAccessDenied, 0},
		"not visible for too long": {[]wiretest.Answer{refusal(404, "AccessPointNotFound")}, 0, efs.CodeAccessPointNotFound, time.Minute},
		"not listed for too long":  {[]wiretest.Answer{{Body: `{"AccessPoints":[]}`}}, 0, efs.ErrNotFound, time.Minute},
		"the key is unknown":       {[]wiretest.Answer{refusal(403, "UnrecognizedClientException")}, 1, efs.CodeUnrecognizedClientException, 0},
		"an answer without a list": {[]wiretest.Answer{{Body: `{}`}}, 1, nil, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				client := newClient(t, wiretest.Answering(c.answers...), nil)
				_, err := client.WaitAccessPointAvailable(ctx, "fsap-01234567", efs.WaitOptions{})
				failed, ok := errors.AsType[*efs.WaitError](err)
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
		notFound, available := refusal(404, "AccessPointNotFound"), inState("Available")
		ap, err := newClient(t, wiretest.Answering(notFound, notFound, available), nil).
			WaitAccessPointAvailable(t.Context(), "fsap-01234567", efs.WaitOptions{})
		if err != nil || ap.AccessPointID != "fsap-01234567" {
			t.Errorf("got %+v, %v", ap, err)
		}
	})
}

// TestWaitSeesAll checks that a wait that looked at lists returns what one that
// looked for itself does, and knows an access point by its ARN too.
func TestWaitSeesAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := efstest.NewServer().Client()
		var ids []string
		for range 2 {
			out, err := client.CreateAccessPoint(t.Context(), createRequest)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, out.AccessPointID, out.AccessPointARN)
		}
		start := time.Now()
		for i, r := range client.WaitAccessPointsAvailable(t.Context(), ids, efs.WaitOptions{}) {
			want, err := client.WaitAccessPointAvailable(t.Context(), ids[i], efs.WaitOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(efs.WaitResult[efs.AccessPoint]{ID: ids[i], Value: want}, r); d != "" {
				t.Errorf("(-alone +together):\n%s", d)
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v", took)
		}
	})
}

// TestWaitNeedsAnID checks that no ID does not stand for all access points.
func TestWaitNeedsAnID(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Body: `{"AccessPoints":[]}`})
	client := newClient(t, r, nil)
	if err := client.WaitAccessPointDeleted(t.Context(), "", efs.WaitOptions{}); !errors.Is(err, efs.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	if _, err := client.WaitAccessPointAvailable(t.Context(), "", efs.WaitOptions{}); !errors.Is(err, efs.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	if n := len(r.Requests()); n > 0 {
		t.Errorf("%d requests", n)
	}
}

func TestWaitAccessPointDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer(efstest.GoneAfter(20 * time.Second))
		id, client := create(t, srv), srv.Client()
		if _, err := client.DeleteAccessPoint(t.Context(), efs.DeleteAccessPointRequest{AccessPointID: id}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := client.WaitAccessPointDeleted(t.Context(), id, efs.WaitOptions{}); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < 20*time.Second || took > 40*time.Second {
			t.Errorf("took %v", took)
		}
		if err := client.WaitAccessPointDeleted(t.Context(), id, efs.WaitOptions{}); err != nil {
			t.Errorf("of one that is gone: %v", err)
		}
	})
}

// TestWaitDeletedNeedsTheService checks that nothing but the service's word ends
// the wait for a deletion.
func TestWaitDeletedNeedsTheService(t *testing.T) {
	for name, c := range map[string]struct {
		answer wiretest.Answer
		gone   bool
	}{
		"not found":               {refusal(404, "AccessPointNotFound"), true},
		"deleted":                 {inState("Deleted"), true},
		"an empty list":           {wiretest.Answer{Body: `{"AccessPoints":[]}`}, true},
		"in error":                {inState("error"), false},
		"no list":                 {wiretest.Answer{Body: `{}`}, false},
		"a proxy's 404":           {wiretest.Answer{Status: 404, Body: "<html>not found</html>"}, false},
		"AWS, without a code":     {wiretest.Answer{Status: 404, Header: map[string]string{"X-Amzn-Requestid": "R"}, Body: "<UnknownOperationException/>"}, false},
		"AWS, some other service": {refusal(404, "UnknownOperationException"), false},
		"unknown key":             {refusal(403, "UnrecognizedClientException"), false},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			client := newClient(t, wiretest.Answering(c.answer), nil)
			err := client.WaitAccessPointDeleted(ctx, "fsap-01234567", efs.WaitOptions{})
			if (err == nil) != c.gone || errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// TestWaitTakesARNs checks that a wait finds what it asked for by another name.
func TestWaitTakesARNs(t *testing.T) {
	arn := "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-01234567"
	ap, err := newClient(t, wiretest.Answering(inState("available")), nil).WaitAccessPointAvailable(t.Context(), arn, efs.WaitOptions{})
	if err != nil || ap.AccessPointID != "fsap-01234567" {
		t.Errorf("got %+v, %v", ap, err)
	}
}

// TestIterator checks that every page is read, and none before its time.
func TestIterator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := efstest.NewServer()
		srv.AddFileSystem("fs-fedcba9876543210f")
		var want []string
		for range 25 {
			want = append(want, create(t, srv))
		}
		client, ctx := srv.Client(), t.Context()
		other, err := client.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: "fs-fedcba9876543210f"})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			in   efs.DescribeAccessPointsRequest
			want []string
		}{
			"of a file system": {efs.DescribeAccessPointsRequest{FileSystemID: efstest.FileSystemID, MaxResults: 10}, want},
			"one":              {efs.DescribeAccessPointsRequest{AccessPointID: want[7]}, want[7:8]},
			"all":              {efs.DescribeAccessPointsRequest{MaxResults: 13}, append(want, other.AccessPointID)},
		} {
			var got []string
			for ap, err := range client.AccessPoints(ctx, c.in) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, ap.AccessPointID)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
		}
		before := len(srv.Calls())
		for _, err := range client.AccessPoints(ctx, efs.DescribeAccessPointsRequest{MaxResults: 10}) {
			if err != nil {
				t.Error(err)
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
	r := wiretest.Answering(wiretest.Answer{Body: `{"AccessPoints":[{"AccessPointId":"fsap-01234567"}],"NextToken":"again"}`})
	n, failures := 0, 0
	for _, err := range newClient(t, r, nil).AccessPoints(t.Context(), efs.DescribeAccessPointsRequest{}) {
		n++
		if err != nil {
			failures++
		}
	}
	if n != 3 || failures != 1 {
		t.Errorf("%d items, %d errors", n, failures)
	}
}
