package nas

import "context"

// RepairAgenticSpace does the same as [Client.EnsureAgenticSpace] with in, and
// then repairs drift by changing the description and the quota. The API
// reference does not say what happens if the quota is lower than the current
// usage.
//
// If the zone differs, the error is a [*DriftError], because the service cannot
// change it. If one change fails, the other is still made, and the error is
// that of the failed change; call again.
//
// Errors: those of [Client.EnsureAgenticSpace], [Client.ModifyAgenticSpace] and
// [Client.SetAgenticSpaceQuota].
//
// RAM actions: those of [Client.EnsureAgenticSpace], nas:ModifyAgenticSpace,
// nas:SetAgenticSpaceQuota.
func (c *Client) RepairAgenticSpace(ctx context.Context, in CreateAgenticSpaceRequest) (Repair, error) {
	s, err := c.EnsureAgenticSpace(ctx, in)
	fs, id := in.FileSystemID, s.AgenticSpaceID
	return repair(ctx, "RepairAgenticSpace", id, err,
		fix{[]string{"Quota.SizeLimit", "Quota.FileCountLimit"}, func(ctx context.Context) error {
			_, err := c.SetAgenticSpaceQuota(ctx, SetAgenticSpaceQuotaRequest{
				FileSystemID: fs, AgenticSpaceID: id, SizeLimit: in.Quota.SizeLimit, FileCountLimit: in.Quota.FileCountLimit,
			})
			return err
		}},
		fix{[]string{"Description"}, func(ctx context.Context) error {
			_, err := c.ModifyAgenticSpace(ctx, ModifyAgenticSpaceRequest{FileSystemID: fs, AgenticSpaceID: id, Description: &in.Description})
			return err
		}},
	)
}
