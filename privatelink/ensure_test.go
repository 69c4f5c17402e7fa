package privatelink_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// withZone returns a request for an endpoint with one zone.
func withZone() privatelink.CreateVpcEndpointRequest {
	in := createRequest
	in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}}
	return in
}

// keyToken returns the token of a generation of a key.
func keyToken(key, generation string) string {
	return privatelink.IdempotencyToken(privatelinktest.Region, privatelinktest.VpcID, privatelinktest.ServiceID, key, generation)
}

// asEnsured returns the request that EnsureVpcEndpoint sends for a key.
func asEnsured(key, generation string) privatelink.CreateVpcEndpointRequest {
	in := createRequest
	in.ClientToken, in.Tags = keyToken(key, generation), marks(key)
	return in
}

// marks returns the tags of what EnsureVpcEndpoint creates for a key.
func marks(key string) []privatelink.Tag {
	token := privatelink.IdempotencyToken(privatelinktest.Region, privatelinktest.VpcID, key)
	return []privatelink.Tag{{Key: "accesspoint-key", Value: key}, {Key: "accesspoint-token", Value: token}}
}

// calls counts what was asked of srv since the call before.
func calls(srv *privatelinktest.Server, before int) map[string]int {
	n := map[string]int{}
	for _, operation := range srv.Calls()[before:] {
		n[operation]++
	}
	return n
}

// standing returns the endpoints of srv, the oldest first.
func standing(t *testing.T, srv *privatelinktest.Server) (ids []string) {
	t.Helper()
	for ep, err := range srv.Client().VpcEndpoints(t.Context(), privatelink.ListVpcEndpointsRequest{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, ep.EndpointID)
	}
	return ids
}

// through returns a client of srv whose requests pass through f.
func through(t *testing.T, srv *privatelinktest.Server, f func(http.RoundTripper, *http.Request) (*http.Response, error)) *privatelink.Client {
	t.Helper()
	cfg := srv.Config()
	inner := cfg.HTTPClient.Transport
	cfg.HTTPClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) { return f(inner, r) })
	client, err := privatelink.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestEnsure creates an endpoint, finds it again, and takes it away.
func TestEnsure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(40*time.Second), privatelinktest.GoneAfter(20*time.Second))
		client, start := srv.Client(), time.Now()
		in := withZone()
		in.EndpointName, in.Tags = "cluster", []privatelink.Tag{{Key: "team", Value: "a"}}
		in.ClientToken = keyToken("c-1", "0")
		ep, err := client.EnsureVpcEndpoint(t.Context(), "c-1", in)
		if err != nil || ep.EndpointStatus != "Active" || ep.ConnectionStatus != "Connected" || ep.EndpointName != "cluster" {
			t.Fatalf("got %+v, %v", ep, err)
		}
		if d := cmp.Diff(append([]privatelink.Tag{{Key: "team", Value: "a"}}, marks("c-1")...), ep.Tags); d != "" {
			t.Errorf("tags (-want +got):\n%s", d)
		}
		if took := time.Since(start); took < 40*time.Second || took > time.Minute {
			t.Errorf("took %v", took)
		}
		if n := calls(srv, 0); n["CreateVpcEndpoint"] != 1 || n["ListVpcEndpoints"] != 2 || n["ListVpcEndpointZones"] != 1 {
			t.Errorf("asked %v, want one creation, a look before and after it, and some polls", n)
		}
		if len(in.Tags) != 1 {
			t.Errorf("the request of the caller has become %+v", in)
		}

		n, start := len(srv.Calls()), time.Now()
		again, err := client.EnsureVpcEndpoint(t.Context(), "c-1", in)
		if d := cmp.Diff(ep, again); d != "" || err != nil || time.Since(start) != 0 {
			t.Errorf("found again after %v: %v (-first +again):\n%s", time.Since(start), err, d)
		}
		if d := cmp.Diff(map[string]int{"ListVpcEndpoints": 1, "GetVpcEndpointAttribute": 1, "ListVpcEndpointZones": 1, "ListVpcEndpointSecurityGroups": 1}, calls(srv, n)); d != "" {
			t.Errorf("to find it again (-want +got):\n%s", d)
		}
		in.Zones, in.SecurityGroupIDs, n = nil, nil, len(srv.Calls())
		if _, err := client.EnsureVpcEndpoint(t.Context(), "c-1", in); err != nil {
			t.Error(err)
		}
		if d := cmp.Diff(map[string]int{"ListVpcEndpoints": 1, "GetVpcEndpointAttribute": 1}, calls(srv, n)); d != "" {
			t.Errorf("without zones (-want +got):\n%s", d)
		}

		for _, other := range [][2]string{{privatelinktest.VpcID, "c-2"}, {"vpc-2", "c-1"}} {
			n, start = len(srv.Calls()), time.Now()
			if err := client.EnsureVpcEndpointAbsent(t.Context(), other[0], other[1]); err != nil || time.Since(start) != 10*time.Second {
				t.Errorf("%v, after %v: %v", other, time.Since(start), err)
			}
			if d := cmp.Diff(map[string]int{"ListVpcEndpoints": 2}, calls(srv, n)); d != "" {
				t.Errorf("%v (-want +got):\n%s", other, d)
			}
		}
		for _, code := range []privatelink.Code{privatelink.CodeEndpointLocked, privatelink.CodeEndpointConnectionOperationDenied} {
			srv.Fail("RemoveZoneFromVpcEndpoint", privatelink.APIError{StatusCode: 400, Code: code})
		}
		for _, code := range []privatelink.Code{privatelink.CodeConcurrentCallNotSupported, privatelink.CodeEndpointOperationDenied} {
			srv.Fail("DeleteVpcEndpoint", privatelink.APIError{StatusCode: 400, Code: code})
		}
		n = len(srv.Calls())
		if err := client.EnsureVpcEndpointAbsent(t.Context(), privatelinktest.VpcID, "c-1"); err != nil {
			t.Errorf("absent: %v", err)
		}
		if n := calls(srv, n); n["RemoveZoneFromVpcEndpoint"] != 3 || n["DeleteVpcEndpoint"] != 3 {
			t.Errorf("asked %v", n)
		}
		if left := standing(t, srv); left != nil {
			t.Errorf("%v are left", left)
		}
	})
}

