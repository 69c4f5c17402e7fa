package pace_test

// This file is the law that internal/pace had before the present one, frozen so
// that the zoo can compare the two. Nothing else uses it.

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/internal/pace"
)

// formerLaw is the former law with one lane.
type formerLaw struct{ pacer formerPacer }

func (l *formerLaw) Acquire(ctx context.Context, c call) (permit, error) {
	return l, l.pacer.Acquire(ctx, "Op", c.attempt)
}
func (l *formerLaw) Sent()                                      {}
func (l *formerLaw) Report(o pace.Outcome, pause time.Duration) { l.pacer.Report("Op", o, pause) }

// A formerPacer paces the calls of one client in lanes, one for each operation, or for
// each thing for which the service counts them. The zero Pacer is ready for use.
//
// A lane starts with few calls in flight and doubles them with every round trip,
// without a bound, until the service throttles one. From then on it sends at a
// rate: what the service was seen to accept while it throttled, a little more
// with every tenth of a second in which it does not, and much less when it
// accepts nothing. A few refusals below that rate, or while nobody has to wait,
// are taken for chance: others use the account, too. Calls go in the order in
// which they came, and keep their place when they are repeated.
type formerPacer struct {
	mu    sync.Mutex
	lanes map[string]*formerLane
}

const (
	formerFirstInFlight = 4
	formerSlowest       = rate.Limit(0.2)        // a probe every 5 seconds, for quotas of a minute
	formerModest        = rate.Limit(1)          // no less for a single refusal: the account has other callers
	formerTelling       = rate.Limit(10)         // no less to find out what the first refusal means
	formerPeriod        = 100 * time.Millisecond // over which acceptance is measured, if enough was sent
	formerLongestPeriod = time.Second
	formerEnough        = 8    // answers, to measure by
	formerByChance      = 0.06 // share of refusals that a service may make at any rate
	formerMemory        = 100  // answers, over which that share is seen
)

type formerLane struct {
	mu       sync.Mutex
	queue    []*formerWaiter // the first of them looks whether it may go
	inFlight int
	used     time.Time
	closed   time.Time // no call before: the service asked for a pause

	window  int           // bound of inFlight while limiter is nil
	limiter *rate.Limiter // nil until the service has throttled
	trial   bool          // whether it throttles for the rate is not settled yet
	good    rate.Limit    // what the service last accepted while it throttled; rate.Inf if that is not known
	refused float64       // share of throttled attempts among the last ones answered

	// The current measurement.
	since               time.Time
	accepted, throttled int
	held                bool // some call had to wait
	before              int  // attempts under way that were sent before it
	clean               int  // measurements since the service last throttled; long ones count for more
}

type formerWaiter struct {
	attempt int           // of its call
	first   chan struct{} // closed when it is the first in the queue
	look    chan struct{} // something has changed for the first
}

// Acquire waits for the turn of an attempt of a call in the named lane. A call
// that was sent before goes ahead of those that were not: it came earlier. Every
// Acquire that succeeds is to be followed by a Report. It fails at once if the
// turn would come after ctx's deadline.
func (p *formerPacer) Acquire(ctx context.Context, name string, attempt int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now := time.Now()
	l := p.lane(name, now)
	if l.free(now) {
		return nil
	}
	w := &formerWaiter{attempt: attempt, first: make(chan struct{}), look: make(chan struct{}, 1)}
	l.mu.Lock()
	ahead := len(l.queue)
	for ahead > 1 && l.queue[ahead-1].attempt < attempt { // the first stays, it may hold a token
		ahead--
	}
	if d := l.wait(ahead); d > 0 {
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
			l.mu.Unlock()
			return formerTooLate(d)
		}
	}
	l.queue = slices.Insert(l.queue, ahead, w)
	if len(l.queue) == 1 {
		close(w.first)
	}
	l.mu.Unlock()

	select {
	case <-w.first:
	case <-ctx.Done():
		l.leave(w)
		return ctx.Err()
	}
	for {
		l.mu.Lock()
		d, reservation := l.tryFirst()
		l.held = l.held || d > 0
		if d == 0 {
			l.inFlight++
			l.remove(w)
			l.mu.Unlock()
			return nil
		}
		l.mu.Unlock()
		// A change of the rate reaches those who wait, since the first alone
		// holds a reservation, and gives it back.
		passed, err := formerPause(ctx, d, w.look)
		if passed && err == nil && reservation != nil {
			l.mu.Lock()
			l.inFlight++
			l.remove(w)
			l.mu.Unlock()
			return nil
		}
		if reservation != nil {
			reservation.Cancel()
		}
		if err != nil {
			l.leave(w)
			return err
		}
	}
}

