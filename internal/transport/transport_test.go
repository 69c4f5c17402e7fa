package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/transport"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// protocol is the least that a service can have: its code is the body.
var protocol = transport.Protocol{
	Sign: func(req *http.Request, _ *transport.Request, _ credential.Key, at time.Time) {
		req.Header.Set("Signed-At", at.UTC().Format(time.RFC3339))
	},
	ReadFault: func(f *fault.Error, _ http.Header, body []byte) {
		if !strings.HasPrefix(string(body), "<") {
			f.Code = string(body)
		}
	},
	Kind:            fault.KindOf,
	RequestIDHeader: "Request-Id",
	Transport:       transport.Alibaba,
	SkewCodes:       []string{"Skew"},
}

// whole takes any response.
func whole(*transport.Response) error { return nil }

// static is a key that does not change.
type static credential.Key

func (s static) Retrieve(context.Context) (id, secret, token string, expires time.Time, err error) {
	return s.ID, s.Secret, s.Token, time.Time{}, nil
}

func newClient(t *testing.T, rt http.RoundTripper, change func(*transport.Options)) *transport.Client {
	t.Helper()
	o := transport.Options{
		Region: "r-1", Host: "service.example.com", Credentials: static{ID: "id", Secret: "secret"},
		HTTPClient: &http.Client{Transport: rt},
	}
	if change != nil {
		change(&o)
	}
	c, problems := transport.New(o, protocol, nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return c
}

var (
	ok        = wiretest.Answer{Body: "fine", Header: map[string]string{"Request-Id": "id-1"}}
	failing   = wiretest.Answer{Status: 500, Body: "Failing"}
	throttled = wiretest.Answer{Status: 400, Body: "Throttling"}
	refused   = wiretest.Answer{Status: 400, Body: "Bad"}
	reset     = wiretest.Answer{Err: &net.OpError{Op: "read", Err: syscall.ECONNRESET}}
	noDial    = wiretest.Answer{Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}
	noHost    = wiretest.Answer{Err: &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}}
)

// TestClasses checks, for every effect of an operation and every way to fail,
// whether the request is sent again and whether its outcome is known.
func TestClasses(t *testing.T) {
	effects := map[string]retry.Effect{"read": retry.Read, "idempotent": retry.Idempotent, "tokened": retry.WithToken, "once": retry.NonIdempotent}
	for name, c := range map[string]struct {
		answers []wiretest.Answer
		// How many requests are sent and whether the call succeeds, then whether
		// its outcome is unknown, for each effect.
		read, idempotent, tokened, once string
	}{
		"success":           {[]wiretest.Answer{ok}, "1 ok", "1 ok", "1 ok", "1 ok"},
		"throttled":         {[]wiretest.Answer{throttled, ok}, "2 ok", "2 ok", "2 ok", "2 ok"},
		"no connection":     {[]wiretest.Answer{noDial, ok}, "2 ok", "2 ok", "2 ok", "2 ok"},
		"no such host":      {[]wiretest.Answer{noHost, ok}, "1 failed", "1 failed", "1 failed", "1 failed"},
		"refused":           {[]wiretest.Answer{refused, ok}, "1 failed", "1 failed", "1 failed", "1 failed"},
		"reset":             {[]wiretest.Answer{reset, ok}, "2 ok", "2 ok", "2 ok", "1 unknown"},
		"500":               {[]wiretest.Answer{failing, ok}, "2 ok", "2 ok", "2 ok", "1 unknown"},
		"nonce used":        {[]wiretest.Answer{{Status: 400, Body: "SignatureNonceUsed"}, ok}, "2 ok", "2 ok", "2 ok", "1 unknown"},
		"408":               {[]wiretest.Answer{{Status: 408, Body: "<html>"}, ok}, "2 ok", "2 ok", "2 ok", "1 unknown"},
		"RequestTimeout":    {[]wiretest.Answer{{Status: 400, Body: "RequestTimeout"}, ok}, "2 ok", "2 ok", "2 ok", "1 unknown"},
		"lost then refused": {[]wiretest.Answer{reset, refused}, "2 failed", "2 failed", "2 unknown", "1 unknown"},
		"all lost":          {[]wiretest.Answer{reset}, "4 failed", "4 unknown", "4 unknown", "1 unknown"},
		"redirected":        {[]wiretest.Answer{{Status: 307, Header: map[string]string{"Location": "https://evil.example.com"}}, ok}, "1 failed", "1 failed", "1 failed", "1 failed"},
	} {
		for effect, want := range map[string]string{"read": c.read, "idempotent": c.idempotent, "tokened": c.tokened, "once": c.once} {
			t.Run(name+" "+effect, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := wiretest.Answering(c.answers...)
					answer, f := newClient(t, r, nil).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "POST", Effect: effects[effect], Body: []byte("same")})
					n := len(r.Requests())
					got := fmt.Sprint(n, " ok")
					if f != nil {
						got = fmt.Sprint(n, map[bool]string{true: " unknown", false: " failed"}[f.Lost])
						if f.Attempts != n {
							t.Errorf("%d attempts are reported", f.Attempts)
						}
					} else if answer.Attempts != n || answer.RequestID != "id-1" || string(answer.Body) != "fine" {
						t.Errorf("answer %+v", answer)
					}
					if got != want {
						t.Errorf("got %s, want %s (%v)", got, want, f)
					}
					for _, req := range r.Requests() {
						if req.Body != "same" || req.Host != "service.example.com" {
							t.Errorf("sent %+v", req)
						}
					}
				})
			})
		}
	}
}

