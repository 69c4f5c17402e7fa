// Package ensuretest drives the Ensure functions of a service through random
// schedules of faults, late changes, lagging answers, callers that are abandoned
// in the middle of a call, and callers at the same time, and compares what they
// return with what is there in the end. It also runs one client for a day, and
// against a service that takes less for a while.
package ensuretest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Settle is the time within which every change shows in a schedule that is not
// Wild, as the clients are told.
const Settle = 10 * time.Second

// A World is a service with empty state and its clients.
type World struct {
	// Disturb makes the service misbehave, and calms it with zeros.
	Disturb func(faults float64, late, lag time.Duration, seed uint64)
	// Caller returns a new client whose requests pass through wrap.
	Caller func(wrap func(http.RoundTripper) http.RoundTripper) Caller
	// Standing returns the IDs of what exists for a key. The service is calm.
	Standing func(key string) []string
	// Wrong, if set, returns what the service's own test saw go wrong.
	Wrong func() []string
}

// A Caller is one process that uses the service.
type Caller struct {
	Ensure func(ctx context.Context, key string) (id string, err error)
	Absent func(ctx context.Context, key string) error
	// Duplicates returns the IDs that an error of Ensure reports.
	Duplicates func(err error) []string
}

// A Schedule is what happens in one run.
type Schedule struct {
	Faults    float64
	Late, Lag time.Duration
	Seed      uint64
	Latency   time.Duration // of the network, there and back
	Calls     []Call
	Absent    bool // in the end every key is made absent
}

// A Call is one call of Ensure.
type Call struct {
	Key   int
	Start time.Duration
	// Crashes are when its process dies, after its start. Another takes its key up
	// Restart later, and dies after the next of the Crashes.
	Crashes []time.Duration
	Restart time.Duration
}

// Random returns a schedule. Lateness and lag add up to at most Settle, unless
// it is wild: then either may be longer, lateness up to three times Settle.
func Random(seed uint64, wild bool) Schedule {
	r := rand.New(rand.NewPCG(seed, 1))
	upTo := func(d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d) + 1)) }
	s := Schedule{
		Faults:  r.Float64() * 0.4,
		Late:    upTo(Settle / 2),
		Lag:     upTo(Settle / 2),
		Seed:    seed,
		Latency: upTo(400 * time.Millisecond),
		Absent:  r.IntN(4) == 0,
	}
	if wild {
		s.Late = Settle + upTo(2*Settle)
		if r.IntN(2) == 0 {
			s.Lag = upTo(3 * Settle / 2)
		}
	}
	if r.IntN(4) == 0 {
		s.Faults = 0
	}
	keys := 1 + r.IntN(2)
	for range 1 + r.IntN(4) {
		c := Call{Key: r.IntN(keys)}
		switch r.IntN(3) {
		case 0: // at the same instant as others
		case 1:
			c.Start = upTo(Settle / 2)
		default:
			c.Start = upTo(4 * Settle)
		}
		for r.IntN(3) == 0 {
			// Creations are under way shortly after the start of a call, or a
			// multiple of Settle later.
			crash := 1 + upTo(2*s.Latency)
			switch r.IntN(3) {
			case 0:
				crash += Settle
			case 1:
				crash += upTo(5 * Settle / 2)
			}
			c.Crashes = append(c.Crashes, crash)
		}
		if r.IntN(2) == 0 {
			c.Restart = upTo(Settle)
		}
		s.Calls = append(s.Calls, c)
	}
	return s
}

// Run runs a schedule in a bubble of its own and returns what went wrong.
// orphans tells whether a key may be left with more than one resource because a
// call was broken off while others were under way.
func Run(t *testing.T, s Schedule, orphans bool, world func() World) (wrong []string) {
	synctest.Test(t, func(t *testing.T) { wrong = s.run(t, orphans, world()) })
	return wrong
}

type result struct {
	call Call
	id   string
	err  error
}

