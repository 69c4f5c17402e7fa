package wait

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// A service shows the resources "0", "1", … in pages.
type service struct {
	pageSize int
	total    bool          // pages say how many resources there are
	latency  time.Duration // of each answer
	lag      time.Duration // how long lists do not show a new resource
	faults   float64       // share of answers that fail in passing
	denied   bool          // lists are refused
	broken   bool          // lists fail in a way that does not pass

	mu        sync.Mutex
	random    *rand.Rand
	resources []resource
	lists     int
	gets      int
	warned    int
}

// A resource appears, turns ready and goes, or fails, at its times.
type resource struct {
	appears, ready, goes time.Time // goes is zero for one that stays
	breaks               bool      // it turns broken in place of ready
}

// A sight is a resource as it was seen.
type sight struct {
	id, state string
	at        time.Time
}

func (s *service) see(i int, now time.Time) (sight, bool) {
	if i >= len(s.resources) {
		return sight{}, false
	}
	r := s.resources[i]
	v := sight{strconv.Itoa(i), "pending", now}
	switch {
	case now.Before(r.appears), !r.goes.IsZero() && !now.Before(r.goes):
		return sight{}, false
	case now.Before(r.ready):
	case r.breaks:
		v.state = "broken"
	default:
		v.state = "ready"
	}
	return v, true
}

// arrive takes the time of an answer and says whether it fails.
func (s *service) arrive(ctx context.Context, count *int) error {
	s.mu.Lock()
	*count++
	fails := s.random.Float64() < s.faults
	s.mu.Unlock()
	if err := Sleep(ctx, s.latency); err != nil {
		return err
	}
	if fails {
		return fault.Unavailable
	}
	return nil
}

func (s *service) source(reader *Reader[sight]) *Source[sight] {
	return &Source[sight]{
		Reader: reader,
		List:   "all",
		Get: func(ctx context.Context, id string) (sight, error) {
			asked := time.Now()
			if err := s.arrive(ctx, &s.gets); err != nil {
				return sight{}, err
			}
			i, err := strconv.Atoi(id)
			if err != nil {
				return sight{}, fault.InvalidRequest
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			v, ok := s.see(i, asked)
			if !ok {
				return sight{}, fault.NotFound
			}
			return v, nil
		},
		Page: func(ctx context.Context, token string) (Page[sight], error) {
			asked := time.Now()
			if err := s.arrive(ctx, &s.lists); err != nil {
				return Page[sight]{}, err
			}
			switch {
			case s.denied:
				return Page[sight]{}, fault.AccessDenied
			case s.broken:
				return Page[sight]{}, fault.InvalidRequest
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			first, _ := strconv.Atoi(token)
			var page Page[sight]
			i, shown := 0, 0
			for ; i < len(s.resources); i++ {
				v, ok := s.see(i, asked)
				if !ok || asked.Before(s.resources[i].appears.Add(s.lag)) {
					continue
				}
				if shown >= first && shown < first+s.pageSize {
					page.Items = append(page.Items, v)
				}
				shown++
			}
			if shown > first+s.pageSize {
				page.Next = strconv.Itoa(first + s.pageSize)
			}
			if s.total {
				page.Total = shown
			}
			return page, nil
		},
		ID: func(v sight) string { return v.id },
		Listed: func(id string) string {
			if id == "invalid" {
				return ""
			}
			return id
		},
		Denied: func(context.Context, error) { s.warned++ },
	}
}

var errBroken = errors.New("broken")

func ready() Goal[sight] {
	return Goal[sight]{Done: func(v sight) (string, bool, error) {
		if v.state == "broken" {
			return v.state, false, errBroken
		}
		return v.state, v.state == "ready", nil
	}}
}

func gone() Goal[sight] {
	return Goal[sight]{
		Done: func(v sight) (string, bool, error) { return v.state, false, nil },
		Gone: func(err error) bool { return errors.Is(err, fault.NotFound) },
	}
}

// TestRandomWaits runs random waits against random services and checks what each
// of them promises, whatever the others do.
func TestRandomWaits(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { randomWaits(t, rand.New(rand.NewPCG(seed, 0))) })
		})
	}
}

