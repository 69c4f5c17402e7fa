package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// AddUserToVpcEndpointServiceRequest holds the parameters of
// [Client.AddUserToVpcEndpointService].
type AddUserToVpcEndpointServiceRequest struct {
	RegionID    string `rpc:"RegionId"`    // default: the client's
	ServiceID   string `rpc:"ServiceId"`   // required
	UserID      int64  `rpc:"UserId"`      // the account; required, unless UserARN is set
	UserARN     string `rpc:"UserARN"`     // such as acs:ram:*:132193271328****:*
	ClientToken string `rpc:"ClientToken"` // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun      bool   `rpc:"DryRun"`      // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in AddUserToVpcEndpointServiceRequest) Validate() error {
	return invalid("AddUserToVpcEndpointService",
		check.Required("ServiceId", in.ServiceID),
		check.That(in.UserID != 0 || in.UserARN != "", "UserId", "is required unless UserARN is set"),
		check.That(in.UserID >= 0, "UserId", "must not be negative"),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in AddUserToVpcEndpointServiceRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "AddUserToVpcEndpointService", in
}

// AddUserToVpcEndpointServiceResponse is the response of
// [Client.AddUserToVpcEndpointService].
type AddUserToVpcEndpointServiceResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// AddUserToVpcEndpointService allows an account to connect endpoints to a
// service.
//
// All attempts of a call carry one ClientToken. It is idempotent: it is retried
// even if an attempt may have run.
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeServiceNotFound], [CodeMissingUserARN], [CodeUserMismatch],
// [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:AddUserToVpcEndpointService.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-addusertovpcendpointservice
func (c *Client) AddUserToVpcEndpointService(ctx context.Context, in AddUserToVpcEndpointServiceRequest) (*AddUserToVpcEndpointServiceResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[AddUserToVpcEndpointServiceResponse](ctx, c, rpc.Op{Name: "AddUserToVpcEndpointService", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
