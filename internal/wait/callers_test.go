package wait

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// goroutine returns the number of the goroutine that calls it.
func goroutine() string {
	var b [64]byte
	return strings.Fields(string(b[:runtime.Stack(b[:], false)]))[1]
}

// TestCallersGoroutines checks that whatever a source does, it does in the goroutine
// and with the context of a caller.
func TestCallersGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, reader := calm(300, 50, 5*time.Second), &Reader[sight]{}
		type key struct{}
		check := func(ctx context.Context) {
			if got := ctx.Value(key{}); got != goroutine() {
				t.Errorf("in goroutine %s with the context of %v", goroutine(), got)
			}
		}
		var all sync.WaitGroup
		run := func(ids []string, goal func() Goal[sight]) {
			ctx := context.WithValue(t.Context(), key{}, goroutine())
			source := s.source(reader)
			get, page := source.Get, source.Page
			source.Get = func(ctx context.Context, id string) (sight, error) { check(ctx); return get(ctx, id) }
			source.Page = func(ctx context.Context, token string) (Page[sight], error) { check(ctx); return page(ctx, token) }
			for _, r := range Each(ctx, Options{}, source, ids, goal) {
				if r.Err != nil {
					t.Errorf("%+v", r)
				}
			}
		}
		for i := range 250 {
			all.Go(func() { run(numbers(i, i+1), ready) })
		}
		all.Go(func() { run(numbers(250, 300), ready) })
		all.Go(func() { run(numbers(300, 320), gone) }) // each is confirmed by a get
		all.Wait()
		if s.lists == 0 || s.gets < 20 {
			t.Errorf("%d lists, %d gets", s.lists, s.gets)
		}
		left(t, reader)
	})
}

// TestLeaderFails has every third caller panic or exit when it asks for a page or a
// resource. That is its own affair: the others go on.
func TestLeaderFails(t *testing.T) {
	for _, exits := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s, reader, start := calm(200, 10, 3*time.Second), &Reader[sight]{}, time.Now()
			var all sync.WaitGroup
			var mu sync.Mutex
			failed, finished := 0, 0
			for i := range 200 {
				source := s.source(reader)
				if i%3 == 0 {
					fail := func() {
						mu.Lock()
						failed++
						mu.Unlock()
						if exits {
							runtime.Goexit()
						}
						panic(i)
					}
					source.Get = func(context.Context, string) (sight, error) { fail(); return sight{}, nil }
					source.Page = func(context.Context, string) (Page[sight], error) { fail(); return Page[sight]{}, nil }
				}
				all.Go(func() {
					defer func() {
						if r := recover(); r != nil && (r != any(i) || i%3 != 0) {
							t.Errorf("%d: %v", i, r)
						}
					}()
					r := Each(t.Context(), Options{Interval: time.Second}, source, numbers(i, i+1), ready)[0]
					mu.Lock()
					defer mu.Unlock()
					if finished++; r.Err != nil || r.Value.state != "ready" || time.Since(start) > 10*time.Second {
						t.Errorf("%d: %+v after %v", i, r, time.Since(start))
					}
				})
			}
			all.Wait()
			if failed == 0 || failed+finished != 200 || finished < 133 {
				t.Errorf("%d failed, %d finished", failed, finished)
			}
			left(t, reader)
		})
	}
}

// TestAnyEnd ends the contexts of callers at any moment, by ID and by key, and has
// some of them panic. Everybody ends in time, and gets nothing that is older than
// its call.
func TestAnyEnd(t *testing.T) {
	for seed := range uint64(30) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			s, reader := calm(100, 1+random.IntN(30), 2*time.Second), &Reader[sight]{}
			s.faults = []float64{0, 0.3}[random.IntN(2)]
			s.denied, s.broken = random.IntN(10) == 0, random.IntN(10) == 0
			var all sync.WaitGroup
			for range 300 {
				id := strconv.Itoa(random.IntN(100))
				begin, d := time.Duration(random.Int64N(int64(4*time.Second))), time.Duration(random.Int64N(int64(6*time.Second)))
				byKey, panics := random.IntN(2) == 0, random.IntN(20) == 0
				source := s.source(reader)
				source.Key = func(v sight) string { return v.id }
				source.Query = func(ctx context.Context, key string) ([]sight, error) {
					v, err := source.Get(ctx, key)
					return []sight{v}, err
				}
				page := source.Page
				source.Page = func(ctx context.Context, token string) (Page[sight], error) {
					if panics {
						panic("page")
					}
					return page(ctx, token)
				}
				all.Go(func() {
					defer func() {
						if r := recover(); r != nil && r != any("page") {
							t.Error(r)
						}
					}()
					<-time.After(begin + 1)
					ctx, cancel := context.WithTimeout(t.Context(), d)
					defer cancel()
					start := time.Now()
					if byKey {
						found, err := source.Find(ctx, id, start, start)
						switch {
						case err == nil && (len(found.Items) != 1 || found.Items[0].id != id || found.Items[0].at.Before(start) || found.Asked.Before(start)):
							t.Errorf("found %+v", found)
						case err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, fault.Unavailable):
							t.Error(err)
						}
					} else if r := Each(ctx, Options{Interval: 500 * time.Millisecond}, source, []string{id}, ready)[0]; r.Err == nil && (r.Value.state != "ready" || r.Value.at.Before(start)) {
						t.Errorf("%+v", r)
					} else if r.Err != nil && !errors.Is(r.Err, context.DeadlineExceeded) {
						t.Error(r.Err)
					}
					if took := time.Since(start); took > d {
						t.Errorf("took %v of %v", took, d)
					}
				})
			}
			all.Wait()
			left(t, reader)
		})
	}
}

