package privatelink_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// create makes an endpoint on srv and returns its ID.
func create(t *testing.T, srv *privatelinktest.Server) string {
	t.Helper()
	out, err := srv.Client().CreateVpcEndpoint(t.Context(), createRequest)
	if err != nil {
		t.Fatal(err)
	}
	return out.EndpointID
}

func TestWaitVpcEndpointReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(40 * time.Second))
		id, start := create(t, srv), time.Now()
		srv.Inject("GetVpcEndpointAttribute", privatelinktest.Throttle, privatelinktest.Reset, privatelinktest.ServerError, privatelinktest.ResponseLost, privatelinktest.ServerError)
		var states []string
		polled := 0
		ep, err := srv.Client().WaitVpcEndpointReady(t.Context(), id, privatelink.WaitOptions{
			OnPoll: func(polls int, elapsed time.Duration, state string) {
				if polled++; polls != polled || elapsed != time.Since(start) {
					t.Errorf("poll %d after %v", polls, elapsed)
				}
				if state != "" && !slices.Contains(states, state) {
					states = append(states, state)
				}
			},
		})
		if err != nil || ep.EndpointStatus != privatelink.EndpointStatusActive || ep.ConnectionStatus != privatelink.ConnectionStatusConnected || ep.EndpointID != id {
			t.Fatalf("got %+v, %v", ep, err)
		}
		if took := time.Since(start); took < 40*time.Second || took > 60*time.Second {
			t.Errorf("took %v", took)
		}
		if d := cmp.Diff([]string{"Creating/Disconnected", "Active/Connecting"}, states); d != "" {
			t.Errorf("states (-want +got):\n%s", d)
		}
	})
}

func TestWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(80 * time.Second))
		id, start := create(t, srv), time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		ep, err := srv.Client().WaitVpcEndpointReady(ctx, id, privatelink.WaitOptions{})
		failed, ok := errors.AsType[*privatelink.WaitError](err)
		if !ok || !errors.Is(err, context.DeadlineExceeded) || failed.State != "Active/Connecting" || failed.Polls < 4 ||
			failed.Operation != "WaitVpcEndpointReady" || failed.Elapsed != time.Minute {
			t.Errorf("got %+v", err)
		}
		if ep.EndpointID != id || ep.EndpointStatus != privatelink.EndpointStatusActive {
			t.Errorf("the last value is %+v", ep)
		}
		if took := time.Since(start); took != time.Minute {
			t.Errorf("took %v", took)
		}
	})
}

// states answers with an endpoint in the states.
func states(endpoint, connection string) wiretest.Answer {
	return wiretest.Answer{Body: `{"RequestId":"R","EndpointId":"ep-1","EndpointStatus":"` + endpoint + `","ConnectionStatus":"` + connection + `"}`}
}

func refusal(status int, code privatelink.Code) wiretest.Answer {
	return wiretest.Answer{Status: status, Body: `{"Code":"` + string(code) + `","RequestId":"R"}`}
}

// TestWaitFails checks what ends a wait before its time.
func TestWaitFails(t *testing.T) {
	for name, c := range map[string]struct {
		answers []wiretest.Answer
		polls   int   // 0 for any
		is      error // nil if the state is to blame
		within  time.Duration
	}{
		"deleting for three polls": {[]wiretest.Answer{states("Pending", "Connected"), states("deleting", "Deleting")}, 4, nil, 20 * time.Second},
		"the service is gone for three polls": {[]wiretest.Answer{states("Active", "SERVICEDELETED"), states("Active", "Disconnected"),
			states("Active", "ServiceDeleted")}, 5, nil, 30 * time.Second},
		"denied":                   {[]wiretest.Answer{refusal(403, "Forbidden.RAM")}, 1, privatelink.ErrAccessDenied, 0},
		"not visible for too long": {[]wiretest.Answer{refusal(400, "EndpointNotFound")}, 0, privatelink.CodeEndpointNotFound, time.Minute},
		"the key is unknown":       {[]wiretest.Answer{refusal(404, "InvalidAccessKeyId.NotFound")}, 1, privatelink.CodeAccessKeyNotFound, 0},
		"an answer without an ID":  {[]wiretest.Answer{{Body: `{"RequestId":"R"}`}}, 1, nil, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				client := newClient(t, wiretest.Answering(c.answers...), nil)
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour) // for a wait that does not end
				defer cancel()
				_, err := client.WaitVpcEndpointReady(ctx, "ep-1", privatelink.WaitOptions{})
				failed, ok := errors.AsType[*privatelink.WaitError](err)
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
		notFound := refusal(404, "EndpointNotFound")
		ep, err := newClient(t, wiretest.Answering(notFound, notFound, states("active", "CONNECTED")), nil).
			WaitVpcEndpointReady(t.Context(), "ep-1", privatelink.WaitOptions{})
		if err != nil || ep.EndpointID != "ep-1" {
			t.Errorf("got %+v, %v", ep, err)
		}
	})
}

