// Package wait polls until a condition holds.
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
	var value T
	e := &Error{}
	if ctx == nil {
		e.Err = errNilContext
		return value, e
	}
	grace := cmp.Or(o.NotFoundGrace, 30*time.Second)
	pauses := backoff.NewExponentialBackOff(
		backoff.WithInitialInterval(cmp.Or(o.Interval, 2*time.Second)),
		backoff.WithMaxInterval(cmp.Or(o.MaxInterval, 15*time.Second)),
		backoff.WithRandomizationFactor(0.2), // waits that start together drift apart
		backoff.WithMaxElapsedTime(0),
	)
	start := time.Now()
	for {
		got, err := poll(ctx, cmp.Or(o.PollTimeout, time.Minute), fetch)
		e.Polls++
		e.Elapsed = time.Since(start)
		if err == nil {
			value = got
			var ok bool
			e.State, ok, err = done(value)
			if ok && err == nil {
				return value, nil
			}
			if err != nil {
				e.Err = err
				return value, e
			}
		} else if !passing(err) && !(errors.Is(err, fault.NotFound) && e.Elapsed < grace) {
			e.Err = err
			return value, e
		}
		if o.OnPoll != nil {
			o.OnPoll(e.Polls, e.Elapsed, e.State)
		}
		if ended := sleep(ctx, pauses.NextBackOff()); ended != nil {
			if err != nil && !errors.Is(err, ended) {
				ended = errors.Join(ended, err)
			}
			e.Elapsed, e.Err = time.Since(start), ended
			return value, e
		}
	}
}

// poll calls fetch for at most timeout.
func poll[T any](ctx context.Context, timeout time.Duration, fetch func(context.Context) (T, error)) (T, error) {
	pollCtx, cancel := context.WithTimeoutCause(ctx, timeout, errPollTimeout)
	defer cancel()
	value, err := fetch(pollCtx)
	if err != nil && ctx.Err() == nil && pollCtx.Err() != nil {
		err = errPollTimeout
	}
	return value, err
}

// passing reports whether a poll that failed so may yet succeed.
func passing(err error) bool {
	return err == errPollTimeout || errors.Is(err, fault.Throttled) || errors.Is(err, fault.Unavailable)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
