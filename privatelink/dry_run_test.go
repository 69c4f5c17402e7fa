package privatelink_test

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/operations"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// dryRuns are requests of the operations that have dry runs. They have a token,
// and say themselves whether they are one.
func dryRuns(dryRun bool) map[string]privatelink.DryRunnable {
	create := createRequest
	create.ClientToken, create.DryRun = "mine", dryRun
	return map[string]privatelink.DryRunnable{
		"CreateVpcEndpoint": create,
		"DeleteVpcEndpoint": privatelink.DeleteVpcEndpointRequest{EndpointID: "ep-1", ClientToken: "mine", DryRun: dryRun},
		"AddZoneToVpcEndpoint": privatelink.AddZoneToVpcEndpointRequest{
			EndpointID: "ep-1", ZoneID: "z", VSwitchID: "vsw-1", ClientToken: "mine", DryRun: dryRun,
		},
		"RemoveZoneFromVpcEndpoint": &privatelink.RemoveZoneFromVpcEndpointRequest{ // a pointer serves, too
			EndpointID: "ep-1", ZoneID: "z", ClientToken: "mine", DryRun: dryRun,
		},
		"UpdateVpcEndpointAttribute": privatelink.UpdateVpcEndpointAttributeRequest{EndpointID: "ep-1", ClientToken: "mine", DryRun: dryRun},
		"AttachSecurityGroupToVpcEndpoint": privatelink.AttachSecurityGroupToVpcEndpointRequest{
			EndpointID: "ep-1", SecurityGroupID: "sg-1", ClientToken: "mine", DryRun: dryRun,
		},
		"DetachSecurityGroupFromVpcEndpoint": privatelink.DetachSecurityGroupFromVpcEndpointRequest{
			EndpointID: "ep-1", SecurityGroupID: "sg-1", ClientToken: "mine", DryRun: dryRun,
		},
		"TagResources": privatelink.TagResourcesRequest{
			ResourceType: privatelink.ResourceVpcEndpoint, ResourceIDs: []string{"ep-1"}, Tags: []privatelink.Tag{{Key: "k"}}, ClientToken: "mine", DryRun: dryRun,
		},
		"UntagResources": privatelink.UntagResourcesRequest{
			ResourceType: privatelink.ResourceVpcEndpoint, ResourceIDs: []string{"ep-1"}, TagKeys: []string{"k"}, ClientToken: "mine", DryRun: dryRun,
		},
		"EnableVpcEndpointConnection": privatelink.EnableVpcEndpointConnectionRequest{
			ServiceID: "epsrv-1", EndpointID: "ep-1", ClientToken: "mine", DryRun: dryRun,
		},
		"DisableVpcEndpointConnection": privatelink.DisableVpcEndpointConnectionRequest{
			ServiceID: "epsrv-1", EndpointID: "ep-1", ClientToken: "mine", DryRun: dryRun,
		},
		"UpdateVpcEndpointConnectionAttribute": privatelink.UpdateVpcEndpointConnectionAttributeRequest{
			ServiceID: "epsrv-1", EndpointID: "ep-1", ClientToken: "mine", DryRun: dryRun,
		},
		"EnableVpcEndpointZoneConnection": privatelink.EnableVpcEndpointZoneConnectionRequest{
			ServiceID: "epsrv-1", EndpointID: "ep-1", ZoneID: "z", ClientToken: "mine", DryRun: dryRun,
		},
		"DisableVpcEndpointZoneConnection": privatelink.DisableVpcEndpointZoneConnectionRequest{
			ServiceID: "epsrv-1", EndpointID: "ep-1", ZoneID: "z", ClientToken: "mine", DryRun: dryRun,
		},
		"UpdateVpcEndpointZoneConnectionResourceAttribute": privatelink.UpdateVpcEndpointZoneConnectionResourceAttributeRequest{
			ServiceID: "epsrv-1", EndpointID: "ep-1", ZoneID: "z", ClientToken: "mine", DryRun: dryRun,
		},
		"CreateVpcEndpointService": privatelink.CreateVpcEndpointServiceRequest{
			ClientToken: "mine", DryRun: dryRun,
		},
		"UpdateVpcEndpointServiceAttribute": privatelink.UpdateVpcEndpointServiceAttributeRequest{
			ServiceID: "epsrv-1", ClientToken: "mine", DryRun: dryRun,
		},
		"DeleteVpcEndpointService": privatelink.DeleteVpcEndpointServiceRequest{
			ServiceID: "epsrv-1", ClientToken: "mine", DryRun: dryRun,
		},
		"AttachResourceToVpcEndpointService": privatelink.AttachResourceToVpcEndpointServiceRequest{
			ServiceID: "epsrv-1", ResourceID: "lb-1", ResourceType: "slb", ClientToken: "mine", DryRun: dryRun,
		},
		"DetachResourceFromVpcEndpointService": privatelink.DetachResourceFromVpcEndpointServiceRequest{
			ServiceID: "epsrv-1", ResourceID: "lb-1", ClientToken: "mine", DryRun: dryRun,
		},
		"UpdateVpcEndpointServiceResourceAttribute": privatelink.UpdateVpcEndpointServiceResourceAttributeRequest{
			ServiceID: "epsrv-1", ResourceID: "lb-1", AutoAllocatedEnabled: new(true), ClientToken: "mine", DryRun: dryRun,
		},
		"AddUserToVpcEndpointService": privatelink.AddUserToVpcEndpointServiceRequest{
			ServiceID: "epsrv-1", UserID: 1, ClientToken: "mine", DryRun: dryRun,
		},
		"RemoveUserFromVpcEndpointService": privatelink.RemoveUserFromVpcEndpointServiceRequest{
			ServiceID: "epsrv-1", UserID: 1, ClientToken: "mine", DryRun: dryRun,
		},
	}
}

