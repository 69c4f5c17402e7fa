package transport

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// clockTolerance is the difference between two clocks that no service minds. Lower,
// and a wrong secret is blamed on the clock; higher than the 5 minutes of AWS, and
// a clock that is off stays so. Chosen.
const clockTolerance = time.Minute

// maxAged bounds the signatures of a call that a suspension, or a clock that is set, has
// made too old to count. None of them has run, so that MaxAttempts does not matter.
// Chosen: fewer fail a call on a machine that sleeps often, more keep up with a service
// that takes a minute to refuse.
const maxAged = 3

// A clock is what a call knows of the service's clock.
type clock struct {
	offset    time.Duration // the service's clock minus ours
	corrected bool          // this call has measured it
	aged      int           // signatures of this call that did not count
}

// correct takes over the service's clock if f says that the signing time was off, and
// reports whether another signature helps. A call does that once. What the service told
// while the machine was suspended, or its clock set, says nothing of the clock.
func (k *clock) correct(f *fault.Error) bool {
	refused, ok := f.Err.(*skewError)
	if !ok {
		return false
	}
	f.Err = nil
	if refused.passed.Abs() >= clockTolerance {
		k.aged++
		return k.aged <= maxAged
	}
	// Without a time of the service, the offset that it refuses is no better than
	// none.
	offset := time.Duration(0)
	if !refused.now.IsZero() {
		offset = time.Until(refused.now)
	}
	if k.corrected || (offset-k.offset).Abs() < clockTolerance {
		return false
	}
	k.offset, k.corrected = offset, true
	return true
}

// accepted reports whether the service took the signature of an attempt that
// ended in f: it did so if it looked for what the request names.
func accepted(f *fault.Error) bool {
	if f == nil {
		return true
	}
	switch f.Kind {
	case fault.NotFound, fault.AlreadyExists, fault.Conflict, fault.QuotaExceeded:
		return f.Class == fault.Final
	}
	return false
}

// A skewError marks a refusal for the signing time until Do has dealt with it.
type skewError struct {
	now    time.Time     // the service's, zero if it did not say
	passed time.Duration // on this machine's wall clock, from the signature to the answer
}

func (*skewError) Error() string { return "the signing time is off" }

// earliest is a time before which no service had its present time. A clock that
// was never set says 1970, or 2000. Lower, and it is believed; higher than the
// present, and no service is. Chosen.
var earliest = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// present returns t if a service can have it as its present time, or no time. On a
// machine whose own clock is that wrong, and in tests, every time is possible.
func present(t time.Time) time.Time {
	if t.Before(earliest) && time.Now().After(earliest) || t.Year() >= 2100 {
		return time.Time{}
	}
	return t
}

// dated returns the time at which an answer was made, by the service's clock: no
// time if it does not say, or it cannot be.
func dated(h http.Header) time.Time {
	t, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return present(t)
}

// retryAfter reads how long the service asks to be left alone.
func retryAfter(h http.Header) time.Duration {
	// Alibaba Cloud's gateway and AWS count in milliseconds under names of
	// their own.
	for _, name := range []string{"X-Acs-Retry-After", "X-Amz-Retry-After"} {
		if d, ok := count(h.Get(name), time.Millisecond); ok {
			return d
		}
	}
	v := h.Get("Retry-After")
	if d, ok := count(v, time.Second); ok {
		return d
	}
	if t, err := http.ParseTime(v); err == nil {
		now := dated(h)
		if now.IsZero() {
			now = time.Now()
		}
		return max(0, t.Sub(now))
	}
	return 0
}

// count reads a number of units. One that is too large for any wait is the largest
// that a duration surely holds.
func count(s string, unit time.Duration) (time.Duration, bool) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return time.Duration(min(n, 1<<32)) * unit, true
}
