package pace_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/pace"
)

// attempt sends one attempt that is answered at once.
func attempt(t *testing.T, p *pace.Pacer, lane string, o pace.Outcome, retryAfter time.Duration) {
	t.Helper()
	permit, err := p.Acquire(t.Context(), lane, time.Time{})
	if err != nil {
		t.Error(err)
	}
	permit.Sent()
	permit.Report(o, retryAfter)
}

// closed returns a Pacer whose lane Op is held for a time.
func closed(t *testing.T, d time.Duration) *pace.Pacer {
	p := new(pace.Pacer)
	attempt(t, p, "Op", pace.Throttled, d)
	return p
}

// TestStart checks that a lane starts with few calls in flight and doubles them.
func TestStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		for _, want := range []time.Duration{6 * time.Second, time.Second} { // 2, 4, 8, 16, 32, 38 calls; then 100
			var wg sync.WaitGroup
			start := time.Now()
			for range 100 {
				wg.Go(func() {
					permit, err := p.Acquire(t.Context(), "Op", start)
					if err != nil {
						t.Error(err)
					}
					permit.Sent()
					<-time.After(time.Second)
					permit.Report(pace.Accepted, 0)
				})
			}
			wg.Wait()
			if took := time.Since(start); took != want {
				t.Errorf("took %v, want %v", took, want)
			}
		}
	})
}

// TestOrder checks that calls go in the order in which they first asked, whoever
// asks again, and that those that came together keep their order.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := closed(t, 5*time.Second)
		start := time.Now()
		<-time.After(time.Second)
		var mu sync.Mutex
		var order []int
		var wg sync.WaitGroup
		for i, first := range []time.Duration{1000, 1000, 500, 200, 1000, 500, 0, 1000} {
			asked := start.Add(first * time.Millisecond)
			switch i {
			case 1:
				asked = time.Time{}
			case 7:
				<-time.After(time.Second) // by now it asks again
			}
			wg.Go(func() {
				permit, err := p.Acquire(t.Context(), "Op", asked)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
				permit.Sent()
				permit.Report(pace.Accepted, 0)
			})
			synctest.Wait()
		}
		wg.Wait()
		if want := []int{6, 3, 2, 5, 7, 0, 1, 4}; !slices.Equal(order, want) {
			t.Errorf("order %v, want %v", order, want)
		}
	})
}

// TestLeave checks that callers who give up, at any place of the queue, hold
// nobody up.
func TestLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := closed(t, 2*time.Second)
		var served atomic.Int64
		var wg sync.WaitGroup
		for i := range 9 {
			ctx, cancel := context.WithCancel(t.Context())
			if i%3 != 1 {
				time.AfterFunc(500*time.Millisecond, cancel)
			}
			wg.Go(func() {
				defer cancel()
				start := time.Now()
				if permit, err := p.Acquire(ctx, "Op", time.Time{}); err == nil {
					served.Add(1)
					permit.Sent()
					permit.Report(pace.Accepted, 0)
				} else if !errors.Is(err, context.Canceled) || time.Since(start) != 500*time.Millisecond {
					t.Errorf("%v after %v", err, time.Since(start))
				}
			})
			synctest.Wait()
		}
		wg.Wait()
		if n := served.Load(); n != 3 {
			t.Errorf("%d served", n)
		}
	})
}

// TestRetryAfter checks that the pause that the service asks for holds back its
// lane alone, that a shorter one does not end it, that one of more than five
// minutes is not believed, and that a call without the time is refused at once.
func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		a, _ := p.Acquire(t.Context(), "A", time.Time{})
		b, _ := p.Acquire(t.Context(), "A", time.Time{})
		a.Sent()
		b.Sent()
		a.Report(pace.Throttled, 90*time.Second)
		b.Report(pace.Throttled, 5*time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 80*time.Second)
		defer cancel()
		start := time.Now()
		if _, err := p.Acquire(ctx, "A", start); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "locally") || time.Since(start) != 0 {
			t.Errorf("refused with %v after %v", err, time.Since(start))
		}
		if _, err := p.Acquire(ctx, "B", start); err != nil || time.Since(start) != 0 {
			t.Errorf("another lane: %v after %v", err, time.Since(start))
		}
		<-time.After(70 * time.Second) // idle, but not forgotten
		attempt(t, &p, "A", pace.Accepted, 0)
		if took := time.Since(start); took != 90*time.Second {
			t.Errorf("waited %v", took)
		}
		attempt(t, &p, "C", pace.Throttled, 24*time.Hour)
		start = time.Now()
		attempt(t, &p, "C", pace.Accepted, 0)
		if took := time.Since(start); took != 0 {
			t.Errorf("a day was believed: waited %v", took)
		}
	})
}

