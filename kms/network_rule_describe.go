package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DescribeNetworkRuleRequest holds the parameters of [Client.DescribeNetworkRule].
type DescribeNetworkRuleRequest struct {
	Name string `rpc:"Name"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeNetworkRuleRequest) Validate() error {
	return invalid("DescribeNetworkRule", check.Required("Name", in.Name))
}

// DescribeNetworkRuleResponse is the response of [Client.DescribeNetworkRule].
// The service does not return the name; it is taken from the request.
type DescribeNetworkRuleResponse struct {
	RequestID   string         `json:"RequestId"`
	NetworkRule `answer:"ARN"` // Name is taken from the request
}

// DescribeNetworkRule returns one network rule.
//
// Errors: [CodeResourceNotFound], [CodeInvalidParameter].
//
// RAM action: presumably kms:DescribeNetworkRule, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-describenetworkrule
func (c *Client) DescribeNetworkRule(ctx context.Context, in DescribeNetworkRuleRequest) (*DescribeNetworkRuleResponse, error) {
	out, err := call[DescribeNetworkRuleResponse](ctx, c, rpc.Op{Name: "DescribeNetworkRule", Version: version, Effect: retry.Read}, in)
	if err == nil {
		out.Name = in.Name
	}
	return out, err
}
