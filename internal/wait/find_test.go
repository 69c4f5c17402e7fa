package wait

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// A shelf holds things by key. Each request for them takes 10 ms.
type shelf struct {
	mu          sync.Mutex
	things      []string // "key/n"
	size        int      // of a page
	ones, pages int
	totals      []int // of pages, as they say; none if nil
	err         error // of pages
}

func (s *shelf) source(r *Reader[string]) *Source[string] {
	keyOf := func(thing string) string { k, _, _ := cut(thing); return k }
	return &Source[string]{
		Reader: r,
		List:   "shelf",
		Key:    keyOf,
		Listed: func(id string) string { return id },
		Denied: func(context.Context, error) {},
		ID:     func(thing string) string { return thing },
		Query: func(ctx context.Context, key string) (found []string, err error) {
			if err := pass(ctx); err != nil {
				return nil, err
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			s.ones++
			for _, t := range s.things {
				if keyOf(t) == key {
					found = append(found, t)
				}
			}
			return found, nil
		},
		Page: func(ctx context.Context, token string) (Page[string], error) {
			if err := pass(ctx); err != nil {
				return Page[string]{}, err
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			s.pages++
			first, _ := strconv.Atoi(token)
			last := min(first+s.size, len(s.things))
			p := Page[string]{Items: s.things[first:last]}
			if last < len(s.things) {
				p.Next = strconv.Itoa(last)
			}
			if s.totals != nil {
				p.Total = s.totals[first/s.size]
			}
			return p, s.err
		},
	}
}

// find returns what a key has now.
func (s *shelf) find(ctx context.Context, r *Reader[string], key string) (found []string, sure bool, err error) {
	now := time.Now()
	f, err := s.source(r).Find(ctx, key, now, now)
	return f.Items, f.Sure, err
}

func cut(thing string) (key, n string, ok bool) {
	for i := range thing {
		if thing[i] == '/' {
			return thing[:i], thing[i+1:], true
		}
	}
	return thing, "", false
}

func pass(ctx context.Context) error {
	select {
	case <-time.After(10 * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TestFind has a thousand look at once: a few each for itself, the others in one
// list, or two for those who came when the first had begun.
func TestFind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Reader[string]
		s := &shelf{size: 100}
		for i := range 1000 {
			s.things = append(s.things, fmt.Sprintf("k%d/1", i))
		}
		s.things = append(s.things, "k7/2")
		var all sync.WaitGroup
		for i := range 1001 {
			all.Go(func() {
				key := fmt.Sprintf("k%d", i)
				found, _, err := s.find(t.Context(), &r, key)
				want := map[int]int{7: 2, 1000: 0}
				n, special := want[i]
				if !special {
					n = 1
				}
				if err != nil || len(found) != n || n > 0 && found[0] != key+"/1" {
					t.Errorf("%s: %v, %v", key, found, err)
				}
			})
		}
		all.Wait()
		if s.ones+s.pages > 4+2*11+11 || s.pages < 11 {
			t.Errorf("%d asked for one key, %d pages were read", s.ones, s.pages)
		}
		// Few ask for themselves, and are sure.
		s.ones, s.pages = 0, 0
		if found, sure, err := s.find(t.Context(), &r, "none"); found != nil || !sure || err != nil || s.ones != 1 || s.pages != 0 {
			t.Errorf("alone: %v, %t, %v", found, sure, err)
		}
	})
}

// TestFindIsFresh checks that nobody gets what was read before it asked.
func TestFindIsFresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Reader[string]
		s := &shelf{size: 1000}
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				<-time.After(time.Duration(1+i) * time.Millisecond)
				key := fmt.Sprintf("k%d", i)
				s.mu.Lock()
				s.things = append(s.things, key+"/1")
				s.mu.Unlock()
				if found, _, err := s.find(t.Context(), &r, key); err != nil || len(found) != 1 {
					t.Errorf("%s: %v, %v", key, found, err)
				}
			})
		}
		all.Wait()
		if s.pages == 0 {
			t.Error("nobody looked together")
		}
	})
}

