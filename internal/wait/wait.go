// Package wait polls until a condition holds, with backoff. Concurrent waits
// share list requests: a [Reader], which belongs to a client, gets resources
// one by one while few waits need them, and by list pages when that takes fewer
// requests.
package wait

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// Options tune a wait. Every service package has its own copy.
type Options struct {
	Interval      time.Duration
	MaxInterval   time.Duration
	PollTimeout   time.Duration // negative, within this module: none
	NotFoundGrace time.Duration // less than minInterval: none
	Transient     func(error) bool
	OnPoll        func(polls int, elapsed time.Duration, state string)
}

func (o Options) interval() time.Duration {
	if o.Interval == 0 && o.MaxInterval > 0 {
		return min(defaultInterval, o.MaxInterval)
	}
	return cmp.Or(o.Interval, defaultInterval)
}

func (o Options) maxInterval() time.Duration {
	return cmp.Or(o.MaxInterval, max(15*time.Second, o.Interval))
}

func (o Options) pollTimeout() time.Duration { return cmp.Or(o.PollTimeout, time.Minute) }

func (o Options) grace() time.Duration {
	if 0 < o.NotFoundGrace && o.NotFoundGrace < minInterval {
		return 0
	}
	return cmp.Or(o.NotFoundGrace, 30*time.Second)
}

const (
	defaultInterval = 2 * time.Second
	// minInterval bounds the pauses from below. A shorter one is a mistake: a unit
	// that was forgotten, or a service that would be asked without a pause.
	minInterval = 10 * time.Millisecond
)

