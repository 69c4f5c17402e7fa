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

// groups returns the security groups of an endpoint with their states.
func groups(t *testing.T, client *privatelink.Client, id string) map[string]privatelink.SecurityGroupStatus {
	t.Helper()
	found := map[string]privatelink.SecurityGroupStatus{}
	for g, err := range client.VpcEndpointSecurityGroups(t.Context(), privatelink.ListVpcEndpointSecurityGroupsRequest{EndpointID: id, MaxResults: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		found[g.SecurityGroupID] = g.SecurityGroupStatus
	}
	return found
}

// TestUpdate changes the settings and the security groups of an endpoint, which takes
// one change at a time.
func TestUpdate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(4*time.Second), privatelinktest.GoneAfter(2*time.Second))
		srv.AddSecurityGroup("sg-2")
		client, ctx := srv.Client(), t.Context()
		id := made(t, srv, nil)
		attach := privatelink.AttachSecurityGroupToVpcEndpointRequest{EndpointID: id, SecurityGroupID: "sg-2"}
		detach := privatelink.DetachSecurityGroupFromVpcEndpointRequest{EndpointID: id, SecurityGroupID: privatelinktest.SecurityGroupID}
		refused := func(err error, code privatelink.Code) {
			t.Helper()
			if !errors.Is(err, code) {
				t.Errorf("got %v, want %s", err, code)
			}
		}
		_, err := client.AttachSecurityGroupToVpcEndpoint(ctx, attach)
		refused(err, privatelink.CodeEndpointOperationDenied)
		if _, err := client.WaitVpcEndpointReady(ctx, id, privatelink.WaitOptions{}); err != nil {
			t.Fatal(err)
		}
		_, err = client.DetachSecurityGroupFromVpcEndpoint(ctx, detach)
		refused(err, privatelink.CodeEndpointMustContainSecurityGroup)
		if err := client.DryRun(ctx, attach); err != nil {
			t.Error(err)
		}
		if _, err := client.AttachSecurityGroupToVpcEndpoint(ctx, attach); err != nil {
			t.Fatal(err)
		}
		want := map[string]privatelink.SecurityGroupStatus{privatelinktest.SecurityGroupID: "Attached", "sg-2": "Attaching"}
		if d := cmp.Diff(want, groups(t, client, id)); d != "" {
			t.Errorf("security groups (-want +got):\n%s", d)
		}
		_, err = client.DetachSecurityGroupFromVpcEndpoint(ctx, detach)
		refused(err, privatelink.CodeEndpointOperationDenied) // Pending
		if _, err := client.WaitVpcEndpointActive(ctx, id, privatelink.WaitOptions{}); err != nil {
			t.Fatal(err)
		}
		_, err = client.AttachSecurityGroupToVpcEndpoint(ctx, attach)
		refused(err, privatelink.CodeSecurityGroupExist)
		attach.SecurityGroupID = "sg-none"
		_, err = client.AttachSecurityGroupToVpcEndpoint(ctx, attach)
		refused(err, privatelink.CodeSecurityGroupNotFound)
		if _, err := client.DetachSecurityGroupFromVpcEndpoint(ctx, detach); err != nil {
			t.Fatal(err)
		}
		want = map[string]privatelink.SecurityGroupStatus{privatelinktest.SecurityGroupID: "Detaching", "sg-2": "Attached"}
		if d := cmp.Diff(want, groups(t, client, id)); d != "" {
			t.Errorf("security groups (-want +got):\n%s", d)
		}
		<-time.After(3 * time.Second)
		if got := groups(t, client, id); len(got) != 1 {
			t.Errorf("security groups %v", got)
		}
		if _, err := client.UpdateVpcEndpointAttribute(ctx, privatelink.UpdateVpcEndpointAttributeRequest{
			EndpointID: id, EndpointName: "new", EndpointDescription: "other", PolicyDocument: "{}", CrossRegionBandwidth: 200, ZoneAffinityEnabled: new(true),
		}); err != nil {
			t.Fatal(err)
		}
		if ep, err := client.GetVpcEndpointAttribute(ctx, privatelink.GetVpcEndpointAttributeRequest{EndpointID: id}); err != nil ||
			ep.EndpointStatus != privatelink.EndpointStatusPending || ep.ConnectionStatus != privatelink.ConnectionStatusConnected ||
			ep.EndpointName != "new" || ep.EndpointDescription != "other" || ep.PolicyDocument != "{}" || ep.CrossRegionBandwidth != 200 || !ep.ZoneAffinityEnabled {
			t.Errorf("%+v, %v", ep, err)
		}
		if _, err := client.WaitVpcEndpointActive(ctx, id, privatelink.WaitOptions{}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.UpdateVpcEndpointAttribute(ctx, privatelink.UpdateVpcEndpointAttributeRequest{EndpointID: id, ResetPolicy: true}); err != nil {
			t.Fatal(err)
		}
		if ep, err := client.GetVpcEndpointAttribute(ctx, privatelink.GetVpcEndpointAttributeRequest{EndpointID: id}); err != nil || ep.PolicyDocument == "{}" || ep.EndpointName != "new" {
			t.Errorf("%+v, %v", ep, err)
		}
		// What a read finds may be from before the changes.
		srv.Disturb(privatelinktest.Disturbance{Lag: 15 * time.Second})
		names := map[string]bool{}
		for range 200 {
			if ep, err := client.GetVpcEndpointAttribute(ctx, privatelink.GetVpcEndpointAttributeRequest{EndpointID: id}); err == nil {
				names[ep.EndpointName] = true
			}
		}
		if !names[""] || !names["new"] || len(names) != 2 {
			t.Errorf("names %v", names)
		}
	})
}

