package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DetachSecurityGroupFromVpcEndpointRequest holds the parameters of
// [Client.DetachSecurityGroupFromVpcEndpoint].
type DetachSecurityGroupFromVpcEndpointRequest struct {
	RegionID        string `rpc:"RegionId"`        // default: the client's
	EndpointID      string `rpc:"EndpointId"`      // required
	SecurityGroupID string `rpc:"SecurityGroupId"` // required
	ClientToken     string `rpc:"ClientToken"`     // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun          bool   `rpc:"DryRun"`          // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in DetachSecurityGroupFromVpcEndpointRequest) Validate() error {
	return invalid("DetachSecurityGroupFromVpcEndpoint",
		check.Required("EndpointId", in.EndpointID),
		check.Required("SecurityGroupId", in.SecurityGroupID),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in DetachSecurityGroupFromVpcEndpointRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "DetachSecurityGroupFromVpcEndpoint", in
}

// DetachSecurityGroupFromVpcEndpointResponse is the response of
// [Client.DetachSecurityGroupFromVpcEndpoint].
type DetachSecurityGroupFromVpcEndpointResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DetachSecurityGroupFromVpcEndpoint detaches a security group from an
// endpoint. At least one must remain.
//
// The operation is asynchronous: the endpoint is Pending until
// [Client.WaitVpcEndpointActive] returns. All attempts of a call carry one
// ClientToken. It is retried even if an attempt may have run; if that attempt
// took effect and the service has forgotten the token, the retry fails with
// [CodeSecurityGroupNotFound].
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeEndpointNotFound], [CodeSecurityGroupNotFound],
// [CodeEndpointMustContainSecurityGroup], [CodeServiceDeleted] and, while the
// endpoint is busy, [CodeEndpointOperationDenied], [CodeEndpointLocked],
// [CodeEndpointConnectionOperationDenied] and
// [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:DetachSecurityGroupFromVpcEndpoint.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-detachsecuritygroupfromvpcendpoint
func (c *Client) DetachSecurityGroupFromVpcEndpoint(ctx context.Context, in DetachSecurityGroupFromVpcEndpointRequest) (*DetachSecurityGroupFromVpcEndpointResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[DetachSecurityGroupFromVpcEndpointResponse](ctx, c, rpc.Op{Name: "DetachSecurityGroupFromVpcEndpoint", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
