package kms_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

// create makes an access point on srv, and the policy that it needs.
func create(t *testing.T, srv *kmstest.Server, name string) {
	t.Helper()
	client := srv.Client()
	_, err := client.CreatePolicy(t.Context(), kms.CreatePolicyRequest{
		Name: "policy_test", Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"},
	})
	if err != nil && !errors.Is(err, kms.ErrAlreadyExists) {
		t.Fatal(err)
	}
	if _, err := client.CreateApplicationAccessPoint(t.Context(), kms.CreateApplicationAccessPointRequest{
		Name: name, Policies: []string{"policy_test"},
	}); err != nil {
		t.Fatal(err)
	}
}

// TestWait checks what a wait tolerates, and how it ends.
func TestWait(t *testing.T) {
	describe := func(client *kms.Client) func(context.Context) (*kms.DescribeApplicationAccessPointResponse, error) {
		return func(ctx context.Context) (*kms.DescribeApplicationAccessPointResponse, error) {
			return client.DescribeApplicationAccessPoint(ctx, describeRequest)
		}
	}
	visible := func(ap *kms.DescribeApplicationAccessPointResponse) (string, bool, error) {
		return "visible", true, nil
	}

	synctest.Test(t, func(t *testing.T) {
		srv := kmstest.NewServer()
		create(t, srv, "aap_test")
		srv.Inject("DescribeApplicationAccessPoint", kmstest.Throttle, kmstest.Reset, kmstest.ServerError, kmstest.AnswerLost, kmstest.ServerError)
		ap, err := kms.Wait(t.Context(), kms.WaitOptions{}, describe(srv.Client()), visible)
		if err != nil || ap.Name != "aap_test" {
			t.Errorf("got %+v, %v", ap, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		srv := kmstest.NewServer()
		create(t, srv, "aap_test")
		_, err := kms.Wait(ctx, kms.WaitOptions{}, describe(srv.Client()),
			func(*kms.DescribeApplicationAccessPointResponse) (string, bool, error) { return "other", false, nil })
		failed, ok := errors.AsType[*kms.WaitError](err)
		if !ok || !errors.Is(err, context.DeadlineExceeded) || failed.State != "other" || failed.Polls < 4 ||
			failed.Operation != "Wait" || failed.Elapsed != time.Minute || time.Since(start) != time.Minute {
			t.Errorf("got %+v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := kms.Wait(t.Context(), kms.WaitOptions{}, describe(kmstest.NewServer().Client()), visible)
		if took := time.Since(start); !errors.Is(err, kms.CodeResourceNotFound) || took < 30*time.Second || took > time.Minute {
			t.Errorf("not visible for too long: %v after %v", err, took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		srv := kmstest.NewServer()
		srv.Fail("DescribeApplicationAccessPoint", kms.APIError{StatusCode: 403, Code: kms.CodeNoPermission})
		_, err := kms.Wait(t.Context(), kms.WaitOptions{}, describe(srv.Client()), visible)
		if !errors.Is(err, kms.ErrAccessDenied) || time.Since(start) != 0 {
			t.Errorf("denied: %v after %v", err, time.Since(start))
		}
	})
}

// TestIterator checks the pages of the list.
func TestIterator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := kmstest.NewServer()
		var want []string
		for i := range 25 {
			want = append(want, fmt.Sprint("app-", i))
			create(t, srv, want[i])
		}
		client, ctx := srv.Client(), t.Context()
		for _, c := range []struct {
			in    kms.ListApplicationAccessPointsRequest
			want  []string
			pages int
		}{
			{kms.ListApplicationAccessPointsRequest{}, want, 1},
			{kms.ListApplicationAccessPointsRequest{PageSize: 10}, want, 3},
			{kms.ListApplicationAccessPointsRequest{PageSize: 5}, want, 5},
			{kms.ListApplicationAccessPointsRequest{PageNumber: 2, PageSize: 10}, want[10:], 2},
			{kms.ListApplicationAccessPointsRequest{PageNumber: 9, PageSize: 10}, nil, 1},
		} {
			before := len(srv.Calls())
			var got []string
			for ap, err := range client.ApplicationAccessPoints(ctx, c.in) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, ap.Name)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%+v (-want +got):\n%s", c.in, d)
			}
			if n := len(srv.Calls()) - before; n != c.pages {
				t.Errorf("%+v: %d pages", c.in, n)
			}
		}
		before := len(srv.Calls())
		for _, err := range client.ApplicationAccessPoints(ctx, kms.ListApplicationAccessPointsRequest{PageSize: 10}) {
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

// TestIteratorEnds checks that no answer keeps the caller for ever, and that none
// ends the sequence too early.
func TestIteratorEnds(t *testing.T) {
	page := func(members, items string) wiretest.Answer {
		return wiretest.Answer{Body: `{"RequestId":"R",` + members + `"ApplicationAccessPoints":{"ApplicationAccessPoint":[` + items + `]}}`}
	}
	const two = `{"Name":"a"},{"Name":"b"}`
	for name, c := range map[string]struct {
		answers          []wiretest.Answer
		items, fails, of int // items, errors and requests
	}{
		"the first page again":       {[]wiretest.Answer{page(`"PageNumber":1,"PageSize":2,"TotalCount":10,`, two), page(`"PageNumber":1,"PageSize":2,"TotalCount":10,`, two)}, 4, 1, 2},
		"smaller pages than asked":   {[]wiretest.Answer{page(`"PageNumber":1,"PageSize":2,"TotalCount":3,`, two), page(`"PageNumber":2,"PageSize":2,"TotalCount":3,`, `{"Name":"c"}`)}, 3, 0, 2},
		"no numbers":                 {[]wiretest.Answer{page("", two), page("", two), page("", "")}, 4, 0, 3},
		"fewer items than the total": {[]wiretest.Answer{page(`"PageNumber":1,"PageSize":2,"TotalCount":9,`, two), page(`"PageNumber":2,"PageSize":2,"TotalCount":9,`, "")}, 2, 0, 2},
		"nothing":                    {[]wiretest.Answer{page(`"PageNumber":1,"PageSize":100,"TotalCount":0,`, "")}, 0, 0, 1},
		"a failure":                  {[]wiretest.Answer{page(`"PageNumber":1,"PageSize":2,"TotalCount":9,`, two), {Status: 400, Body: `{"Code":"InvalidParameter","RequestId":"R"}`}}, 2, 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			r := wiretest.Answering(append(c.answers, wiretest.Answer{Status: 400})...) // one request too many fails
			items, failures := 0, 0
			for _, err := range newClient(t, r, nil).ApplicationAccessPoints(t.Context(), kms.ListApplicationAccessPointsRequest{}) {
				if err != nil {
					failures++
				} else {
					items++
				}
			}
			if items != c.items || failures != c.fails || len(r.Requests()) != c.of {
				t.Errorf("%d items, %d errors, %d requests", items, failures, len(r.Requests()))
			}
		})
	}
}
