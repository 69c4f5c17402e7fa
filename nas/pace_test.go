package nas_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// A fleet is what came of many creates.
type fleet struct {
	failed, throttled, requests int
	took                        time.Duration
	slowest, median             time.Duration // of those that waited
}

// createMany makes n access points on srv, with callers at a time.
func createMany(t *testing.T, srv *nastest.Server, n, callers int) fleet {
	t.Helper()
	var f fleet
	var mu sync.Mutex
	cfg := srv.Config()
	cfg.OnAttempt = func(a nas.Attempt) {
		mu.Lock()
		defer mu.Unlock()
		f.requests++
		if a.Code == string(nas.CodeThrottlingUser) {
			f.throttled++
		}
	}
	client, err := nas.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	work := make(chan struct{}, n)
	for range n {
		work <- struct{}{}
	}
	close(work)
	var durations []time.Duration
	start := time.Now()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range work {
				begin := time.Now()
				_, err := client.CreateAccessPoint(t.Context(), createRequest)
				mu.Lock()
				if d := time.Since(begin); d > 20*time.Millisecond {
					durations = append(durations, d)
				}
				if err != nil {
					f.failed++
					t.Log(err)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	f.took = time.Since(start)
	slices.Sort(durations)
	if len(durations) > 0 {
		f.slowest, f.median = durations[len(durations)-1], durations[len(durations)/2]
	}
	return f
}

// TestNoStampede starts 1,000 creates, 64 at a time, where the service takes 200
// a second and nothing is configured.
func TestNoStampede(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := createMany(t, nastest.NewServer(nastest.Limit(200), nastest.Latency(5*time.Millisecond)), 1000, 64)
		ideal := 980 * time.Second / 200
		t.Logf("%d throttled of %d requests, %v (ideal %v), slowest %v, median %v", f.throttled, f.requests, f.took, ideal, f.slowest, f.median)
		if f.failed > 0 || f.throttled*20 > f.requests || f.took > ideal*5/4 || f.slowest > 3*f.median {
			t.Errorf("%+v", f)
		}
	})
}

// TestLimiterOfACaller has 100 calls share a limiter of 5 a second with a burst of
// 5, and two seconds. Those for which that is too short know at once.
func TestLimiterOfACaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := nastest.NewServer()
		cfg := srv.Config()
		cfg.Limiter = rate.NewLimiter(5, 5)
		client, err := nas.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		start := time.Now()
		var mu sync.Mutex
		var served, refused int
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				_, err := client.CreateAccessPoint(ctx, createRequest)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					served++
				case errors.Is(err, context.DeadlineExceeded) && strings.Contains(err.Error(), "locally") && time.Since(start) == 0:
					refused++
				case errors.Is(err, context.DeadlineExceeded) && time.Since(start) == 2*time.Second:
					refused++ // its turn came in the instant in which the time was over
				default:
					t.Errorf("after %v: %v", time.Since(start), err)
				}
			})
		}
		wg.Wait()
		if served < 14 || served > 15 || served+refused != 100 || len(srv.Calls()) > 15 {
			t.Errorf("%d served, %d refused, %d sent", served, refused, len(srv.Calls()))
		}
	})
}
