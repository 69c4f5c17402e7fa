package privatelink_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// checks are the dry runs, with requests that have a token and say themselves
// whether they are one.
func checks(dryRun bool) map[string]func(context.Context, *privatelink.Client) error {
	return map[string]func(context.Context, *privatelink.Client) error{
		"CreateVpcEndpoint": func(ctx context.Context, c *privatelink.Client) error {
			in := createRequest
			in.ClientToken, in.DryRun = "mine", dryRun
			return c.CheckCreateVpcEndpoint(ctx, in)
		},
		"DeleteVpcEndpoint": func(ctx context.Context, c *privatelink.Client) error {
			return c.CheckDeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: "ep-1", ClientToken: "mine", DryRun: dryRun})
		},
		"AddZoneToVpcEndpoint": func(ctx context.Context, c *privatelink.Client) error {
			return c.CheckAddZoneToVpcEndpoint(ctx, privatelink.AddZoneToVpcEndpointRequest{
				EndpointID: "ep-1", ZoneID: "z", VSwitchID: "vsw-1", ClientToken: "mine", DryRun: dryRun,
			})
		},
		"RemoveZoneFromVpcEndpoint": func(ctx context.Context, c *privatelink.Client) error {
			return c.CheckRemoveZoneFromVpcEndpoint(ctx, privatelink.RemoveZoneFromVpcEndpointRequest{
				EndpointID: "ep-1", ZoneID: "z", ClientToken: "mine", DryRun: dryRun,
			})
		},
	}
}

// TestCheckSends checks that a dry run is one on the wire, whatever the request
// says, and that all its attempts have one token, which is not the caller's.
func TestCheckSends(t *testing.T) {
	for _, dryRun := range []bool{false, true} {
		for operation, check := range checks(dryRun) {
			synctest.Test(t, func(t *testing.T) {
				r := wiretest.Answering(wiretest.Answer{Status: 500, Body: `{"Code":"InternalError","RequestId":"R"}`}, refusal(400, privatelink.CodeDryRunOperation))
				if err := check(t.Context(), newClient(t, r, nil)); err != nil {
					t.Errorf("%s: %v", operation, err)
				}
				sent := r.Requests()
				if len(sent) != 2 {
					t.Fatalf("%s: %d requests", operation, len(sent))
				}
				var tokens []string
				for _, req := range sent {
					q, err := url.ParseQuery(req.Query)
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

// TestCheckSaysWhyNot checks what a dry run makes of the answers.
func TestCheckSaysWhyNot(t *testing.T) {
	for operation, check := range checks(false) {
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
			err := check(t.Context(), client)
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
	if err := newClient(t, r, nil).CheckCreateVpcEndpoint(t.Context(), privatelink.CreateVpcEndpointRequest{}); !errors.Is(err, privatelink.ErrInvalidRequest) || len(r.Requests()) != 0 {
		t.Errorf("an invalid request: %v", err)
	}
	if err := (*privatelink.Client)(nil).CheckCreateVpcEndpoint(t.Context(), createRequest); err == nil {
		t.Error("a nil Client passes")
	}
}

// TestCheckChangesNothing runs all of them against the fake, with tokens that the
// calls have afterwards.
func TestCheckChangesNothing(t *testing.T) {
	srv := privatelinktest.NewServer()
	client, ctx := srv.Client(), t.Context()
	in := createRequest
	in.ClientToken = "mine"
	if err := client.CheckCreateVpcEndpoint(ctx, in); err != nil {
		t.Errorf("create: %v", err)
	}
	out, err := client.CreateVpcEndpoint(ctx, in)
	if err != nil || out.EndpointID != "ep-0000000000000001" {
		t.Fatalf("%+v, %v", out, err)
	}
	if err := client.CheckCreateVpcEndpoint(ctx, in); err != nil {
		t.Errorf("create, again: %v", err)
	}
	add := privatelink.AddZoneToVpcEndpointRequest{
		EndpointID: out.EndpointID, ZoneID: privatelinktest.ZoneID, VSwitchID: privatelinktest.VSwitchID, ClientToken: "mine",
	}
	remove := privatelink.RemoveZoneFromVpcEndpointRequest{EndpointID: out.EndpointID, ZoneID: privatelinktest.ZoneID, ClientToken: "mine"}
	if err := client.CheckRemoveZoneFromVpcEndpoint(ctx, remove); !errors.Is(err, privatelink.CodeEndpointZoneNotFound) {
		t.Errorf("remove, without it: %v", err)
	}
	if err := client.CheckAddZoneToVpcEndpoint(ctx, add); err != nil {
		t.Errorf("add: %v", err)
	}
	if _, err := client.AddZoneToVpcEndpoint(ctx, add); err != nil {
		t.Fatal(err)
	}
	if err := client.CheckAddZoneToVpcEndpoint(ctx, add); !errors.Is(err, privatelink.CodeEndpointZoneDuplicated) {
		t.Errorf("add, again: %v", err)
	}
	if err := client.CheckDeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: out.EndpointID}); !errors.Is(err, privatelink.CodeEndpointOperationDenied) {
		t.Errorf("delete, with a zone: %v", err)
	}
	if err := client.CheckRemoveZoneFromVpcEndpoint(ctx, remove); err != nil {
		t.Errorf("remove: %v", err)
	}
	if _, err := client.RemoveZoneFromVpcEndpoint(ctx, remove); err != nil {
		t.Fatal(err)
	}
	if err := client.CheckDeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: out.EndpointID}); err != nil {
		t.Errorf("delete: %v", err)
	}
	if _, err := client.GetVpcEndpointAttribute(ctx, privatelink.GetVpcEndpointAttributeRequest{EndpointID: out.EndpointID}); err != nil {
		t.Errorf("after the dry runs: %v", err)
	}
}