func randomWaits(t *testing.T, random *rand.Rand) {
	between := func(low, high time.Duration) time.Duration {
		return low + time.Duration(random.Int64N(int64(high-low)+1))
	}
	maybe := func(share float64) bool { return random.Float64() < share }
	now := time.Now()
	s := &service{
		random: random, pageSize: 1 + random.IntN(40), total: maybe(0.5), latency: between(0, 100*time.Millisecond),
		denied: maybe(0.1), broken: maybe(0.1),
	}
	if maybe(0.3) {
		s.lag = between(0, 40*time.Second)
	}
	if maybe(0.3) {
		s.faults = 0.3
	}
	for range 1 + random.IntN(200) {
		r := resource{appears: now.Add(between(-time.Minute, 0)), breaks: maybe(0.1)}
		r.ready = r.appears.Add(between(time.Minute, 2*time.Minute))
		if maybe(0.3) {
			r.goes = now.Add(between(0, 2*time.Minute))
		}
		s.resources = append(s.resources, r)
	}
	reader := &Reader[sight]{}
	atOnce := maybe(0.3)
	var waits []func() // started only when nothing more is drawn
	for range 1 + random.IntN(20) {
		source := s.source(reader)
		deletion := maybe(0.3)
		goal := ready
		if deletion {
			goal = gone
		}
		var ids []string
		for range random.IntN(1 + random.IntN(60)) {
			ids = append(ids, strconv.Itoa(random.IntN(len(s.resources))))
		}
		if maybe(0.1) {
			ids = append(ids, "invalid")
		}
		o := Options{Interval: between(time.Second, 5*time.Second), NotFoundGrace: 45 * time.Second}
		o.MaxInterval = o.Interval * time.Duration(1+random.IntN(3))
		var last time.Duration
		if len(ids) == 1 {
			o.OnPoll = func(_ int, elapsed time.Duration, _ string) {
				// A quarter of the shortest pause.
				if last > 0 && elapsed-last < o.Interval/5 {
					t.Errorf("polls at %v and %v, the interval is %v", last, elapsed, o.Interval)
				}
				last = elapsed
			}
		}
		if maybe(0.3) {
			o.PollTimeout = s.latency * time.Duration(1+random.IntN(3)) // to the nanosecond when an answer comes
		}
		begins, patience := between(0, time.Minute), 4*time.Minute
		if atOnce {
			begins = 0
		}
		if maybe(0.3) {
			patience = between(0, time.Minute)
		}
		waits = append(waits, func() {
			if err := Sleep(t.Context(), begins); err != nil {
				t.Error(err)
			}
			start := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			results := Each(ctx, o, source, ids, goal)
			if len(results) != len(ids) {
				t.Errorf("%d results for %d IDs", len(results), len(ids))
			}
			for i, r := range results {
				if r.Value.id != "" && (r.Value.id != ids[i] || r.Value.at.Before(start)) {
					t.Errorf("the wait for %s that began at %v returned %+v", ids[i], start, r.Value)
				}
				verify(t, s, ids[i], r, deletion, start.Add(patience))
			}
		})
	}
	var wg sync.WaitGroup
	for _, wait := range waits {
		wg.Go(wait)
	}
	wg.Wait()
	synctest.Wait()
	left(t, reader)
	if s.denied && s.lists > 0 && s.warned != 1 || !s.denied && s.warned != 0 {
		t.Errorf("%d warnings", s.warned)
	}
}

// verify compares what came of a wait with what the service did.
func verify(t *testing.T, s *service, id string, r Result[sight], deletion bool, end time.Time) {
	i, err := strconv.Atoi(id)
	if err != nil {
		if r.Err == nil || !errors.Is(r.Err, fault.InvalidRequest) && !errors.Is(r.Err, context.DeadlineExceeded) {
			t.Errorf("an invalid ID: %+v", r)
		}
		return
	}
	res := s.resources[i]
	switch {
	case r.Err == nil && deletion:
		if res.goes.IsZero() || time.Now().Before(res.goes) {
			t.Errorf("%s counts as gone: %+v", id, res)
		}
	case r.Err == nil:
		if r.Value.state != "ready" || res.breaks {
			t.Errorf("%s counts as ready: %+v", id, r.Value)
		}
	case errors.Is(r.Err, context.DeadlineExceeded):
		if time.Now().Before(end) {
			t.Errorf("%s: a deadline before its time", id)
		}
	case errors.Is(r.Err, errBroken):
		if !res.breaks {
			t.Errorf("%s is not broken", id)
		}
	case errors.Is(r.Err, fault.NotFound):
		if res.goes.IsZero() || deletion {
			t.Errorf("%s was there: %v", id, r.Err)
		}
	default:
		t.Errorf("%s: %v", id, r.Err)
	}
}

