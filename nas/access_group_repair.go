package nas

import "context"

// RepairAccessGroup does the same as [Client.EnsureAccessGroup], which ensures
// the rules, and also changes the description of the group if it differs. It
// cannot change a group that is not for VPCs; that difference is in
// [Repair].Left.
//
// Errors: those of [Client.EnsureAccessGroup] and [Client.ModifyAccessGroup],
// and a [*DriftError] if something is left.
//
// RAM actions: those of [Client.EnsureAccessGroup], nas:ModifyAccessGroup.
func (c *Client) RepairAccessGroup(ctx context.Context, in EnsureAccessGroupRequest) (Repair, error) {
	_, err := c.EnsureAccessGroup(ctx, in)
	return repair(ctx, "RepairAccessGroup", in.AccessGroupName, err, fix{[]string{"Description"}, func(ctx context.Context) error {
		_, err := c.ModifyAccessGroup(ctx, ModifyAccessGroupRequest{in.AccessGroupName, in.FileSystemType, in.Description})
		return err
	}})
}
