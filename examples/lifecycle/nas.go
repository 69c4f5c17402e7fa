package main

import (
	"context"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// tellNAS makes a volume as a CSI driver does, a directory with a quota behind an
// access point, resizes it, tags it, and deletes it.
func tellNAS(ctx context.Context, c *cloud, s *story) error {
	client, err := nas.New(c.nas)
	if err != nil {
		return err
	}
	for fs, err := range client.FileSystems(ctx, nas.DescribeFileSystemsRequest{FileSystemID: nastest.FileSystemID}) {
		if err != nil {
			return err
		}
		s.say("file system %s is %s: %s, %s", fs.FileSystemID, fs.Status, fs.FileSystemType, fs.ProtocolType)
	}

	const key = "pvc-7f3a"
	plan := nas.VolumePlan{
		Dir: nas.CreateDirRequest{
			FileSystemID: nastest.FileSystemID, RootDirectory: "/volumes/" + key,
			OwnerUserID: new(uint32(0)), OwnerGroupID: new(uint32(0)), Permission: "0777",
		},
		Quota:       &nas.SetDirQuotaRequest{SizeLimit: new(int64(10))},
		AccessPoint: nas.CreateAccessPointRequest{VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID},
	}
	each := func(what string) func(nas.VolumeStep) {
		return func(step nas.VolumeStep) { s.say("the %s %s", step, what) }
	}
	plan.OnStep = each("exists")
	// Each of these may be called again after a crash, and goes on from there.
	volume, err := client.ProvisionVolume(ctx, key, plan)
	if err != nil {
		return err
	}
	s.say("made: %s is %s", volume.AccessPoint.AccessPointID, volume.AccessPoint.Status)

	plan.Quota.SizeLimit, plan.OnStep = new(int64(20)), nil
	if volume, err = client.ProvisionVolume(ctx, key, plan); err != nil {
		return err
	}
	quota, err := client.WaitDirQuotaNormal(ctx, *volume.Quota, nas.WaitOptions{Interval: interval})
	if err != nil {
		return err
	}
	s.say("resized: %d GiB for %s are in effect", *plan.Quota.SizeLimit, quota.Path)

	wanted := plan.AccessPoint
	wanted.FileSystemID, wanted.RootDirectory = plan.Dir.FileSystemID, plan.Dir.RootDirectory
	wanted.Tags = []nas.Tag{{Key: "team", Value: "storage"}}
	repair, err := client.RepairAccessPoint(ctx, key, wanted)
	if err != nil {
		return err
	}
	s.say("tagged with team=storage, changes: %d", len(repair.Changed))

	plan.OnStep = each("is gone")
	if err := client.ReleaseVolume(ctx, key, plan); err != nil {
		return err
	}
	s.say("deleted; the directory and its files stay")
	return nil
}
