package nas

import (
	"context"
	"errors"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitAccessPointActive waits until the access point can be mounted, and
// returns it. It fails at the third consecutive poll that finds the access
// point Inactive or Deleting.
//
// Concurrent waits for access points of one file system share pages of
// [Client.ListAccessPoints] if that takes fewer requests. An access point from
// such a page is as complete as one from DescribeAccessPoint, but its
// CreateTime and ModifyTime have the format of ListAccessPoints.
//
// RAM actions: nas:DescribeAccessPoint; nas:ListAccessPoints is used if it is
// allowed.
func (c *Client) WaitAccessPointActive(ctx context.Context, fileSystemID, accessPointID string, opts WaitOptions) (AccessPoint, error) {
	return waitOne(ctx, "WaitAccessPointActive", opts, c.source(fileSystemID), accessPointID, active)
}

// WaitAccessPointsActive waits for each of the access points as
// [Client.WaitAccessPointActive] does, and returns when all of them have ended.
// The results are in the order of the IDs. A wait that fails does not end the
// others. OnPoll is called for each access point, one call at a time.
//
// The waits share list requests: polling a thousand access points of one file
// system takes ten.
func (c *Client) WaitAccessPointsActive(ctx context.Context, fileSystemID string, accessPointIDs []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsActive", opts, c.source(fileSystemID), accessPointIDs, active)
}

// active returns the goal of a wait for an access point that can be mounted.
func active() wait.Goal[AccessPoint] {
	wrong := 0
	return wait.Goal[AccessPoint]{Done: func(ap AccessPoint) (string, bool, error) {
		// No source calls these two failures; that a new access point leaves
		// them is not known either.
		if ap.Status == StatusInactive || ap.Status == StatusDeleting {
			wrong++
		} else {
			wrong = 0
		}
		if wrong >= 3 {
			return string(ap.Status), false, fmt.Errorf("an access point that is %s does not become %s", ap.Status, StatusActive)
		}
		return string(ap.Status), ap.Status == StatusActive, nil
	}}
}

// WaitAccessPointDeleted waits until the access point is gone. It succeeds if
// there is none in the first place.
//
// It shares lists as [Client.WaitAccessPointActive] does. If a list no longer
// shows the access point, it confirms that with a request of its own.
//
// RAM actions: nas:DescribeAccessPoint; nas:ListAccessPoints is used if it is
// allowed.
func (c *Client) WaitAccessPointDeleted(ctx context.Context, fileSystemID, accessPointID string, opts WaitOptions) error {
	_, err := waitOne(ctx, "WaitAccessPointDeleted", opts, c.source(fileSystemID), accessPointID, gone)
	return err
}

// WaitAccessPointsDeleted waits for each of the access points as
// [Client.WaitAccessPointDeleted] does, and returns when all of them have
// ended. The results are in the order of the IDs. A wait that fails does not
// end the others. OnPoll is called for each access point, one call at a time.
//
// At the end it confirms each deletion with a request of its own, one after the
// other: a thousand access points take a thousand round trips. Concurrent calls
// of WaitAccessPointDeleted are faster.
func (c *Client) WaitAccessPointsDeleted(ctx context.Context, fileSystemID string, accessPointIDs []string, opts WaitOptions) []WaitResult[AccessPoint] {
	return waitEach(ctx, "WaitAccessPointsDeleted", opts, c.source(fileSystemID), accessPointIDs, gone)
}

// gone returns the goal of a wait for an access point that is gone: one that is
// seen is not.
func gone() wait.Goal[AccessPoint] {
	return wait.Goal[AccessPoint]{Gone: notFound, Done: func(ap AccessPoint) (string, bool, error) { return string(ap.Status), false, nil }}
}

// notFound does not take the file system for the access point.
func notFound(err error) bool {
	return errors.Is(err, ErrNotFound) && !errors.Is(err, CodeFileSystemNotFound)
}

// source returns where the access points of a file system are found, by ID and by
// the key that they were created for.
func (c *Client) source(fileSystemID string) *wait.Source[AccessPoint] {
	one := func(id string) DescribeAccessPointRequest {
		return DescribeAccessPointRequest{FileSystemID: fileSystemID, AccessPointID: id}
	}
	return &wait.Source[AccessPoint]{
		Reader: c.reader(),
		List:   fileSystemID,
		Get: func(ctx context.Context, id string) (AccessPoint, error) {
			out, err := c.DescribeAccessPoint(ctx, one(id))
			if err != nil {
				return AccessPoint{}, err
			}
			return out.AccessPoint, about("DescribeAccessPoint", id, out.AccessPoint.AccessPointID, out.RequestID)
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
		ID:  func(ap AccessPoint) string { return ap.AccessPointID },
		Key: func(ap AccessPoint) string { return ap.tag(keyTag) },
		Listed: func(id string) string {
			if one(id).Validate() != nil {
				return ""
			}
			return id
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