// free lets a call go at once if it may, without a place in the queue.
func (l *formerLane) free(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) > 0 || l.limiter != nil || l.inFlight >= l.window || l.closed.After(now) {
		return false
	}
	l.inFlight++
	return true
}

// formerForever is a wait that only a change ends.
const formerForever = time.Duration(1<<63 - 1)

// tryFirst returns how long the first in the queue has to wait: 0 if it may go.
// If it waits for its token, the reservation holds that.
func (l *formerLane) tryFirst() (time.Duration, *rate.Reservation) {
	switch d := time.Until(l.closed); {
	case d > 0:
		return d, nil
	case l.limiter != nil:
		r := l.limiter.Reserve()
		return r.Delay(), r
	case l.inFlight >= l.window:
		return formerForever, nil
	}
	return 0, nil
}

// wait estimates how long a call waits that has ahead calls before it.
func (l *formerLane) wait(ahead int) time.Duration {
	d := max(0, time.Until(l.closed))
	if l.limiter != nil {
		// The rate may be low for a moment only, or be found out yet.
		d += time.Duration(float64(ahead) / float64(max(l.limiter.Limit(), l.good)) * float64(time.Second))
	}
	return d
}

// leave takes a waiter that gives up out of the queue.
func (l *formerLane) leave(w *formerWaiter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.remove(w)
}

// remove takes w out of the queue and lets the next one be the first.
func (l *formerLane) remove(w *formerWaiter) {
	i := slices.Index(l.queue, w)
	l.queue = slices.Delete(l.queue, i, i+1)
	if i == 0 && len(l.queue) > 0 {
		close(l.queue[0].first)
	}
}

// Report tells the Pacer what became of an attempt, and how long the service
// asked to be left alone.
func (p *formerPacer) Report(name string, o pace.Outcome, pause time.Duration) {
	now := time.Now()
	l := p.lane(name, now)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	if t := now.Add(pause); pause > 0 && t.After(l.closed) {
		l.closed = t
	}
	if l.before > 0 {
		if l.before--; l.before == 0 {
			l.since = now
		}
		if o == pace.Accepted && now.Sub(l.since) < formerLongestPeriod {
			o = pace.Unanswered
		}
	}
	switch o {
	case pace.Throttled:
		l.refused += (1 - l.refused) / formerMemory
		switch {
		case l.limiter == nil && l.quiet():
		case l.limiter == nil, l.throttled == 0:
			l.slowDown(now)
		}
		l.throttled++
	case pace.Accepted:
		l.accepted++
		l.refused -= l.refused / formerMemory
		if l.limiter == nil {
			l.window++
		}
	}
	l.measure(now)
	if len(l.queue) > 0 {
		select {
		case l.queue[0].look <- struct{}{}:
		default:
		}
	}
}

// quiet reports whether the callers are the bound, not the rate, and few calls are
// throttled all the same. That has other reasons than the rate.
func (l *formerLane) quiet() bool { return !l.held && l.refused < formerByChance }

// slowDown reacts to the first throttled attempt in a while. The service has
// nothing left: what it accepts from now on is its rate, so the measurement
// starts anew.
func (l *formerLane) slowDown(now time.Time) {
	if l.limiter == nil {
		sent := float64(l.accepted+l.inFlight+1) / max(now.Sub(l.since), 10*time.Millisecond).Seconds()
		l.limiter, l.trial, l.before = rate.NewLimiter(0, 1), true, l.inFlight
		l.set(max(rate.Limit(sent/6), formerTelling))
	}
	l.since, l.accepted = now, 0
}

// measure ends the current measurement if it is long enough, and sets the rate
// by it.
func (l *formerLane) measure(now time.Time) {
	elapsed, answers := now.Sub(l.since), l.accepted+l.throttled
	// If much is throttled, half the time tells enough.
	surely := l.throttled >= formerEnough && elapsed >= formerPeriod/2
	needed := formerEnough
	if l.throttled < l.accepted && (l.trial || l.throttled*5 > answers) {
		needed *= 2 // two refusals among eight may be chance
	}
	if !surely && (elapsed < formerPeriod || answers < needed && elapsed < formerLongestPeriod) {
		return
	}
	seen := rate.Limit(float64(l.accepted) / elapsed.Seconds())
	isolated := answers >= formerEnough && l.throttled*5 <= answers
	switch {
	case l.limiter == nil:
	case l.trial && isolated:
		// It was one refusal among many calls that were let through: start again.
		l.limiter, l.window = nil, formerFirstInFlight
	default:
		l.trial = false
		l.adapt(seen, elapsed, isolated)
	}
	l.since, l.accepted, l.throttled, l.held, l.before = now, 0, 0, len(l.queue) > 0, 0
}

