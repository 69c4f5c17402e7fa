package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// A service is one of the five, as this program uses it.
type service struct {
	name   string
	create string   // the operation that creates an access point
	looks  []string // the operations by which a wait looks
	// start starts a service in memory.
	start func(o *options, onRequest func(nastest.Request)) backend
}

// A backend is a running service.
type backend struct {
	// process returns a new process that uses the service.
	process func(s setup) (process, error)
	// calm ends all faults.
	calm func()
	// standing returns the IDs of what is there for each key.
	standing func(ctx context.Context) (map[string][]string, error)
}

// A setup is what the program wants of every client.
type setup struct {
	transport func(http.RoundTripper) http.RoundTripper
	settle    time.Duration // 0 for the default
	attempt   func(operation string, throttled bool, waited time.Duration)
}

// A process ensures the access point of a key and returns its ID.
type process func(ctx context.Context, key string) (id string, err error)

// A result is what came of a fleet.
type result struct {
	Service           string  `json:"service"`
	Asked             int     `json:"asked"`
	Created           int     `json:"created"`
	Duplicates        int     `json:"duplicates"`
	Lost              int     `json:"lost"`
	Failed            int     `json:"failed"`
	Requests          int     `json:"requests"`
	Throttled         int     `json:"throttled"`
	WaitRequests      int     `json:"wait_requests"`
	Seconds           float64 `json:"seconds"`       // from the first creation answered to the last
	IdealSeconds      float64 `json:"ideal_seconds"` // what the limit allows
	ReadySeconds      float64 `json:"ready_seconds"` // from the first creation answered until all can be used
	SlowestOverMedian float64 `json:"slowest_over_median"`
}

// A fleet is the access points of one service.
type fleet struct {
	service service
	options *options
	slots   chan struct{} // for the requests under way

	mu     sync.Mutex
	pace   pace
	first  time.Time // a creation was answered
	last   time.Time
	done   int
	waits  []time.Duration // of creations that were held back
	result result
	errs   []error
}

func newFleet(s service, o *options) *fleet {
	return &fleet{
		service: s,
		options: o,
		slots:   make(chan struct{}, o.concurrency),
		result:  result{Service: s.name, Asked: o.n},
	}
}

// run ensures all access points, each in a goroutine, and counts what is there.
func (f *fleet) run(ctx context.Context) {
	b := f.service.start(f.options, f.onRequest)
	got := make([]string, f.options.n)
	shared, err := b.process(f.setup())
	if err != nil {
		f.fail(err)
		return
	}
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			r := rand.New(rand.NewPCG(f.options.seed, uint64(i)))
			p := shared
			for r.Float64() < f.options.restart {
				// The process dies within the first seconds, and another begins.
				brief, cancel := context.WithTimeout(ctx, time.Duration(r.Int64N(int64(3*f.options.late+time.Second))))
				id, err := p(brief, key(i))
				cancel()
				if err == nil {
					got[i] = id
				}
				if p, err = b.process(f.setup()); err != nil {
					f.fail(err)
					return
				}
			}
			id, err := p(ctx, key(i))
			for errors.Is(err, nas.ErrOutcomeUnknown) && ctx.Err() == nil {
				// The connection broke whenever it created, and nothing has shown. A
				// call creates only so often; the next one looks first.
				id, err = p(ctx, key(i))
			}
			if err != nil {
				f.fail(fmt.Errorf("%s: %w", key(i), err))
				return
			}
			got[i] = id
			f.mu.Lock()
			f.done++
			f.mu.Unlock()
		})
	}
	all.Wait()
	ready := time.Now()
	b.calm()
	if f.options.faults > 0 {
		// What is still to be applied would otherwise be missed.
		select {
		case <-time.After(f.options.late):
		case <-ctx.Done():
		}
	}
	standing, err := b.standing(context.WithoutCancel(ctx))
	if err != nil {
		f.fail(err)
	}
	f.count(got, standing, ready)
}

func key(i int) string { return fmt.Sprintf("volume-%05d", i) }

func (f *fleet) count(got []string, standing map[string][]string, ready time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, id := range got {
		there := standing[key(i)]
		f.result.Created += len(there)
		f.result.Duplicates += max(0, len(there)-1)
		if len(there) == 0 || id != "" && !slices.Contains(there, id) {
			f.result.Lost++
		}
	}
	// What was not asked for at all is there once too often, too.
	strangers := maps.Clone(standing)
	for i := range got {
		delete(strangers, key(i))
	}
	f.result.Duplicates += len(strangers)
	if !f.first.IsZero() {
		f.result.Seconds = f.last.Sub(f.first).Seconds()
		f.result.ReadySeconds = ready.Sub(f.first).Seconds()
	}
	f.result.IdealSeconds = f.options.ideal()
	if m := median(f.waits); m > 0 {
		f.result.SlowestOverMedian = float64(f.waits[len(f.waits)-1]) / float64(m)
	}
}

func (f *fleet) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.result.Failed++
	f.errs = append(f.errs, err)
}

// onRequest hears of every request that the service has answered.
func (f *fleet) onRequest(q nastest.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.result.Requests++
	if q.Operation == f.service.create && q.Status/100 == 2 {
		f.last = time.Now()
		if f.first.IsZero() {
			f.first = f.last
		}
	}
	if slices.Contains(f.service.looks, q.Operation) {
		f.result.WaitRequests++
	}
}

// setup is that of a new process.
func (f *fleet) setup() setup {
	s := setup{
		transport: func(rt http.RoundTripper) http.RoundTripper { return bounded{rt, f.slots} },
		attempt: func(operation string, throttled bool, waited time.Duration) {
			f.mu.Lock()
			defer f.mu.Unlock()
			if throttled {
				f.result.Throttled++
			}
			if operation == f.service.create && waited > 20*time.Millisecond {
				f.waits = append(f.waits, waited)
			}
		},
	}
	if f.options.disturbed() {
		s.settle = 2 * f.options.late // within which every change shows here
	}
	return s
}

// bounded lets only so many requests be under way at once.
type bounded struct {
	rt    http.RoundTripper
	slots chan struct{}
}

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case b.slots <- struct{}{}:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	defer func() { <-b.slots }()
	return b.rt.RoundTrip(r)
}
