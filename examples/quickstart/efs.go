package main

import (
	"context"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
)

// startEFS prepares an access point of an EFS file system. Its idempotency token
// is made from the key, so that a repeat creates nothing twice.
func startEFS(o *options, j *job) error {
	cfg := efs.Config{Region: o.awsRegion}
	request := efs.CreateAccessPointRequest{FileSystemID: o.efsFileSystem, PosixUser: &efs.PosixUser{UID: new(uint32(1001)), GID: new(uint32(1001))}}
	if !o.live {
		cfg = efstest.NewServer(efstest.ReadyAfter(1500*time.Millisecond), efstest.GoneAfter(500*time.Millisecond)).Config()
		cfg.Settle = settle
		request.FileSystemID = efstest.FileSystemID
	}
	cfg.OnAttempt = func(_ context.Context, a efs.Attempt) { j.sent(a.Operation) }
	client, err := efs.New(cfg)
	if err != nil {
		return err
	}
	j.create = func(ctx context.Context, key string) (created, error) {
		ap, err := client.EnsureAccessPoint(ctx, key, request)
		return created{id: ap.AccessPointID, state: string(ap.LifeCycleState), address: ap.AccessPointARN}, err
	}
	j.remove = func(ctx context.Context, key string) error {
		return client.EnsureAccessPointAbsent(ctx, request.FileSystemID, key)
	}
	return nil
}