// TestDeadline checks that a call with many before it is refused at once if its
// turn would come too late.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		s := serve(refilled(20, 20))
		s.load(t, &p, 64)
		<-time.After(30 * time.Second)
		short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		if _, err := p.Acquire(short, "Op", time.Time{}); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 0 {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		long, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		permit, err := p.Acquire(long, "Op", time.Time{})
		if err != nil {
			t.Errorf("with time enough: %v", err)
		}
		permit.Report(pace.Unanswered, 0)
	})
}

// TestNotSent checks that an attempt that is not sent leaves its turn to the next.
func TestNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		s := serve(refilled(2, 20))
		s.load(t, &p, 8)
		<-time.After(time.Minute)
		s.stop()
		<-time.After(time.Second)
		attempt(t, &p, "Op", pace.Accepted, 0) // the rate holds back what comes after it
		for i, sent := range []bool{false, false, true, false} {
			start := time.Now()
			permit, err := p.Acquire(t.Context(), "Op", time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			if waited := time.Since(start) > 0; waited != (i == 0 || i == 3) {
				t.Errorf("%d: waited %v", i, waited)
			}
			if sent {
				permit.Sent()
			}
			permit.Report(pace.Accepted, 0)
		}
	})
}

// TestLimiterBelow has a caller's own limiter let 20 calls a second through where
// the service takes 200: its delay is not taken for the service's rate.
func TestLimiterBelow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		s := serve(refilled(200, 20))
		s.load(t, &p, 64)
		<-time.After(10 * time.Second)
		s.gap.Store(int64(50 * time.Millisecond))
		s.chance.Store(50) // one in fifty is refused, or nothing would be measured
		<-time.After(30 * time.Second)
		s.gap.Store(0)
		s.chance.Store(0)
		if perSecond, _ := s.seen(time.Second); perSecond < 60 { // it lost some to the refusals
			t.Errorf("%.0f a second without the limiter", perSecond)
		}
	})
}

// TestForgets checks that a lane is forgotten after a minute without a call, and
// not before.
func TestForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		s := serve(refilled(1, 1))
		s.load(t, &p, 8)
		<-time.After(20 * time.Second)
		s.stop()
		for _, c := range []struct {
			quiet  time.Duration
			atOnce bool
		}{{58 * time.Second, false}, {61 * time.Second, true}} {
			<-time.After(c.quiet)
			start := time.Now()
			for range 2 {
				permit, err := p.Acquire(t.Context(), "Op", time.Time{})
				if err != nil {
					t.Error(err)
				}
				permit.Sent()
				permit.Report(pace.Unanswered, 0)
			}
			if got := time.Since(start) == 0; got != c.atOnce {
				t.Errorf("after %v: at once %v", c.quiet, got)
			}
		}
	})
}

// TestSettles drops the service's rate to a tenth and raises it again.
func TestSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		s := serve(nil)
		for i, limit := range []float64{200, 20, 200, 2, 20, 300} {
			s.limit(refilled(limit, 20))
			if i == 0 {
				s.load(t, &p, 64)
			}
			_, settling := s.seen(10 * time.Second)
			long, bound := 20*time.Second, 0.10
			if limit < 20 {
				long, bound = time.Minute, 0.20 // few calls say little
			}
			perSecond, throttled := s.seen(long)
			t.Logf("limit %v: %.1f a second, %.1f%% throttled, %.1f%% while settling", limit, perSecond, 100*throttled, 100*settling)
			if perSecond < 0.9*limit || throttled > bound || limit >= 20 && settling > 0.15 {
				t.Errorf("limit %v: %.1f a second, %.1f%% throttled", limit, perSecond, 100*throttled)
			}
		}
	})
}

