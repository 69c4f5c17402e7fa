package nas

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A WaitResult is the result of one of many waits.
type WaitResult[T any] struct {
	ID    string // as passed to the method
	Value T      // the last value seen, also if the wait failed; zero if none was
	Err   error  // nil, a [*WaitError], or a [*ValidationError] if the options are not valid
}

// waitEach waits for each of the ids.
func waitEach[T any](ctx context.Context, operation string, opts WaitOptions, source *wait.Source[T], ids []string, goal func() wait.Goal[T]) []WaitResult[T] {
	results := make([]WaitResult[T], len(ids))
	if err := invalid(operation, wait.Options(opts).Problems()...); err != nil {
		for i := range ids {
			results[i] = WaitResult[T]{ID: ids[i], Err: err}
		}
		return results
	}
	for i, r := range wait.Each(ctx, wait.Options(opts), source, ids, goal) {
		results[i] = WaitResult[T]{ids[i], r.Value, waitError(operation, r.Err)}
	}
	return results
}

// waitOne waits for one.
func waitOne[T any](ctx context.Context, operation string, opts WaitOptions, source *wait.Source[T], id string, goal func() wait.Goal[T]) (T, error) {
	r := waitEach(ctx, operation, opts, source, []string{id}, goal)[0]
	return r.Value, r.Err
}

// about returns an error if the response to a request for one resource is about
// another.
func about(operation, asked, got, requestID string) error {
	if got == asked {
		return nil
	}
	return fmt.Errorf("nas: %s: the response is about %q in place of %q (request %s)", operation, got, asked, requestID)
}

// listingDenied says in the log why waits cost more than they need to.
func (c *Client) listingDenied(ctx context.Context, err error) {
	if c.cfg.Logger != nil {
		c.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "nas may not list, and gets each resource by itself", slog.String("error", err.Error()))
	}
}
