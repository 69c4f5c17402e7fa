package ensuretest

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// A Fleet is many keys that a few processes ensure, each one after the other.
type Fleet struct {
	Keys, Clients int
	Faults, Crash float64 // shares of the requests, and of the calls
	Late, Lag     time.Duration
	Seed          uint64
}

// A Count is what came of a Fleet. All but Resources should be zero.
type Count struct {
	Resources  int
	Duplicates int // more than one resource for a key
	Silent     int // those that a later call does not report
	Lost       int // keys without a resource, and calls that got one that is not there
	Failed     int // calls
}

// Run counts what comes of f.
func (f Fleet) Run(t *testing.T, service *Service, world func(Schedule) World) (n Count) {
	synctest.Test(t, func(t *testing.T) { n = f.run(t, service, world(Schedule{})) })
	return n
}

func (f Fleet) run(t *testing.T, service *Service, w World) (n Count) {
	w.Disturb(fake.Disturbance{Faults: f.Faults, Late: f.Late, Lag: f.Lag, Seed: f.Seed})
	results := make([]result, f.Keys)
	var all sync.WaitGroup
	for client := range f.Clients {
		all.Go(func() {
			r := rand.New(rand.NewPCG(f.Seed, uint64(client)))
			for key := client; key < f.Keys; key += f.Clients {
				for again := true; again; {
					crash := time.Duration(0)
					if r.Float64() < f.Crash {
						crash = 1 + time.Duration(r.Int64N(int64(25*time.Second)))
						if r.IntN(2) == 0 { // while it creates
							crash = time.Duration(r.IntN(2))*Settle + time.Duration(1+r.Int64N(int64(100*time.Millisecond)))
						}
					}
					c := Call{Key: key}
					ctx, cancel := context.WithCancel(t.Context())
					p := newProcess(service, 50*time.Millisecond)
					if crash > 0 {
						death := time.AfterFunc(crash, func() { close(p.dead); cancel() })
						defer death.Stop()
					}
					id, err := w.Caller(Process{Wrap: p.wrap}).Ensure(ctx, c.key())
					cancel()
					results[key] = result{c, id, err}
					again = p.isDead() || err != nil && strings.Contains(err.Error(), inVain)
				}
			}
		})
	}
	all.Wait()
	<-time.After(f.Late + f.Lag + Settle)
	w.Calm()
	calm := w.Caller(Plain())
	for _, r := range results {
		there := w.Standing(r.call.key())
		if len(there) > 1 { // one more call may leave one of them
			_, err := calm.Ensure(t.Context(), r.call.key())
			if there = w.Standing(r.call.key()); len(there) > 1 {
				n.Duplicates++
				if !sameIDs(calm.Duplicates(err), there) {
					n.Silent++
				}
			}
		}
		n.Resources += len(there)
		if len(there) == 0 || r.err == nil && !slices.Contains(there, r.id) {
			n.Lost++
		}
		if r.err != nil && calm.Duplicates(r.err) == nil {
			n.Failed++
		}
	}
	return n
}

// inVain is what a call says whose creations have all failed, as often as it may
// create. To call again is what its error asks for.
const inVain = "no creation of this call has shown in time"
