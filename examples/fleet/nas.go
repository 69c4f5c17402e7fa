package main

import (
	"context"
	"errors"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

var nasService = service{
	name:   "nas",
	create: "CreateAccessPoint",
	looks:  []string{"DescribeAccessPoint", "ListAccessPoints"},
	start: func(o *options, onRequest func(nastest.Request)) backend {
		srv := nastest.NewServer(nastest.LimitBy(func(string) nastest.Limiter { return o.limiter() }), nastest.Latency(latency), nastest.ReadyAfter(readyAfter), nastest.OnRequest(onRequest))
		if o.faults > 0 {
			srv.Disturb(nastest.Disturbance{Faults: o.faults, Late: o.late, Lag: o.late / 2, Seed: o.seed})
		}
		return backend{
			process: func(s setup) (process, error) {
				cfg := srv.Config()
				cfg.HTTPClient.Transport = s.transport(cfg.HTTPClient.Transport)
				cfg.Settle = s.settle
				cfg.OnAttempt = func(_ context.Context, a nas.Attempt) {
					s.attempt(a.Operation, errors.Is(a.Err, nas.ErrThrottled), a.Waited)
				}
				client, err := nas.New(cfg)
				if err != nil {
					return nil, err
				}
				return func(ctx context.Context, key string) (string, error) {
					ap, err := client.EnsureAccessPoint(ctx, key, nas.CreateAccessPointRequest{
						FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
					})
					return ap.AccessPointID, err
				}, nil
			},
			calm: func() { srv.Disturb(nastest.Disturbance{}) },
			standing: func(ctx context.Context) (map[string][]string, error) {
				ids := map[string][]string{}
				for ap, err := range srv.Client().AccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID, MaxResults: 100}) {
					if err != nil {
						return nil, err
					}
					for _, t := range ap.Tags {
						if t.Key == "accesspoint-key" {
							ids[t.Value] = append(ids[t.Value], ap.AccessPointID)
						}
					}
				}
				return ids, nil
			},
		}
	},
}
