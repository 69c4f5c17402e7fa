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
		return func(ctx context.Context, in request) (all []ensuretest.Difference, _ error) {
			_, err := c.EnsureAccessPoint(ctx, "k", in)
			drift, ok := errors.AsType[*efs.DriftError](err)
			if !ok {
				return nil, err
			}
			for _, d := range drift.Fields {
				all = append(all, ensuretest.Difference(d))
			}
			return all, nil
		}
	})
}
