package privatelink

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ListVpcEndpointsRequest holds the parameters of [Client.ListVpcEndpoints].
// Each field that is set, except RegionID, NextToken and MaxResults, narrows
// the result.
type ListVpcEndpointsRequest struct {
	RegionID         string           `rpc:"RegionId"`         // default: the client's
	EndpointID       string           `rpc:"EndpointId"`       // only this one
	EndpointName     string           `rpc:"EndpointName"`     // not documented whether a part of a name matches
	EndpointType     EndpointType     `rpc:"EndpointType"`     // default: all
	EndpointStatus   EndpointStatus   `rpc:"EndpointStatus"`   // default: all
	ConnectionStatus ConnectionStatus `rpc:"ConnectionStatus"` // default: all
	AddressIPVersion AddressIPVersion `rpc:"AddressIpVersion"` // default: both
	VpcID            string           `rpc:"VpcId"`            // default: all of the region
	ServiceName      string           `rpc:"ServiceName"`      // default: all services
	ServiceRegionID  string           `rpc:"ServiceRegionId"`  // region of the service, default: all
	ResourceGroupID  string           `rpc:"ResourceGroupId"`  // default: all that the caller may see
	Tags             []Tag            `rpc:"Tag"`              // all of them must match; up to 20, with different keys
	NextToken        string           `rpc:"NextToken"`        // from the previous page; empty for the first
	MaxResults       int              `rpc:"MaxResults"`       // 1 to 1000, default 50
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in ListVpcEndpointsRequest) Validate() error {
	return invalid("ListVpcEndpoints", append([]check.Problem{
		check.OneOf("AddressIpVersion", in.AddressIPVersion, AddressIPVersionIPv4, AddressIPVersionDualStack),
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
		check.Range("MaxResults", in.MaxResults, 1, 1000),
	}, check.Each("Tag", in.Tags, tagFilterRules)...)...)
}

// ListVpcEndpointsResponse is the response of [Client.ListVpcEndpoints]: one
// page.
type ListVpcEndpointsResponse struct {
	RequestID  string        `json:"RequestId"`
	Endpoints  []VpcEndpoint `json:"Endpoints" answer:"required"`
	NextToken  string        `json:"NextToken"` // empty on the last page
	MaxResults int           `json:"MaxResults"`
	TotalCount int           `json:"TotalCount"` // over all pages
}

// ListVpcEndpoints returns one page of endpoints. [Client.VpcEndpoints]
// iterates over all pages.
//
// Errors: only those of all operations, such as [CodeThrottling].
//
// RAM action: privatelink:ListVpcEndpoints.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-listvpcendpoints
func (c *Client) ListVpcEndpoints(ctx context.Context, in ListVpcEndpointsRequest) (*ListVpcEndpointsResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[ListVpcEndpointsResponse](ctx, c, rpc.Op{Name: "ListVpcEndpoints", Version: version, Effect: retry.Read}, "", in)
}

// VpcEndpoints yields every endpoint that matches in, from all pages of
// [Client.ListVpcEndpoints]. Pagination is lazy: a page is fetched when the
// previous one is used up. The sequence ends after the first error. MaxResults
// defaults to 1000 here.
func (c *Client) VpcEndpoints(ctx context.Context, in ListVpcEndpointsRequest) iter.Seq2[VpcEndpoint, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 1000
	}
	filters := in
	filters.RegionID, filters.MaxResults = "", 0
	whole := len(rpc.Params(filters, nil)) == 0 // whether TotalCount heeds them is not documented
	return page.Counted(in.NextToken, whole, func(token string) ([]VpcEndpoint, string, int, error) {
		in := in
		in.NextToken = token
		out, err := c.ListVpcEndpoints(ctx, in)
		if err != nil {
			return nil, "", 0, err
		}
		return out.Endpoints, out.NextToken, out.TotalCount, nil
	})
}
