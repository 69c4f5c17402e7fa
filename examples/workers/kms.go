package main

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
)

type kmsClient struct{ *kms.Client }

// kmsRequest reads a request. The key is the name. Its policies exist already.
func kmsRequest(key string, request []byte) (kms.CreateApplicationAccessPointRequest, error) {
	in, err := decode[kms.CreateApplicationAccessPointRequest](request)
	in.Name = key
	return in, err
}

// checkKMS returns the account for what an access point stands in: its name is unique
// there.
func checkKMS(key string, request []byte, present bool) (string, error) {
	in, err := kmsRequest(key, request)
	if err != nil {
		return "", err
	}
	return checked("the account", in, present)
}

func connectKMS(c *cloud) (client, error) {
	attempt := c.telemetry.attempt("kms")
	sdk, err := kms.New(kms.Config{
		Region: c.Region, Endpoint: c.KMS, Credentials: c.credentials,
		HTTPClient: c.http, Limiter: c.limiters("kms"), Settle: c.settle, Logger: c.logger,
		OnAttempt: func(ctx context.Context, a kms.Attempt) { attempt(ctx, nas.Attempt(a)) },
	})
	return kmsClient{sdk}, err
}

func (c kmsClient) ensure(ctx context.Context, key string, request []byte) (string, error) {
	in, err := kmsRequest(key, request)
	if err != nil {
		return "", err
	}
	ap, err := c.EnsureApplicationAccessPoint(ctx, in)
	return ap.Name, err
}

func (c kmsClient) absent(ctx context.Context, key string, _ []byte) error {
	return c.EnsureApplicationAccessPointAbsent(ctx, key)
}

func (c kmsClient) standing(ctx context.Context, _ []byte) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for ap, err := range c.ApplicationAccessPoints(ctx, kms.ListApplicationAccessPointsRequest{PageSize: 100}) {
			if !yield(ap.Name, err) {
				return
			}
		}
	}
}
