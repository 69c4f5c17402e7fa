package transport

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/pace"
)

// limit holds an attempt back for the caller's limiter. A limiter with a WaitFor
// is told the operation.
func (c *Client) limit(ctx context.Context, operation string) error {
	var err error
	switch l := c.Limiter.(type) {
	case nil:
		return nil
	case *rate.Limiter:
		err = waitToken(ctx, l)
		if errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("rate limiter: %w", err) // it did not fail
		}
	case interface {
		WaitFor(ctx context.Context, operation string) error
	}:
		err = l.WaitFor(ctx, operation)
	default:
		err = l.Wait(ctx)
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("rate limiter: %w", err)
	}
	return fmt.Errorf("%w: %w", fault.Limiter, err)
}

// waitToken waits for a token of l. Unlike l.Wait it fails with an error that wraps
// [context.DeadlineExceeded] if the token would come too late.
func waitToken(ctx context.Context, l *rate.Limiter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := l.Reserve()
	if !r.OK() {
		return errNoBurst
	}
	if err := pace.Sleep(ctx, r.Delay()); err != nil {
		r.Cancel()
		return err
	}
	return nil
}

var errNoBurst = errors.New("a burst of 0 lets nothing through")
