package privatelink_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/operations"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

const created = `{"RequestId":"0ED8D006-F706-4D23-88ED-E11ED28DCAC0","EndpointId":"ep-hp33b2e43fays7s8abcd","EndpointStatus":"Creating","ConnectionStatus":"Disconnected"}`

// requests has one request for each operation, with all its parameters, by the
// name of its golden file.
var requests = map[string]any{
	"CreateVpcEndpoint": privatelink.CreateVpcEndpointRequest{
		ClientToken: "token-1", DryRun: true, EndpointName: "team_a-1", EndpointType: privatelink.EndpointTypeInterface,
		ZonePrivateIPAddressCount: 1, EndpointDescription: "a b*~+/", VpcID: "vpc-1", ServiceID: "epsrv-1", ServiceName: "com.aliyuncs.privatelink.cn-hangzhou.epsrv-1",
		Zones: []privatelink.Zone{
			{ZoneID: "cn-hangzhou-j", VSwitchID: "vsw-1", IP: "192.168.0.1"},
			{ZoneID: "cn-hangzhou-k", VSwitchID: "vsw-2", Ipv6Address: "2408::1"},
		},
		SecurityGroupIDs: []string{"sg-1", "sg-2"}, ProtectedEnabled: true,
		Tags:            []privatelink.Tag{{Key: "team", Value: "研发"}, {Key: "env", Value: "prod"}},
		ResourceGroupID: "rg-1", AddressIPVersion: privatelink.AddressIPVersionDualStack,
		ServiceRegionID: "cn-beijing", CrossRegionBandwidth: 100, PolicyDocument: `{"Version":"1"}`, ZoneAffinityEnabled: true,
	},
	"GetVpcEndpointAttribute": privatelink.GetVpcEndpointAttributeRequest{EndpointID: "ep-1"},
	"ListVpcEndpoints": privatelink.ListVpcEndpointsRequest{
		RegionID: "cn-beijing", EndpointID: "ep-1", EndpointName: "n", EndpointType: privatelink.EndpointTypeReverse,
		EndpointStatus: privatelink.EndpointStatusActive, ConnectionStatus: privatelink.ConnectionStatusConnected,
		AddressIPVersion: privatelink.AddressIPVersionIPv4, VpcID: "vpc-1", ServiceName: "s", ServiceRegionID: "r", ResourceGroupID: "rg-1",
		Tags: []privatelink.Tag{{Key: "team"}}, NextToken: "a+/==", MaxResults: 1000,
	},
	"UpdateVpcEndpointAttribute": privatelink.UpdateVpcEndpointAttributeRequest{
		RegionID: "cn-beijing", EndpointID: "ep-1", EndpointName: "team_a-1", EndpointDescription: "a b*~+/", AddressIPVersion: privatelink.AddressIPVersionDualStack,
		CrossRegionBandwidth: 100, PolicyDocument: `{"Version":"1"}`, ResetPolicy: true, ZoneAffinityEnabled: new(false), ClientToken: "token-1", DryRun: true,
	},
	"DeleteVpcEndpoint": privatelink.DeleteVpcEndpointRequest{EndpointID: "ep-1", ClientToken: "token-1", DryRun: true},
	"AddZoneToVpcEndpoint": privatelink.AddZoneToVpcEndpointRequest{
		EndpointID: "ep-1", ZoneID: "cn-hangzhou-k", VSwitchID: "vsw-1", IP: "192.168.0.32", Ipv6Address: "2408::1", ClientToken: "token-1", DryRun: true,
	},
	"RemoveZoneFromVpcEndpoint": privatelink.RemoveZoneFromVpcEndpointRequest{
		EndpointID: "ep-1", ZoneID: "cn-hangzhou-k", ClientToken: "token-1", DryRun: true,
	},
	"ListVpcEndpointZones": privatelink.ListVpcEndpointZonesRequest{
		RegionID: "cn-beijing", EndpointID: "ep-1", NextToken: "a+/==", MaxResults: 1000,
	},
	"AttachSecurityGroupToVpcEndpoint": privatelink.AttachSecurityGroupToVpcEndpointRequest{
		EndpointID: "ep-1", SecurityGroupID: "sg-1", ClientToken: "token-1", DryRun: true,
	},
	"DetachSecurityGroupFromVpcEndpoint": privatelink.DetachSecurityGroupFromVpcEndpointRequest{
		EndpointID: "ep-1", SecurityGroupID: "sg-1", ClientToken: "token-1", DryRun: true,
	},
	"ListVpcEndpointSecurityGroups": privatelink.ListVpcEndpointSecurityGroupsRequest{
		RegionID: "cn-beijing", EndpointID: "ep-1", NextToken: "a+/==", MaxResults: 50,
	},
	"ListVpcEndpointServicesByEndUser": privatelink.ListVpcEndpointServicesByEndUserRequest{
		RegionID: "cn-beijing", ServiceID: "epsrv-1", ServiceName: "s", ServiceType: privatelink.ServiceTypeInterface, ServiceRegionID: "r",
		ResourceGroupID: "rg-1", Tags: []privatelink.Tag{{Key: "team", Value: "研发"}}, NextToken: "a+/==", MaxResults: 1000,
	},
	"TagResources": privatelink.TagResourcesRequest{
		RegionID: "cn-beijing", ResourceType: privatelink.ResourceVpcEndpoint, ResourceIDs: []string{"ep-1", "ep-2"},
		Tags: []privatelink.Tag{{Key: "team", Value: "研发 *~+/"}, {Key: "env"}}, ClientToken: "token-1", DryRun: true,
	},
	"UntagResources": privatelink.UntagResourcesRequest{
		ResourceType: privatelink.ResourceVpcEndpointService, ResourceIDs: []string{"epsrv-1"}, TagKeys: []string{"a b"}, All: true, ClientToken: "token-1", DryRun: true,
	},
	"ListTagResources": privatelink.ListTagResourcesRequest{
		RegionID: "cn-beijing", ResourceType: privatelink.ResourceVpcEndpoint, ResourceIDs: []string{"ep-1"}, Tags: []privatelink.Tag{{Key: "env"}},
		NextToken: "a+/==", ClientToken: "token-1",
	},
	"ListVpcEndpointConnections": privatelink.ListVpcEndpointConnectionsRequest{
		RegionID: "cn-beijing", ServiceID: "epsrv-1", EndpointID: "ep-1", EndpointOwnerID: 1234567890123456789, ConnectionStatus: privatelink.ConnectionStatusDisconnected,
		ENIID: "eni-1", ResourceID: "lb-1", ReplacedResourceID: "lb-2", ResourceGroupID: "rg-1", NextToken: "a+/==", MaxResults: 1000,
	},
	"EnableVpcEndpointConnection": privatelink.EnableVpcEndpointConnectionRequest{
		ServiceID: "epsrv-1", EndpointID: "ep-1", Bandwidth: 3072, TrafficControlMode: privatelink.TrafficControlModeBandwidthLimit, ClientToken: "token-1", DryRun: true,
	},
	"DisableVpcEndpointConnection": privatelink.DisableVpcEndpointConnectionRequest{
		ServiceID: "epsrv-1", EndpointID: "ep-1", ClientToken: "token-1", DryRun: true,
	},
	"UpdateVpcEndpointConnectionAttribute": privatelink.UpdateVpcEndpointConnectionAttributeRequest{
		ServiceID: "epsrv-1", EndpointID: "ep-1", Bandwidth: 3072, TrafficControlMode: privatelink.TrafficControlModeScalability, ClientToken: "token-1", DryRun: true,
	},
	"EnableVpcEndpointZoneConnection": privatelink.EnableVpcEndpointZoneConnectionRequest{
		ServiceID: "epsrv-1", EndpointID: "ep-1", ZoneID: "cn-hangzhou-k", ClientToken: "token-1", DryRun: true,
	},
	"DisableVpcEndpointZoneConnection": privatelink.DisableVpcEndpointZoneConnectionRequest{
		ServiceID: "epsrv-1", EndpointID: "ep-1", ZoneID: "cn-hangzhou-k", ReplacedResource: true, ClientToken: "token-1", DryRun: true,
	},
	"UpdateVpcEndpointZoneConnectionResourceAttribute": privatelink.UpdateVpcEndpointZoneConnectionResourceAttributeRequest{
		ServiceID: "epsrv-1", EndpointID: "ep-1", ZoneID: "cn-hangzhou-k", ResourceAllocateMode: privatelink.ResourceAllocateModeManual,
		ResourceReplaceMode: privatelink.ResourceReplaceModeGraceful, ResourceID: "lb-1", ResourceType: privatelink.ServiceResourceSLB, ClientToken: "token-1", DryRun: true,
	},
	"CreateVpcEndpointService": privatelink.CreateVpcEndpointServiceRequest{
		RegionID: "cn-beijing", ServiceDescription: "a b*~+/", ServiceResourceType: privatelink.ServiceResourceNLB,
		Resources:         []privatelink.ServiceResource{{ResourceType: privatelink.ServiceResourceNLB, ResourceID: "nlb-1", ZoneID: "cn-beijing-a"}, {ResourceID: "nlb-2"}},
		AutoAcceptEnabled: true, Payer: privatelink.PayerEndpointService, AddressIPVersion: privatelink.AddressIPVersionDualStack, ZoneAffinityEnabled: true,
		SupportedRegions: []string{"cn-hangzhou"}, ResourceGroupID: "rg-1", Tags: []privatelink.Tag{{Key: "team", Value: "研发"}}, ServiceSupportIPv6: true, ClientToken: "token-1", DryRun: true,
	},
	"GetVpcEndpointServiceAttribute": privatelink.GetVpcEndpointServiceAttributeRequest{
		ServiceID: "epsrv-1",
	},
	"ListVpcEndpointServices": privatelink.ListVpcEndpointServicesRequest{
		RegionID: "cn-beijing", ServiceID: "epsrv-1", ServiceName: "s", ServiceStatus: privatelink.ServiceStatusActive, ServiceBusinessStatus: privatelink.ServiceBusinessStatusNormal,
		ServiceResourceType: privatelink.ServiceResourceGWLB, ResourceID: "lb-1", AddressIPVersion: privatelink.AddressIPVersionIPv4, AutoAcceptEnabled: new(false),
		ZoneAffinityEnabled: new(true), ResourceGroupID: "rg-1", Tags: []privatelink.Tag{{Key: "team"}}, NextToken: "a+/==", MaxResults: 1000,
	},
	"UpdateVpcEndpointServiceAttribute": privatelink.UpdateVpcEndpointServiceAttributeRequest{
		ServiceID: "epsrv-1", ServiceDescription: new(""), AutoAcceptEnabled: new(false), ConnectBandwidth: 100, AddressIPVersion: privatelink.AddressIPVersionIPv4,
		ZoneAffinityEnabled: new(true), AddSupportedRegions: []string{"r-1", "r-2"}, DeleteSupportedRegions: []string{"r-3"}, ServiceSupportIPv6: new(false), ClientToken: "token-1", DryRun: true,
	},
	"DeleteVpcEndpointService": privatelink.DeleteVpcEndpointServiceRequest{
		ServiceID: "epsrv-1", ClientToken: "token-1", DryRun: true,
	},
	"AttachResourceToVpcEndpointService": privatelink.AttachResourceToVpcEndpointServiceRequest{
		ServiceID: "epsrv-1", ResourceID: "alb-1", ResourceType: privatelink.ServiceResourceALB, ZoneID: "cn-hangzhou-k", ClientToken: "token-1", DryRun: true,
	},
	"DetachResourceFromVpcEndpointService": privatelink.DetachResourceFromVpcEndpointServiceRequest{
		ServiceID: "epsrv-1", ResourceID: "alb-1", ResourceType: privatelink.ServiceResourceALB, ZoneID: "cn-hangzhou-k", ClientToken: "token-1", DryRun: true,
	},
	"UpdateVpcEndpointServiceResourceAttribute": privatelink.UpdateVpcEndpointServiceResourceAttributeRequest{
		ServiceID: "epsrv-1", ResourceID: "lb-1", ZoneID: "cn-hangzhou-k", AutoAllocatedEnabled: new(false), ClientToken: "token-1", DryRun: true,
	},
	"ListVpcEndpointServiceResources": privatelink.ListVpcEndpointServiceResourcesRequest{
		RegionID: "cn-beijing", ServiceID: "epsrv-1", NextToken: "a+/==", MaxResults: 50,
	},
	"AddUserToVpcEndpointService": privatelink.AddUserToVpcEndpointServiceRequest{
		ServiceID: "epsrv-1", UserID: 1234567890123456789, UserARN: "acs:ram:*:1234567890123456789:*", ClientToken: "token-1", DryRun: true,
	},
	"RemoveUserFromVpcEndpointService": privatelink.RemoveUserFromVpcEndpointServiceRequest{
		ServiceID: "epsrv-1", UserID: 1234567890123456789, UserARN: "acs:ram:*:1234567890123456789:*", ClientToken: "token-1", DryRun: true,
	},
	"ListVpcEndpointServiceUsers": privatelink.ListVpcEndpointServiceUsersRequest{
		RegionID: "cn-beijing", ServiceID: "epsrv-1", UserID: 1234567890123456789, UserListType: "Users", NextToken: "a+/==", MaxResults: 50,
	},
	"ChangeResourceGroup": privatelink.ChangeResourceGroupRequest{
		ResourceGroupID: "rg-1", ResourceID: "epsrv-1", ResourceType: privatelink.GroupedVpcEndpointService,
	},
	"DescribeRegions": privatelink.DescribeRegionsRequest{
		RegionID: "cn-beijing", ServiceResourceType: "ALL",
	},
	"DescribeZones": privatelink.DescribeZonesRequest{
		RegionID: "cn-beijing", ServiceResourceType: privatelink.ServiceResourceNLB, CrossRegion: true, CrossRegionSide: privatelink.CrossRegionSideEndpoint,
	},
	"CheckProductOpen": privatelink.CheckProductOpenRequest{},
	"OpenPrivateLinkService": privatelink.OpenPrivateLinkServiceRequest{
		OwnerID: 1234567890123456789,
	},
}

