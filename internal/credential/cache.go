package credential

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// A Fetched is a key as a source gave it. It never changes after that.
type Fetched struct {
	Key
	Expires time.Time // by this machine's clock; zero for a key that does not expire
	Source  string    // where it came from
}

const (
	// fetchTimeout bounds how long callers wait for a fetch, whatever their
	// contexts allow. Lower, and a source that retries is cut short: three
	// attempts of 8 s and their pauses take up to 26 s. Higher, and a provider
	// that hangs holds up its callers for longer. Chosen.
	fetchTimeout = 30 * time.Second
	// grace is how much earlier the context of a fetch ends, so that a provider
	// that heeds it can say what it was waiting for.
	grace = time.Second
	// earliest and latest say how long before its end a key that lasts long is
	// fetched anew. Of a short life, it is a sixth to a quarter.
	earliest = 12 * time.Minute
	latest   = 8 * time.Minute
	// lastMoment is how little of its life is left of a key that is no longer
	// given to a caller while a fetch is on that may bring a better one.
	lastMoment = 30 * time.Second
	// retryPause is how long, and up to twice that, a source is left alone that
	// failed while its last key is valid, or many times in a row. Higher, and
	// callers fail for longer than the source does; lower, and a fleet without
	// keys adds to the load of a service that is down. Chosen.
	retryPause = 30 * time.Second
	// firstPause takes its place after the first failure for which there is no
	// key to fall back on, and doubles with each that follows.
	firstPause = time.Second
)

// A key that lasts long survives two failed fetches.
const _ = uint64(latest - 2*(fetchTimeout+2*retryPause))

// A Cache keeps the key that Fetch gave for as long as it is good. It is safe
// for concurrent use, and is not copied.
//
// At most one fetch runs at a time, in a goroutine of its own that ends with the
// fetch: callers come and go, each with its own context. A valid key is fetched
// anew some time before it expires, at a time that is random, so that a fleet
// that started together does not ask together. Meanwhile, and while that fails,
// callers get the key that there is. If there is none, a fetch that failed is not
// retried at once: for a while, callers get its error.
type Cache struct {
	// Fetch gets a key. It is never called twice at a time.
	Fetch func(ctx context.Context) (*Fetched, error)
	// CheckAgain, if not zero, is how long a key that names no end is kept
	// before Fetch is asked again.
	CheckAgain time.Duration
	// Invalidated, if set, is called when the service has refused the key.
	Invalidated func()

	current atomic.Pointer[entry] // nil before the first success
	mu      sync.Mutex
	flight  *flight       // the fetch that is running, or nil
	failed  *flight       // the last that ended, if it failed
	pause   time.Duration // after it, at least; 0 after a success
	until   time.Time     // the end of that pause
}

// An entry is a key and when it is worth another fetch: never, if that is zero.
type entry struct {
	*Fetched
	refresh time.Time
}

func (e *entry) valid(at time.Time) bool {
	return e != nil && (e.Expires.IsZero() || at.Before(e.Expires))
}

func (e *entry) fresh(at time.Time) bool {
	return e.valid(at) && (e.refresh.IsZero() || at.Before(e.refresh))
}

// A flight is a fetch that is running. Its result may be read when it is done:
// when it has ended, or has been given up.
type flight struct {
	done     chan struct{}
	refused  string // a token that the service has refused meanwhile
	entry    *entry
	err      error
	panicked any // what Fetch panicked with
}

// result returns the result of a flight that is done. A panic of Fetch continues in
// each goroutine that calls it.
func (f *flight) result() (*entry, error) {
	if f.panicked != nil {
		panic(f.panicked)
	}
	return f.entry, f.err
}

// Retrieve returns the key, fetched by this call or by another one if need be.
func (c *Cache) Retrieve(ctx context.Context) (id, secret, token string, expires time.Time, err error) {
	e := c.current.Load()
	if !e.fresh(time.Now()) {
		e, err = c.slow(ctx)
	}
	if err != nil {
		return "", "", "", time.Time{}, err
	}
	return e.ID, e.Secret, e.Token, e.Expires, nil
}

// slow returns a key that is valid although it could be fresher, or waits for a
// fetch.
func (c *Cache) slow(ctx context.Context) (*entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	e, now := c.current.Load(), time.Now()
	if e.fresh(now) { // another call was faster
		c.mu.Unlock()
		return e, nil
	}
	f := c.flight
	if f == nil && c.failed != nil && !e.valid(now) && now.Before(c.until) {
		f = c.failed
	}
	if f == nil {
		f = &flight{done: make(chan struct{})}
		c.flight = f
		go c.run(context.WithoutCancel(ctx), f)
	}
	c.mu.Unlock()
	if e.valid(now) && (e.Expires.IsZero() || e.Expires.Sub(now) > lastMoment) {
		return e, nil
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		if e.valid(time.Now()) {
			return e, nil
		}
		return nil, fmt.Errorf("waiting for a key: %w", ctx.Err())
	}
	if f.entry == nil && e.valid(time.Now()) {
		return e, nil
	}
	return f.result()
}

