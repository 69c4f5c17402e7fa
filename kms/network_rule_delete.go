package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeleteNetworkRuleRequest holds the parameters of [Client.DeleteNetworkRule].
type DeleteNetworkRuleRequest struct {
	Name string `rpc:"Name"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteNetworkRuleRequest) Validate() error {
	return invalid("DeleteNetworkRule", check.Required("Name", in.Name))
}

// DeleteNetworkRuleResponse is the response of [Client.DeleteNetworkRule].
type DeleteNetworkRuleResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeleteNetworkRule deletes a network rule. According to the documentation,
// detach it from all policies first, or their applications lose access to KMS.
//
// The operation is synchronous. It is retried even if an attempt may have run;
// if that attempt took effect, the retry fails with [CodeResourceNotFound].
//
// Errors: [CodeResourceNotFound], [CodeInvalidParameter].
//
// RAM action: presumably kms:DeleteNetworkRule, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-deletenetworkrule
func (c *Client) DeleteNetworkRule(ctx context.Context, in DeleteNetworkRuleRequest) (*DeleteNetworkRuleResponse, error) {
	return call[DeleteNetworkRuleResponse](ctx, c, rpc.Op{Name: "DeleteNetworkRule", Version: version, Effect: retry.Idempotent}, in)
}