func (s Schedule) run(t *testing.T, orphans bool, w World) (wrong []string) {
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	w.Disturb(s.Faults, s.Late, s.Lag, s.Seed)
	var (
		mu      sync.Mutex
		results []result
		all     sync.WaitGroup
	)
	keys := map[string][]Call{}
	for _, c := range s.Calls {
		keys[c.key()] = append(keys[c.key()], c)
		all.Go(func() {
			pass(c.Start)
			for crashes := c.Crashes; ; {
				crash := time.Duration(0)
				if len(crashes) > 0 {
					crash, crashes = crashes[0], crashes[1:]
				}
				id, died, err := dying(w, s.Latency, crash).ensure(t.Context(), c.key())
				if !died {
					mu.Lock()
					results = append(results, result{c, id, err})
					mu.Unlock()
					return
				}
				pass(c.Restart)
			}
		})
	}
	all.Wait()
	<-time.After(s.Late + s.Lag + Settle)
	w.Disturb(0, 0, 0, 0)
	calm := w.Caller(func(rt http.RoundTripper) http.RoundTripper { return rt })
	for key, calls := range keys {
		there := w.Standing(key)
		crashes := slices.ContainsFunc(calls, func(c Call) bool { return len(c.Crashes) > 0 })
		below := s.Late+s.Lag <= Settle && !(orphans && crashes && len(calls) > 1)
		if len(there) == 0 || below && len(there) > 1 {
			complain("%s: %v stand", key, there)
		}
		for _, r := range results {
			switch {
			case r.call.key() != key:
			case r.err == nil && !slices.Contains(there, r.id):
				complain("%s: a call got %s, but %v stand", key, r.id, there)
			case r.err != nil && (below || calm.Duplicates(r.err) == nil):
				complain("%s: a call failed: %v", key, r.err)
			}
		}
		id, err := calm.Ensure(t.Context(), key)
		switch reported := calm.Duplicates(err); {
		case len(there) == 1 && (err != nil || id != there[0]):
			complain("%s: %v stands, a later call gets %s, %v", key, there, id, err)
		case len(there) > 1 && !sameIDs(reported, there):
			complain("%s: %v stand, a later call reports %v (%v)", key, there, reported, err)
		}
	}
	if s.Absent {
		wrong = append(wrong, s.remove(t, w, keys)...)
	}
	if w.Wrong != nil {
		wrong = append(wrong, w.Wrong()...)
	}
	return wrong
}

// remove makes every key absent while the service misbehaves, and one more whose
// creation has just been broken off.
func (s Schedule) remove(t *testing.T, w World, keys map[string][]Call) (wrong []string) {
	w.Disturb(s.Faults, s.Late, s.Lag, s.Seed+1)
	const broken = "key-broken-off"
	crash := s.Latency/2 + 1
	if s.Seed%2 == 0 {
		crash += Settle + s.Latency
	}
	_, _, _ = dying(w, s.Latency, crash).ensure(t.Context(), broken)
	gone := []string{broken}
	for key := range keys {
		dying(w, s.Latency, 1+time.Duration(s.Seed)%(2*Settle)).absent(t.Context(), key)
		gone = append(gone, key)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	complain := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		wrong = append(wrong, fmt.Sprintf(format, args...))
	}
	again := map[string]string{} // what the key has that is ensured once more
	for i, key := range gone {
		all.Go(func() {
			p := &process{latency: s.Latency, dead: make(chan struct{})}
			caller := w.Caller(p.wrap)
			if err := caller.Absent(t.Context(), key); err != nil {
				complain("%s: not made absent: %v", key, err)
			}
			if i == 0 || s.Seed%3 > 0 {
				return
			}
			id, err := w.Caller(p.wrap).Ensure(t.Context(), key)
			if err != nil && s.Late+s.Lag <= Settle {
				complain("%s: not ensured again: %v", key, err)
			}
			mu.Lock()
			again[key] = id
			mu.Unlock()
		})
	}
	all.Wait()
	<-time.After(s.Late + s.Lag + Settle)
	w.Disturb(0, 0, 0, 0)
	for _, key := range gone {
		there := w.Standing(key)
		switch id, ensured := again[key]; {
		case s.Late+s.Lag > Settle:
		case ensured && (len(there) != 1 || there[0] != id):
			complain("%s: %v stand, and a call got %s", key, there, id)
		case !ensured && len(there) > 0:
			complain("%s: %v stand, and should be absent", key, there)
		}
	}
	return wrong
}

// pass lets time pass. To receive from a timer that is due at once may crash the
// race detector of Go 1.26 in a bubble.
func pass(d time.Duration) {
	if d > 0 {
		<-time.After(d)
	}
}

func (c Call) key() string { return fmt.Sprintf("key-%d", c.Key) }

