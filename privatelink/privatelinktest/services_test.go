package privatelinktest_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// TestService runs the life of an endpoint service.
func TestService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(4*time.Second), privatelinktest.GoneAfter(2*time.Second), privatelinktest.PageLimit(1), privatelinktest.NotOpened())
		srv.AddNetwork("vpc-2", "vsw-2", "cn-hangzhou-k")
		srv.AddLoadBalancer("nlb-1", "nlb", privatelinktest.VSwitchID)
		srv.AddLoadBalancer("nlb-2", "nlb", "vsw-2")
		client, ctx := srv.Client(), t.Context()
		refused := func(err error, code privatelink.Code) {
			t.Helper()
			if !errors.Is(err, code) {
				t.Errorf("got %v, want %s", err, code)
			}
		}
		create := privatelink.CreateVpcEndpointServiceRequest{
			ServiceResourceType: privatelink.ServiceResourceNLB, ServiceDescription: "of a team", ClientToken: "one", AddressIPVersion: privatelink.AddressIPVersionDualStack,
			Resources: []privatelink.ServiceResource{{ResourceType: privatelink.ServiceResourceNLB, ResourceID: "nlb-1", ZoneID: privatelinktest.ZoneID}},
			Tags:      []privatelink.Tag{{Key: "k", Value: "v"}}, SupportedRegions: []string{"cn-beijing"},
		}

		// The account has to be open.
		_, err := client.CheckProductOpen(ctx, privatelink.CheckProductOpenRequest{})
		refused(err, privatelink.CodeNeedOpenProduct)
		_, err = client.CreateVpcEndpointService(ctx, create)
		refused(err, privatelink.CodeNeedOpenProduct)
		if out, err := client.OpenPrivateLinkService(ctx, privatelink.OpenPrivateLinkServiceRequest{}); err != nil || out.OrderID == "" {
			t.Fatalf("%+v, %v", out, err)
		}
		_, err = client.OpenPrivateLinkService(ctx, privatelink.OpenPrivateLinkServiceRequest{})
		refused(err, privatelink.CodeOrderOpened)
		if out, err := client.CheckProductOpen(ctx, privatelink.CheckProductOpenRequest{}); err != nil || !out.Success {
			t.Fatalf("%+v, %v", out, err)
		}

		for code, change := range map[privatelink.Code]func(*privatelink.CreateVpcEndpointServiceRequest){
			privatelink.CodeLoadBalancerNotFound:    func(in *privatelink.CreateVpcEndpointServiceRequest) { in.Resources[0].ResourceID = "nlb-none" },
			privatelink.CodeResourceTypeMismatch:    func(in *privatelink.CreateVpcEndpointServiceRequest) { in.Resources[0].ResourceType = "gwlb" },
			privatelink.CodeServiceNotSupportedZone: func(in *privatelink.CreateVpcEndpointServiceRequest) { in.Resources[0].ZoneID = "z" },
			privatelink.CodeServiceResourceTypeNotEqual: func(in *privatelink.CreateVpcEndpointServiceRequest) {
				in.ServiceResourceType = privatelink.ServiceResourceALB
			},
			privatelink.CodeServiceResourceExist: func(in *privatelink.CreateVpcEndpointServiceRequest) {
				in.Resources = append(in.Resources, in.Resources[0])
			},
		} {
			in := create
			in.ClientToken, in.Resources = "", slices.Clone(in.Resources)
			change(&in)
			_, err := client.CreateVpcEndpointService(ctx, in)
			refused(err, code)
		}
		if err := client.DryRun(ctx, create); err != nil {
			t.Error(err)
		}
		out, err := client.CreateVpcEndpointService(ctx, create)
		if err != nil || out.ServiceStatus != privatelink.ServiceStatusCreating || len(out.SupportedRegions) != 1 {
			t.Fatalf("%+v, %v", out, err)
		}
		if again, err := client.CreateVpcEndpointService(ctx, create); err != nil || again.ServiceID != out.ServiceID {
			t.Errorf("%+v, %v", again, err)
		}
		id := out.ServiceID
		ready := func() {
			t.Helper()
			if _, err := client.WaitVpcEndpointServiceActive(ctx, id, privatelink.WaitOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		_, err = client.UpdateVpcEndpointServiceAttribute(ctx, privatelink.UpdateVpcEndpointServiceAttributeRequest{ServiceID: id})
		refused(err, privatelink.CodeServiceOperationDenied)
		ready()

		if _, err := client.UpdateVpcEndpointServiceAttribute(ctx, privatelink.UpdateVpcEndpointServiceAttributeRequest{
			ServiceID: id, ServiceDescription: new(""), AutoAcceptEnabled: new(true), ConnectBandwidth: 200,
			AddSupportedRegions: []string{"cn-shanghai"}, DeleteSupportedRegions: []string{"cn-beijing"},
		}); err != nil {
			t.Fatal(err)
		}
		ready()
		got, err := client.GetVpcEndpointServiceAttribute(ctx, privatelink.GetVpcEndpointServiceAttributeRequest{ServiceID: id})
		if err != nil || got.ServiceDescription != "" || !got.AutoAcceptEnabled || got.ConnectBandwidth != 200 || got.AddressIPVersion != privatelink.AddressIPVersionDualStack ||
			len(got.SupportedRegions) != 1 || got.SupportedRegions[0].SupportedRegionID != "cn-shanghai" || !slices.Equal(got.Zones, []string{privatelinktest.ZoneID}) {
			t.Errorf("%+v, %v", got, err)
		}

		attach := privatelink.AttachResourceToVpcEndpointServiceRequest{ServiceID: id, ResourceID: "nlb-2", ResourceType: privatelink.ServiceResourceNLB, ZoneID: "cn-hangzhou-k"}
		if _, err := client.AttachResourceToVpcEndpointService(ctx, attach); err != nil {
			t.Fatal(err)
		}
		ready()
		_, err = client.AttachResourceToVpcEndpointService(ctx, attach)
		refused(err, privatelink.CodeServiceResourceExist)
		if _, err := client.UpdateVpcEndpointServiceResourceAttribute(ctx, privatelink.UpdateVpcEndpointServiceResourceAttributeRequest{
			ServiceID: id, ResourceID: "nlb-2", ZoneID: "cn-hangzhou-k", AutoAllocatedEnabled: new(false),
		}); err != nil {
			t.Fatal(err)
		}
		resources := map[string]bool{}
		for r, err := range client.VpcEndpointServiceResources(ctx, privatelink.ListVpcEndpointServiceResourcesRequest{ServiceID: id}) {
			if err != nil || r.ResourceType != privatelink.ServiceResourceNLB {
				t.Fatal(r, err)
			}
			resources[r.ResourceID+" "+r.ZoneID] = r.AutoAllocatedEnabled
		}
		if d := cmp.Diff(map[string]bool{"nlb-1 " + privatelinktest.ZoneID: true, "nlb-2 cn-hangzhou-k": false}, resources); d != "" {
			t.Errorf("resources (-want +got):\n%s", d)
		}

		user := privatelink.AddUserToVpcEndpointServiceRequest{ServiceID: id, UserID: 1234567890123456789}
		for range 2 {
			if _, err := client.AddUserToVpcEndpointService(ctx, user); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := client.AddUserToVpcEndpointService(ctx, privatelink.AddUserToVpcEndpointServiceRequest{ServiceID: id, UserARN: "acs:ram:*:42:*"}); err != nil {
			t.Fatal(err)
		}
		user.UserARN = "acs:ram:*:42:*"
		_, err = client.AddUserToVpcEndpointService(ctx, user)
		refused(err, privatelink.CodeUserMismatch)
		users := func() (found []privatelink.ServiceUser) {
			for u, err := range client.VpcEndpointServiceUsers(ctx, privatelink.ListVpcEndpointServiceUsersRequest{ServiceID: id}) {
				if err != nil {
					t.Fatal(err)
				}
				found = append(found, u)
			}
			return found
		}
		if d := cmp.Diff([]privatelink.ServiceUser{{UserID: 1234567890123456789}, {UserARN: "acs:ram:*:42:*"}}, users()); d != "" {
			t.Errorf("users (-want +got):\n%s", d)
		}
		if _, err := client.RemoveUserFromVpcEndpointService(ctx, privatelink.RemoveUserFromVpcEndpointServiceRequest{ServiceID: id, UserID: 1234567890123456789}); err != nil || len(users()) != 1 {
			t.Errorf("%v, %v", users(), err)
		}

		if _, err := client.ChangeResourceGroup(ctx, privatelink.ChangeResourceGroupRequest{ResourceGroupID: "rg-2", ResourceID: id, ResourceType: privatelink.GroupedVpcEndpointService}); err != nil {
			t.Fatal(err)
		}
		_, err = client.ChangeResourceGroup(ctx, privatelink.ChangeResourceGroupRequest{ResourceGroupID: "rg-2", ResourceID: id})
		refused(err, privatelink.CodeResourceNotFound)
		list := func(in privatelink.ListVpcEndpointServicesRequest) (ids []string) {
			for s, err := range client.VpcEndpointServices(ctx, in) {
				if err != nil {
					t.Fatal(err)
				}
				ids = append(ids, s.ServiceID)
			}
			return ids
		}
		for name, c := range map[string]struct {
			in   privatelink.ListVpcEndpointServicesRequest
			want int
		}{
			"all":       {privatelink.ListVpcEndpointServicesRequest{}, 2},
			"resource":  {privatelink.ListVpcEndpointServicesRequest{ResourceID: "nlb-2"}, 1},
			"group":     {privatelink.ListVpcEndpointServicesRequest{ResourceGroupID: "rg-2"}, 1},
			"tag":       {privatelink.ListVpcEndpointServicesRequest{Tags: []privatelink.Tag{{Key: "k"}}}, 1},
			"by hand":   {privatelink.ListVpcEndpointServicesRequest{AutoAcceptEnabled: new(false)}, 0},
			"state":     {privatelink.ListVpcEndpointServicesRequest{ServiceStatus: privatelink.ServiceStatusActive}, 2},
			"other tag": {privatelink.ListVpcEndpointServicesRequest{Tags: []privatelink.Tag{{Key: "l"}}}, 0},
		} {
			if got := list(c.in); len(got) != c.want {
				t.Errorf("%s: %v", name, got)
			}
		}

		if out, err := client.DescribeRegions(ctx, privatelink.DescribeRegionsRequest{}); err != nil || len(out.Regions) != 1 || len(out.Regions[0].ServiceResourceTypes) != 4 {
			t.Errorf("%+v, %v", out, err)
		}
		if out, err := client.DescribeZones(ctx, privatelink.DescribeZonesRequest{}); err != nil || len(out.Zones) != 2 {
			t.Errorf("%+v, %v", out, err)
		}

		_, err = client.DeleteVpcEndpointService(ctx, privatelink.DeleteVpcEndpointServiceRequest{ServiceID: id})
		refused(err, privatelink.CodeServiceDependenceViolation)
		for _, r := range [][2]string{{"nlb-1", privatelinktest.ZoneID}, {"nlb-2", "cn-hangzhou-k"}} {
			in := privatelink.DetachResourceFromVpcEndpointServiceRequest{ServiceID: id, ResourceID: r[0], ResourceType: privatelink.ServiceResourceNLB, ZoneID: r[1]}
			if _, err := client.DetachResourceFromVpcEndpointService(ctx, in); err != nil {
				t.Fatal(err)
			}
			ready()
			_, err = client.DetachResourceFromVpcEndpointService(ctx, in)
			refused(err, privatelink.CodeServiceResourceNotFound)
		}
		if _, err := client.DeleteVpcEndpointService(ctx, privatelink.DeleteVpcEndpointServiceRequest{ServiceID: id}); err != nil {
			t.Fatal(err)
		}
		if err := client.WaitVpcEndpointServiceDeleted(ctx, id, privatelink.WaitOptions{}); err != nil {
			t.Fatal(err)
		}
		_, err = client.GetVpcEndpointServiceAttribute(ctx, privatelink.GetVpcEndpointServiceAttributeRequest{ServiceID: id})
		refused(err, privatelink.CodeServiceNotFound)
	})
}

