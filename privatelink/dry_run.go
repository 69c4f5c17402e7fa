package privatelink

import (
	"context"
	"errors"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CheckCreateVpcEndpoint asks the service whether it would take
// [Client.CreateVpcEndpoint] with in, without doing it: a dry run. It returns nil
// if the service would, and else why not: a [*ValidationError], or an [*APIError]
// with a code that the call itself would fail with. The service looks for missing
// and malformed parameters and at its limits; what it finds may change before the
// call.
//
// The dry run has a ClientToken of its own. That of in is neither sent nor
// checked, so that the call can have it; in.DryRun makes no difference.
//
// It needs the permission privatelink:CreateVpcEndpoint.
func (c *Client) CheckCreateVpcEndpoint(ctx context.Context, in CreateVpcEndpointRequest) error {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token(""), true
	return dryRun(ctx, c, "CreateVpcEndpoint", in.ClientToken, in)
}

// CheckDeleteVpcEndpoint is to [Client.DeleteVpcEndpoint] what
// [Client.CheckCreateVpcEndpoint] is to CreateVpcEndpoint.
func (c *Client) CheckDeleteVpcEndpoint(ctx context.Context, in DeleteVpcEndpointRequest) error {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token(""), true
	return dryRun(ctx, c, "DeleteVpcEndpoint", in.ClientToken, in)
}

// CheckAddZoneToVpcEndpoint is to [Client.AddZoneToVpcEndpoint] what
// [Client.CheckCreateVpcEndpoint] is to CreateVpcEndpoint.
func (c *Client) CheckAddZoneToVpcEndpoint(ctx context.Context, in AddZoneToVpcEndpointRequest) error {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token(""), true
	return dryRun(ctx, c, "AddZoneToVpcEndpoint", in.ClientToken, in)
}

// CheckRemoveZoneFromVpcEndpoint is to [Client.RemoveZoneFromVpcEndpoint] what
// [Client.CheckCreateVpcEndpoint] is to CreateVpcEndpoint.
func (c *Client) CheckRemoveZoneFromVpcEndpoint(ctx context.Context, in RemoveZoneFromVpcEndpointRequest) error {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token(""), true
	return dryRun(ctx, c, "RemoveZoneFromVpcEndpoint", in.ClientToken, in)
}

// dryRun sends in, which asks for a dry run, and returns nil if the request
// passes: that comes as a refusal with a code of its own.
func dryRun(ctx context.Context, c *Client, operation, token string, in interface{ Validate() error }) error {
	type answer struct {
		RequestID string `json:"RequestId"`
	}
	out, err := call[answer](ctx, c, rpc.Op{Name: operation, Version: version, Effect: retry.Read}, token, in)
	switch {
	case errors.Is(err, CodeDryRunOperation):
		return nil
	case err != nil:
		return err
	}
	// A success answers a call that is no dry run.
	return &OutcomeUnknownError{Operation: operation, ClientToken: token, Err: &APIError{
		Operation: operation, StatusCode: 200, RequestID: out.RequestID, ClientToken: token, Attempts: 1,
		Err: errors.New("the service answers a dry run as if it had done it"),
	}}
}
