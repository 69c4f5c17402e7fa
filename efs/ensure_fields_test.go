package efs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
)

// TestEnsureFields goes through every parameter of what is ensured.
func TestEnsureFields(t *testing.T) {
	type request = efs.CreateAccessPointRequest
	nothing := func(*request) {}
	user := func(uid, gid uint32, groups ...uint32) func(*request) {
		return func(in *request) { in.PosixUser = &efs.PosixUser{UID: &uid, GID: &gid, SecondaryGIDs: groups} }
	}
	root := func(path string) func(*request) {
		return func(in *request) { in.RootDirectory = &efs.RootDirectory{Path: path} }
	}
	info := func(uid, gid uint32, mode string) func(*request) {
		return func(in *request) {
			in.RootDirectory = &efs.RootDirectory{Path: "/a", CreationInfo: &efs.CreationInfo{OwnerUID: &uid, OwnerGID: &gid, Permissions: mode}}
		}
	}
	ensuretest.Fields(t, request{FileSystemID: efstest.FileSystemID}, map[string]ensuretest.Field[request]{
		"ClientToken":                            {Why: "Ensure makes it"},
		"FileSystemID":                           {Why: "the key is that of a file system"},
		"PosixUser":                              {Drift: "PosixUser", Unset: nothing, Changed: user(0, 0), Other: user(5, 6, 7)},
		"PosixUser.UID":                          {Drift: "PosixUser.Uid", Changed: user(0, 1), Other: user(5, 1)},
		"PosixUser.GID":                          {Drift: "PosixUser.Gid", Changed: user(1, 0), Other: user(1, 5)},
		"PosixUser.SecondaryGIDs":                {Drift: "PosixUser.SecondaryGids", Unset: user(1, 2), Default: user(1, 2, []uint32{}...), Changed: user(1, 2, 0), Other: user(1, 2, 3, 4)},
		"RootDirectory":                          {Drift: "RootDirectory", Unset: nothing, Default: root("/"), Changed: root("/a"), Other: info(1, 2, "0700")},
		"RootDirectory.Path":                     {Drift: "RootDirectory.Path", Unset: root(""), Default: root("/"), Changed: root("/a"), Other: root("/a/b")},
		"RootDirectory.CreationInfo":             {Drift: "RootDirectory.CreationInfo", Unset: root("/a"), Changed: info(0, 0, "0000"), Other: info(1, 2, "0700")},
		"RootDirectory.CreationInfo.OwnerUID":    {Drift: "RootDirectory.CreationInfo.OwnerUid", Changed: info(0, 1, "0755"), Other: info(5, 1, "0755")},
		"RootDirectory.CreationInfo.OwnerGID":    {Drift: "RootDirectory.CreationInfo.OwnerGid", Changed: info(1, 0, "0755"), Other: info(1, 5, "0755")},
		"RootDirectory.CreationInfo.Permissions": {Drift: "RootDirectory.CreationInfo.Permissions", Changed: info(1, 2, "0755"), Other: info(1, 2, "700")},
		"Tags":                                   {Drift: "Tags.1.Value", Unset: nothing, Default: func(in *request) { in.Tags = []efs.Tag{} }, Changed: func(in *request) { in.Tags = []efs.Tag{{Key: "k", Value: "v"}} }, Any: true},
		"Tags.Key":                               {Why: "a tag of another key is another tag"},
		"Tags.Value":                             {Drift: "Tags.1.Value", Unset: func(in *request) { in.Tags = []efs.Tag{{Key: "k"}} }, Changed: func(in *request) { in.Tags = []efs.Tag{{Key: "k", Value: "v"}} }, Other: func(in *request) { in.Tags = []efs.Tag{{Key: "k", Value: "w"}} }},
	}, func(*testing.T) func(context.Context, request) ([]ensuretest.Difference, error) {
		c := efstest.NewServer().Client()
		return func(ctx context.Context, in request) ([]ensuretest.Difference, error) {
			_, err := c.EnsureAccessPoint(ctx, "k", in)
			return drifts(err)
		}
	})
}

// drifts returns the drift that an error is.
func drifts(err error) (all []ensuretest.Difference, _ error) {
	drift, ok := errors.AsType[*efs.DriftError](err)
	if !ok {
		return nil, err
	}
	for _, d := range drift.Fields {
		all = append(all, ensuretest.Difference(d))
	}
	return all, nil
}

