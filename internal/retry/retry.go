// Package retry holds the retry policy: which operations may be retried, the
// backoff between attempts, and the retry budget of a client.
package retry

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// An Effect says what a second run of an operation does.
type Effect int

const (
	// Read changes nothing.
	Read Effect = iota
	// Idempotent changes something; a second run changes nothing more.
	Idempotent
	// WithToken creates something, once for each idempotency token.
	WithToken
	// NonIdempotent creates something new in every run.
	NonIdempotent
)

// May reports whether an attempt of class c may be followed by another.
func (e Effect) May(c fault.Class) bool {
	return c == fault.Refused || c == fault.Unknown && e != NonIdempotent
}

// Lost reports whether a call may have taken effect although it failed. last is
// the class of its last attempt, earlier whether one before it ended unknown:
// for a creation that stays open even if the service refuses a later attempt.
func (e Effect) Lost(last fault.Class, earlier bool) bool {
	switch e {
	case Read:
		return false
	case Idempotent:
		return last == fault.Unknown
	}
	return earlier || last == fault.Unknown
}

// Pauses are the times between the attempts of one call: about 0.3, 0.6, 1.2, …
// seconds, each half to one and a half times that, at most 20 seconds. The zero
// Pauses is ready for use.
type Pauses struct{ policy *backoff.ExponentialBackOff }

// MaxPause bounds a pause. A service that asks for more is not waited for.
const MaxPause = time.Minute

// Next returns the next pause, at least atLeast, the service's own wish. That
// wish is spread upwards by up to a quarter, so that all who were told the same
// second do not return in it.
func (p *Pauses) Next(atLeast time.Duration) time.Duration {
	if p.policy == nil {
		p.policy = backoff.NewExponentialBackOff(
			backoff.WithInitialInterval(300*time.Millisecond),
			backoff.WithMultiplier(2),
			backoff.WithRandomizationFactor(0.5),
			backoff.WithMaxInterval(20*time.Second),
			backoff.WithMaxElapsedTime(0),
		)
	}
	d := p.policy.NextBackOff()
	if atLeast > d {
		d = atLeast + rand.N(atLeast/4+1)
	}
	return d
}

// A Budget bounds the repeats of a client while a service fails: about one for
// ten successes, over a floor of ten. The zero Budget is full.
type Budget struct {
	mu    sync.Mutex
	spent int // in tenths of a repeat; below zero when successes have earned more
}

const (
	floor = 10 * 10 // what a client may spend before it has any success
	most  = 10 * 90 // what successes may earn above the floor
)

// Earn notes a call that succeeded.
func (b *Budget) Earn() {
	b.mu.Lock()
	b.spent = max(b.spent-1, -most)
	b.mu.Unlock()
}

// Spend takes one repeat, or reports that none is left.
func (b *Budget) Spend() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spent+10 > floor {
		return false
	}
	b.spent += 10
	return true
}
