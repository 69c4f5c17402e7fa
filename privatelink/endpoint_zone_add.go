package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// AddZoneToVpcEndpointRequest holds the parameters of
// [Client.AddZoneToVpcEndpoint].
type AddZoneToVpcEndpointRequest struct {
	RegionID    string `rpc:"RegionId"`    // default: the client's
	EndpointID  string `rpc:"EndpointId"`  // required
	ZoneID      string `rpc:"ZoneId"`      // required; must be a zone of the service
	VSwitchID   string `rpc:"VSwitchId"`   // required; must be in the zone and the endpoint's VPC
	IP          string `rpc:"ip"`          // IPv4 address; default: a free one of the vSwitch
	Ipv6Address string `rpc:"Ipv6Address"` // only for a DualStack endpoint
	ClientToken string `rpc:"ClientToken"` // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun      bool   `rpc:"DryRun"`      // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in AddZoneToVpcEndpointRequest) Validate() error {
	return invalid("AddZoneToVpcEndpoint",
		check.Required("EndpointId", in.EndpointID),
		check.Required("ZoneId", in.ZoneID),
		check.Required("VSwitchId", in.VSwitchID),
		check.That(in.IP == "" || isIPv4(in.IP), "ip", "must be an IPv4 address"),
		check.That(in.Ipv6Address == "" || isIPv6(in.Ipv6Address), "Ipv6Address", "must be an IPv6 address"),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in AddZoneToVpcEndpointRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "AddZoneToVpcEndpoint", in
}

// AddZoneToVpcEndpointResponse is the response of
// [Client.AddZoneToVpcEndpoint].
type AddZoneToVpcEndpointResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// AddZoneToVpcEndpoint gives an endpoint a network interface in one more zone.
// The service allows one change to the zones of an endpoint at a time.
//
// The operation is asynchronous: see [Client.WaitVpcEndpointZoneAdded]. All
// attempts of a call carry one ClientToken, by which the service recognizes a
// retry, so it is retried even if an attempt may have run. If the outcome stays
// unknown, the error is an [*OutcomeUnknownError] with the token: call again
// with that token.
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeEndpointNotFound], [CodeEndpointZoneDuplicated],
// [CodeServiceNotSupportedZone], [CodeVSwitchNotFound],
// [CodeVSwitchIPNotEnough], [CodeENIIPUnavailable],
// [CodeZonesPerEndpointQuota], [CodeEndpointProtected] and, while the endpoint
// is busy, [CodeEndpointOperationDenied], [CodeEndpointLocked],
// [CodeEndpointConnectionOperationDenied] and [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:AddZoneToVpcEndpoint.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-addzonetovpcendpoint
func (c *Client) AddZoneToVpcEndpoint(ctx context.Context, in AddZoneToVpcEndpointRequest) (*AddZoneToVpcEndpointResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[AddZoneToVpcEndpointResponse](ctx, c, rpc.Op{Name: "AddZoneToVpcEndpoint", Version: version, Effect: effect(retry.WithToken, in.DryRun)}, in.ClientToken, in)
}
