package ensuretest

import (
	"flag"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var soak = flag.Int("soak", usualSoak, "resources that one client makes and removes in a day")

// A Soak is one client that runs for a day.
type Soak struct {
	// Server starts a service that misbehaves by chance. It is left after an hour,
	// since a fake remembers all calls.
	Server func(seed uint64) http.RoundTripper
	// Client returns the client, which sends to rt.
	Client func(rt http.RoundTripper) Caller
}

// Run makes many resources and removes them again, some at the same time. Nothing
// may stay behind in the client.
func (s Soak) Run(t *testing.T) {
	const hours, callers = 24, 10
	heap := func() int64 {
		runtime.GC()
		runtime.GC() // what the first one finalized
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	synctest.Test(t, func(t *testing.T) {
		var srv http.RoundTripper // of the hour
		client := s.Client(roundTripper(func(r *http.Request) (*http.Response, error) { return srv.RoundTrip(r) }))
		start := time.Now()
		var first int64
		var goroutines, lives int
		for hour := range hours {
			srv = s.Server(uint64(hour))
			var all sync.WaitGroup
			for caller := range callers {
				all.Go(func() {
					for i := range *soak / hours / callers {
						key := fmt.Sprintf("key-%d-%d-%d", hour, caller, i)
						if id, err := client.Ensure(t.Context(), key); err != nil {
							t.Errorf("%s: %s, %v", key, id, err)
						}
						if err := client.Absent(t.Context(), key); err != nil {
							t.Errorf("%s: %v", key, err)
						}
					}
				})
				lives += *soak / hours / callers
			}
			all.Wait()
			srv = nil
			left := time.Until(start.Add(time.Duration(hour+1) * time.Hour))
			if left <= 0 {
				t.Fatalf("hour %d took %v longer", hour, -left)
			}
			<-time.After(left)
			if hour == 0 {
				first, goroutines = heap(), runtime.NumGoroutine()
			}
		}
		grown := heap() - first
		runtime.KeepAlive(client)
		t.Logf("%d resources in %v: the heap has grown by %d KB, from %d KB", lives, time.Since(start), grown/1024, first/1024)
		if grown > 1<<20 {
			t.Errorf("the heap has grown from %d bytes by %d", first, grown)
		}
		if n := runtime.NumGoroutine(); n > goroutines {
			t.Errorf("%d goroutines, %d after the first hour", n, goroutines)
		}
	})
}
