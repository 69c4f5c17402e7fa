package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// AttachResourceToVpcEndpointServiceRequest holds the parameters of
// [Client.AttachResourceToVpcEndpointService].
type AttachResourceToVpcEndpointServiceRequest struct {
	RegionID     string              `rpc:"RegionId"`     // default: the client's
	ServiceID    string              `rpc:"ServiceId"`    // required
	ResourceID   string              `rpc:"ResourceId"`   // required: the load balancer
	ResourceType ServiceResourceType `rpc:"ResourceType"` // required
	ZoneID       string              `rpc:"ZoneId"`       // required for ALB, NLB and GWLB
	ClientToken  string              `rpc:"ClientToken"`  // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun       bool                `rpc:"DryRun"`       // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in AttachResourceToVpcEndpointServiceRequest) Validate() error {
	return invalid("AttachResourceToVpcEndpointService",
		check.Required("ServiceId", in.ServiceID),
		check.Required("ResourceId", in.ResourceID),
		check.Required("ResourceType", in.ResourceType),
		check.That(in.ZoneID != "" || !in.ResourceType.zonal(), "ZoneId", "is required for ALB, NLB and GWLB"),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in AttachResourceToVpcEndpointServiceRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "AttachResourceToVpcEndpointService", in
}

// AttachResourceToVpcEndpointServiceResponse is the response of
// [Client.AttachResourceToVpcEndpointService].
type AttachResourceToVpcEndpointServiceResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// AttachResourceToVpcEndpointService attaches another resource to an endpoint
// service, which must be Active.
//
// The operation is asynchronous: the service is Pending until
// [Client.WaitVpcEndpointServiceActive] returns. All attempts of a call carry
// one ClientToken. It is retried even if an attempt may have run; if that
// attempt took effect and the service has forgotten the token, the retry fails
// with [CodeServiceResourceExist].
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeServiceNotFound], [CodeServiceResourceExist],
// [CodeLoadBalancerNotFound], [CodeALBNotFound], [CodeNATGatewayNotFound],
// [CodeVSwitchNotFound], [CodeLoadBalancerNotSupported],
// [CodeResourceTypeMismatch], [CodeServiceResourceTypeNotEqual],
// [CodeServiceResourceTypeNotSupported],
// [CodeServiceResourceNotSupportedIpv6], [CodeServiceNotSupportedZone],
// [CodeQuotaMismatched] and, while the service is busy,
// [CodeServiceOperationDenied] and [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:AttachResourceToVpcEndpointService.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-attachresourcetovpcendpointservice
func (c *Client) AttachResourceToVpcEndpointService(ctx context.Context, in AttachResourceToVpcEndpointServiceRequest) (*AttachResourceToVpcEndpointServiceResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[AttachResourceToVpcEndpointServiceResponse](ctx, c, rpc.Op{Name: "AttachResourceToVpcEndpointService", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
