package main

import (
	"context"
	"time"

	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// ossJob makes an access point of a bucket. Its name is the caller's choice and
// its address comes with the description.
func ossJob(o *options) (*job, error) {
	skip, err := o.skips("oss", "-region", o.region, "-oss-bucket", o.ossBucket)
	if skip || err != nil {
		return nil, err
	}
	j := &job{service: "oss", account: account(o.region, "OSS_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_ID")}
	request := oss.CreateAccessPointRequest{Bucket: o.ossBucket, AccessPointName: uniqueName(), NetworkOrigin: oss.NetworkOriginInternet}
	cfg := oss.Config{Region: o.region}
	if !o.live {
		cfg = osstest.NewServer(osstest.ReadyAfter(3*time.Second), osstest.GoneAfter(500*time.Millisecond)).Config()
		request.Bucket = osstest.Bucket
	}
	cfg.OnAttempt = func(oss.Attempt) { j.requests.Add(1) }
	client, err := oss.New(cfg)
	if err != nil {
		return nil, err
	}
	wait := oss.WaitOptions{}
	wait.Interval, wait.MaxInterval = o.poll()

	j.create = func(ctx context.Context, state func(string)) (made, error) {
		out, err := client.CreateAccessPoint(ctx, request)
		if err != nil {
			return made{}, err
		}
		m := made{id: request.AccessPointName, address: out.AccessPointARN}
		wait.OnPoll = func(_ int, _ time.Duration, s string) { state(s) }
		ap, err := client.WaitAccessPointEnabled(ctx, request.Bucket, m.id, wait)
		m.state = string(ap.Status)
		return m, err
	}
	j.remove = func(ctx context.Context, m made) error {
		_, err := client.DeleteAccessPoint(ctx, oss.DeleteAccessPointRequest{Bucket: request.Bucket, AccessPointName: m.id})
		if err != nil {
			return err
		}
		wait.OnPoll = nil
		return client.WaitAccessPointDeleted(ctx, request.Bucket, m.id, wait)
	}
	return j, nil
}
