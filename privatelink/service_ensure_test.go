package privatelink_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/ensuretest"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// serviceRequest is what a provider asks for.
func serviceRequest() privatelink.EnsureVpcEndpointServiceRequest {
	return privatelink.EnsureVpcEndpointServiceRequest{
		Service: privatelink.CreateVpcEndpointServiceRequest{
			ServiceDescription: "about it", ResourceGroupID: "rg-1", SupportedRegions: []string{"cn-beijing"},
			Resources: []privatelink.ServiceResource{{ResourceType: privatelink.ServiceResourceSLB, ResourceID: privatelinktest.LoadBalancerID, ZoneID: privatelinktest.ZoneID}},
			Tags:      []privatelink.Tag{{Key: "team", Value: "a"}},
		},
		UserIDs: []int64{1234567890123456789}, UserARNs: []string{"acs:ram:*:42:*"}, ConnectBandwidth: 500,
	}
}

// services returns the services of srv that were created for a key.
func services(t *testing.T, srv *privatelinktest.Server, key string) (ids []string) {
	t.Helper()
	in := privatelink.ListVpcEndpointServicesRequest{Tags: []privatelink.Tag{{Key: "accesspoint-key", Value: key}}}
	for s, err := range srv.Client().VpcEndpointServices(t.Context(), in) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, s.ServiceID)
	}
	return ids
}

// TestEnsureService creates a service, finds it again, and takes it away, unless
// endpoints are connected.
func TestEnsureService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(20*time.Second), privatelinktest.GoneAfter(5*time.Second))
		client, ctx, in := srv.Client(), t.Context(), serviceRequest()
		in.Service.ClientToken = privatelink.IdempotencyToken(privatelinktest.Region, "s-1", "0")
		s, err := client.EnsureVpcEndpointService(ctx, "s-1", in)
		if err != nil || s.ServiceStatus != privatelink.ServiceStatusActive || s.ServiceDescription != "about it" || s.ConnectBandwidth != 500 || len(s.Tags) != 3 {
			t.Fatalf("%+v, %v", s, err)
		}
		users := 0
		for _, err := range client.VpcEndpointServiceUsers(ctx, privatelink.ListVpcEndpointServiceUsersRequest{ServiceID: s.ServiceID}) {
			if users++; err != nil {
				t.Fatal(err)
			}
		}
		if users != 2 {
			t.Errorf("%d users", users)
		}
		n := len(srv.Calls())
		again, err := client.EnsureVpcEndpointService(ctx, "s-1", in)
		if d := cmp.Diff(s, again); d != "" || err != nil {
			t.Errorf("%v (-first +again):\n%s", err, d)
		}
		want := map[string]int{"ListVpcEndpointServices": 1, "GetVpcEndpointServiceAttribute": 1, "ListVpcEndpointServiceResources": 1, "ListVpcEndpointServiceUsers": 1}
		if d := cmp.Diff(want, calls(srv, n)); d != "" {
			t.Errorf("to find it again (-want +got):\n%s", d)
		}

		endpointID := madeEndpoint(t, client, s.ServiceID)
		<-time.After(time.Minute)
		if _, err := client.AcceptVpcEndpointConnection(ctx, s.ServiceID, endpointID); err != nil {
			t.Fatal(err)
		}
		n = len(srv.Calls())
		err = client.EnsureVpcEndpointServiceAbsent(ctx, "s-1")
		used, ok := errors.AsType[*privatelink.InUseError](err)
		if !ok || !slices.Equal(used.EndpointIDs, []string{endpointID}) || used.ServiceID != s.ServiceID || !errors.Is(err, privatelink.ErrConflict) || !strings.Contains(err.Error(), endpointID) {
			t.Errorf("got %v", err)
		}
		for operation := range calls(srv, n) {
			if !strings.HasPrefix(operation, "List") {
				t.Errorf("asked for %s", operation)
			}
		}
		if _, err := client.RejectVpcEndpointConnection(ctx, s.ServiceID, endpointID); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := client.EnsureVpcEndpointServiceAbsent(ctx, "s-1"); err != nil {
				t.Fatal(err)
			}
		}
		if left := services(t, srv, "s-1"); left != nil {
			t.Errorf("%v are left", left)
		}
		if ep, err := client.GetVpcEndpointAttribute(ctx, privatelink.GetVpcEndpointAttributeRequest{EndpointID: endpointID}); err != nil || ep.ConnectionStatus != privatelink.ConnectionStatusServiceDeleted {
			t.Errorf("%+v, %v", ep, err)
		}
	})
}

