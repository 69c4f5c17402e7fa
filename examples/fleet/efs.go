package main

import (
	"context"
	"errors"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

var efsService = service{
	name:   "efs",
	create: "CreateAccessPoint",
	looks:  []string{"DescribeAccessPoints"},
	start: func(o *options, onRequest func(nastest.Request)) backend {
		srv := efstest.NewServer(efstest.LimitBy(func(string) efstest.Limiter { return o.limiter() }), efstest.Latency(latency), efstest.ReadyAfter(readyAfter), efstest.OnRequest(func(q efstest.Request) { onRequest(nastest.Request(q)) }))
		if o.faults > 0 {
			srv.Disturb(efstest.Disturbance{Faults: o.faults, Late: o.late, Lag: o.late / 2, Seed: o.seed})
		}
		return backend{
			process: func(s setup) (process, error) {
				cfg := srv.Config()
				cfg.HTTPClient.Transport = s.transport(cfg.HTTPClient.Transport)
				cfg.Settle = s.settle
				cfg.OnAttempt = func(_ context.Context, a efs.Attempt) {
					s.attempt(a.Operation, errors.Is(a.Err, efs.ErrThrottled), a.Waited)
				}
				client, err := efs.New(cfg)
				if err != nil {
					return nil, err
				}
				return func(ctx context.Context, key string) (string, error) {
					ap, err := client.EnsureAccessPoint(ctx, key, efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
					return ap.AccessPointID, err
				}, nil
			},
			calm: func() { srv.Disturb(efstest.Disturbance{}) },
			standing: func(ctx context.Context) (map[string][]string, error) {
				ids := map[string][]string{}
				for ap, err := range srv.Client().AccessPoints(ctx, efs.DescribeAccessPointsRequest{FileSystemID: efstest.FileSystemID}) {
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
