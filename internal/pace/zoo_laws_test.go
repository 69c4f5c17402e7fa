package pace_test

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/pace"
)

// laws is what is compared, the one of internal/pace first. It was chosen by this,
// with seed 1; the former law measured over a tenth to one second. Time ÷ oracle and
// % refused, mean^worst:
//
//	                   pace               backoff            adaptive           former
//	bucket 200/s       1.01          3    1.20         53    1.44          2    1.00          4
//	windows of 1 s     1.03^1.08  8^14    1.12^1.19 49^74    2.16^4.03  5^10    2.26^6.10 12^20
//	windows of 60 s    1.02^1.06  8^19    1.04^1.08 57^99    1.06^1.16 19^74    1.18^1.47 18^51
//	windows of 5 min   1.02^1.08  7^21    1.01^1.02 47^99    1.01^1.04 18^72    1.02^1.09 15^55
//	8 processes        1.32^1.80 12^21    1.13^1.22 68^92    1.61^3.21 18^42    2.02^3.66 13^23
//
// Backoff is about as quick and is refused at least five times as often; where refused calls count
// it never ends.
var laws = []struct {
	name string
	law  func() law
}{
	{"pace", func() law { return &paceLaw{} }},
	{"backoff", func() law { return backoffLaw{} }},
	{"adaptive", func() law { return newAdaptiveLaw() }},
}

// paceLaw is internal/pace with one lane.
type paceLaw struct{ pacer pace.Pacer }

func (l *paceLaw) Acquire(ctx context.Context, c call) (permit, error) {
	p, err := l.pacer.Acquire(ctx, "Op", c.first)
	return &p, err
}

// backoffLaw is plain exponential backoff with full jitter, 100 ms to 5 s.
type backoffLaw struct{}

func (backoffLaw) Acquire(ctx context.Context, c call) (permit, error) {
	return backoffLaw{}, backoff(ctx, c, 0.1, 5)
}
func (backoffLaw) Sent()                              {}
func (backoffLaw) Report(pace.Outcome, time.Duration) {}

// backoff pauses before a retry, for a random time up to least, in seconds, which
// doubles with each further one, up to most.
func backoff(ctx context.Context, c call, least, most float64) error {
	if c.attempt == 1 {
		return ctx.Err()
	}
	return pace.Sleep(ctx, seconds(c.random()*min(most, least*math.Exp2(float64(c.attempt-2)))))
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// adaptiveLaw is the adaptive retry mode of the AWS SDKs, as their reference for
// retry behaviour describes it: exponential backoff with full jitter, 1 s to 20 s,
// and below it a token bucket that is enabled by the first throttled answer, whose
// rate falls by 30 % when an answer is throttled and grows by the cubic function
// of the time since then.
type adaptiveLaw struct {
	turn    chan struct{} // held by the caller that waits for a token
	changed chan struct{} // the rate has changed

	mu             sync.Mutex
	began          time.Time
	enabled        bool
	fill, tokens   float64 // per second; in the bucket
	filled         float64 // when, in seconds since the beginning
	measured       float64 // answers a second, smoothed
	answers        int     // since counted
	counted        float64
	maximum, since float64 // rate, and when an answer was last throttled
}

// The constants of the reference.
const (
	adaptiveLeastFill = 0.5
	adaptiveBeta      = 0.7 // what remains of the rate when an answer is throttled
	adaptiveScale     = 0.4 // of the cubic function
	adaptiveSmooth    = 0.8 // weight of the newest measurement
	adaptiveHalf      = 2   // measurements a second
)

func newAdaptiveLaw() *adaptiveLaw {
	return &adaptiveLaw{turn: make(chan struct{}, 1), changed: make(chan struct{}, 1), began: time.Now()}
}

func (l *adaptiveLaw) Acquire(ctx context.Context, c call) (permit, error) {
	if err := backoff(ctx, c, 1, 20); err != nil {
		return nil, err
	}
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-l.turn }()
	for {
		d := l.token()
		if d <= 0 {
			return l, nil
		}
		timer := time.NewTimer(d)
		select {
		case <-timer.C:
		case <-l.changed:
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		}
		timer.Stop()
	}
}

// token takes a token, or returns how long it will be missing.
func (l *adaptiveLaw) token() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.enabled {
		return 0
	}
	l.refill(time.Since(l.began).Seconds())
	if l.tokens < 1 {
		return max(seconds((1-l.tokens)/l.fill), time.Microsecond)
	}
	l.tokens--
	return 0
}

func (l *adaptiveLaw) refill(now float64) {
	l.tokens = min(max(l.fill, 1), l.tokens+(now-l.filled)*l.fill)
	l.filled = now
}

func (l *adaptiveLaw) Sent() {}

func (l *adaptiveLaw) Report(o pace.Outcome, _ time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Since(l.began).Seconds()
	l.answers++
	if t := math.Floor(now*adaptiveHalf) / adaptiveHalf; t > l.counted {
		l.measured = adaptiveSmooth*float64(l.answers)/(t-l.counted) + (1-adaptiveSmooth)*l.measured
		l.answers, l.counted = 0, t
	}
	var rate float64
	if o == pace.Throttled {
		l.maximum, l.since = l.measured, now
		if l.enabled {
			l.maximum = min(l.measured, l.fill)
		} else {
			l.enabled, l.filled = true, now
		}
		rate = adaptiveBeta * l.maximum
	} else {
		// The function is back at the maximum after this time.
		window := math.Cbrt(l.maximum * (1 - adaptiveBeta) / adaptiveScale)
		d := now - l.since - window
		rate = adaptiveScale*d*d*d + l.maximum
	}
	if !l.enabled {
		return
	}
	l.refill(now)
	l.fill = max(min(rate, 2*l.measured), adaptiveLeastFill)
	l.tokens = min(l.tokens, max(l.fill, 1))
	select {
	case l.changed <- struct{}{}:
	default:
	}
}
