// Package wait polls until a condition holds, and lets those that wait for many
// resources look at lists of them together.
package wait

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// Options tunes a wait. Every service package has its own copy.
type Options struct {
	Interval      time.Duration
	MaxInterval   time.Duration
	PollTimeout   time.Duration
	NotFoundGrace time.Duration
	OnPoll        func(polls int, elapsed time.Duration, state string)
}

func (o Options) interval() time.Duration    { return cmp.Or(o.Interval, 2*time.Second) }
func (o Options) pollTimeout() time.Duration { return cmp.Or(o.PollTimeout, time.Minute) }
func (o Options) grace() time.Duration       { return cmp.Or(o.NotFoundGrace, 30*time.Second) }

// An Error is a wait that failed.
type Error struct {
	State   string
	Polls   int
	Elapsed time.Duration
	Err     error
}

// Error says how far the wait came.
func (e *Error) Error() string {
	return fmt.Sprintf("last state %q, %d polls in %v: %v", e.State, e.Polls, e.Elapsed.Round(time.Millisecond), e.Err)
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

var (
	errNilContext  = errors.New("nil Context")
	errPollTimeout = errors.New("no answer within the poll timeout")
)

// Until calls fetch, then done on what it returned, until done reports true or
// fails, fetch fails for good, or ctx ends. It returns the last value fetched.
//
// fetch fails for good unless it was throttled, the service was unavailable, it
// took longer than a poll may, or it found nothing within the grace.
func Until[T any](ctx context.Context, o Options, fetch func(context.Context) (T, error), done func(T) (state string, ok bool, err error)) (T, *Error) {
	return loop(ctx, o, 0, watch[T]{
		look: func(ctx context.Context) (T, bool, error) {
			value, err := poll(ctx, o.pollTimeout(), fetch)
			return value, false, err
		},
		pause: func(ctx context.Context, d time.Duration) error { return sleep(ctx, d, nil) },
	}, done)
}

// A watch is how a wait looks and pauses.
type watch[T any] struct {
	// look takes no longer than a poll may. What it returns is from a list, or
	// what get would return.
	look  func(context.Context) (value T, listed bool, err error)
	get   func(context.Context) (T, error)
	pause func(context.Context, time.Duration) error
	gone  func(error) bool // if set: the error of get that is awaited
}

// loop is [Until], with a pause before the first look.
func loop[T any](ctx context.Context, o Options, first time.Duration, w watch[T], done func(T) (state string, ok bool, err error)) (T, *Error) {
	var value T
	e := &Error{}
	if ctx == nil {
		e.Err = errNilContext
		return value, e
	}
	pauses := backoff.NewExponentialBackOff(
		backoff.WithInitialInterval(o.interval()),
		backoff.WithMaxInterval(cmp.Or(o.MaxInterval, 15*time.Second)),
		backoff.WithRandomizationFactor(0.2), // waits that start together drift apart
		backoff.WithMaxElapsedTime(0),
	)
	start := time.Now()
	if first > 0 {
		if ended := w.pause(ctx, first); ended != nil {
			e.Elapsed, e.Err = time.Since(start), ended
			return value, e
		}
	}
	for {
		got, listed, err := w.look(ctx)
		ok, failed := false, error(nil)
		if err == nil {
			value = got
			e.State, ok, failed = done(value)
		}
		if failed != nil && listed {
			// A list may lag behind: a get decides whether that is the end.
			failed = nil
			if got, err = w.get(ctx); err == nil {
				value = got
				e.State, ok, failed = done(value)
			}
		}
		e.Polls++
		e.Elapsed = time.Since(start)
		switch {
		case ok && failed == nil, err != nil && w.gone != nil && w.gone(err):
			return value, nil
		case failed != nil:
			e.Err = failed
			return value, e
		case err != nil && !passing(err) && !(errors.Is(err, fault.NotFound) && e.Elapsed < o.grace()):
			e.Err = err
			return value, e
		}
		if o.OnPoll != nil {
			o.OnPoll(e.Polls, e.Elapsed, e.State)
		}
		if ended := w.pause(ctx, pauses.NextBackOff()); ended != nil {
			if errors.Is(err, ended) {
				ended = err
			} else if err != nil {
				ended = errors.Join(ended, err)
			}
			e.Elapsed, e.Err = time.Since(start), ended
			return value, e
		}
	}
}

// poll calls fetch for at most timeout. A fetch that does not even begin, since it
// would not end within that, has taken as long.
func poll[T any](ctx context.Context, timeout time.Duration, fetch func(context.Context) (T, error)) (T, error) {
	pollCtx, cancel := context.WithTimeoutCause(ctx, timeout, errPollTimeout)
	defer cancel()
	value, err := fetch(pollCtx)
	if err != nil && ctx.Err() == nil {
		pollEnds, _ := pollCtx.Deadline()
		ends, ever := ctx.Deadline()
		own := !ever || pollEnds.Before(ends)
		if pollCtx.Err() != nil || own && errors.Is(err, context.DeadlineExceeded) {
			err = errPollTimeout
		}
	}
	return value, err
}

// passing reports whether a poll that failed so may yet succeed.
func passing(err error) bool {
	return err == errPollTimeout || err == notListed{} || errors.Is(err, fault.Throttled) || errors.Is(err, fault.Unavailable)
}

// sleep pauses for d, or until something comes from wake.
func sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-wake:
		return nil
	case <-t.C:
		return nil
	}
}