// TestEnsureServiceRefuses checks what is not sent.
func TestEnsureServiceRefuses(t *testing.T) {
	srv := privatelinktest.NewServer()
	for name, change := range map[string]func(*privatelink.EnsureVpcEndpointServiceRequest){
		"dry run":   func(in *privatelink.EnsureVpcEndpointServiceRequest) { in.Service.DryRun = true },
		"token":     func(in *privatelink.EnsureVpcEndpointServiceRequest) { in.Service.ClientToken = "mine" },
		"region":    func(in *privatelink.EnsureVpcEndpointServiceRequest) { in.Service.RegionID = "cn-beijing" },
		"key tag":   func(in *privatelink.EnsureVpcEndpointServiceRequest) { in.Service.Tags[0].Key = "accesspoint-key" },
		"token tag": func(in *privatelink.EnsureVpcEndpointServiceRequest) { in.Service.Tags[0].Key = "accesspoint-token" },
		"payer":     func(in *privatelink.EnsureVpcEndpointServiceRequest) { in.Service.Payer = "me" },
		"user":      func(in *privatelink.EnsureVpcEndpointServiceRequest) { in.UserIDs = []int64{0} },
		"ARN":       func(in *privatelink.EnsureVpcEndpointServiceRequest) { in.UserARNs = []string{""} },
		"bandwidth": func(in *privatelink.EnsureVpcEndpointServiceRequest) { in.ConnectBandwidth = 99 },
	} {
		in := serviceRequest()
		change(&in)
		if _, err := srv.Client().EnsureVpcEndpointService(t.Context(), "k", in); !errors.Is(err, privatelink.ErrInvalidRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := srv.Client().EnsureVpcEndpointServiceAbsent(t.Context(), ""); !errors.Is(err, privatelink.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
	if n := srv.Calls(); n != nil {
		t.Errorf("asked %v", n)
	}
}

// TestRepairService changes whatever the service can change of an endpoint service.
func TestRepairService(t *testing.T) {
	type drifts = []privatelink.Drift
	for name, c := range map[string]struct {
		change func(*privatelink.CreateVpcEndpointServiceRequest)
		drift  drifts
		left   drifts
	}{
		"nothing": {func(*privatelink.CreateVpcEndpointServiceRequest) {}, nil, nil},
		"any": {func(in *privatelink.CreateVpcEndpointServiceRequest) {
			in.ServiceDescription, in.ResourceGroupID, in.SupportedRegions, in.Resources, in.Tags = "", "", nil, nil, nil
		}, nil, nil},
		"settings": {func(in *privatelink.CreateVpcEndpointServiceRequest) {
			in.ServiceDescription, in.AutoAcceptEnabled, in.ZoneAffinityEnabled, in.ResourceGroupID = "another", true, true, "rg-2"
		}, drifts{
			{Field: "ServiceDescription", Wanted: "another", Found: "about it"}, {Field: "AutoAcceptEnabled", Wanted: "true", Found: "false"},
			{Field: "ZoneAffinityEnabled", Wanted: "true", Found: "false"}, {Field: "ResourceGroupId", Wanted: "rg-2", Found: "rg-1"},
		}, nil},
		"lists": {func(in *privatelink.CreateVpcEndpointServiceRequest) {
			in.SupportedRegions = []string{"cn-shanghai", "cn-beijing", "cn-chengdu"}
			in.Tags = []privatelink.Tag{{Key: "team", Value: "b"}}
			in.Resources = append(in.Resources, privatelink.ServiceResource{ResourceID: "lb-2", ZoneID: "cn-hangzhou-k"})
		}, drifts{
			{Field: "Resource.2.ResourceId", Wanted: "lb-2"}, {Field: "Resource.2.ZoneId", Wanted: "cn-hangzhou-k"},
			{Field: "SupportedRegionList.1", Wanted: "cn-shanghai"}, {Field: "SupportedRegionList.3", Wanted: "cn-chengdu"},
			{Field: "Tag.1.Value", Wanted: "b", Found: "a"},
		}, nil},
		"what cannot be changed": {func(in *privatelink.CreateVpcEndpointServiceRequest) {
			in.Payer, in.ServiceResourceType, in.ServiceDescription = privatelink.PayerEndpointService, privatelink.ServiceResourceNLB, "another"
		}, drifts{
			{Field: "ServiceDescription", Wanted: "another", Found: "about it"},
			{Field: "ServiceResourceType", Wanted: "nlb", Found: "slb"}, {Field: "Payer", Wanted: "EndpointService", Found: "Endpoint"},
		}, drifts{{Field: "ServiceResourceType", Wanted: "nlb", Found: "slb"}, {Field: "Payer", Wanted: "EndpointService", Found: "Endpoint"}}},
	} {
		for seed := range uint64(3) {
			synctest.Test(t, func(t *testing.T) {
				srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(8*time.Second), privatelinktest.AnySignature())
				srv.AddNetwork(privatelinktest.VpcID, "vsw-2", "cn-hangzhou-k")
				srv.AddLoadBalancer("lb-2", "slb", "vsw-2")
				client, in := srv.Client(), serviceRequest()
				if _, err := client.EnsureVpcEndpointService(t.Context(), "k", in); err != nil {
					t.Fatal(err)
				}
				in.Service.Resources = slices.Clone(in.Service.Resources)
				c.change(&in.Service)
				s, err := client.EnsureVpcEndpointService(t.Context(), "k", in)
				if d := cmp.Diff(c.drift, driftOf(t, err)); d != "" {
					t.Errorf("%s: drift (-want +got):\n%s", name, d)
				}
				if seed > 0 {
					srv.Disturb(privatelinktest.Disturbance{Faults: 0.3, Seed: seed, AnyCase: true})
				}
				r, err := client.RepairVpcEndpointService(t.Context(), "k", in)
				srv.Disturb(privatelinktest.Disturbance{})
				if r.ResourceID != s.ServiceID || len(r.Changed)+len(r.Left) != len(c.drift) {
					t.Errorf("%s: %+v", name, r)
				}
				if d := cmp.Diff(c.left, r.Left); d != "" {
					t.Errorf("%s: left (-want +got):\n%s", name, d)
				}
				if d := cmp.Diff(c.left, driftOf(t, err)); d != "" {
					t.Errorf("%s: error (-want +got):\n%s", name, d)
				}
				<-time.After(time.Minute)
				_, err = client.EnsureVpcEndpointService(t.Context(), "k", in)
				if d := cmp.Diff(c.left, driftOf(t, err)); d != "" {
					t.Errorf("%s: afterwards (-want +got):\n%s", name, d)
				}
			})
		}
	}
}

// TestEnsureServiceAbsentLeavesOthers leaves a service that carries the tag of the key
// and was created by somebody else.
func TestEnsureServiceAbsentLeavesOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := privatelinktest.NewServer()
		client := srv.Client()
		if _, err := client.CreateVpcEndpointService(t.Context(), privatelink.CreateVpcEndpointServiceRequest{Tags: []privatelink.Tag{{Key: "accesspoint-key", Value: "k"}}}); err != nil {
			t.Fatal(err)
		}
		if err := client.EnsureVpcEndpointServiceAbsent(t.Context(), "k"); !errors.Is(err, privatelink.ErrDrift) {
			t.Errorf("got %v", err)
		}
		if left := services(t, srv, "k"); len(left) != 1 {
			t.Errorf("%v are left", left)
		}
	})
}

