package privatelink_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// driftOf returns the drift that an error tells of.
func driftOf(t *testing.T, err error) []privatelink.Drift {
	t.Helper()
	drift, ok := errors.AsType[*privatelink.DriftError](err)
	if !ok {
		if err != nil {
			t.Error(err)
		}
		return nil
	}
	return drift.Fields
}

// TestRepair changes whatever the service can change of an endpoint, in foul weather
// too, and tells what it cannot.
func TestRepair(t *testing.T) {
	type drifts = []privatelink.Drift
	for name, c := range map[string]struct {
		change func(*privatelink.CreateVpcEndpointRequest)
		left   drifts
		calls  map[string]int // that change something, in fair weather
	}{
		"nothing": {func(*privatelink.CreateVpcEndpointRequest) {}, nil, map[string]int{}},
		"texts": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.EndpointName, in.EndpointDescription, in.ResourceGroupID = "bb", "another", "rg-2"
		}, nil, map[string]int{"UpdateVpcEndpointAttribute": 1, "ChangeResourceGroup": 1}},
		"settings": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.CrossRegionBandwidth, in.PolicyDocument, in.AddressIPVersion, in.ZoneAffinityEnabled = 300, `{"A":1}`, "", false
			in.Zones = nil
		}, nil, map[string]int{"UpdateVpcEndpointAttribute": 4}},
		"tags": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.Tags = []privatelink.Tag{{Key: "k", Value: "a"}, {Key: "l", Value: "c"}, {Key: "m"}}
		}, nil, map[string]int{"TagResources": 1}},
		"security groups": {func(in *privatelink.CreateVpcEndpointRequest) { in.SecurityGroupIDs = []string{"sg-2", "sg-3"} },
			nil, map[string]int{"AttachSecurityGroupToVpcEndpoint": 2, "DetachSecurityGroupFromVpcEndpoint": 1}},
		"zones": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.Zones = append(in.Zones, privatelink.Zone{ZoneID: "cn-hangzhou-h", VSwitchID: "vsw-3", IP: "10.0.0.9"})
		}, nil, map[string]int{"AddZoneToVpcEndpoint": 1}},
		"what cannot be changed": {func(in *privatelink.CreateVpcEndpointRequest) {
			in.EndpointType, in.ProtectedEnabled, in.EndpointName, in.ServiceRegionID = "Reverse", true, "bb", "cn-beijing"
			in.Zones = []privatelink.Zone{{ZoneID: privatelinktest.ZoneID, VSwitchID: "vsw-2"}, {ZoneID: "cn-hangzhou-h"}}
		}, drifts{
			{Field: "EndpointType", Wanted: "Reverse", Found: "Interface"}, {Field: "ProtectedEnabled", Wanted: "true", Found: "false"},
			{Field: "ServiceRegionId", Wanted: "cn-beijing", Found: privatelinktest.Region},
			{Field: "Zone.1.VSwitchId", Wanted: "vsw-2", Found: privatelinktest.VSwitchID}, {Field: "Zone.2.ZoneId", Wanted: "cn-hangzhou-h"},
		}, map[string]int{"UpdateVpcEndpointAttribute": 1}},
	} {
		for seed := range uint64(4) {
			synctest.Test(t, func(t *testing.T) {
				srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(10*time.Second), privatelinktest.GoneAfter(3*time.Second), privatelinktest.AnySignature())
				srv.AddNetwork(privatelinktest.VpcID, "vsw-3", "cn-hangzhou-h")
				srv.AddSecurityGroup("sg-2")
				srv.AddSecurityGroup("sg-3")
				client, in := srv.Client(), withZone()
				in.EndpointName, in.EndpointDescription, in.ResourceGroupID, in.EndpointType = "aa", "about it", "rg-1", "Interface"
				in.CrossRegionBandwidth, in.AddressIPVersion, in.ZoneAffinityEnabled, in.PolicyDocument = 200, "DualStack", true, `{"A":[]}`
				in.Tags = []privatelink.Tag{{Key: "k", Value: "a"}, {Key: "l", Value: "b"}, {Key: "n", Value: "stays"}}
				first, err := client.EnsureVpcEndpoint(t.Context(), "k", in)
				if err != nil {
					t.Fatal(err)
				}
				in.Tags, in.Zones = slices.Clone(in.Tags), slices.Clone(in.Zones)
				c.change(&in)
				_, err = client.EnsureVpcEndpoint(t.Context(), "k", in)
				all, n := driftOf(t, err), len(srv.Calls())
				if seed > 0 {
					srv.Disturb(privatelinktest.Disturbance{Faults: 0.3, Seed: seed, AnyCase: true})
				}
				r, err := client.RepairVpcEndpoint(t.Context(), "k", in)
				srv.Disturb(privatelinktest.Disturbance{})
				if r.ResourceID != first.EndpointID {
					t.Errorf("%s: %+v", name, r)
				}
				if d := cmp.Diff(c.left, r.Left); d != "" {
					t.Errorf("%s: left (-want +got):\n%s", name, d)
				}
				if d := cmp.Diff(c.left, driftOf(t, err)); d != "" {
					t.Errorf("%s: error (-want +got):\n%s", name, d)
				}
				if len(r.Changed)+len(r.Left) != len(all) {
					t.Errorf("%s: %+v of %+v", name, r, all)
				}
				if seed == 0 {
					got := calls(srv, n)
					for operation := range got {
						if operation[:4] == "List" || operation[:3] == "Get" {
							delete(got, operation)
						}
					}
					// While the endpoint is Pending or a zone Creating, changes are repeated.
					for operation, times := range c.calls {
						if got[operation] >= times {
							got[operation] = times
						}
					}
					if d := cmp.Diff(c.calls, got); d != "" {
						t.Errorf("%s: calls (-want +got):\n%s", name, d)
					}
				}
				<-time.After(time.Minute)
				ep, err := client.EnsureVpcEndpoint(t.Context(), "k", in)
				if d := cmp.Diff(c.left, driftOf(t, err)); d != "" {
					t.Errorf("%s: afterwards (-want +got):\n%s", name, d)
				}
				if !slices.Contains(ep.Tags, privatelink.Tag{Key: "n", Value: "stays"}) {
					t.Errorf("%s: tags %v", name, ep.Tags)
				}
			})
		}
	}
}

