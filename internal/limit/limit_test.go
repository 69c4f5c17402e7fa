package limit_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/limit"
)

var start = time.Unix(1_000_000_020, 0) // a full minute

// took asks at the given times after start, and returns the answers.
func took(l limit.Limiter, at ...time.Duration) (answers []any) {
	for _, d := range at {
		ok, retryAfter := l.Take(start.Add(d))
		if ok {
			answers = append(answers, ok)
		} else {
			answers = append(answers, retryAfter)
		}
	}
	return answers
}

// TestTake checks which calls each limiter accepts, and when it would accept one
// that it refuses.
func TestTake(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	for name, test := range map[string]struct {
		limiter limit.Limiter
		at      []time.Duration
		want    []any
	}{
		"bucket":                 {limit.NewBucket(2, 3), []time.Duration{0, 0, 0, 0, 400 * ms, 500 * ms, 9 * s, 9 * s, 9 * s, 9 * s}, []any{true, true, true, 500 * ms, 100 * ms, true, true, true, true, 500 * ms}},
		"leaky bucket":           {limit.NewLeaky(10), []time.Duration{0, 40 * ms, 50 * ms, 100 * ms, 150 * ms, 250 * ms, 360 * ms}, []any{true, 10 * ms, true, 50 * ms, true, true, true}},
		"fixed window":           {limit.NewFixedWindow(2, s, 0), []time.Duration{900 * ms, 950 * ms, 960 * ms, s, s, s, 2 * s}, []any{true, true, 40 * ms, true, true, s, true}},
		"fixed window, phase":    {limit.NewFixedWindow(1, time.Minute, 20*s), []time.Duration{0, 30 * s, 40 * s, 99 * s, 100 * s}, []any{true, 10 * s, true, s, true}},
		"sliding window":         {limit.NewSlidingWindow(2, s, false), []time.Duration{0, 600 * ms, 700 * ms, 999 * ms, s, s, 1600 * ms}, []any{true, true, 300 * ms, ms, true, 600 * ms, true}},
		"sliding, counts all":    {limit.NewSlidingWindow(2, s, true), []time.Duration{0, 100 * ms, 900 * ms, 1500 * ms, 2500 * ms, 2500 * ms}, []any{true, true, 200 * ms, true, true, true}},
		"sliding, asked for all": {limit.NewSlidingWindow(1, s, true), []time.Duration{0, 900 * ms, 1800 * ms, 2700 * ms, 3700 * ms}, []any{true, s, s, s, true}},
		"in flight":              {limit.NewInFlight(2), []time.Duration{0, 0, 0, 9 * s}, []any{true, true, time.Duration(0), time.Duration(0)}},
	} {
		if diff := cmp.Diff(test.want, took(test.limiter, test.at...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestRetryAfter checks that each limiter accepts a call as soon as it said, and
// over a minute no more than its quota and what may come at once.
func TestRetryAfter(t *testing.T) {
	for name, test := range map[string]struct {
		limiter limit.Limiter
		want    int
	}{
		"bucket":         {limit.NewBucket(3, 7), 7 + 180},
		"leaky bucket":   {limit.NewLeaky(3), 1 + 180},
		"fixed window":   {limit.NewFixedWindow(10, 3*time.Second, 0), 210},
		"sliding window": {limit.NewSlidingWindow(10, 3*time.Second, false), 210},
		"counts refused": {limit.NewSlidingWindow(1, 3*time.Second, true), 1},
	} {
		n := 0
		for now := start; now.Sub(start) <= time.Minute+time.Millisecond; {
			ok, retryAfter := test.limiter.Take(now)
			switch {
			case ok:
				n++
			case retryAfter <= 0:
				t.Fatalf("%s: refused, and to be asked again after %v", name, retryAfter)
			default:
				// Asking a moment too early must fail.
				if early, _ := test.limiter.Take(now.Add(retryAfter - time.Microsecond)); early {
					t.Fatalf("%s: accepted before %v", name, retryAfter)
				}
				now = now.Add(retryAfter)
			}
		}
		if n != test.want {
			t.Errorf("%s: %d accepted, want %d", name, n, test.want)
		}
	}
}

// TestScale checks that a quota can fall and come back, and that at least one call
// passes.
func TestScale(t *testing.T) {
	minute := func(l limit.Limiter, from time.Duration) (n int) {
		for d := time.Duration(0); d < time.Minute; d += 10 * time.Millisecond {
			if ok, _ := l.Take(start.Add(from + d)); ok {
				n++
			}
		}
		return n
	}
	for name, test := range map[string]struct {
		limiter limit.Limiter
		want    [3]int
	}{
		"bucket":         {limit.NewBucket(10, 5), [3]int{604, 60, 600}},
		"fixed window":   {limit.NewFixedWindow(5, time.Second, 0), [3]int{300, 60, 300}},
		"sliding window": {limit.NewSlidingWindow(5, time.Second, false), [3]int{300, 60, 300}},
	} {
		got := [3]int{0: minute(test.limiter, 0)}
		test.limiter.Scale(0.1)
		got[1] = minute(test.limiter, time.Minute)
		test.limiter.Scale(1)
		got[2] = minute(test.limiter, 2*time.Minute)
		if got != test.want {
			t.Errorf("%s: %v accepted a minute, want %v", name, got, test.want)
		}
	}
}

// TestDone checks that a call which ends makes room for another, unless the bound
// has fallen.
func TestDone(t *testing.T) {
	const no = time.Duration(0)
	l := limit.NewInFlight(10)
	l.Scale(0.2)
	got := took(l, 0, 0, 0)
	l.Done()
	got = append(got, took(l, 0)...)
	l.Scale(0)
	l.Done()
	got = append(got, took(l, 0)...)
	l.Done()
	got = append(got, took(l, 0)...)
	if diff := cmp.Diff([]any{true, true, no, true, no, true}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestHint checks what services say of the time until they accept a call.
func TestHint(t *testing.T) {
	const d = 1200 * time.Millisecond
	got := []time.Duration{limit.Absent.RetryAfter(d), limit.Given.RetryAfter(d), limit.Given.RetryAfter(time.Second), limit.Given.RetryAfter(0), limit.Absurd.RetryAfter(d)}
	want := []time.Duration{0, 2 * time.Second, time.Second, 0, 24 * time.Hour}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
