package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeleteVpcEndpointRequest holds the parameters of [Client.DeleteVpcEndpoint].
type DeleteVpcEndpointRequest struct {
	RegionID    string `rpc:"RegionId"`    // default: the client's
	EndpointID  string `rpc:"EndpointId"`  // required
	ClientToken string `rpc:"ClientToken"` // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun      bool   `rpc:"DryRun"`      // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in DeleteVpcEndpointRequest) Validate() error {
	return invalid("DeleteVpcEndpoint",
		check.Required("EndpointId", in.EndpointID),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in DeleteVpcEndpointRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "DeleteVpcEndpoint", in
}

// DeleteVpcEndpointResponse is the response of [Client.DeleteVpcEndpoint].
type DeleteVpcEndpointResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeleteVpcEndpoint deletes an endpoint. According to the API reference, its
// zones must be removed first, with [Client.RemoveZoneFromVpcEndpoint];
// terraform's provider has deleted endpoints that had zones. It is not verified
// whether the service requires that. [Client.DeleteVpcEndpointWithZones] does
// both.
//
// The operation is asynchronous: see [Client.WaitVpcEndpointDeleted]. All
// attempts of a call carry one ClientToken. It is retried even if an attempt
// may have run; if that attempt took effect and the service has forgotten the
// token, the retry fails with [CodeEndpointNotFound].
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeEndpointNotFound], [CodeEndpointOperationDenied],
// [CodeConcurrentCallNotSupported], [CodeEndpointProtected].
//
// RAM action: privatelink:DeleteVpcEndpoint.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-deletevpcendpoint
func (c *Client) DeleteVpcEndpoint(ctx context.Context, in DeleteVpcEndpointRequest) (*DeleteVpcEndpointResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[DeleteVpcEndpointResponse](ctx, c, rpc.Op{Name: "DeleteVpcEndpoint", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