// TestFileSystemFields goes through every parameter of a file system.
func TestFileSystemFields(t *testing.T) {
	type request = efs.CreateFileSystemRequest
	nothing := func(*request) {}
	key := func(id string) func(*request) {
		return func(in *request) { in.Encrypted, in.KmsKeyID = new(true), id }
	}
	provisioned := func(mibps float64) func(*request) {
		return func(in *request) {
			in.ThroughputMode, in.ProvisionedThroughputInMibps = efs.ThroughputProvisioned, mibps
		}
	}
	tag := func(tags ...efs.Tag) func(*request) { return func(in *request) { in.Tags = tags } }
	ensuretest.Fields(t, request{}, map[string]ensuretest.Field[request]{
		"CreationToken":                {Why: "Ensure makes it"},
		"PerformanceMode":              {Drift: "PerformanceMode", Other: func(in *request) { in.PerformanceMode = efs.GeneralPurpose }, Changed: func(in *request) { in.PerformanceMode = efs.MaxIO }},
		"Encrypted":                    {Drift: "Encrypted", Other: func(in *request) { in.Encrypted = new(false) }, Changed: func(in *request) { in.Encrypted = new(true) }},
		"KmsKeyID":                     {Drift: "KmsKeyId", Unset: key(""), Changed: key("mrk-00000000000000000000000000000001"), Other: key("mrk-00000000000000000000000000000002"), Any: true},
		"ThroughputMode":               {Drift: "ThroughputMode", Other: func(in *request) { in.ThroughputMode = efs.ThroughputBursting }, Changed: func(in *request) { in.ThroughputMode = efs.ThroughputElastic }},
		"ProvisionedThroughputInMibps": {Drift: "ProvisionedThroughputInMibps", Changed: provisioned(1), Other: provisioned(1.5)},
		"AvailabilityZoneName":         {Drift: "AvailabilityZoneName", Unset: nothing, Changed: func(in *request) { in.AvailabilityZoneName = "us-east-1a" }, Other: func(in *request) { in.AvailabilityZoneName = "us-east-1b" }, Any: true},
		"Backup":                       {Why: "it is a setting of its own, with operations of its own"},
		"Tags":                         {Drift: "Tags.1.Value", Unset: nothing, Default: tag([]efs.Tag{}...), Changed: tag(efs.Tag{Key: "k", Value: "v"}), Any: true},
		"Tags.Key":                     {Why: "a tag of another key is another tag"},
		"Tags.Value":                   {Drift: "Tags.1.Value", Unset: tag(efs.Tag{Key: "k"}), Changed: tag(efs.Tag{Key: "k", Value: "v"}), Other: tag(efs.Tag{Key: "k", Value: "w"})},
	}, func(*testing.T) func(context.Context, request) ([]ensuretest.Difference, error) {
		c := efstest.NewServer().Client()
		return func(ctx context.Context, in request) ([]ensuretest.Difference, error) {
			_, err := c.EnsureFileSystem(ctx, "k", in)
			return drifts(err)
		}
	})
}

// TestMountTargetFields goes through every parameter of a mount target.
func TestMountTargetFields(t *testing.T) {
	type request = efs.CreateMountTargetRequest
	nothing := func(*request) {}
	groups := func(ids ...string) func(*request) { return func(in *request) { in.SecurityGroups = ids } }
	six := func(ip string) func(*request) {
		return func(in *request) { in.IPAddressType, in.IPv6Address = efs.IPv6Only, ip }
	}
	ensuretest.Fields(t, request{SubnetID: efstest.OtherSubnetID}, map[string]ensuretest.Field[request]{
		"FileSystemID":   {Why: "the mount targets are those of a file system"},
		"SubnetID":       {Why: "it is the key"},
		"IPAddress":      {Drift: "Targets.1.IpAddress", Unset: nothing, Changed: func(in *request) { in.IPAddress = "10.0.9.1" }, Other: func(in *request) { in.IPAddress = "10.0.9.2" }, Any: true},
		"IPv6Address":    {Drift: "Targets.1.Ipv6Address", Unset: six(""), Changed: six("2001:db8::1:1"), Other: six("2001:db8::1:2"), Any: true},
		"IPAddressType":  {Drift: "Targets.1.IpAddressType", Changed: func(in *request) { in.IPAddressType = efs.IPv4Only }, Other: func(in *request) { in.IPAddressType = efs.DualStack }},
		"SecurityGroups": {Drift: "Targets.1.SecurityGroups", Changed: groups(efstest.OtherSecurityGroupID), Other: groups(efstest.SecurityGroupID, efstest.OtherSecurityGroupID)},
	}, func(*testing.T) func(context.Context, request) ([]ensuretest.Difference, error) {
		c := efstest.NewServer().Client()
		return func(ctx context.Context, in request) ([]ensuretest.Difference, error) {
			_, err := c.EnsureMountTargets(ctx, efstest.FileSystemID, []request{in})
			return drifts(err)
		}
	})
}
