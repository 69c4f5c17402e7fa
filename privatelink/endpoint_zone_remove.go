package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// RemoveZoneFromVpcEndpointRequest holds the parameters of
// [Client.RemoveZoneFromVpcEndpoint].
type RemoveZoneFromVpcEndpointRequest struct {
	RegionID    string `rpc:"RegionId"`    // default: the client's
	EndpointID  string `rpc:"EndpointId"`  // required
	ZoneID      string `rpc:"ZoneId"`      // required
	ClientToken string `rpc:"ClientToken"` // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun      bool   `rpc:"DryRun"`      // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in RemoveZoneFromVpcEndpointRequest) Validate() error {
	return invalid("RemoveZoneFromVpcEndpoint",
		check.Required("EndpointId", in.EndpointID),
		check.Required("ZoneId", in.ZoneID),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in RemoveZoneFromVpcEndpointRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "RemoveZoneFromVpcEndpoint", in
}

// RemoveZoneFromVpcEndpointResponse is the response of
// [Client.RemoveZoneFromVpcEndpoint].
type RemoveZoneFromVpcEndpointResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// RemoveZoneFromVpcEndpoint removes an endpoint from a zone. The service allows
// one change to the zones of an endpoint at a time.
//
// The operation is asynchronous: see [Client.WaitVpcEndpointZoneRemoved]. All
// attempts of a call carry one ClientToken. It is retried even if an attempt
// may have run; if that attempt took effect and the service has forgotten the
// token, the retry fails with [CodeEndpointZoneNotFound].
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeEndpointNotFound], [CodeEndpointZoneNotFound],
// [CodeEndpointProtected], [CodeGatewayLoadBalancerZoneCountDenied] and, while
// the endpoint is busy, [CodeEndpointOperationDenied], [CodeEndpointLocked],
// [CodeEndpointConnectionOperationDenied] and [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:RemoveZoneFromVpcEndpoint.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-removezonefromvpcendpoint
func (c *Client) RemoveZoneFromVpcEndpoint(ctx context.Context, in RemoveZoneFromVpcEndpointRequest) (*RemoveZoneFromVpcEndpointResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[RemoveZoneFromVpcEndpointResponse](ctx, c, rpc.Op{Name: "RemoveZoneFromVpcEndpoint", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
