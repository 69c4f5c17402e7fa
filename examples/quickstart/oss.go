package main

import (
	"context"
	"time"

	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// startOSS prepares an access point of a bucket. Its name is unique in the
// account, and so it is the key.
func startOSS(o *options, j *job) error {
	cfg := oss.Config{Region: o.region}
	request := oss.EnsureAccessPointRequest{Bucket: o.ossBucket, NetworkOrigin: oss.NetworkOriginInternet}
	if !o.live {
		cfg = osstest.NewServer(osstest.ReadyAfter(3*time.Second), osstest.GoneAfter(500*time.Millisecond)).Config()
		cfg.Settle = settle
		request.Bucket = osstest.Bucket
	}
	cfg.OnAttempt = func(_ context.Context, a oss.Attempt) { j.sent(a.Operation) }
	client, err := oss.New(cfg)
	if err != nil {
		return err
	}
	j.create = func(ctx context.Context, key string) (created, error) {
		request.AccessPointName = key
		ap, err := client.EnsureAccessPoint(ctx, request)
		return created{id: ap.AccessPointName, state: string(ap.Status), address: ap.AccessPointARN}, err
	}
	j.remove = func(ctx context.Context, key string) error {
		return client.EnsureAccessPointAbsent(ctx, request.Bucket, key)
	}
	return nil
}
