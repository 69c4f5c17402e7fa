package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// AttachSecurityGroupToVpcEndpointRequest holds the parameters of
// [Client.AttachSecurityGroupToVpcEndpoint].
type AttachSecurityGroupToVpcEndpointRequest struct {
	RegionID        string `rpc:"RegionId"`        // default: the client's
	EndpointID      string `rpc:"EndpointId"`      // required
	SecurityGroupID string `rpc:"SecurityGroupId"` // required
	ClientToken     string `rpc:"ClientToken"`     // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun          bool   `rpc:"DryRun"`          // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in AttachSecurityGroupToVpcEndpointRequest) Validate() error {
	return invalid("AttachSecurityGroupToVpcEndpoint",
		check.Required("EndpointId", in.EndpointID),
		check.Required("SecurityGroupId", in.SecurityGroupID),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in AttachSecurityGroupToVpcEndpointRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "AttachSecurityGroupToVpcEndpoint", in
}

// AttachSecurityGroupToVpcEndpointResponse is the response of
// [Client.AttachSecurityGroupToVpcEndpoint].
type AttachSecurityGroupToVpcEndpointResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// AttachSecurityGroupToVpcEndpoint attaches another security group to an
// endpoint. All must be of one type. An endpoint can have 10.
//
// The operation is asynchronous: the endpoint is Pending until
// [Client.WaitVpcEndpointActive] returns. All attempts of a call carry one
// ClientToken. It is retried even if an attempt may have run; if that attempt
// took effect and the service has forgotten the token, the retry fails with
// [CodeSecurityGroupExist].
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeEndpointNotFound], [CodeSecurityGroupNotFound],
// [CodeSecurityGroupExist], [CodeSecurityGroupTypeNotSupported],
// [CodeSecurityGroupTypeOnlySingleType], [CodeServiceDeleted] and, while the
// endpoint is busy, [CodeEndpointOperationDenied], [CodeEndpointLocked],
// [CodeEndpointConnectionOperationDenied] and
// [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:AttachSecurityGroupToVpcEndpoint.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-attachsecuritygrouptovpcendpoint
func (c *Client) AttachSecurityGroupToVpcEndpoint(ctx context.Context, in AttachSecurityGroupToVpcEndpointRequest) (*AttachSecurityGroupToVpcEndpointResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[AttachSecurityGroupToVpcEndpointResponse](ctx, c, rpc.Op{Name: "AttachSecurityGroupToVpcEndpoint", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
