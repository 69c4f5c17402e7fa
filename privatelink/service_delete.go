package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeleteVpcEndpointServiceRequest holds the parameters of
// [Client.DeleteVpcEndpointService].
type DeleteVpcEndpointServiceRequest struct {
	RegionID    string `rpc:"RegionId"`    // default: the client's
	ServiceID   string `rpc:"ServiceId"`   // required
	ClientToken string `rpc:"ClientToken"` // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun      bool   `rpc:"DryRun"`      // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in DeleteVpcEndpointServiceRequest) Validate() error {
	return invalid("DeleteVpcEndpointService",
		check.Required("ServiceId", in.ServiceID),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in DeleteVpcEndpointServiceRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "DeleteVpcEndpointService", in
}

// DeleteVpcEndpointServiceResponse is the response of
// [Client.DeleteVpcEndpointService].
type DeleteVpcEndpointServiceResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeleteVpcEndpointService deletes an endpoint service. Its connections must be
// disabled and its resources detached first.
// [Client.EnsureVpcEndpointServiceAbsent] does all of that for a key.
//
// The operation is asynchronous: see [Client.WaitVpcEndpointServiceDeleted].
// All attempts of a call carry one ClientToken. It is retried even if an
// attempt may have run; if that attempt took effect and the service has
// forgotten the token, the retry fails with [CodeServiceNotFound].
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeServiceNotFound], [CodeServiceConnectionDependence],
// [CodeServiceDependenceViolation], [CodeDeleteFailedDueToEndpointExist] and,
// while the service is busy, [CodeServiceOperationDenied] and
// [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:DeleteVpcEndpointService.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-deletevpcendpointservice
func (c *Client) DeleteVpcEndpointService(ctx context.Context, in DeleteVpcEndpointServiceRequest) (*DeleteVpcEndpointServiceResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[DeleteVpcEndpointServiceResponse](ctx, c, rpc.Op{Name: "DeleteVpcEndpointService", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
