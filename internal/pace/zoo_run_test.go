package pace_test

import (
	"container/heap"
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/limit"
	"github.com/accesspoint-go/accesspoint/internal/pace"
)

// A call is what a caller wants to be done, in as many attempts as it takes.
type call struct {
	first   time.Time // when it asked first
	attempt int       // 1 for the first
	random  func() float64
}

// A law decides when the attempts of one process are sent.
type law interface {
	// Acquire waits until the attempt may be sent.
	Acquire(ctx context.Context, c call) (permit, error)
}

// A permit is leave to send one attempt.
type permit interface {
	// Sent tells that the attempt is on its way.
	Sent()
	// Report tells what became of it, and what the service said in Retry-After.
	Report(o pace.Outcome, retryAfter time.Duration)
}

// jitter is by how much a latency is longer or shorter at most. Chosen.
const jitter = 0.3

// shared is how long another program keeps to the share of the quota that it
// takes. Chosen: several times what a quota of 200 a second takes to be found out.
const shared = 5 * time.Second

// tenth is the unit in which a run notes what was accepted when.
const tenth = 100 * time.Millisecond

// A gateway accepts and refuses the calls of a service. It keeps time in durations
// since the run began, and catches up with what happens by itself when it is asked,
// so it needs no goroutines and is the same for every law.
type gateway struct {
	mu      sync.Mutex
	cell    cell
	start   time.Time
	limiter limit.Limiter
	rng     *rand.Rand // of what happens by itself
	chance  *rand.Rand // of refusals by chance

	scales []scaling       // of the quota, next first
	ends   []time.Duration // of calls in flight, if that is what counts, next first
	// The other program. Beside a law it calls at random, and does not try again
	// when it is refused: where refused calls count, no law gets anywhere beside a
	// program that does. Beside the oracle it gets what it got beside the law: it
	// waits at the door, and goes first.
	patient bool
	wants   time.Duration   // when it wants to call next
	other   time.Duration   // when it does, later if it is patient and was refused
	share   float64         // of the quota, which it wants
	epoch   time.Duration   // until then
	got     []time.Duration // when it was accepted
	script  []time.Duration // when it wants to call instead of at random

	accepted, refused int
	mostRefused       int // after which to
	cut               func()
	log               []tally // by tenth, if it is wanted
}

type scaling struct {
	at time.Duration
	f  float64
}

type tally struct{ accepted, refused int }

// dawn is when runs begin for the limiter, so that windows open when the oracle
// thinks they do.
var dawn = time.Unix(0, 0)

// rounding is more than what limiters round when they say how long to wait. Without
// it the other program could come second to the oracle forever, by a nanosecond.
const rounding = time.Microsecond

const never = time.Duration(1<<63 - 1)

func newGateway(c cell, seed uint64) *gateway {
	s := &gateway{cell: c, start: time.Now(), rng: rand.New(rand.NewPCG(seed, 1)), chance: rand.New(rand.NewPCG(seed, 2)), other: never}
	s.limiter = c.limiter(s.rng)
	if c.drop {
		s.scales = []scaling{{20 * time.Second, 0.1}, {40 * time.Second, 1}}
	}
	if c.others > 0 {
		s.nextOther()
		s.other = s.wants
	}
	return s
}

// arrive serves an attempt that arrives now and takes the service as long as
// given. It returns whether it is accepted, and what Retry-After says otherwise.
func (s *gateway) arrive(takes time.Duration) (bool, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Since(s.start)
	byChance := s.cell.chance > 0 && s.chance.Float64() < s.cell.chance
	var ok bool
	var next time.Duration
	if !byChance {
		ok, next = s.take(now, takes)
	}
	if s.log != nil {
		for len(s.log) <= int(now/tenth) {
			s.log = append(s.log, tally{})
		}
		if ok {
			s.log[now/tenth].accepted++
		} else {
			s.log[now/tenth].refused++
		}
	}
	if ok {
		s.accepted++
		return true, 0
	}
	if s.refused++; s.refused == s.mostRefused {
		s.cut()
	}
	if byChance {
		return false, 0
	}
	return false, s.cell.hint.RetryAfter(next - now)
}

