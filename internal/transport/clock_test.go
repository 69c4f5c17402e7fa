package transport_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/transport"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// TestRetryAfter checks how long the service is left alone for what it says.
func TestRetryAfter(t *testing.T) {
	const longest = 1 << 32 * time.Second
	at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for name, c := range map[string]struct {
		header func() map[string]string
		want   time.Duration
	}{
		"seconds": {func() map[string]string { return map[string]string{"Retry-After": "7"} }, 7 * time.Second},
		"2^32-1":  {func() map[string]string { return map[string]string{"Retry-After": "4294967295"} }, longest - time.Second},
		"2^32":    {func() map[string]string { return map[string]string{"Retry-After": "4294967296"} }, longest},
		"2^64":    {func() map[string]string { return map[string]string{"Retry-After": "18446744073709551616"} }, longest},
		"2^32 ms": {func() map[string]string { return map[string]string{"X-Acs-Retry-After": "4294967296"} }, longest / 1000},
		"2^99 ms": {func() map[string]string {
			return map[string]string{"X-Amz-Retry-After": "633825300114114700748351602688"}
		}, longest / 1000},
		"not a count": {func() map[string]string { return map[string]string{"Retry-After": "1e3"} }, 0},
		"a date, and the clocks agree": {func() map[string]string {
			return map[string]string{"Retry-After": at(20 * time.Second), "Date": at(0)}
		}, 20 * time.Second},
		"a date, and the service's clock is ahead": {func() map[string]string {
			return map[string]string{"Retry-After": at(time.Hour + 20*time.Second), "Date": at(time.Hour)}
		}, 20 * time.Second},
		"a date, and the service's clock is behind": {func() map[string]string {
			return map[string]string{"Retry-After": at(20*time.Second - time.Hour), "Date": at(-time.Hour)}
		}, 20 * time.Second},
		"a date without another": {func() map[string]string { return map[string]string{"Retry-After": at(20 * time.Second)} }, 20 * time.Second},
		"a date, and one that cannot be": {func() map[string]string {
			return map[string]string{"Retry-After": at(20 * time.Second), "Date": "Fri, 31 Dec 9999 23:59:59 GMT"}
		}, 20 * time.Second},
		"a date that has passed": {func() map[string]string { return map[string]string{"Retry-After": at(-time.Hour), "Date": at(0)} }, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			busy := wiretest.Answer{Status: 400, Body: "Throttling", Header: c.header()}
			_, f := newClient(t, wiretest.Answering(busy), func(o *transport.Options) { o.MaxAttempts = 1 }).Do(t.Context(), once())
			if f == nil || f.RetryAfter != c.want {
				t.Errorf("%s: %v, want %v", name, f.RetryAfter, c.want)
			}
		})
	}
}

// signing is a protocol whose refusals say what time it is for the service, if
// that is not in the header.
func signing(now func() time.Time) transport.Protocol {
	p := protocol
	p.ReadFault = func(f *fault.Error, _ http.Header, body []byte) {
		f.Code, f.ServerTime = string(body), now()
	}
	return p
}

// A judge is a service with a clock: it refuses what was signed by one that is
// more than 15 minutes off, or with another secret.
type judge struct {
	offset func(n int) time.Duration // of its clock at the nth request
	date   func(n int) string        // of its nth answer; that of its clock if nil
	answer func(n int) *wiretest.Answer
	signed []time.Duration // by which clock, for each request
}

func (j *judge) RoundTrip(r *http.Request) (*http.Response, error) {
	n := len(j.signed) + 1
	at, _ := time.Parse(time.RFC3339, r.Header.Get("Signed-At"))
	j.signed = append(j.signed, time.Until(at).Round(time.Minute))
	now := time.Now().Add(j.offset(n))
	date := now.UTC().Format(http.TimeFormat)
	if j.date != nil {
		date = j.date(n)
	}
	a := wiretest.Answer{Status: 403, Body: "Skew"}
	if at.Sub(now).Abs() < 15*time.Minute {
		a = ok
		if j.answer != nil && j.answer(n) != nil {
			a = *j.answer(n)
		}
	}
	a.Header = map[string]string{"Date": date, "Request-Id": "id-1"}
	return wiretest.Answering(a).RoundTrip(r)
}

