package nas

import (
	"context"
	"log/slog"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A WaitResult is what came of one wait of many.
type WaitResult[T any] struct {
	ID    string // as it was given
	Value T      // what was last seen, on failure too; zero if nothing was
	Err   error  // nil, or a [*WaitError]
}

// waitEach waits for each of the ids.
func waitEach[T any](ctx context.Context, operation string, opts WaitOptions, source *wait.Source[T], ids []string, done func() func(T) (string, bool, error)) []WaitResult[T] {
	results := make([]WaitResult[T], len(ids))
	for i, r := range wait.Each(ctx, wait.Options(opts), source, ids, done) {
		results[i] = WaitResult[T]{ID: ids[i], Value: r.Value}
		if err := r.Err; err != nil {
			results[i].Err = &WaitError{operation, err.State, err.Polls, err.Elapsed, err.Err}
		}
	}
	return results
}

// crowds returns what the waits of c share.
func (c *Client) crowds() *wait.Crowds {
	if c.made() != nil {
		return new(wait.Crowds)
	}
	return c.transport.Waits
}

// listingDenied says in the log why waits cost more than they need to.
func (c *Client) listingDenied(ctx context.Context, err error) {
	if c.cfg.Logger != nil {
		c.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "nas waits may not list, and get each resource by itself", slog.String("error", err.Error()))
	}
}
