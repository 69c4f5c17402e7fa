package privatelinktest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// zones returns the zones of an endpoint, from pages of one.
func zones(t *testing.T, srv *privatelinktest.Server, id string) (found []privatelink.VpcEndpointZone) {
	t.Helper()
	for z, err := range srv.Client().VpcEndpointZones(t.Context(), privatelink.ListVpcEndpointZonesRequest{EndpointID: id, MaxResults: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, z)
	}
	return found
}

// states returns the states of the zones of an endpoint, by their IDs.
func states(t *testing.T, srv *privatelinktest.Server, id string) map[string]privatelink.ZoneStatus {
	t.Helper()
	m := map[string]privatelink.ZoneStatus{}
	for _, z := range zones(t, srv, id) {
		m[z.ZoneID] = z.ZoneStatus
	}
	return m
}

func add(id, zoneID, vSwitchID string) privatelink.AddZoneToVpcEndpointRequest {
	return privatelink.AddZoneToVpcEndpointRequest{EndpointID: id, ZoneID: zoneID, VSwitchID: vSwitchID}
}

func remove(id, zoneID string) privatelink.RemoveZoneFromVpcEndpointRequest {
	return privatelink.RemoveZoneFromVpcEndpointRequest{EndpointID: id, ZoneID: zoneID}
}

// TestZones checks what a list says about zones, of either way to get them.
func TestZones(t *testing.T) {
	srv := privatelinktest.NewServer()
	srv.AddNetwork(privatelinktest.VpcID, "vsw-2", "cn-hangzhou-k")
	srv.AddNetwork(privatelinktest.VpcID, "vsw-3", "cn-hangzhou-l")
	id := made(t, srv, func(in *privatelink.CreateVpcEndpointRequest) {
		in.AddressIPVersion = privatelink.AddressIPVersionDualStack
		in.Zones = []privatelink.Zone{{VSwitchID: privatelinktest.VSwitchID, IP: "10.0.0.1", Ipv6Address: "2408::1"}, {ZoneID: "cn-hangzhou-k"}, {IP: "10.0.0.9"}}
	})
	in := add(id, "cn-hangzhou-l", "vsw-3")
	in.IP, in.Ipv6Address = "10.0.0.3", "2408::3"
	if _, err := srv.Client().AddZoneToVpcEndpoint(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	domain := "." + privatelinktest.ServiceID + ".cn-hangzhou.privatelink.aliyuncs.com"
	want := []privatelink.VpcEndpointZone{
		{ZoneID: privatelinktest.ZoneID, ZoneStatus: privatelink.ZoneStatusConnected, ZoneDomain: id + "-" + privatelinktest.ZoneID + domain,
			RegionID: privatelinktest.Region, VSwitchID: privatelinktest.VSwitchID, ENIID: "eni-0000000000000001", ENIIP: "10.0.0.1", ZoneIpv6Address: "2408::1"},
		{ZoneID: "cn-hangzhou-k", ZoneStatus: privatelink.ZoneStatusConnected, ZoneDomain: id + "-cn-hangzhou-k" + domain,
			RegionID: privatelinktest.Region, ENIID: "eni-0000000000000002", ENIIP: "192.168.0.2", ZoneIpv6Address: "fd00::2"},
		{ZoneID: "cn-hangzhou-l", ZoneStatus: privatelink.ZoneStatusConnected, ZoneDomain: id + "-cn-hangzhou-l" + domain,
			RegionID: privatelinktest.Region, VSwitchID: "vsw-3", ENIID: "eni-0000000000000003", ENIIP: "10.0.0.3", ZoneIpv6Address: "2408::3"},
	}
	if d := cmp.Diff(want, zones(t, srv, id)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	page, err := srv.Client().ListVpcEndpointZones(t.Context(), privatelink.ListVpcEndpointZonesRequest{EndpointID: id, MaxResults: 2})
	if err != nil || len(page.Zones) != 2 || page.NextToken == "" || page.TotalCount != 3 || page.MaxResults != 2 {
		t.Errorf("the first page: %+v, %v", page, err)
	}
	plain := made(t, srv, func(in *privatelink.CreateVpcEndpointRequest) {
		in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID}}
	})
	if got := zones(t, srv, plain); len(got) != 1 || got[0].ZoneIpv6Address != "" || got[0].ENIIP == "" {
		t.Errorf("of an IPv4 endpoint: %+v", got)
	}
	if got := zones(t, srv, made(t, srv, nil)); got != nil {
		t.Errorf("of an endpoint without any: %+v", got)
	}
}

