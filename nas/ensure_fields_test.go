package nas_test

import (
	"context"
	"errors"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// TestEnsureFields goes through every parameter of what is ensured.
func TestEnsureFields(t *testing.T) {
	type request = nas.CreateAccessPointRequest
	owner := func(user, group uint32) func(*request) {
		return func(in *request) { in.RootDirectory, in.OwnerUserID, in.OwnerGroupID = "/a", &user, &group }
	}
	owned := func(change func(*request)) func(*request) {
		return func(in *request) { owner(3, 4)(in); change(in) }
	}
	nothing := func(*request) {}
	const isKey = "it is where the key is looked for"
	ensuretest.Fields(t, createRequest, map[string]ensuretest.Field[request]{
		"FileSystemID":    {Why: isKey},
		"VpcID":           {Drift: "VpcId", Changed: func(in *request) { in.VpcID = "vpc-2" }, Other: func(in *request) { in.VpcID = nastest.VpcID }},
		"VSwitchID":       {Drift: "VswId", Changed: func(in *request) { in.VSwitchID = "vsw-2" }, Other: func(in *request) { in.VSwitchID = nastest.VSwitchID }},
		"AgenticSpaceID":  {Why: "the file system has spaces or it has none; TestEnsureAgentic has one"},
		"AccessGroup":     {Drift: "AccessGroup", Unset: nothing, Default: func(in *request) { in.AccessGroup = nastest.AccessGroup }, Changed: func(in *request) { in.AccessGroup = "team" }, Other: func(in *request) { in.AccessGroup = "crew" }},
		"AccessPointName": {Drift: "AccessPointName", Unset: nothing, Changed: func(in *request) { in.AccessPointName = "a" }, Other: func(in *request) { in.AccessPointName = "b" }, Any: true},
		"RootDirectory":   {Drift: "RootDirectory", Unset: nothing, Default: func(in *request) { in.RootDirectory = "/" }, Changed: func(in *request) { in.RootDirectory = "/a" }, Other: func(in *request) { in.RootDirectory = "/a/b" }},
		"EnabledRAM":      {Drift: "EnabledRam", Unset: nothing, Changed: func(in *request) { in.EnabledRAM = true }},
		// The directory may have existed; then its owner is not that of the request.
		"OwnerUserID":            {Drift: "OwnerUserId", Unset: func(in *request) { in.RootDirectory = "/a" }, Changed: owner(5, 4), Other: owner(0, 4), Any: true, Hidden: true},
		"OwnerGroupID":           {Drift: "OwnerGroupId", Unset: func(in *request) { in.RootDirectory = "/a" }, Changed: owner(3, 5), Other: owner(3, 0), Any: true, Hidden: true},
		"Permission":             {Drift: "Permission", Unset: owned(nothing), Default: owned(func(in *request) { in.Permission = "0755" }), Changed: owned(func(in *request) { in.Permission = "0700" }), Other: owned(func(in *request) { in.Permission = "0000" })},
		"PosixUserID":            {Drift: "PosixUserId", Unset: nothing, Changed: func(in *request) { in.PosixUserID = new(uint32(5)) }, Other: func(in *request) { in.PosixUserID = new(uint32(6)) }},
		"PosixGroupID":           {Drift: "PosixGroupId", Unset: nothing, Changed: func(in *request) { in.PosixGroupID = new(uint32(5)) }, Other: func(in *request) { in.PosixGroupID = new(uint32(6)) }},
		"PosixSecondaryGroupIDs": {Drift: "PosixSecondaryGroupIds", Unset: nothing, Default: func(in *request) { in.PosixSecondaryGroupIDs = []uint32{} }, Changed: func(in *request) { in.PosixSecondaryGroupIDs = []uint32{5} }, Other: func(in *request) { in.PosixSecondaryGroupIDs = []uint32{6, 7} }},
		"Tags":                   {Drift: "Tag.1.Value", Unset: nothing, Default: func(in *request) { in.Tags = []nas.Tag{} }, Changed: func(in *request) { in.Tags = []nas.Tag{{Key: "k", Value: "v"}} }, Any: true},
		"Tags.Key":               {Why: "a tag of another key is another tag"},
		"Tags.Value":             {Drift: "Tag.1.Value", Changed: func(in *request) { in.Tags = []nas.Tag{{Key: "k", Value: "v"}} }, Other: func(in *request) { in.Tags = []nas.Tag{{Key: "k", Value: "w"}} }},
	}, func(*testing.T) func(context.Context, request) ([]ensuretest.Difference, error) {
		srv := nastest.NewServer()
		srv.AddNetwork("vpc-2", "vsw-2")
		srv.AddAccessGroup("team")
		srv.AddAccessGroup("crew")
		return func(ctx context.Context, in request) (all []ensuretest.Difference, _ error) {
			_, err := srv.Client().EnsureAccessPoint(ctx, "k", in)
			drift, ok := errors.AsType[*nas.DriftError](err)
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