// TestEnsureRefuses names what is wrong, and sends nothing.
func TestEnsureRefuses(t *testing.T) {
	srv := privatelinktest.NewServer()
	client := srv.Client()
	unchecked, err := client.With(func(c *privatelink.Config) { c.SkipValidation = true })
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(*privatelink.CreateVpcEndpointRequest)) privatelink.CreateVpcEndpointRequest {
		in := createRequest
		change(&in)
		return in
	}
	reserved := changed(func(in *privatelink.CreateVpcEndpointRequest) {
		in.Tags = []privatelink.Tag{{Key: "team", Value: "a"}, {Key: "accesspoint-key", Value: "k"}}
	})
	for name, c := range map[string]struct {
		key    string
		in     privatelink.CreateVpcEndpointRequest
		client *privatelink.Client
		want   string
	}{
		"no key":         {"", createRequest, client, "key is required"},
		"a long key":     {strings.Repeat("k", 129), createRequest, client, "key must have 1 to 128 characters"},
		"an umlaut":      {"kü", createRequest, client, "key must have only printable ASCII characters"},
		"without checks": {"k\n", createRequest, unchecked, "key must have only printable ASCII characters"},
		"no tag value":   {"http://k", createRequest, client, "Tag.1.Value must not contain http:// or https://"},
		"a reserved tag": {"k", reserved, client, "Tag.2.Key is reserved"},
		"unchecked":      {"k", reserved, unchecked, "Tag.2.Key is reserved"},
		"20 tags": {"k", changed(func(in *privatelink.CreateVpcEndpointRequest) {
			for i := range 20 {
				in.Tags = append(in.Tags, privatelink.Tag{Key: strings.Repeat("k", i+1)})
			}
		}), client, "Tag must have at most 20 items"},
		"no VPC":          {"k", changed(func(in *privatelink.CreateVpcEndpointRequest) { in.VpcID = "" }), client, "VpcId is required"},
		"a foreign token": {"k", changed(func(in *privatelink.CreateVpcEndpointRequest) { in.ClientToken = keyToken("l", "0") }), client, "ClientToken must be that of the key, or not set"},
		"a later token":   {"k", changed(func(in *privatelink.CreateVpcEndpointRequest) { in.ClientToken = keyToken("k", "1") }), client, "ClientToken must be that of the key, or not set"},
		"a dry run":       {"k", changed(func(in *privatelink.CreateVpcEndpointRequest) { in.DryRun = true }), unchecked, "DryRun must not be set"},
		"another region":  {"k", changed(func(in *privatelink.CreateVpcEndpointRequest) { in.RegionID = "cn-beijing" }), client, "RegionId must be that of the client, or not set"},
		"no client":       {"k", createRequest, nil, "nil Client"},
	} {
		_, err := c.client.EnsureVpcEndpoint(t.Context(), c.key, c.in)
		if err == nil || !strings.Contains(err.Error(), c.want) || c.client != nil && !errors.Is(err, privatelink.ErrInvalidRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for want, args := range map[string][2]string{"key is required": {privatelinktest.VpcID, ""}, "VpcId is required": {"", "k"}} {
		if err := client.EnsureVpcEndpointAbsent(t.Context(), args[0], args[1]); !errors.Is(err, privatelink.ErrInvalidRequest) || !strings.Contains(err.Error(), want) {
			t.Errorf("absent, %s: %v", want, err)
		}
	}
	if err := (*privatelink.Client)(nil).EnsureVpcEndpointAbsent(t.Context(), privatelinktest.VpcID, "k"); err == nil {
		t.Error("a nil Client makes absent")
	}
	if n := srv.Calls(); n != nil {
		t.Errorf("sent %v", n)
	}
	// What the service refuses for good is not waited out.
	in := createRequest
	in.VpcID = "vpc-none"
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if _, err := privatelinktest.NewServer().Client().EnsureVpcEndpoint(t.Context(), "k", in); !errors.Is(err, privatelink.CodeVpcNotFound) || time.Since(start) != 0 {
			t.Errorf("no VPC: %v after %v", err, time.Since(start))
		}
	})
}