// TestZonesInTime watches zones come and go, and tries what cannot be done
// meanwhile.
func TestZonesInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(40*time.Second), privatelinktest.GoneAfter(10*time.Second))
		srv.AddNetwork(privatelinktest.VpcID, "vsw-2", "cn-hangzhou-k")
		client, ctx := srv.Client(), t.Context()
		id := made(t, srv, func(in *privatelink.CreateVpcEndpointRequest) {
			in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID}}
		})
		const j, k = privatelinktest.ZoneID, "cn-hangzhou-k"
		at := func(when string, want map[string]privatelink.ZoneStatus) {
			t.Helper()
			if d := cmp.Diff(want, states(t, srv, id)); d != "" {
				t.Errorf("%s (-want +got):\n%s", when, d)
			}
		}
		// denied tries the three changes, which fail with the codes.
		denied := func(when string, zones, whole privatelink.Code) {
			t.Helper()
			if _, err := client.AddZoneToVpcEndpoint(ctx, add(id, k, "vsw-2")); !errors.Is(err, zones) || !errors.Is(err, privatelink.ErrConflict) {
				t.Errorf("%s, add: %v", when, err)
			}
			if _, err := client.RemoveZoneFromVpcEndpoint(ctx, remove(id, j)); !errors.Is(err, zones) {
				t.Errorf("%s, remove: %v", when, err)
			}
			if _, err := client.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: id}); !errors.Is(err, whole) {
				t.Errorf("%s, delete: %v", when, err)
			}
		}
		at("new", map[string]privatelink.ZoneStatus{j: privatelink.ZoneStatusCreating})
		denied("new", privatelink.CodeEndpointOperationDenied, privatelink.CodeEndpointOperationDenied)
		<-time.After(20 * time.Second)
		at("connecting", map[string]privatelink.ZoneStatus{j: privatelink.ZoneStatusWait})
		denied("connecting", privatelink.CodeEndpointConnectionOperationDenied, privatelink.CodeEndpointOperationDenied)
		<-time.After(20 * time.Second)
		at("connected", map[string]privatelink.ZoneStatus{j: privatelink.ZoneStatusConnected})
		if _, err := client.AddZoneToVpcEndpoint(ctx, add(id, k, "vsw-2")); err != nil {
			t.Fatal(err)
		}
		at("adding", map[string]privatelink.ZoneStatus{j: privatelink.ZoneStatusConnected, k: privatelink.ZoneStatusCreating})
		denied("adding", privatelink.CodeConcurrentCallNotSupported, privatelink.CodeEndpointOperationDenied)
		<-time.After(20 * time.Second)
		at("added", map[string]privatelink.ZoneStatus{j: privatelink.ZoneStatusConnected, k: privatelink.ZoneStatusWait})
		if _, err := client.RemoveZoneFromVpcEndpoint(ctx, remove(id, j)); err != nil {
			t.Fatal(err)
		}
		at("removing", map[string]privatelink.ZoneStatus{j: privatelink.ZoneStatusDeleting, k: privatelink.ZoneStatusWait})
		denied("removing", privatelink.CodeConcurrentCallNotSupported, privatelink.CodeEndpointOperationDenied)
		<-time.After(20 * time.Second)
		at("removed", map[string]privatelink.ZoneStatus{k: privatelink.ZoneStatusConnected})
		if _, err := client.RemoveZoneFromVpcEndpoint(ctx, remove(id, k)); err != nil {
			t.Fatal(err)
		}
		<-time.After(10 * time.Second)
		at("without zones", map[string]privatelink.ZoneStatus{})
		if _, err := client.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: id}); err != nil {
			t.Fatal(err)
		}
		denied("deleting", privatelink.CodeEndpointOperationDenied, privatelink.CodeEndpointOperationDenied)
		<-time.After(10 * time.Second)
		for name, call := range map[string]func(context.Context) error{
			"add": func(ctx context.Context) error {
				_, err := client.AddZoneToVpcEndpoint(ctx, add(id, k, "vsw-2"))
				return err
			},
			"remove": func(ctx context.Context) error {
				_, err := client.RemoveZoneFromVpcEndpoint(ctx, remove(id, j))
				return err
			},
			"list": func(ctx context.Context) error {
				_, err := client.ListVpcEndpointZones(ctx, privatelink.ListVpcEndpointZonesRequest{EndpointID: id})
				return err
			},
		} {
			if err := call(ctx); !errors.Is(err, privatelink.CodeEndpointNotFound) {
				t.Errorf("%s, gone: %v", name, err)
			}
		}
	})
}

