package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// EnableVpcEndpointConnectionRequest holds the parameters of
// [Client.EnableVpcEndpointConnection].
type EnableVpcEndpointConnectionRequest struct {
	RegionID           string             `rpc:"RegionId"`           // default: the client's
	ServiceID          string             `rpc:"ServiceId"`          // required
	EndpointID         string             `rpc:"EndpointId"`         // required
	Bandwidth          int64              `rpc:"Bandwidth"`          // 100 to 50000 Mbit/s; up to 25000 for ALB and GWLB, up to 10240 (default 3072) for CLB
	TrafficControlMode TrafficControlMode `rpc:"TrafficControlMode"` // whether Bandwidth applies; CLB: only BandwidthLimit, GWLB: only Scalability, NLB: default Scalability
	ClientToken        string             `rpc:"ClientToken"`        // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun             bool               `rpc:"DryRun"`             // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in EnableVpcEndpointConnectionRequest) Validate() error {
	return invalid("EnableVpcEndpointConnection",
		check.Required("ServiceId", in.ServiceID),
		check.Required("EndpointId", in.EndpointID),
		check.Range("Bandwidth", in.Bandwidth, 100, 50000),
		check.OneOf("TrafficControlMode", in.TrafficControlMode, TrafficControlModeScalability, TrafficControlModeBandwidthLimit),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in EnableVpcEndpointConnectionRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "EnableVpcEndpointConnection", in
}

// EnableVpcEndpointConnectionResponse is the response of
// [Client.EnableVpcEndpointConnection].
type EnableVpcEndpointConnectionResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// EnableVpcEndpointConnection accepts the connection from an endpoint to a
// service of the account. [Client.AcceptVpcEndpointConnection] also waits until
// it is Connected.
//
// The operation is asynchronous: see [Client.WaitVpcEndpointConnected]. All
// attempts of a call carry one ClientToken. It is retried even if an attempt
// may have run; if that attempt took effect and the service has forgotten the
// token, the retry fails, presumably with
// [CodeEndpointConnectionOperationDenied].
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeServiceNotFound], [CodeEndpointConnectionNotFound],
// [CodeNoAvailableServiceResource] and, while the connection or the endpoint
// is busy, [CodeEndpointConnectionOperationDenied],
// [CodeEndpointOperationDenied] and [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:EnableVpcEndpointConnection.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-enablevpcendpointconnection
func (c *Client) EnableVpcEndpointConnection(ctx context.Context, in EnableVpcEndpointConnectionRequest) (*EnableVpcEndpointConnectionResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[EnableVpcEndpointConnectionResponse](ctx, c, rpc.Op{Name: "EnableVpcEndpointConnection", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
