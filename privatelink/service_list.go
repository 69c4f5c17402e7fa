package privatelink

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ListVpcEndpointServicesRequest holds the parameters of
// [Client.ListVpcEndpointServices]. Each field that is set, except RegionID,
// NextToken and MaxResults, narrows the result.
type ListVpcEndpointServicesRequest struct {
	RegionID              string                `rpc:"RegionId"`              // default: the client's
	ServiceID             string                `rpc:"ServiceId"`             // only this one
	ServiceName           string                `rpc:"ServiceName"`           // such as com.aliyuncs.privatelink.cn-hangzhou.epsrv-hp3vpx8yqxblby3i****
	ServiceStatus         ServiceStatus         `rpc:"ServiceStatus"`         // default: all
	ServiceBusinessStatus ServiceBusinessStatus `rpc:"ServiceBusinessStatus"` // default: both
	ServiceResourceType   ServiceResourceType   `rpc:"ServiceResourceType"`   // default: all
	ResourceID            string                `rpc:"ResourceId"`            // only those with this load balancer
	AddressIPVersion      AddressIPVersion      `rpc:"AddressIpVersion"`      // default: both
	AutoAcceptEnabled     *bool                 `rpc:"AutoAcceptEnabled"`     // default: both
	ZoneAffinityEnabled   *bool                 `rpc:"ZoneAffinityEnabled"`   // default: both
	ResourceGroupID       string                `rpc:"ResourceGroupId"`       // default: all that the caller may see
	Tags                  []Tag                 `rpc:"Tag"`                   // all of them must match; up to 20, with different keys
	NextToken             string                `rpc:"NextToken"`             // from the previous page; empty for the first
	MaxResults            int                   `rpc:"MaxResults"`            // 1 to 1000, default 50
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in ListVpcEndpointServicesRequest) Validate() error {
	return invalid("ListVpcEndpointServices", append([]check.Problem{
		check.OneOf("AddressIpVersion", in.AddressIPVersion, AddressIPVersionIPv4, AddressIPVersionDualStack),
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
		check.Range("MaxResults", in.MaxResults, 1, 1000),
	}, check.Each("Tag", in.Tags, tagFilterRules)...)...)
}

// ListVpcEndpointServicesResponse is the response of
// [Client.ListVpcEndpointServices]: one page.
type ListVpcEndpointServicesResponse struct {
	RequestID  string               `json:"RequestId"`
	Services   []VpcEndpointService `json:"Services" answer:"required"`
	NextToken  string               `json:"NextToken"` // empty on the last page
	MaxResults int                  `json:"MaxResults"`
	TotalCount int                  `json:"TotalCount"` // over all pages
}

// ListVpcEndpointServices returns one page of the endpoint services of the
// account. [Client.VpcEndpointServices] iterates over all pages, and
// [Client.ListVpcEndpointServicesByEndUser] lists those that the account may
// connect to.
//
// Errors: only those of all operations, such as [CodeThrottling].
//
// RAM action: privatelink:ListVpcEndpointServices.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-listvpcendpointservices
func (c *Client) ListVpcEndpointServices(ctx context.Context, in ListVpcEndpointServicesRequest) (*ListVpcEndpointServicesResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[ListVpcEndpointServicesResponse](ctx, c, rpc.Op{Name: "ListVpcEndpointServices", Version: version, Effect: retry.Read}, "", in)
}

// VpcEndpointServices yields every endpoint service of the account that matches
// in, from all pages of [Client.ListVpcEndpointServices]. Pagination is lazy: a
// page is fetched when the previous one is used up. The sequence ends after the
// first error. MaxResults defaults to 1000 here.
func (c *Client) VpcEndpointServices(ctx context.Context, in ListVpcEndpointServicesRequest) iter.Seq2[VpcEndpointService, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 1000
	}
	filters := in
	filters.RegionID, filters.MaxResults = "", 0
	whole := len(rpc.Params(filters, nil)) == 0 // whether TotalCount heeds them is not documented
	return page.Counted(in.NextToken, whole, func(token string) ([]VpcEndpointService, string, int, error) {
		in := in
		in.NextToken = token
		out, err := c.ListVpcEndpointServices(ctx, in)
		if err != nil {
			return nil, "", 0, err
		}
		return out.Services, out.NextToken, out.TotalCount, nil
	})
}