// TestWaitNeedsBoth checks that neither state alone makes an endpoint usable.
func TestWaitNeedsBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := newClient(t, wiretest.Answering(states("Active", "Disconnected"), states("Pending", "Connected"), states("Active", "Connected")), nil).
			WaitVpcEndpointReady(t.Context(), "ep-1", privatelink.WaitOptions{})
		if err != nil || time.Since(start) < 4*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// TestAwaitingAcceptance waits for an endpoint whose service accepts by hand.
func TestAwaitingAcceptance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(40*time.Second), privatelinktest.AcceptByHand())
		client, id, start := srv.Client(), create(t, srv), time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour) // for a wait that does not end
		defer cancel()

		// It is Creating for 20 s, and Active and Disconnected from then on.
		ep, err := client.WaitVpcEndpointActive(ctx, id, privatelink.WaitOptions{})
		if err != nil || ep.EndpointStatus != privatelink.EndpointStatusActive || ep.ConnectionStatus != privatelink.ConnectionStatusDisconnected {
			t.Errorf("got %+v, %v", ep, err)
		}
		if took := time.Since(start); took < 20*time.Second || took > 40*time.Second {
			t.Errorf("active after %v", took)
		}

		ep, err = client.WaitVpcEndpointReady(ctx, id, privatelink.WaitOptions{})
		failed, ok := errors.AsType[*privatelink.WaitError](err)
		if !ok || !errors.Is(err, privatelink.ErrAwaitingAcceptance) || failed.State != "Active/Disconnected" || ep.EndpointID != id {
			t.Errorf("got %+v, %v", ep, err)
		} else if failed.Elapsed < time.Minute || failed.Elapsed > 80*time.Second {
			t.Errorf("ended after %v", failed.Elapsed)
		}

		accepted := false
		ep, err = client.WaitVpcEndpointReady(ctx, id, privatelink.WaitOptions{OnPoll: func(_ int, elapsed time.Duration, _ string) {
			if elapsed > 30*time.Second && !accepted {
				accepted = true
				srv.Accept(id)
			}
		}})
		if err != nil || ep.ConnectionStatus != privatelink.ConnectionStatusConnected {
			t.Errorf("once accepted: %+v, %v", ep, err)
		}
	})
}

// TestAcceptanceStartsAnew checks that only a minute in a row counts.
func TestAcceptanceStartsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		waiting, moving := states("active", "DISCONNECTED"), states("Active", "Connecting")
		// Polls are 2, 3, 4.5, 6.75, 10 and 15 s apart, by a fifth more or less.
		answers := []wiretest.Answer{waiting, waiting, waiting, waiting, waiting, moving, waiting, waiting, waiting, states("Active", "Connected")}
		if _, err := newClient(t, wiretest.Answering(answers...), nil).WaitVpcEndpointReady(t.Context(), "ep-1", privatelink.WaitOptions{}); err != nil {
			t.Error(err)
		}
	})
}