// TestZonesRefused checks the codes of what the server knows to be wrong, and
// that none of it changes anything.
func TestZonesRefused(t *testing.T) {
	srv := privatelinktest.NewServer()
	srv.AddNetwork(privatelinktest.VpcID, "vsw-2", "cn-hangzhou-k")
	srv.AddNetwork("vpc-2", "vsw-3", "cn-hangzhou-l")
	id := made(t, srv, func(in *privatelink.CreateVpcEndpointRequest) {
		in.Zones = []privatelink.Zone{{VSwitchID: privatelinktest.VSwitchID}}
	})
	ipv6 := add(id, "cn-hangzhou-k", "vsw-2")
	ipv6.Ipv6Address = "2408::1"
	for name, c := range map[string]struct {
		in   privatelink.AddZoneToVpcEndpointRequest
		want privatelink.Code
	}{
		"an endpoint that is not there":                   {add("ep-none", "cn-hangzhou-k", "vsw-2"), privatelink.CodeEndpointNotFound},
		"a zone that it has":                              {add(id, privatelinktest.ZoneID, privatelinktest.VSwitchID), privatelink.CodeEndpointZoneDuplicated},
		"an unknown zone":                                 {add(id, "cn-hangzhou-z", "vsw-2"), privatelink.CodeServiceNotSupportedZone},
		"an unknown vSwitch":                              {add(id, "cn-hangzhou-k", "vsw-none"), privatelink.CodeVSwitchNotFound},
		"a vSwitch of another zone":                       {add(id, "cn-hangzhou-l", "vsw-2"), privatelink.CodeVSwitchNotFound},
		"a vSwitch of another VPC":                        {add(id, "cn-hangzhou-l", "vsw-3"), privatelink.CodeVSwitchNotFound},
		"an address of a version that the endpoint lacks": {ipv6, privatelink.CodeAddressIPVersionNotSupportedSpecifyIpv6},
	} {
		for _, dryRun := range []bool{false, true} {
			c.in.DryRun = dryRun
			if _, err := srv.Client().AddZoneToVpcEndpoint(t.Context(), c.in); !errors.Is(err, c.want) {
				t.Errorf("%s, dry run %v: %v", name, dryRun, err)
			}
		}
	}
	if _, err := srv.Client().RemoveZoneFromVpcEndpoint(t.Context(), remove(id, "cn-hangzhou-k")); !errors.Is(err, privatelink.CodeEndpointZoneNotFound) || !errors.Is(err, privatelink.ErrNotFound) {
		t.Errorf("a zone that it lacks: %v", err)
	}
	// A zone that is named by its vSwitch alone is known, too.
	if _, err := srv.Client().CreateVpcEndpoint(t.Context(), request(func(in *privatelink.CreateVpcEndpointRequest) {
		in.Zones = []privatelink.Zone{{VSwitchID: privatelinktest.VSwitchID}, {ZoneID: privatelinktest.ZoneID}}
	})); !errors.Is(err, privatelink.CodeEndpointZoneDuplicated) {
		t.Errorf("a zone twice: %v", err)
	}
	if got := states(t, srv, id); len(got) != 1 {
		t.Errorf("there are %v", got)
	}
}

// TestZoneTokens checks that a repeat of a change is known by its token.
func TestZoneTokens(t *testing.T) {
	srv := privatelinktest.NewServer()
	srv.AddNetwork(privatelinktest.VpcID, "vsw-2", "cn-hangzhou-k")
	id, client, ctx := made(t, srv, nil), srv.Client(), t.Context()
	in := add(id, privatelinktest.ZoneID, privatelinktest.VSwitchID)
	in.ClientToken = "t"
	out := remove(id, privatelinktest.ZoneID)
	out.ClientToken = "t" // another operation, so not the same call
	for range 2 {
		if _, err := client.AddZoneToVpcEndpoint(ctx, in); err != nil {
			t.Errorf("add: %v", err)
		}
	}
	if got := states(t, srv, id); len(got) != 1 {
		t.Errorf("there are %v", got)
	}
	for range 2 {
		if _, err := client.RemoveZoneFromVpcEndpoint(ctx, out); err != nil {
			t.Errorf("remove: %v", err)
		}
	}
	if got := states(t, srv, id); len(got) != 0 {
		t.Errorf("there are %v", got)
	}
	in.ZoneID, in.VSwitchID, out.ZoneID = "cn-hangzhou-k", "vsw-2", "cn-hangzhou-k"
	if _, err := client.AddZoneToVpcEndpoint(ctx, in); !errors.Is(err, privatelink.CodeIdempotentParameterMismatch) {
		t.Errorf("add, with other parameters: %v", err)
	}
	if _, err := client.RemoveZoneFromVpcEndpoint(ctx, out); !errors.Is(err, privatelink.CodeIdempotentParameterMismatch) {
		t.Errorf("remove, with other parameters: %v", err)
	}
}

// TestZoneAnswersLost checks that calls repeat with their tokens.
func TestZoneAnswersLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer()
		id, client, ctx := made(t, srv, nil), srv.Client(), t.Context()
		srv.Inject("AddZoneToVpcEndpoint", privatelinktest.ResponseLost)
		if _, err := client.AddZoneToVpcEndpoint(ctx, add(id, privatelinktest.ZoneID, privatelinktest.VSwitchID)); err != nil {
			t.Errorf("add: %v", err)
		}
		srv.Inject("RemoveZoneFromVpcEndpoint", privatelinktest.ResponseLost)
		if _, err := client.RemoveZoneFromVpcEndpoint(ctx, remove(id, privatelinktest.ZoneID)); err != nil {
			t.Errorf("remove: %v", err)
		}
	})
}
