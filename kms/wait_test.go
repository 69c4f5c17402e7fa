package kms_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
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
		srv.Inject("DescribeApplicationAccessPoint", kmstest.Throttle, kmstest.Reset, kmstest.ServerError, kmstest.ResponseLost, kmstest.ServerError)
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

// lists are the lists that have pages, each by the two names under which an answer
// has its items.
var lists = map[string]struct {
	create func(t *testing.T, srv *kmstest.Server, name string)
	items  func(ctx context.Context, c *kms.Client, number, size int) iter.Seq2[string, error]
}{
	"ApplicationAccessPoints ApplicationAccessPoint": {create, func(ctx context.Context, c *kms.Client, number, size int) iter.Seq2[string, error] {
		return named(c.ApplicationAccessPoints(ctx, kms.ListApplicationAccessPointsRequest{PageNumber: number, PageSize: size}),
			func(ap kms.ApplicationAccessPoint) string { return ap.Name })
	}},
	"NetworkRules NetworkRule": {func(t *testing.T, srv *kmstest.Server, name string) {
		if _, err := srv.Client().CreateNetworkRule(t.Context(), kms.CreateNetworkRuleRequest{Name: name, Type: kms.NetworkRulePrivate}); err != nil {
			t.Fatal(err)
		}
	}, func(ctx context.Context, c *kms.Client, number, size int) iter.Seq2[string, error] {
		return named(c.NetworkRules(ctx, kms.ListNetworkRulesRequest{PageNumber: number, PageSize: size}),
			func(r kms.NetworkRule) string { return r.Name })
	}},
	"Policies Policy": {func(t *testing.T, srv *kmstest.Server, name string) {
		if _, err := srv.Client().CreatePolicy(t.Context(), kms.CreatePolicyRequest{
			Name: name, Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"},
		}); err != nil {
			t.Fatal(err)
		}
	}, func(ctx context.Context, c *kms.Client, number, size int) iter.Seq2[string, error] {
		return named(c.Policies(ctx, kms.ListPoliciesRequest{PageNumber: number, PageSize: size}),
			func(p kms.Policy) string { return p.Name })
	}},
	"KmsInstances KmsInstance": {func(_ *testing.T, srv *kmstest.Server, name string) { srv.AddInstance(name) },
		func(ctx context.Context, c *kms.Client, number, size int) iter.Seq2[string, error] {
			return named(c.KmsInstances(ctx, kms.ListKmsInstancesRequest{PageNumber: number, PageSize: size}),
				func(i kms.KmsInstanceSummary) string { return i.KmsInstanceID })
		}},
}

// TestWaitKmsInstance checks what the waits for an instance tolerate, and how they
// end.
func TestWaitKmsInstance(t *testing.T) {
	get := func(status string) wiretest.Answer {
		return wiretest.Answer{Body: `{"RequestId":"R","KmsInstance":{"InstanceId":"` + instanceID + `","Status":"` + status + `"}}`}
	}
	gone := wiretest.Answer{Status: 403, Body: `{"Code":"Forbidden.DKMSInstanceNotFound","RequestId":"r"}`}
	for name, c := range map[string]struct {
		answers []wiretest.Answer
		polls   int
		state   string // in which the wait fails
	}{
		"connecting":           {[]wiretest.Answer{get("Uninitialized"), get("connecting"), get("CONNECTED")}, 3, ""},
		"not visible yet":      {[]wiretest.Answer{gone, get("Connecting"), get("Connected")}, 3, ""},
		"disconnected, passes": {[]wiretest.Answer{get("Disconnected"), get("Disconnected"), get("Connecting"), get("Disconnected"), get("Connected")}, 5, ""},
		"disconnected":         {[]wiretest.Answer{get("Disconnected"), get("Disconnected"), get("Disconnected"), get("Connected")}, 3, "Disconnected"},
		"an error":             {[]wiretest.Answer{get("Connecting"), get("error"), get("Connected")}, 2, "Error"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := wiretest.Answering(c.answers...)
				i, err := newClient(t, r, nil).WaitKmsInstanceConnected(t.Context(), instanceID, kms.WaitOptions{})
				failed, _ := errors.AsType[*kms.WaitError](err)
				if (err == nil) != (c.state == "") || failed != nil && failed.State != c.state || len(r.Requests()) != c.polls {
					t.Errorf("got %+v, %v after %d polls", i, err, len(r.Requests()))
				}
				if err == nil && i.Status != kms.KmsInstanceConnected {
					t.Errorf("got %+v", i)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r := wiretest.Answering(get("Connected"))
		_, err := newClient(t, r, nil).WaitKmsInstanceConnected(ctx, "kst-other", kms.WaitOptions{})
		if err == nil || !strings.Contains(err.Error(), "in place of") {
			t.Errorf("another instance: got %v", err)
		}
	})
	for name, c := range map[string]struct {
		answers []wiretest.Answer
		polls   int
		is      error
	}{
		"released":      {[]wiretest.Answer{get("Connected"), get("Disconnected"), gone}, 3, nil},
		"another code":  {[]wiretest.Answer{{Status: 404, Body: `{"Code":"Forbidden.ResourceNotFound","RequestId":"r"}`}}, 1, nil},
		"a proxy's 404": {[]wiretest.Answer{{Status: 404, Body: `<html>no such page</html>`}}, 1, kms.Code("")},
		"no role":       {[]wiretest.Answer{{Status: 403, Body: `{"Code":"Forbidden.RamRoleNotFound","RequestId":"r"}`}}, 1, kms.ErrAccessDenied},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := wiretest.Answering(c.answers...)
				err := newClient(t, r, nil).WaitKmsInstanceReleased(t.Context(), instanceID, kms.WaitOptions{})
				if (err == nil) != (c.is == nil) || c.is == kms.ErrAccessDenied && !errors.Is(err, c.is) || len(r.Requests()) != c.polls {
					t.Errorf("got %v after %d polls", err, len(r.Requests()))
				}
			})
		})
	}
}

