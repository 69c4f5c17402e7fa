package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// UpdateVpcEndpointConnectionAttributeRequest holds the parameters of
// [Client.UpdateVpcEndpointConnectionAttribute].
type UpdateVpcEndpointConnectionAttributeRequest struct {
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
func (in UpdateVpcEndpointConnectionAttributeRequest) Validate() error {
	return invalid("UpdateVpcEndpointConnectionAttribute",
		check.Required("ServiceId", in.ServiceID),
		check.Required("EndpointId", in.EndpointID),
		check.Range("Bandwidth", in.Bandwidth, 100, 50000),
		check.OneOf("TrafficControlMode", in.TrafficControlMode, TrafficControlModeScalability, TrafficControlModeBandwidthLimit),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in UpdateVpcEndpointConnectionAttributeRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "UpdateVpcEndpointConnectionAttribute", in
}

// UpdateVpcEndpointConnectionAttributeResponse is the response of
// [Client.UpdateVpcEndpointConnectionAttribute].
type UpdateVpcEndpointConnectionAttributeResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// UpdateVpcEndpointConnectionAttribute changes the bandwidth of the connection
// from an endpoint to a service of the account. An account can make one such
// call at a time.
//
// The operation is asynchronous: the connection is Pending until
// [Client.WaitVpcEndpointConnected] returns. All attempts of a call carry one
// ClientToken. It is idempotent: it is retried even if an attempt may have run.
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeServiceNotFound], [CodeEndpointNotFound],
// [CodeEndpointConnectionNotFound], [CodeUpdateBandwidthUnsupported],
// [CodeVpcNatBandwidthNotSupported] and, while the connection is busy,
// [CodeEndpointConnectionOperationDenied] and
// [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:UpdateVpcEndpointConnectionAttribute.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-updatevpcendpointconnectionattribute
func (c *Client) UpdateVpcEndpointConnectionAttribute(ctx context.Context, in UpdateVpcEndpointConnectionAttributeRequest) (*UpdateVpcEndpointConnectionAttributeResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[UpdateVpcEndpointConnectionAttributeResponse](ctx, c, rpc.Op{Name: "UpdateVpcEndpointConnectionAttribute", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
