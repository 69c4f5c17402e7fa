package nas_test

import (
	"errors"
	"flag"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

var soak = flag.Int("soak", 1000, "access points that one client makes in a day")

// TestSoak has one client make, wait for and remove many access points in a day
// while every tenth request goes wrong. Nothing may stay behind in it.
func TestSoak(t *testing.T) {
	const hours, callers = 24, 16
	var srv *nastest.Server // of the hour, since a server remembers all calls
	heap := func() uint64 {
		runtime.GC()
		runtime.GC() // what the first one finalized
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	synctest.Test(t, func(t *testing.T) {
		cfg := nastest.NewServer().Config()
		cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			return srv.Config().HTTPClient.Transport.RoundTrip(r)
		})}
		client, err := nas.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		var first uint64
		var goroutines, done int
		for hour := range hours {
			srv = nastest.NewServer(nastest.AnySignature(), nastest.ReadyAfter(3*time.Second), nastest.GoneAfter(3*time.Second))
			srv.Disturb(nastest.Disturbance{Faults: 0.1, Late: time.Second, Lag: time.Second, Seed: uint64(hour)})
			var all sync.WaitGroup
			for range callers {
				all.Go(func() {
					for range *soak / hours / callers {
						life(t, client)
					}
				})
				done += *soak / hours / callers
			}
			all.Wait()
			srv = nil
			<-time.After(time.Until(start.Add(time.Duration(hour+1) * time.Hour)))
			if hour == 0 {
				first, goroutines = heap(), runtime.NumGoroutine()
			}
		}
		last := heap()
		t.Logf("%d access points in %v: the heap has grown by %d KB, from %d KB", done, time.Since(start), (int64(last)-int64(first))/1024, first/1024)
		if int64(last)-int64(first) > 1<<20 {
			t.Errorf("the heap has grown from %d to %d bytes", first, last)
		}
		if n := runtime.NumGoroutine(); n > goroutines {
			t.Errorf("%d goroutines, %d after the first hour", n, goroutines)
		}
	})
}

// life takes one access point through its life.
func life(t *testing.T, client *nas.Client) {
	var id string
	for id == "" { // some get lost
		out, err := client.CreateAccessPoint(t.Context(), createRequest)
		if err == nil {
			id = out.AccessPoint.AccessPointID
		} else if !errors.Is(err, nas.ErrOutcomeUnknown) && !errors.Is(err, nas.ErrUnavailable) {
			t.Error(err)
			return
		}
	}
	if _, err := client.WaitAccessPointActive(t.Context(), nastest.FileSystemID, id, nas.WaitOptions{}); err != nil {
		t.Error(err)
	}
	for {
		_, err := client.DeleteAccessPoint(t.Context(), nas.DeleteAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: id})
		if err == nil || errors.Is(err, nas.ErrNotFound) {
			break
		}
	}
	if err := client.WaitAccessPointDeleted(t.Context(), nastest.FileSystemID, id, nas.WaitOptions{}); err != nil {
		t.Error(err)
	}
}
