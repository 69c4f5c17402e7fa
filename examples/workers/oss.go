package main

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
)

type ossClient struct{ *oss.Client }

// ossRequest reads a request. The key is the name.
func ossRequest(key string, request []byte) (oss.EnsureAccessPointRequest, error) {
	in, err := decode[oss.EnsureAccessPointRequest](request)
	in.AccessPointName = key
	return in, err
}

func checkOSS(key string, request []byte, present bool) (string, error) {
	in, err := ossRequest(key, request)
	if err != nil {
		return "", err
	}
	return checked(in.Bucket, in, present)
}

func connectOSS(c *cloud) (client, error) {
	attempt := c.telemetry.attempt("oss")
	sdk, err := oss.New(oss.Config{
		Region: c.Region, Endpoint: c.OSS, Credentials: c.credentials,
		HTTPClient: c.http, Limiter: c.limiters("oss"), Settle: c.settle, Logger: c.logger,
		OnAttempt: func(ctx context.Context, a oss.Attempt) { attempt(ctx, nas.Attempt(a)) },
	})
	return ossClient{sdk}, err
}

func (c ossClient) ensure(ctx context.Context, key string, request []byte) (string, error) {
	in, err := ossRequest(key, request)
	if err != nil {
		return "", err
	}
	ap, err := c.EnsureAccessPoint(ctx, in)
	return ap.AccessPointName, err
}

func (c ossClient) absent(ctx context.Context, key string, request []byte) error {
	in, err := ossRequest(key, request)
	if err != nil {
		return err
	}
	return c.EnsureAccessPointAbsent(ctx, in.Bucket, key)
}

func (c ossClient) standing(ctx context.Context, request []byte) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		in, err := ossRequest("", request)
		if err != nil {
			yield("", err)
			return
		}
		for ap, err := range c.AccessPoints(ctx, oss.ListAccessPointsRequest{Bucket: in.Bucket}) {
			if !yield(ap.AccessPointName, err) {
				return
			}
		}
	}
}