// take asks the limiter, after everything that happens until now. It returns when
// to ask again.
func (s *gateway) take(now, takes time.Duration) (ok bool, next time.Duration) {
	for {
		at := min(s.other, at(s.scales), first(s.ends))
		if at > now+rounding {
			return s.ask(now, takes)
		}
		switch at {
		case first(s.ends):
			s.ends = s.ends[1:]
			s.limiter.(*limit.InFlight).Done()
		case s.other:
			s.callOther()
		default:
			s.limiter.Scale(s.scales[0].f)
			s.scales = s.scales[1:]
		}
	}
}

func at(s []scaling) time.Duration {
	if len(s) == 0 {
		return never
	}
	return s[0].at
}

func first(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return never
	}
	return d[0]
}

func (s *gateway) ask(now, takes time.Duration) (ok bool, next time.Duration) {
	ok, retryAfter := s.limiter.Take(dawn.Add(now))
	_, inFlight := s.limiter.(*limit.InFlight)
	switch {
	case ok && inFlight:
		i, _ := slices.BinarySearch(s.ends, now+takes)
		s.ends = slices.Insert(s.ends, i, now+takes)
	case inFlight:
		return false, s.ends[0]
	}
	return ok, now + max(retryAfter, 1)
}

// callOther lets the other program call.
func (s *gateway) callOther() {
	ok, next := s.ask(s.other, s.cell.latency/2)
	switch {
	case ok:
		s.got = append(s.got, s.other)
	case s.patient:
		s.other = min(next, s.other+time.Second) // the quota may come back meanwhile
		return
	}
	s.nextOther()
	s.other = max(s.other, s.wants)
}

// nextOther finds out when the other program wants to call next.
func (s *gateway) nextOther() {
	if s.script != nil {
		s.wants, s.script = first(s.script), s.script[min(1, len(s.script)):]
		return
	}
	for {
		if s.wants >= s.epoch {
			s.epoch += shared
			s.share = s.rng.Float64() * s.cell.others
		}
		gap := s.rng.ExpFloat64() / (s.share*s.cell.quota + 1e-9)
		if next := s.wants + time.Duration(min(gap, 3600)*float64(time.Second)); next < s.epoch {
			s.wants = next
			return
		}
		s.wants = s.epoch // draws know no past, so the next epoch begins anew
	}
}

// rushes is how many times the callers begin, with quiet between.
func (c cell) rushes() int {
	if c.quiet > 0 {
		return 3
	}
	return 1
}

// apart is by how much each process starts later than the one before.
const apart = 13 * time.Millisecond

// latencyOf returns a latency, by a random number.
func (c cell) latencyOf(random float64) time.Duration {
	return time.Duration(float64(c.latency) * (1 - jitter + 2*jitter*random))
}

// oracle returns how long the cell takes if each attempt waits at the door of the
// service until the limiter accepts it, without the quiet. It is the least there
// is: the limiter, and what the other program takes, are known: others, or what it
// wants if that is nil. If until is not 0, it ends then, and returns the calls that
// were accepted.
func oracle(c cell, seed uint64, calls int, until time.Duration, others []time.Duration) (accepted int, took time.Duration) {
	if c.kind == "counts refused" {
		c.kind = "sliding" // the oracle is never refused
	}
	s, rng := newGateway(c, seed), rand.New(rand.NewPCG(seed, 3))
	s.patient = true
	if others != nil {
		s.script = others
		s.nextOther()
		s.other = s.wants
	}
	rushes := c.rushes()
	var began time.Duration
	for rush := range rushes {
		end := began
		arrivals := make(times, 0, c.callers*c.processes)
		for p := range c.processes {
			for range c.callers {
				arrivals = append(arrivals, began+time.Duration(p)*apart+c.latencyOf(rng.Float64())/4)
			}
		}
		heap.Init(&arrivals)
		now := began
		for range calls*(rush+1)/rushes - calls*rush/rushes {
			now = max(now, arrivals[0])
			lat := c.latencyOf(rng.Float64())
			for {
				ok, next := s.take(now, lat/2)
				if ok {
					break
				}
				// The quota may come back sooner than the limiter knows.
				now = min(next, max(now+1, at(s.scales)))
			}
			if until > 0 && now > until {
				return accepted, until
			}
			accepted++
			answered := now + lat*3/4
			end = max(end, answered)
			arrivals[0] = answered + c.latencyOf(rng.Float64())/4
			heap.Fix(&arrivals, 0)
		}
		took += end - began
		began = end + c.quiet
	}
	return accepted, took
}

