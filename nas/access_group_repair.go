package nas

import "context"

// RepairAccessGroup is [Client.EnsureAccessGroup], which ensures the rules, and
// changes the description of the group if that is not as asked. A group that is not
// for VPCs stays so; that is [Repair].Left.
//
// Errors: those of [Client.EnsureAccessGroup] and [Client.ModifyAccessGroup],
// [*DriftError] for what is left.
//
// RAM actions: those of [Client.EnsureAccessGroup], nas:ModifyAccessGroup.
func (c *Client) RepairAccessGroup(ctx context.Context, in EnsureAccessGroupRequest) (Repair, error) {
	_, err := c.EnsureAccessGroup(ctx, in)
	return repair(ctx, "RepairAccessGroup", in.AccessGroupName, err, fix{[]string{"Description"}, func(ctx context.Context) error {
		_, err := c.ModifyAccessGroup(ctx, ModifyAccessGroupRequest{in.AccessGroupName, in.FileSystemType, in.Description})
		return err
	}})
}
