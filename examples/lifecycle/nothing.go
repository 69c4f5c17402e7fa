package main

import (
	"context"
	"fmt"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// fromNothing are the chapters of -from-nothing, each with its way back, of -destroy.
var fromNothing = []struct{ build, destroy chapter }{
	{chapter{"NAS: from nothing to a mounted directory", buildNAS}, chapter{"NAS: back to nothing", destroyNAS}},
	{chapter{"EFS: from nothing to a mounted directory", buildEFS}, chapter{"EFS: back to nothing", destroyEFS}},
}

// nothingKey is what is made from nothing is found by, in any later run.
const nothingKey = "lifecycle"

func planNAS() nas.AccessPointPlan {
	return nas.AccessPointPlan{
		FileSystem:   nas.CreateFileSystemRequest{StorageType: nas.StorageCapacity, ProtocolType: nas.ProtocolNFS, Description: nothingKey},
		AccessGroup:  &nas.EnsureAccessGroupRequest{AccessGroupName: nothingKey, Rules: []nas.AccessRuleSpec{{SourceCidrIP: "10.0.0.0/8"}}},
		MountTargets: []nas.CreateMountTargetRequest{{VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID}},
		AccessPoint: nas.CreateAccessPointRequest{
			VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
			RootDirectory: "/data", OwnerUserID: new(uint32(1000)), OwnerGroupID: new(uint32(1000)), Permission: "0750",
		},
	}
}

// buildNAS makes all that it takes to mount a directory, or finds it.
func buildNAS(ctx context.Context, c *cloud, s *story) error {
	client, err := nas.New(c.nas)
	if err != nil {
		return err
	}
	plan := planNAS()
	t := &tree{s: s, branches: 2 + len(plan.MountTargets)}
	plan.OnStep = func(step nas.ProvisionStep) { t.step(step.Kind, step.ID, step.State) }
	out, err := client.ProvisionAccessPoint(ctx, nothingKey, plan)
	if err != nil {
		return err
	}
	t.end(out.MountCommand("/mnt/data"))
	return nil
}

// destroyNAS takes down what buildNAS made. The file system has to be named to the SDK;
// here it is found by its description.
func destroyNAS(ctx context.Context, c *cloud, s *story) error {
	client, err := nas.New(c.nas)
	if err != nil {
		return err
	}
	id := ""
	for fs, err := range client.FileSystems(ctx, nas.DescribeFileSystemsRequest{}) {
		if err != nil {
			return err
		}
		if fs.Description == nothingKey {
			id = fs.FileSystemID
		}
	}
	if id == "" {
		s.say("nothing to do: there is no file system of the name %s", nothingKey)
		return nil
	}
	plan := planNAS()
	plan.OnStep = func(step nas.ProvisionStep) { s.gone(step.Kind, step.ID, step.State) }
	return client.DeprovisionAccessPoint(ctx, nothingKey, id, plan)
}

func planEFS() efs.AccessPointPlan {
	return efs.AccessPointPlan{
		FileSystem: efs.CreateFileSystemRequest{Encrypted: new(true), Tags: []efs.Tag{{Key: "Name", Value: nothingKey}}},
		Policy: `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
			"Condition": {"Bool": {"aws:SecureTransport": "true", "elasticfilesystem:AccessedViaMountTarget": "true"}}}]}`,
		AccessPoint: efs.CreateAccessPointRequest{
			PosixUser: &efs.PosixUser{UID: new(uint32(1000)), GID: new(uint32(1000))},
			RootDirectory: &efs.RootDirectory{
				Path: "/data", CreationInfo: &efs.CreationInfo{OwnerUID: new(uint32(1000)), OwnerGID: new(uint32(1000)), Permissions: "0750"},
			},
		},
		MountTargets: []efs.CreateMountTargetRequest{
			{SubnetID: efstest.SubnetID, SecurityGroups: []string{efstest.SecurityGroupID}},
			{SubnetID: efstest.OtherSubnetID, SecurityGroups: []string{efstest.SecurityGroupID}},
		},
	}
}

// buildEFS makes all that it takes to mount a directory, or finds it.
func buildEFS(ctx context.Context, c *cloud, s *story) error {
	client, err := efs.New(c.efs)
	if err != nil {
		return err
	}
	plan := planEFS()
	t := &tree{s: s, branches: 2 + len(plan.MountTargets)}
	plan.OnStep = func(step efs.ProvisionStep) { t.step(step.Kind, step.ID, step.State) }
	out, err := client.ProvisionAccessPoint(ctx, nothingKey, plan)
	if err != nil {
		return err
	}
	t.end(out.MountCommand("/mnt/data"))
	return nil
}

// destroyEFS takes down what buildEFS made. The file system has to be named to the SDK;
// here it is found by its name.
func destroyEFS(ctx context.Context, c *cloud, s *story) error {
	client, err := efs.New(c.efs)
	if err != nil {
		return err
	}
	id := ""
	for fs, err := range client.FileSystems(ctx, efs.DescribeFileSystemsRequest{}) {
		if err != nil {
			return err
		}
		if fs.Name == nothingKey {
			id = fs.FileSystemID
		}
	}
	if id == "" {
		s.say("nothing to do: there is no file system of the name %s", nothingKey)
		return nil
	}
	plan := planEFS()
	plan.OnStep = func(step efs.ProvisionStep) { s.gone(step.Kind, step.ID, step.State) }
	return client.DeprovisionAccessPoint(ctx, nothingKey, id, plan)
}

// words are what the kinds of resources are called.
var words = map[string]string{
	"FileSystem": "file system", "FileSystemPolicy": "policy", "AccessPoint": "access point", "MountTarget": "mount target",
	"AccessGroup": "permission group",
}

// gone tells of a resource when it is deleted.
func (s *story) gone(kind, id, state string) {
	if state == "deleted" {
		s.say("%s %s is gone", words[kind], id)
	}
}

// A tree tells of what stands on a file system, each when it can be used.
type tree struct {
	s        *story
	branches int               // still to come, below the file system
	how      map[string]string // whether a resource was found or created
	changed  bool
}

func (t *tree) step(kind, id, state string) {
	if t.how == nil {
		t.how = map[string]string{}
	}
	if state != "available" {
		t.how[kind+id] = state
		t.changed = t.changed || state != "found"
	}
	if state != "available" && kind != "FileSystemPolicy" {
		return
	}
	text := fmt.Sprintf("%s %s, %s", words[kind], id, t.how[kind+id])
	if kind == "FileSystem" {
		t.s.say("%s", text)
		return
	}
	t.branches--
	if kind == "FileSystemPolicy" {
		text = "policy, " + state
	}
	if t.branches > 0 {
		t.s.say("├─ %s", text)
	} else {
		t.s.say("└─ %s", text)
	}
}

// end tells how to mount what stands.
func (t *tree) end(command string) {
	if !t.changed {
		t.s.say("nothing to do: all of it exists")
	}
	t.s.say("to mount it: %s", command)
}