// named yields the names of items.
func named[T any](items iter.Seq2[T, error], name func(T) string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for item, err := range items {
			if !yield(name(item), err) {
				return
			}
		}
	}
}

// TestIterator checks the pages of the lists.
func TestIterator(t *testing.T) {
	for name, list := range lists {
		synctest.Test(t, func(t *testing.T) {
			srv := kmstest.NewServer(kmstest.Empty())
			var want []string
			for i := range 25 {
				want = append(want, fmt.Sprintf("item-%02d", i))
				list.create(t, srv, want[i])
			}
			client, ctx := srv.Client(), t.Context()
			for _, c := range []struct {
				number, size int
				want         []string
				pages        int
			}{
				{0, 0, want, 1},
				{0, 10, want, 3},
				{0, 5, want, 5},
				{2, 10, want[10:], 2},
				{9, 10, nil, 1},
			} {
				before := len(srv.Calls())
				var got []string
				for name, err := range list.items(ctx, client, c.number, c.size) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, name)
				}
				if d := cmp.Diff(c.want, got); d != "" {
					t.Errorf("%s: page %d of %d (-want +got):\n%s", name, c.number, c.size, d)
				}
				if n := len(srv.Calls()) - before; n != c.pages {
					t.Errorf("%s: page %d of %d: %d pages", name, c.number, c.size, n)
				}
			}
			before := len(srv.Calls())
			for _, err := range list.items(ctx, client, 0, 10) {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
			if n := len(srv.Calls()) - before; n != 1 {
				t.Errorf("%s: %d pages for one item", name, n)
			}
		})
	}
}

// TestIteratorEnds checks that no answer keeps the caller for ever, and that none
// ends the sequence too early.
func TestIteratorEnds(t *testing.T) {
	page := func(members, items string) wiretest.Answer {
		return wiretest.Answer{Body: `{"RequestId":"R",` + members + `"GROUP":{"ITEM":[` + items + `]}}`}
	}
	const two = `{"Name":"a"},{"Name":"b"}`
	for name, c := range map[string]struct {
		answers          []wiretest.Answer
		items, fails, of int // items, errors and requests
	}{
		"the first page again":       {[]wiretest.Answer{page(`"PageNumber":1,"PageSize":2,"TotalCount":10,`, two), page(`"PageNumber":1,"PageSize":2,"TotalCount":10,`, two)}, 4, 1, 2},
		"smaller pages than asked":   {[]wiretest.Answer{page(`"PageNumber":1,"PageSize":2,"TotalCount":3,`, two), page(`"PageNumber":2,"PageSize":2,"TotalCount":3,`, `{"Name":"c"}`)}, 3, 0, 2},
		"no numbers":                 {[]wiretest.Answer{page("", two), page("", two), page("", "")}, 4, 0, 3},
		"fewer items than the total": {[]wiretest.Answer{page(`"PageNumber":1,"PageSize":2,"TotalCount":9,`, two), page(`"PageNumber":2,"PageSize":2,"TotalCount":9,`, "")}, 2, 1, 2},
		"nothing":                    {[]wiretest.Answer{page(`"PageNumber":1,"PageSize":100,"TotalCount":0,`, "")}, 0, 0, 1},
		"a failure":                  {[]wiretest.Answer{page(`"PageNumber":1,"PageSize":2,"TotalCount":9,`, two), {Status: 400, Body: `{"Code":"InvalidParameter","RequestId":"R"}`}}, 2, 1, 2},
	} {
		for names, list := range lists {
			t.Run(name+" "+names, func(t *testing.T) {
				group, item, _ := strings.Cut(names, " ")
				var answers []wiretest.Answer
				for _, a := range c.answers {
					a.Body = strings.NewReplacer("GROUP", group, "ITEM", item).Replace(a.Body)
					if item == "KmsInstance" {
						a.Body = strings.ReplaceAll(a.Body, `"Name"`, `"KmsInstanceId"`)
					}
					answers = append(answers, a)
				}
				r := wiretest.Answering(append(answers, wiretest.Answer{Status: 400})...) // one request too many fails
				items, failures := 0, 0
				for _, err := range list.items(t.Context(), newClient(t, r, nil), 0, 0) {
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
}
