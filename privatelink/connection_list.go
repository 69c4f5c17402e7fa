package privatelink

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ListVpcEndpointConnectionsRequest holds the parameters of
// [Client.ListVpcEndpointConnections]. Each field that is set, except RegionID,
// NextToken and MaxResults, narrows the result.
type ListVpcEndpointConnectionsRequest struct {
	RegionID           string           `rpc:"RegionId"`           // default: the client's
	ServiceID          string           `rpc:"ServiceId"`          // default: all services of the account
	EndpointID         string           `rpc:"EndpointId"`         // only that of this endpoint
	EndpointOwnerID    int64            `rpc:"EndpointOwnerId"`    // only those from this account
	ConnectionStatus   ConnectionStatus `rpc:"ConnectionStatus"`   // default: all
	ENIID              string           `rpc:"EniId"`              // only that of this network interface of an endpoint
	ResourceID         string           `rpc:"ResourceId"`         // only those to this resource of a service
	ReplacedResourceID string           `rpc:"ReplacedResourceId"` // only those that moved away from this resource
	ResourceGroupID    string           `rpc:"ResourceGroupId"`    // default: all that the caller may see
	NextToken          string           `rpc:"NextToken"`          // from the previous page; empty for the first
	MaxResults         int              `rpc:"MaxResults"`         // 1 to 1000, default 50
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in ListVpcEndpointConnectionsRequest) Validate() error {
	return invalid("ListVpcEndpointConnections",
		check.That(in.EndpointOwnerID >= 0, "EndpointOwnerId", "must not be negative"),
		check.Range("MaxResults", in.MaxResults, 1, 1000),
	)
}

// ListVpcEndpointConnectionsResponse is the response of
// [Client.ListVpcEndpointConnections]: one page.
type ListVpcEndpointConnectionsResponse struct {
	RequestID   string                  `json:"RequestId"`
	Connections []VpcEndpointConnection `json:"Connections" answer:"required"`
	NextToken   string                  `json:"NextToken"` // empty on the last page
	MaxResults  int                     `json:"MaxResults"`
	TotalCount  int                     `json:"TotalCount"` // over all pages
}

// ListVpcEndpointConnections returns one page of the connections from endpoints
// to the services of the account. [Client.VpcEndpointConnections] iterates over
// all pages, and [Client.PendingConnections] yields those that the owner may
// have to accept.
//
// Errors: [CodeServiceNotFound].
//
// RAM action: privatelink:ListVpcEndpointConnections.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-listvpcendpointconnections
func (c *Client) ListVpcEndpointConnections(ctx context.Context, in ListVpcEndpointConnectionsRequest) (*ListVpcEndpointConnectionsResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[ListVpcEndpointConnectionsResponse](ctx, c, rpc.Op{Name: "ListVpcEndpointConnections", Version: version, Effect: retry.Read}, "", in)
}

// VpcEndpointConnections yields every connection that matches in, from all
// pages of [Client.ListVpcEndpointConnections]. Pagination is lazy: a page is
// fetched when the previous one is used up. The sequence ends after the first
// error. MaxResults defaults to 1000 here.
func (c *Client) VpcEndpointConnections(ctx context.Context, in ListVpcEndpointConnectionsRequest) iter.Seq2[VpcEndpointConnection, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 1000
	}
	filters := in
	filters.RegionID, filters.MaxResults = "", 0
	whole := len(rpc.Params(filters, nil)) == 0 // whether TotalCount heeds them is not documented
	return page.Counted(in.NextToken, whole, func(token string) ([]VpcEndpointConnection, string, int, error) {
		in := in
		in.NextToken = token
		out, err := c.ListVpcEndpointConnections(ctx, in)
		if err != nil {
			return nil, "", 0, err
		}
		return out.Connections, out.NextToken, out.TotalCount, nil
	})
}
