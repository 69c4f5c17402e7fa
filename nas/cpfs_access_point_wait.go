package nas

import (
	"context"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitCpfsAccessPointActive waits until a CPFS access point can be mounted, and
// returns it. It fails at the third consecutive poll that finds it Inactive or
// Deleting.
//
// RAM action: nas:DescribeCpfsAccessPoints.
func (c *Client) WaitCpfsAccessPointActive(ctx context.Context, fileSystemID, accessPointID string, opts WaitOptions) (CpfsAccessPoint, error) {
	wrong := 0
	return waitFor(ctx, "WaitCpfsAccessPointActive", opts, c.cpfsAccessPoint(fileSystemID, accessPointID), wait.Goal[CpfsAccessPoint]{
		Done: func(ap CpfsAccessPoint) (string, bool, error) {
			if ap.Status == StatusInactive || ap.Status == StatusDeleting {
				wrong++
			} else {
				wrong = 0
			}
			if wrong >= 3 {
				return string(ap.Status), false, fmt.Errorf("an access point that is %s does not become %s", ap.Status, StatusActive)
			}
			return string(ap.Status), ap.Status == StatusActive, nil
		},
	})
}

// WaitCpfsAccessPointDeleted waits until a CPFS access point is gone. It succeeds if
// there is none in the first place.
//
// RAM action: nas:DescribeCpfsAccessPoints.
func (c *Client) WaitCpfsAccessPointDeleted(ctx context.Context, fileSystemID, accessPointID string, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitCpfsAccessPointDeleted", opts, c.cpfsAccessPoint(fileSystemID, accessPointID), wait.Goal[CpfsAccessPoint]{
		Gone: notFound,
		Done: func(ap CpfsAccessPoint) (string, bool, error) { return string(ap.Status), false, nil },
	})
	return err
}

// cpfsAccessPoint returns a function that reads a CPFS access point.
func (c *Client) cpfsAccessPoint(fileSystemID, id string) func(context.Context) (CpfsAccessPoint, error) {
	return func(ctx context.Context) (CpfsAccessPoint, error) {
		out, err := c.DescribeCpfsAccessPoints(ctx, DescribeCpfsAccessPointsRequest{FileSystemID: fileSystemID, AccessPointID: id})
		if err != nil {
			return CpfsAccessPoint{}, err
		}
		for _, ap := range out.AccessPoints {
			if ap.AccessPointID == id {
				return ap, nil
			}
		}
		return CpfsAccessPoint{}, fmt.Errorf("nas: access point %s %w (request %s)", id, ErrNotFound, out.RequestID)
	}
}