// Problems returns what is wrong with o.
func (o Options) Problems() []check.Problem {
	short := func(d time.Duration) bool { return d != 0 && d < minInterval }
	return check.All(
		check.That(!short(o.Interval), "Interval", "must be at least 10ms"),
		check.That(!short(o.MaxInterval), "MaxInterval", "must be at least 10ms"),
		check.That(o.MaxInterval == 0 || short(o.MaxInterval) || o.Interval <= o.MaxInterval, "MaxInterval", "must not be less than Interval"),
		check.That(o.PollTimeout >= 0, "PollTimeout", "must not be negative"),
		check.That(o.NotFoundGrace >= 0, "NotFoundGrace", "must not be negative"),
	)
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

// A Goal is the end of a wait.
type Goal[T any] struct {
	// Done reports whether a value is what is awaited. It also names the state, and
	// fails if that does not lead to the one awaited.
	Done func(T) (state string, ok bool, err error)
	// Gone, if set, reports whether an error is what is awaited.
	Gone func(error) bool
}

// Until calls fetch, and pauses, until it returns what is awaited, fails for good,
// or ctx is done. It returns the last value fetched.
//
// fetch fails for good unless it was throttled, the service was unavailable, it
// took longer than a poll may, it found nothing within the grace, or the error is
// transient by the options.
func Until[T any](ctx context.Context, o Options, fetch func(context.Context) (T, error), goal Goal[T]) (T, *Error) {
	return Loop(ctx, o, func(ctx context.Context, _, by time.Time) (value T, err error) {
		if err := Sleep(ctx, time.Until(by)); err != nil {
			return value, err
		}
		return poll(ctx, o.pollTimeout(), fetch)
	}, goal)
}

// Loop is [Until] for a fetch that pauses itself, as [Source.Look] does. The poll
// timeout is its own affair.
func Loop[T any](ctx context.Context, o Options, fetch func(ctx context.Context, from, by time.Time) (T, error), goal Goal[T]) (T, *Error) {
	w := newWatch(ctx, o, goal)
	if goal.Gone != nil {
		ctx = fault.Expect(ctx, fault.NotFound)
	}
	for from, by := w.start, w.start; !w.ended; from, by = w.pause() {
		value, err := fetch(ctx, from, by)
		if err != nil && err == ctx.Err() {
			w.end(err)
		} else {
			w.take(value, err, false)
		}
	}
	return w.value, w.failure()
}

// A Result is what came of one wait.
type Result[T any] struct {
	Value T
	Err   *Error
}

// Each waits for each of the ids as [Until] does, with a goal of its own, all in
// the goroutine of the caller. No wait ends another. The results are in the order
// of the ids.
func Each[T any](ctx context.Context, o Options, s *Source[T], ids []string, goal func() Goal[T]) []Result[T] {
	c := s.join(o.pollTimeout())
	defer c.leave()
	if goal().Gone != nil {
		ctx = fault.Expect(ctx, fault.NotFound)
	}
	now := time.Now()
	wants := make([]*want[T], len(ids))
	for i, id := range ids {
		wants[i] = s.want(id, now, now)
		wants[i].watch = newWatch(ctx, o, goal())
	}
	if ctx != nil {
		c.add(wants...)
	}
	for len(c.wants) > 0 {
		answers, err := c.next(ctx)
		if err != nil {
			for _, w := range c.wants {
				w.watch.end(err)
			}
			break
		}
		var again []*want[T]
		for _, a := range answers {
			w := a.want
			confirm := w.watch.take(a.Value, a.Err, a.Listed)
			if w.watch.ended {
				continue
			}
			w.single = confirm || w.listed == ""
			if w.by = time.Now(); !confirm {
				w.from, w.by = w.watch.pause()
			}
			again = append(again, w)
		}
		c.add(again...)
	}
	results := make([]Result[T], len(ids))
	for i, w := range wants {
		results[i] = Result[T]{w.watch.value, w.watch.failure()}
	}
	return results
}

// A watch is the course of one wait.
type watch[T any] struct {
	Goal[T]
	options Options
	pauses  *backoff.ExponentialBackOff
	start   time.Time

	value T
	last  error // of the last poll
	ended bool
	err   Error // its Err is nil if the wait has succeeded
}

func newWatch[T any](ctx context.Context, o Options, goal Goal[T]) *watch[T] {
	w := &watch[T]{Goal: goal, options: o, start: time.Now(), pauses: backoff.NewExponentialBackOff(
		backoff.WithInitialInterval(o.interval()),
		backoff.WithMaxInterval(o.maxInterval()),
		backoff.WithRandomizationFactor(0.2), // waits that start together drift apart
		backoff.WithMaxElapsedTime(0),
	)}
	if ctx == nil {
		w.end(errNilContext)
	}
	return w
}

// pause returns when the next poll is due, and from when on it can take part in
// what others read: with a quarter of the pause over, so that waits soon look at the
// same time, although they began at different ones and their pauses are random.
func (w *watch[T]) pause() (from, by time.Time) {
	now, d := time.Now(), w.pauses.NextBackOff()
	return now.Add(d / 4), now.Add(d)
}

// failure returns why the wait failed, or nil.
func (w *watch[T]) failure() *Error {
	if w.err.Err == nil {
		return nil
	}
	return &w.err
}

// take takes the outcome of a poll. If that is from a list and would end the wait
// in failure or absence, it is no poll yet: it has to be confirmed by a get.
func (w *watch[T]) take(value T, err error, listed bool) (confirm bool) {
	elapsed := time.Since(w.start)
	hidden := errors.Is(err, fault.NotFound)
	if listed && hidden && (w.Gone != nil || elapsed >= w.options.grace()) {
		return true
	}
	var ok bool
	var failed error
	if err == nil {
		w.value = value
		w.err.State, ok, failed = w.Done(value)
		if listed && failed != nil {
			return true
		}
	}
	w.last = err
	w.err.Polls++
	w.err.Elapsed = elapsed
	switch {
	case failed != nil:
		w.ended, w.err.Err = true, failed
	case ok, err != nil && w.Gone != nil && w.Gone(err):
		w.ended = true
	case err != nil && !w.options.transient(err) && !(hidden && elapsed < w.options.grace()):
		w.ended, w.err.Err = true, err
	case w.options.OnPoll != nil:
		w.options.OnPoll(w.err.Polls, elapsed, w.err.State)
	}
	return false
}

// end ends the wait between two polls.
func (w *watch[T]) end(err error) {
	if w.last != nil && !errors.Is(w.last, err) {
		err = errors.Join(err, w.last)
	} else {
		err = cmp.Or(w.last, err)
	}
	w.ended, w.err.Elapsed, w.err.Err = true, time.Since(w.start), err
}

// transient reports whether a poll that failed may yet succeed.
func (o Options) transient(err error) bool {
	return transient(err) || o.Transient != nil && o.Transient(err)
}

func transient(err error) bool {
	return err == errPollTimeout || err == notListed{} || errors.Is(err, fault.Throttled) || errors.Is(err, fault.Unavailable) || errors.Is(err, fault.Limiter)
}

// Retry calls f until it succeeds, fails for good, or ctx is done. Being throttled,
// an unavailable service, and what transient accepts, which may be nil, are no
// failures for good.
func Retry[T any](ctx context.Context, transient func(error) bool, f func(context.Context) (T, error)) (T, error) {
	o := Options{Interval: 500 * time.Millisecond, MaxInterval: defaultInterval, PollTimeout: -1, NotFoundGrace: time.Nanosecond, Transient: transient}
	value, e := Until(ctx, o, f, Goal[T]{Done: func(T) (string, bool, error) { return "", true, nil }})
	if e != nil {
		return value, e.Err
	}
	return value, nil
}

// Sleep returns after d, or with the error of ctx when that is done.
func Sleep(ctx context.Context, d time.Duration) error {
	if ctx == nil {
		return errNilContext
	}
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// poll calls fetch for at most timeout, if that is not negative. A fetch that does not even begin, since it
// would not end within that, has taken as long.
func poll[T any](ctx context.Context, timeout time.Duration, fetch func(context.Context) (T, error)) (T, error) {
	if timeout < 0 {
		return fetch(ctx)
	}
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