// TestEnsureDrift compares what is found with what is asked.
func TestEnsureDrift(t *testing.T) {
	type drifts = []privatelink.Drift
	for name, c := range map[string]struct {
		change func(*privatelink.CreateVpcEndpointRequest) // of what is asked the second time
		want   drifts
	}{
		"nothing": {func(in *privatelink.CreateVpcEndpointRequest) {}, nil},
		"any": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.EndpointName, in.EndpointDescription, in.EndpointType, in.ResourceGroupID, in.PolicyDocument = "", "", "", "", ""
			in.CrossRegionBandwidth, in.ZonePrivateIPAddressCount = 0, 0
		}, nil},
		"defaults": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.ServiceRegionID, in.AddressIPVersion, in.ZoneAffinityEnabled, in.ProtectedEnabled, in.Zones = "", "", false, false, nil
		}, drifts{
			{Field: "ProtectedEnabled", Wanted: "false", Found: "true"},
			{Field: "AddressIpVersion", Wanted: "IPv4", Found: "DualStack"},
			{Field: "ServiceRegionId", Wanted: privatelinktest.Region, Found: "cn-beijing"},
			{Field: "ZoneAffinityEnabled", Wanted: "false", Found: "true"},
		}},
		"service by name": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.ServiceID, in.ServiceName = "", privatelinktest.ServiceName
		}, nil},
		"another service": {func(in *privatelink.CreateVpcEndpointRequest) { in.ServiceID = "epsrv-2" },
			drifts{{Field: "ServiceId", Wanted: "epsrv-2", Found: privatelinktest.ServiceID}}},
		"another by name": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.ServiceID, in.ServiceName = "", "com.aliyuncs.privatelink.cn-hangzhou.epsrv-2"
		}, drifts{{Field: "ServiceName", Wanted: "com.aliyuncs.privatelink.cn-hangzhou.epsrv-2", Found: privatelinktest.ServiceName}}},
		"texts": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.EndpointName, in.EndpointDescription, in.ResourceGroupID = "bb", "another", "rg-2"
		}, drifts{
			{Field: "EndpointName", Wanted: "bb", Found: "aa"},
			{Field: "EndpointDescription", Wanted: "another", Found: "about it"},
			{Field: "ResourceGroupId", Wanted: "rg-2", Found: "rg-1"},
		}},
		"type":      {func(in *privatelink.CreateVpcEndpointRequest) { in.EndpointType = "Reverse" }, drifts{{Field: "EndpointType", Wanted: "Reverse", Found: "Interface"}}},
		"bandwidth": {func(in *privatelink.CreateVpcEndpointRequest) { in.CrossRegionBandwidth = 300 }, drifts{{Field: "CrossRegionBandwidth", Wanted: "300", Found: "200"}}},
		"policy, spaced": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.PolicyDocument = "{ \"Version\": \"1\",\n\"A\":[\"x\"]}"
		}, nil},
		"policy, no list": {func(in *privatelink.CreateVpcEndpointRequest) { in.PolicyDocument = `{"Version":"1","A":"x"}` }, nil},
		"policy":          {func(in *privatelink.CreateVpcEndpointRequest) { in.PolicyDocument = `{"A":[]}` }, drifts{{Field: "PolicyDocument", Wanted: `{"A":[]}`, Found: `{"A":["x"],"Version":"1"}`}}},
		"fewer tags":      {func(in *privatelink.CreateVpcEndpointRequest) { in.Tags = in.Tags[:1] }, nil},
		"tags": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.Tags = []privatelink.Tag{{Key: "l", Value: "c"}, {Key: "m", Value: "d"}}
		}, drifts{{Field: "Tag.1.Value", Wanted: "c", Found: "b"}, {Field: "Tag.2.Value", Wanted: "d", Found: ""}}},
		"any security groups": {func(in *privatelink.CreateVpcEndpointRequest) { in.SecurityGroupIDs = nil }, nil},
		"security groups": {func(in *privatelink.CreateVpcEndpointRequest) { in.SecurityGroupIDs = []string{"sg-2", "sg-3"} }, drifts{
			{Field: "SecurityGroupId.1", Wanted: "sg-2"}, {Field: "SecurityGroupId.2", Wanted: "sg-3"}, {Field: "SecurityGroupId", Found: privatelinktest.SecurityGroupID},
		}},
		"an empty tag": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.Tags = []privatelink.Tag{{Key: "k", Value: "a"}, {Key: "m"}}
		},
			drifts{{Field: "Tag.2.Key", Wanted: "m"}}},
		"fewer zones":     {func(in *privatelink.CreateVpcEndpointRequest) { in.Zones = in.Zones[:1] }, nil},
		"zone by vSwitch": {func(in *privatelink.CreateVpcEndpointRequest) { in.Zones = []privatelink.Zone{{VSwitchID: "vsw-2"}} }, nil},
		"another zone": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID}, {ZoneID: "cn-hangzhou-h", VSwitchID: "vsw-3"}}
		}, drifts{{Field: "Zone.2.ZoneId", Wanted: "cn-hangzhou-h", Found: ""}, {Field: "Zone.2.VSwitchId", Wanted: "vsw-3", Found: ""}}},
		"another place": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: "vsw-3", IP: "10.0.0.2", Ipv6Address: "fd00:0::2"}}
		}, drifts{
			{Field: "Zone.1.VSwitchId", Wanted: "vsw-3", Found: privatelinktest.VSwitchID},
			{Field: "Zone.1.ip", Wanted: "10.0.0.2", Found: "10.0.0.1"},
			{Field: "Zone.1.Ipv6Address", Wanted: "fd00::2", Found: "fd00::1"},
		}},
		"address written otherwise": {func(in *privatelink.CreateVpcEndpointRequest) { in.Zones[0].Ipv6Address = "FD00:0:0::1" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := privatelinktest.NewServer()
				srv.AddService("epsrv-2")
				srv.AddNetwork(privatelinktest.VpcID, "vsw-2", "cn-hangzhou-k")
				client, in := srv.Client(), createRequest
				in.EndpointName, in.EndpointDescription, in.EndpointType, in.ResourceGroupID = "aa", "about it", "Interface", "rg-1"
				in.ServiceRegionID, in.CrossRegionBandwidth, in.AddressIPVersion = "cn-beijing", 200, "DualStack"
				in.ProtectedEnabled, in.ZoneAffinityEnabled, in.ZonePrivateIPAddressCount = true, true, 1
				in.PolicyDocument = `{"A":["x"],"Version":"1"}`
				in.Zones = []privatelink.Zone{
					{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID, IP: "10.0.0.1", Ipv6Address: "fd00::1"}, {ZoneID: "cn-hangzhou-k", VSwitchID: "vsw-2"},
				}
				in.Tags = []privatelink.Tag{{Key: "k", Value: "a"}, {Key: "l", Value: "b"}}
				first, err := client.EnsureVpcEndpoint(t.Context(), "k", in)
				if err != nil {
					t.Fatal(err)
				}
				n := len(srv.Calls())
				in.Tags, in.Zones = slices.Clone(in.Tags), slices.Clone(in.Zones)
				c.change(&in)
				ep, err := client.EnsureVpcEndpoint(t.Context(), "k", in)
				var got drifts
				if drift, ok := errors.AsType[*privatelink.DriftError](err); ok {
					got = drift.Fields
					if drift.Operation != "EnsureVpcEndpoint" || drift.Key != "k" || drift.ResourceID != ep.EndpointID || !strings.Contains(err.Error(), got[0].Field+" is ") {
						t.Errorf("%+v: %v", ep, err)
					}
				} else if err != nil {
					t.Error(err)
				}
				if d := cmp.Diff(c.want, got); d != "" || ep.EndpointID != first.EndpointID {
					t.Errorf("%+v (-want +got):\n%s", ep, d)
				}
				for operation := range calls(srv, n) {
					if !strings.HasPrefix(operation, "List") && !strings.HasPrefix(operation, "Get") {
						t.Errorf("asked for %s", operation)
					}
				}
			})
		})
	}
}

