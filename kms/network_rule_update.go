package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// UpdateNetworkRuleRequest holds the parameters of [Client.UpdateNetworkRule].
// A nil field leaves its setting unchanged.
type UpdateNetworkRuleRequest struct {
	Name        string  `rpc:"Name"`        // required
	Description *string `rpc:"Description"` // an empty description clears it
	// SourcePrivateIP are addresses and CIDR blocks, which replace the existing
	// ones. An empty list is sent; it is not documented whether the service
	// accepts that.
	SourcePrivateIP []string `rpc:"SourcePrivateIp,json"`
}

// Validate checks in against the documented constraints, without sending it.
func (in UpdateNetworkRuleRequest) Validate() error {
	return invalid("UpdateNetworkRule", append([]check.Problem{
		check.Required("Name", in.Name),
	}, check.Each("SourcePrivateIp", in.SourcePrivateIP, sourceRules)...)...)
}

// UpdateNetworkRuleResponse is the response of [Client.UpdateNetworkRule].
type UpdateNetworkRuleResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// UpdateNetworkRule changes the addresses or the description of a network rule,
// for all policies that use it. It is idempotent: it is retried even if an
// attempt may have run.
//
// Errors: [CodeResourceNotFound], [CodeInvalidParameter].
//
// RAM action: presumably kms:UpdateNetworkRule, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-updatenetworkrule
func (c *Client) UpdateNetworkRule(ctx context.Context, in UpdateNetworkRuleRequest) (*UpdateNetworkRuleResponse, error) {
	return call[UpdateNetworkRuleResponse](ctx, c, rpc.Op{Name: "UpdateNetworkRule", Version: version, Effect: retry.Idempotent, JSON: encode.JSON}, in)
}
