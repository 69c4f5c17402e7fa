package privatelink_test

import (
	"context"
	"errors"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// TestEnsureFields goes through every parameter of what is ensured.
func TestEnsureFields(t *testing.T) {
	type request = privatelink.CreateVpcEndpointRequest
	nothing := func(*request) {}
	zones := func(zones ...privatelink.Zone) func(*request) { return func(in *request) { in.Zones = zones } }
	at := func(ip, ipv6 string) func(*request) {
		return zones(privatelink.Zone{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID, IP: ip, Ipv6Address: ipv6})
	}
	dual := func(ipv6 string) func(*request) {
		return func(in *request) {
			at("", ipv6)(in)
			in.AddressIPVersion = privatelink.AddressIPVersionDualStack
		}
	}
	const isKey = "it is where the key is looked for"
	ensuretest.Fields(t, createRequest, map[string]ensuretest.Field[request]{
		"RegionID":                  {Why: isKey},
		"ClientToken":               {Why: "Ensure makes it"},
		"DryRun":                    {Why: "Ensure does not take it"},
		"EndpointName":              {Drift: "EndpointName", Unset: nothing, Changed: func(in *request) { in.EndpointName = "aa" }, Other: func(in *request) { in.EndpointName = "bb" }, Any: true},
		"EndpointType":              {Drift: "EndpointType", Unset: nothing, Default: func(in *request) { in.EndpointType = "Interface" }},
		"ZonePrivateIPAddressCount": {Drift: "ZonePrivateIpAddressCount", Unset: nothing, Default: func(in *request) { in.ZonePrivateIPAddressCount = 1 }},
		"EndpointDescription":       {Drift: "EndpointDescription", Unset: nothing, Changed: func(in *request) { in.EndpointDescription = "this" }, Other: func(in *request) { in.EndpointDescription = "that" }, Any: true},
		"VpcID":                     {Why: isKey},
		"ServiceID":                 {Drift: "ServiceId", Changed: func(in *request) { in.ServiceID = privatelinktest.ServiceID }, Other: func(in *request) { in.ServiceID = "epsrv-2" }},
		"ServiceName": {Drift: "ServiceName", Changed: func(in *request) { in.ServiceID, in.ServiceName = "", privatelinktest.ServiceName },
			Other: func(in *request) { in.ServiceID, in.ServiceName = "", "com.aliyuncs.privatelink.cn-hangzhou.epsrv-2" }},
		"Zones":             {Drift: "Zone.1", Unset: nothing, Changed: at("", ""), Any: true},
		"Zones.ZoneID":      {Drift: "Zone.1", Changed: at("", ""), Other: zones(privatelink.Zone{ZoneID: "cn-hangzhou-k", VSwitchID: "vsw-2"})},
		"Zones.VSwitchID":   {Drift: "Zone.1", Unset: zones(privatelink.Zone{ZoneID: privatelinktest.ZoneID}), Changed: at("", ""), Any: true},
		"Zones.IP":          {Drift: "Zone.1.ip", Unset: at("", ""), Changed: at("10.0.0.7", ""), Other: at("10.0.0.8", ""), Any: true},
		"Zones.Ipv6Address": {Drift: "Zone.1.Ipv6Address", Unset: dual(""), Changed: dual("fd00::7"), Other: dual("fd00::8"), Any: true},
		"SecurityGroupIDs":  {Drift: "SecurityGroupId", Changed: nothing, Other: func(in *request) { in.SecurityGroupIDs = []string{"sg-2", privatelinktest.SecurityGroupID} }},
		"ProtectedEnabled":  {Drift: "ProtectedEnabled", Unset: nothing, Changed: func(in *request) { in.ProtectedEnabled = true }},
		"Tags":              {Drift: "Tag.1.Value", Unset: nothing, Default: func(in *request) { in.Tags = []privatelink.Tag{} }, Changed: func(in *request) { in.Tags = []privatelink.Tag{{Key: "k", Value: "v"}} }, Any: true},
		"Tags.Key":          {Why: "a tag of another key is another tag"},
		"Tags.Value": {Drift: "Tag.1.Value", Unset: func(in *request) { in.Tags = []privatelink.Tag{{Key: "k"}} }, Changed: func(in *request) { in.Tags = []privatelink.Tag{{Key: "k", Value: "v"}} },
			Other: func(in *request) { in.Tags = []privatelink.Tag{{Key: "k", Value: "w"}} }},
		"ResourceGroupID":      {Drift: "ResourceGroupId", Unset: nothing, Changed: func(in *request) { in.ResourceGroupID = "rg-1" }, Other: func(in *request) { in.ResourceGroupID = "rg-2" }, Any: true},
		"AddressIPVersion":     {Drift: "AddressIpVersion", Unset: nothing, Default: func(in *request) { in.AddressIPVersion = privatelink.AddressIPVersionIPv4 }, Changed: func(in *request) { in.AddressIPVersion = privatelink.AddressIPVersionDualStack }},
		"ServiceRegionID":      {Drift: "ServiceRegionId", Unset: nothing, Default: func(in *request) { in.ServiceRegionID = privatelinktest.Region }, Changed: func(in *request) { in.ServiceRegionID = "cn-beijing" }},
		"CrossRegionBandwidth": {Drift: "CrossRegionBandwidth", Unset: nothing, Changed: func(in *request) { in.CrossRegionBandwidth = 200 }, Other: func(in *request) { in.CrossRegionBandwidth = 300 }, Any: true},
		"PolicyDocument":       {Drift: "PolicyDocument", Unset: nothing, Changed: func(in *request) { in.PolicyDocument = `{"Version":"1"}` }, Other: func(in *request) { in.PolicyDocument = `{"Version":"2"}` }, Any: true},
		"ZoneAffinityEnabled":  {Drift: "ZoneAffinityEnabled", Unset: nothing, Changed: func(in *request) { in.ZoneAffinityEnabled = true }},
	}, func(*testing.T) func(context.Context, request) ([]ensuretest.Difference, error) {
		srv := privatelinktest.NewServer()
		srv.AddService("epsrv-2")
		srv.AddSecurityGroup("sg-2")
		srv.AddNetwork(privatelinktest.VpcID, "vsw-2", "cn-hangzhou-k")
		return func(ctx context.Context, in request) (all []ensuretest.Difference, _ error) {
			_, err := srv.Client().EnsureVpcEndpoint(ctx, "k", in)
			drift, ok := errors.AsType[*privatelink.DriftError](err)
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
