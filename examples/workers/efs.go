package main

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/nas"
)

type efsClient struct{ *efs.Client }

func checkEFS(_ string, request []byte, present bool) (string, error) {
	in, err := decode[efs.CreateAccessPointRequest](request)
	if err != nil {
		return "", err
	}
	return checked(in.FileSystemID, in, present)
}

func connectEFS(c *cloud) (client, error) {
	attempt := c.telemetry.attempt("efs")
	sdk, err := efs.New(efs.Config{
		Region: c.AWSRegion, Endpoint: c.EFS, Credentials: c.awsCredentials,
		HTTPClient: c.http, Limiter: c.limiters("efs"), Settle: c.settle, Logger: c.logger,
		OnAttempt: func(ctx context.Context, a efs.Attempt) { attempt(ctx, nas.Attempt(a)) },
	})
	return efsClient{sdk}, err
}

func (c efsClient) ensure(ctx context.Context, key string, request []byte) (string, error) {
	in, err := decode[efs.CreateAccessPointRequest](request)
	if err != nil {
		return "", err
	}
	ap, err := c.EnsureAccessPoint(ctx, key, in)
	return ap.AccessPointID, err
}

func (c efsClient) absent(ctx context.Context, key string, request []byte) error {
	in, err := decode[efs.CreateAccessPointRequest](request)
	if err != nil {
		return err
	}
	return c.EnsureAccessPointAbsent(ctx, in.FileSystemID, key)
}

func (c efsClient) standing(ctx context.Context, request []byte) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		in, err := decode[efs.CreateAccessPointRequest](request)
		if err != nil {
			yield("", err)
			return
		}
		for ap, err := range c.AccessPoints(ctx, efs.DescribeAccessPointsRequest{FileSystemID: in.FileSystemID}) {
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
