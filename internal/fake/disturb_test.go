package fake_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// newDisturbed returns a service that takes any signature, and what tells the times
// that it noted for what it did.
func newDisturbed() (s *rpcServer, done func() []time.Time) {
	var mu sync.Mutex
	var stamps []time.Time
	s = newRPCServer(credential.Key{})
	s.NoVerify = true
	s.Operations["CreateAccessPoint"] = func(call *fake.Call) (fake.Answer, *fake.Refusal) {
		mu.Lock()
		defer mu.Unlock()
		stamps = append(stamps, call.Stamp)
		return fake.RPCAnswer(200, call.RequestID, map[string]any{"RequestId": call.RequestID, "Made": true}), nil
	}
	return s, func() []time.Time {
		mu.Lock()
		defer mu.Unlock()
		return stamps
	}
}

// ask sends one request and returns the status and what kind of body comes.
func ask(ctx context.Context, s http.Handler) (resp *http.Response, status int, body string, err error) {
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, "https://nas.example.com/", nil)
	r.Header.Set("X-Acs-Action", "CreateAccessPoint")
	r.Header.Set("X-Acs-Version", "2017-06-26")
	resp, err = fake.Transport(s).RoundTrip(r)
	if err != nil {
		return nil, 0, "", err
	}
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	return resp, resp.StatusCode, string(text), err
}

// TestFaults meets every fault: what comes, and what was done.
func TestFaults(t *testing.T) {
	type outcome struct {
		Status int
		Broken bool   // the connection
		Body   string // what is in it
		Done   int    // in the end
	}
	for fault, want := range map[fake.Fault]outcome{
		0:                  {200, false, "Made", 1},
		fake.ResponseLost:  {0, true, "", 1},
		fake.Reset:         {0, true, "", 0},
		fake.ServerError:   {500, false, "InternalError", 0},
		fake.Throttle:      {400, false, "Throttling", 0},
		fake.AppliedLate:   {0, true, "", 1},
		fake.Truncated:     {200, true, "{", 1},
		fake.BadGateway:    {502, false, "<html>", 1},
		fake.Slow:          {200, false, "Made", 1},
		fake.Denied:        {403, false, "Forbidden", 0},
		fake.ProxyAuth:     {407, false, "<html>", 0},
		fake.Conflict:      {409, false, "Conflict", 0},
		fake.WebPage:       {200, false, "<html>", 0},
		fake.CutBody:       {200, false, "{", 1},
		fake.EmptyResponse: {200, false, "RequestId", 1},
		fake.EmptyList:     {200, false, "Made", 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, done := newDisturbed()
			s.Disturb(fake.Disturbance{Late: 5 * time.Second, Seed: uint64(fault)})
			if fault > 0 {
				s.Inject("CreateAccessPoint", fault)
			}
			_, status, body, err := ask(t.Context(), s)
			<-time.After(5 * time.Second)
			got := outcome{status, err != nil, want.Body, len(done())}
			if !strings.Contains(body, want.Body) || (fault == fake.CutBody || fault == fake.Truncated) == strings.Contains(body, "}") && status == 200 && want.Body != "<html>" {
				got.Body = body
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%v (-want +got):\n%s", fault, d)
			}
		})
	}
}

// TestMix draws each kind of fault as often as its weight says.
func TestMix(t *testing.T) {
	s, _ := newDisturbed()
	s.Disturb(fake.Disturbance{Faults: 0.5, Mix: map[fake.Fault]float64{fake.Denied: 3, fake.Conflict: 1}, Seed: 1})
	seen := map[int]int{}
	for range 4000 {
		_, status, _, err := ask(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		seen[status]++
	}
	near := func(n, want int) bool { return n > want*9/10 && n < want*11/10 }
	if !near(seen[200], 2000) || !near(seen[403], 1500) || !near(seen[409], 500) {
		t.Error(seen)
	}
}

// TestClock reads the clock of a service in every way.
func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, done := newDisturbed()
		s.Offset, s.Jitter = 10*time.Minute, time.Second
		s.Disturb(fake.Disturbance{Late: 20 * time.Second})
		early, late := 0, 0
		for range 200 {
			s.Inject("CreateAccessPoint", fake.Slow)
			sent := time.Now().Add(s.Offset)
			resp, _, _, err := ask(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			date, err := http.ParseTime(resp.Header.Get("Date"))
			if off := date.Sub(time.Now().Add(s.Offset)); err != nil || off < -2*time.Second || off > time.Second {
				t.Fatalf("Date is off by %v, %v", off, err)
			}
			stamp := done()[len(done())-1]
			if stamp.Before(sent.Add(-time.Second)) || stamp.After(time.Now().Add(s.Offset+time.Second)) {
				t.Fatalf("sent at %v, noted %v, answered at %v", sent, stamp, time.Now().Add(s.Offset))
			}
			if stamp.Sub(sent) < 2*time.Second {
				early++
			}
			if stamp.Sub(sent) > 5*time.Second {
				late++
			}
		}
		if early < 30 || late < 30 {
			t.Errorf("%d noted early, %d late, of 200", early, late)
		}
	})
}

