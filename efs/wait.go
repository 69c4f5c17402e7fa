package efs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitOptions tune a wait. How long it may take is not among them: the context
// says that, and a context without a deadline waits for ever.
type WaitOptions struct {
	// Interval is the pause after the first poll. Later pauses grow by half.
	// The default is 2 seconds.
	Interval time.Duration
	// MaxInterval bounds the pauses. The default is 15 seconds.
	MaxInterval time.Duration
	// PollTimeout bounds one poll. A poll that takes longer is given up and
	// repeated. The default is 1 minute.
	PollTimeout time.Duration
	// NotFoundGrace is how long a resource may not be visible at the start of
	// the wait. The default is 30 seconds.
	NotFoundGrace time.Duration
	// OnPoll, if set, is called after every poll that did not end the wait, with
	// the state that was last seen.
	OnPoll func(polls int, elapsed time.Duration, state string)
}

// A WaitError is a wait that failed. It wraps the context's error, the error of
// the last poll, or one that says which state cannot lead to the one awaited.
type WaitError struct {
	Operation string        // the function that waited
	State     string        // what was last seen; empty if nothing was
	Polls     int           // how often it looked
	Elapsed   time.Duration // how long it took
	Err       error
}

// Error returns one line. Its wording may change.
func (e *WaitError) Error() string {
	state := e.State
	if state == "" {
		state = "unknown"
	}
	return fmt.Sprintf("efs: %s: state %s after %d polls in %v: %v", e.Operation, state, e.Polls,
		e.Elapsed.Round(time.Millisecond), strings.ReplaceAll(e.Err.Error(), "\n", "; "))
}

// Unwrap returns e.Err.
func (e *WaitError) Unwrap() error { return e.Err }

// Wait calls fetch until done reports ok. done also names the state that it
// saw, and fails if that state cannot lead to the one awaited. Wait returns the
// last value fetched, on failure too, then with a [*WaitError].
//
// A fetch that was throttled, or for which the service was unavailable, is
// repeated, and so is one that finds nothing within the first
// NotFoundGrace. Every other failure of fetch ends the wait.
func Wait[T any](ctx context.Context, opts WaitOptions, fetch func(context.Context) (T, error), done func(T) (state string, ok bool, err error)) (T, error) {
	return waitFor(ctx, "Wait", opts, fetch, done)
}

func waitFor[T any](ctx context.Context, operation string, opts WaitOptions, fetch func(context.Context) (T, error), done func(T) (string, bool, error)) (T, error) {
	value, err := wait.Until(ctx, wait.Options(opts), fetch, done)
	if err != nil {
		return value, &WaitError{operation, err.State, err.Polls, err.Elapsed, err.Err}
	}
	return value, nil
}

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
	if c == nil || c.transport == nil {
		return new(wait.Crowds)
	}
	return c.transport.Waits
}

// listingDenied says in the log why waits cost more than they need to.
func (c *Client) listingDenied(ctx context.Context, err error) {
	if c.cfg.Logger != nil {
		c.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "efs waits may not list, and get each resource by itself", slog.String("error", err.Error()))
	}
}

// WaitAccessPointAvailable waits until the access point can be mounted, and
// returns it. It fails at once if the access point is deleting, deleted or in
// error.
//
// When several waits run at the same time, they look at the access points of the
// account and region together if that takes fewer requests: a page has 1,000.
//
// It needs the permission elasticfilesystem:DescribeAccessPoints for the access
// point, and uses that for all if it has it.
func (c *Client) WaitAccessPointAvailable(ctx context.Context, accessPointID string, opts WaitOptions) (AccessPoint, error) {
	r := waitEach(ctx, "WaitAccessPointAvailable", opts, c.waitSource(nil), []string{accessPointID}, available)[0]
	return r.Value, r.Err
}

