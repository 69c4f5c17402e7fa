package main

import (
	"context"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
)

// efsJob makes an access point of an EFS file system. Its idempotency token is
// made by the package: a repeat after a lost answer creates nothing twice.
func efsJob(o *options) (*job, error) {
	skip, err := o.skips("efs", "-aws-region", o.awsRegion, "-efs-file-system", o.efsFileSystem)
	if skip || err != nil {
		return nil, err
	}
	j := &job{service: "efs", account: account(o.awsRegion, "AWS_ACCESS_KEY_ID")}
	request := efs.CreateAccessPointRequest{
		FileSystemID: o.efsFileSystem,
		PosixUser:    &efs.PosixUser{UID: 1001, GID: 1001},
		Tags:         []efs.Tag{{Key: "Name", Value: uniqueName()}},
	}
	cfg := efs.Config{Region: o.awsRegion}
	if !o.live {
		cfg = efstest.NewServer(efstest.ReadyAfter(1500*time.Millisecond), efstest.GoneAfter(500*time.Millisecond)).Config()
		request.FileSystemID = efstest.FileSystemID
	}
	cfg.OnAttempt = func(efs.Attempt) { j.requests.Add(1) }
	client, err := efs.New(cfg)
	if err != nil {
		return nil, err
	}
	wait := efs.WaitOptions{}
	wait.Interval, wait.MaxInterval = o.poll()

	j.create = func(ctx context.Context, state func(string)) (made, error) {
		out, err := client.CreateAccessPoint(ctx, request)
		if err != nil {
			return made{}, err
		}
		m := made{id: out.AccessPointID, address: out.AccessPointARN}
		wait.OnPoll = func(_ int, _ time.Duration, s string) { state(s) }
		ap, err := client.WaitAccessPointAvailable(ctx, m.id, wait)
		m.state = string(ap.LifeCycleState)
		return m, err
	}
	j.remove = func(ctx context.Context, m made) error {
		_, err := client.DeleteAccessPoint(ctx, efs.DeleteAccessPointRequest{AccessPointID: m.id})
		if err != nil {
			return err
		}
		wait.OnPoll = nil
		return client.WaitAccessPointDeleted(ctx, m.id, wait)
	}
	return j, nil
}