// calm returns a service with n resources that turn ready after d.
func calm(n, pageSize int, d time.Duration) *service {
	s := &service{pageSize: pageSize, latency: 10 * time.Millisecond, random: rand.New(rand.NewPCG(0, 0))}
	for range n {
		s.resources = append(s.resources, resource{appears: time.Now(), ready: time.Now().Add(d)})
	}
	return s
}

func numbers(from, to int) (ids []string) {
	for i := from; i < to; i++ {
		ids = append(ids, strconv.Itoa(i))
	}
	return ids
}

// TestRequests counts what a first look costs.
func TestRequests(t *testing.T) {
	for name, c := range map[string]struct {
		resources   int
		total       bool
		from, to    int // the IDs that are waited for
		lists, gets int
	}{
		"one":                                   {1000, true, 500, 501, 0, 1},
		"all":                                   {1000, true, 0, 1000, 10, 0},
		"all that are on the first page":        {1000, true, 0, 100, 1, 0},
		"fewer IDs than pages":                  {1000, true, 995, 1000, 1, 5},
		"fewer IDs than pages, without a total": {1000, false, 995, 1000, 5, 5},
		"more IDs than pages, without a total":  {1000, false, 900, 1000, 10, 0},
		"fewer IDs left than pages":             {2000, true, 95, 105, 1, 5},
		"none":                                  {1000, true, 0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := calm(c.resources, 100, 0)
				s.total = c.total
				for i, r := range Each(t.Context(), Options{}, s.source(&Reader[sight]{}), numbers(c.from, c.to), ready) {
					if r.Err != nil || r.Value.id != strconv.Itoa(c.from+i) {
						t.Errorf("%+v", r)
					}
				}
				if s.lists != c.lists || s.gets != c.gets {
					t.Errorf("%d lists and %d gets, want %d and %d", s.lists, s.gets, c.lists, c.gets)
				}
			})
		})
	}
}

// TestPageFails has every second answer to a list fail: such a page is asked for
// again, and neither those before it nor each resource by itself. A page that
// fails each time is given up.
func TestPageFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := calm(1000, 100, 0)
		source := s.source(&Reader[sight]{})
		page, asked := source.Page, 0
		source.Page = func(ctx context.Context, token string) (Page[sight], error) {
			if asked++; asked%2 == 1 {
				return Page[sight]{}, fault.Unavailable
			}
			return page(ctx, token)
		}
		for _, r := range Each(t.Context(), Options{}, source, numbers(0, 1000), ready) {
			if r.Err != nil || r.Value.state != "ready" {
				t.Errorf("%+v", r)
			}
		}
		if asked != 20 || s.gets != 0 {
			t.Errorf("%d pages asked for, %d gets", asked, s.gets)
		}

		source.Page = func(context.Context, string) (Page[sight], error) {
			asked++
			return Page[sight]{}, fault.Unavailable
		}
		asked = 0
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		for _, r := range Each(ctx, Options{}, source, numbers(0, 1000), ready) {
			if r.Err != nil {
				t.Errorf("%+v", r)
			}
		}
		if asked != maxFailures*pageTries || s.gets != 1000 {
			t.Errorf("%d pages asked for, %d gets", asked, s.gets)
		}
	})
}

// TestLearns checks that a crowd remembers what a listing takes.
func TestLearns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, total := range []bool{true, false} {
			s := calm(1000, 100, 20*time.Second)
			s.total = total
			// Three looks, with pauses of about 5 s.
			results := Each(t.Context(), Options{Interval: 8 * time.Second, MaxInterval: 8 * time.Second}, s.source(&Reader[sight]{}), numbers(995, 1000), ready)
			if results[0].Err != nil || s.lists > 5 || s.gets < 15 {
				t.Errorf("%v, %d lists and %d gets", results[0].Err, s.lists, s.gets)
			}
		}
	})
}

