package nas

import (
	"cmp"
	"context"
	"strconv"
)

// RepairAccessPoint does the same as [Client.EnsureAccessPoint] with the same
// arguments, and then repairs drift by changing the name, the permission group,
// EnabledRAM and the tags. It does not remove tags that in does not have.
//
// Differences that the service cannot change, such as the root directory,
// remain; the error is a [*DriftError] that lists them. If a change fails, the
// other changes are still made, and the error is that of the failed change;
// call again.
//
// A change may take up to [Config].Settle, the consistency window, to show.
// Until then, EnsureAccessPoint may report the drift again.
//
// Errors: those of [Client.EnsureAccessPoint], [Client.ModifyAccessPoint] and
// [Client.TagResources].
//
// RAM actions: those of [Client.EnsureAccessPoint], nas:ModifyAccessPoint,
// nas:TagResources.
func (c *Client) RepairAccessPoint(ctx context.Context, key string, in CreateAccessPointRequest) (Repair, error) {
	ap, err := c.EnsureAccessPoint(ctx, key, in)
	modify := ModifyAccessPointRequest{FileSystemID: in.FileSystemID, AccessPointID: ap.AccessPointID}
	modifies := fix{change: func(ctx context.Context) error {
		_, err := c.ModifyAccessPoint(ctx, modify)
		return err
	}}
	if in.AccessPointName != "" { // otherwise any will do
		modify.AccessPointName = &in.AccessPointName
		modifies.fields = append(modifies.fields, "AccessPointName")
	}
	if in.AgenticSpaceID == "" {
		modify.AccessGroup, modify.EnabledRAM = new(cmp.Or(in.AccessGroup, defaultGroup)), &in.EnabledRAM
		modifies.fields = append(modifies.fields, "AccessGroup", "EnabledRam")
	}
	tags := fix{change: func(ctx context.Context) error {
		_, err := c.TagResources(ctx, TagResourcesRequest{ResourceType: ResourceAccessPoint, ResourceIDs: []string{ap.AccessPointID}, Tags: in.Tags})
		return err
	}}
	for i := range in.Tags {
		tags.fields = append(tags.fields, "Tag."+strconv.Itoa(i+1)+".Value")
	}
	return repair(ctx, "RepairAccessPoint", ap.AccessPointID, err, modifies, tags)
}
