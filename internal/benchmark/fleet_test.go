package benchmark

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// standing returns how many access points a service holds, of up to 100.
func standing(t *testing.T, s *Service, service http.Handler) int {
	t.Helper()
	client, err := s.Columns[0].New(memory, fake.Transport(service))
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.Do(t.Context(), list100)
	if err != nil {
		t.Fatal(err)
	}
	return items(list)
}

// bubbles calls f for every column of which is holds, in the time of a bubble.
func bubbles(t *testing.T, is func(*Service, Column) bool, f func(t *testing.T, s *Service, column Column)) {
	columnsThat(t, is, func(t *testing.T, s *Service, column Column) {
		synctest.Test(t, func(t *testing.T) { f(t, s, column) })
	})
}

// TestFanOut compares what the columns count with what there is. One caller, since
// some SDKs have data races.
func TestFanOut(t *testing.T) {
	// The bare floor sends one create again and again.
	fansOut := func(_ *Service, column Column) bool { return column.Name != FloorBare }
	bubbles(t, fansOut, func(t *testing.T, s *Service, column Column) {
		service := s.fake(0, conditions{latency: fleetLatency})
		f, err := fanOut(service, column, 60, 1)
		if err != nil || f.Succeeded != 60 || f.Failed != 0 || f.Requests != 60 || f.Throttled != 0 {
			t.Errorf("no limit: %+v, %v", f, err)
		}
		if n := standing(t, s, service); n != 60 {
			t.Errorf("no limit: %d created", n)
		}
		service = s.fake(0, conditions{limit: 1, latency: fleetLatency})
		if f, err = fanOut(service, column, 30, 1); err != nil || f.Succeeded+f.Failed != 30 || f.Throttled == 0 {
			t.Errorf("a limit: %+v, %v", f, err)
		}
		if column.Name == Ours && f.Failed > 0 {
			t.Errorf("a limit: %+v", f)
		}
		<-time.After(time.Second) // for the list
		if n := standing(t, s, service); n != f.Succeeded {
			t.Errorf("a limit: %+v, %d created", f, n)
		}
	})
}

// TestReady looks at an access point before and after it can be used.
func TestReady(t *testing.T) {
	// KMS creates nothing in the background.
	looks := func(s *Service, column Column) bool { return s.id != nil && column.Official() }
	bubbles(t, looks, func(t *testing.T, s *Service, column Column) {
		service := s.fake(0, conditions{readyAfter: latest})
		create, err := s.Columns[0].New(memory, fake.Transport(service))
		if err != nil {
			t.Fatal(err)
		}
		created, err := create.Create(t.Context(), accessPointName, Short)
		if err != nil {
			t.Fatal(err)
		}
		client, err := column.New(memory, &counter{next: fake.Transport(service)})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []bool{false, true} {
			if ready, err := client.Ready(context.Background(), s.id(accessPointName, created)); ready != want || err != nil {
				t.Errorf("ready %t, %v", ready, err)
			}
			<-time.After(latest)
		}
	})
}

// TestWaits lets all ways wait, and checks that none is left out. For one access
// point, since some SDKs have data races.
func TestWaits(t *testing.T) {
	for _, s := range Services {
		t.Run(s.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				results, err := s.waits(1)
				if err != nil {
					t.Fatal(err)
				}
				want := 0
				for _, column := range s.Columns {
					switch {
					case s.id == nil: // nothing is created in the background
					case column.Name == Ours:
						want += 2
					case column.Official():
						want++
					}
				}
				if len(results) != want {
					t.Errorf("%d ways of %d: %+v", len(results), want, results)
				}
				for _, w := range results {
					// A get at once, and four more in the 8 seconds.
					if w.Seconds < (latest-time.Second).Seconds() || w.Requests == 0 || w.Column != Ours && w.Requests != 5 {
						t.Errorf("%+v", w)
					}
				}
			})
		})
	}
}