type times []time.Duration

func (t times) Len() int           { return len(t) }
func (t times) Less(i, j int) bool { return t[i] < t[j] }
func (t times) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *times) Push(x any)        { *t = append(*t, x.(time.Duration)) }
func (t *times) Pop() any          { panic("callers do not leave") }

const (
	leastCalls = 1000
	leastTime  = 20 * time.Second
	// beyond is the part of what a window accepts by which a cell is longer than
	// that. Without it a cell may end with a window, and one call more or less that
	// is accepted before decides on a whole one: 1,000 calls at 200 per 60 s took
	// 1.36 times as long for want of one. With much more, a law that keeps an even
	// pace is late for nothing but where the cell ends.
	beyond = 16
	// mostCalls bounds what a cell costs: it is more than the oracle does in
	// leastTime but at 5 ms or with 512 callers and a minute's worth of 2,000/s.
	mostCalls = 50_000
)

// size is how many calls the cell has: 1,000, or 20 s of the oracle if that is more,
// and a few.
func (c cell) size(seed uint64) int {
	n := c.calls
	if n == 0 {
		n, _ = oracle(c, seed, mostCalls, leastTime, nil)
		n = max(n+1, leastCalls) + c.atOnce()/beyond
	}
	return (n + c.processes - 1) / c.processes * c.processes
}

// A score is how a law fared in a cell.
type score struct {
	ratio   float64 // time ÷ oracle
	refused float64 // share of the attempts
	late    float64 // slowest ÷ median process
	failed  int     // calls that were given up
	log     []tally // by tenth of a second
}

// Bounds of what a run costs. A run that reaches them is cut, and extrapolated by
// the calls that are done.
const (
	longest = 5   // times the oracle, and 30 s
	vainest = 200 // refused attempts for each call: 64 callers with a backoff of 5 s need 130 at 0.2/s
	endless = 99  // times the oracle, the most that a run is extrapolated to
)

// play lets a law make the calls of a cell, with real goroutines in fake time.
func play(t *testing.T, c cell, seed uint64, newLaw func() law, logged bool) (s score) {
	calls := c.size(seed)
	_, ideal := oracle(c, seed, calls, 0, nil)
	cut := longest*ideal + 30*time.Second
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		stop := time.AfterFunc(cut+time.Duration(c.rushes()-1)*c.quiet, cancel)
		defer stop.Stop()
		r := &run{cell: c, gateway: newGateway(c, seed), seed: seed}
		r.gateway.mostRefused, r.gateway.cut = vainest*calls, cancel
		if logged {
			r.gateway.log = []tally{}
		}
		done := make([]time.Duration, c.processes)
		var wg sync.WaitGroup
		for p := range done {
			wg.Go(func() { done[p] = r.process(ctx, p, calls/c.processes, newLaw()) })
		}
		wg.Wait()
		took := slices.Max(done)
		if c.others > 0 {
			_, ideal = oracle(c, seed, calls, 0, append([]time.Duration{}, r.gateway.got...))
		}
		switch made := r.gateway.accepted + int(r.failed.Load()); {
		case ctx.Err() != nil:
			took = time.Duration(float64(took) * float64(calls) / float64(r.gateway.accepted+1))
		case made != calls:
			t.Errorf("%v: %d of %d calls are accounted for", c, made, calls)
		case took < ideal*98/100:
			t.Errorf("%v: done in %v, before the oracle's %v", c, took, ideal)
		}
		slices.Sort(done)
		median := (done[len(done)/2] + done[(len(done)-1)/2]) / 2
		s = score{
			ratio:   min(endless, took.Seconds()/ideal.Seconds()),
			refused: float64(r.gateway.refused) / float64(r.gateway.refused+r.gateway.accepted),
			late:    done[len(done)-1].Seconds() / median.Seconds(),
			failed:  int(r.failed.Load()),
			log:     r.gateway.log,
		}
	})
	return s
}