// TestPauses checks that the pauses grow, and that the service's wish is kept.
func TestPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, f := newClient(t, wiretest.Answering(failing), nil).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
		if took := time.Since(start); f == nil || took < 1050*time.Millisecond || took > 3150*time.Millisecond {
			t.Errorf("three pauses of about 0.3, 0.6 and 1.2 s took %v", took)
		}
	})
	for header, want := range map[[2]string]time.Duration{
		{"Retry-After", "7"}:                             7 * time.Second,
		{"X-Acs-Retry-After", "7000"}:                    7 * time.Second,
		{"X-Amz-Retry-After", "7000"}:                    7 * time.Second,
		{"Retry-After", "Sat, 01 Jan 2000 00:00:07 GMT"}: 7 * time.Second,
		{"Retry-After", "soon"}:                          0,
		{"Retry-After", "-7"}:                            0,
	} {
		synctest.Test(t, func(t *testing.T) {
			busy := throttled
			busy.Header = map[string]string{header[0]: header[1]}
			start := time.Now()
			if _, f := newClient(t, wiretest.Answering(busy, ok), nil).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"}); f != nil {
				t.Errorf("%s: %v", header, f)
			}
			if took := time.Since(start); took < want || took > want*5/4+500*time.Millisecond {
				t.Errorf("%s: took %v", header, took)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		busy := throttled
		busy.Header = map[string]string{"Retry-After": "3600"}
		start := time.Now()
		_, f := newClient(t, wiretest.Answering(busy, ok), nil).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
		if f == nil || f.RetryAfter != time.Hour || f.Attempts != 1 || time.Since(start) != 0 {
			t.Errorf("got %+v after %v", f, time.Since(start))
		}
	})
}

// TestThrottled checks that throttled attempts do not use up the others, and that
// a call does not go on for ever with them.
func TestThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := wiretest.Answering(throttled, throttled, throttled, throttled, throttled, failing, failing, ok)
		if _, f := newClient(t, r, func(o *transport.Options) { o.MaxAttempts = 3 }).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"}); f != nil {
			t.Error(f)
		}
		start := time.Now()
		r = wiretest.Answering(throttled)
		_, f := newClient(t, r, nil).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
		took := time.Since(start)
		if f == nil || f.Kind != fault.Throttled || took < time.Minute || took > 80*time.Second || len(r.Requests()) > 80 {
			t.Errorf("%d requests in %v: %v", len(r.Requests()), took, f)
		}
		r = wiretest.Answering(throttled)
		if _, f := newClient(t, r, func(o *transport.Options) { o.MaxAttempts = 1 }).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"}); f == nil || len(r.Requests()) != 1 {
			t.Errorf("with one attempt: %d requests, %v", len(r.Requests()), f)
		}
	})
}