// TestLimitBy has a limiter of its own.
func TestLimitBy(t *testing.T) {
	s, _ := newDisturbed()
	s.LimitBy = func(operation string) fake.Limiter { return new(everyOther) }
	var got []int
	for range 4 {
		_, status, _, _ := ask(t.Context(), s)
		got = append(got, status)
	}
	if d := cmp.Diff([]int{200, 400, 200, 400}, got); d != "" {
		t.Error(d)
	}
}

type everyOther bool

func (e *everyOther) Take(time.Time) (bool, time.Duration) {
	*e = !*e
	return bool(*e), time.Second
}

// TestPages turns pages while the first item goes.
func TestPages(t *testing.T) {
	for shift, want := range map[bool][]int{false: {1, 2, 3, 4, 5}, true: {1, 2, 4, 5}} {
		s, _ := newDisturbed()
		s.PageLimit = 2
		s.Disturb(fake.Disturbance{Shift: shift})
		var got []int
		items, token := []int{1, 2, 3, 4, 5}, ""
		for turn := 0; turn == 0 || token != ""; turn++ {
			page, next, ok := fake.Page(&s.Server, items, func(i int) int { return i }, token, 100)
			if !ok {
				t.Fatalf("%q is no page", token)
			}
			got, token = append(got, page...), next
			if turn == 0 {
				items = items[1:]
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("shift %v (-want +got):\n%s", shift, d)
		}
	}
}

// TestPlanUnknown plans something for an operation that there is not.
func TestPlanUnknown(t *testing.T) {
	for name, plan := range map[string]func(*rpcServer){
		"Inject": func(s *rpcServer) { s.Inject("CreateAcessPoint", fake.Reset) },
		"Fail":   func(s *rpcServer) { s.Fail("CreateAcessPoint", nil, fake.Refusal{}) },
	} {
		func() {
			defer func() {
				if text := fmt.Sprint(recover()); !strings.Contains(text, "CreateAccessPoint") {
					t.Errorf("%s: %s", name, text)
				}
			}()
			s, _ := newDisturbed()
			plan(s)
		}()
	}
}

// TestPlanned refuses plans that nothing would ever meet.
func TestPlanned(t *testing.T) {
	s, _ := newDisturbed()
	for what, plan := range map[string]func(){
		"an operation":            func() { s.Inject("CreateAccesPoint", fake.Reset) },
		"a fault":                 func() { s.Inject("CreateAccessPoint", fake.EmptyList+1) },
		"a fault in a mix":        func() { s.Disturb(fake.Disturbance{Faults: 1, Mix: map[fake.Fault]float64{-1: 1}}) },
		"a weight":                func() { s.Disturb(fake.Disturbance{Faults: 1, Mix: map[fake.Fault]float64{fake.Reset: -1}}) },
		"a share":                 func() { s.Disturb(fake.Disturbance{Faults: 20}) },
		"a share of tags":         func() { s.Disturb(fake.Disturbance{TagsLost: -0.1}) },
		"a duration":              func() { s.Disturb(fake.Disturbance{Lag: -time.Second}) },
		"an operation that fails": func() { s.Fail("Create", nil, fake.Refusal{Code: "X"}) },
		"a failure":               func() { s.Fail("CreateAccessPoint", nil, fake.Refusal{}) },
		"a status of a failure":   func() { s.Fail("CreateAccessPoint", nil, fake.Refusal{Status: 200, Code: "X"}) },
		"a key":                   func() { s.AddKey("id", "") },
		"a count":                 func() { fake.NotNegative(-1) },
		"a time":                  func() { fake.NotNegative(-time.Second) },
		"an ID":                   func() { fake.CheckID("", "") },
		"an ID of its kind":       func() { fake.CheckID("vpc-1", "sg-") },
		"no more than a prefix":   func() { fake.CheckID("sg-", "sg-") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s that there is not passes", what)
				}
			}()
			plan()
		}()
	}
}
