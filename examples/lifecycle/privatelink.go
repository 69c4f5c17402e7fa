package main

import (
	"context"
	"slices"
	"strings"

	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// tellPrivateLink has a provider make a service, a consumer ask for it, and the
// provider accept. Then the consumer changes the endpoint's security group, name and
// zone. In the end both take away what they made.
func tellPrivateLink(ctx context.Context, c *cloud, s *story) error {
	client, err := privatelink.New(c.privatelink) // of one account here, or else of two
	if err != nil {
		return err
	}
	provider, consumer := client, client
	wait := privatelink.WaitOptions{Interval: interval}

	service, err := offer(ctx, provider)
	if err != nil {
		return err
	}
	s.say("provider: service %s is %s in two zones", service.ServiceID, service.ServiceStatus)

	// The consumer's call ends when the provider has accepted.
	const key = "to-storage"
	wanted := privatelink.CreateVpcEndpointRequest{
		ServiceID: service.ServiceID, ServiceName: service.ServiceName, VpcID: privatelinktest.VpcID, EndpointName: "to-storage",
		Zones:            []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}},
		SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
	}
	var endpoint privatelink.VpcEndpoint
	asked := make(chan error, 1)
	go func() {
		var err error
		endpoint, err = consumer.EnsureVpcEndpoint(ctx, key, wanted)
		asked <- err
	}()
	pending, err := privatelink.Wait(ctx, wait, func(ctx context.Context) (all []privatelink.VpcEndpointConnection, err error) {
		for connection, err := range provider.PendingConnections(ctx, service.ServiceID) {
			if err != nil {
				return nil, err
			}
			all = append(all, connection)
		}
		return all, nil
	}, func(all []privatelink.VpcEndpointConnection) (string, bool, error) {
		return "none pending", len(all) > 0, nil
	})
	if err != nil {
		return err
	}
	for _, connection := range pending {
		s.say("provider: endpoint %s asks for acceptance", connection.EndpointID)
		if connection, err = provider.AcceptVpcEndpointConnection(ctx, service.ServiceID, connection.EndpointID); err != nil {
			return err
		}
		s.say("provider: accepted, the connection is %s", connection.ConnectionStatus)
	}
	if err := <-asked; err != nil {
		return err
	}
	s.say("consumer: endpoint %s is %s, %s", endpoint.EndpointID, endpoint.EndpointStatus, endpoint.ConnectionStatus)

	wanted.EndpointName, wanted.SecurityGroupIDs = "to-the-storage-team", []string{otherSecurityGroup}
	wanted.Zones = append(wanted.Zones, privatelink.Zone{ZoneID: otherZone, VSwitchID: otherVSwitch})
	repair, err := consumer.RepairVpcEndpoint(ctx, key, wanted)
	if err != nil {
		return err
	}
	var changed []string
	for _, d := range repair.Changed { // such as Zone.2.ZoneId
		field, _, _ := strings.Cut(d.Field, ".")
		changed = append(changed, field)
	}
	s.say("consumer: changed %s", strings.Join(slices.Compact(changed), ", "))
	if _, err := consumer.WaitVpcEndpointZoneAdded(ctx, endpoint.EndpointID, otherZone, wait); err != nil {
		return err
	}
	if _, err := consumer.RemoveZoneFromVpcEndpoint(ctx, privatelink.RemoveZoneFromVpcEndpointRequest{
		EndpointID: endpoint.EndpointID, ZoneID: privatelinktest.ZoneID,
	}); err != nil {
		return err
	}
	if err := consumer.WaitVpcEndpointZoneRemoved(ctx, endpoint.EndpointID, privatelinktest.ZoneID, wait); err != nil {
		return err
	}
	s.say("consumer: it is in zone %s alone", otherZone)

	if err := consumer.EnsureVpcEndpointAbsent(ctx, privatelinktest.VpcID, key); err != nil {
		return err
	}
	s.say("consumer: endpoint %s is gone", endpoint.EndpointID)
	if err := withdraw(ctx, provider, service.ServiceID); err != nil {
		return err
	}
	s.say("provider: service %s is gone", service.ServiceID)
	return nil
}

// resources are what the service stands on: a load balancer in each zone.
var resources = []privatelink.ServiceResource{
	{ResourceType: privatelink.ServiceResourceNLB, ResourceID: balancer, ZoneID: privatelinktest.ZoneID},
	{ResourceType: privatelink.ServiceResourceNLB, ResourceID: otherBalancer, ZoneID: otherZone},
}

// offer makes a service that accepts each endpoint by hand.
func offer(ctx context.Context, provider *privatelink.Client) (privatelink.VpcEndpointService, error) {
	out, err := provider.CreateVpcEndpointService(ctx, privatelink.CreateVpcEndpointServiceRequest{
		ServiceDescription: "of the storage team", ServiceResourceType: privatelink.ServiceResourceNLB, Resources: resources,
	})
	if err != nil {
		return privatelink.VpcEndpointService{}, err
	}
	return provider.WaitVpcEndpointServiceActive(ctx, out.ServiceID, privatelink.WaitOptions{Interval: interval})
}

// withdraw takes a service away: first what it stands on, and each time it is busy for
// a while.
func withdraw(ctx context.Context, provider *privatelink.Client, serviceID string) error {
	wait := privatelink.WaitOptions{Interval: interval}
	for _, r := range resources {
		if _, err := provider.WaitVpcEndpointServiceActive(ctx, serviceID, wait); err != nil {
			return err
		}
		if _, err := provider.DetachResourceFromVpcEndpointService(ctx, privatelink.DetachResourceFromVpcEndpointServiceRequest{
			ServiceID: serviceID, ResourceType: r.ResourceType, ResourceID: r.ResourceID, ZoneID: r.ZoneID,
		}); err != nil {
			return err
		}
	}
	if _, err := provider.WaitVpcEndpointServiceActive(ctx, serviceID, wait); err != nil {
		return err
	}
	if _, err := provider.DeleteVpcEndpointService(ctx, privatelink.DeleteVpcEndpointServiceRequest{ServiceID: serviceID}); err != nil {
		return err
	}
	return provider.WaitVpcEndpointServiceDeleted(ctx, serviceID, wait)
}