// TestRetryAfterHoldsOthersBack checks that calls in the same lane keep to the
// pause that one of them was asked for.
func TestRetryAfterHoldsOthersBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := throttled
		busy.Header = map[string]string{"Retry-After": "5"}
		c := newClient(t, wiretest.Answering(busy, ok), nil)
		go func() { _, _ = c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"}) }()
		synctest.Wait()
		start := time.Now()
		for _, other := range []transport.Request{{Decode: whole, Operation: "Other"}, {Decode: whole, Operation: "Op", Lane: "2"}} {
			other.Method = "GET"
			_, _ = c.Do(t.Context(), &other)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("other lanes took %v", took)
		}
		_, _ = c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
		if took := time.Since(start); took < 5*time.Second || took > 11*time.Second {
			t.Errorf("the same lane took %v", took)
		}
		<-time.After(time.Minute) // the first call ends too
	})
}

// TestContextEnds ends the context in every part of a call. The call returns at
// once, and its error has the context's and what the last attempt said.
func TestContextEnds(t *testing.T) {
	hang := wiretest.RoundTripFunc(func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, context.Cause(req.Context())
	})
	slowBody := wiretest.RoundTripFunc(func(req *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Request-Id": {"id-1"}}, Body: io.NopCloser(readerFunc(func([]byte) (int, error) {
			<-req.Context().Done()
			return 0, req.Context().Err()
		}))}, nil
	})
	onceFailing := func() http.RoundTripper {
		n := 0
		return wiretest.RoundTripFunc(func(req *http.Request) (*http.Response, error) {
			if n++; n == 1 {
				return wiretest.Answering(wiretest.Answer{Status: 503, Body: "Busy", Header: map[string]string{"Request-Id": "id-1"}}).RoundTrip(req)
			}
			return hang(req)
		})
	}
	for name, c := range map[string]struct {
		rt     http.RoundTripper
		change func(*transport.Options)
		status int
		id     string
	}{
		"in the limiter": {hang, func(o *transport.Options) {
			o.Limiter = limiterFunc(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		}, 0, ""},
		"in the credentials": {hang, func(o *transport.Options) { o.Credentials = hangingCredentials{} }, 0, ""},
		"in the exchange":    {hang, nil, 0, ""},
		"in the body":        {slowBody, nil, 200, "id-1"},
		"in a pause":         {wiretest.Answering(wiretest.Answer{Status: 503, Body: "Busy", Header: map[string]string{"Request-Id": "id-1", "Retry-After": "30"}}), nil, 503, "id-1"},
		"in a later attempt": {onceFailing(), nil, 503, "id-1"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(5*time.Second, func() { cancel(errors.New("the user left")) })
				start := time.Now()
				_, f := newClient(t, c.rt, c.change).Do(ctx, &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
				if took := time.Since(start); took != 5*time.Second {
					t.Errorf("took %v", took)
				}
				if f == nil || !errors.Is(f, context.Canceled) || f.StatusCode != c.status || f.RequestID != c.id {
					t.Fatalf("got %+v", f)
				}
				if errors.Is(f, fault.Unavailable) && name != "in a later attempt" {
					t.Errorf("the service is blamed: %v", f)
				}
			})
		})
	}
}

// TestDeadlineBeforeNextAttempt checks that a call does not sleep through its
// deadline.
func TestDeadlineBeforeNextAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := throttled
		busy.Header = map[string]string{"Retry-After": "30"}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		_, f := newClient(t, wiretest.Answering(busy), nil).Do(ctx, &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
		if f == nil || !errors.Is(f, context.DeadlineExceeded) || f.Code != "Throttling" || time.Since(start) != 0 || !strings.Contains(f.Error(), "locally") {
			t.Errorf("got %v after %v", f, time.Since(start))
		}
	})
}