// TestRepairFails checks what is reported if the service refuses a change: the others
// are made, and no security group is taken away.
func TestRepairFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer()
		client, in := srv.Client(), createRequest
		if _, err := client.EnsureVpcEndpoint(t.Context(), "k", in); err != nil {
			t.Fatal(err)
		}
		in.SecurityGroupIDs, in.EndpointName = []string{"sg-none"}, "new"
		r, err := client.RepairVpcEndpoint(t.Context(), "k", in)
		if !errors.Is(err, privatelink.CodeSecurityGroupNotFound) || len(r.Changed) != 1 || r.Changed[0].Field != "EndpointName" || len(r.Left) != 2 {
			t.Errorf("%+v, %v", r, err)
		}
		if n := calls(srv, 0); n["DetachSecurityGroupFromVpcEndpoint"] != 0 {
			t.Errorf("asked %v", n)
		}
		if r, err := client.RepairVpcEndpoint(t.Context(), "", in); !errors.Is(err, privatelink.ErrInvalidRequest) || r.ResourceID != "" {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// TestRepairTogether has two processes repair the same at once.
func TestRepairTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(4*time.Second), privatelinktest.GoneAfter(2*time.Second))
		srv.AddSecurityGroup("sg-2")
		srv.AddNetwork(privatelinktest.VpcID, "vsw-2", "cn-hangzhou-k")
		in := withZone()
		if _, err := srv.Client().EnsureVpcEndpoint(t.Context(), "k", in); err != nil {
			t.Fatal(err)
		}
		in.SecurityGroupIDs, in.EndpointName, in.Tags = []string{"sg-2"}, "new", []privatelink.Tag{{Key: "a", Value: "b"}}
		in.Zones = append(in.Zones, privatelink.Zone{ZoneID: "cn-hangzhou-k", VSwitchID: "vsw-2"})
		done := make(chan error)
		for range 2 {
			go func() {
				_, err := srv.Client().RepairVpcEndpoint(t.Context(), "k", in)
				done <- err
			}()
		}
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		<-time.After(time.Minute)
		if _, err := srv.Client().EnsureVpcEndpoint(t.Context(), "k", in); err != nil {
			t.Error(err)
		}
	})
}

// TestDeleteWithZones deletes an endpoint that has zones, in foul weather, by
// contexts that end.
func TestDeleteWithZones(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(4*time.Second), privatelinktest.GoneAfter(3*time.Second), privatelinktest.AnySignature())
			srv.AddNetwork(privatelinktest.VpcID, "vsw-2", "cn-hangzhou-k")
			client, in := srv.Client(), withZone()
			in.Zones = append(in.Zones, privatelink.Zone{ZoneID: "cn-hangzhou-k", VSwitchID: "vsw-2"})
			out, err := client.CreateVpcEndpoint(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			other, err := client.CreateVpcEndpoint(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if seed > 0 {
				srv.Disturb(privatelinktest.Disturbance{Faults: 0.3, Seed: seed, Late: 2 * time.Second, Lag: 2 * time.Second})
			}
			for err = errors.New("not called"); err != nil; {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				err = client.DeleteVpcEndpointWithZones(ctx, out.EndpointID)
				cancel()
			}
			srv.Disturb(privatelinktest.Disturbance{})
			if err := client.DeleteVpcEndpointWithZones(t.Context(), out.EndpointID); err != nil {
				t.Errorf("again: %v", err)
			}
			if left := standing(t, srv); len(left) != 1 || left[0] != other.EndpointID {
				t.Errorf("seed %d: %v are left", seed, left)
			}
		})
	}
	if err := privatelinktest.NewServer().Client().DeleteVpcEndpointWithZones(t.Context(), ""); !errors.Is(err, privatelink.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
}

// TestEnsureAbsentLeavesOthers leaves an endpoint that carries the tag of the key
// and was created by somebody else.
func TestEnsureAbsentLeavesOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer()
		client, in := srv.Client(), createRequest
		if _, err := client.EnsureVpcEndpoint(t.Context(), "k", in); err != nil {
			t.Fatal(err)
		}
		for _, token := range []string{"", "mine"} {
			in.Tags = []privatelink.Tag{{Key: "accesspoint-key", Value: "k"}}
			if token != "" {
				in.Tags = append(in.Tags, privatelink.Tag{Key: "accesspoint-token", Value: token})
			}
			if _, err := client.CreateVpcEndpoint(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		err := client.EnsureVpcEndpointAbsent(t.Context(), privatelinktest.VpcID, "k")
		if !errors.Is(err, privatelink.ErrDrift) {
			t.Errorf("got %v", err)
		}
		if left := standing(t, srv); len(left) != 2 {
			t.Errorf("%v are left", left)
		}
	})
}