type run struct {
	cell    cell
	gateway *gateway
	seed    uint64
	failed  atomic.Int64
}

// process makes calls with a law, and returns how long that took without the quiet.
func (r *run) process(ctx context.Context, p, calls int, l law) (took time.Duration) {
	pause := newPause()
	pause(time.Duration(p) * apart)
	latency, random := r.draw(p, 1000), r.draw(p, 2000)
	rushes := r.cell.rushes()
	for rush := range rushes {
		if rush > 0 {
			pause(r.cell.quiet)
		}
		began := time.Now()
		var left atomic.Int64
		left.Store(int64(calls*(rush+1)/rushes - calls*rush/rushes))
		var wg sync.WaitGroup
		for range r.cell.callers {
			wg.Go(func() { r.caller(ctx, &left, l, latency, random) })
		}
		wg.Wait()
		took += time.Since(began)
		if ctx.Err() != nil {
			break
		}
	}
	return took + time.Duration(p)*apart
}

// draw returns a source of random numbers that the callers of a process share. They
// draw in the order in which they send or are answered. The scheduler may pick any
// of those that can send at the same time, and the run stays the same.
func (r *run) draw(p int, what uint64) func() float64 {
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(r.seed, what+uint64(p)))
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return rng.Float64()
	}
}

// caller makes calls one after another until none is left.
func (r *run) caller(ctx context.Context, left *atomic.Int64, l law, latency, random func() float64) {
	pause := newPause()
	for left.Add(-1) >= 0 {
		c := call{first: time.Now(), random: random}
		for accepted := false; !accepted; {
			c.attempt++
			p, err := l.Acquire(ctx, c)
			if err != nil {
				if ctx.Err() == nil {
					r.failed.Add(1)
					break
				}
				return
			}
			p.Sent()
			lat := r.cell.latencyOf(latency())
			pause(lat / 4)
			var retryAfter time.Duration
			accepted, retryAfter = r.gateway.arrive(lat / 2)
			pause(lat * 3 / 4)
			if accepted {
				p.Report(pace.Accepted, 0)
			} else {
				p.Report(pace.Throttled, retryAfter)
			}
		}
	}
}

// newPause returns a function that waits, with one timer for all waits.
func newPause() func(time.Duration) {
	timer := time.NewTimer(never)
	return func(d time.Duration) {
		if d > 0 {
			timer.Reset(d)
			<-timer.C
		}
	}
}

// mean returns the mean of scores, and the worst of what must not happen.
func mean(scores []score) (m score) {
	for _, s := range scores {
		m.ratio += s.ratio / float64(len(scores))
		m.refused += s.refused / float64(len(scores))
		m.late = max(m.late, s.late)
		m.failed += s.failed
	}
	return m
}

// returned is how long after the end of a drop the service accepts 90 % of its
// quota within one second.
func returned(quota float64, log []tally) time.Duration {
	const second = int(time.Second / tenth)
	back := int(40 * time.Second / tenth)
	for i := back; i+second <= len(log); i++ {
		n := 0
		for _, t := range log[i : i+second] {
			n += t.accepted
		}
		if float64(n) >= 0.9*quota {
			return time.Duration(i-back) * tenth
		}
	}
	return never
}