// TestTags tags and untags an endpoint and a service.
func TestTags(t *testing.T) {
	srv := privatelinktest.NewServer(privatelinktest.PageLimit(1))
	client, ctx := srv.Client(), t.Context()
	id := made(t, srv, func(in *privatelink.CreateVpcEndpointRequest) {
		in.Tags = []privatelink.Tag{{Key: "a", Value: "1"}, {Key: "b", Value: "2"}}
	})
	tag := func(kind privatelink.ResourceType, id string, tags ...privatelink.Tag) error {
		_, err := client.TagResources(ctx, privatelink.TagResourcesRequest{ResourceType: kind, ResourceIDs: []string{id}, Tags: tags})
		return err
	}
	tags := func(in privatelink.ListTagResourcesRequest) (found []string) {
		for r, err := range client.TagsOfResources(ctx, in) {
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, r.ResourceID+" "+r.TagKey+"="+r.TagValue)
		}
		slices.Sort(found)
		return found
	}
	if err := tag("VpcEndpoint", id, privatelink.Tag{Key: "b", Value: "3"}, privatelink.Tag{Key: "c"}); err != nil {
		t.Fatal(err)
	}
	if err := tag(privatelink.ResourceVpcEndpointService, privatelinktest.ServiceID, privatelink.Tag{Key: "s", Value: "1"}); err != nil {
		t.Fatal(err)
	}
	if err := tag(privatelink.ResourceVpcEndpoint, "ep-none", privatelink.Tag{Key: "b"}); !errors.Is(err, privatelink.CodeResourceIDNotFound) || !errors.Is(err, privatelink.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	of := privatelink.ListTagResourcesRequest{ResourceType: privatelink.ResourceVpcEndpoint, ResourceIDs: []string{id}}
	if d := cmp.Diff([]string{id + " a=1", id + " b=3", id + " c="}, tags(of)); d != "" {
		t.Errorf("tags (-want +got):\n%s", d)
	}
	service := privatelink.ListTagResourcesRequest{ResourceType: privatelink.ResourceVpcEndpointService, Tags: []privatelink.Tag{{Key: "s"}}}
	if d := cmp.Diff([]string{privatelinktest.ServiceID + " s=1"}, tags(service)); d != "" {
		t.Errorf("tags (-want +got):\n%s", d)
	}
	if found := ids(t, srv, privatelink.ListVpcEndpointsRequest{Tags: []privatelink.Tag{{Key: "b", Value: "3"}}}); len(found) != 1 {
		t.Errorf("found %v", found)
	}
	untag := privatelink.UntagResourcesRequest{ResourceType: privatelink.ResourceVpcEndpoint, ResourceIDs: []string{id}, TagKeys: []string{"a"}, All: true}
	for _, want := range [][]string{{id + " b=3", id + " c="}, nil} {
		if _, err := client.UntagResources(ctx, untag); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, tags(of)); d != "" {
			t.Errorf("tags (-want +got):\n%s", d)
		}
		untag.TagKeys = nil
	}
	var many []privatelink.Tag
	for i := range 20 {
		many = append(many, privatelink.Tag{Key: string(rune('a' + i))})
	}
	if err := tag(privatelink.ResourceVpcEndpoint, id, many...); err != nil {
		t.Fatal(err)
	}
	if err := tag(privatelink.ResourceVpcEndpoint, id, privatelink.Tag{Key: "z"}); !errors.Is(err, privatelink.ErrQuotaExceeded) {
		t.Errorf("got %v", err)
	}
	found := 0
	for s, err := range client.VpcEndpointServicesByEndUser(ctx, privatelink.ListVpcEndpointServicesByEndUserRequest{ServiceName: privatelinktest.ServiceName}) {
		if found++; err != nil || s.ServiceID != privatelinktest.ServiceID || len(s.Tags) != 1 || !s.AutoAcceptEnabled || !slices.Equal(s.Zones, []string{privatelinktest.ZoneID}) {
			t.Errorf("%+v, %v", s, err)
		}
	}
	if found != 1 {
		t.Errorf("%d services", found)
	}
}