// TestLimiter checks that a refusal for the deadline says that it was local, and
// that the failure of a limiter has a kind of its own.
func TestLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, wiretest.Answering(ok), func(o *transport.Options) { o.Limiter = rate.NewLimiter(1, 1) })
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		start := time.Now()
		var done, refused int
		for range 5 {
			_, f := c.Do(ctx, &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
			if f == nil {
				done++
			} else if errors.Is(f, context.DeadlineExceeded) && strings.Contains(f.Error(), "locally") {
				refused++
			}
		}
		if took := time.Since(start); done != 3 || refused != 2 || took != 2*time.Second {
			t.Errorf("%d done, %d refused in %v", done, refused, took)
		}
	})
	own := errors.New("no more today")
	c := newClient(t, wiretest.Answering(ok), func(o *transport.Options) { o.Limiter = limiterFunc(func(context.Context) error { return own }) })
	if _, f := c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"}); f == nil || !errors.Is(f, own) || !errors.Is(f, fault.Limiter) {
		t.Errorf("got %v", f)
	}
	c = newClient(t, wiretest.Answering(ok), func(o *transport.Options) { o.Limiter = rate.NewLimiter(1, 0) })
	if _, f := c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"}); f == nil || !errors.Is(f, fault.Limiter) {
		t.Errorf("a limiter without a burst: %v", f)
	}
}

// operationLimiter is told the operation.
type operationLimiter func(operation string) error

func (operationLimiter) Wait(context.Context) error                          { panic("not asked") }
func (l operationLimiter) WaitFor(_ context.Context, operation string) error { return l(operation) }

// TestLimiterOfOperations checks that a limiter that can tells operations apart.
func TestLimiterOfOperations(t *testing.T) {
	var asked []string
	c := newClient(t, wiretest.Answering(ok), func(o *transport.Options) {
		o.Limiter = operationLimiter(func(operation string) error { asked = append(asked, operation); return nil })
	})
	for _, operation := range []string{"Op", "Other"} {
		if _, f := c.Do(t.Context(), &transport.Request{Decode: whole, Operation: operation, Method: "GET", Lane: "lane"}); f != nil {
			t.Error(f)
		}
	}
	if want := []string{"Op", "Other"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}

// TestLimiterComesLast checks that an attempt that the pace holds back has no token
// of the limiter yet, so that it does not go later with those that have.
func TestLimiterComesLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := throttled
		busy.Header = map[string]string{"Retry-After": "5"}
		l := rate.NewLimiter(1, 3)
		c := newClient(t, wiretest.Answering(busy, ok), func(o *transport.Options) { o.Limiter = l })
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() {
				if _, f := c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"}); f != nil {
					t.Error(f)
				}
			})
			synctest.Wait()
		}
		if n := l.Tokens(); n != 2 {
			t.Errorf("%v tokens are left while all wait for the pace, want 2", n)
		}
		all.Wait()
	})
}

