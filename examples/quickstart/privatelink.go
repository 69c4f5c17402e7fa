package main

import (
	"context"
	"time"

	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// startPrivateLink prepares an endpoint. It can be used when it is active and its
// service has connected it.
func startPrivateLink(o *options, j *job) error {
	cfg := privatelink.Config{Region: o.region}
	request := privatelink.CreateVpcEndpointRequest{
		ServiceID: o.plService, VpcID: o.plVpc, SecurityGroupIDs: []string{o.plSecurityGroup},
		Zones: []privatelink.Zone{{ZoneID: o.plZone, VSwitchID: o.plVSwitch}},
	}
	if !o.live {
		cfg = privatelinktest.NewServer(privatelinktest.ReadyAfter(4*time.Second), privatelinktest.GoneAfter(500*time.Millisecond)).Config()
		cfg.Settle = settle
		request.ServiceID, request.VpcID, request.SecurityGroupIDs = privatelinktest.ServiceID, privatelinktest.VpcID, []string{privatelinktest.SecurityGroupID}
		request.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}}
	}
	cfg.OnAttempt = func(_ context.Context, a privatelink.Attempt) { j.sent(a.Operation) }
	client, err := privatelink.New(cfg)
	if err != nil {
		return err
	}
	j.create = func(ctx context.Context, key string) (created, error) {
		ep, err := client.EnsureVpcEndpoint(ctx, key, request)
		return created{id: ep.EndpointID, state: string(ep.EndpointStatus) + "/" + string(ep.ConnectionStatus), address: ep.EndpointDomain}, err
	}
	j.remove = func(ctx context.Context, key string) error {
		return client.EnsureVpcEndpointAbsent(ctx, request.VpcID, key)
	}
	return nil
}
