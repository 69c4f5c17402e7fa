package privatelink_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
			if !strings.Contains(v.RawQuery, "ClientToken=") {
				got.Query = without(t, got.Query, "ClientToken")
			}
			v.RawQuery = without(t, v.RawQuery, c.leftOut)
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
			text, _ := json.Marshal(out)
			var ours map[string]any
			_ = json.Unmarshal(text, &ours)
			if d := cmp.Diff(sdk.Body, wiretest.Within(ours, sdk.Body)); d != "" {
				t.Errorf("answer (-official +ours):\n%s", d)
			}
		})
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