// adapt sets the rate by a measurement, in which the service was seen to accept
// a rate, and throttled few calls if any or not.
func (l *formerLane) adapt(seen rate.Limit, elapsed time.Duration, isolated bool) {
	limit := l.limiter.Limit()
	switch {
	case l.throttled == 0, l.quiet(), isolated && l.refused < formerByChance && limit < 0.95*l.good:
		l.grow(limit, elapsed)
	case l.accepted == 0:
		l.set(limit / 8)
		l.clean = 0
	case l.accepted+l.throttled < formerEnough:
		// Few calls say little of the rate, much less than they were slowed by.
		l.learn(seen)
		l.set(max(min(limit, formerModest), limit/2))
		l.clean = 0
	case isolated:
		// The rate was only just too high, or the refusal had another reason.
		if l.refused >= formerByChance && l.good < rate.Inf {
			l.good = min(l.good, max(seen, limit))
		}
		l.set(limit * 0.96)
		l.clean = l.clean * 3 / 4
	default:
		if l.learn(seen) {
			l.refused = formerByChance / 2 // of what comes next
		}
		l.set(min(limit, seen*0.95))
		l.clean = 0
	}
}

// learn takes note of a rate that the service accepted while it throttled much,
// and reports whether it has. Of little, nothing is learned: that may have had
// other reasons.
func (l *formerLane) learn(seen rate.Limit) bool {
	switch {
	case !l.held, l.throttled < 3 && l.refused < 2*formerByChance:
		return false
	case l.throttled >= 2*l.accepted, l.good == rate.Inf && l.throttled >= formerEnough:
		l.good = seen
	case l.good == rate.Inf:
		l.good = 8 * seen // not less than it is, after a poor measurement
	default:
		l.good = max(seen, l.good/2) // one poor measurement is no news
	}
	return true
}

// grow raises the rate: slowly at first, around the one that the service was seen
// to accept; then ever faster, since that is history.
func (l *formerLane) grow(limit rate.Limit, elapsed time.Duration) {
	switch {
	case !l.held:
		// The callers, not the rate, are the bound: nothing is learned.
	case limit < l.good/2, limit < formerModest:
		l.set(limit * 2)
	default:
		if l.throttled == 0 && limit > l.good {
			l.good += (limit - l.good) / 4
		}
		l.clean += max(1, int(elapsed/(4*formerPeriod)))
		l.set(limit * rate.Limit(min(2, 1.03+0.04*float64(max(0, l.clean-12)))))
	}
}

// set changes the rate. Timers are too coarse for single tokens of a high rate.
func (l *formerLane) set(limit rate.Limit) {
	limit = max(limit, formerSlowest)
	l.limiter.SetLimit(limit)
	l.limiter.SetBurst(max(1, int(limit/200)))
}

// formerIdle is how long a lane is remembered without use.
const formerIdle = time.Minute

func (p *formerPacer) lane(name string, now time.Time) *formerLane {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lanes[name]
	if l == nil {
		for name, old := range p.lanes {
			old.mu.Lock()
			if old.inFlight == 0 && len(old.queue) == 0 && now.Sub(old.used) > formerIdle {
				delete(p.lanes, name)
			}
			old.mu.Unlock()
		}
		l = &formerLane{window: formerFirstInFlight, good: rate.Inf, refused: formerByChance, since: now}
		if p.lanes == nil {
			p.lanes = map[string]*formerLane{}
		}
		p.lanes[name] = l
	}
	l.mu.Lock()
	l.used = now
	l.mu.Unlock()
	return l
}

// formerPause waits until d has passed, or something comes from look. It fails at once
// if d reaches beyond ctx's deadline, and as soon as ctx ends.
func formerPause(ctx context.Context, d time.Duration, look <-chan struct{}) (passed bool, err error) {
	if deadline, ok := ctx.Deadline(); ok && d != formerForever && time.Until(deadline) < d {
		return false, formerTooLate(d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-look:
		return false, nil
	case <-t.C:
		return true, nil
	}
}

func formerTooLate(d time.Duration) error {
	return fmt.Errorf("refused locally, the next attempt may start only in %v: %w", d.Round(time.Millisecond), context.DeadlineExceeded)
}
