package oss_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// create makes an access point on srv.
func create(t *testing.T, srv *osstest.Server, name string) {
	t.Helper()
	in := createRequest
	in.AccessPointName = name
	if _, err := srv.Client().CreateAccessPoint(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// hour returns a context that ends what a mistake would let go on for ever.
func hour(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	t.Cleanup(cancel)
	return ctx
}

func TestWaitAccessPointEnabled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer(osstest.ReadyAfter(40 * time.Second))
		create(t, srv, "ap-01")
		start := time.Now()
		srv.Inject("GetAccessPoint", osstest.Throttle, osstest.Reset, osstest.ServerError, osstest.ResponseLost, osstest.ServerError)
		var states []string
		ap, err := srv.Client().WaitAccessPointEnabled(hour(t), osstest.Bucket, "ap-01", oss.WaitOptions{
			OnPoll: func(polls int, elapsed time.Duration, state string) {
				if polls != len(states)+1 || elapsed != time.Since(start) {
					t.Errorf("poll %d after %v", polls, elapsed)
				}
				states = append(states, state)
			},
		})
		if err != nil || ap.Status != oss.StatusEnable || ap.AccessPointName != "ap-01" {
			t.Fatalf("got %+v, %v", ap, err)
		}
		if took := time.Since(start); took < 40*time.Second || took > 60*time.Second {
			t.Errorf("took %v", took)
		}
		if len(states) < 3 || states[len(states)-1] != string(oss.StatusCreating) {
			t.Errorf("states %v", states)
		}
	})
}

func TestWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer(osstest.ReadyAfter(time.Hour))
		create(t, srv, "ap-01")
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		ap, err := srv.Client().WaitAccessPointEnabled(ctx, osstest.Bucket, "ap-01", oss.WaitOptions{})
		failed, ok := errors.AsType[*oss.WaitError](err)
		if !ok || !errors.Is(err, context.DeadlineExceeded) || failed.State != "creating" || failed.Polls < 4 ||
			failed.Operation != "WaitAccessPointEnabled" || failed.Elapsed != time.Minute {
			t.Errorf("got %+v", err)
		}
		if ap.AccessPointName != "ap-01" || ap.Status != oss.StatusCreating {
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
		return wiretest.Answer{Body: "<GetAccessPointResult><AccessPointName>ap-01</AccessPointName><Status>" + status + "</Status></GetAccessPointResult>"}
	}
	notFound := wiretest.Answer{Status: 404, Body: errorBody("NoSuchAccessPoint")}
	for name, c := range map[string]struct {
		answers []wiretest.Answer
		polls   int   // 0 for any
		is      error // nil if the state is to blame
		within  time.Duration
	}{
		"deleting for three polls":   {[]wiretest.Answer{body("creating"), body("deleting")}, 4, nil, 20 * time.Second},
		"disabled for three polls":   {[]wiretest.Answer{body("DISABLE"), body("creating"), body("disable")}, 5, nil, 30 * time.Second},
		"denied":                     {[]wiretest.Answer{{Status: 403, Body: errorBody("AccessDenied")}}, 1, oss.ErrAccessDenied, 0},
		"not visible for too long":   {[]wiretest.Answer{notFound}, 0, oss.CodeNoSuchAccessPoint, time.Minute},
		"the key is unknown":         {[]wiretest.Answer{{Status: 403, Body: errorBody("InvalidAccessKeyId")}}, 1, oss.CodeInvalidAccessKeyID, 0},
		"an answer without a status": {[]wiretest.Answer{{Body: "<GetAccessPointResult/>"}}, 1, nil, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				client := newClient(t, wiretest.Answering(c.answers...), nil)
				_, err := client.WaitAccessPointEnabled(hour(t), "examplebucket", "ap-01", oss.WaitOptions{})
				failed, ok := errors.AsType[*oss.WaitError](err)
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
		notFound := wiretest.Answer{Status: 404, Body: errorBody("NoSuchAccessPoint")}
		active := wiretest.Answer{Body: "<GetAccessPointResult><AccessPointName>ap-01</AccessPointName><Status>Enable</Status></GetAccessPointResult>"}
		ap, err := newClient(t, wiretest.Answering(notFound, notFound, active), nil).
			WaitAccessPointEnabled(hour(t), "examplebucket", "ap-01", oss.WaitOptions{})
		if err != nil || ap.AccessPointName != "ap-01" {
			t.Errorf("got %+v, %v", ap, err)
		}
	})
}

// TestWaitSeesAll checks that a wait that looked at lists returns what one that
// looked for itself does, but for what lists lack.
func TestWaitSeesAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := osstest.NewServer().Client()
		names := []string{"ap-01", "ap-02"}
		for _, name := range names {
			in := createRequest
			in.AccessPointName = name
			if _, err := client.CreateAccessPoint(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()
		for i, r := range client.WaitAccessPointsEnabled(t.Context(), osstest.Bucket, names, oss.WaitOptions{}) {
			alone, err := client.WaitAccessPointEnabled(t.Context(), osstest.Bucket, names[i], oss.WaitOptions{})
			if err != nil || alone.PublicEndpoint == "" {
				t.Fatalf("got %+v, %v", alone, err)
			}
			want := oss.AccessPoint{
				AccessPointName: alone.AccessPointName, Bucket: alone.Bucket, Alias: alone.Alias, Status: alone.Status,
				NetworkOrigin: alone.NetworkOrigin, VpcConfiguration: alone.VpcConfiguration,
			}
			if d := cmp.Diff(oss.WaitResult[oss.AccessPoint]{ID: names[i], Value: want}, r); d != "" {
				t.Errorf("(-alone +together):\n%s", d)
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v", took)
		}
	})
}

