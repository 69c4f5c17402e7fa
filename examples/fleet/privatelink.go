package main

import (
	"context"
	"errors"

	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

var privatelinkService = service{
	name:   "privatelink",
	create: "CreateVpcEndpoint",
	looks:  []string{"GetVpcEndpointAttribute", "ListVpcEndpoints"},
	start: func(o *options, onRequest func(nastest.Request)) backend {
		srv := privatelinktest.NewServer(privatelinktest.LimitBy(func(string) privatelinktest.Limiter { return o.limiter() }), privatelinktest.Latency(latency), privatelinktest.ReadyAfter(readyAfter), privatelinktest.OnRequest(func(q privatelinktest.Request) { onRequest(nastest.Request(q)) }))
		if o.faults > 0 {
			srv.Disturb(privatelinktest.Disturbance{Faults: o.faults, Late: o.late, Lag: o.late / 2, Seed: o.seed})
		}
		return backend{
			process: func(s setup) (process, error) {
				cfg := srv.Config()
				cfg.HTTPClient.Transport = s.transport(cfg.HTTPClient.Transport)
				cfg.Settle = s.settle
				cfg.OnAttempt = func(_ context.Context, a privatelink.Attempt) {
					s.attempt(a.Operation, errors.Is(a.Err, privatelink.ErrThrottled), a.Waited)
				}
				client, err := privatelink.New(cfg)
				if err != nil {
					return nil, err
				}
				return func(ctx context.Context, key string) (string, error) {
					ep, err := client.EnsureVpcEndpoint(ctx, key, privatelink.CreateVpcEndpointRequest{
						ServiceID: privatelinktest.ServiceID, VpcID: privatelinktest.VpcID,
						SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
					})
					return ep.EndpointID, err
				}, nil
			},
			calm: func() { srv.Disturb(privatelinktest.Disturbance{}) },
			standing: func(ctx context.Context) (map[string][]string, error) {
				ids := map[string][]string{}
				for ep, err := range srv.Client().VpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{}) {
					if err != nil {
						return nil, err
					}
					for _, t := range ep.Tags {
						if t.Key == "accesspoint-key" {
							ids[t.Value] = append(ids[t.Value], ep.EndpointID)
						}
					}
				}
				return ids, nil
			},
		}
	},
}
