package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DescribePolicyRequest holds the parameters of [Client.DescribePolicy].
type DescribePolicyRequest struct {
	Name string `rpc:"Name"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribePolicyRequest) Validate() error {
	return invalid("DescribePolicy", check.Required("Name", in.Name))
}

// DescribePolicyResponse is the response of [Client.DescribePolicy].
type DescribePolicyResponse struct {
	RequestID string `json:"RequestId"`
	Policy
}

// DescribePolicy returns one policy.
//
// Errors: [CodeResourceNotFound], [CodeInvalidParameter].
//
// RAM action: presumably kms:DescribePolicy, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-describepolicy
func (c *Client) DescribePolicy(ctx context.Context, in DescribePolicyRequest) (*DescribePolicyResponse, error) {
	return call[DescribePolicyResponse](ctx, c, rpc.Op{Name: "DescribePolicy", Version: version, Effect: retry.Read}, in)
}
