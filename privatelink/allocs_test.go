package privatelink_test

import (
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// TestAllocations keeps a create within its budget, a third of which is that of
// net/http, and a page of 100 within one for what it returns.
func TestAllocations(t *testing.T) {
	const item = `{"EndpointId":"ep-1","EndpointName":"n","EndpointType":"Interface","EndpointDomain":"ep-1.epsrv-1.cn-hangzhou.privatelink.aliyuncs.com","EndpointStatus":"Active","ConnectionStatus":"Connected","RegionId":"cn-hangzhou","VpcId":"vpc-1","ServiceId":"epsrv-1","Tags":[{"Key":"k","Value":"v"}]}`
	page := `{"RequestId":"R","TotalCount":100,"Endpoints":[` + strings.Repeat(item+",", 99) + item + `]}`
	client := newClient(t, nil, func(c *privatelink.Config) { c.HTTPClient = wiretest.Canned(created) })
	create := privatelink.CreateVpcEndpointRequest{
		ServiceID: "epsrv-1", VpcID: "vpc-1", SecurityGroupIDs: []string{"sg-1"}, Zones: []privatelink.Zone{{ZoneID: "cn-hangzhou-b", VSwitchID: "vsw-1"}},
	}
	wiretest.Allocations(t, "create", 52, func() error {
		_, err := client.CreateVpcEndpoint(t.Context(), create)
		return err
	})
	lister := newClient(t, nil, func(c *privatelink.Config) { c.HTTPClient = wiretest.Canned(page) })
	wiretest.Allocations(t, "page of 100", 1000, func() error {
		_, err := lister.ListVpcEndpoints(t.Context(), privatelink.ListVpcEndpointsRequest{MaxResults: 100})
		return err
	})
}