// TestNoise has a service that refuses a call now and then at any rate, as one
// does that others use too. Nothing is gained by calling it less often.
func TestNoise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		s := serve(refilled(200, 20))
		s.chance.Store(33)
		s.load(t, &p, 64)
		s.seen(10 * time.Second)
		perSecond, throttled := s.seen(time.Minute)
		t.Logf("%.1f a second, %.1f%% throttled", perSecond, 100*throttled)
		if perSecond < 0.8*200 || throttled > 0.1 {
			t.Errorf("%.1f a second, %.1f%% throttled", perSecond, 100*throttled)
		}
	})
}

// TestQuietLane has one call of a few refused by chance, and then many callers at
// once. That one refusal is no rate to start from.
func TestQuietLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		for range 5 {
			attempt(t, &p, "Op", pace.Accepted, 0)
			<-time.After(100 * time.Millisecond)
		}
		attempt(t, &p, "Op", pace.Throttled, 0)
		<-time.After(3 * time.Second)
		s := serve(refilled(200, 20))
		s.load(t, &p, 64)
		_, throttled := s.seen(10 * time.Second)
		perSecond, _ := s.seen(time.Second)
		t.Logf("%.1f a second after 10 s, %.1f%% throttled by then", perSecond, 100*throttled)
		if perSecond < 0.9*200 || throttled > 0.1 {
			t.Errorf("%.1f a second after 10 s, %.1f%% throttled by then", perSecond, 100*throttled)
		}
	})
}

// TestLimiters keeps 64 callers calling against services that count in different
// ways, each for as long as its window is told from others.
func TestLimiters(t *testing.T) {
	for _, c := range []struct {
		name      string
		perSecond float64
		limit     func(at time.Duration) bool
		over      time.Duration
		accepted  float64 // share of the quota at least
		throttled float64 // share of the attempts at most
	}{
		{"bucket", 200, refilled(200, 20), 20 * time.Second, 0.95, 0.05},
		{"bucket", 2, refilled(2, 20), 5 * time.Minute, 0.95, 0.16},
		{"fixed second", 20, fixedWindow(20, time.Second), time.Minute, 0.9, 0.16},
		{"fixed second", 200, fixedWindow(200, time.Second), 20 * time.Second, 0.9, 0.12},
		{"sliding second", 50, slidingWindow(50, time.Second), 20 * time.Second, 0.9, 0.15},
		{"sliding second", 2000, slidingWindow(2000, time.Second), 10 * time.Second, 0.75, 0.1},
		{"fixed minute", 2, fixedWindow(120, time.Minute), 10 * time.Minute, 0.95, 0.2},
		{"sliding minute", 2, slidingWindow(120, time.Minute), 10 * time.Minute, 0.9, 0.2},
		{"fixed 5 minutes", 2, fixedWindow(600, 5*time.Minute), 25 * time.Minute, 0.95, 0.2},
	} {
		t.Run(fmt.Sprint(c.name, " ", c.perSecond), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var p pace.Pacer
				s := serve(c.limit)
				s.load(t, &p, 64)
				perSecond, throttled := s.seen(c.over)
				t.Logf("%.1f a second, %.1f%% throttled", perSecond, 100*throttled)
				if perSecond < c.accepted*c.perSecond || throttled > c.throttled {
					t.Errorf("%.1f a second, %.1f%% throttled", perSecond, 100*throttled)
				}
			})
		})
	}
}

// A service takes calls as its limit says and answers after about 30 ms.
type service struct {
	mu       sync.Mutex
	rng      *rand.Rand
	begun    time.Time
	admits   func(at time.Duration) bool
	accepted int
	refused  int
	chance   atomic.Int64 // one in so many is refused whatever the limit; 0: none
	gap      atomic.Int64 // between two attempts that the caller's own limiter lets through
	last     time.Time
	stop     func()
}

func serve(admits func(at time.Duration) bool) *service {
	return &service{rng: rand.New(rand.NewPCG(1, 2)), begun: time.Now(), admits: admits}
}

func (s *service) limit(admits func(at time.Duration) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun, s.admits = time.Now(), admits
}

