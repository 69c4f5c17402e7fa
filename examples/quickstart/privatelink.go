package main

import (
	"context"
	"time"

	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// privatelinkJob makes an endpoint. It is of use when it is active and its
// service has connected it.
func privatelinkJob(o *options) (*job, error) {
	skip, err := o.skips("privatelink", "-region", o.region, "-pl-service", o.plService, "-pl-vpc", o.plVpc,
		"-pl-vswitch", o.plVSwitch, "-pl-zone", o.plZone, "-pl-security-group", o.plSecurityGroup)
	if skip || err != nil {
		return nil, err
	}
	j := &job{service: "privatelink", account: account(o.region, "ALIBABA_CLOUD_ACCESS_KEY_ID")}
	cfg := privatelink.Config{Region: o.region}
	if !o.live {
		cfg = privatelinktest.NewServer(privatelinktest.ReadyAfter(4*time.Second), privatelinktest.GoneAfter(500*time.Millisecond)).Config()
		o.plService, o.plVpc, o.plVSwitch = privatelinktest.ServiceID, privatelinktest.VpcID, privatelinktest.VSwitchID
		o.plZone, o.plSecurityGroup = privatelinktest.ZoneID, privatelinktest.SecurityGroupID
	}
	request := privatelink.CreateVpcEndpointRequest{
		ServiceID: o.plService, VpcID: o.plVpc, EndpointName: uniqueName(),
		Zones:            []privatelink.Zone{{ZoneID: o.plZone, VSwitchID: o.plVSwitch}},
		SecurityGroupIDs: []string{o.plSecurityGroup},
	}
	cfg.OnAttempt = func(privatelink.Attempt) { j.requests.Add(1) }
	client, err := privatelink.New(cfg)
	if err != nil {
		return nil, err
	}
	wait := privatelink.WaitOptions{}
	wait.Interval, wait.MaxInterval = o.poll()

	j.create = func(ctx context.Context, state func(string)) (made, error) {
		out, err := client.CreateVpcEndpoint(ctx, request)
		if err != nil {
			return made{}, err
		}
		m := made{id: out.EndpointID, address: out.EndpointDomain}
		wait.OnPoll = func(_ int, _ time.Duration, s string) { state(s) }
		ep, err := client.WaitVpcEndpointReady(ctx, m.id, wait)
		m.state = string(ep.EndpointStatus) + "/" + string(ep.ConnectionStatus)
		return m, err
	}
	j.remove = func(ctx context.Context, m made) error {
		wait.OnPoll = nil
		_, err := client.RemoveZoneFromVpcEndpoint(ctx, privatelink.RemoveZoneFromVpcEndpointRequest{EndpointID: m.id, ZoneID: o.plZone})
		if err != nil {
			return err
		}
		if err := client.WaitVpcEndpointZoneRemoved(ctx, m.id, o.plZone, wait); err != nil {
			return err
		}
		if _, err := client.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: m.id}); err != nil {
			return err
		}
		return client.WaitVpcEndpointDeleted(ctx, m.id, wait)
	}
	return j, nil
}
