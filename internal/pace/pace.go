// Package pace holds calls back so that a service need not refuse them.
//
// Services count calls in buckets, windows or queues and do not say which. An even
// pace at the quota suits them all. Between two moments at which the quota was
// empty, the calls accepted ÷ the time elapsed are the quota, however the calls
// were spread. A period therefore lasts from refusal to refusal, no fixed time:
//
//	rate                                   · callers wait, nothing is refused
//	 9/8 pace |                          ·*  refused: the period ends
//	     pace |------....·········-------
//	 7/8 pace |*···     the dip: a refusal here is by chance
//	          +--|-------------------|------> time, one period
//	                                   \_ 3 refused in a row: the quota is empty,
//	                                      probes until one is accepted
//
//	mean = (accepted ÷ (1-chance) + old) ÷ (elapsed + old ÷ mean)
//	rate = pace · (1 + dip·x³), x from -1 at the start of the period to 1 at its end
//
// The next period takes mean for its pace and lasts as long as a count of calls
// needs to be worth something, or as the window that was seen; what is known from
// few calls is soon measured again. The rate grows while callers wait for it. A lane
// begins without one, with two calls in flight and twice as many each round trip.
// The plateau and the probe beyond it are CUBIC's, the delivered rate as model is
// BBR's, the token pace that of the adaptive mode of the AWS SDKs.
package pace

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

// A Pacer paces the calls of one client in lanes, one for each operation, or for
// each thing for which the service counts them. The zero Pacer is ready for use.
type Pacer struct {
	mu         sync.Mutex
	lanes, old map[string]*lane // old: not used since turned
	turned     time.Time
}

type lane struct {
	law
	began time.Time
	used  time.Time
	queue []*waiter // in the order in which their calls came; the head alone has a timer
}

type waiter struct {
	first time.Time
	again bool          // it asked before
	look  chan struct{} // wakes the head
}

// before reports whether w goes before o, which came before it.
func (w *waiter) before(o *waiter) bool {
	return w.first.Before(o.first) || w.first.Equal(o.first) && w.again && !o.again
}

// A Permit lets one attempt go. To report the zero Permit does nothing.
type Permit struct {
	pacer     *Pacer
	lane      *lane
	was, next float64 // the lane's next, before the Permit and with it
	sent      float64 // 0: not sent
}

// An Outcome is what an attempt says of the quota.
type Outcome int

// The outcomes.
const (
	Accepted   Outcome = iota // let through, whatever became of it then
	Throttled                 // one too many
	Unanswered                // says nothing
)

// A lane is forgotten after a minute without a call: the services' quotas of a
// minute are whole again by then. Its memory is given back a generation or two
// later, which no lane that is in use lies without a call. Chosen.
const (
	forget     = time.Minute
	generation = 2 * longestPause * time.Second
)

// Acquire waits for the turn of an attempt of a call in the named lane. Calls go in
// the order of first, the time at which a call first asked; zero is now. Acquire
// fails at once, with an error that wraps [context.DeadlineExceeded], if the turn
// comes after ctx's deadline. Every Permit is to be reported.
func (p *Pacer) Acquire(ctx context.Context, name string, first time.Time) (Permit, error) {
	if err := ctx.Err(); err != nil {
		return Permit{}, err
	}
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lane(name, now)
	if len(l.queue) == 0 && l.wait(l.at(now)) == 0 {
		return p.take(l, now), nil
	}
	if first.IsZero() {
		first = now
	}
	w := &waiter{first: first, again: first.Before(now), look: make(chan struct{}, 1)}
	ahead := len(l.queue)
	for ahead > 0 && w.before(l.queue[ahead-1]) {
		ahead--
	}
	l.queue = slices.Insert(l.queue, ahead, w)
	for {
		ahead = slices.Index(l.queue, w)
		d := l.turn(now, ahead)
		switch late := tooLate(ctx, now, d); {
		case late:
			l.leave(ahead)
			return Permit{}, lateError(d)
		case ahead > 0:
			d = forever // until it is the head
		case d == 0:
			l.leave(0)
			return p.take(l, now), nil
		}
		p.mu.Unlock()
		err := pause(ctx, d, w.look)
		p.mu.Lock()
		if err != nil {
			l.leave(slices.Index(l.queue, w))
			return Permit{}, err
		}
		now = time.Now()
		p.lane(name, now) // it is in use
	}
}

