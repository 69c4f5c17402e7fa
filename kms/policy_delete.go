package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeletePolicyRequest holds the parameters of [Client.DeletePolicy].
type DeletePolicyRequest struct {
	Name string `rpc:"Name"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeletePolicyRequest) Validate() error {
	return invalid("DeletePolicy", check.Required("Name", in.Name))
}

// DeletePolicyResponse is the response of [Client.DeletePolicy].
type DeletePolicyResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeletePolicy deletes a policy. According to the documentation, detach it from
// all access points first, or their applications lose access to KMS.
//
// The operation is synchronous. It is retried even if an attempt may have run;
// if that attempt took effect, the retry fails with [CodeResourceNotFound].
//
// Errors: [CodeResourceNotFound], [CodeInvalidParameter].
//
// RAM action: presumably kms:DeletePolicy, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-deletepolicy
func (c *Client) DeletePolicy(ctx context.Context, in DeletePolicyRequest) (*DeletePolicyResponse, error) {
	return call[DeletePolicyResponse](ctx, c, rpc.Op{Name: "DeletePolicy", Version: version, Effect: retry.Idempotent}, in)
}
