package nas

import (
	"context"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitMountTargetAvailable waits until a mount target is Active, so that it can
// be mounted, and returns it. It fails at the third consecutive poll that finds
// it Inactive or Deleting.
//
// RAM action: nas:DescribeMountTargets.
func (c *Client) WaitMountTargetAvailable(ctx context.Context, fileSystemID, mountTargetDomain string, opts WaitOptions) (MountTarget, error) {
	wrong := 0
	return waitFor(ctx, "WaitMountTargetAvailable", opts, c.mountTarget(fileSystemID, mountTargetDomain), wait.Goal[MountTarget]{
		Done: func(m MountTarget) (string, bool, error) {
			if m.Status == MountTargetInactive || m.Status == MountTargetDeleting {
				wrong++
			} else {
				wrong = 0
			}
			if wrong >= 3 {
				return string(m.Status), false, fmt.Errorf("a mount target that is %s does not become %s", m.Status, MountTargetActive)
			}
			return string(m.Status), m.Status == MountTargetActive, nil
		},
	})
}

// WaitMountTargetDeleted waits until a mount target is gone. It succeeds if there is
// none in the first place.
//
// RAM action: nas:DescribeMountTargets.
func (c *Client) WaitMountTargetDeleted(ctx context.Context, fileSystemID, mountTargetDomain string, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitMountTargetDeleted", opts, c.mountTarget(fileSystemID, mountTargetDomain), wait.Goal[MountTarget]{
		Gone: notFound,
		Done: func(m MountTarget) (string, bool, error) { return string(m.Status), false, nil },
	})
	return err
}

// mountTarget returns a function that reads a mount target.
func (c *Client) mountTarget(fileSystemID, domain string) func(context.Context) (MountTarget, error) {
	return func(ctx context.Context) (MountTarget, error) {
		out, err := c.DescribeMountTargets(ctx, DescribeMountTargetsRequest{FileSystemID: fileSystemID, MountTargetDomain: domain})
		if err != nil {
			return MountTarget{}, err
		}
		for _, m := range out.MountTargets {
			if m.MountTargetDomain == domain {
				return m, nil
			}
		}
		return MountTarget{}, fmt.Errorf("nas: mount target %s %w (request %s)", domain, ErrNotFound, out.RequestID)
	}
}