// TestAttemptTimeout checks that an attempt that hangs is given up and repeated,
// and does not look like the end of the caller's context.
func TestAttemptTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		rt := wiretest.RoundTripFunc(func(req *http.Request) (*http.Response, error) {
			n++
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		start := time.Now()
		_, f := newClient(t, rt, func(o *transport.Options) { o.MaxAttempts = 2 }).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
		if f == nil || n != 2 || errors.Is(f, context.DeadlineExceeded) || !errors.Is(f, fault.Unavailable) {
			t.Errorf("%d attempts: %v", n, f)
		}
		if took := time.Since(start); took < 60*time.Second || took > 61*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// TestClock checks that the service's clock is taken over once it refuses ours,
// and kept.
func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		skewed := func(offset time.Duration) wiretest.Answer {
			return wiretest.Answer{Status: 403, Body: "Skew", Header: map[string]string{"Date": time.Now().Add(offset).UTC().Format(http.TimeFormat)}}
		}
		r := wiretest.Answering(skewed(time.Hour), ok, ok)
		c := newClient(t, r, func(o *transport.Options) { o.MaxAttempts = 1 })
		for range 2 {
			if _, f := c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "POST", Effect: retry.NonIdempotent}); f != nil {
				t.Fatal(f)
			}
		}
		var at []string
		for _, req := range r.Requests() {
			at = append(at, req.Header.Get("Signed-At"))
		}
		if d := cmp.Diff([]string{"2000-01-01T00:00:00Z", "2000-01-01T01:00:00Z", "2000-01-01T01:00:00Z"}, at); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}

		for name, answer := range map[string]wiretest.Answer{
			"the clocks agree":  skewed(10 * time.Second),
			"no date":           {Status: 403, Body: "Skew"},
			"another code":      {Status: 403, Body: "Other", Header: skewed(time.Hour).Header},
			"a date in no form": {Status: 403, Body: "Skew", Header: map[string]string{"Date": "tomorrow"}},
		} {
			r := wiretest.Answering(answer)
			if _, f := newClient(t, r, nil).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "POST"}); f == nil || len(r.Requests()) != 1 {
				t.Errorf("%s: %d requests, %v", name, len(r.Requests()), f)
			}
		}
		r = wiretest.Answering(skewed(time.Hour), skewed(-time.Hour))
		if _, f := newClient(t, r, nil).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "POST"}); f == nil || len(r.Requests()) != 2 {
			t.Errorf("a clock that jumps: %d requests, %v", len(r.Requests()), f)
		}
	})
}

// TestBudget checks that a client stops repeating while the service fails, and
// earns repeats by success.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := wiretest.Answering(failing)
		c := newClient(t, r, nil)
		for range 20 {
			_, _ = c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
		}
		if n := len(r.Requests()); n != 30 {
			t.Errorf("20 calls were sent %d times, want 10 repeats in all", n)
		}
		_, f := c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
		if f == nil || !strings.Contains(f.Error(), "retry budget") {
			t.Errorf("got %v", f)
		}
		r.Answers = []wiretest.Answer{ok}
		for range 10 {
			_, _ = c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
		}
		before := len(r.Requests())
		r.Answers = []wiretest.Answer{failing}
		_, _ = c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
		if n := len(r.Requests()) - before; n != 2 {
			t.Errorf("after ten successes a call was sent %d times", n)
		}
	})
}

// TestEndlessAnswer checks that no more of an answer is read than it may have.
func TestEndlessAnswer(t *testing.T) {
	read := 0
	endless := wiretest.RoundTripFunc(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Request-Id": {"id-1"}}, ContentLength: -1,
			Body: io.NopCloser(readerFunc(func(p []byte) (int, error) { read += len(p); return len(p), nil }))}, nil
	})
	_, f := newClient(t, endless, nil).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
	if f == nil || f.StatusCode != 200 || f.RequestID != "id-1" || !strings.Contains(f.Error(), "longer than 32 MiB") || !strings.Contains(f.Error(), "MaxResults") || errors.Is(f, fault.Unavailable) || f.Attempts != 1 || read > 36<<20 {
		t.Errorf("read %d bytes: %v", read, f)
	}
}

// TestEmptyKey checks that nothing is sent with a key that cannot sign.
func TestEmptyKey(t *testing.T) {
	for _, key := range []static{{}, {ID: "id"}, {Secret: "secret"}} {
		r := wiretest.Answering(ok)
		_, f := newClient(t, r, func(o *transport.Options) { o.Credentials = key }).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
		if f == nil || len(r.Requests()) != 0 || !strings.Contains(f.Error(), "credentials: ") {
			t.Errorf("%+v: %v", key.ID, f)
		}
	}
}

