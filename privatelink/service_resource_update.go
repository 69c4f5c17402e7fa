package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// UpdateVpcEndpointServiceResourceAttributeRequest holds the parameters of
// [Client.UpdateVpcEndpointServiceResourceAttribute].
type UpdateVpcEndpointServiceResourceAttributeRequest struct {
	RegionID             string `rpc:"RegionId"`             // default: the client's
	ServiceID            string `rpc:"ServiceId"`            // required
	ResourceID           string `rpc:"ResourceId"`           // required: the load balancer
	ZoneID               string `rpc:"ZoneId"`               // required for ALB, NLB and GWLB
	AutoAllocatedEnabled *bool  `rpc:"AutoAllocatedEnabled"` // required; connect new endpoints to the resource automatically
	ClientToken          string `rpc:"ClientToken"`          // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun               bool   `rpc:"DryRun"`               // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in UpdateVpcEndpointServiceResourceAttributeRequest) Validate() error {
	return invalid("UpdateVpcEndpointServiceResourceAttribute",
		check.Required("ServiceId", in.ServiceID),
		check.Required("ResourceId", in.ResourceID),
		check.Required("AutoAllocatedEnabled", in.AutoAllocatedEnabled),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in UpdateVpcEndpointServiceResourceAttributeRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "UpdateVpcEndpointServiceResourceAttribute", in
}

// UpdateVpcEndpointServiceResourceAttributeResponse is the response of
// [Client.UpdateVpcEndpointServiceResourceAttribute].
type UpdateVpcEndpointServiceResourceAttributeResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// UpdateVpcEndpointServiceResourceAttribute sets whether the service connects
// new endpoints to a resource automatically.
//
// All attempts of a call carry one ClientToken. It is idempotent: it is retried
// even if an attempt may have run.
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeServiceNotFound], [CodeServiceResourceNotFound],
// [CodeResourceAutoAllocateViolation] and, while the service is busy,
// [CodeServiceOperationDenied] and [CodeServiceLocked].
//
// RAM action: privatelink:UpdateVpcEndpointServiceResourceAttribute.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-updatevpcendpointserviceresourceattribute
func (c *Client) UpdateVpcEndpointServiceResourceAttribute(ctx context.Context, in UpdateVpcEndpointServiceResourceAttributeRequest) (*UpdateVpcEndpointServiceResourceAttributeResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[UpdateVpcEndpointServiceResourceAttributeResponse](ctx, c, rpc.Op{Name: "UpdateVpcEndpointServiceResourceAttribute", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
