package credential

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// A Fetched is a key as a source gave it. It never changes after that.
type Fetched struct {
	Key
	Expires time.Time // by this machine's clock; zero for a key that does not expire
	Source  string    // where it came from
}

const (
	// fetchTimeout bounds a fetch, whatever its callers wait for.
	fetchTimeout = 30 * time.Second
	// earliest and latest say how long before its end a key that lasts long is
	// fetched anew. Of a short life, it is a sixth to a quarter.
	earliest = 12 * time.Minute
	latest   = 8 * time.Minute
	// lastMoment is how little of its life is left of a key that is no longer
	// given to a caller while a fetch is on that may bring a better one.
	lastMoment = 30 * time.Second
	// retryPause is how long, and up to twice that, a source is left alone that
	// failed while its last key is valid.
	retryPause = 30 * time.Second
)

// A Cache keeps the key that Fetch gave for as long as it is good. It is safe
// for concurrent use, and is not copied.
//
// At most one fetch runs at a time, in a goroutine of its own that ends with the
// fetch: callers come and go, each with its own context. A valid key is fetched
// anew some time before it expires, at a time that is random, so that a fleet
// that started together does not ask together. Meanwhile, and while that fails,
// callers get the key that there is.
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
	flight  *flight // the fetch that is running, or nil
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

// A flight is a fetch that is running. Its result may be read when it is done.
type flight struct {
	done    chan struct{}
	refused string // a token that the service has refused meanwhile
	entry   *entry
	err     error
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
	if f.err != nil && e.valid(time.Now()) {
		return e, nil
	}
	return f.entry, f.err
}

// run makes the fetch f.
func (c *Cache) run(ctx context.Context, f *flight) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	got, err := c.fetch(ctx)

	c.mu.Lock()
	if err == nil && f.refused != "" && got.Token == f.refused {
		// The source was asked before the service refused what it gave.
		c.mu.Unlock()
		got, err = c.fetch(ctx)
		c.mu.Lock()
	}
	defer c.mu.Unlock()
	now := time.Now()
	if err != nil {
		f.err = err
		if e := c.current.Load(); e.valid(now) {
			c.current.Store(&entry{e.Fetched, now.Add(jitter(retryPause, 2*retryPause))})
		}
	} else {
		f.entry = &entry{got, c.refreshAt(got.Expires, now)}
		c.current.Store(f.entry)
	}
	c.flight = nil
	close(f.done)
}

// fetch calls Fetch and refuses a key that is of no use.
func (c *Cache) fetch(ctx context.Context) (*Fetched, error) {
	got, err := c.Fetch(ctx)
	if err == nil {
		if err = got.check(time.Now()); err != nil && got.Source != "" {
			err = fmt.Errorf("%s: %w", got.Source, err)
		}
	}
	if err != nil && ctx.Err() != nil {
		// Not wrapped: no caller's context ended.
		err = fmt.Errorf("no key within %v: %s", fetchTimeout, err.Error())
	}
	return got, err
}

// check says why a key is of no use.
func (f *Fetched) check(now time.Time) error {
	switch {
	case f.ID == "" || f.Secret == "":
		return errEmpty
	case !f.Expires.IsZero() && !now.Before(f.Expires):
		return fmt.Errorf("the key expired at %s, or this clock is wrong", f.Expires.UTC().Format(time.RFC3339))
	}
	return nil
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
