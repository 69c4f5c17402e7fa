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
// may be called again after it was interrupted, and goes on then.
//
// Failures that may pass are waited out for as long as ctx allows, and so is that the
// endpoint is busy.
//
// Errors: those of [Client.ListVpcEndpointZones], [Client.RemoveZoneFromVpcEndpoint],
// [Client.DeleteVpcEndpoint] and [Client.WaitVpcEndpointDeleted].
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
