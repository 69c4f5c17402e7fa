package main

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/nas"
)

type nasClient struct{ *nas.Client }

func checkNAS(_ string, request []byte, present bool) (string, error) {
	in, err := decode[nas.CreateAccessPointRequest](request)
	if err != nil {
		return "", err
	}
	return checked(in.FileSystemID, in, present)
}

func connectNAS(c *cloud) (client, error) {
	sdk, err := nas.New(nas.Config{
		Region: c.Region, Endpoint: c.NAS, Credentials: c.credentials,
		HTTPClient: c.http, Limiter: c.limiters("nas"), Settle: c.settle, Logger: c.logger,
		OnAttempt: c.telemetry.attempt("nas"),
	})
	return nasClient{sdk}, err
}

func (c nasClient) ensure(ctx context.Context, key string, request []byte) (string, error) {
	in, err := decode[nas.CreateAccessPointRequest](request)
	if err != nil {
		return "", err
	}
	ap, err := c.EnsureAccessPoint(ctx, key, in)
	return ap.AccessPointID, err
}

func (c nasClient) absent(ctx context.Context, key string, request []byte) error {
	in, err := decode[nas.CreateAccessPointRequest](request)
	if err != nil {
		return err
	}
	return c.EnsureAccessPointAbsent(ctx, in.FileSystemID, key)
}

func (c nasClient) standing(ctx context.Context, request []byte) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		in, err := decode[nas.CreateAccessPointRequest](request)
		if err != nil {
			yield("", err)
			return
		}
		for ap, err := range c.AccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: in.FileSystemID, MaxResults: 100}) {
			key := ""
			for _, t := range ap.Tags {
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
