package oss

import "context"

// RepairAccessPoint does the same as [Client.EnsureAccessPoint] with the same
// request, and then repairs drift by replacing the policy, if the access point
// has another one.
//
// Differences that the service cannot change, such as the network, remain; the
// error is a [*DriftError] that lists them.
//
// A change may take up to [Config].Settle, the consistency window, to show.
// Until then, EnsureAccessPoint may report the drift again.
//
// Errors: those of [Client.EnsureAccessPoint] and
// [Client.PutAccessPointPolicy].
//
// RAM actions: those of [Client.EnsureAccessPoint].
func (c *Client) RepairAccessPoint(ctx context.Context, in EnsureAccessPointRequest) (Repair, error) {
	_, err := c.EnsureAccessPoint(ctx, in)
	return repair(ctx, "RepairAccessPoint", in.AccessPointName, err, fix{[]string{"Policy"}, func(ctx context.Context) error {
		_, err := c.PutAccessPointPolicy(ctx, PutAccessPointPolicyRequest{Bucket: in.Bucket, AccessPointName: in.AccessPointName, Policy: in.Policy})
		return err
	}})
}