// TestEnsureZones waits for zones that do not show yet. One that is being removed
// is not there.
func TestEnsureZones(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.AnySignature(), privatelinktest.GoneAfter(time.Hour)) // requests are changed on their way
		bare, err := srv.Client().CreateVpcEndpoint(t.Context(), createRequest)
		if err != nil {
			t.Fatal(err)
		}
		shown := time.Now().Add(15 * time.Second)
		client := through(t, srv, func(inner http.RoundTripper, r *http.Request) (*http.Response, error) {
			if q := r.URL.Query(); r.Header.Get("X-Acs-Action") == "ListVpcEndpointZones" && time.Now().Before(shown) {
				q.Set("EndpointId", bare.EndpointID)
				r.URL.RawQuery = q.Encode()
			}
			return inner.RoundTrip(r)
		})
		srv.Fail("ListVpcEndpointZones", privatelink.APIError{StatusCode: 400, Code: privatelink.CodeEndpointNotFound})
		ep, err := client.EnsureVpcEndpoint(t.Context(), "k", withZone())
		if err != nil || time.Now().Before(shown) {
			t.Errorf("got %+v, %v", ep, err)
		}
		in := privatelink.RemoveZoneFromVpcEndpointRequest{EndpointID: ep.EndpointID, ZoneID: privatelinktest.ZoneID}
		if _, err := client.RemoveZoneFromVpcEndpoint(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		_, err = client.EnsureVpcEndpoint(t.Context(), "k", withZone())
		if drift, ok := errors.AsType[*privatelink.DriftError](err); !ok || drift.Fields[0].Field != "Zone.1.ZoneId" {
			t.Errorf("got %v", err)
		}
	})
}

// TestEnsureGenerations ensures a key whose token has nothing more to give.
func TestEnsureGenerations(t *testing.T) {
	remove := func(t *testing.T, srv *privatelinktest.Server, id string) {
		t.Helper()
		if _, err := srv.Client().DeleteVpcEndpoint(t.Context(), privatelink.DeleteVpcEndpointRequest{EndpointID: id}); err != nil {
			t.Fatal(err)
		}
	}
	createAs := func(t *testing.T, srv *privatelinktest.Server, in privatelink.CreateVpcEndpointRequest) string {
		t.Helper()
		out, err := srv.Client().CreateVpcEndpoint(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		return out.EndpointID
	}
	other := func(generation string) privatelink.CreateVpcEndpointRequest {
		in := asEnsured("k", generation)
		in.EndpointName = "other"
		return in
	}
	for name, c := range map[string]struct {
		gone    time.Duration // how long an endpoint takes to go
		prepare func(*testing.T, *privatelinktest.Server)
		creates int
		took    time.Duration // at most
		want    string        // endpoint
	}{
		"just deleted": {0, func(t *testing.T, srv *privatelinktest.Server) {
			remove(t, srv, createAs(t, srv, asEnsured("k", "0")))
		}, 2, 40 * time.Second, "ep-0000000000000002"},
		"being deleted": {time.Hour, func(t *testing.T, srv *privatelinktest.Server) {
			remove(t, srv, createAs(t, srv, asEnsured("k", "0")))
		}, 2, 40 * time.Second, "ep-0000000000000002"},
		"deleted five times today": {0, func(t *testing.T, srv *privatelinktest.Server) {
			for i := range 5 {
				remove(t, srv, createAs(t, srv, asEnsured("k", string(rune('0'+i)))))
			}
			<-time.After(time.Hour)
		}, 6, 40 * time.Second, "ep-0000000000000006"}, // they cost a request, but no time each
		"deleted yesterday": {0, func(t *testing.T, srv *privatelinktest.Server) {
			remove(t, srv, createAs(t, srv, asEnsured("k", "0")))
			<-time.After(24 * time.Hour)
		}, 1, 10 * time.Second, "ep-0000000000000002"},
		"created with other parameters and deleted": {0, func(t *testing.T, srv *privatelinktest.Server) {
			remove(t, srv, createAs(t, srv, other("0")))
			remove(t, srv, createAs(t, srv, other("1")))
		}, 3, 40 * time.Second, "ep-0000000000000003"},
		"creations failed": {0, func(_ *testing.T, srv *privatelinktest.Server) {
			for range 20 {
				srv.Fail("CreateVpcEndpoint", privatelink.APIError{StatusCode: 400, Code: privatelink.CodeIdempotentFailed})
			}
		}, 21, 70 * time.Second, "ep-0000000000000001"},
		"the first call is still running": {0, func(_ *testing.T, srv *privatelinktest.Server) {
			for range 3 {
				srv.Fail("CreateVpcEndpoint", privatelink.APIError{StatusCode: 400, Code: privatelink.CodeIdempotentProcessing})
			}
		}, 4, 20 * time.Second, "ep-0000000000000001"},
		"busy": {0, func(_ *testing.T, srv *privatelinktest.Server) {
			srv.Fail("CreateVpcEndpoint", privatelink.APIError{StatusCode: 400, Code: privatelink.CodeConcurrentCallNotSupported})
			srv.Fail("CreateVpcEndpoint", privatelink.APIError{StatusCode: 400, Code: privatelink.CodeGenerateResourceIDFailed})
		}, 3, 20 * time.Second, "ep-0000000000000001"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := privatelinktest.NewServer(privatelinktest.GoneAfter(c.gone))
				c.prepare(t, srv)
				n, start := len(srv.Calls()), time.Now()
				ep, err := srv.Client().EnsureVpcEndpoint(t.Context(), "k", createRequest)
				if err != nil || ep.EndpointID != c.want {
					t.Errorf("got %+v, %v", ep, err)
				}
				if got := calls(srv, n)["CreateVpcEndpoint"]; got != c.creates || time.Since(start) > c.took {
					t.Errorf("%d creations, %v", got, time.Since(start))
				}
			})
		})
	}
}

