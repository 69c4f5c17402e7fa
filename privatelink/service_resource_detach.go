package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DetachResourceFromVpcEndpointServiceRequest holds the parameters of
// [Client.DetachResourceFromVpcEndpointService].
type DetachResourceFromVpcEndpointServiceRequest struct {
	RegionID     string              `rpc:"RegionId"`     // default: the client's
	ServiceID    string              `rpc:"ServiceId"`    // required
	ResourceID   string              `rpc:"ResourceId"`   // required: the load balancer
	ResourceType ServiceResourceType `rpc:"ResourceType"` // default: any type
	ZoneID       string              `rpc:"ZoneId"`       // required for ALB, NLB and GWLB
	ClientToken  string              `rpc:"ClientToken"`  // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun       bool                `rpc:"DryRun"`       // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in DetachResourceFromVpcEndpointServiceRequest) Validate() error {
	return invalid("DetachResourceFromVpcEndpointService",
		check.Required("ServiceId", in.ServiceID),
		check.Required("ResourceId", in.ResourceID),
		check.That(in.ZoneID != "" || !in.ResourceType.zonal(), "ZoneId", "is required for ALB, NLB and GWLB"),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in DetachResourceFromVpcEndpointServiceRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "DetachResourceFromVpcEndpointService", in
}

// DetachResourceFromVpcEndpointServiceResponse is the response of
// [Client.DetachResourceFromVpcEndpointService].
type DetachResourceFromVpcEndpointServiceResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DetachResourceFromVpcEndpointService detaches a resource from an endpoint
// service. The service must be Active, and no endpoint may be connected to the
// resource.
//
// The operation is asynchronous: the service is Pending until
// [Client.WaitVpcEndpointServiceActive] returns. All attempts of a call carry
// one ClientToken. It is retried even if an attempt may have run; if that
// attempt took effect and the service has forgotten the token, the retry fails
// with [CodeServiceResourceNotFound].
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeServiceNotFound], [CodeServiceResourceNotFound],
// [CodeServiceResourceCannotRemove], [CodeServiceConnectionDependence] and,
// while the service is busy, [CodeServiceOperationDenied] and
// [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:DetachResourceFromVpcEndpointService.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-detachresourcefromvpcendpointservice
func (c *Client) DetachResourceFromVpcEndpointService(ctx context.Context, in DetachResourceFromVpcEndpointServiceRequest) (*DetachResourceFromVpcEndpointServiceResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[DetachResourceFromVpcEndpointServiceResponse](ctx, c, rpc.Op{Name: "DetachResourceFromVpcEndpointService", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
