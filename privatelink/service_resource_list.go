package privatelink

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A VpcEndpointServiceResource is a load balancer behind an endpoint service.
type VpcEndpointServiceResource struct {
	ResourceID                     string              `json:"ResourceId" answer:"required"`
	ResourceType                   ServiceResourceType `json:"ResourceType" enum:"slb,alb,nlb,gwlb"`
	RegionID                       string              `json:"RegionId"`
	ZoneID                         string              `json:"ZoneId"`
	VpcID                          string              `json:"VpcId"`
	VSwitchID                      string              `json:"VSwitchId"`
	IP                             string              `json:"Ip"`
	AutoAllocatedEnabled           bool                `json:"AutoAllocatedEnabled"` // new endpoints are connected to it
	RelatedEndpointCount           int64               `json:"RelatedEndpointCount"`
	RelatedDeprecatedEndpointCount int64               `json:"RelatedDeprecatedEndpointCount"` // that moved to another resource and are not disconnected yet
	ResourceSupportIPv6            bool                `json:"ResourceSupportIPv6"`
}

// ListVpcEndpointServiceResourcesRequest holds the parameters of
// [Client.ListVpcEndpointServiceResources].
type ListVpcEndpointServiceResourcesRequest struct {
	RegionID   string `rpc:"RegionId"`   // default: the client's
	ServiceID  string `rpc:"ServiceId"`  // required
	NextToken  string `rpc:"NextToken"`  // from the previous page; empty for the first
	MaxResults int    `rpc:"MaxResults"` // 1 to 50, default 50
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in ListVpcEndpointServiceResourcesRequest) Validate() error {
	return invalid("ListVpcEndpointServiceResources",
		check.Required("ServiceId", in.ServiceID),
		check.Range("MaxResults", in.MaxResults, 1, 50),
	)
}

// ListVpcEndpointServiceResourcesResponse is the response of
// [Client.ListVpcEndpointServiceResources]: one page.
type ListVpcEndpointServiceResourcesResponse struct {
	RequestID  string                       `json:"RequestId"`
	Resources  []VpcEndpointServiceResource `json:"Resources" answer:"required"`
	NextToken  string                       `json:"NextToken"` // empty on the last page
	MaxResults int                          `json:"MaxResults"`
}

// ListVpcEndpointServiceResources returns one page of the resources of an
// endpoint service. [Client.VpcEndpointServiceResources] iterates over all
// pages.
//
// Errors: [CodeServiceNotFound].
//
// RAM action: privatelink:ListVpcEndpointServiceResources.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-listvpcendpointserviceresources
func (c *Client) ListVpcEndpointServiceResources(ctx context.Context, in ListVpcEndpointServiceResourcesRequest) (*ListVpcEndpointServiceResourcesResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[ListVpcEndpointServiceResourcesResponse](ctx, c, rpc.Op{Name: "ListVpcEndpointServiceResources", Version: version, Effect: retry.Read}, "", in)
}

// VpcEndpointServiceResources yields every resource of an endpoint service,
// from all pages of [Client.ListVpcEndpointServiceResources]. Pagination is
// lazy: a page is fetched when the previous one is used up. The sequence ends
// after the first error. MaxResults defaults to 50 here.
func (c *Client) VpcEndpointServiceResources(ctx context.Context, in ListVpcEndpointServiceResourcesRequest) iter.Seq2[VpcEndpointServiceResource, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 50
	}
	return page.All(in.NextToken, func(token string) ([]VpcEndpointServiceResource, string, error) {
		in := in
		in.NextToken = token
		out, err := c.ListVpcEndpointServiceResources(ctx, in)
		if err != nil {
			return nil, "", err
		}
		return out.Resources, out.NextToken, nil
	})
}