// TestEnsureLooks while lists do not show yet what others have created, and have
// not forgotten yet what is gone. Two endpoints of one key are reported: those that
// stand when it looks, and one that it creates itself since the service has
// forgotten the tokens before it. It creates none beside one that stands, and a
// stale list makes none.
func TestEnsureLooks(t *testing.T) {
	type made struct {
		generation, name string
		after            time.Duration // of the call
	}
	one, two := "ep-0000000000000001", "ep-0000000000000002"
	const lost = privatelinktest.ResponseLost
	for name, c := range map[string]struct {
		made    []made        // by others; what they do not wait for, a minute apart
		hidden  time.Duration // lists do not show what the others have created for so long
		gone    bool          // the first is, but lists do not know
		lost    int           // attempts of the creation whose answers are lost
		failed  int           // creations that end with CodeIdempotentFailed
		want    []string      // the endpoint, or those of a DuplicateError
		drifted bool
	}{
		"two stand":                  {made: []made{{generation: "0"}, {generation: "1"}}, want: []string{one, two}},
		"one is its own":             {made: []made{{generation: "1"}}, hidden: 5 * time.Second, want: []string{one, two}},
		"one is its own, and late":   {made: []made{{generation: "1"}}, hidden: 9 * time.Second, lost: 4, want: []string{one, two}},
		"the other was first":        {made: []made{{generation: "0", name: "mine"}}, want: []string{one}},
		"the other does not show":    {made: []made{{generation: "0", name: "mine"}}, hidden: 5 * time.Second, want: []string{one}},
		"one is gone":                {made: []made{{generation: "0"}, {generation: "1", name: "mine"}}, gone: true, want: []string{two}},
		"with other parameters":      {made: []made{{generation: "0"}}, hidden: 9 * time.Second, want: []string{one}, drifted: true},
		"another goes on before":     {made: []made{{generation: "1", after: 9 * time.Second}}, hidden: 17 * time.Second, failed: 1, want: []string{one}, drifted: true},
		"left by a failed creation":  {made: []made{{generation: "0", name: "mine"}}, hidden: 9 * time.Second, failed: 1, want: []string{one}},
		"nothing left by such a one": {failed: 1, want: []string{one}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := privatelinktest.NewServer(privatelinktest.AnySignature()) // requests are changed on their way
				create := func(m made) {
					<-time.After(m.after + 1)
					in := asEnsured("k", m.generation)
					in.EndpointName = m.name
					if _, err := srv.Client().CreateVpcEndpoint(t.Context(), in); err != nil {
						t.Error(err)
					}
				}
				for _, m := range c.made {
					if m.after > 0 {
						go create(m)
						continue
					}
					create(m)
					<-time.After(time.Minute)
				}
				if c.gone {
					if _, err := srv.Client().DeleteVpcEndpoint(t.Context(), privatelink.DeleteVpcEndpointRequest{EndpointID: one}); err != nil {
						t.Fatal(err)
					}
					srv.Disturb(privatelinktest.Disturbance{Lag: 10 * time.Second})
				}
				for range c.failed {
					srv.Fail("CreateVpcEndpoint", privatelink.APIError{StatusCode: 400, Code: privatelink.CodeIdempotentFailed})
				}
				srv.Inject("CreateVpcEndpoint", slices.Repeat([]privatelinktest.Fault{lost}, c.lost)...)
				start, n := time.Now(), len(srv.Calls())
				client := through(t, srv, func(inner http.RoundTripper, r *http.Request) (*http.Response, error) {
					if q := r.URL.Query(); r.Header.Get("X-Acs-Action") == "ListVpcEndpoints" && time.Since(start) < c.hidden {
						q.Set("EndpointName", "mine")
						if len(c.made) > 0 && c.made[0].name == "mine" {
							q.Set("EndpointName", "nothing")
						}
						r.URL.RawQuery = q.Encode()
					}
					return inner.RoundTrip(r)
				})
				in := createRequest
				in.EndpointName = "mine"
				ep, err := client.EnsureVpcEndpoint(t.Context(), "k", in)
				found := []string{ep.EndpointID}
				if duplicate, ok := errors.AsType[*privatelink.DuplicateError](err); ok {
					if found, err = duplicate.IDs, nil; duplicate.Operation != "EnsureVpcEndpoint" || duplicate.Key != "k" {
						t.Errorf("got %+v", duplicate)
					}
				}
				_, drifted := errors.AsType[*privatelink.DriftError](err)
				if d := cmp.Diff(c.want, found); d != "" || drifted != c.drifted || !drifted && err != nil {
					t.Errorf("%v (-want +got):\n%s", err, d)
				}
				srv.Disturb(privatelinktest.Disturbance{})
				if d := cmp.Diff(c.want, standing(t, srv)); d != "" {
					t.Errorf("after %v: %v (-want +standing):\n%s", calls(srv, n), err, d)
				}
			})
		})
	}
}