// TestRequestIsLeftAlone checks that attempts do not share what they change, and
// that the caller's http.Client stays as it is.
func TestRequestIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		header := []string{"X-Own", "1"}
		r := wiretest.Answering(failing, ok)
		caller := &http.Client{Transport: r}
		c := newClient(t, nil, func(o *transport.Options) { o.HTTPClient = caller; o.UserAgent = "me/1" })
		_, f := c.Do(t.Context(), &transport.Request{
			Decode:    whole,
			Operation: "Op", Method: "PUT", Effect: retry.Idempotent, HostPrefix: "sub.", Path: "/a%2Fb", Query: "x=%2F", Header: header, Body: []byte("b"),
		})
		if f != nil {
			t.Fatal(f)
		}
		if header[0] != "X-Own" || header[1] != "1" || caller.CheckRedirect != nil {
			t.Errorf("changed: %v", header)
		}
		last := r.Last(t)
		if last.Host != "sub.service.example.com" || last.Path != "/a%2Fb" || last.Query != "x=%2F" || !strings.HasPrefix(last.Header.Get("User-Agent"), "me/1 accesspoint-go/") {
			t.Errorf("sent %+v", last)
		}
	})
}

// TestURLIsNotQuoted checks that the text of a network error, in which net/http
// quotes the URL, loses the query.
func TestURLIsNotQuoted(t *testing.T) {
	for _, err := range []error{syscall.ECONNRESET, &url.Error{Op: "Post", URL: "https://x/?Password=planted", Err: io.EOF}} {
		c := newClient(t, wiretest.RoundTripFunc(func(*http.Request) (*http.Response, error) { return nil, err }), func(o *transport.Options) { o.MaxAttempts = 1 })
		_, f := c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "POST", Query: "Password=planted"})
		if f == nil || strings.Contains(f.Error(), "planted") {
			t.Errorf("got %v", f)
		}
	}
}

// TestServerBreaksOff talks to a real server that closes the connection after
// every byte of its answer in turn. No call hangs or takes a part for the whole.
func TestServerBreaksOff(t *testing.T) {
	full := "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nRequest-Id: id-1\r\n\r\n{\"a\":\"bcd\"}"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	cut := 0
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			buf := make([]byte, 4096)
			_, _ = conn.Read(buf)
			_, _ = io.WriteString(conn, full[:cut])
			_ = conn.Close()
		}
	}()
	for cut = 0; cut <= len(full); cut++ {
		tr := &http.Transport{DisableKeepAlives: true}
		c := newClient(t, tr, func(o *transport.Options) { o.Endpoint, o.MaxAttempts = "http://"+listener.Addr().String(), 1 })
		answer, f := c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "POST", Effect: retry.NonIdempotent})
		if whole := cut == len(full); whole != (f == nil) {
			t.Errorf("cut at %d of %d: %+v, %v", cut, len(full), answer, f)
		}
		if f != nil && !f.Lost {
			t.Errorf("cut at %d: the outcome counts as known: %v", cut, f)
		}
		tr.CloseIdleConnections()
	}
}

// TestNetHTTPDoesNotRepeat checks that net/http itself sends nothing twice: over
// a connection that it reuses, and that the server closes on the second request.
func TestNetHTTPDoesNotRepeat(t *testing.T) {
	var arrived atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if arrived.Add(1) > 1 {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_ = conn.Close()
		}
	}))
	defer server.Close()
	c := newClient(t, nil, func(o *transport.Options) { o.HTTPClient, o.Endpoint = nil, server.URL })
	for _, method := range []string{"POST", "PUT"} {
		for _, body := range []string{"", "body"} {
			arrived.Store(0)
			for i := range 2 {
				_, f := c.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: method, Effect: retry.NonIdempotent, Body: []byte(body)})
				if lost := f != nil && f.Lost; lost != (i == 1) {
					t.Errorf("%s %q, request %d: %v", method, body, i+1, f)
				}
			}
			if n := arrived.Load(); n != 2 {
				t.Errorf("%s %q: %d requests arrived for 2 calls", method, body, n)
			}
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

type limiterFunc func(context.Context) error

func (f limiterFunc) Wait(ctx context.Context) error { return f(ctx) }

type hangingCredentials struct{}

func (hangingCredentials) Retrieve(ctx context.Context) (id, secret, token string, expires time.Time, err error) {
	<-ctx.Done()
	return "", "", "", time.Time{}, ctx.Err()
}