// TestFindEnds checks that those who go do not hold up the others, and that a list
// that fails fails for all who wanted it.
func TestFindEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Reader[string]
		s := &shelf{size: 1, things: []string{"k/1", "k/2", "k/3"}, err: nil}
		var all sync.WaitGroup
		for i := range 40 {
			ctx, cancel := context.WithCancel(t.Context())
			if i%2 == 0 {
				time.AfterFunc(5*time.Millisecond, cancel)
			}
			all.Go(func() {
				defer cancel()
				start := time.Now()
				found, _, err := s.find(ctx, &r, "k")
				switch {
				case i%2 == 0 && (!errors.Is(err, context.Canceled) || time.Since(start) != 5*time.Millisecond):
					t.Errorf("one that left: %v after %v", err, time.Since(start))
				case i%2 == 1 && (err != nil || len(found) != 3):
					t.Errorf("one that stayed: %v, %v", found, err)
				}
			})
		}
		all.Wait()

		// A list that fails in passing fails for all who wanted it. One that is
		// refused makes each ask for its key.
		for _, fails := range []error{fault.Unavailable, fault.AccessDenied} {
			s.err, s.pages = fails, 0
			failed := 0
			for range 40 {
				all.Go(func() {
					if _, _, err := s.find(t.Context(), &r, "k"); err != nil {
						s.mu.Lock()
						failed++
						s.mu.Unlock()
					}
				})
			}
			all.Wait()
			if fails == fault.Unavailable && failed < 36 || fails == fault.AccessDenied && failed != 0 || s.pages == 0 || s.pages > 10 {
				t.Errorf("%v: %d failed, %d pages", fails, failed, s.pages)
			}
		}

		// When all go, nothing stays behind, not even for a moment.
		ctx, cancel := context.WithCancel(t.Context())
		for range 40 {
			all.Go(func() { _, _, _ = s.find(ctx, &r, "k") })
		}
		synctest.Wait()
		cancel()
		all.Wait()
	})
}

// TestFindHangs has the connection of the one who asks for a page hang: the others wait
// for it no longer than patience, however often they come anew, and then do without.
func TestFindHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Reader[string]
		s := &shelf{size: 10, things: []string{"k/1"}}
		source := s.source(&r)
		source.QueriesList = true
		source.Page = func(ctx context.Context, _ string) (p Page[string], err error) {
			<-ctx.Done()
			return p, ctx.Err()
		}
		hour, cancel := context.WithTimeout(t.Context(), time.Hour)
		go func() { _, _ = source.Find(hour, "k", time.Now(), time.Now()) }()
		synctest.Wait()
		began := time.Now()
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if f, err := s.source(&r).Find(t.Context(), "k", began, began); err != nil || len(f.Items) != 1 || time.Since(began) > patience+time.Second {
					t.Errorf("a patient one: %v, %v after %v", f.Items, err, time.Since(began))
				}
			})
			all.Go(func() {
				for {
					ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
					_, err := s.source(&r).Find(ctx, "k", time.Now(), time.Now())
					cancel()
					if err == nil {
						break
					}
				}
				if time.Since(began) > patience+3*time.Second {
					t.Errorf("one that came anew: after %v", time.Since(began))
				}
			})
		}
		all.Wait()
		cancel()
		synctest.Wait()
	})
}

// TestFindGathers has looks follow one another for a while: a list that some of
// them read together takes the place of one request for each.
func TestFindGathers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Reader[string]
		s := &shelf{size: 1000, things: []string{"k/1", "k/2"}}
		var all sync.WaitGroup
		for i := range 1000 {
			all.Go(func() {
				<-time.After(time.Duration(1+i) * 5 * time.Millisecond)
				start := time.Now()
				found, sure, err := s.find(t.Context(), &r, "k")
				if len(found) != 2 || !sure || err != nil || time.Since(start) > 200*time.Millisecond {
					t.Errorf("%v, %t, %v after %v", found, sure, err, time.Since(start))
				}
			})
		}
		all.Wait()
		if n := s.ones + s.pages; n > 5000/100*5 {
			t.Errorf("%d asked for one key, %d pages were read", s.ones, s.pages)
		}
	})
}

