package main

import (
	"context"
	"errors"

	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

var ossService = service{
	name:   "oss",
	create: "CreateAccessPoint",
	looks:  []string{"GetAccessPoint", "ListAccessPoints"},
	start: func(o *options, onRequest func(nastest.Request)) backend {
		srv := osstest.NewServer(osstest.LimitBy(func(string) osstest.Limiter { return o.limiter() }), osstest.Latency(latency), osstest.ReadyAfter(readyAfter), osstest.OnRequest(func(q osstest.Request) { onRequest(nastest.Request(q)) }))
		if o.faults > 0 {
			srv.Disturb(osstest.Disturbance{Faults: o.faults, Late: o.late, Lag: o.late / 2, Seed: o.seed})
		}
		return backend{
			process: func(s setup) (process, error) {
				cfg := srv.Config()
				cfg.HTTPClient.Transport = s.transport(cfg.HTTPClient.Transport)
				cfg.Settle = s.settle
				cfg.OnAttempt = func(_ context.Context, a oss.Attempt) {
					s.attempt(a.Operation, errors.Is(a.Err, oss.ErrThrottled), a.Waited)
				}
				client, err := oss.New(cfg)
				if err != nil {
					return nil, err
				}
				return func(ctx context.Context, key string) (string, error) {
					ap, err := client.EnsureAccessPoint(ctx, oss.EnsureAccessPointRequest{
						Bucket: osstest.Bucket, AccessPointName: key, NetworkOrigin: oss.NetworkOriginInternet,
					})
					return ap.AccessPointName, err
				}, nil
			},
			calm: func() { srv.Disturb(osstest.Disturbance{}) },
			standing: func(ctx context.Context) (map[string][]string, error) {
				names := map[string][]string{}
				for ap, err := range srv.Client().AccessPoints(ctx, oss.ListAccessPointsRequest{Bucket: osstest.Bucket}) {
					if err != nil {
						return nil, err
					}
					names[ap.AccessPointName] = append(names[ap.AccessPointName], ap.AccessPointName)
				}
				return names, nil
			},
		}
	},
}
