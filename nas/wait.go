package nas

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitOptions tune a wait. How long it may take is not among them: the context
// says that, and a context without a deadline waits for ever.
type WaitOptions struct {
	// Interval is the pause after the first poll, at least 10 milliseconds. Later
	// pauses grow by half. The default is 2 seconds, or MaxInterval if that is less.
	Interval time.Duration
	// MaxInterval bounds the pauses. It must not be less than Interval. The default
	// is 15 seconds, or Interval if that is more.
	MaxInterval time.Duration
	// PollTimeout bounds one poll. A poll that takes longer is given up and
	// repeated. The default is 1 minute.
	PollTimeout time.Duration
	// NotFoundGrace is how long a resource may not be visible at the start of
	// the wait. The default is 30 seconds; less than 10 milliseconds is none.
	NotFoundGrace time.Duration
	// Transient, if set, reports whether the wait goes on after a poll that failed
	// with err. A poll that was throttled, for which the service was unavailable, or
	// that took longer than PollTimeout is repeated anyway.
	Transient func(err error) bool
	// OnPoll, if set, is called after every poll that did not end the wait, with
	// the state that was last seen.
	OnPoll func(polls int, elapsed time.Duration, state string)
}

// A WaitError is a wait that failed. It wraps the context's error, the error of
// the last poll, or one that says which state cannot lead to the one awaited.
type WaitError struct {
	Operation string        // the function that waited
	State     string        // what was last seen; empty if nothing was
	Polls     int           // how often it looked
	Elapsed   time.Duration // how long it took
	Err       error
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

// Wait calls fetch until done reports ok. done also names the state that it
// saw, and fails if that state cannot lead to the one awaited. Wait returns the
// last value fetched, on failure too, then with a [*WaitError]. For options that
// make no sense the error is a [*ValidationError], and fetch is not called.
//
// A fetch that was throttled, or for which the service was unavailable, is
// repeated, and so is one that finds nothing within the first NotFoundGrace, and
// one whose error is Transient by opts. Every other failure of fetch ends the wait.
func Wait[T any](ctx context.Context, opts WaitOptions, fetch func(context.Context) (T, error), done func(T) (state string, ok bool, err error)) (T, error) {
	return waitFor(ctx, "Wait", opts, fetch, wait.Goal[T]{Done: done})
}

// WaitAbsent is [Wait] for something to go: it succeeds as soon as the error of
// fetch is [ErrNotFound], or done reports ok. NotFoundGrace does not matter.
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
