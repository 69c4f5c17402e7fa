package pace

import (
	"context"
	"fmt"
	"math"
	"time"
)

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

// seconds converts s, rounded up, so that a timer does not end just before.
func seconds(s float64) time.Duration {
	if d := math.Ceil(s * float64(time.Second)); d < float64(forever) {
		return time.Duration(d)
	}
	return forever
}

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
