package privatelink

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A VpcEndpointSecurityGroup is a security group of an endpoint.
type VpcEndpointSecurityGroup struct {
	SecurityGroupID     string              `json:"SecurityGroupId" answer:"required"`
	SecurityGroupStatus SecurityGroupStatus `json:"SecurityGroupStatus" enum:"Attaching,Attached,Detaching"`
}

// A SecurityGroupStatus says whether a security group is attached to an
// endpoint.
type SecurityGroupStatus string

// The documented states.
const (
	SecurityGroupStatusAttaching SecurityGroupStatus = "Attaching"
	SecurityGroupStatusAttached  SecurityGroupStatus = "Attached"
	SecurityGroupStatusDetaching SecurityGroupStatus = "Detaching"
)

// ListVpcEndpointSecurityGroupsRequest holds the parameters of
// [Client.ListVpcEndpointSecurityGroups].
type ListVpcEndpointSecurityGroupsRequest struct {
	RegionID   string `rpc:"RegionId"`   // default: the client's
	EndpointID string `rpc:"EndpointId"` // required
	NextToken  string `rpc:"NextToken"`  // from the previous page; empty for the first
	MaxResults int    `rpc:"MaxResults"` // 1 to 50, default 50
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in ListVpcEndpointSecurityGroupsRequest) Validate() error {
	return invalid("ListVpcEndpointSecurityGroups",
		check.Required("EndpointId", in.EndpointID),
		check.Range("MaxResults", in.MaxResults, 1, 50),
	)
}

// ListVpcEndpointSecurityGroupsResponse is the response of
// [Client.ListVpcEndpointSecurityGroups]: one page.
type ListVpcEndpointSecurityGroupsResponse struct {
	RequestID      string                     `json:"RequestId"`
	SecurityGroups []VpcEndpointSecurityGroup `json:"SecurityGroups" answer:"required"`
	NextToken      string                     `json:"NextToken"` // empty on the last page
	MaxResults     int                        `json:"MaxResults"`
	TotalCount     int                        `json:"TotalCount"` // over all pages
}

// ListVpcEndpointSecurityGroups returns one page of the security groups of an
// endpoint. [Client.VpcEndpointSecurityGroups] iterates over all pages.
//
// Errors: [CodeEndpointNotFound].
//
// RAM action: privatelink:ListVpcEndpointSecurityGroups.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-listvpcendpointsecuritygroups
func (c *Client) ListVpcEndpointSecurityGroups(ctx context.Context, in ListVpcEndpointSecurityGroupsRequest) (*ListVpcEndpointSecurityGroupsResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[ListVpcEndpointSecurityGroupsResponse](ctx, c, rpc.Op{Name: "ListVpcEndpointSecurityGroups", Version: version, Effect: retry.Read}, "", in)
}

// VpcEndpointSecurityGroups yields every security group of an endpoint, from
// all pages of [Client.ListVpcEndpointSecurityGroups]. Pagination is lazy: a
// page is fetched when the previous one is used up. The sequence ends after the
// first error. MaxResults defaults to 50 here.
func (c *Client) VpcEndpointSecurityGroups(ctx context.Context, in ListVpcEndpointSecurityGroupsRequest) iter.Seq2[VpcEndpointSecurityGroup, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 50
	}
	whole := in.NextToken == ""
	return page.Counted(in.NextToken, whole, func(token string) ([]VpcEndpointSecurityGroup, string, int, error) {
		in := in
		in.NextToken = token
		out, err := c.ListVpcEndpointSecurityGroups(ctx, in)
		if err != nil {
			return nil, "", 0, err
		}
		return out.SecurityGroups, out.NextToken, out.TotalCount, nil
	})
}