// TestClockIsKeptOnceAccepted checks by which clock each request is signed.
func TestClockIsKeptOnceAccepted(t *testing.T) {
	const h = time.Hour
	steady := func(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }
	wrong := func(int) *wiretest.Answer { return &wiretest.Answer{Status: 403, Body: "Skew"} }
	for name, c := range map[string]struct {
		judge  judge
		calls  int
		failed int
		signed []time.Duration
	}{
		"off by an hour":      {judge{offset: steady(h)}, 3, 0, []time.Duration{0, h, h, h}},
		"behind by an hour":   {judge{offset: steady(-h)}, 2, 0, []time.Duration{0, -h, -h}},
		"no Date":             {judge{offset: steady(h), date: func(int) string { return "" }}, 2, 2, []time.Duration{0, 0}},
		"a Date in 9999":      {judge{offset: steady(h), date: func(int) string { return "Fri, 31 Dec 9999 23:59:59 GMT" }}, 2, 2, []time.Duration{0, 0}},
		"a Date that is none": {judge{offset: steady(h), date: func(int) string { return "tomorrow" }}, 1, 1, []time.Duration{0}},
		"a wrong secret, and clocks that differ": {judge{offset: steady(10 * time.Minute), answer: wrong}, 2, 2,
			[]time.Duration{0, 10 * time.Minute, 0, 10 * time.Minute}}, // not kept
		"a Date of a proxy once": {judge{offset: steady(h), date: func(n int) string {
			if n == 1 {
				return time.Now().Add(5 * h).UTC().Format(http.TimeFormat)
			}
			return time.Now().Add(h).UTC().Format(http.TimeFormat)
		}}, 3, 1, []time.Duration{0, 5 * h, 0, h, h}},
		"set right meanwhile": {judge{offset: func(n int) time.Duration {
			if n <= 3 {
				return h
			}
			return 0
		}}, 4, 0, []time.Duration{0, h, h, h, 0, 0}},
		"set right meanwhile, and no Date": {judge{offset: func(n int) time.Duration {
			if n <= 3 {
				return h
			}
			return 0
		}, date: func(n int) string {
			if n > 3 {
				return ""
			}
			return time.Now().Add(h).UTC().Format(http.TimeFormat)
		}}, 4, 0, []time.Duration{0, h, h, h, 0, 0}},
		"accepted with a refusal": {judge{offset: steady(h), answer: func(int) *wiretest.Answer {
			return &wiretest.Answer{Status: 404, Body: "Thing.NotFound"}
		}}, 2, 2, []time.Duration{0, h, h}},
		"lost and sent again": {judge{offset: steady(h), answer: func(n int) *wiretest.Answer {
			if n == 2 {
				return &wiretest.Answer{Status: 500, Body: "Failing"}
			}
			return nil
		}}, 2, 0, []time.Duration{0, h, h, h}},
	} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient(t, &c.judge, nil)
			failed := 0
			for range c.calls {
				_, f := client.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "POST", Effect: retry.WithToken})
				if f != nil {
					failed++
					if strings.Contains(f.Error(), "clock") || f.Err != nil || f.StatusCode == 0 {
						t.Errorf("%s: the clock is blamed: %v", name, f)
					}
				}
			}
			if d := cmp.Diff(c.signed, c.judge.signed); d != "" || failed != c.failed {
				t.Errorf("%s: %d of %d failed, want %d; signed by (-want +got):\n%s", name, failed, c.calls, c.failed, d)
			}
		})
	}
}

// TestDateOfAnotherAge checks that a Date before there were such services is not
// believed by a machine whose own clock may be right.
func TestDateOfAnotherAge(t *testing.T) {
	for _, date := range []string{"Thu, 01 Jan 1970 00:00:00 GMT", "Tue, 31 Dec 2019 23:59:59 GMT"} {
		j := judge{offset: func(int) time.Duration { return time.Hour }, date: func(int) string { return date }}
		if _, f := newClient(t, &j, nil).Do(t.Context(), once()); f == nil || len(j.signed) != 1 {
			t.Errorf("%s: %d requests: %v", date, len(j.signed), f)
		}
	}
}

// TestServerTime checks that the time in the body counts for more than the Date,
// which may be a proxy's.
func TestServerTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := judge{offset: func(int) time.Duration { return time.Hour }, date: func(int) string { return time.Now().UTC().Format(http.TimeFormat) }}
		c, problems := transport.New(transport.Options{
			Region: "r-1", Host: "service.example.com", Credentials: static{ID: "id", Secret: "secret"}, HTTPClient: &http.Client{Transport: &j},
		}, signing(func() time.Time { return time.Now().Add(time.Hour) }), nil)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if _, f := c.Do(t.Context(), once()); f != nil || !cmp.Equal(j.signed, []time.Duration{0, time.Hour}) {
			t.Errorf("signed %v: %v", j.signed, f)
		}
	})
}