// TestEnsureForgets an unknown outcome when it has found what came of it.
func TestEnsureForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer()
		srv.Inject("CreateVpcEndpoint", slices.Repeat([]privatelinktest.Fault{privatelinktest.ResponseLost}, 4)...)
		srv.Fail("ListVpcEndpointZones", privatelink.APIError{StatusCode: 403, Code: privatelink.CodeForbidden})
		_, err := srv.Client().EnsureVpcEndpoint(t.Context(), "k", withZone())
		if !errors.Is(err, privatelink.ErrAccessDenied) || errors.Is(err, privatelink.ErrOutcomeUnknown) {
			t.Errorf("got %v", err)
		}
	})
}

// TestEnsureUnreachable waits out that no connection is made for a creation.
func TestEnsureUnreachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, start := privatelinktest.NewServer(), time.Now()
		client := through(t, srv, func(inner http.RoundTripper, r *http.Request) (*http.Response, error) {
			if r.Header.Get("X-Acs-Action") == "CreateVpcEndpoint" && time.Since(start) < time.Minute {
				return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
			}
			return inner.RoundTrip(r)
		})
		if ep, err := client.EnsureVpcEndpoint(t.Context(), "k", createRequest); err != nil || ep.EndpointStatus != "Active" {
			t.Errorf("got %+v, %v", ep, err)
		}
	})
}

// TestEnsureKeepsToItsOwn has a service that knows no filter. What carries another
// key, or the same in another VPC, is neither found nor deleted.
func TestEnsureKeepsToItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.AnySignature()) // requests are changed on their way
		srv.AddNetwork("vpc-2", "vsw-2", "cn-hangzhou-k")
		elsewhere := asEnsured("k", "0")
		elsewhere.VpcID, elsewhere.ClientToken = "vpc-2", ""
		untagged := createRequest
		untagged.EndpointName = "untagged"
		for _, in := range []privatelink.CreateVpcEndpointRequest{asEnsured("l", "0"), elsewhere, untagged} {
			if _, err := srv.Client().CreateVpcEndpoint(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		others := standing(t, srv)
		client := through(t, srv, func(inner http.RoundTripper, r *http.Request) (*http.Response, error) {
			if q := r.URL.Query(); r.Header.Get("X-Acs-Action") == "ListVpcEndpoints" {
				if q.Get("VpcId") != privatelinktest.VpcID || q.Get("Tag.1.Key") != "accesspoint-key" || q.Get("Tag.1.Value") != "k" {
					t.Errorf("asked for %v", q)
				}
				for _, name := range []string{"VpcId", "Tag.1.Key", "Tag.1.Value"} {
					q.Del(name)
				}
				r.URL.RawQuery = q.Encode()
			}
			return inner.RoundTrip(r)
		})
		if err := client.EnsureVpcEndpointAbsent(t.Context(), privatelinktest.VpcID, "k"); err != nil {
			t.Error(err)
		}
		ep, err := client.EnsureVpcEndpoint(t.Context(), "k", createRequest)
		if err != nil || slices.Contains(others, ep.EndpointID) {
			t.Errorf("got %+v, %v", ep, err)
		}
		if err := client.EnsureVpcEndpointAbsent(t.Context(), privatelinktest.VpcID, "k"); err != nil {
			t.Error(err)
		}
		if d := cmp.Diff(others, standing(t, srv)); d != "" {
			t.Errorf("left (-want +got):\n%s", d)
		}
	})
}

// TestEnsureAbsentPasses over what does not stand in the way of a deletion.
func TestEnsureAbsentPasses(t *testing.T) {
	for name, c := range map[string]struct {
		operation string
		code      privatelink.Code
		times     int
		gone      time.Duration // how long a zone or an endpoint takes to go
	}{
		"nothing":                     {"", "", 0, time.Minute},
		"zones do not show":           {"ListVpcEndpointZones", privatelink.CodeEndpointNotFound, 1, time.Second},
		"zone gone":                   {"RemoveZoneFromVpcEndpoint", privatelink.CodeEndpointZoneNotFound, 1, time.Second},
		"endpoint gone":               {"RemoveZoneFromVpcEndpoint", privatelink.CodeEndpointNotFound, 1, time.Second},
		"zone goes with the endpoint": {"RemoveZoneFromVpcEndpoint", privatelink.CodeGatewayLoadBalancerZoneCountDenied, 1, time.Second},
		"zone busy":                   {"RemoveZoneFromVpcEndpoint", privatelink.CodeEndpointLocked, 40, time.Second},
		"endpoint busy":               {"DeleteVpcEndpoint", privatelink.CodeEndpointOperationDenied, 40, time.Second},
		"throttled":                   {"DeleteVpcEndpoint", privatelink.CodeThrottling, 40, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := privatelinktest.NewServer(privatelinktest.GoneAfter(c.gone))
				srv.AddNetwork(privatelinktest.VpcID, "vsw-2", "cn-hangzhou-k")
				in := asEnsured("k", "0")
				in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}, {ZoneID: "cn-hangzhou-k", VSwitchID: "vsw-2"}}
				if _, err := srv.Client().CreateVpcEndpoint(t.Context(), in); err != nil {
					t.Fatal(err)
				}
				for range c.times {
					srv.Fail(c.operation, privatelink.APIError{StatusCode: 400, Code: c.code})
				}
				n := len(srv.Calls())
				if err := srv.Client().EnsureVpcEndpointAbsent(t.Context(), privatelinktest.VpcID, "k"); err != nil {
					t.Error(err)
				}
				if left := standing(t, srv); left != nil {
					t.Errorf("%v are left", left)
				}
				if n := calls(srv, n); c.times == 0 && (n["RemoveZoneFromVpcEndpoint"] != 2 || n["DeleteVpcEndpoint"] != 1) {
					t.Errorf("asked %v", n)
				}
			})
		})
	}
	for operation, code := range map[string]privatelink.Code{
		"RemoveZoneFromVpcEndpoint": privatelink.CodeEndpointProtected, "DeleteVpcEndpoint": privatelink.CodeEndpointProtected,
		"ListVpcEndpoints": privatelink.CodeForbidden, "ListVpcEndpointZones": privatelink.CodeForbidden,
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := privatelinktest.NewServer()
			in := asEnsured("k", "0")
			in.Zones = withZone().Zones
			if _, err := srv.Client().CreateVpcEndpoint(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			srv.Fail(operation, privatelink.APIError{StatusCode: 403, Code: code})
			if err := srv.Client().EnsureVpcEndpointAbsent(t.Context(), privatelinktest.VpcID, "k"); !errors.Is(err, code) {
				t.Errorf("%s: %v", operation, err)
			}
			if left := standing(t, srv); len(left) != 1 {
				t.Errorf("%s: %v are left", operation, left)
			}
		})
	}
}