// run makes the fetch f. If Fetch hangs, f is given up in time, but no other fetch
// starts until Fetch returns: it is never called twice at a time, and no more
// goroutines hang than this one.
func (c *Cache) run(ctx context.Context, f *flight) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout-grace)
	defer cancel()
	late := time.AfterFunc(fetchTimeout, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.flight == f { // else it ended in this very moment
			c.end(f, nil, noKeyInTime("the provider hangs"), nil)
		}
	})
	defer late.Stop()
	var got *Fetched
	err := errEnded
	defer func() {
		panicked := recover()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.end(f, got, err, panicked)
		c.flight = nil
	}()
	got, err = c.fetch(ctx)
	if err == nil && c.isRefused(f, got.Token) {
		// The source was asked before the service refused what it gave.
		err = errEnded
		got, err = c.fetch(ctx)
	}
}

// isRefused reports whether the service has refused the token during f.
func (c *Cache) isRefused(f *flight, token string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return f.refused != "" && f.refused == token
}

// end records how f ended and releases its callers. A result that comes after f was
// given up is for later callers.
func (c *Cache) end(f *flight, got *Fetched, err error, panicked any) {
	now := time.Now()
	result := &flight{done: f.done, err: err, panicked: panicked}
	if err == nil {
		result.entry = &entry{got, c.refreshAt(got.Expires, now)}
		c.current.Store(result.entry)
		c.failed, c.pause = nil, 0
	} else {
		c.failed = result
		c.pause = min(max(firstPause, 2*c.pause), retryPause)
		c.until = now.Add(jitter(c.pause, 2*c.pause))
		if e := c.current.Load(); e.valid(now) {
			c.current.Store(&entry{e.Fetched, now.Add(jitter(retryPause, 2*retryPause))})
		}
	}
	select {
	case <-f.done: // those who waited have their result
	default:
		f.entry, f.err, f.panicked = result.entry, err, panicked
		close(f.done)
	}
}

// fetch calls Fetch and refuses a key that is of no use.
func (c *Cache) fetch(ctx context.Context) (*Fetched, error) {
	got, err := c.Fetch(ctx)
	if err == nil {
		if err = got.check(time.Now()); err != nil && got.Source != "" {
			err = fmt.Errorf("%s: %w", got.Source, err)
		}
	}
	switch {
	case err == nil:
		return got, nil
	case ctx.Err() != nil:
		return nil, noKeyInTime(err.Error())
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
		return nil, &Failure{fault.Unavailable, err.Error()} // no caller's context ended
	}
	return nil, err
}

func noKeyInTime(why string) error {
	return &Failure{fault.Unavailable, fmt.Sprintf("no key within %v: %s", fetchTimeout, why)}
}

var errEnded = errors.New("the provider ended its goroutine, or panicked")

// check says why a key is of no use.
func (f *Fetched) check(now time.Time) error {
	if !f.Expires.IsZero() && !now.Before(f.Expires) {
		return errors.New("the key expired at " + f.Expires.UTC().Format(time.RFC3339) + ", or this clock is wrong")
	}
	return f.Check()
}

// refreshAt returns when a key that was fetched now is worth another fetch.
func (c *Cache) refreshAt(expires, now time.Time) time.Time {
	if expires.IsZero() {
		if c.CheckAgain == 0 {
			return time.Time{}
		}
		return now.Add(jitter(c.CheckAgain*3/4, c.CheckAgain))
	}
	life := expires.Sub(now)
	return expires.Add(-jitter(min(latest, life/6), min(earliest, life/4)))
}

// jitter returns a random duration from low to high.
func jitter(low, high time.Duration) time.Duration {
	return low + time.Duration(rand.Float64()*float64(high-low))
}

// Invalidate drops the key with that token: the service says that it expired.
// The next call fetches another.
func (c *Cache) Invalidate(token string) {
	if token == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.current.Load(); e != nil && e.Token == token {
		c.current.Store(nil)
		if c.Invalidated != nil {
			c.Invalidated()
		}
	}
	if c.flight != nil {
		c.flight.refused = token
	}
}

// Format prints no key, whatever the verb, and reads nothing that a fetch writes.
func (c *Cache) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("credentials: " + c.Source())) }

// Source names the source of the key, or nothing before there is one.
func (c *Cache) Source() string {
	if e := c.current.Load(); e != nil {
		return e.Source
	}
	return ""
}
