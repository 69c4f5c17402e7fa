package privatelink

import (
	"context"
	"iter"
	"slices"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A ServiceUser is an account or an ARN that may connect endpoints to a
// service. One of the two fields is set.
type ServiceUser struct {
	UserID  int64  `json:"UserId"` // the account
	UserARN string `json:"UserARN"`
}

// ListVpcEndpointServiceUsersRequest holds the parameters of
// [Client.ListVpcEndpointServiceUsers].
type ListVpcEndpointServiceUsersRequest struct {
	RegionID     string `rpc:"RegionId"`     // default: the client's
	ServiceID    string `rpc:"ServiceId"`    // required
	UserID       int64  `rpc:"UserId"`       // only this account
	UserListType string `rpc:"UserListType"` // such as Users; its values are not documented
	NextToken    string `rpc:"NextToken"`    // from the previous page; empty for the first
	MaxResults   int    `rpc:"MaxResults"`   // 1 to 50, default 50
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in ListVpcEndpointServiceUsersRequest) Validate() error {
	return invalid("ListVpcEndpointServiceUsers",
		check.Required("ServiceId", in.ServiceID),
		check.That(in.UserID >= 0, "UserId", "must not be negative"),
		check.Range("MaxResults", in.MaxResults, 1, 50),
	)
}

// ListVpcEndpointServiceUsersResponse is the response of
// [Client.ListVpcEndpointServiceUsers]: one page.
type ListVpcEndpointServiceUsersResponse struct {
	RequestID  string        `json:"RequestId"`
	Users      []ServiceUser `json:"Users" answer:"required"` // by account
	UserARNs   []ServiceUser `json:"UserARNs"`                // by ARN
	NextToken  string        `json:"NextToken"`               // empty on the last page
	MaxResults int           `json:"MaxResults"`
	TotalCount int           `json:"TotalCount"` // over all pages
}

// ListVpcEndpointServiceUsers returns one page of the users who may connect
// endpoints to a service. [Client.VpcEndpointServiceUsers] iterates over all
// pages.
//
// Errors: [CodeServiceNotFound].
//
// RAM action: privatelink:ListVpcEndpointServiceUsers.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-listvpcendpointserviceusers
func (c *Client) ListVpcEndpointServiceUsers(ctx context.Context, in ListVpcEndpointServiceUsersRequest) (*ListVpcEndpointServiceUsersResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[ListVpcEndpointServiceUsersResponse](ctx, c, rpc.Op{Name: "ListVpcEndpointServiceUsers", Version: version, Effect: retry.Read}, "", in)
}

// VpcEndpointServiceUsers yields every user that may connect endpoints to a
// service, be it an account or an ARN, from all pages of
// [Client.ListVpcEndpointServiceUsers]. Pagination is lazy: a page is fetched
// when the previous one is used up. The sequence ends after the first error.
// MaxResults defaults to 50 here.
func (c *Client) VpcEndpointServiceUsers(ctx context.Context, in ListVpcEndpointServiceUsersRequest) iter.Seq2[ServiceUser, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 50
	}
	return page.All(in.NextToken, func(token string) ([]ServiceUser, string, error) {
		in := in
		in.NextToken = token
		out, err := c.ListVpcEndpointServiceUsers(ctx, in)
		if err != nil {
			return nil, "", err
		}
		return slices.Concat(out.Users, out.UserARNs), out.NextToken, nil
	})
}
