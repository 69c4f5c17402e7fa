package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A Region is a region with PrivateLink.
type Region struct {
	RegionID             string                `json:"RegionId" answer:"required"`
	LocalName            string                `json:"LocalName"`
	RegionEndpoint       string                `json:"RegionEndpoint"`                               // the host
	ServiceResourceTypes []ServiceResourceType `json:"ServiceResourceTypes" enum:"slb,alb,nlb,gwlb"` // types of resources that services can have there
}

// DescribeRegionsRequest holds the parameters of [Client.DescribeRegions].
type DescribeRegionsRequest struct {
	RegionID            string `rpc:"RegionId"`            // only this region; default: all
	ServiceResourceType string `rpc:"ServiceResourceType"` // only regions with resources of this type, or ALL; default slb
}

// Validate returns nil: there are no documented constraints.
func (DescribeRegionsRequest) Validate() error { return nil }

// DescribeRegionsResponse is the response of [Client.DescribeRegions].
type DescribeRegionsResponse struct {
	RequestID string   `json:"RequestId"`
	Regions   []Region `json:"Regions" answer:"required"`
}

// DescribeRegions returns the regions with PrivateLink.
//
// Errors: only those of all operations, such as [CodeThrottling].
//
// RAM action: privatelink:DescribeRegions.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-describeregions
func (c *Client) DescribeRegions(ctx context.Context, in DescribeRegionsRequest) (*DescribeRegionsResponse, error) {
	return call[DescribeRegionsResponse](ctx, c, rpc.Op{Name: "DescribeRegions", Version: version, Effect: retry.Read}, "", in)
}