// TestVectors sends what an official SDK was recorded sending, and reads what it
// was answered.
func TestVectors(t *testing.T) {
	vectors := wiretest.Vectors(t, "testdata/vectors")
	create := func(in privatelink.CreateVpcEndpointRequest) func(context.Context, *privatelink.Client) (any, error) {
		return func(ctx context.Context, c *privatelink.Client) (any, error) { return c.CreateVpcEndpoint(ctx, in) }
	}
	addZone := func(in privatelink.AddZoneToVpcEndpointRequest) func(context.Context, *privatelink.Client) (any, error) {
		return func(ctx context.Context, c *privatelink.Client) (any, error) { return c.AddZoneToVpcEndpoint(ctx, in) }
	}
	// input sends the input of the vector itself.
	input := func(name string) func(context.Context, *privatelink.Client) (any, error) {
		return func(ctx context.Context, c *privatelink.Client) (any, error) {
			v := vectors[name]
			in := operations.Of(c).Request(v.Operation)
			var values map[string]any
			d := json.NewDecoder(bytes.NewReader(v.Input))
			d.UseNumber()
			if err := d.Decode(&values); err != nil {
				return nil, err
			}
			fill(t, in, values)
			out := reflect.ValueOf(c).MethodByName(v.Operation).Call([]reflect.Value{reflect.ValueOf(ctx), in})
			err, _ := out[1].Interface().(error)
			return out[0].Interface(), err
		}
	}
	for name, c := range map[string]struct {
		region string
		send   func(context.Context, *privatelink.Client) (any, error)
		code   privatelink.Code // if the answer is a refusal
		// leftOut is what the official SDK sends and we do not, since it is what
		// the parameter defaults to.
		leftOut string
	}{
		"052-pl-create-vpc-endpoint-min": {region: "cn-huhehaote", send: create(privatelink.CreateVpcEndpointRequest{VpcID: "vpc-1", ServiceID: "epsrv-1"})},
		"053-pl-create-vpc-endpoint-all": {region: "cn-huhehaote", leftOut: "DryRun", send: create(privatelink.CreateVpcEndpointRequest{
			RegionID: "cn-huhehaote", ClientToken: "0c593ea1-3bea-11e9-b96b-88e9fe637760",
			EndpointName: "test", EndpointType: privatelink.EndpointTypeInterface, ZonePrivateIPAddressCount: 1, EndpointDescription: "demo endpoint, first.",
			VpcID: "vpc-hp356stwkxg3fn2xeabcd", ServiceID: "epsrv-hp3xdsq46ael67loabcd",
			ServiceName:     "com.aliyuncs.privatelink.cn-huhehaote.epsrv-hp3vpx8yqxblby3iabcd",
			ServiceRegionID: "cn-beijing", CrossRegionBandwidth: 1000,
			Zones: []privatelink.Zone{
				{ZoneID: "cn-huhehaote-a", VSwitchID: "vsw-1", IP: "192.168.0.1"},
				{ZoneID: "cn-huhehaote-b", VSwitchID: "vsw-2", IP: "192.168.0.2", Ipv6Address: "2408:4005:34d:8300:a58b:62a3:6b55:1"},
			},
			SecurityGroupIDs: []string{"sg-1", "sg-2"}, ProtectedEnabled: true, Tags: []privatelink.Tag{{Key: "env", Value: "prod"}},
			ResourceGroupID: "rg-acfmy", AddressIPVersion: privatelink.AddressIPVersionDualStack, ZoneAffinityEnabled: true,
			PolicyDocument: `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:List*","oss:PutObject"],"Resource":["acs:oss:oss-*:*:demo-bucket/reports/*.csv"],"Principal":{"RAM":["acs:ram::14199:*"]}}]}`,
		})},
		"055-pl-create-vpc-endpoint-special-chars": {region: "cn-hangzhou", leftOut: "Tag.1.Value", send: create(privatelink.CreateVpcEndpointRequest{
			VpcID: "vpc-1", ServiceID: "epsrv-1", EndpointName: "中文_name-1", EndpointDescription: "a+b c*d~e/f?g&h=i%j'k\"l", Tags: []privatelink.Tag{{Key: "a b"}},
		})},
		"056-pl-create-vpc-endpoint-empty-lists": {region: "cn-hangzhou", send: create(privatelink.CreateVpcEndpointRequest{
			VpcID: "vpc-1", ServiceID: "epsrv-1", SecurityGroupIDs: []string{}, Zones: []privatelink.Zone{}, Tags: []privatelink.Tag{},
		})},
		"058-pl-get-vpc-endpoint-attribute": {region: "cn-huhehaote", send: func(ctx context.Context, c *privatelink.Client) (any, error) {
			return c.GetVpcEndpointAttribute(ctx, privatelink.GetVpcEndpointAttributeRequest{EndpointID: "ep-hp33b2e43fays7s8abcd"})
		}},
		"059-pl-update-vpc-endpoint-attribute": {region: "cn-hangzhou", send: func(ctx context.Context, c *privatelink.Client) (any, error) {
			return c.UpdateVpcEndpointAttribute(ctx, privatelink.UpdateVpcEndpointAttributeRequest{
				EndpointID: "ep-1", EndpointName: "n2", EndpointDescription: "d2", ClientToken: "tok-1", DryRun: true, ResetPolicy: true,
				ZoneAffinityEnabled: new(false), AddressIPVersion: privatelink.AddressIPVersionIPv4, CrossRegionBandwidth: 100, PolicyDocument: "{}",
			})
		}},
		"061-pl-list-vpc-endpoints": {region: "cn-hangzhou", send: func(ctx context.Context, c *privatelink.Client) (any, error) {
			return c.ListVpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{
				MaxResults: 50, NextToken: "caeba0bbb2be03f84eb48b699f0a4883", EndpointStatus: privatelink.EndpointStatusActive,
				ConnectionStatus: privatelink.ConnectionStatusConnected, EndpointType: privatelink.EndpointTypeInterface, VpcID: "vpc-1",
				Tags: []privatelink.Tag{{Key: "FinanceDept", Value: "FinanceJoshua"}},
			})
		}},
		"062-pl-add-zone": {region: "cn-hangzhou", send: addZone(privatelink.AddZoneToVpcEndpointRequest{
			EndpointID: "ep-1", ZoneID: "cn-hangzhou-b", VSwitchID: "vsw-1", IP: "192.168.0.32", Ipv6Address: "2408::1", ClientToken: "tok-3",
		})},
		"064-pl-list-zones": {region: "cn-hangzhou", send: func(ctx context.Context, c *privatelink.Client) (any, error) {
			return c.ListVpcEndpointZones(ctx, privatelink.ListVpcEndpointZonesRequest{EndpointID: "ep-1", MaxResults: 1000})
		}},
		"065-pl-attach-security-group": {region: "cn-hangzhou", send: func(ctx context.Context, c *privatelink.Client) (any, error) {
			return c.AttachSecurityGroupToVpcEndpoint(ctx, privatelink.AttachSecurityGroupToVpcEndpointRequest{EndpointID: "ep-1", SecurityGroupID: "sg-1", ClientToken: "tok-5"})
		}},
		"067-pl-list-security-groups": {region: "cn-hangzhou", send: func(ctx context.Context, c *privatelink.Client) (any, error) {
			return c.ListVpcEndpointSecurityGroups(ctx, privatelink.ListVpcEndpointSecurityGroupsRequest{EndpointID: "ep-1"})
		}},
		"068-pl-list-services-by-end-user": {region: "cn-hangzhou", send: func(ctx context.Context, c *privatelink.Client) (any, error) {
			return c.ListVpcEndpointServicesByEndUser(ctx, privatelink.ListVpcEndpointServicesByEndUserRequest{
				ServiceType: privatelink.ServiceTypeInterface, ServiceName: "com.aliyuncs.privatelink.cn-huhehaote.epsrv-1",
			})
		}},
		"079-pl-tag-resources-form-body": {region: "cn-hangzhou", leftOut: "DryRun", send: func(ctx context.Context, c *privatelink.Client) (any, error) {
			return c.TagResources(ctx, privatelink.TagResourcesRequest{
				ResourceType: privatelink.ResourceVpcEndpoint, ResourceIDs: []string{"ep-1", "ep-2"}, ClientToken: "tok-8",
				Tags: []privatelink.Tag{{Key: "FinanceDept", Value: "Finance Joshua*~+/"}, {Key: "部门", Value: "研发"}},
			})
		}},
		"080-pl-untag-resources-form-body": {region: "cn-hangzhou", leftOut: "All", send: func(ctx context.Context, c *privatelink.Client) (any, error) {
			return c.UntagResources(ctx, privatelink.UntagResourcesRequest{
				ResourceType: privatelink.ResourceVpcEndpointService, ResourceIDs: []string{"epsrv-1"}, TagKeys: []string{"FinanceDept", "a b"},
			})
		}},
		"082-pl-list-tag-resources": {region: "cn-hangzhou", send: func(ctx context.Context, c *privatelink.Client) (any, error) {
			return c.ListTagResources(ctx, privatelink.ListTagResourcesRequest{
				ResourceType: privatelink.ResourceVpcEndpoint, ResourceIDs: []string{"ep-1"}, Tags: []privatelink.Tag{{Key: "env", Value: "prod"}},
			})
		}},
		"070-pl-enable-connection":        {region: "cn-hangzhou", send: input("070-pl-enable-connection")},
		"071-pl-disable-connection":       {region: "cn-hangzhou", send: input("071-pl-disable-connection")},
		"073-pl-create-service":           {region: "cn-hangzhou", send: input("073-pl-create-service")},
		"074-pl-get-service":              {region: "cn-hangzhou", send: input("074-pl-get-service")},
		"076-pl-attach-resource":          {region: "cn-hangzhou", send: input("076-pl-attach-resource")},
		"077-pl-add-user":                 {region: "cn-hangzhou", send: input("077-pl-add-user")},
		"083-pl-change-resource-group":    {region: "cn-hangzhou", send: input("083-pl-change-resource-group")},
		"085-pl-describe-zones":           {region: "cn-hangzhou", send: input("085-pl-describe-zones")},
		"086-pl-check-product-open":       {region: "cn-hangzhou", send: input("086-pl-check-product-open")},
		"pl-ezc-ok":                       {region: "cn-hangzhou", send: input("pl-ezc-ok"), leftOut: "DryRun"},
		"pl-ezc-err-busy":                 {region: "cn-hangzhou", send: input("pl-ezc-err-busy"), code: privatelink.CodeZoneStatusIncorrect},
		"pl-ler-err":                      {region: "cn-hangzhou", send: input("pl-ler-err"), code: privatelink.CodeServiceNotFound},
		"pl-les-all":                      {region: "cn-hangzhou", send: input("pl-les-all")},
		"pl-les-page":                     {region: "cn-hangzhou", send: input("pl-les-page")},
		"pl-uer-ok":                       {region: "cn-hangzhou", send: input("pl-uer-ok")},
		"pl-uer-err":                      {region: "cn-hangzhou", send: input("pl-uer-err"), code: privatelink.CodeServiceLocked},
		"pl-uzr-all":                      {region: "cn-hangzhou", send: input("pl-uzr-all"), leftOut: "DryRun"},
		"pl-xer-ok":                       {region: "cn-hangzhou", send: input("pl-xer-ok")},
		"pl-xes-err-dep":                  {region: "cn-hangzhou", send: input("pl-xes-err-dep"), leftOut: "DryRun", code: privatelink.CodeServiceConnectionDependence},
		"pl-xeu-id":                       {region: "cn-hangzhou", send: input("pl-xeu-id")},
		"pl-xzc-err-busy":                 {region: "cn-hangzhou", send: input("pl-xzc-err-busy"), code: privatelink.CodeConcurrentCallNotSupported},
		"088-pl-endpoint-fallback-region": {region: "xx-nowhere-9", send: input("088-pl-endpoint-fallback-region")},
		"092-pl-error-dry-run": {region: "cn-hangzhou", code: privatelink.CodeDryRunOperation, send: create(privatelink.CreateVpcEndpointRequest{
			VpcID: "vpc-1", ServiceID: "epsrv-1", DryRun: true,
		})},
		"094-pl-error-operation-denied": {region: "cn-hangzhou", code: privatelink.CodeEndpointOperationDenied, send: func(ctx context.Context, c *privatelink.Client) (any, error) {
			return c.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: "ep-1"})
		}},
		"095-pl-error-concurrent": {region: "cn-hangzhou", code: privatelink.CodeConcurrentCallNotSupported, send: addZone(privatelink.AddZoneToVpcEndpointRequest{
			EndpointID: "ep-1", ZoneID: "z", VSwitchID: "v",
		})},
	} {
		t.Run(name, func(t *testing.T) {
			v := vectors[name]
			r := wiretest.Answering(v.Answer())
			out, err := c.send(t.Context(), newClient(t, r, func(cfg *privatelink.Config) { cfg.Region = c.region }))
			got := r.Last(t)
			if host := v.Header().Get("Host"); got.Host != host {
				t.Errorf("host (-official +ours): -%s +%s", host, got.Host)
			}
			// A call of ours has a token even if the caller gives none.
			if !strings.Contains(v.RawQuery+v.Body, "ClientToken=") {
				got.Query, got.Body = without(t, got.Query, "ClientToken"), without(t, got.Body, "ClientToken")
			}
			v.RawQuery, v.Body = without(t, v.RawQuery, c.leftOut), without(t, v.Body, c.leftOut)
			v.Agree(t, got)
			if c.code != "" {
				if !errors.Is(err, c.code) {
					t.Errorf("got %v, want %s", err, c.code)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var sdk struct {
				Body map[string]any `json:"body"`
			}
			if err := json.Unmarshal(v.Decoded, &sdk); err != nil {
				t.Fatal(err)
			}
			if total, ok := sdk.Body["TotalCount"].(string); ok { // which some answers have as a text
				sdk.Body["TotalCount"], _ = strconv.ParseFloat(total, 64)
			}
			text, _ := json.Marshal(out)
			var ours map[string]any
			_ = json.Unmarshal(text, &ours)
			if d := cmp.Diff(unwrapped(sdk.Body), wiretest.Within(ours, unwrapped(sdk.Body))); d != "" {
				t.Errorf("answer (-official +ours):\n%s", d)
			}
		})
	}
}

// unwrapped returns a decoded answer whose lists are lists, and not groups that hold
// nothing but a list.
func unwrapped(value any) any {
	switch value := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, v := range value {
			out[name] = unwrapped(v)
			if list, ok := out[name].([]any); ok && len(value) == 1 {
				return list
			}
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, v := range value {
			out[i] = unwrapped(v)
		}
		return out
	}
	return value
}

// fill puts values into a request, or a part of one, by the names of its tags.
func fill(t *testing.T, v reflect.Value, values map[string]any) {
	for name, value := range values {
		found := false
		for i := range v.NumField() {
			tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("rpc"), ",")
			if tag != name {
				continue
			}
			found = true
			field := v.Field(i)
			list, _ := value.([]any)
			if len(list) > 0 && field.Type().Elem().Kind() == reflect.Struct {
				field.Set(reflect.MakeSlice(field.Type(), len(list), len(list)))
				for i, item := range list {
					fill(t, field.Index(i), item.(map[string]any))
				}
				continue
			}
			text, _ := json.Marshal(value)
			if err := json.Unmarshal(text, field.Addr().Interface()); err != nil {
				t.Fatal(name, err)
			}
		}
		if !found {
			t.Fatalf("%s has no field for %s", v.Type(), name)
		}
	}
}

// without returns the query without a parameter.
func without(t *testing.T, query, name string) string {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	q.Del(name)
	return q.Encode()
}