// TestFindIsSure only of what a single page shows, or a look for one key.
func TestFindIsSure(t *testing.T) {
	for _, size := range []int{2, 3} {
		synctest.Test(t, func(t *testing.T) {
			var r Reader[string]
			s := &shelf{size: size, things: []string{"k/1", "l/1", "k/2"}}
			var all sync.WaitGroup
			var together atomic.Int64
			for range 100 {
				all.Go(func() {
					found, sure, err := s.find(t.Context(), &r, "k")
					if len(found) != 2 || found[0] != "k/1" || err != nil {
						t.Errorf("%v, %v", found, err)
					}
					clear(found) // it is the caller's own
					if !sure {
						together.Add(1)
					}
				})
			}
			all.Wait()
			if n := together.Load(); size == 2 && n != 96 || size == 3 && n != 0 || s.pages == 0 {
				t.Errorf("pages of %d: %d are not sure, %d pages were read", size, n, s.pages)
			}
		})
	}
}

// TestFindMoved reads a list whose totals tell that it changed meanwhile.
func TestFindMoved(t *testing.T) {
	for name, c := range map[string]struct {
		totals []int
		moved  bool
	}{
		"no totals":    {nil, false},
		"as many":      {[]int{3, 3}, false},
		"shrunk":       {[]int{4, 3}, true},
		"grown":        {[]int{3, 4}, true},
		"more than is": {[]int{4, 4}, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			var r Reader[string]
			s := &shelf{size: 2, things: []string{"k/1", "l/1", "k/2"}, totals: c.totals}
			var all sync.WaitGroup
			var moved atomic.Int64
			for range 100 {
				all.Go(func() {
					now := time.Now()
					if f, err := s.source(&r).Find(t.Context(), "k", now, now); err != nil || f.Moved && f.Sure {
						t.Errorf("%+v, %v", f, err)
					} else if f.Moved {
						moved.Add(1)
					}
				})
			}
			all.Wait()
			if (moved.Load() > 0) != c.moved {
				t.Errorf("%s: %d of 100 have moved", name, moved.Load())
			}
		})
	}
}

// TestFindAlone has a list fail that is too long: after three times each asks for
// its key, for a minute.
func TestFindAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Reader[string]
		s := &shelf{size: 1000, things: []string{"k/1"}, err: fault.Unavailable}
		look := func() {
			var all sync.WaitGroup
			for range 100 {
				all.Go(func() { _, _, _ = s.find(t.Context(), &r, "k") })
			}
			all.Wait()
		}
		for range 4 {
			look()
		}
		if s.pages != 3*4 || s.ones != 4+100 {
			t.Errorf("%d pages were read, %d asked for one key", s.pages, s.ones)
		}
		s.err = nil
		<-time.After(time.Minute)
		look()
		if s.pages != 3*4+1 {
			t.Errorf("%d pages were read", s.pages)
		}
	})
}

// TestFindSeesTheWritesBefore has a caller write and ask at the very time at which a
// list is asked for: that may be older.
func TestFindSeesTheWritesBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r Reader[string]
		s := &shelf{size: 1000, things: []string{"k/1"}}
		snapshot := func() *Source[string] {
			source := s.source(&r)
			source.Page = func(ctx context.Context, _ string) (Page[string], error) {
				s.mu.Lock()
				p := Page[string]{Items: slices.Clone(s.things)}
				s.pages++
				s.mu.Unlock()
				return p, pass(ctx)
			}
			return source
		}
		ready := func() Goal[string] {
			return Goal[string]{Done: func(string) (string, bool, error) { return "", true, nil }}
		}
		var all sync.WaitGroup
		all.Go(func() { Each(t.Context(), Options{}, snapshot(), []string{"k/1", "k/1", "k/1"}, ready) })
		synctest.Wait()
		s.things = append(s.things, "l/1")
		now := time.Now()
		for range 10 {
			all.Go(func() {
				if found, err := snapshot().Find(t.Context(), "l", now, now); err != nil || len(found.Items) != 1 {
					t.Errorf("%+v, %v", found, err)
				}
			})
		}
		all.Wait()
		if s.pages != 2 {
			t.Errorf("%d pages", s.pages)
		}
	})
}
