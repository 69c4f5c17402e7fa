package fake_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// TestRequests reads back what was asked, with what came of it.
func TestRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newDisturbed()
		s.Latency = time.Second
		var told []fake.Request
		s.OnRequest = func(q fake.Request) { told = append(told, q) }
		s.Inject("CreateAccessPoint", fake.ResponseLost, fake.Throttle)
		start := time.Now()
		for _, query := range []string{"Name=a", "Name=b", "Name=c&Tag.1.Key=k"} {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://nas.example.com/?"+query, nil)
			r.Header.Set("X-Acs-Action", "CreateAccessPoint")
			r.Header.Set("X-Acs-Version", "2017-06-26")
			if resp, err := fake.Transport(s).RoundTrip(r); err == nil {
				_ = resp.Body.Close()
			}
		}
		want := []fake.Request{
			{Operation: "CreateAccessPoint", Params: fake.Params{"Name": "a"}, Time: start, Took: time.Second},
			{Operation: "CreateAccessPoint", Params: fake.Params{"Name": "b"}, Time: start.Add(time.Second), Took: time.Second, Status: 400, Code: "Throttling.User"},
			{Operation: "CreateAccessPoint", Params: fake.Params{"Name": "c", "Tag.1.Key": "k"}, Time: start.Add(2 * time.Second), Took: time.Second, Status: 200},
		}
		for what, got := range map[string][]fake.Request{"Requests": s.Requests(), "OnRequest": told} {
			if d := cmp.Diff(want, got, cmpopts.IgnoreFields(fake.Request{}, "RequestID")); d != "" {
				t.Errorf("%s (-want +got):\n%s", what, d)
			}
			for _, q := range got {
				if q.RequestID == "" {
					t.Errorf("%s: no request ID", what)
				}
			}
		}
	})
}

// TestRequestsOfLong keeps the last requests of a server that runs for long.
func TestRequestsOfLong(t *testing.T) {
	s, _ := newDisturbed()
	const n = 45000
	for range n {
		r, _ := http.NewRequest(http.MethodPost, "/", http.NoBody)
		s.ServeHTTP(discard{}, r)
	}
	if _, status, _, err := ask(t.Context(), s); status != 200 || err != nil {
		t.Fatal(status, err)
	}
	all := s.Requests()
	if len(all) != 20000 || len(s.Calls()) != 20000 || all[len(all)-1].Operation != "CreateAccessPoint" || all[0].Operation != "" {
		t.Errorf("%d requests, the last %+v", len(all), all[len(all)-1])
	}
	for i := range all[1:] {
		if all[i+1].Time.Before(all[i].Time) {
			t.Fatalf("request %d came before the one before it", i+1)
		}
	}
}

type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}

// TestFailWithoutStatus answers with the status of the kind of a code.
func TestFailWithoutStatus(t *testing.T) {
	for kind, want := range map[error]int{
		nil: 400, fault.InvalidRequest: 400, fault.NotFound: 404, fault.AlreadyExists: 409, fault.Conflict: 409,
		fault.AccessDenied: 403, fault.QuotaExceeded: 403, fault.Throttled: 400, fault.Unavailable: 503,
	} {
		t.Run(fmt.Sprint(kind), func(t *testing.T) {
			s, _ := newDisturbed()
			s.Fail("CreateAccessPoint", kind, fake.Refusal{Code: "Some"})
			if _, status, body, err := ask(t.Context(), s); status != want || err != nil {
				t.Errorf("got %d %s, %v, want %d", status, body, err, want)
			}
			s.Fail("CreateAccessPoint", kind, fake.Refusal{Code: "Forbidden.Some"})
			if _, status, _, _ := ask(t.Context(), s); status != 403 {
				t.Errorf("got %d, want 403", status)
			}
			s.Fail("CreateAccessPoint", kind, fake.Refusal{Status: 418, Code: "Some"})
			if _, status, _, _ := ask(t.Context(), s); status != 418 {
				t.Errorf("got %d, want 418", status)
			}
		})
	}
}
