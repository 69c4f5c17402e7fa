package privatelink_test

import (
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// TestAllocations keeps a create with its full parameters within its budget, a third of which is that of
// net/http, and a page of 100 within one for what it returns.
func TestAllocations(t *testing.T) {
	const item = `{"EndpointId":"ep-1","EndpointName":"n","EndpointType":"Interface","EndpointDomain":"ep-1.epsrv-1.cn-hangzhou.privatelink.aliyuncs.com","EndpointStatus":"Active","ConnectionStatus":"Connected","RegionId":"cn-hangzhou","VpcId":"vpc-1","ServiceId":"epsrv-1","Tags":[{"Key":"k","Value":"v"}]}`
	page := `{"RequestId":"R","TotalCount":100,"Endpoints":[` + strings.Repeat(item+",", 99) + item + `]}`
	client := newClient(t, nil, func(c *privatelink.Config) { c.HTTPClient = wiretest.Canned(created) })
	create := privatelink.CreateVpcEndpointRequest{
		ServiceID: "epsrv-1", ServiceName: "com.aliyuncs.privatelink.cn-hangzhou.epsrv-1", VpcID: "vpc-1", EndpointName: "name", EndpointDescription: "description",
		SecurityGroupIDs: []string{"sg-1", "sg-2"},
		Zones:            []privatelink.Zone{{ZoneID: "cn-hangzhou-b", VSwitchID: "vsw-1", IP: "10.0.0.4"}, {ZoneID: "cn-hangzhou-g", VSwitchID: "vsw-2", IP: "10.0.1.4"}},
		Tags:             []privatelink.Tag{{Key: "team", Value: "a"}, {Key: "env", Value: "prod"}, {Key: "app", Value: "b"}},
	}
	wiretest.Allocations(t, "create", 44, func() error {
		_, err := client.CreateVpcEndpoint(t.Context(), create)
		return err
	})
	lister := newClient(t, nil, func(c *privatelink.Config) { c.HTTPClient = wiretest.Canned(page) })
	wiretest.Allocations(t, "page of 100", 1000, func() error {
		_, err := lister.ListVpcEndpoints(t.Context(), privatelink.ListVpcEndpointsRequest{MaxResults: 100})
		return err
	})
}