// serviceSchedules is the service as random schedules drive it.
var serviceSchedules = &ensuretest.Service{
	Name:    "privatelink",
	Worlds:  map[string]func(ensuretest.Schedule) ensuretest.World{"services": serviceWorld},
	Creates: func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "CreateVpcEndpointService" },
	Deletes: func(r *http.Request) bool { return r.Header.Get("X-Acs-Action") == "DeleteVpcEndpointService" },
	Token:   func(r *http.Request) string { return r.URL.Query().Get("ClientToken") },
	Created: func(body []byte) string {
		var out privatelink.CreateVpcEndpointServiceResponse
		_ = json.Unmarshal(body, &out)
		return out.ServiceID
	},
	Unique:   true,
	TagsTell: true,
	Keeps:    true,
	Marks:    []string{"found", "created", "found after a creation of unknown outcome", "drift", "died"},
}

// serviceWorld is a PrivateLink for schedules.
func serviceWorld(s ensuretest.Schedule) ensuretest.World {
	options := []privatelinktest.Option{
		privatelinktest.ReadyAfter(3 * time.Second), privatelinktest.GoneAfter(2 * time.Second),
		privatelinktest.ClockOffset(s.Clock), privatelinktest.ClockJitter(s.Jitter), privatelinktest.PageLimit(s.Page),
	}
	if s.Clock == 0 { // to save time
		options = append(options, privatelinktest.AnySignature())
	}
	srv := privatelinktest.NewServer(options...)
	shared := srv.Client()
	request := func(key string, payer privatelink.Payer) privatelink.EnsureVpcEndpointServiceRequest {
		in := serviceRequest()
		in.Service.ServiceDescription, in.Service.Payer = nameOf(key), payer
		return in
	}
	return ensuretest.World{
		Disturb: func(d fake.Disturbance) {
			srv.Disturb(privatelinktest.Disturbance{
				Faults: d.Faults, Mix: ensuretest.Mix[privatelinktest.Fault](d.Mix), Late: d.Late, Lag: d.Lag, TagLag: d.TagLag, TagsLost: d.TagsLost,
				AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
			})
		},
		Caller: func(p ensuretest.Process) ensuretest.Caller {
			cfg := srv.Config()
			cfg.Settle, cfg.MaxAttempts = ensuretest.Settle, p.MaxAttempts
			cfg.HTTPClient.Transport = p.Wrap(cfg.HTTPClient.Transport)
			c, err := privatelink.New(cfg)
			if p.Together {
				c, err = shared.With(func(c *privatelink.Config) { *c = cfg })
			}
			if err != nil {
				panic(err)
			}
			return ensuretest.Caller{
				Ensure: func(ctx context.Context, key string) (string, error) {
					s, err := c.EnsureVpcEndpointService(ctx, key, request(key, privatelink.PayerEndpoint))
					return s.ServiceID, err
				},
				Other: func(ctx context.Context, key string) (string, error) {
					s, err := c.EnsureVpcEndpointService(ctx, key, request(key, privatelink.PayerEndpointService))
					return s.ServiceID, err
				},
				Absent: func(ctx context.Context, key string) error { return c.EnsureVpcEndpointServiceAbsent(ctx, key) },
				Duplicates: func(err error) []string {
					if e, ok := errors.AsType[*privatelink.DuplicateError](err); ok {
						return e.IDs
					}
					return nil
				},
				Drifts: func(err error) bool {
					_, ok := errors.AsType[*privatelink.DriftError](err)
					return ok
				},
			}
		},
		Standing: func(key string) (ids []string) {
			for s, err := range srv.Client().VpcEndpointServices(context.Background(), privatelink.ListVpcEndpointServicesRequest{}) {
				if err != nil {
					panic(err)
				}
				if s.ServiceDescription == nameOf(key) { // tags may be lost
					ids = append(ids, s.ServiceID)
				}
			}
			return ids
		},
	}
}

// TestServiceSchedules and the next three drive EnsureVpcEndpointService through
// schedules: a quarter of those of endpoints, whose engine it shares.
func TestServiceSchedules(t *testing.T) {
	all := *ensuretest.Schedules
	defer func() { *ensuretest.Schedules = all }()
	*ensuretest.Schedules = (all + 3) / 4
	serviceSchedules.TestSchedules(t)
}
func TestServiceRivals(t *testing.T)         { serviceSchedules.TestRivals(t) }
func TestServiceContexts(t *testing.T)       { serviceSchedules.TestContexts(t) }
func TestServiceAbsentContexts(t *testing.T) { serviceSchedules.TestAbsentContexts(t) }