// TestTenThousand has so many wait at once, each for itself and all in one call.
func TestTenThousand(t *testing.T) {
	const n = 10000
	synctest.Test(t, func(t *testing.T) {
		s, reader := calm(n, 1000, 3*time.Second), &Reader[sight]{}
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				if r := Each(t.Context(), Options{}, s.source(reader), numbers(i, i+1), ready)[0]; r.Err != nil {
					t.Error(r.Err)
				}
			})
		}
		all.Wait()
		if s.gets+s.lists > 4*10+2*burst {
			t.Errorf("%d lists, %d gets", s.lists, s.gets)
		}
		left(t, reader)
	})
	synctest.Test(t, func(t *testing.T) {
		s, reader := calm(n, 1000, 3*time.Second), &Reader[sight]{}
		for _, r := range Each(t.Context(), Options{}, s.source(reader), numbers(0, n), ready) {
			if r.Err != nil {
				t.Error(r.Err)
			}
		}
		if s.gets+s.lists > 4*10 {
			t.Errorf("%d lists, %d gets", s.lists, s.gets)
		}
		// None is there, so that each takes a get.
		s.latency = time.Millisecond
		Each(t.Context(), Options{}, s.source(reader), numbers(n, n+n/5), gone)
		if s.gets != n/5 {
			t.Errorf("%d gets", s.gets)
		}
		left(t, reader)
	})
}

// TestUnused checks that lists that nobody uses are forgotten.
func TestUnused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, reader := calm(1, 1, 0), &Reader[sight]{}
		for i := range 1000 {
			source := s.source(reader)
			source.List = fmt.Sprint(i)
			if l := source.Look(t.Context(), "0", time.Now(), time.Now()); l.Err != nil {
				t.Error(l.Err)
			}
			<-time.After(10 * time.Second)
		}
		if n := len(reader.lists); n > 100 {
			t.Errorf("%d lists", n)
		}
	})
}

// TestFollowing has a few callers look one after the other. They are hardly held
// back for others that do not come.
func TestFollowing(t *testing.T) {
	for callers := range 4 {
		synctest.Test(t, func(t *testing.T) {
			s, reader, start := calm(100, 100, 0), &Reader[sight]{}, time.Now()
			var all sync.WaitGroup
			for range callers + 1 {
				all.Go(func() {
					for range 1000 {
						if l := s.source(reader).Look(t.Context(), "7", time.Now(), time.Now()); l.Err != nil {
							t.Error(l.Err)
						}
					}
				})
			}
			all.Wait()
			if took := time.Since(start); took > 16*time.Second { // 10 seconds, if none waits
				t.Errorf("%d callers took %v", callers+1, took)
			}
		})
	}
}

// TestPlanned checks that a look that is planned uses what others read, but not
// before its time.
func TestPlanned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, reader := calm(100, 100, 0), &Reader[sight]{}
		start := time.Now()
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				from := start.Add(time.Second + time.Duration(i)*10*time.Millisecond)
				l := s.source(reader).Look(t.Context(), strconv.Itoa(i), from, start.Add(3*time.Second))
				if l.Err != nil || !l.Listed || l.Asked.Before(from) || l.Value.at.Before(from) {
					t.Errorf("%d: %+v", i, l)
				}
			})
		}
		all.Wait()
		if s.lists != 1 || s.gets != 0 || time.Since(start) != 3*time.Second+s.latency {
			t.Errorf("%d lists, %d gets in %v", s.lists, s.gets, time.Since(start))
		}
	})
}

// TestPausesOfUnlisted checks that what no list can show is polled with pauses, too.
func TestPausesOfUnlisted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, reader := calm(3, 1, time.Minute), &Reader[sight]{}
		source := s.source(reader)
		source.Listed = func(string) string { return "" }
		for _, r := range Each(t.Context(), Options{Interval: 10 * time.Second}, source, numbers(0, 3), ready) {
			if r.Err != nil {
				t.Error(r.Err)
			}
		}
		if s.lists != 0 || s.gets > 3*8 {
			t.Errorf("%d lists, %d gets", s.lists, s.gets)
		}
	})
}