// TestWaitEndsList checks that the waits believe IsTruncated, not the token.
func TestWaitEndsList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := wiretest.Answering(wiretest.Answer{Body: `<ListAccessPointsResult><IsTruncated>false</IsTruncated><NextContinuationToken>more</NextContinuationToken>` +
			`<AccessPoints><AccessPoint><AccessPointName>ap-01</AccessPointName><Status>enable</Status></AccessPoint></AccessPoints></ListAccessPointsResult>`},
			wiretest.Answer{Status: 404, Body: errorBody("NoSuchAccessPoint")})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		results := newClient(t, r, nil).WaitAccessPointsDeleted(ctx, osstest.Bucket, []string{"ap-01", "ap-02"}, oss.WaitOptions{})
		if !errors.Is(results[0].Err, context.DeadlineExceeded) || results[0].Value.Status != oss.StatusEnable || results[1].Err != nil {
			t.Errorf("got %+v", results)
		}
		if all := r.Requests(); len(all) != 2 || all[1].Header.Get("X-Oss-Access-Point-Name") != "ap-02" {
			t.Errorf("sent %+v", all)
		}
	})
}

func TestWaitAccessPointDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer(osstest.GoneAfter(20 * time.Second))
		create(t, srv, "ap-01")
		client := srv.Client()
		if _, err := client.DeleteAccessPoint(t.Context(), oss.DeleteAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := client.WaitAccessPointDeleted(hour(t), osstest.Bucket, "ap-01", oss.WaitOptions{}); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < 20*time.Second || took > 40*time.Second {
			t.Errorf("took %v", took)
		}
		if err := client.WaitAccessPointDeleted(hour(t), osstest.Bucket, "ap-01", oss.WaitOptions{}); err != nil {
			t.Errorf("of one that is gone: %v", err)
		}
	})
}

// TestWaitDeletedNeedsTheService checks that nothing but the service's word ends
// the wait for a deletion.
func TestWaitDeletedNeedsTheService(t *testing.T) {
	for name, answer := range map[string]wiretest.Answer{
		"a proxy's 404": {Status: 404, Body: "<html>not found</html>"},
		"unknown key":   {Status: 403, Body: errorBody("InvalidAccessKeyId")},
		"a list":        {Body: listed},
	} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient(t, wiretest.Answering(answer), nil)
			if err := client.WaitAccessPointDeleted(hour(t), "examplebucket", "ap-01", oss.WaitOptions{}); err == nil || errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// TestIterators checks the pages of both levels.
func TestIterators(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := osstest.NewServer()
		srv.AddBucket("another")
		client, ctx := srv.Client(), t.Context()
		var all, mine []string
		for i := range 25 {
			in := createRequest
			in.AccessPointName = fmt.Sprintf("ap-%02d", i)
			if i%5 == 4 {
				in.Bucket = "another"
			} else {
				mine = append(mine, in.AccessPointName)
			}
			all = append(all, in.AccessPointName)
			if _, err := client.CreateAccessPoint(ctx, in); err != nil {
				t.Fatal(err)
			}
		}
		for level, want := range map[string][]string{"": all, osstest.Bucket: mine} {
			var names []string
			for ap, err := range client.AccessPoints(ctx, oss.ListAccessPointsRequest{Bucket: level, MaxKeys: 7}) {
				if err != nil {
					t.Fatal(err)
				}
				names = append(names, ap.AccessPointName)
			}
			if d := cmp.Diff(want, names); d != "" {
				t.Errorf("bucket %q (-want +got):\n%s", level, d)
			}
		}
		before := len(srv.Calls())
		for _, err := range client.AccessPoints(ctx, oss.ListAccessPointsRequest{MaxKeys: 10}) {
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
// caller for ever, and that a last page is the last, whatever its token.
func TestIteratorEnds(t *testing.T) {
	for truncated, want := range map[string][2]int{"true": {3, 1}, "false": {1, 0}} {
		r := wiretest.Answering(wiretest.Answer{Body: "<ListAccessPointsResult><IsTruncated>" + truncated + "</IsTruncated><NextContinuationToken>again</NextContinuationToken>" +
			"<AccessPoints><AccessPoint><AccessPointName>ap-01</AccessPointName></AccessPoint></AccessPoints></ListAccessPointsResult>"})
		n, failures := 0, 0
		for _, err := range newClient(t, r, nil).AccessPoints(t.Context(), oss.ListAccessPointsRequest{}) {
			n++
			if err != nil {
				failures++
			}
		}
		if n != want[0] || failures != want[1] {
			t.Errorf("truncated %s: %d items, %d errors", truncated, n, failures)
		}
	}
}

// TestIteratorPages checks the size of the pages if the caller names none.
func TestIteratorPages(t *testing.T) {
	for bucket, want := range map[string]string{"": "max-keys=1000", "examplebucket": "max-keys=100"} {
		r := wiretest.Answering(wiretest.Answer{Body: listed})
		for _, err := range newClient(t, r, nil).AccessPoints(t.Context(), oss.ListAccessPointsRequest{Bucket: bucket}) {
			if err != nil {
				t.Error(err)
			}
		}
		if query := r.Last(t).Query; query != "accessPoint&"+want {
			t.Errorf("bucket %q: %s", bucket, query)
		}
	}
}
