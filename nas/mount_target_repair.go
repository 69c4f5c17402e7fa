package nas

import (
	"cmp"
	"context"
)

// RepairMountTarget does what [Client.EnsureMountTarget] does with the same arguments,
// and then changes its permission group if that is not as asked: whoever the new one
// does not let in loses access.
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
