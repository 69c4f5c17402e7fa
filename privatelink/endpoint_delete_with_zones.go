package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// DeleteVpcEndpointWithZones removes the zones of an endpoint, deletes it, and
// waits until it is gone. It succeeds if there is none in the first place. It
// is idempotent: if it was interrupted, call it again.
//
// Transient errors, and refusals because the endpoint is busy, are retried
// until ctx is done.
//
// Errors: those of [Client.ListVpcEndpointZones],
// [Client.RemoveZoneFromVpcEndpoint], [Client.DeleteVpcEndpoint] and
// [Client.WaitVpcEndpointDeleted].
//
// RAM actions: privatelink:ListVpcEndpointZones,
// privatelink:RemoveZoneFromVpcEndpoint, privatelink:DeleteVpcEndpoint,
// privatelink:GetVpcEndpointAttribute.
func (c *Client) DeleteVpcEndpointWithZones(ctx context.Context, endpointID string) error {
	if err := c.made(); err != nil {
		return err
	}
	if err := invalid("DeleteVpcEndpointWithZones", check.Required("EndpointId", endpointID)); err != nil {
		return err
	}
	ctx = fault.Expect(ctx, ErrNotFound, ErrConflict)
	_, err := wait.Retry(ctx, passes, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, c.drop(ctx, VpcEndpoint{EndpointID: endpointID})
	})
	if err != nil && !notFound(err) {
		return err
	}
	return c.WaitVpcEndpointDeleted(ctx, endpointID, WaitOptions{Transient: ensure.Transient})
}
