package main

import (
	"context"
	"time"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// startNAS prepares an access point of a NAS file system. The key is kept in a
// tag of the access point, so that a second call finds what the first created.
func startNAS(o *options, j *job) error {
	cfg := nas.Config{Region: o.region}
	request := nas.CreateAccessPointRequest{FileSystemID: o.nasFileSystem, VpcID: o.nasVpc, VSwitchID: o.nasVSwitch}
	if !o.live {
		cfg = nastest.NewServer(nastest.ReadyAfter(2*time.Second), nastest.GoneAfter(500*time.Millisecond)).Config()
		cfg.Settle = settle
		request.FileSystemID, request.VpcID, request.VSwitchID = nastest.FileSystemID, nastest.VpcID, nastest.VSwitchID
	}
	cfg.OnAttempt = func(_ context.Context, a nas.Attempt) { j.sent(a.Operation) }
	client, err := nas.New(cfg)
	if err != nil {
		return err
	}
	j.create = func(ctx context.Context, key string) (created, error) {
		ap, err := client.EnsureAccessPoint(ctx, key, request)
		return created{id: ap.AccessPointID, state: string(ap.Status), address: ap.DomainName}, err
	}
	j.remove = func(ctx context.Context, key string) error {
		return client.EnsureAccessPointAbsent(ctx, request.FileSystemID, key)
	}
	return nil
}
