package nas_test

import (
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
)

// TestAllocations keeps a create with its full parameters within its budget, a third of which is that of
// net/http, and a page of 100 within one for what it returns.
func TestAllocations(t *testing.T) {
	const item = `{"AccessPointId":"ap-1","ARN":"acs:nas:cn-hangzhou:178321033379:accesspoint/ap-1","Status":"Active","EnabledRam":false,"FileSystemId":"31a8e4","PosixUser":{"PosixUserId":1,"PosixGroupId":2,"PosixSecondaryGroupIds":[3]},"Tags":[{"Key":"k","Value":"v"}]}`
	page := `{"RequestId":"R","TotalCount":100,"AccessPoints":[` + strings.Repeat(item+",", 99) + item + `]}`
	client := newClient(t, nil, func(c *nas.Config) { c.HTTPClient = wiretest.Canned(created) })
	create := nas.CreateAccessPointRequest{
		FileSystemID: "31a8e4", VpcID: "vpc-1", VSwitchID: "vsw-1", AccessGroup: "DEFAULT_VPC_GROUP_NAME", AccessPointName: "a b", RootDirectory: "/a/b",
		EnabledRAM: true, OwnerUserID: new(uint32(1000)), OwnerGroupID: new(uint32(1000)), Permission: "0750",
		PosixUserID: new(uint32(1001)), PosixGroupID: new(uint32(1001)), PosixSecondaryGroupIDs: []uint32{1002, 1003},
		Tags: []nas.Tag{{Key: "team", Value: "a"}, {Key: "env", Value: "prod"}, {Key: "app", Value: "b"}, {Key: "owner", Value: "c"}, {Key: "cost", Value: "d"}},
	}
	wiretest.Allocations(t, "create", 44, func() error {
		_, err := client.CreateAccessPoint(t.Context(), create)
		return err
	})
	lister := newClient(t, nil, func(c *nas.Config) { c.HTTPClient = wiretest.Canned(page) })
	wiretest.Allocations(t, "page of 100", 1000, func() error {
		_, err := lister.ListAccessPoints(t.Context(), nas.ListAccessPointsRequest{FileSystemID: "31a8e4", MaxResults: 100})
		return err
	})
}
