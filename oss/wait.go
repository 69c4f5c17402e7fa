package oss

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

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
	return fmt.Sprintf("oss: %s: state %s after %d polls in %v: %v", e.Operation, state, e.Polls,
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
		c.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "oss waits may not list, and get each resource by itself", slog.String("error", err.Error()))
	}
}

// WaitAccessPointEnabled waits until the access point can be used, and returns
// it. It fails at the third poll in a row that finds the access point disabled
// or being deleted.
//
// When several waits for access points of one bucket run at the same time, they
// look at pages of [Client.ListAccessPoints] together if that takes fewer
// requests. What they return then lacks what lists lack, from AccountID on: where
// that is needed, call [Client.GetAccessPoint] after the wait.
//
// It needs the permission oss:GetAccessPoint, and uses oss:ListAccessPoints if it
// may.
func (c *Client) WaitAccessPointEnabled(ctx context.Context, bucket, accessPointName string, opts WaitOptions) (AccessPoint, error) {
	r := waitEach(ctx, "WaitAccessPointEnabled", opts, c.waitSource(bucket, nil), []string{accessPointName}, enabled)[0]
	return r.Value, r.Err
}

// WaitAccessPointsEnabled waits for each of the access points as
// [Client.WaitAccessPointEnabled] does, and returns when all waits have ended, the
// results in the order of the names. One that fails does not end the others.
// OnPoll is called for each access point, one call at a time.
//
// A thousand access points of one bucket take ten requests to look at.
func (c *Client) WaitAccessPointsEnabled(ctx context.Context, bucket string, accessPointNames []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsEnabled", opts, c.waitSource(bucket, nil), accessPointNames, enabled)
}

// enabled returns the test of a wait for an access point that can be used.
func enabled() func(AccessPoint) (string, bool, error) {
	wrong := 0
	return func(ap AccessPoint) (string, bool, error) {
		// No source calls these two failures; that a new access point leaves
		// them is not known either.
		if ap.Status.is(StatusDisable) || ap.Status.is(StatusDeleting) {
			wrong++
		} else {
			wrong = 0
		}
		if wrong >= 3 {
			return string(ap.Status), false, fmt.Errorf("an access point in state %s does not get to %s", ap.Status, StatusEnable)
		}
		return string(ap.Status), ap.Status.is(StatusEnable), nil
	}
}

// WaitAccessPointDeleted waits until the access point is gone. That it does not
// exist in the first place is success.
//
// It looks at lists as [Client.WaitAccessPointEnabled] does, but takes no list's
// word that the access point is gone.
//
// It needs the permission oss:GetAccessPoint, and uses oss:ListAccessPoints if it
// may.
func (c *Client) WaitAccessPointDeleted(ctx context.Context, bucket, accessPointName string, opts WaitOptions) error {
	return waitEach(ctx, "WaitAccessPointDeleted", opts, c.waitSource(bucket, notFound), []string{accessPointName}, gone)[0].Err
}

// WaitAccessPointsDeleted waits for each of the access points as
// [Client.WaitAccessPointDeleted] does, and returns when all waits have ended, the
// results in the order of the names. One that fails does not end the others.
// OnPoll is called for each access point, one call at a time.
//
// Each access point takes a request of its own in the end.
func (c *Client) WaitAccessPointsDeleted(ctx context.Context, bucket string, accessPointNames []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsDeleted", opts, c.waitSource(bucket, notFound), accessPointNames, gone)
}

// gone returns the test of a wait for an access point that is gone: one that is
// seen is not.
func gone() func(AccessPoint) (string, bool, error) {
	return func(ap AccessPoint) (string, bool, error) { return string(ap.Status), false, nil }
}

func notFound(err error) bool { return errors.Is(err, ErrNotFound) }

// waitSource returns where waits look for the access points of a bucket. An error
// for which gone is true ends a wait for a deletion.
func (c *Client) waitSource(bucket string, gone func(error) bool) *wait.Source[AccessPoint] {
	one := func(name string) GetAccessPointRequest {
		return GetAccessPointRequest{Bucket: bucket, AccessPointName: name}
	}
	return &wait.Source[AccessPoint]{
		Crowds: c.crowds(),
		List:   bucket,
		Get: func(ctx context.Context, name string) (AccessPoint, error) {
			out, err := c.GetAccessPoint(ctx, one(name))
			if err != nil {
				return AccessPoint{}, err
			}
			return out.AccessPoint, nil
		},
		Page: func(ctx context.Context, token string) (wait.Page[AccessPoint], error) {
			out, err := c.ListAccessPoints(ctx, ListAccessPointsRequest{Bucket: bucket, ContinuationToken: token, MaxKeys: 100})
			if err != nil {
				return wait.Page[AccessPoint]{}, err
			}
			if !out.IsTruncated {
				out.NextContinuationToken = "" // whatever it says
			}
			return wait.Page[AccessPoint]{Items: out.AccessPoints, Next: out.NextContinuationToken}, nil
		},
		ID: func(ap AccessPoint) string { return ap.AccessPointName },
		Listed: func(name string) string {
			if one(name).Validate() != nil {
				return ""
			}
			return name
		},
		Gone:   gone,
		Denied: c.listingDenied,
	}
}
