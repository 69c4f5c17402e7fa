package resume

import (
	"context"
	"errors"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// pastPause is the time between two looks if the call was long ago. Chosen: the
// service's time, which the first has told, then counts for the second.
const pastPause = 20 * time.Millisecond

// Look calls look until its answer is conclusive, or shows all that the call may
// have done: it was asked Settle after the first one, or long after the call.
func Look[T any](ctx context.Context, p Point, settle time.Duration, serviceTime func(time.Time) time.Time, look func(context.Context) (T, error), conclusive func(T, error) bool) (T, error) {
	for start := time.Now(); ; {
		asked := time.Now()
		value, err := wait.Retry(ctx, func(err error) bool { return errors.Is(err, fault.Limiter) }, look)
		if conclusive(value, err) || asked.Sub(start) >= settle || p.Past(serviceTime(asked), settle) {
			return value, err
		}
		next := start.Add(settle)
		if now := time.Now(); p.Past(serviceTime(now.Add(1)), settle) {
			next = now.Add(pastPause)
		}
		if err := wait.Sleep(ctx, time.Until(next)); err != nil {
			return value, &wait.Error{State: "settling", Elapsed: time.Since(start), Err: err}
		}
	}
}