// WaitAccessPointsAvailable waits for each of the access points as
// [Client.WaitAccessPointAvailable] does, and returns when all waits have ended,
// the results in the order of the IDs. One that fails does not end the others.
// OnPoll is called for each access point, one call at a time.
func (c *Client) WaitAccessPointsAvailable(ctx context.Context, accessPointIDs []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsAvailable", opts, c.waitSource(nil), accessPointIDs, available)
}

// available returns the test of a wait for an access point that can be mounted.
func available() func(AccessPoint) (string, bool, error) {
	return func(ap AccessPoint) (string, bool, error) {
		state := ap.LifeCycleState
		if state.is(StateDeleting) || state.is(StateDeleted) || state.is(StateError) {
			return string(state), false, fmt.Errorf("an access point that is %s does not become %s", state, StateAvailable)
		}
		return string(state), state.is(StateAvailable), nil
	}
}

// WaitAccessPointDeleted waits until the access point is gone. That it does not
// exist in the first place is success. It fails at once if the access point is in
// error.
//
// It looks at lists as [Client.WaitAccessPointAvailable] does, but takes no list's
// word that the access point is gone.
//
// It needs the permission elasticfilesystem:DescribeAccessPoints for the access
// point, and uses that for all if it has it.
func (c *Client) WaitAccessPointDeleted(ctx context.Context, accessPointID string, opts WaitOptions) error {
	return waitEach(ctx, "WaitAccessPointDeleted", opts, c.waitSource(notFound), []string{accessPointID}, gone)[0].Err
}

// WaitAccessPointsDeleted waits for each of the access points as
// [Client.WaitAccessPointDeleted] does, and returns when all waits have ended, the
// results in the order of the IDs. One that fails does not end the others.
// OnPoll is called for each access point, one call at a time.
//
// Each access point takes a request of its own in the end.
func (c *Client) WaitAccessPointsDeleted(ctx context.Context, accessPointIDs []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsDeleted", opts, c.waitSource(notFound), accessPointIDs, gone)
}

// gone returns the test of a wait for an access point that is gone: one that is
// seen is not, unless it says so itself.
func gone() func(AccessPoint) (string, bool, error) {
	return func(ap AccessPoint) (string, bool, error) {
		state := ap.LifeCycleState
		if state.is(StateError) {
			return string(state), false, fmt.Errorf("an access point that is in %s does not become %s", state, StateDeleted)
		}
		return string(state), state.is(StateDeleted), nil
	}
}

func notFound(err error) bool { return errors.Is(err, ErrNotFound) }

// waitSource returns where waits look for access points. An error for which gone
// is true ends a wait for a deletion.
func (c *Client) waitSource(gone func(error) bool) *wait.Source[AccessPoint] {
	return &wait.Source[AccessPoint]{
		Crowds: c.crowds(),
		Get: func(ctx context.Context, id string) (AccessPoint, error) {
			// The request without an ID would be for a list.
			if err := invalid("DescribeAccessPoints", check.Required("AccessPointId", id)); err != nil {
				return AccessPoint{}, err
			}
			out, err := c.DescribeAccessPoints(ctx, DescribeAccessPointsRequest{AccessPointID: id})
			if err != nil {
				return AccessPoint{}, err
			}
			return out.only(id)
		},
		Page: func(ctx context.Context, token string) (wait.Page[AccessPoint], error) {
			out, err := c.DescribeAccessPoints(ctx, DescribeAccessPointsRequest{NextToken: token, MaxResults: 1000})
			if err != nil {
				return wait.Page[AccessPoint]{}, err
			}
			return wait.Page[AccessPoint]{Items: out.AccessPoints, Next: out.NextToken}, nil
		},
		ID: func(ap AccessPoint) string { return ap.AccessPointID },
		Listed: func(id string) string {
			if (DescribeAccessPointsRequest{AccessPointID: id}).Validate() != nil {
				return ""
			}
			return bareID(id)
		},
		Gone:   gone,
		Denied: c.listingDenied,
	}
}