// TestTextsSayOnce checks that no error says the same thing twice.
func TestTextsSayOnce(t *testing.T) {
	for name, answers := range map[string][]wiretest.Answer{
		"reset":                   {reset},
		"no connection":           {noDial},
		"no such host":            {noHost},
		"no connection and reset": {noDial, reset},
		"500":                     {failing},
		"refused":                 {refused},
		"throttled":               {throttled},
		"500 and reset":           {failing, reset},
		"hangs":                   {{Err: errors.New("net/http: request canceled")}},
	} {
		synctest.Test(t, func(t *testing.T) {
			_, f := newClient(t, wiretest.Answering(answers...), nil).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
			seen := map[string]bool{}
			for part := range strings.FieldsFuncSeq(f.Error(), func(r rune) bool { return strings.ContainsRune(":;\n", r) }) {
				if part = strings.TrimSpace(part); seen[part] {
					t.Errorf("%s: %q is said twice: %v", name, part, f)
				}
				seen[part] = true
			}
		})
	}
}

// TestKindsOfKeys checks that the kind of a failure to get a key is the call's, and
// that such a call is not sent, whatever its effect.
func TestKindsOfKeys(t *testing.T) {
	for _, kind := range []error{fault.Throttled, fault.Unavailable, fault.AccessDenied} {
		r := wiretest.Answering(ok)
		c := newClient(t, r, func(o *transport.Options) { o.Credentials = noKey{kind} })
		_, f := c.Do(t.Context(), once())
		if f == nil || f.Lost || !errors.Is(f, kind) || len(r.Requests()) != 0 {
			t.Errorf("%v: %v", kind, f)
		}
	}
}

type noKey struct{ err error }

func (n noKey) Retrieve(context.Context) (id, secret, token string, expires time.Time, err error) {
	return "", "", "", time.Time{}, fmt.Errorf("role: %w", n.err)
}

// A delayed gets requests to a service that refuses signatures which are five minutes
// old. Each of the first ones takes a time to get there.
type delayed struct {
	ahead  time.Duration // the service's clock
	delays []time.Duration
	sent   int
}

func (d *delayed) RoundTrip(r *http.Request) (*http.Response, error) {
	if d.sent++; d.sent <= len(d.delays) {
		<-time.After(d.delays[d.sent-1])
	}
	signed, err := time.Parse(time.RFC3339, r.Header.Get("Signed-At"))
	a := ok
	now := time.Now().Add(d.ahead)
	if err != nil || now.Sub(signed).Abs() > 5*time.Minute {
		a = wiretest.Answer{Status: 403, Body: "Skew"}
	}
	a.Header = map[string]string{"Date": now.UTC().Format(http.TimeFormat)}
	return wiretest.Answering(a).RoundTrip(r)
}

// TestSignatureThatAged checks that a request which a suspension held back is signed
// again, and tells nothing of the clock.
func TestSignatureThatAged(t *testing.T) {
	const nap = 7 * time.Minute
	for name, c := range map[string]struct {
		delayed
		sent   int
		failed bool
	}{
		"once":                {delayed{delays: []time.Duration{nap}}, 2, false},
		"three times":         {delayed{delays: []time.Duration{nap, nap, nap}}, 4, false},
		"each time":           {delayed{delays: []time.Duration{nap, nap, nap, nap}}, 4, true},
		"by less than counts": {delayed{delays: []time.Duration{time.Minute}}, 1, false},
		"with a wrong clock":  {delayed{ahead: time.Hour, delays: []time.Duration{nap, nap}}, 4, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := &c.delayed
			client := newClient(t, d, func(o *transport.Options) {
				o.MaxAttempts, o.AttemptTimeout = 1, time.Hour // a suspension stops it
			})
			_, f := client.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "POST", Effect: retry.NonIdempotent})
			if d.sent != c.sent || (f != nil) != c.failed {
				t.Errorf("%s: %d requests, %v", name, d.sent, f)
			}
			if f != nil && f.Err != nil {
				t.Errorf("%s: %v is left of what Do deals with", name, f.Err)
			}
		})
	}
}
