package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// UpdateApplicationAccessPointRequest holds the parameters of
// [Client.UpdateApplicationAccessPoint]. A nil field leaves its setting
// unchanged.
type UpdateApplicationAccessPointRequest struct {
	Name        string  `rpc:"Name"`        // required
	Description *string `rpc:"Description"` // an empty description clears it
	// Policies are the names of policies, up to 3, which replace the existing
	// ones. An empty list is sent; it is not documented whether the service
	// accepts that.
	Policies []string `rpc:"Policies,json"`
}

// Validate checks in against the documented constraints, without sending it.
func (in UpdateApplicationAccessPointRequest) Validate() error {
	return invalid("UpdateApplicationAccessPoint",
		check.Required("Name", in.Name),
		check.Items("Policies", len(in.Policies), maxPolicies),
	)
}

// UpdateApplicationAccessPointResponse is the response of
// [Client.UpdateApplicationAccessPoint].
type UpdateApplicationAccessPointResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// UpdateApplicationAccessPoint changes the description or the policies of an
// access point. It is idempotent: it is retried even if an attempt may have
// run.
//
// Errors: [CodeResourceNotFound] for the access point or a policy,
// [CodeInvalidParameter].
//
// RAM action: presumably kms:UpdateApplicationAccessPoint, like the operation;
// the API reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-updateapplicationaccesspoint
func (c *Client) UpdateApplicationAccessPoint(ctx context.Context, in UpdateApplicationAccessPointRequest) (*UpdateApplicationAccessPointResponse, error) {
	return call[UpdateApplicationAccessPointResponse](ctx, c, rpc.Op{Name: "UpdateApplicationAccessPoint", Version: version, Effect: retry.Idempotent, JSON: encode.JSON}, in)
}
