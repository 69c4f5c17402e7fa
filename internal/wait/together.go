package wait

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// A Finder finds resources by a key, one list request for each key or all keys in
// one list.
type Finder[T any] struct {
	Crowds *Crowds
	// List names the list that has the resources of all keys.
	List string
	// One returns the resources of one key.
	One func(ctx context.Context, key string) ([]T, error)
	// Page returns one page of those of all keys, the first for an empty token.
	Page func(ctx context.Context, token string) (Page[T], error)
	// Key returns the key of a resource.
	Key func(T) string
}

// A hunt is what those do who look into one list. They ask for one key each while
// they are few, and go through the list together when they are more.
type hunt[T any] struct {
	mu      sync.Mutex
	users   int       // guarded by Crowds.mu
	alone   int       // who ask for one key at the moment
	pages   int       // what the last sweep took
	next    *sweep[T] // which has not begun; nil if nobody wants one
	busy    bool      // a sweep is under way, or about to begin
	failed  int       // sweeps in a row that failed
	resumes time.Time // no sweep before

	since time.Time // when the first of the calls was that are counted, or a sweep began
	calls int
}

// gather is how long those who are not the first wait for others to look with.
const gather = 100 * time.Millisecond

// A sweep goes through a list once, for those who asked before it began.
type sweep[T any] struct {
	ctx    context.Context // with the values of the first who asked; ends when all have gone
	cancel context.CancelFunc
	done   chan struct{} // closed when the rest is final
	left   int           // who still wait
	found  map[string][]T
	pages  int  // that it took
	alone  bool // it did not take place: everybody asks for one key
	err    error
}

// Find returns the resources of key, as they were after the call began. What it
// does not return is surely not there only if sure is true: a list of several pages
// can miss what moves from one page to another while they are read.
func (f *Finder[T]) Find(ctx context.Context, key string) (found []T, sure bool, err error) {
	h := f.enter()
	defer f.leave(h)
	h.mu.Lock()
	now := time.Now()
	if now.Sub(h.since) >= gather {
		h.since, h.calls = now, 0
	}
	h.calls++
	if now.Before(h.resumes) || !h.busy && max(h.calls, h.alone+1) <= max(few, h.pages) {
		h.alone++
		h.mu.Unlock()
		found, err = f.One(ctx, key)
		h.mu.Lock()
		h.alone--
		h.mu.Unlock()
		return found, true, err
	}
	s := h.join(ctx)
	if !h.busy {
		h.busy = true
		go f.run(h)
	}
	h.mu.Unlock()

	select {
	case <-s.done:
	case <-ctx.Done():
		h.quit(s)
		return nil, false, ctx.Err()
	}
	if s.alone || s.err != nil && !passing(s.err) {
		found, err = f.One(ctx, key) // and learns what is wrong in its own name
		return found, true, err
	}
	return slices.Clone(s.found[key]), s.pages == 1, s.err // others ask for the same key, too
}

// join returns the next sweep, for one more. The caller holds the lock.
func (h *hunt[T]) join(ctx context.Context) *sweep[T] {
	if h.next == nil {
		// Whoever asks first may go, and the others still want the list.
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		h.next = &sweep[T]{ctx: ctx, cancel: cancel, done: make(chan struct{})}
	}
	h.next.left++
	return h.next
}

// quit takes one out of s, and ends that if nobody is left.
func (h *hunt[T]) quit(s *sweep[T]) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.left--; s.left > 0 {
		return
	}
	s.cancel()
	if h.next == s {
		h.next = nil
	}
}

// run sweeps as long as somebody wants it.
func (f *Finder[T]) run(h *hunt[T]) {
	for {
		h.mu.Lock()
		s := h.next
		if s == nil {
			h.busy = false
			h.mu.Unlock()
			return
		}
		rest := gather - time.Since(h.since)
		h.mu.Unlock()
		if sleep(s.ctx, rest, nil) != nil {
			continue // all have gone
		}
		h.mu.Lock()
		if h.next == s {
			h.next, h.since = nil, time.Now()
		}
		s.alone = s.left <= h.pages
		h.mu.Unlock()
		if !s.alone {
			s.sweep(f)
		}
		s.cancel()
		h.mu.Lock()
		h.pages = max(s.pages, h.pages/2) // a list that has shrunk is noticed in time
		if s.err == nil {
			h.failed = 0
		} else if h.failed++; h.failed == maxFailures { // it may be too long
			h.failed, h.resumes = 0, time.Now().Add(alone)
		}
		h.mu.Unlock()
		close(s.done)
	}
}

// sweep reads all pages.
func (s *sweep[T]) sweep(f *Finder[T]) {
	s.found = map[string][]T{}
	seen := map[string]bool{}
	for token := ""; ; {
		var page Page[T]
		page, s.err = read(s.ctx, f.Page, token)
		s.pages++
		if s.err != nil {
			return
		}
		for _, item := range page.Items {
			key := f.Key(item)
			s.found[key] = append(s.found[key], item)
		}
		seen[token] = true
		if page.Next == "" || seen[page.Next] {
			return
		}
		token = page.Next
	}
}

// enter returns the hunt for f's list, to be left again.
func (f *Finder[T]) enter() *hunt[T] {
	c := f.Crowds
	c.mu.Lock()
	defer c.mu.Unlock()
	key := listKey[T]{f.List}
	h, _ := c.hunts[key].(*hunt[T])
	if h == nil {
		maps.DeleteFunc(c.hunts, func(_, old any) bool { return old.(interface{ over() bool }).over() })
		h = new(hunt[T])
		if c.hunts == nil {
			c.hunts = map[any]any{}
		}
		c.hunts[key] = h
	}
	h.users++
	return h
}

// leave leaves the hunt. Who looks a moment later is still to know of it.
func (f *Finder[T]) leave(h *hunt[T]) {
	c := f.Crowds
	c.mu.Lock()
	defer c.mu.Unlock()
	h.users--
}

// over reports whether the hunt can be forgotten. The caller holds the lock of its
// Crowds.
func (h *hunt[T]) over() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.users == 0 && time.Since(h.since) >= alone
}
