package main

import (
	"context"
	"time"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// nasJob makes an access point of a NAS file system. NAS creates it in the
// background.
func nasJob(o *options) (*job, error) {
	skip, err := o.skips("nas", "-region", o.region, "-nas-file-system", o.nasFileSystem, "-nas-vpc", o.nasVpc, "-nas-vswitch", o.nasVSwitch)
	if skip || err != nil {
		return nil, err
	}
	j := &job{service: "nas", account: account(o.region, "ALIBABA_CLOUD_ACCESS_KEY_ID")}
	request := nas.CreateAccessPointRequest{FileSystemID: o.nasFileSystem, VpcID: o.nasVpc, VSwitchID: o.nasVSwitch, AccessPointName: uniqueName()}
	cfg := nas.Config{Region: o.region}
	if !o.live {
		cfg = nastest.NewServer(nastest.ReadyAfter(2*time.Second), nastest.GoneAfter(500*time.Millisecond)).Config()
		request.FileSystemID, request.VpcID, request.VSwitchID = nastest.FileSystemID, nastest.VpcID, nastest.VSwitchID
	}
	cfg.OnAttempt = func(nas.Attempt) { j.requests.Add(1) }
	client, err := nas.New(cfg)
	if err != nil {
		return nil, err
	}
	wait := nas.WaitOptions{}
	wait.Interval, wait.MaxInterval = o.poll()

	j.create = func(ctx context.Context, state func(string)) (made, error) {
		out, err := client.CreateAccessPoint(ctx, request)
		if err != nil {
			return made{}, err
		}
		m := made{id: out.AccessPoint.AccessPointID, address: out.AccessPoint.AccessPointDomain}
		wait.OnPoll = func(_ int, _ time.Duration, s string) { state(s) }
		ap, err := client.WaitAccessPointActive(ctx, request.FileSystemID, m.id, wait)
		m.state = string(ap.Status)
		return m, err
	}
	j.remove = func(ctx context.Context, m made) error {
		_, err := client.DeleteAccessPoint(ctx, nas.DeleteAccessPointRequest{FileSystemID: request.FileSystemID, AccessPointID: m.id})
		if err != nil {
			return err
		}
		wait.OnPoll = nil
		return client.WaitAccessPointDeleted(ctx, request.FileSystemID, m.id, wait)
	}
	return j, nil
}