// TestDryRuns checks that every request with a field DryRun has a dry run.
func TestDryRuns(t *testing.T) {
	all := operations.Of(privatelinktest.NewServer().Client())
	var want []string
	for _, operation := range all.Names() {
		if all.Request(operation).FieldByName("DryRun").IsValid() {
			want = append(want, operation)
		}
	}
	if d := cmp.Diff(want, slices.Sorted(maps.Keys(dryRuns(false)))); d != "" {
		t.Errorf("requests with DryRun and those tested (-with +tested):\n%s", d)
	}
}

// TestDryRunSends checks that a dry run is one on the wire, whatever the request
// says, and that all its attempts have one token, which is not the caller's.
func TestDryRunSends(t *testing.T) {
	for _, dryRun := range []bool{false, true} {
		for operation, in := range dryRuns(dryRun) {
			synctest.Test(t, func(t *testing.T) {
				r := wiretest.Answering(wiretest.Answer{Status: 500, Body: `{"Code":"InternalError","RequestId":"R"}`}, refusal(400, privatelink.CodeDryRunOperation))
				if err := newClient(t, r, nil).DryRun(t.Context(), in); err != nil {
					t.Errorf("%s: %v", operation, err)
				}
				sent := r.Requests()
				if len(sent) != 2 {
					t.Fatalf("%s: %d requests", operation, len(sent))
				}
				var tokens []string
				for _, req := range sent {
					q, err := url.ParseQuery(req.Query + req.Body)
					if err != nil || req.Header.Get("X-Acs-Action") != operation || q.Get("DryRun") != "true" || q.Get("RegionId") != "cn-hangzhou" {
						t.Errorf("%s: sent %v %v, %v", operation, req.Header, q, err)
					}
					tokens = append(tokens, q.Get("ClientToken"))
				}
				if tokens[0] != tokens[1] || tokens[0] == "" || tokens[0] == "mine" {
					t.Errorf("%s: tokens %q", operation, tokens)
				}
			})
		}
	}
}

