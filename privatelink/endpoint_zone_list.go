package privatelink

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ListVpcEndpointZonesRequest holds the parameters of
// [Client.ListVpcEndpointZones].
type ListVpcEndpointZonesRequest struct {
	RegionID   string `rpc:"RegionId"`   // default: the client's
	EndpointID string `rpc:"EndpointId"` // required
	NextToken  string `rpc:"NextToken"`  // from the previous page; empty for the first
	MaxResults int    `rpc:"MaxResults"` // 1 to 1000, default 50
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in ListVpcEndpointZonesRequest) Validate() error {
	return invalid("ListVpcEndpointZones",
		check.Required("EndpointId", in.EndpointID),
		check.Range("MaxResults", in.MaxResults, 1, 1000),
	)
}

// ListVpcEndpointZonesResponse is the response of
// [Client.ListVpcEndpointZones]: one page.
type ListVpcEndpointZonesResponse struct {
	RequestID  string            `json:"RequestId"`
	Zones      []VpcEndpointZone `json:"Zones" answer:"required"`
	NextToken  string            `json:"NextToken"` // empty on the last page
	MaxResults int               `json:"MaxResults"`
	TotalCount int               `json:"TotalCount"` // over all pages
}

// ListVpcEndpointZones returns one page of the zones of an endpoint.
// [Client.VpcEndpointZones] iterates over all pages.
//
// Errors: [CodeEndpointNotFound].
//
// RAM action: privatelink:ListVpcEndpointZones.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-listvpcendpointzones
func (c *Client) ListVpcEndpointZones(ctx context.Context, in ListVpcEndpointZonesRequest) (*ListVpcEndpointZonesResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[ListVpcEndpointZonesResponse](ctx, c, rpc.Op{Name: "ListVpcEndpointZones", Version: version, Effect: retry.Read}, "", in)
}

// VpcEndpointZones yields every zone of an endpoint, from all pages of
// [Client.ListVpcEndpointZones]. Pagination is lazy: a page is fetched when the
// previous one is used up. The sequence ends after the first error. MaxResults
// defaults to 1000 here.
func (c *Client) VpcEndpointZones(ctx context.Context, in ListVpcEndpointZonesRequest) iter.Seq2[VpcEndpointZone, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 1000
	}
	whole := in.NextToken == ""
	return page.Counted(in.NextToken, whole, func(token string) ([]VpcEndpointZone, string, int, error) {
		in := in
		in.NextToken = token
		out, err := c.ListVpcEndpointZones(ctx, in)
		if err != nil {
			return nil, "", 0, err
		}
		return out.Zones, out.NextToken, out.TotalCount, nil
	})
}
