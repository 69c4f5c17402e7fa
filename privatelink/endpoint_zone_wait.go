package privatelink

import (
	"context"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitVpcEndpointZoneAdded waits until the endpoint has its network interface
// in the zone, that is, until the zone is in Wait or Connected, and returns the
// zone. Traffic passes only when the zone is Connected, for which the owner of
// the service may have to accept the connection. It fails at the third
// consecutive poll that finds the zone Deleting, and if the endpoint is still
// not in the zone after NotFoundGrace.
//
// RAM action: privatelink:ListVpcEndpointZones.
func (c *Client) WaitVpcEndpointZoneAdded(ctx context.Context, endpointID, zoneID string, opts WaitOptions) (VpcEndpointZone, error) {
	wrong := 0
	return waitFor(ctx, "WaitVpcEndpointZoneAdded", opts, func(ctx context.Context) (VpcEndpointZone, error) {
		zone, err := c.vpcEndpointZone(ctx, endpointID, zoneID)
		if err != nil {
			return VpcEndpointZone{}, err
		}
		if zone == nil {
			return VpcEndpointZone{}, fmt.Errorf("endpoint %s in zone %s: %w", endpointID, zoneID, ErrNotFound)
		}
		return *zone, nil
	}, wait.Goal[VpcEndpointZone]{Done: func(zone VpcEndpointZone) (string, bool, error) {
		if zone.ZoneStatus != ZoneStatusDeleting { // no source calls it a failure
			wrong = 0
		} else if wrong++; wrong == 3 {
			return string(zone.ZoneStatus), false, fmt.Errorf("a zone that is %s does not become %s", zone.ZoneStatus, ZoneStatusConnected)
		}
		return string(zone.ZoneStatus), zone.ZoneStatus == ZoneStatusWait || zone.ZoneStatus == ZoneStatusConnected, nil
	}})
}

// WaitVpcEndpointZoneRemoved waits until the endpoint is no longer in the zone.
// It succeeds if the endpoint was not in the zone in the first place, and fails
// if the endpoint does not exist.
//
// RAM action: privatelink:ListVpcEndpointZones.
func (c *Client) WaitVpcEndpointZoneRemoved(ctx context.Context, endpointID, zoneID string, opts WaitOptions) error {
	_, err := waitFor(ctx, "WaitVpcEndpointZoneRemoved", opts, func(ctx context.Context) (*VpcEndpointZone, error) {
		return c.vpcEndpointZone(ctx, endpointID, zoneID)
	}, wait.Goal[*VpcEndpointZone]{Done: func(zone *VpcEndpointZone) (string, bool, error) {
		if zone == nil {
			return "gone", true, nil
		}
		return string(zone.ZoneStatus), false, nil
	}})
	return err
}

// vpcEndpointZone returns a zone of an endpoint, or nil if the endpoint is not in
// it.
func (c *Client) vpcEndpointZone(ctx context.Context, endpointID, zoneID string) (*VpcEndpointZone, error) {
	for zone, err := range c.VpcEndpointZones(ctx, ListVpcEndpointZonesRequest{EndpointID: endpointID}) {
		if err != nil {
			return nil, err
		}
		if zone.ZoneID == zoneID {
			return &zone, nil
		}
	}
	return nil, nil
}
