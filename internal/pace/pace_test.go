package pace_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/internal/pace"
)

// A service takes calls at a rate, as a token bucket does, and answers after 5 ms.
type service struct {
	bucket              *rate.Limiter
	accepted, throttled atomic.Int64
	noise               float64 // share of the calls that are refused at any rate
}

func newService(limit rate.Limit) *service { return &service{bucket: rate.NewLimiter(limit, 20)} }

// call makes one call, and repeats it until the service accepts it.
func (s *service) call(ctx context.Context, p *pace.Pacer) error {
	for attempt := 1; ; attempt++ {
		if err := p.Acquire(ctx, "Op", attempt); err != nil {
			return err
		}
		<-time.After(5 * time.Millisecond)
		if s.bucket.Allow() && rand.Float64() >= s.noise {
			s.accepted.Add(1)
			p.Report("Op", pace.Accepted, 0)
			return nil
		}
		s.throttled.Add(1)
		p.Report("Op", pace.Throttled, 0)
	}
}

// load keeps callers calling until the test ends.
func (s *service) load(t *testing.T, p *pace.Pacer, callers int) {
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for s.call(ctx, p) == nil {
			}
		})
	}
	t.Cleanup(func() { cancel(); wg.Wait() })
}

// seen returns how many calls a second were accepted over d, and the share of
// those that were throttled.
func (s *service) seen(d time.Duration) (perSecond, throttled float64) {
	a, th := s.accepted.Load(), s.throttled.Load()
	<-time.After(d)
	a, th = s.accepted.Load()-a, s.throttled.Load()-th
	return float64(a) / d.Seconds(), float64(th) / float64(max(1, a+th))
}

// TestStart checks that a lane starts with few calls in flight and doubles them.
func TestStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		for _, want := range []time.Duration{5 * time.Second, time.Second} { // 4, 8, 16, 32, 40 calls; then 100
			var wg sync.WaitGroup
			start := time.Now()
			for range 100 {
				wg.Go(func() {
					if err := p.Acquire(t.Context(), "Op", 1); err != nil {
						t.Error(err)
					}
					<-time.After(time.Second)
					p.Report("Op", pace.Accepted, 0)
				})
			}
			wg.Wait()
			if took := time.Since(start); took != want {
				t.Errorf("took %v, want %v", took, want)
			}
		}
	})
}

// TestSettles drops the service's rate to a tenth and raises it again.
func TestSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		s := newService(200)
		s.load(t, &p, 64)
		for _, limit := range []rate.Limit{200, 20, 200, 2, 20, 300} {
			s.bucket.SetLimit(limit)
			_, settling := s.seen(10 * time.Second)
			long := 20 * time.Second
			if limit < 20 {
				long = time.Minute // few calls say little
			}
			perSecond, throttled := s.seen(long)
			t.Logf("limit %v: %.1f a second, %.1f%% throttled, %.1f%% while settling", limit, perSecond, 100*throttled, 100*settling)
			bound := 0.10
			if limit < 20 {
				bound = 0.20 // of so few, one in eight is usual
			}
			if perSecond < 0.75*float64(limit) || throttled > bound || limit >= 20 && settling > 0.15 {
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
		s := newService(200)
		s.noise = 0.03
		s.load(t, &p, 64)
		s.seen(10 * time.Second)
		perSecond, throttled := s.seen(time.Minute)
		t.Logf("%.1f a second, %.1f%% throttled", perSecond, 100*throttled)
		if perSecond < 0.6*200 || throttled > 0.1 {
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
			_ = p.Acquire(t.Context(), "Op", 1)
			<-time.After(100 * time.Millisecond)
			p.Report("Op", pace.Accepted, 0)
		}
		_ = p.Acquire(t.Context(), "Op", 1)
		p.Report("Op", pace.Throttled, 0)
		<-time.After(3 * time.Second)
		s := newService(200)
		s.load(t, &p, 64)
		_, throttled := s.seen(10 * time.Second)
		perSecond, _ := s.seen(time.Second)
		t.Logf("%.1f a second after 10 s, %.1f%% throttled by then", perSecond, 100*throttled)
		if perSecond < 0.9*200 || throttled > 0.1 {
			t.Errorf("%.1f a second after 10 s, %.1f%% throttled by then", perSecond, 100*throttled)
		}
	})
}