// TestLeaderGoes ends the wait in whose name a listing asks, and then that of all.
func TestLeaderGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, reader := calm(300, 10, time.Second), &Reader[sight]{}
		type key struct{}
		var asked []any
		start := func(name string, d time.Duration, ids []string) []Result[sight] {
			ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, name), d)
			defer cancel()
			source := s.source(reader)
			page := source.Page
			source.Page = func(ctx context.Context, token string) (Page[sight], error) {
				asked = append(asked, ctx.Value(key{}))
				return page(ctx, token)
			}
			return Each(ctx, Options{Interval: 2 * time.Second}, source, ids, ready)
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			for _, r := range start("patient", time.Hour, numbers(250, 300)) {
				if r.Err != nil {
					t.Errorf("got %+v", r)
				}
			}
		})
		<-time.After(1500 * time.Millisecond) // more than a quarter of its pause is over
		asked = nil
		for _, r := range start("hasty", 35*time.Millisecond, numbers(200, 250)) {
			if !errors.Is(r.Err, context.DeadlineExceeded) || r.Err.Elapsed != 35*time.Millisecond {
				t.Errorf("got %+v", r)
			}
		}
		wg.Wait()
		// The page that was on its way for the one who left is asked for once more.
		want := slices.Concat(slices.Repeat([]any{"hasty"}, 4), slices.Repeat([]any{"patient"}, 27))
		if d := cmp.Diff(want, asked); d != "" {
			t.Errorf("in whose name the pages are asked for (-want +got):\n%s", d)
		}

		// When all go, the listing ends with them.
		s.lists = 0
		start("hasty", 45*time.Millisecond, numbers(200, 300))
		synctest.Wait()
		if s.lists != 5 {
			t.Errorf("%d pages in 45 ms of 10 ms each", s.lists)
		}
	})
}

// TestSlowListing checks that the poll timeout bounds a page, not a listing, and
// that a page that hangs is given up by those that do not want to wait for it.
func TestSlowListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, reader := calm(300, 10, 0), &Reader[sight]{}
		s.latency = 4 * time.Second
		start := time.Now()
		for _, r := range Each(t.Context(), Options{PollTimeout: 5 * time.Second}, s.source(reader), numbers(200, 300), ready) {
			if r.Err != nil {
				t.Errorf("got %+v", r)
			}
		}
		if s.lists != 30 || s.gets != 0 || time.Since(start) != 2*time.Minute {
			t.Errorf("%d lists, %d gets in %v", s.lists, s.gets, time.Since(start))
		}

		// After three that hang, everybody asks alone.
		s.latency = 10 * time.Millisecond
		source, asked := s.source(reader), 0
		source.Page = func(ctx context.Context, _ string) (Page[sight], error) {
			asked++
			<-ctx.Done()
			return Page[sight]{}, ctx.Err()
		}
		for _, r := range Each(t.Context(), Options{PollTimeout: 5 * time.Second}, source, numbers(200, 300), ready) {
			if r.Err != nil {
				t.Errorf("got %+v", r)
			}
		}
		if asked != maxFailures || s.gets != 100 {
			t.Errorf("%d pages, %d gets", asked, s.gets)
		}

		// One who has more time goes on with a page that another has given up.
		s, reader = calm(300, 10, 0), &Reader[sight]{}
		s.latency = 4 * time.Second
		var all sync.WaitGroup
		for i, timeout := range []time.Duration{time.Second, 10 * time.Second} {
			all.Go(func() {
				<-time.After(time.Duration(1+i) * time.Millisecond)
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second+time.Duration(i)*time.Hour)
				defer cancel()
				for _, r := range Each(ctx, Options{PollTimeout: timeout}, s.source(reader), numbers(0, 10), ready) {
					if (r.Err == nil) != (i == 1) {
						t.Errorf("with %v: %+v", timeout, r)
					}
				}
			})
		}
		all.Wait()
	})
}

// TestStaleList checks that no wait fails for what a list alone says.
func TestStaleList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, broken := range []bool{false, true} {
			s := calm(100, 10, 0)
			for i := range s.resources {
				s.resources[i].breaks = broken
			}
			source := s.source(&Reader[sight]{})
			page := source.Page
			source.Page = func(ctx context.Context, token string) (Page[sight], error) {
				p, err := page(ctx, token)
				for i := range p.Items {
					p.Items[i].state = "broken"
				}
				return p, err
			}
			for _, r := range Each(t.Context(), Options{}, source, numbers(0, 100), ready) {
				if failed := r.Err != nil && errors.Is(r.Err, errBroken) && r.Err.Polls == 1; failed != broken || !broken && r.Err != nil {
					t.Errorf("broken %v: %+v", broken, r)
				}
			}
			if s.lists != 10 || s.gets != 100 {
				t.Errorf("%d lists and %d gets", s.lists, s.gets)
			}
		}
	})
}

// left checks that nothing is left when all have gone but what was learned.
func left[T any](t *testing.T, r *Reader[T]) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, l := range r.lists {
		if l.callers != 0 || len(l.wants) != 0 || l.read != nil {
			t.Errorf("left in %s: %+v", name, l)
		}
	}
}
