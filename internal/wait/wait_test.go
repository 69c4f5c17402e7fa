package wait_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

func until[T any](ctx context.Context, o wait.Options, fetch func(context.Context) (T, error), done func(T) (string, bool, error)) (T, *wait.Error) {
	return wait.Until(ctx, o, fetch, wait.Goal[T]{Done: done})
}

// TestPollTimeout checks that a poll that hangs neither ends nor outlives the
// wait.
func TestPollTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, polls := time.Now(), 0
		hang := func(ctx context.Context) (string, error) {
			if polls++; polls < 3 {
				<-ctx.Done()
				return "", ctx.Err()
			}
			return "ready", nil
		}
		done := func(v string) (string, bool, error) { return v, v == "ready", nil }
		v, err := until(t.Context(), wait.Options{PollTimeout: 10 * time.Second}, hang, done)
		if err != nil || v != "ready" || time.Since(start) > 30*time.Second {
			t.Errorf("got %q, %v after %v", v, err, time.Since(start))
		}

		polls = -100
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start = time.Now()
		_, err = until(ctx, wait.Options{}, hang, done)
		if err == nil || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 5*time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}

// TestTooLate has fetch refuse to begin, since it would not end in time: in that of
// one poll, which another may have, or in that of the wait.
func TestTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		f := func(ctx context.Context) (int, error) {
			calls++
			if ends, ok := ctx.Deadline(); ok && calls < 3 && time.Until(ends) < 2*time.Minute {
				return 0, context.DeadlineExceeded
			}
			return calls, nil
		}
		done := func(int) (string, bool, error) { return "", true, nil }
		if v, err := until(t.Context(), wait.Options{}, f, done); err != nil || v != 3 {
			t.Errorf("one poll: %d, %v", v, err)
		}
		calls = 0
		if v, err := wait.Retry(t.Context(), nil, f); err != nil || v != 1 {
			t.Errorf("a patient call: %d, %v", v, err)
		}
		calls = 0
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		if _, err := until(ctx, wait.Options{}, f, done); err == nil || !errors.Is(err, context.DeadlineExceeded) || calls != 1 {
			t.Errorf("the wait: %d calls, %v", calls, err)
		}
	})
}

// TestErrors checks which errors of a poll end a wait, and that the last one is
// in the chain when the context ends it.
func TestErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		never := func(string) (string, bool, error) { return "pending", false, nil }
		for _, kind := range []error{fault.Throttled, fault.Unavailable, fault.Limiter} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			_, err := until(ctx, wait.Options{}, func(context.Context) (string, error) { return "", kind }, never)
			cancel()
			if err == nil || err.Polls < 5 || !errors.Is(err, kind) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v: %+v", kind, err)
			}
		}
		for _, kind := range []error{fault.AccessDenied, fault.InvalidRequest, fault.QuotaExceeded, fault.Conflict, errors.New("other")} {
			_, err := until(t.Context(), wait.Options{}, func(context.Context) (string, error) { return "", kind }, never)
			if err == nil || err.Polls != 1 || !errors.Is(err, kind) {
				t.Errorf("%v: %+v", kind, err)
			}
		}
		// A poll that the context ends says more than that.
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := until(ctx, wait.Options{}, func(ctx context.Context) (string, error) {
			<-ctx.Done()
			return "", errors.Join(ctx.Err(), fault.Unavailable)
		}, never)
		if err == nil || !errors.Is(err, fault.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the context ends a poll: %+v", err)
		}
		terminal := errors.New("terminal")
		v, err := until(t.Context(), wait.Options{}, func(context.Context) (string, error) { return "last", nil },
			func(string) (string, bool, error) { return "broken", false, terminal })
		if v != "last" || err == nil || err.State != "broken" || !errors.Is(err, terminal) {
			t.Errorf("got %q, %+v", v, err)
		}
	})
}