// TestQuotaOfAMinute uses up a quota that is renewed every minute.
func TestQuotaOfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		left, renewed, accepted, throttled := 100, time.Now(), 0, 0
		var mu sync.Mutex
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for p.Acquire(ctx, "Op", 1) == nil {
					<-time.After(5 * time.Millisecond)
					mu.Lock()
					if time.Since(renewed) >= time.Minute {
						left, renewed = 100, time.Now()
					}
					outcome := pace.Accepted
					if left == 0 {
						outcome = pace.Throttled
						throttled++
					} else {
						accepted++
						left--
					}
					mu.Unlock()
					p.Report("Op", outcome, 0)
				}
			})
		}
		<-time.After(10 * time.Minute)
		cancel()
		wg.Wait()
		t.Logf("%d accepted of 1000, %d throttled", accepted, throttled)
		if accepted < 950 || throttled > 900 {
			t.Errorf("%d accepted of 1000, %d throttled", accepted, throttled)
		}
	})
}

// TestOrder checks that calls go in the order in which they came.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		_ = p.Acquire(t.Context(), "Op", 1)
		p.Report("Op", pace.Throttled, time.Second)
		var mu sync.Mutex
		var order []int
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				if err := p.Acquire(t.Context(), "Op", 1); err != nil {
					t.Error(err)
				}
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
				p.Report("Op", pace.Accepted, 0)
			})
			synctest.Wait()
		}
		wg.Wait()
		if len(order) != 20 || !slices.IsSorted(order) {
			t.Errorf("order %v", order)
		}
	})
}

// TestOrderOfRepeats checks that a call that is sent again goes ahead of those
// that were not sent yet, but for the one whose turn it is.
func TestOrderOfRepeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		_ = p.Acquire(t.Context(), "Op", 1)
		p.Report("Op", pace.Throttled, time.Second)
		var mu sync.Mutex
		var order []int
		var wg sync.WaitGroup
		for _, attempt := range []int{1, 2, 1, 3, 2, 1} {
			wg.Go(func() {
				if err := p.Acquire(t.Context(), "Op", attempt); err != nil {
					t.Error(err)
				}
				mu.Lock()
				order = append(order, attempt)
				mu.Unlock()
				p.Report("Op", pace.Accepted, 0)
			})
			synctest.Wait()
		}
		wg.Wait()
		if want := []int{1, 3, 2, 2, 1, 1}; !slices.Equal(order, want) {
			t.Errorf("order %v, want %v", order, want)
		}
	})
}

// TestLeave checks that callers who give up, at any place of the queue, hold
// nobody up.
func TestLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		_ = p.Acquire(t.Context(), "Op", 1)
		p.Report("Op", pace.Throttled, time.Second)
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
				if err := p.Acquire(ctx, "Op", 1); err == nil {
					served.Add(1)
					p.Report("Op", pace.Accepted, 0)
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

// TestReport checks that a reported pause holds back, and is refused at once to
// those who cannot wait that long.
func TestReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		for _, pause := range []time.Duration{10 * time.Second, time.Second} { // the shorter one has no effect
			_ = p.Acquire(t.Context(), "B", 1)
			p.Report("A", pace.Throttled, pause)
			p.Report("B", pace.Accepted, 0)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		if err := p.Acquire(ctx, "A", 1); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 0 {
			t.Errorf("refused with %v after %v", err, time.Since(start))
		}
		if err := p.Acquire(ctx, "B", 1); err != nil || time.Since(start) != 0 {
			t.Errorf("another lane: %v after %v", err, time.Since(start))
		}
		if err := p.Acquire(t.Context(), "A", 1); err != nil || time.Since(start) != 10*time.Second {
			t.Errorf("waited %v: %v", time.Since(start), err)
		}
	})
}

// TestDeadline checks that a call with many before it is refused at once if its
// turn would come too late.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pace.Pacer
		s := newService(20)
		s.load(t, &p, 64)
		<-time.After(30 * time.Second)
		short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		if err := p.Acquire(short, "Op", 1); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 0 {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		long, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := p.Acquire(long, "Op", 1); err != nil {
			t.Errorf("with time enough: %v", err)
		}
	})
}

// TestWait checks that a refused or abandoned wait gives its token back.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := rate.NewLimiter(1, 1)
		_ = pace.Wait(t.Context(), l)
		short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		if err := pace.Wait(short, l); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		left, leave := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, leave)
		if err := pace.Wait(left, l); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		start := time.Now()
		if err := pace.Wait(t.Context(), l); err != nil || time.Since(start) > time.Second {
			t.Errorf("the tokens are lost: waited %v, %v", time.Since(start), err)
		}
		if err := pace.Wait(t.Context(), rate.NewLimiter(1, 0)); err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a limiter without a burst: %v", err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := pace.Wait(ended, rate.NewLimiter(1, 1)); !errors.Is(err, context.Canceled) {
			t.Errorf("an ended context: %v", err)
		}
	})
}
