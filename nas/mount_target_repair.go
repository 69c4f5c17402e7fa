package nas

import (
	"cmp"
	"context"
)

// RepairMountTarget does the same as [Client.EnsureMountTarget] with the same
// arguments, and then repairs drift by changing the permission group. Clients
// that the new group does not allow lose access.
//
// Errors: those of [Client.EnsureMountTarget] and [Client.ModifyMountTarget].
//
// RAM actions: those of [Client.EnsureMountTarget], nas:ModifyMountTarget.
func (c *Client) RepairMountTarget(ctx context.Context, in CreateMountTargetRequest) (Repair, error) {
	m, err := c.EnsureMountTarget(ctx, in)
	return repair(ctx, "RepairMountTarget", m.MountTargetDomain, err, fix{[]string{"AccessGroupName"}, func(ctx context.Context) error {
		_, err := c.ModifyMountTarget(ctx, ModifyMountTargetRequest{
			FileSystemID: in.FileSystemID, MountTargetDomain: m.MountTargetDomain, AccessGroupName: cmp.Or(in.AccessGroupName, defaultGroup),
		})
		return err
	}})
}