// TestPauses checks that the pauses grow up to their bound.
func TestPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		var at []time.Duration
		_, _ = until(ctx, wait.Options{Interval: time.Second, MaxInterval: 10 * time.Second,
			OnPoll: func(_ int, elapsed time.Duration, _ string) { at = append(at, elapsed) }},
			func(context.Context) (int, error) { return 0, nil }, func(int) (string, bool, error) { return "", false, nil })
		if at[0] != 0 || at[1] < 800*time.Millisecond || at[1] > 1200*time.Millisecond {
			t.Errorf("the first polls are at %v", at[:2])
		}
		for i := 20; i < len(at); i++ {
			if d := at[i] - at[i-1]; d < 8*time.Second || d > 12*time.Second {
				t.Errorf("pause %d is %v", i, d)
			}
		}
	})
}

// TestRetry checks what is waited out, and that the error says what was when
// the context ends.
func TestRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		odd := errors.New("odd")
		again := func(err error) bool { return errors.Is(err, odd) }
		for _, failure := range []error{fault.Throttled, fault.Unavailable, fault.Limiter, odd} {
			calls := 0
			v, err := wait.Retry(t.Context(), again, func(context.Context) (int, error) {
				if calls++; calls < 3 {
					return 0, failure
				}
				return calls, nil
			})
			if v != 3 || err != nil {
				t.Errorf("%v: %d, %v", failure, v, err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			_, err = wait.Retry(ctx, again, func(context.Context) (int, error) { return 0, failure })
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, failure) {
				t.Errorf("%v: when the context ends: %v", failure, err)
			}
		}
		for _, failure := range []error{fault.NotFound, fault.Conflict} {
			calls := 0
			_, err := wait.Retry(t.Context(), again, func(context.Context) (int, error) { calls++; return 0, failure })
			if calls != 1 || !errors.Is(err, failure) {
				t.Errorf("%v: %d calls, %v", failure, calls, err)
			}
		}
	})
}

// TestTransient has a fetch fail in a way that the caller calls transient.
func TestTransient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reset := errors.New("connection reset")
		calls := 0
		fetch := func(context.Context) (int, error) {
			if calls++; calls < 4 {
				return 0, reset
			}
			return calls, nil
		}
		done := func(int) (string, bool, error) { return "", true, nil }
		o := wait.Options{Transient: func(err error) bool { return errors.Is(err, reset) }}
		if v, err := until(t.Context(), o, fetch, done); err != nil || v != 4 {
			t.Errorf("%d, %v", v, err)
		}
		calls = 0
		if _, err := until(t.Context(), wait.Options{}, fetch, done); err == nil || !errors.Is(err, reset) || calls != 1 {
			t.Errorf("%d calls, %v", calls, err)
		}
		calls = -100
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := until(ctx, o, fetch, done); err == nil || !errors.Is(err, reset) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("when the context ends: %v", err)
		}
	})
}

// TestIntervals checks what pauses options lead to.
func TestIntervals(t *testing.T) {
	for _, c := range []struct {
		o           wait.Options
		first, last time.Duration
	}{
		{wait.Options{}, 2 * time.Second, 15 * time.Second},
		{wait.Options{Interval: time.Minute}, time.Minute, time.Minute},
		{wait.Options{MaxInterval: time.Second}, time.Second, time.Second},
		{wait.Options{Interval: time.Second, MaxInterval: time.Second}, time.Second, time.Second},
		{wait.Options{Interval: 10 * time.Millisecond}, 10 * time.Millisecond, 15 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			if ps := c.o.Problems(); len(ps) > 0 {
				t.Errorf("%+v: %v", c.o, ps)
			}
			var at []time.Duration
			c.o.OnPoll = func(_ int, elapsed time.Duration, _ string) { at = append(at, elapsed) }
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			_, _ = until(ctx, c.o, func(context.Context) (int, error) { return 0, nil }, func(int) (string, bool, error) { return "", false, nil })
			n := len(at)
			for _, d := range []struct{ want, got time.Duration }{{c.first, at[1] - at[0]}, {c.last, at[n-1] - at[n-2]}} {
				if d.got < d.want*4/5 || d.got > d.want*6/5 {
					t.Errorf("%+v: a pause of %v, want %v", c.o, d.got, d.want)
				}
			}
		})
	}
}