// TestDryRunSaysWhyNot checks what a dry run makes of the answers.
func TestDryRunSaysWhyNot(t *testing.T) {
	for operation, in := range dryRuns(false) {
		for name, c := range map[string]struct {
			answer  wiretest.Answer
			is      error
			unknown bool
		}{
			"refused":            {refusal(400, privatelink.CodeVSwitchNotFound), privatelink.CodeVSwitchNotFound, false},
			"denied":             {refusal(403, privatelink.CodeForbidden), privatelink.ErrAccessDenied, false},
			"unavailable":        {refusal(503, privatelink.CodeServiceUnavailable), privatelink.ErrUnavailable, false},
			"foreign":            {wiretest.Answer{Body: "<html>"}, nil, false},
			"done":               {wiretest.Answer{Body: `{"RequestId":"R","EndpointId":"ep-1"}`}, privatelink.ErrOutcomeUnknown, true},
			"passed, oddly":      {refusal(412, privatelink.CodeDryRunOperation), nil, false},
			"passed, more oddly": {refusal(500, privatelink.CodeDryRunOperation), nil, false},
		} {
			client := newClient(t, wiretest.Answering(c.answer), func(cfg *privatelink.Config) { cfg.MaxAttempts = 1 })
			err := client.DryRun(t.Context(), in)
			passed := c.answer.Status == 412 || c.answer.Status == 500
			if (err == nil) != passed || c.is != nil && !errors.Is(err, c.is) || errors.Is(err, privatelink.ErrOutcomeUnknown) != c.unknown {
				t.Errorf("%s, %s: %v", operation, name, err)
			}
			if refused, ok := errors.AsType[*privatelink.APIError](err); err != nil && (!ok || refused.Operation != operation || refused.ClientToken == "mine") {
				t.Errorf("%s, %s: %+v", operation, name, err)
			}
			if unknown, ok := errors.AsType[*privatelink.OutcomeUnknownError](err); ok && (unknown.ClientToken == "" || unknown.ClientToken == "mine" || unknown.Operation != operation) {
				t.Errorf("%s, %s: %+v", operation, name, unknown)
			}
		}
	}
	r := wiretest.Answering(refusal(400, privatelink.CodeDryRunOperation))
	if err := newClient(t, r, nil).DryRun(t.Context(), privatelink.CreateVpcEndpointRequest{}); !errors.Is(err, privatelink.ErrInvalidRequest) || len(r.Requests()) != 0 {
		t.Errorf("an invalid request: %v", err)
	}
	if err := (*privatelink.Client)(nil).DryRun(t.Context(), createRequest); err == nil {
		t.Error("a nil Client passes")
	}
	for _, in := range []privatelink.DryRunnable{nil, (*privatelink.CreateVpcEndpointRequest)(nil)} {
		if err := newClient(t, r, nil).DryRun(t.Context(), in); !errors.Is(err, privatelink.ErrInvalidRequest) || len(r.Requests()) != 0 {
			t.Errorf("no request: %v", err)
		}
	}
}

// TestDryRunChangesNothing runs all of them against the fake, with tokens that the
// calls have afterwards.
func TestDryRunChangesNothing(t *testing.T) {
	srv := privatelinktest.NewServer()
	client, ctx := srv.Client(), t.Context()
	in := createRequest
	in.ClientToken = "mine"
	if err := client.DryRun(ctx, in); err != nil {
		t.Errorf("create: %v", err)
	}
	out, err := client.CreateVpcEndpoint(ctx, in)
	if err != nil || out.EndpointID != "ep-0000000000000001" {
		t.Fatalf("%+v, %v", out, err)
	}
	if err := client.DryRun(ctx, in); err != nil {
		t.Errorf("create, again: %v", err)
	}
	add := privatelink.AddZoneToVpcEndpointRequest{
		EndpointID: out.EndpointID, ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID, ClientToken: "mine",
	}
	remove := privatelink.RemoveZoneFromVpcEndpointRequest{EndpointID: out.EndpointID, ZoneID: privatelinktest.ZoneID, ClientToken: "mine"}
	if err := client.DryRun(ctx, remove); !errors.Is(err, privatelink.CodeEndpointZoneNotFound) {
		t.Errorf("remove, without it: %v", err)
	}
	if err := client.DryRun(ctx, add); err != nil {
		t.Errorf("add: %v", err)
	}
	if _, err := client.AddZoneToVpcEndpoint(ctx, add); err != nil {
		t.Fatal(err)
	}
	if err := client.DryRun(ctx, add); !errors.Is(err, privatelink.CodeEndpointZoneDuplicated) {
		t.Errorf("add, again: %v", err)
	}
	if err := client.DryRun(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: out.EndpointID}); !errors.Is(err, privatelink.CodeEndpointOperationDenied) {
		t.Errorf("delete, with a zone: %v", err)
	}
	if err := client.DryRun(ctx, remove); err != nil {
		t.Errorf("remove: %v", err)
	}
	if _, err := client.RemoveZoneFromVpcEndpoint(ctx, remove); err != nil {
		t.Fatal(err)
	}
	if err := client.DryRun(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: out.EndpointID}); err != nil {
		t.Errorf("delete: %v", err)
	}
	if _, err := client.GetVpcEndpointAttribute(ctx, privatelink.GetVpcEndpointAttributeRequest{EndpointID: out.EndpointID}); err != nil {
		t.Errorf("after the dry runs: %v", err)
	}
}
