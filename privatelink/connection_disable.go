package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DisableVpcEndpointConnectionRequest holds the parameters of
// [Client.DisableVpcEndpointConnection].
type DisableVpcEndpointConnectionRequest struct {
	RegionID    string `rpc:"RegionId"`    // default: the client's
	ServiceID   string `rpc:"ServiceId"`   // required
	EndpointID  string `rpc:"EndpointId"`  // required
	ClientToken string `rpc:"ClientToken"` // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun      bool   `rpc:"DryRun"`      // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in DisableVpcEndpointConnectionRequest) Validate() error {
	return invalid("DisableVpcEndpointConnection",
		check.Required("ServiceId", in.ServiceID),
		check.Required("EndpointId", in.EndpointID),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in DisableVpcEndpointConnectionRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "DisableVpcEndpointConnection", in
}

// DisableVpcEndpointConnectionResponse is the response of
// [Client.DisableVpcEndpointConnection].
type DisableVpcEndpointConnectionResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DisableVpcEndpointConnection rejects the connection from an endpoint to a
// service of the account, or ends it if it was accepted.
// [Client.RejectVpcEndpointConnection] also waits until it is Disconnected.
//
// The operation is asynchronous: see [Client.WaitVpcEndpointDisconnected]. All
// attempts of a call carry one ClientToken. It is retried even if an attempt
// may have run; if that attempt took effect and the service has forgotten the
// token, the retry fails, presumably with
// [CodeEndpointConnectionOperationDenied].
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeServiceNotFound], [CodeEndpointConnectionNotFound] and, while
// the connection is busy, [CodeEndpointConnectionOperationDenied] and
// [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:DisableVpcEndpointConnection.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-disablevpcendpointconnection
func (c *Client) DisableVpcEndpointConnection(ctx context.Context, in DisableVpcEndpointConnectionRequest) (*DisableVpcEndpointConnectionResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[DisableVpcEndpointConnectionResponse](ctx, c, rpc.Op{Name: "DisableVpcEndpointConnection", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
