package privatelink

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// An EndUserService is an endpoint service that the account may connect
// endpoints to.
type EndUserService struct {
	ServiceID                  string              `json:"ServiceId" answer:"required"`
	ServiceName                string              `json:"ServiceName"`
	ServiceDomain              string              `json:"ServiceDomain"`
	ServiceType                ServiceType         `json:"ServiceType" enum:"Interface,GatewayLoadBalancer"`
	ServiceResourceType        ServiceResourceType `json:"ServiceResourceType" enum:"slb,alb,nlb,gwlb"`
	ResourceGroupID            string              `json:"ResourceGroupId"`
	Payer                      Payer               `json:"Payer" enum:"Endpoint,EndpointService"`
	AddressIPVersion           AddressIPVersion    `json:"AddressIpVersion" enum:"IPv4,DualStack"`
	AutoAcceptEnabled          bool                `json:"AutoAcceptEnabled"` // connections are accepted automatically
	ServiceSupportIPv6         bool                `json:"ServiceSupportIPv6"`
	VpcEndpointPolicySupported bool                `json:"VpcEndpointPolicySupported"` // endpoints can have a PolicyDocument
	ZoneAffinityEnabled        bool                `json:"ZoneAffinityEnabled"`
	Zones                      []string            `json:"Zones"` // in which it can be connected to
	Tags                       []Tag               `json:"Tags"`
}

// ListVpcEndpointServicesByEndUserRequest holds the parameters of
// [Client.ListVpcEndpointServicesByEndUser]. Each field that is set, except
// RegionID, NextToken and MaxResults, narrows the result.
type ListVpcEndpointServicesByEndUserRequest struct {
	RegionID        string      `rpc:"RegionId"`        // default: the client's
	ServiceID       string      `rpc:"ServiceId"`       // only this one
	ServiceName     string      `rpc:"ServiceName"`     // such as com.aliyuncs.privatelink.cn-hangzhou.epsrv-hp3vpx8yqxblby3i****
	ServiceType     ServiceType `rpc:"ServiceType"`     // default: all
	ServiceRegionID string      `rpc:"ServiceRegionId"` // region of the services, default: RegionID
	ResourceGroupID string      `rpc:"ResourceGroupId"` // default: all that the caller may see
	Tags            []Tag       `rpc:"Tag"`             // all of them must match; up to 20, with different keys
	NextToken       string      `rpc:"NextToken"`       // from the previous page; empty for the first
	MaxResults      int         `rpc:"MaxResults"`      // 1 to 1000, default 50
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in ListVpcEndpointServicesByEndUserRequest) Validate() error {
	return invalid("ListVpcEndpointServicesByEndUser", append([]check.Problem{
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
		check.Range("MaxResults", in.MaxResults, 1, 1000),
	}, check.Each("Tag", in.Tags, tagFilterRules)...)...)
}

// ListVpcEndpointServicesByEndUserResponse is the response of
// [Client.ListVpcEndpointServicesByEndUser]: one page.
type ListVpcEndpointServicesByEndUserResponse struct {
	RequestID  string           `json:"RequestId"`
	Services   []EndUserService `json:"Services" answer:"required"`
	NextToken  string           `json:"NextToken"` // empty on the last page
	MaxResults int              `json:"MaxResults"`
	TotalCount int              `json:"TotalCount"` // over all pages
}

// ListVpcEndpointServicesByEndUser returns one page of the services that the
// account may connect endpoints to. [Client.VpcEndpointServicesByEndUser]
// iterates over all pages.
//
// Errors: only those of all operations, such as [CodeThrottling].
//
// RAM action: privatelink:ListVpcEndpointServicesByEndUser.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-listvpcendpointservicesbyenduser
func (c *Client) ListVpcEndpointServicesByEndUser(ctx context.Context, in ListVpcEndpointServicesByEndUserRequest) (*ListVpcEndpointServicesByEndUserResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[ListVpcEndpointServicesByEndUserResponse](ctx, c, rpc.Op{Name: "ListVpcEndpointServicesByEndUser", Version: version, Effect: retry.Read}, "", in)
}

// VpcEndpointServicesByEndUser yields every service that matches in and that
// the account may connect endpoints to, from all pages of
// [Client.ListVpcEndpointServicesByEndUser]. Pagination is lazy: a page is
// fetched when the previous one is used up. The sequence ends after the first
// error. MaxResults defaults to 1000 here.
func (c *Client) VpcEndpointServicesByEndUser(ctx context.Context, in ListVpcEndpointServicesByEndUserRequest) iter.Seq2[EndUserService, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 1000
	}
	filters := in
	filters.RegionID, filters.MaxResults = "", 0
	whole := len(rpc.Params(filters, nil)) == 0 // whether TotalCount heeds them is not documented
	return page.Counted(in.NextToken, whole, func(token string) ([]EndUserService, string, int, error) {
		in := in
		in.NextToken = token
		out, err := c.ListVpcEndpointServicesByEndUser(ctx, in)
		if err != nil {
			return nil, "", 0, err
		}
		return out.Services, out.NextToken, out.TotalCount, nil
	})
}