// TestReplace moves a zone of a connection to another resource.
func TestReplace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer()
		srv.AddLoadBalancer("lb-2", "slb", privatelinktest.VSwitchID)
		client, ctx := srv.Client(), t.Context()
		id := made(t, srv, func(in *privatelink.CreateVpcEndpointRequest) {
			in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}}
		})
		replace := privatelink.UpdateVpcEndpointZoneConnectionResourceAttributeRequest{
			ServiceID: privatelinktest.ServiceID, EndpointID: id, ZoneID: privatelinktest.ZoneID,
			ResourceReplaceMode: privatelink.ResourceReplaceModeGraceful, ResourceID: "lb-2", ResourceType: privatelink.ServiceResourceSLB,
		}
		if _, err := client.UpdateVpcEndpointZoneConnectionResourceAttribute(ctx, replace); !errors.Is(err, privatelink.CodeServiceResourceNotFound) {
			t.Errorf("got %v", err)
		}
		if _, err := client.AttachResourceToVpcEndpointService(ctx, privatelink.AttachResourceToVpcEndpointServiceRequest{
			ServiceID: privatelinktest.ServiceID, ResourceID: "lb-2", ResourceType: privatelink.ServiceResourceSLB,
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.UpdateVpcEndpointZoneConnectionResourceAttribute(ctx, replace); err != nil {
			t.Fatal(err)
		}
		zone := func() privatelink.VpcEndpointConnectionZone {
			out, err := client.ListVpcEndpointConnections(ctx, privatelink.ListVpcEndpointConnectionsRequest{EndpointID: id})
			if err != nil || len(out.Connections) != 1 || out.TotalCount != 1 || len(out.Connections[0].Zones) != 1 {
				t.Fatalf("%+v, %v", out, err)
			}
			return out.Connections[0].Zones[0]
		}
		if z := zone(); z.ZoneStatus != privatelink.ZoneStatusMigrated || z.ResourceID != "lb-2" || z.ReplacedResourceID != privatelinktest.LoadBalancerID {
			t.Errorf("%+v", z)
		}
		if _, err := client.DisableVpcEndpointZoneConnection(ctx, privatelink.DisableVpcEndpointZoneConnectionRequest{
			ServiceID: privatelinktest.ServiceID, EndpointID: id, ZoneID: privatelinktest.ZoneID, ReplacedResource: true,
		}); err != nil {
			t.Fatal(err)
		}
		if z := zone(); z.ZoneStatus != privatelink.ZoneStatusConnected || z.ReplacedResourceID != "" {
			t.Errorf("%+v", z)
		}
	})
}