// Sent says that the attempt is sent now. What passed since Acquire, in which the
// caller's own limiter may have held it back, is not the pace's.
func (t *Permit) Sent() {
	now := time.Now()
	t.pacer.mu.Lock()
	defer t.pacer.mu.Unlock()
	t.sent = t.lane.at(now)
}

// Report says what became of the attempt, and how long the service asked to be
// left alone. An attempt that was not sent says nothing, and leaves its turn to
// another.
func (t Permit) Report(o Outcome, retryAfter time.Duration) {
	if t.pacer == nil {
		return
	}
	now := time.Now()
	t.pacer.mu.Lock()
	defer t.pacer.mu.Unlock()
	l := t.lane
	l.inFlight--
	switch {
	case t.sent == 0:
		if l.next == t.next {
			l.next = t.was
		}
	case o == Accepted:
		l.accept(l.at(now), t.sent)
	case o == Throttled:
		l.refuse(l.at(now), t.sent, retryAfter.Seconds())
	}
	l.wake()
}

// lane returns the lane of that name, a new one if it was not used in a while.
func (p *Pacer) lane(name string, now time.Time) *lane {
	if now.Sub(p.turned) > generation {
		p.lanes, p.old, p.turned = map[string]*lane{}, p.lanes, now
	}
	l := p.lanes[name]
	if l == nil {
		if l = p.old[name]; l == nil {
			l = new(lane)
		}
		p.lanes[name] = l
	}
	if now.Sub(l.used) > forget && l.inFlight == 0 && len(l.queue) == 0 && l.next <= l.at(now) {
		*l = lane{began: now.Add(-time.Second)} // 0 is before all
		l.start = l.at(now)
	}
	l.used = now
	return l
}

func (p *Pacer) take(l *lane, now time.Time) Permit {
	was := l.next
	l.law.take(l.at(now))
	return Permit{pacer: p, lane: l, was: was, next: l.next}
}

// at converts now to the time of the law.
func (l *lane) at(now time.Time) float64 { return now.Sub(l.began).Seconds() }

// turn returns how long a call waits at least that has ahead calls before it.
func (l *lane) turn(now time.Time, ahead int) time.Duration {
	s := l.wait(l.at(now))
	if l.mean > 0 {
		s += float64(ahead) / (max(l.mean, l.pace) * (1 + dip))
	}
	if d := math.Ceil(s * float64(time.Second)); d < float64(forever) {
		return time.Duration(d) // rounded up: the timer must not end just before
	}
	return forever
}

// leave takes the i-th waiter out of the queue.
func (l *lane) leave(i int) {
	l.queue = slices.Delete(l.queue, i, i+1)
	if i == 0 {
		l.wake()
	}
}

// wake has the head look whether it may go.
func (l *lane) wake() {
	if len(l.queue) > 0 {
		select {
		case l.queue[0].look <- struct{}{}:
		default:
		}
	}
}

// Sleep pauses for d. It fails at once if d reaches beyond ctx's deadline, and
// as soon as ctx ends.
func Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	if tooLate(ctx, time.Now(), d) {
		return lateError(d)
	}
	return pause(ctx, d, nil)
}

// forever is a pause that no timer ends.
const forever = time.Duration(math.MaxInt64)

// pause waits until d has passed, something comes from look, or ctx ends.
func pause(ctx context.Context, d time.Duration, look <-chan struct{}) error {
	var passed <-chan time.Time
	if d < forever {
		t := time.NewTimer(d)
		defer t.Stop()
		passed = t.C
	}
	select {
	case <-ctx.Done():
	case <-look:
	case <-passed:
	}
	return ctx.Err()
}

// tooLate reports whether d from now is after ctx's deadline.
func tooLate(ctx context.Context, now time.Time, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && d < forever && deadline.Sub(now) < d
}

func lateError(d time.Duration) error {
	return fmt.Errorf("refused locally, the next attempt may start only in %v: %w", d.Round(time.Millisecond), context.DeadlineExceeded)
}
