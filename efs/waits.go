package efs

import (
	"context"
	"errors"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitAccessPointAvailable waits until the access point can be mounted, and
// returns it. It fails at once if the access point is deleting, deleted or in
// error.
//
// Concurrent waits share lists of the access points of the account and region if
// that takes fewer requests: a page has 1,000.
//
// It needs the permission elasticfilesystem:DescribeAccessPoints for the access
// point, and uses that for all if it has it.
func (c *Client) WaitAccessPointAvailable(ctx context.Context, accessPointID string, opts WaitOptions) (AccessPoint, error) {
	return waitOne(ctx, "WaitAccessPointAvailable", opts, c.source(), accessPointID, available)
}

// WaitAccessPointsAvailable waits for each of the access points as
// [Client.WaitAccessPointAvailable] does, and returns when all waits have ended,
// the results in the order of the IDs. One that fails does not end the others.
// OnPoll is called for each access point, one call at a time.
func (c *Client) WaitAccessPointsAvailable(ctx context.Context, accessPointIDs []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsAvailable", opts, c.source(), accessPointIDs, available)
}

// available returns the goal of a wait for an access point that can be mounted.
func available() wait.Goal[AccessPoint] {
	return wait.Goal[AccessPoint]{Done: func(ap AccessPoint) (string, bool, error) {
		state := ap.LifeCycleState
		if state == StateDeleting || state == StateDeleted || state == StateError {
			return string(state), false, fmt.Errorf("an access point that is %s does not become %s", state, StateAvailable)
		}
		return string(state), state == StateAvailable, nil
	}}
}

// WaitAccessPointDeleted waits until the access point is gone. That it does not
// exist in the first place is success. It fails at once if the access point is in
// error.
//
// It shares lists as [Client.WaitAccessPointAvailable] does, but takes no list's
// word that the access point is gone.
//
// It needs the permission elasticfilesystem:DescribeAccessPoints for the access
// point, and uses that for all if it has it.
func (c *Client) WaitAccessPointDeleted(ctx context.Context, accessPointID string, opts WaitOptions) error {
	_, err := waitOne(ctx, "WaitAccessPointDeleted", opts, c.source(), accessPointID, gone)
	return err
}

// WaitAccessPointsDeleted waits for each of the access points as
// [Client.WaitAccessPointDeleted] does, and returns when all waits have ended, the
// results in the order of the IDs. One that fails does not end the others.
// OnPoll is called for each access point, one call at a time.
//
// Each access point takes a request of its own in the end, one after the
// other: a thousand take as long as a thousand round trips. Waits in
// goroutines of their own do not.
func (c *Client) WaitAccessPointsDeleted(ctx context.Context, accessPointIDs []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsDeleted", opts, c.source(), accessPointIDs, gone)
}

// gone returns the goal of a wait for an access point that is gone: one that is
// seen is not, unless it says so itself.
func gone() wait.Goal[AccessPoint] {
	return wait.Goal[AccessPoint]{Gone: notFound, Done: func(ap AccessPoint) (string, bool, error) {
		state := ap.LifeCycleState
		if state == StateError {
			return string(state), false, fmt.Errorf("an access point that is in %s does not become %s", state, StateDeleted)
		}
		return string(state), state == StateDeleted, nil
	}}
}

// notFound reports whether err says that the access point does not exist. That the
// file system does not, it may say of another one than was meant.
func notFound(err error) bool {
	return errors.Is(err, ErrNotFound) && !errors.Is(err, CodeFileSystemNotFound)
}

// source returns where access points are found by ID.
func (c *Client) source() *wait.Source[AccessPoint] {
	return &wait.Source[AccessPoint]{
		Reader: c.reader(),
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
		Denied: c.listingDenied,
	}
}

// A view is what clients share to which the service shows the same.
type view struct {
	reader wait.Reader[AccessPoint]
	memory ensure.Memory
}

// reader returns the one that c shares.
func (c *Client) reader() *wait.Reader[AccessPoint] {
	if c.made() != nil {
		return new(wait.Reader[AccessPoint])
	}
	return &c.view.reader
}
