package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// A fakeService is a fake, and what the parent wants from it.
type fakeService struct {
	handler  http.Handler
	disturb  func(faults float64, late, lag time.Duration, seed uint64)
	standing func(key string) []string
	requests func() int
}

// An ensure makes sure that the resource of a key exists.
type ensure func(ctx context.Context, key string) (id string, err error)

// A serviceUnderTest is one of the five.
type serviceUnderTest struct {
	serve  func(settle time.Duration) fakeService
	client func(endpoint string, settle time.Duration) (ensure, error)
}

var services = map[string]serviceUnderTest{
	"nas": {
		serve: func(settle time.Duration) fakeService {
			srv := nastest.NewServer(nastest.ReadyAfter(settle/3), nastest.GoneAfter(settle/5))
			return fakeService{
				handler: srv,
				disturb: func(faults float64, late, lag time.Duration, seed uint64) {
					srv.Disturb(nastest.Disturbance{Faults: faults, Late: late, Lag: lag, Seed: seed})
				},
				standing: func(key string) (ids []string) {
					for ap, err := range srv.Client().AccessPoints(context.Background(), nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID}) {
						if err != nil {
							panic(err)
						}
						if ap.AccessPointName == key && ap.Status != nas.StatusDeleting {
							ids = append(ids, ap.AccessPointID)
						}
					}
					return ids
				},
				requests: func() int { return len(srv.Calls()) },
			}
		},
		client: func(endpoint string, settle time.Duration) (ensure, error) {
			c, err := nas.New(nas.Config{
				Region: nastest.Region, Endpoint: endpoint, Settle: settle,
				Credentials: nas.StaticCredentials{AccessKeyID: nastest.AccessKeyID, AccessKeySecret: nastest.AccessKeySecret},
			})
			return func(ctx context.Context, key string) (string, error) {
				ap, err := c.EnsureAccessPoint(ctx, key, nas.CreateAccessPointRequest{
					FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessPointName: key,
				})
				return ap.AccessPointID, err
			}, err
		},
	},
	"oss": {
		serve: func(settle time.Duration) fakeService {
			srv := osstest.NewServer(osstest.ReadyAfter(settle/3), osstest.GoneAfter(settle/5))
			return fakeService{
				handler: srv,
				disturb: func(faults float64, late, lag time.Duration, seed uint64) {
					srv.Disturb(osstest.Disturbance{Faults: faults, Late: late, Lag: lag, Seed: seed})
				},
				standing: func(key string) []string {
					_, err := srv.Client().GetAccessPoint(context.Background(), oss.GetAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: key})
					return named(key, err, oss.ErrNotFound)
				},
				requests: func() int { return len(srv.Calls()) },
			}
		},
		client: func(endpoint string, settle time.Duration) (ensure, error) {
			c, err := oss.New(oss.Config{
				Region: osstest.Region, Endpoint: endpoint, Settle: settle,
				Credentials: oss.StaticCredentials{AccessKeyID: osstest.AccessKeyID, AccessKeySecret: osstest.AccessKeySecret},
			})
			return func(ctx context.Context, key string) (string, error) {
				ap, err := c.EnsureAccessPoint(ctx, oss.EnsureAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: key, NetworkOrigin: oss.NetworkOriginInternet})
				return ap.AccessPointName, err
			}, err
		},
	},
	"efs": {
		serve: func(settle time.Duration) fakeService {
			srv := efstest.NewServer(efstest.ReadyAfter(settle/3), efstest.GoneAfter(settle/5))
			return fakeService{
				handler: srv,
				disturb: func(faults float64, late, lag time.Duration, seed uint64) {
					srv.Disturb(efstest.Disturbance{Faults: faults, Late: late, Lag: lag, Seed: seed})
				},
				standing: func(key string) (ids []string) {
					for ap, err := range srv.Client().AccessPoints(context.Background(), efs.DescribeAccessPointsRequest{}) {
						if err != nil {
							panic(err)
						}
						if ap.RootDirectory.Path == "/"+key {
							ids = append(ids, ap.AccessPointID)
						}
					}
					return ids
				},
				requests: func() int { return len(srv.Calls()) },
			}
		},
		client: func(endpoint string, settle time.Duration) (ensure, error) {
			c, err := efs.New(efs.Config{
				Region: efstest.Region, Endpoint: endpoint, Settle: settle,
				Credentials: efs.StaticCredentials{AccessKeyID: efstest.AccessKeyID, SecretAccessKey: efstest.SecretAccessKey},
			})
			return func(ctx context.Context, key string) (string, error) {
				ap, err := c.EnsureAccessPoint(ctx, key, efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID, RootDirectory: &efs.RootDirectory{Path: "/" + key}})
				return ap.AccessPointID, err
			}, err
		},
	},
	"privatelink": {
		serve: func(settle time.Duration) fakeService {
			srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(settle/3), privatelinktest.GoneAfter(settle/5))
			return fakeService{
				handler: srv,
				disturb: func(faults float64, late, lag time.Duration, seed uint64) {
					srv.Disturb(privatelinktest.Disturbance{Faults: faults, Late: late, Lag: lag, Seed: seed})
				},
				standing: func(key string) (ids []string) {
					for ep, err := range srv.Client().VpcEndpoints(context.Background(), privatelink.ListVpcEndpointsRequest{EndpointName: key}) {
						if err != nil {
							panic(err)
						}
						ids = append(ids, ep.EndpointID)
					}
					return ids
				},
				requests: func() int { return len(srv.Calls()) },
			}
		},
		client: func(endpoint string, settle time.Duration) (ensure, error) {
			c, err := privatelink.New(privatelink.Config{
				Region: privatelinktest.Region, Endpoint: endpoint, Settle: settle,
				Credentials: privatelink.StaticCredentials{AccessKeyID: privatelinktest.AccessKeyID, AccessKeySecret: privatelinktest.AccessKeySecret},
			})
			return func(ctx context.Context, key string) (string, error) {
				ep, err := c.EnsureVpcEndpoint(ctx, key, privatelink.CreateVpcEndpointRequest{
					EndpointName: key, ServiceID: privatelinktest.ServiceID, VpcID: privatelinktest.VpcID, SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
					Zones: []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}},
				})
				return ep.EndpointID, err
			}, err
		},
	},
	"kms": {
		serve: func(time.Duration) fakeService {
			srv := kmstest.NewServer()
			return fakeService{
				handler: srv,
				disturb: func(faults float64, late, lag time.Duration, seed uint64) {
					srv.Disturb(kmstest.Disturbance{Faults: faults, Late: late, Lag: lag, Seed: seed})
				},
				standing: func(key string) []string {
					_, err := srv.Client().DescribeNetworkRule(context.Background(), kms.DescribeNetworkRuleRequest{Name: key})
					return named(key, err, kms.ErrNotFound)
				},
				requests: func() int { return len(srv.Calls()) },
			}
		},
		client: func(endpoint string, settle time.Duration) (ensure, error) {
			c, err := kms.New(kms.Config{
				Region: kmstest.Region, Endpoint: endpoint, Settle: settle,
				Credentials: kms.StaticCredentials{AccessKeyID: kmstest.AccessKeyID, AccessKeySecret: kmstest.AccessKeySecret},
			})
			return func(ctx context.Context, key string) (string, error) {
				rule, err := c.EnsureNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: key, Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.0/8"}})
				return rule.Name, err
			}, err
		},
	},
}

// named returns the key if the resource of that name exists.
func named(key string, err, notFound error) []string {
	switch {
	case errors.Is(err, notFound):
		return nil
	case err != nil:
		panic(err)
	}
	return []string{key}
}
