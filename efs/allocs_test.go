package efs_test

import (
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// TestAllocations keeps a create with its full parameters within its budget, a third of which is that of
// net/http, and a page of 100 within one for what it returns.
func TestAllocations(t *testing.T) {
	const item = `{"AccessPointId":"fsap-0123456789abcdef0","AccessPointArn":"arn:aws:elasticfilesystem:us-east-1:1:access-point/fsap-0123456789abcdef0","ClientToken":"c","FileSystemId":"fs-0123456789abcdef8","LifeCycleState":"available","Name":"n","OwnerId":"1","PosixUser":{"Uid":1,"Gid":2,"SecondaryGids":[3]},"RootDirectory":{"Path":"/a"},"Tags":[{"Key":"k","Value":"v"}]}`
	page := `{"AccessPoints":[` + strings.Repeat(item+",", 99) + item + `]}`
	client := newClient(t, nil, func(c *efs.Config) { c.HTTPClient = wiretest.Canned(created) })
	create := efs.CreateAccessPointRequest{
		FileSystemID: "fs-0123456789abcdef8", PosixUser: &efs.PosixUser{UID: new(uint32(1001)), GID: new(uint32(1001)), SecondaryGIDs: []uint32{1002, 1003}},
		RootDirectory: &efs.RootDirectory{Path: "/a/b", CreationInfo: &efs.CreationInfo{OwnerUID: new(uint32(1000)), OwnerGID: new(uint32(1000)), Permissions: "0750"}},
		Tags:          []efs.Tag{{Key: "team", Value: "a"}, {Key: "env", Value: "prod"}, {Key: "app", Value: "b"}, {Key: "owner", Value: "c"}, {Key: "cost", Value: "d"}},
	}
	wiretest.Allocations(t, "create", 49, func() error {
		_, err := client.CreateAccessPoint(t.Context(), create)
		return err
	})
	lister := newClient(t, nil, func(c *efs.Config) { c.HTTPClient = wiretest.Canned(page) })
	wiretest.Allocations(t, "page of 100", 1100, func() error {
		_, err := lister.DescribeAccessPoints(t.Context(), efs.DescribeAccessPointsRequest{FileSystemID: "fs-0123456789abcdef8", MaxResults: 100})
		return err
	})
}