// TestEnsureEnds with its context, and tells what is known.
func TestEnsureEnds(t *testing.T) {
	for name, c := range map[string]struct {
		operation string
		resets    int // before the faults
		fault     privatelinktest.Fault
		want      error
	}{
		"while it is made":   {"", 0, 0, context.DeadlineExceeded},
		"polls lost":         {"GetVpcEndpointAttribute", 0, privatelinktest.Reset, privatelink.ErrUnavailable},
		"answer lost":        {"CreateVpcEndpoint", 0, privatelinktest.ResponseLost, context.DeadlineExceeded},
		"throttled":          {"CreateVpcEndpoint", 0, privatelinktest.Throttle, privatelink.ErrThrottled},
		"lost and throttled": {"CreateVpcEndpoint", 4, privatelinktest.Throttle, privatelink.ErrOutcomeUnknown},
		"lists out of order": {"ListVpcEndpoints", 0, privatelinktest.ServerError, privatelink.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(time.Hour))
				if c.fault != 0 {
					srv.Inject(c.operation, slices.Repeat([]privatelinktest.Fault{privatelinktest.Reset}, c.resets)...)
					srv.Inject(c.operation, slices.Repeat([]privatelinktest.Fault{c.fault}, 1000)...)
				}
				client, err := srv.Client().With(func(cfg *privatelink.Config) { cfg.MaxThrottle = time.Second })
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
				defer cancel()
				start := time.Now()
				_, err = client.EnsureVpcEndpoint(ctx, "k", createRequest)
				if !errors.Is(err, c.want) || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v is not %v and %v", err, c.want, context.DeadlineExceeded)
				}
				if time.Since(start) > 2*time.Minute {
					t.Errorf("after %v: %v", time.Since(start), err)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.GoneAfter(time.Hour))
		if _, err := srv.Client().CreateVpcEndpoint(t.Context(), asEnsured("k", "0")); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := srv.Client().EnsureVpcEndpointAbsent(ctx, privatelinktest.VpcID, "k")
		if wait, ok := errors.AsType[*privatelink.WaitError](err); !ok || wait.State != "1 left" || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("absent: %v", err)
		}
	})
}

// TestEnsureAfterAbsent ensures a key as soon as its endpoint is gone, which takes
// longer than Settle to be deleted. Reads may not know yet that it is gone; neither
// call takes their word for it.
func TestEnsureAfterAbsent(t *testing.T) {
	for seed := range uint64(30) {
		synctest.Test(t, func(t *testing.T) {
			srv := privatelinktest.NewServer()
			client := srv.Client()
			if _, err := client.CreateVpcEndpoint(t.Context(), asEnsured("k", "0")); err != nil {
				t.Fatal(err)
			}
			<-time.After(time.Hour)
			srv.Disturb(privatelinktest.Disturbance{Lag: 10 * time.Second, Seed: seed})
			for range 8 {
				srv.Fail("DeleteVpcEndpoint", privatelink.APIError{StatusCode: 400, Code: privatelink.CodeEndpointLocked})
			}
			if err := client.EnsureVpcEndpointAbsent(t.Context(), privatelinktest.VpcID, "k"); err != nil {
				t.Fatal(err)
			}
			if n := calls(srv, 0)["DeleteVpcEndpoint"]; n != 9 {
				t.Errorf("seed %d: %d deletions, want 8 that are refused and one", seed, n)
			}
			ep, err := client.EnsureVpcEndpoint(t.Context(), "k", createRequest)
			srv.Disturb(privatelinktest.Disturbance{})
			if there := standing(t, srv); err != nil || !slices.Equal(there, []string{ep.EndpointID}) {
				t.Errorf("seed %d: got %s, %v; %v stand", seed, ep.EndpointID, err, there)
			}
		})
	}
	for _, gone := range []time.Duration{time.Minute, 0} { // another deletes it
		synctest.Test(t, func(t *testing.T) {
			srv := privatelinktest.NewServer(privatelinktest.GoneAfter(gone))
			client := srv.Client()
			out, err := client.CreateVpcEndpoint(t.Context(), asEnsured("k", "0"))
			if err != nil {
				t.Fatal(err)
			}
			<-time.After(time.Hour)
			if _, err := client.DeleteVpcEndpoint(t.Context(), privatelink.DeleteVpcEndpointRequest{EndpointID: out.EndpointID}); err != nil {
				t.Fatal(err)
			}
			if gone == 0 { // lists do not know yet
				srv.Disturb(privatelinktest.Disturbance{Lag: 10 * time.Second})
			}
			n := len(srv.Calls())
			if err := client.EnsureVpcEndpointAbsent(t.Context(), privatelinktest.VpcID, "k"); err != nil {
				t.Errorf("another has deleted it, to be gone after %v: %v", gone, err)
			}
			if n := calls(srv, n); gone > 0 && n["DeleteVpcEndpoint"] > 0 {
				t.Errorf("asked %v", n)
			}
			srv.Disturb(privatelinktest.Disturbance{})
			if left := standing(t, srv); left != nil {
				t.Errorf("%v are left", left)
			}
		})
	}
}

