package ensuretest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A Drop is one client of a service that takes usualLimit calls a second, then 20,
// then usualLimit again.
type Drop struct {
	// Server starts a service that takes so many calls a second.
	Server func(limit float64) http.RoundTripper
	// Client returns a function that creates something, which sends to rt.
	Client func(rt http.RoundTripper) (create func(ctx context.Context, name string) error)
}

// Run creates without an end, 64 at a time. Within ten seconds of each change, the
// client is to send what the service takes, and little more.
func (d Drop) Run(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var srv atomic.Pointer[http.RoundTripper]
		var sent, taken atomic.Int64
		create := d.Client(roundTripper(func(r *http.Request) (*http.Response, error) {
			answer, err := (*srv.Load()).RoundTrip(r)
			sent.Add(1)
			if err == nil && answer.StatusCode/100 == 2 {
				taken.Add(1)
			}
			return answer, err
		}))
		count := func(over time.Duration) (perSecond, throttled float64) {
			s, n := sent.Load(), taken.Load()
			<-time.After(over)
			s, n = sent.Load()-s, taken.Load()-n
			return float64(n) / over.Seconds(), float64(s-n) / float64(s)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		first := d.Server(usualLimit)
		srv.Store(&first)
		for caller := range 64 {
			all.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					if err := create(ctx, fmt.Sprintf("name-%d-%d", caller, i)); err != nil && ctx.Err() == nil {
						t.Error(err)
					}
				}
			})
		}
		for i, limit := range []float64{usualLimit, 20, usualLimit} {
			if i > 0 {
				next := d.Server(limit)
				srv.Store(&next)
			}
			_, settling := count(10 * time.Second)
			perSecond, throttled := count(20 * time.Second)
			t.Logf("limit %v: %.1f a second, %.1f %% throttled, %.1f %% in the 10 s before", limit, perSecond, 100*throttled, 100*settling)
			if perSecond < 0.9*limit || throttled > 0.1 || settling > 0.15 {
				t.Errorf("limit %v: %.1f a second, %.1f %% throttled, %.1f %% in the 10 s before", limit, perSecond, 100*throttled, 100*settling)
			}
		}
		cancel()
		all.Wait()
	})
}

// Limited makes 100 calls at once that have two seconds and share a limiter of 5 a
// second with a burst of 5. What fits succeeds, and the others know
// long before their time is over.
func Limited(t *testing.T, srv http.RoundTripper, client func(http.RoundTripper) func(context.Context, string) error) {
	synctest.Test(t, func(t *testing.T) {
		var sent, served, refused atomic.Int64
		create := client(roundTripper(func(r *http.Request) (*http.Response, error) {
			sent.Add(1)
			return srv.RoundTrip(r)
		}))
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		start := time.Now()
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				err := create(ctx, fmt.Sprintf("name-%d", i))
				switch {
				case err == nil:
					served.Add(1)
				case errors.Is(err, context.DeadlineExceeded) && strings.Contains(err.Error(), "locally") && time.Since(start) < time.Second:
					refused.Add(1) // a few round trips pass until its turn to ask the limiter
				case errors.Is(err, context.DeadlineExceeded) && time.Since(start) == 2*time.Second:
					refused.Add(1) // its turn came in the instant in which the time was over
				default:
					t.Errorf("after %v: %v", time.Since(start), err)
				}
			})
		}
		all.Wait()
		if n := served.Load(); n < 14 || n > 15 || n+refused.Load() != 100 || sent.Load() > 15 {
			t.Errorf("%d served, %d refused, %d sent", n, refused.Load(), sent.Load())
		}
	})
}
