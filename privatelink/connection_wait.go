package privatelink

import (
	"context"
	"fmt"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// WaitVpcEndpointConnected waits until the connection from an endpoint to a
// service of the account is Connected, and returns it. It does not accept the
// connection: if nobody does, it waits until ctx is done. It fails at the third
// consecutive poll that finds the connection Deleting, or its service gone.
//
// The owner of the endpoint waits with [Client.WaitVpcEndpointReady].
//
// RAM action: privatelink:ListVpcEndpointConnections.
func (c *Client) WaitVpcEndpointConnected(ctx context.Context, serviceID, endpointID string, opts WaitOptions) (VpcEndpointConnection, error) {
	return c.waitConnection(ctx, "WaitVpcEndpointConnected", serviceID, endpointID, ConnectionStatusConnected, opts)
}

// WaitVpcEndpointDisconnected waits until the connection from an endpoint to a
// service of the account is Disconnected, and returns it. It fails at the third
// consecutive poll that finds the connection Deleting, or its service gone.
//
// RAM action: privatelink:ListVpcEndpointConnections.
func (c *Client) WaitVpcEndpointDisconnected(ctx context.Context, serviceID, endpointID string, opts WaitOptions) (VpcEndpointConnection, error) {
	return c.waitConnection(ctx, "WaitVpcEndpointDisconnected", serviceID, endpointID, ConnectionStatusDisconnected, opts)
}

// WaitVpcEndpointZoneConnected waits until the connection from an endpoint to a
// service of the account is Connected in a zone, and returns the zone of the
// connection. It fails at the third consecutive poll that finds the zone
// Deleting.
//
// RAM action: privatelink:ListVpcEndpointConnections.
func (c *Client) WaitVpcEndpointZoneConnected(ctx context.Context, serviceID, endpointID, zoneID string, opts WaitOptions) (VpcEndpointConnectionZone, error) {
	return c.waitConnectionZone(ctx, "WaitVpcEndpointZoneConnected", serviceID, endpointID, zoneID, ZoneStatusConnected, opts)
}

// WaitVpcEndpointZoneDisconnected waits until the connection from an endpoint
// to a service of the account is Disconnected in a zone, and returns the zone
// of the connection. It fails at the third consecutive poll that finds the zone
// Deleting.
//
// RAM action: privatelink:ListVpcEndpointConnections.
func (c *Client) WaitVpcEndpointZoneDisconnected(ctx context.Context, serviceID, endpointID, zoneID string, opts WaitOptions) (VpcEndpointConnectionZone, error) {
	return c.waitConnectionZone(ctx, "WaitVpcEndpointZoneDisconnected", serviceID, endpointID, zoneID, ZoneStatusDisconnected, opts)
}

func (c *Client) waitConnection(ctx context.Context, operation, serviceID, endpointID string, want ConnectionStatus, opts WaitOptions) (VpcEndpointConnection, error) {
	return waitFor(ctx, operation, opts, func(ctx context.Context) (VpcEndpointConnection, error) {
		return c.vpcEndpointConnection(ctx, serviceID, endpointID)
	}, connectionIs(want))
}

// connectionIs returns the goal of a wait for a connection in a state.
func connectionIs(want ConnectionStatus) wait.Goal[VpcEndpointConnection] {
	wrong := 0
	return wait.Goal[VpcEndpointConnection]{Done: func(conn VpcEndpointConnection) (string, bool, error) {
		status := conn.ConnectionStatus
		if status != ConnectionStatusDeleting && status != ConnectionStatusServiceDeleted { // no source calls them failures
			wrong = 0
		} else if wrong++; wrong == 3 {
			return string(status), false, fmt.Errorf("a connection that is %s does not become %s", status, want)
		}
		return string(status), status == want, nil
	}}
}

func (c *Client) waitConnectionZone(ctx context.Context, operation, serviceID, endpointID, zoneID string, want ZoneStatus, opts WaitOptions) (VpcEndpointConnectionZone, error) {
	wrong := 0
	return waitFor(ctx, operation, opts, func(ctx context.Context) (VpcEndpointConnectionZone, error) {
		conn, err := c.vpcEndpointConnection(ctx, serviceID, endpointID)
		if err != nil {
			return VpcEndpointConnectionZone{}, err
		}
		for _, zone := range conn.Zones {
			if zone.ZoneID == zoneID {
				return zone, nil
			}
		}
		return VpcEndpointConnectionZone{}, fmt.Errorf("connection of endpoint %s in zone %s: %w", endpointID, zoneID, ErrNotFound)
	}, wait.Goal[VpcEndpointConnectionZone]{Done: func(zone VpcEndpointConnectionZone) (string, bool, error) {
		if zone.ZoneStatus != ZoneStatusDeleting { // no source calls it a failure
			wrong = 0
		} else if wrong++; wrong == 3 {
			return string(zone.ZoneStatus), false, fmt.Errorf("a zone that is %s does not become %s", zone.ZoneStatus, want)
		}
		return string(zone.ZoneStatus), zone.ZoneStatus == want, nil
	}})
}

// vpcEndpointConnection returns the connection from an endpoint to a service.
func (c *Client) vpcEndpointConnection(ctx context.Context, serviceID, endpointID string) (VpcEndpointConnection, error) {
	for conn, err := range c.VpcEndpointConnections(ctx, ListVpcEndpointConnectionsRequest{ServiceID: serviceID, EndpointID: endpointID}) {
		if err != nil || conn.EndpointID == endpointID {
			return conn, err
		}
	}
	return VpcEndpointConnection{}, fmt.Errorf("connection of endpoint %s to service %s: %w", endpointID, serviceID, ErrNotFound)
}
