package nas_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

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
	cfg.OnAttempt = func(_ context.Context, a nas.Attempt) {
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
