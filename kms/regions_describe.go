package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DescribeRegionsRequest is empty: [Client.DescribeRegions] has no
// parameters.
type DescribeRegionsRequest struct{}

// Validate returns nil: there are no documented constraints.
func (in DescribeRegionsRequest) Validate() error { return nil }

// DescribeRegionsResponse is the response of [Client.DescribeRegions].
type DescribeRegionsResponse struct {
	RequestID string   `json:"RequestId"`
	Regions   []Region `json:"Regions" answer:"required"`
}

// A Region is a region with KMS.
type Region struct {
	RegionID string `json:"RegionId" answer:"required"`
}

// DescribeRegions returns the regions with KMS. There is no pagination: the
// list is complete.
//
// Errors: [CodeInvalidParameter].
//
// RAM action: presumably kms:DescribeRegions, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-describeregions
func (c *Client) DescribeRegions(ctx context.Context, in DescribeRegionsRequest) (*DescribeRegionsResponse, error) {
	return call[DescribeRegionsResponse](ctx, c, rpc.Op{Name: "DescribeRegions", Version: version, Effect: retry.Read}, in)
}