// call makes one call, and repeats it until the service accepts it.
func (s *service) call(ctx context.Context, p *pace.Pacer) error {
	for first := time.Now(); ; {
		permit, err := p.Acquire(ctx, "Op", first)
		if err != nil {
			return err
		}
		s.mu.Lock()
		var held time.Duration
		if gap := time.Duration(s.gap.Load()); gap > 0 {
			s.last = s.last.Add(max(gap, time.Since(s.last)))
			held = time.Until(s.last)
		}
		latency := 20*time.Millisecond + time.Duration(s.rng.Int64N(int64(20*time.Millisecond)))
		s.mu.Unlock()
		<-time.After(held + 1)
		permit.Sent()
		<-time.After(latency / 2)
		s.mu.Lock()
		n := s.chance.Load()
		ok := s.admits(time.Since(s.begun)) && (n == 0 || s.rng.Int64N(n) > 0)
		if ok {
			s.accepted++
		} else {
			s.refused++
		}
		s.mu.Unlock()
		<-time.After(latency / 2)
		if ok {
			permit.Report(pace.Accepted, 0)
			return nil
		}
		permit.Report(pace.Throttled, 0)
	}
}

// load keeps callers calling until stop, or the test's end.
func (s *service) load(t *testing.T, p *pace.Pacer, callers int) {
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for s.call(ctx, p) == nil {
			}
		})
	}
	s.stop = func() { cancel(); wg.Wait() }
	t.Cleanup(s.stop)
}

// seen returns how many calls a second were accepted over d, and the share of
// all attempts that was refused.
func (s *service) seen(d time.Duration) (perSecond, throttled float64) {
	count := func() (int, int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.accepted, s.refused
	}
	a, r := count()
	<-time.After(d)
	b, q := count()
	return float64(b-a) / d.Seconds(), float64(q-r) / float64(max(1, b-a+q-r))
}

// refilled is a bucket of tokens, full at first.
func refilled(perSecond, burst float64) func(at time.Duration) bool {
	left, last := burst, time.Duration(0)
	return func(at time.Duration) bool {
		left, last = min(burst, left+(at-last).Seconds()*perSecond), at
		if left < 1-1e-9 {
			return false
		}
		left--
		return true
	}
}

// fixedWindow counts anew in each window.
func fixedWindow(n int, window time.Duration) func(at time.Duration) bool {
	used, current := 0, time.Duration(0)
	return func(at time.Duration) bool {
		if k := (at + window/3) / window; k != current {
			used, current = 0, k
		}
		used++
		return used <= n
	}
}

// slidingWindow counts the calls of the last window.
func slidingWindow(n int, window time.Duration) func(at time.Duration) bool {
	var admitted []time.Duration
	return func(at time.Duration) bool {
		if len(admitted) >= n && admitted[len(admitted)-n] > at-window {
			return false
		}
		admitted = append(admitted, at)
		return true
	}
}

// BenchmarkLanes makes calls that need not wait, in a Pacer with one lane and in
// one with many.
func BenchmarkLanes(b *testing.B) {
	for _, lanes := range []int{1, 20_000} {
		b.Run(fmt.Sprint(lanes), func(b *testing.B) {
			var p pace.Pacer
			call := func(lane string) {
				permit, err := p.Acquire(b.Context(), lane, time.Time{})
				if err != nil {
					b.Fatal(err)
				}
				permit.Sent()
				permit.Report(pace.Accepted, 0)
			}
			names := make([]string, lanes)
			for i := range names {
				names[i] = fmt.Sprint("Op", i)
				call(names[i])
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				call(names[i%lanes])
			}
		})
	}
}

// TestSeldom has a caller who seldom comes, and whom a service without a limit refuses
// one time in ten by chance. Three in a row look like a quota that is used up; what is
// made of that is soon over.
func TestSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		r := rand.New(rand.NewPCG(1, 2))
		var waits []time.Duration
		for range 5000 {
			began := time.Now()
			for accepted := false; !accepted; {
				permit, err := p.Acquire(t.Context(), "lane", began)
				if err != nil {
					t.Fatal(err)
				}
				permit.Sent()
				<-time.After(30 * time.Millisecond)
				if accepted = r.Float64() >= 0.1; accepted {
					permit.Report(pace.Accepted, 0)
				} else {
					permit.Report(pace.Throttled, 0)
				}
			}
			waits = append(waits, time.Since(began))
			<-time.After(30 * time.Second)
		}
		slices.Sort(waits)
		if of := waits[len(waits)*99/100]; of > 15*time.Second {
			t.Errorf("one call in a hundred takes %v and more", of)
		}
	})
}
