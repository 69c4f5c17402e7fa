// Package limit implements the rate limiters that services are known to use:
// token bucket, fixed and sliding window, leaky bucket, and a limit of
// concurrent requests. The fakes throttle with them, and package pace is tested
// against them.
package limit

import (
	"math"
	"sync"
	"time"
)

// A Limiter decides which calls a service accepts. All are safe for use by several
// goroutines. The times that a Limiter is given must not decrease by more than
// goroutines overtake each other.
type Limiter interface {
	// Take asks for one call at now. If the call is refused, retryAfter is the
	// time until one would be accepted if there were no other calls, or 0 where
	// that is not known.
	Take(now time.Time) (ok bool, retryAfter time.Duration)
	// Scale changes the quota to f times the one that the Limiter was made with.
	// Calls that were taken before still count.
	Scale(f float64)
}

// A Bucket is a token bucket. It starts full.
type Bucket struct {
	mu                     sync.Mutex
	made, perSecond, burst float64
	tokens                 float64
	last                   time.Time
}

// NewBucket returns a token bucket that gets perSecond tokens a second and holds
// at most burst, which is at least 1.
func NewBucket(perSecond, burst float64) *Bucket {
	return &Bucket{made: perSecond, perSecond: perSecond, burst: burst, tokens: burst}
}

// looseness is how far the leaky bucket lets calls come together, in gaps of an
// even pace. At 0 a client that keeps the pace exactly is refused whenever its
// network delays one call more than the next; at 1 it is a token bucket with a
// burst of 2. Chosen.
const looseness = 0.5

// NewLeaky returns a leaky bucket without a queue: it accepts perSecond calls a
// second at an even pace, and refuses one that comes earlier after the last than
// that, by more than half the gap.
func NewLeaky(perSecond float64) *Bucket { return NewBucket(perSecond, 1+looseness) }

// rounding is the part of a token that arithmetic may lose.
const rounding = 1e-9

// Take implements [Limiter].
func (b *Bucket) Take(now time.Time) (bool, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fill(now)
	if b.tokens < 1-rounding {
		return false, seconds((1 - b.tokens) / b.perSecond)
	}
	b.tokens--
	return true, 0
}

func (b *Bucket) fill(now time.Time) {
	if now.After(b.last) {
		if !b.last.IsZero() {
			b.tokens = min(b.burst, b.tokens+now.Sub(b.last).Seconds()*b.perSecond)
		}
		b.last = now
	}
}

// Scale implements [Limiter]. The burst stays.
func (b *Bucket) Scale(f float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.perSecond = b.made * f
}

// A FixedWindow accepts a number of calls in each window. It takes no note of
// refused calls: counting them would change nothing, since the next window starts
// at 0.
type FixedWindow struct {
	mu      sync.Mutex
	made, n int
	per     time.Duration
	phase   time.Duration
	opened  int64 // number of the window that is open
	used    int
}

// NewFixedWindow returns a limiter of n calls per window. Windows open phase
// before each multiple of per since the Unix epoch.
func NewFixedWindow(n int, per, phase time.Duration) *FixedWindow {
	return &FixedWindow{made: n, n: n, per: per, phase: phase}
}

// Take implements [Limiter].
func (f *FixedWindow) Take(now time.Time) (bool, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := now.UnixNano() + int64(f.phase)
	if w := t / int64(f.per); w != f.opened {
		f.opened, f.used = w, 0
	}
	if f.used >= f.n {
		return false, f.per - time.Duration(t%int64(f.per))
	}
	f.used++
	return true, 0
}

// Scale implements [Limiter]. At least one call a window remains.
func (f *FixedWindow) Scale(x float64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n = scale(f.made, x)
}

// A SlidingWindow accepts a call if fewer than a number of calls were counted
// within the window that ends with it.
type SlidingWindow struct {
	mu           sync.Mutex
	made, n      int
	per          time.Duration
	countRefused bool
	counted      []time.Time // those that may be in the window, oldest first
}

// NewSlidingWindow returns a limiter of n calls within any window of length per.
// If countRefused is set, refused calls count as well: who goes on asking stays
// refused.
func NewSlidingWindow(n int, per time.Duration, countRefused bool) *SlidingWindow {
	return &SlidingWindow{made: n, n: n, per: per, countRefused: countRefused}
}

// Take implements [Limiter].
func (s *SlidingWindow) Take(now time.Time) (bool, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.counted) > 0 && now.Sub(s.counted[0]) >= s.per {
		s.counted = s.counted[1:]
	}
	ok := len(s.counted) < s.n
	if ok || s.countRefused {
		s.counted = append(s.counted, now)
	}
	if ok {
		return true, 0
	}
	return false, s.per - now.Sub(s.counted[len(s.counted)-s.n])
}

// Scale implements [Limiter]. At least one call a window remains.
func (s *SlidingWindow) Scale(f float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n = scale(s.made, f)
}

// InFlight bounds how many calls a service works on at the same time.
type InFlight struct {
	mu            sync.Mutex
	made, n, used int
}

// NewInFlight returns a limiter of n calls at a time.
func NewInFlight(n int) *InFlight { return &InFlight{made: n, n: n} }

// Take implements [Limiter]. Each accepted call is followed by one of Done. When
// a refused one would be accepted is not known.
func (i *InFlight) Take(time.Time) (bool, time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.used >= i.n {
		return false, 0
	}
	i.used++
	return true, 0
}

// Done ends an accepted call.
func (i *InFlight) Done() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.used--
}

// Scale implements [Limiter]. At least one call at a time remains.
func (i *InFlight) Scale(f float64) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.n = scale(i.made, f)
}

// A Hint is what a service tells in Retry-After.
type Hint int

const (
	// Absent services send no Retry-After.
	Absent Hint = iota
	// Given is the truth, rounded up to whole seconds, as HTTP has it.
	Given
	// Absurd is a day, whatever the limiter says.
	Absurd
)

// RetryAfter returns what a service says that would accept a call after d; 0 stands
// for nothing.
func (h Hint) RetryAfter(d time.Duration) time.Duration {
	switch h {
	case Given:
		return (d + time.Second - 1).Truncate(time.Second)
	case Absurd:
		return 24 * time.Hour
	}
	return 0
}

func scale(n int, f float64) int { return max(1, int(float64(n)*f+rounding)) }

// seconds rounds up, so that who waits as long is not refused for a nanosecond.
func seconds(s float64) time.Duration {
	return time.Duration(min(math.Ceil(s*float64(time.Second)), math.MaxInt64/2))
}
