package main

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

type privatelinkClient struct{ *privatelink.Client }

func checkPrivateLink(_ string, request []byte, present bool) (string, error) {
	in, err := decode[privatelink.CreateVpcEndpointRequest](request)
	if err != nil {
		return "", err
	}
	return checked(in.VpcID, in, present)
}

func connectPrivateLink(c *cloud) (client, error) {
	attempt := c.telemetry.attempt("privatelink")
	sdk, err := privatelink.New(privatelink.Config{
		Region: c.Region, Endpoint: c.PrivateLink, Credentials: c.credentials,
		HTTPClient: c.http, Limiter: c.limiters("privatelink"), Settle: c.settle, Logger: c.logger,
		OnAttempt: func(ctx context.Context, a privatelink.Attempt) { attempt(ctx, nas.Attempt(a)) },
	})
	return privatelinkClient{sdk}, err
}

func (c privatelinkClient) ensure(ctx context.Context, key string, request []byte) (string, error) {
	in, err := decode[privatelink.CreateVpcEndpointRequest](request)
	if err != nil {
		return "", err
	}
	ep, err := c.EnsureVpcEndpoint(ctx, key, in)
	return ep.EndpointID, err
}

func (c privatelinkClient) absent(ctx context.Context, key string, request []byte) error {
	in, err := decode[privatelink.CreateVpcEndpointRequest](request)
	if err != nil {
		return err
	}
	return c.EnsureVpcEndpointAbsent(ctx, in.VpcID, key)
}

func (c privatelinkClient) standing(ctx context.Context, request []byte) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		in, err := decode[privatelink.CreateVpcEndpointRequest](request)
		if err != nil {
			yield("", err)
			return
		}
		for ep, err := range c.VpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{VpcID: in.VpcID, MaxResults: 50}) {
			key := ""
			for _, t := range ep.Tags {
				if t.Key == "accesspoint-key" {
					key = t.Value
				}
			}
			if !yield(key, err) {
				return
			}
		}
	}
}
