package nas

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitOptions configure the polling of a wait. They have no timeout: set a
// deadline in the context. Without one, a wait may never end.
type WaitOptions struct {
	// Interval is the pause after the first poll, at least 10 milliseconds.
	// Each later pause is 1.5 times as long as the one before (backoff), up to
	// MaxInterval. The default is 2 seconds, or MaxInterval if that is less.
	Interval time.Duration
	// MaxInterval is the longest pause, at least 10 milliseconds and not less
	// than Interval. The default is 15 seconds, or Interval if that is more.
	MaxInterval time.Duration
	// PollTimeout is the timeout of one poll. A poll that exceeds it is
	// abandoned and retried. The default is 1 minute.
	PollTimeout time.Duration
	// NotFoundGrace is how long, at the start of the wait, "not found" means
	// "not visible yet" and does not end the wait. The default is 30 seconds; a
	// positive value below 10 milliseconds turns it off.
	NotFoundGrace time.Duration
	// Transient, if set, reports whether the wait continues after a poll that
	// failed with err. The wait always continues after a poll that exceeded
	// PollTimeout or failed with [ErrThrottled], [ErrUnavailable] or
	// [ErrLimiter].
	Transient func(err error) bool
	// OnPoll, if set, is called after every poll that did not end the wait,
	// with the last state seen. Use it to report progress.
	OnPoll func(polls int, elapsed time.Duration, state string)
}

// A WaitError is a wait that failed. Err says why: the context's error (mostly a
// timeout), the error of the last poll, or an error that names a state from
// which the awaited one cannot be reached. [errors.Is] and [errors.As] find the
// errors that Err wraps.
type WaitError struct {
	Operation string        // the method that waited
	State     string        // the last state seen; empty if none was; Ensure… may put the ID of the resource before it
	Polls     int           // how often it polled
	Elapsed   time.Duration // how long it waited
	Err       error         // why it ended
}

// Error returns one line. Its wording may change.
func (e *WaitError) Error() string {
	state := e.State
	if state == "" {
		state = "unknown"
	}
	return fmt.Sprintf("nas: %s: state %s after %d polls in %v: %v", e.Operation, state, e.Polls,
		e.Elapsed.Round(time.Millisecond), strings.ReplaceAll(e.Err.Error(), "\n", "; "))
}

// Unwrap returns e.Err.
func (e *WaitError) Unwrap() error { return e.Err }

// Wait polls: it calls fetch, and done with the value fetched, until done reports
// ok. done also returns the state of the value, for errors and OnPoll, and an
// error if the awaited state cannot be reached from there.
//
// Wait returns the last value fetched, also if it fails; the error is a
// [*WaitError]. If opts are not valid, the error is a [*ValidationError], and
// fetch is not called.
//
// Wait continues after errors of fetch that are [ErrThrottled],
// [ErrUnavailable] or [ErrLimiter], or that opts.Transient accepts, and during
// NotFoundGrace after [ErrNotFound]. Any other error of fetch ends the wait.
func Wait[T any](ctx context.Context, opts WaitOptions, fetch func(context.Context) (T, error), done func(T) (state string, ok bool, err error)) (T, error) {
	return waitFor(ctx, "Wait", opts, fetch, wait.Goal[T]{Done: done})
}

// WaitAbsent is like [Wait], but waits until a resource is gone: it succeeds as
// soon as fetch fails with [ErrNotFound], or done reports ok. NotFoundGrace has
// no effect.
func WaitAbsent[T any](ctx context.Context, opts WaitOptions, fetch func(context.Context) (T, error), done func(T) (state string, ok bool, err error)) (T, error) {
	return waitFor(ctx, "WaitAbsent", opts, fetch, wait.Goal[T]{Done: done, Gone: func(err error) bool { return errors.Is(err, ErrNotFound) }})
}

func waitFor[T any](ctx context.Context, operation string, opts WaitOptions, fetch func(context.Context) (T, error), goal wait.Goal[T]) (value T, err error) {
	if err := invalid(operation, wait.Options(opts).Problems()...); err != nil {
		return value, err
	}
	value, failed := wait.Until(ctx, wait.Options(opts), fetch, goal)
	return value, waitError(operation, failed)
}

func waitError(operation string, failed *wait.Error) error {
	if failed == nil {
		return nil
	}
	return &WaitError{operation, failed.State, failed.Polls, failed.Elapsed, failed.Err}
}
