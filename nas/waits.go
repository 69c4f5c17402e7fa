package nas

import (
	"context"
	"errors"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitAccessPointActive waits until the access point can be mounted, and
// returns it. It fails at the third poll in a row that finds the access point
// Inactive or Deleting.
//
// When several waits for access points of one file system run at the same time,
// they look at pages of [Client.ListAccessPoints] together if that takes fewer
// requests. What they return is as complete, but has CreateTime and ModifyTime in
// the form of that operation.
//
// It needs the permission nas:DescribeAccessPoint, and uses nas:ListAccessPoints
// if it may.
func (c *Client) WaitAccessPointActive(ctx context.Context, fileSystemID, accessPointID string, opts WaitOptions) (AccessPoint, error) {
	r := waitEach(ctx, "WaitAccessPointActive", opts, c.waitSource(fileSystemID, nil), []string{accessPointID}, active)[0]
	return r.Value, r.Err
}

// WaitAccessPointsActive waits for each of the access points as
// [Client.WaitAccessPointActive] does, and returns when all waits have ended, the
// results in the order of the IDs. One that fails does not end the others.
// OnPoll is called for each access point, one call at a time.
//
// A thousand access points of one file system take ten requests to look at.
func (c *Client) WaitAccessPointsActive(ctx context.Context, fileSystemID string, accessPointIDs []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsActive", opts, c.waitSource(fileSystemID, nil), accessPointIDs, active)
}

// active returns the test of a wait for an access point that can be mounted.
func active() func(AccessPoint) (string, bool, error) {
	wrong := 0
	return func(ap AccessPoint) (string, bool, error) {
		// No source calls these two failures; that a new access point leaves
		// them is not known either.
		if ap.Status.is(StatusInactive) || ap.Status.is(StatusDeleting) {
			wrong++
		} else {
			wrong = 0
		}
		if wrong >= 3 {
			return string(ap.Status), false, fmt.Errorf("an access point that is %s does not become %s", ap.Status, StatusActive)
		}
		return string(ap.Status), ap.Status.is(StatusActive), nil
	}
}

// WaitAccessPointDeleted waits until the access point is gone. That it does not
// exist in the first place is success.
//
// It looks at lists as [Client.WaitAccessPointActive] does, but takes no list's
// word that the access point is gone.
//
// It needs the permission nas:DescribeAccessPoint, and uses nas:ListAccessPoints
// if it may.
func (c *Client) WaitAccessPointDeleted(ctx context.Context, fileSystemID, accessPointID string, opts WaitOptions) error {
	return waitEach(ctx, "WaitAccessPointDeleted", opts, c.waitSource(fileSystemID, notFound), []string{accessPointID}, gone)[0].Err
}

// WaitAccessPointsDeleted waits for each of the access points as
// [Client.WaitAccessPointDeleted] does, and returns when all waits have ended, the
// results in the order of the IDs. One that fails does not end the others.
// OnPoll is called for each access point, one call at a time.
//
// Each access point takes a request of its own in the end.
func (c *Client) WaitAccessPointsDeleted(ctx context.Context, fileSystemID string, accessPointIDs []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsDeleted", opts, c.waitSource(fileSystemID, notFound), accessPointIDs, gone)
}

// gone returns the test of a wait for an access point that is gone: one that is
// seen is not.
func gone() func(AccessPoint) (string, bool, error) {
	return func(ap AccessPoint) (string, bool, error) { return string(ap.Status), false, nil }
}

func notFound(err error) bool { return errors.Is(err, ErrNotFound) }

// waitSource returns where waits look for the access points of a file system. An
// error for which gone is true ends a wait for a deletion.
func (c *Client) waitSource(fileSystemID string, gone func(error) bool) *wait.Source[AccessPoint] {
	one := func(id string) DescribeAccessPointRequest {
		return DescribeAccessPointRequest{FileSystemID: fileSystemID, AccessPointID: id}
	}
	return &wait.Source[AccessPoint]{
		Crowds: c.crowds(),
		List:   fileSystemID,
		Get: func(ctx context.Context, id string) (AccessPoint, error) {
			out, err := c.DescribeAccessPoint(ctx, one(id))
			if err != nil {
				return AccessPoint{}, err
			}
			return out.AccessPoint, nil
		},
		Page: func(ctx context.Context, token string) (wait.Page[AccessPoint], error) {
			out, err := c.ListAccessPoints(ctx, ListAccessPointsRequest{FileSystemID: fileSystemID, NextToken: token, MaxResults: 100})
			if err != nil {
				return wait.Page[AccessPoint]{}, err
			}
			for i := range out.AccessPoints {
				out.AccessPoints[i].RegionID = c.cfg.Region // lists lack it
			}
			return wait.Page[AccessPoint]{Items: out.AccessPoints, Next: out.NextToken, Total: out.TotalCount}, nil
		},
		ID: func(ap AccessPoint) string { return ap.AccessPointID },
		Listed: func(id string) string {
			if one(id).Validate() != nil {
				return ""
			}
			return id
		},
		Gone:   gone,
		Denied: c.listingDenied,
	}
}
