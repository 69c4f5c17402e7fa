package main

import (
	"context"
	"errors"

	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

var kmsService = service{
	name:   "kms",
	create: "CreateApplicationAccessPoint",
	looks:  nil, // nothing is created in the background
	start: func(o *options, onRequest func(nastest.Request)) backend {
		srv := kmstest.NewServer(kmstest.LimitBy(func(string) kmstest.Limiter { return o.limiter() }), kmstest.Latency(latency), kmstest.OnRequest(func(q kmstest.Request) { onRequest(nastest.Request(q)) }))
		policy := kms.CreatePolicyRequest{
			Name: "fleet", KmsInstance: kmstest.InstanceID, Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"},
		}
		_, policyErr := srv.Client().CreatePolicy(context.Background(), policy)
		if o.faults > 0 {
			srv.Disturb(kmstest.Disturbance{Faults: o.faults, Late: o.late, Lag: o.late / 2, Seed: o.seed})
		}
		return backend{
			process: func(s setup) (process, error) {
				cfg := srv.Config()
				cfg.HTTPClient.Transport = s.transport(cfg.HTTPClient.Transport)
				cfg.Settle = s.settle
				cfg.OnAttempt = func(_ context.Context, a kms.Attempt) {
					s.attempt(a.Operation, errors.Is(a.Err, kms.ErrThrottled), a.Waited)
				}
				client, err := kms.New(cfg)
				if err != nil || policyErr != nil {
					return nil, errors.Join(err, policyErr)
				}
				return func(ctx context.Context, key string) (string, error) {
					ap, err := client.EnsureApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{
						Name: key, Policies: []string{policy.Name},
					})
					return ap.Name, err
				}, nil
			},
			calm: func() { srv.Disturb(kmstest.Disturbance{}) },
			standing: func(ctx context.Context) (map[string][]string, error) {
				names := map[string][]string{}
				for ap, err := range srv.Client().ApplicationAccessPoints(ctx, kms.ListApplicationAccessPointsRequest{}) {
					if err != nil {
						return nil, err
					}
					names[ap.Name] = append(names[ap.Name], ap.Name)
				}
				return names, nil
			},
		}
	},
}