func sameIDs(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

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
func (f Fleet) Run(t *testing.T, world func() World) (n Count) {
	synctest.Test(t, func(t *testing.T) { n = f.run(t, world()) })
	return n
}

func (f Fleet) run(t *testing.T, w World) (n Count) {
	w.Disturb(f.Faults, f.Late, f.Lag, f.Seed)
	results := make([]result, f.Keys)
	var all sync.WaitGroup
	for client := range f.Clients {
		all.Go(func() {
			r := rand.New(rand.NewPCG(f.Seed, uint64(client)))
			for key := client; key < f.Keys; key += f.Clients {
				for died := true; died; {
					crash := time.Duration(0)
					if r.Float64() < f.Crash {
						crash = 1 + time.Duration(r.Int64N(int64(25*time.Second)))
						if r.IntN(2) == 0 { // while it creates
							crash = time.Duration(r.IntN(2))*Settle + time.Duration(1+r.Int64N(int64(100*time.Millisecond)))
						}
					}
					c := Call{Key: key}
					id, dead, err := dying(w, 50*time.Millisecond, crash).ensure(t.Context(), c.key())
					results[key], died = result{c, id, err}, dead
				}
			}
		})
	}
	all.Wait()
	<-time.After(f.Late + f.Lag + Settle)
	w.Disturb(0, 0, 0, 0)
	calm := w.Caller(func(rt http.RoundTripper) http.RoundTripper { return rt })
	for _, r := range results {
		there := w.Standing(r.call.key())
		n.Resources += len(there)
		switch {
		case len(there) == 0, r.err == nil && !slices.Contains(there, r.id):
			n.Lost++
		case len(there) > 1:
			n.Duplicates++
			if _, err := calm.Ensure(t.Context(), r.call.key()); !sameIDs(calm.Duplicates(err), there) {
				n.Silent++
			}
		}
		if r.err != nil && calm.Duplicates(r.err) == nil {
			n.Failed++
		}
	}
	return n
}

// Shrink returns a simpler schedule of which fails still reports that it fails.
func Shrink(s Schedule, fails func(Schedule) bool) Schedule {
	for simpler := true; simpler; {
		simpler = false
		for _, try := range simplifications(s) {
			if fails(try) {
				s, simpler = try, true
				break
			}
		}
	}
	return s
}

func simplifications(s Schedule) (tries []Schedule) {
	add := func(change func(*Schedule)) {
		try := s
		try.Calls = slices.Clone(s.Calls)
		change(&try)
		if fmt.Sprint(try) != fmt.Sprint(s) {
			tries = append(tries, try)
		}
	}
	for i := range s.Calls {
		if len(s.Calls) > 1 {
			add(func(s *Schedule) { s.Calls = slices.Delete(s.Calls, i, i+1) })
		}
		add(func(s *Schedule) { s.Calls[i].Crashes = nil })
		if n := len(s.Calls[i].Crashes); n > 1 {
			add(func(s *Schedule) { s.Calls[i].Crashes = s.Calls[i].Crashes[1:] })
			add(func(s *Schedule) { s.Calls[i].Crashes = s.Calls[i].Crashes[:n-1] })
		}
		add(func(s *Schedule) { s.Calls[i].Restart = 0 })
		add(func(s *Schedule) { s.Calls[i].Start = 0 })
		add(func(s *Schedule) { s.Calls[i].Key = 0 })
	}
	add(func(s *Schedule) { s.Absent = false })
	add(func(s *Schedule) { s.Faults = 0 })
	add(func(s *Schedule) { s.Late = 0 })
	add(func(s *Schedule) { s.Lag = 0 })
	add(func(s *Schedule) { s.Latency = 0 })
	return tries
}

// A process is the network of one process, which may die.
type process struct {
	latency time.Duration
	dead    chan struct{}
}

// A mortal is a caller whose process dies.
type mortal struct {
	process
	caller Caller
	after  time.Duration
}

// dying returns a new caller that dies some time after its call began; never, if
// that is zero.
func dying(w World, latency, after time.Duration) *mortal {
	m := &mortal{process: process{latency: latency, dead: make(chan struct{})}, after: after}
	m.caller = w.Caller(m.wrap)
	return m
}

func (m *mortal) ensure(ctx context.Context, key string) (id string, died bool, err error) {
	m.live(ctx, func(ctx context.Context) { id, err = m.caller.Ensure(ctx, key) })
	return id, m.isDead(), err
}

func (m *mortal) absent(ctx context.Context, key string) {
	m.live(ctx, func(ctx context.Context) { _ = m.caller.Absent(ctx, key) })
}

func (m *mortal) live(ctx context.Context, call func(context.Context)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if m.after > 0 {
		death := time.AfterFunc(m.after, func() { close(m.dead); cancel() })
		defer death.Stop()
	}
	call(ctx)
}

var errDead = errors.New("the process is dead")

func (p *process) isDead() bool {
	select {
	case <-p.dead:
		return true
	default:
		return false
	}
}

// wrap returns a RoundTripper that sends nothing any more when the process is
// dead. What is on the way then arrives all the same.
func (p *process) wrap(rt http.RoundTripper) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		if err := p.travel(); err != nil {
			return nil, err
		}
		answer, err := rt.RoundTrip(req.WithContext(context.WithoutCancel(req.Context())))
		if err != nil {
			return nil, err
		}
		if err := p.travel(); err != nil {
			_ = answer.Body.Close()
			return nil, err
		}
		return answer, nil
	})
}

// travel takes half of the latency.
func (p *process) travel() error {
	if p.isDead() {
		return errDead
	}
	if p.latency/2 <= 0 {
		return nil
	}
	select {
	case <-time.After(p.latency / 2):
		return nil
	case <-p.dead:
		return errDead
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
