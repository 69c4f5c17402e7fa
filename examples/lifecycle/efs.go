package main

import (
	"context"
	"strings"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
)

// tellEFS finds a file system and its mount targets, tags it, and takes the tag away.
func tellEFS(ctx context.Context, c *cloud, s *story) error {
	client, err := efs.New(c.efs)
	if err != nil {
		return err
	}
	const id = efstest.FileSystemID
	for fs, err := range client.FileSystems(ctx, efs.DescribeFileSystemsRequest{FileSystemID: id}) {
		if err != nil {
			return err
		}
		s.say("file system %s is %s, mount targets: %d", fs.FileSystemID, fs.LifeCycleState, fs.NumberOfMountTargets)
	}
	for target, err := range client.MountTargets(ctx, efs.DescribeMountTargetsRequest{FileSystemID: id}) {
		if err != nil {
			return err
		}
		s.say("mount target %s is %s in %s", target.MountTargetID, target.LifeCycleState, target.AvailabilityZoneName)
	}
	tags := func() (string, error) {
		var all []string
		for tag, err := range client.TagsForResource(ctx, efs.ListTagsForResourceRequest{ResourceID: id}) {
			if err != nil {
				return "", err
			}
			all = append(all, tag.Key+"="+tag.Value)
		}
		if all == nil {
			return "no tags", nil
		}
		return "the tags " + strings.Join(all, ", "), nil
	}
	if _, err := client.TagResource(ctx, efs.TagResourceRequest{
		ResourceID: id, Tags: []efs.Tag{{Key: "Name", Value: "shared"}, {Key: "team", Value: "storage"}},
	}); err != nil {
		return err
	}
	shown, err := tags()
	if err != nil {
		return err
	}
	s.say("tagged: it has %s", shown)
	if _, err := client.UntagResource(ctx, efs.UntagResourceRequest{ResourceID: id, TagKeys: []string{"Name", "team"}}); err != nil {
		return err
	}
	if shown, err = tags(); err != nil {
		return err
	}
	s.say("untagged: it has %s", shown)
	return nil
}
