package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// UpdateVpcEndpointServiceAttributeRequest holds the parameters of
// [Client.UpdateVpcEndpointServiceAttribute].
type UpdateVpcEndpointServiceAttributeRequest struct {
	RegionID               string           `rpc:"RegionId"`                 // default: the client's
	ServiceID              string           `rpc:"ServiceId"`                // required
	ServiceDescription     *string          `rpc:"ServiceDescription"`       // any text
	AutoAcceptEnabled      *bool            `rpc:"AutoAcceptEnabled"`        // accept all connections automatically; otherwise the owner must accept each
	ConnectBandwidth       int64            `rpc:"ConnectBandwidth"`         // default bandwidth of a connection, 100 to 10240 Mbit/s; only with CLB and ALB
	AddressIPVersion       AddressIPVersion `rpc:"AddressIpVersion"`         // DualStack only with nlb and gwlb
	ZoneAffinityEnabled    *bool            `rpc:"ZoneAffinityEnabled"`      // resolve the domain names of endpoints to the nearest zone first
	AddSupportedRegions    []string         `rpc:"AddSupportedRegionSet"`    // other regions in which endpoints are allowed from now on
	DeleteSupportedRegions []string         `rpc:"DeleteSupportedRegionSet"` // other regions in which endpoints are no longer allowed
	ServiceSupportIPv6     *bool            `rpc:"ServiceSupportIPv6"`       // deprecated by the API: use AddressIPVersion
	ClientToken            string           `rpc:"ClientToken"`              // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun                 bool             `rpc:"DryRun"`                   // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in UpdateVpcEndpointServiceAttributeRequest) Validate() error {
	return invalid("UpdateVpcEndpointServiceAttribute",
		check.Required("ServiceId", in.ServiceID),
		check.Range("ConnectBandwidth", in.ConnectBandwidth, 100, 10240),
		check.OneOf("AddressIpVersion", in.AddressIPVersion, AddressIPVersionIPv4, AddressIPVersionDualStack),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in UpdateVpcEndpointServiceAttributeRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "UpdateVpcEndpointServiceAttribute", in
}

// UpdateVpcEndpointServiceAttributeResponse is the response of
// [Client.UpdateVpcEndpointServiceAttribute].
type UpdateVpcEndpointServiceAttributeResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// UpdateVpcEndpointServiceAttribute changes those settings of an endpoint
// service that the request sets. Other settings remain unchanged. The endpoint
// service must be Active, and an account can make one such call at a time.
//
// The operation is asynchronous: the service is Pending until
// [Client.WaitVpcEndpointServiceActive] returns. All attempts of a call carry
// one ClientToken. It is idempotent: it is retried even if an attempt may have
// run.
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeServiceNotFound], [CodeServiceDowngradeNotAllowed],
// [CodeServiceResourceNotSupportedIpv6], [CodeServiceNameConflict],
// [CodePrivateDNSNameDependency], [CodePrivateDomainNotSupported],
// [CodePrivateDomainStatusNotSupported],
// [CodePrivateServiceDomainBusinessStatus], [CodeInvalidPrivateDNSName] and,
// while the service is busy, [CodeServiceOperationDenied], [CodeServiceLocked]
// and [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:UpdateVpcEndpointServiceAttribute.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-updatevpcendpointserviceattribute
func (c *Client) UpdateVpcEndpointServiceAttribute(ctx context.Context, in UpdateVpcEndpointServiceAttributeRequest) (*UpdateVpcEndpointServiceAttributeResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[UpdateVpcEndpointServiceAttributeResponse](ctx, c, rpc.Op{Name: "UpdateVpcEndpointServiceAttribute", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