// TestWaitActive checks that the connection does not matter, and what ends the
// wait.
func TestWaitActive(t *testing.T) {
	for name, c := range map[string]struct {
		answers []wiretest.Answer
		polls   int
	}{
		"disconnected":             {[]wiretest.Answer{states("Pending", "Connected"), states("active", "Disconnected")}, 0},
		"the service is gone":      {[]wiretest.Answer{states("Active", "ServiceDeleted")}, 0},
		"deleting for three polls": {[]wiretest.Answer{states("Deleting", "Connected")}, 3},
		"denied":                   {[]wiretest.Answer{refusal(403, "Forbidden.RAM")}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, err := newClient(t, wiretest.Answering(c.answers...), nil).WaitVpcEndpointActive(t.Context(), "ep-1", privatelink.WaitOptions{})
				failed, ok := errors.AsType[*privatelink.WaitError](err)
				if ok != (c.polls > 0) || ok && failed.Polls != c.polls {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// TestWaitSeesAll checks that a wait that looked at lists returns what one that
// looked for itself does, but for what lists lack or have besides.
func TestWaitSeesAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer()
		ids := []string{create(t, srv), create(t, srv)}
		start := time.Now()
		for i, r := range srv.Client().WaitVpcEndpointsReady(t.Context(), ids, privatelink.WaitOptions{}) {
			want, err := srv.Client().WaitVpcEndpointReady(t.Context(), ids[i], privatelink.WaitOptions{})
			if err != nil {
				t.Fatal(err)
			}
			want.Payer, want.ZonePrivateIPAddressCount, want.Tags = "", 0, []privatelink.Tag{}
			if d := cmp.Diff(privatelink.WaitResult[privatelink.VpcEndpoint]{ID: ids[i], Value: want}, r); d != "" {
				t.Errorf("(-alone +together):\n%s", d)
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v", took)
		}
		for _, r := range srv.Client().WaitVpcEndpointsActive(t.Context(), ids, privatelink.WaitOptions{}) {
			if r.Err != nil || r.Value.EndpointStatus != privatelink.EndpointStatusActive {
				t.Errorf("got %+v", r)
			}
		}
	})
}

func TestWaitVpcEndpointDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.GoneAfter(20 * time.Second))
		id, client := create(t, srv), srv.Client()
		if _, err := client.DeleteVpcEndpoint(t.Context(), privatelink.DeleteVpcEndpointRequest{EndpointID: id}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		var state string
		if err := client.WaitVpcEndpointDeleted(t.Context(), id, privatelink.WaitOptions{
			OnPoll: func(_ int, _ time.Duration, s string) { state = s },
		}); err != nil || state != "Deleting" {
			t.Errorf("%v, last seen %q", err, state)
		}
		if took := time.Since(start); took < 20*time.Second || took > 40*time.Second {
			t.Errorf("took %v", took)
		}
		if err := client.WaitVpcEndpointDeleted(t.Context(), id, privatelink.WaitOptions{}); err != nil {
			t.Errorf("of one that is gone: %v", err)
		}
	})
}

// TestWaitDeletedNeedsTheService checks that nothing but the service's word ends
// the wait for a deletion.
func TestWaitDeletedNeedsTheService(t *testing.T) {
	for name, answer := range map[string]wiretest.Answer{
		"a proxy's 404":     {Status: 404, Body: "<html>not found</html>"},
		"unknown key":       refusal(404, "InvalidAccessKeyId.NotFound"),
		"unknown API":       refusal(404, "InvalidApi.NotFound"),
		"unknown VPC":       refusal(400, privatelink.CodeVpcNotFound),
		"unknown service":   refusal(400, privatelink.CodeServiceNotFound),
		"a deleted service": refusal(400, privatelink.CodeServiceDeleted),
	} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient(t, wiretest.Answering(answer), nil)
			if err := client.WaitVpcEndpointDeleted(t.Context(), "ep-1", privatelink.WaitOptions{}); err == nil {
				t.Errorf("%s passes for a deletion", name)
			}
		})
	}
}

// TestIterator checks the pages of the list.
func TestIterator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer()
		var want []string
		for range 55 {
			want = append(want, create(t, srv))
		}
		client, ctx := srv.Client(), t.Context()
		for _, size := range []int{0, 10, 55} {
			var got []string
			for ep, err := range client.VpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{MaxResults: size}) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, ep.EndpointID)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("pages of %d (-want +got):\n%s", size, d)
			}
		}
		first, err := client.ListVpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{})
		if err != nil || len(first.Endpoints) != 50 || first.NextToken == "" || first.TotalCount != 55 || first.MaxResults != 50 {
			t.Errorf("the first page: %+v, %v", first, err)
		}
		before := len(srv.Calls())
		for _, err := range client.VpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{MaxResults: 10}) {
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
	r := wiretest.Answering(wiretest.Answer{Body: `{"RequestId":"R","Endpoints":[{"EndpointId":"ep-1"}],"NextToken":"again"}`})
	n, failures := 0, 0
	for _, err := range newClient(t, r, nil).VpcEndpoints(t.Context(), privatelink.ListVpcEndpointsRequest{}) {
		n++
		if err != nil {
			failures++
		}
	}
	if n != 3 || failures != 1 {
		t.Errorf("%d items, %d errors", n, failures)
	}
}
