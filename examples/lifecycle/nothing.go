package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// fromNothing are the chapters of -from-nothing, each with its way back, of -destroy.
var fromNothing = []struct{ build, destroy chapter }{
	{chapter{"NAS: from nothing to an access point", buildNAS}, chapter{"NAS: back to nothing", destroyNAS}},
	{chapter{"EFS: from nothing to a mounted directory", buildEFS}, chapter{"EFS: back to nothing", destroyEFS}},
}

// nothingKey is what is made from nothing is found by, in any later run.
const nothingKey = "lifecycle"

// buildNAS makes a file system, its mount target and an access point, or finds them.
func buildNAS(ctx context.Context, c *cloud, s *story) error {
	cfg := c.nas
	var made sync.Map // the names of operations
	cfg.OnAttempt = func(_ context.Context, a nas.Attempt) { made.Store(a.Operation, true) }
	client, err := nas.New(cfg)
	if err != nil {
		return err
	}
	t := &tree{s: s, branches: 2}
	tell := func(kind, id, operation string) {
		if _, created := made.Load(operation); created {
			t.step(kind, id, "created")
		} else {
			t.step(kind, id, "found")
		}
		t.step(kind, id, "available")
	}
	fs, err := client.EnsureFileSystem(ctx, nothingKey, nas.CreateFileSystemRequest{
		StorageType: nas.StorageCapacity, ProtocolType: nas.ProtocolNFS, Description: nothingKey,
	})
	if err != nil {
		return err
	}
	tell("FileSystem", fs.FileSystemID, "CreateFileSystem")
	target, err := client.EnsureMountTarget(ctx, nas.CreateMountTargetRequest{
		FileSystemID: fs.FileSystemID, NetworkType: "Vpc", VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessGroupName: nastest.AccessGroup,
	})
	if err != nil {
		return err
	}
	tell("MountTarget", target.MountTargetDomain, "CreateMountTarget")
	ap, err := client.EnsureAccessPoint(ctx, nothingKey, nas.CreateAccessPointRequest{
		FileSystemID: fs.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID, AccessGroup: nastest.AccessGroup,
	})
	if err != nil {
		return err
	}
	tell("AccessPoint", ap.AccessPointID, "CreateAccessPoint")
	if !t.changed {
		s.say("nothing to do: all of it stands")
	}
	s.say("it is reached at %s", ap.DomainName)
	return nil
}

// destroyNAS takes down what buildNAS made, in the reverse order.
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
	if err := client.EnsureAccessPointAbsent(ctx, id, nothingKey); err != nil {
		return err
	}
	s.say("access point of %s is gone", id)
	if err := client.EnsureMountTargetAbsent(ctx, id, nastest.VpcID, nastest.VSwitchID); err != nil {
		return err
	}
	s.say("mount target of %s is gone", id)
	if err := client.EnsureFileSystemAbsent(ctx, nothingKey, id); err != nil {
		return err
	}
	s.say("file system %s is gone", id)
	return nil
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
	if !t.changed {
		s.say("nothing to do: all of it stands")
	}
	s.say("to mount it: %s", out.MountCommand("/mnt/data"))
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
	plan.OnStep = func(step efs.ProvisionStep) {
		if step.State == "deleted" {
			s.say("%s %s is gone", words[step.Kind], step.ID)
		}
	}
	return client.DeprovisionAccessPoint(ctx, nothingKey, id, plan)
}

// words are what the kinds of resources are called.
var words = map[string]string{
	"FileSystem": "file system", "FileSystemPolicy": "policy", "AccessPoint": "access point", "MountTarget": "mount target",
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