// TestEnsureAnew makes a key absent whose creation was broken off, and ensures it
// again at once: what it gets is there, and is the only one.
func TestEnsureAnew(t *testing.T) {
	for seed := range uint64(*ensuretest.Schedules / 4) {
		synctest.Test(t, func(t *testing.T) {
			w := ensureWorld(ensuretest.Schedule{})
			half := ensuretest.Settle / 2
			w.Disturb(ensuretest.Usual(0.2, half, half, seed))
			caller := w.Caller(ensuretest.Plain())
			for range 3 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(seed)%15*time.Second+1)
				_, _ = caller.Ensure(ctx, "k")
				cancel()
				if err := w.Caller(ensuretest.Plain()).Absent(t.Context(), "k"); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
			id, err := caller.Ensure(t.Context(), "k")
			<-time.After(2 * ensuretest.Settle)
			w.Calm()
			if there := w.Standing("k"); err != nil || !slices.Equal(there, []string{id}) {
				t.Fatalf("seed %d: got %s, %v; %v stand", seed, id, err, there)
			}
		})
	}
}

// TestEnsureUntold has calls look at lists, which do not tell all. That is no drift.
func TestEnsureUntold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(10 * time.Second))
		client, in := srv.Client(), createRequest
		in.ZonePrivateIPAddressCount = 1
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				if ep, err := client.EnsureVpcEndpoint(t.Context(), fmt.Sprint("k", i), in); err != nil {
					t.Errorf("got %+v, %v", ep, err)
				}
			})
		}
		all.Wait()
	})
}

// TestEnsureTogether has many calls look together: what is new takes few lists, and
// what stands is not created again, although the service has forgotten its token
// and a list of several pages passes over it.
func TestEnsureTogether(t *testing.T) {
	const n = 200
	ensure := func(t *testing.T, client *privatelink.Client) (ids [n]string) {
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				ep, err := client.EnsureVpcEndpoint(t.Context(), fmt.Sprint("k", i), createRequest)
				if err != nil || ep.EndpointID == "" {
					t.Errorf("k%d: %+v, %v", i, ep, err)
				}
				ids[i] = ep.EndpointID
			})
		}
		all.Wait()
		return ids
	}
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.AnySignature(), privatelinktest.Limit(200), privatelinktest.Latency(5*time.Millisecond), privatelinktest.ReadyAfter(2*time.Second)) // requests are changed on their way
		passed := 0
		client := through(t, srv, func(inner http.RoundTripper, r *http.Request) (*http.Response, error) {
			if q := r.URL.Query(); r.Header.Get("X-Acs-Action") == "ListVpcEndpoints" && q.Get("VpcId") != "" && q.Get("Tag.1.Key") == "" {
				q.Set("MaxResults", "50")
				if q.Get("NextToken") == "page-after-50" {
					q.Set("NextToken", "page-after-100")
					passed++
				}
				r.URL.RawQuery = q.Encode()
			}
			return inner.RoundTrip(r)
		})
		made := ensure(t, srv.Client())
		if asked := calls(srv, 0); asked["CreateVpcEndpoint"] < n || asked["ListVpcEndpoints"] > 60 || asked["GetVpcEndpointAttribute"] > 100 {
			t.Errorf("for what is new: asked %v", asked)
		}
		<-time.After(30 * 24 * time.Hour)
		before := len(srv.Calls())
		if found := ensure(t, client); found != made {
			t.Errorf("created %v, found %v", made, found)
		}
		if asked := calls(srv, before); passed == 0 || asked["CreateVpcEndpoint"] > 0 {
			t.Errorf("asked %v, %d lists passed over some", asked, passed)
		}
	})
}

// TestEnsurePauses no longer than it needs to: it looks again as soon as a new
// endpoint is ready, if that took longer than Settle, and takes the look's word that
// it still is; and it repeats a creation soon that may have failed by chance.
func TestEnsurePauses(t *testing.T) {
	type call struct {
		action string
		at     time.Duration
	}
	run := func(t *testing.T, srv *privatelinktest.Server) (made []call) {
		start := time.Now()
		client := through(t, srv, func(inner http.RoundTripper, r *http.Request) (*http.Response, error) {
			made = append(made, call{r.Header.Get("X-Acs-Action"), time.Since(start)})
			return inner.RoundTrip(r)
		})
		if _, err := client.EnsureVpcEndpoint(t.Context(), "k", createRequest); err != nil {
			t.Error(err)
		}
		return made
	}
	synctest.Test(t, func(t *testing.T) {
		made := run(t, privatelinktest.NewServer(privatelinktest.ReadyAfter(40*time.Second)))
		last, before := made[len(made)-2], made[len(made)-3] // before the security groups
		if last.action != "ListVpcEndpoints" || before.action != "GetVpcEndpointAttribute" || last.at != before.at {
			t.Errorf("asked %v", made)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer()
		for range 5 {
			srv.Fail("CreateVpcEndpoint", privatelink.APIError{StatusCode: 400, Code: privatelink.CodeConcurrentCallNotSupported})
		}
		var created []time.Duration
		for _, c := range run(t, srv) {
			if c.action == "CreateVpcEndpoint" {
				created = append(created, c.at)
			}
		}
		ms := time.Millisecond
		if d := cmp.Diff([]time.Duration{0, 500 * ms, 1500 * ms, 3500 * ms, 6000 * ms, 8500 * ms}, created); d != "" {
			t.Errorf("created at (-want +got):\n%s", d)
		}
	})
}
