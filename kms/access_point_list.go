package kms

import (
	"cmp"
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ListApplicationAccessPointsRequest holds the parameters of
// [Client.ListApplicationAccessPoints].
type ListApplicationAccessPointsRequest struct {
	PageNumber int `rpc:"PageNumber"` // from 1 (default)
	PageSize   int `rpc:"PageSize"`   // 1 to 100, default 20
}

// Validate checks in against the documented constraints, without sending it.
func (in ListApplicationAccessPointsRequest) Validate() error {
	return invalid("ListApplicationAccessPoints",
		check.That(in.PageNumber >= 0, "PageNumber", "must be at least 1"),
		check.Range("PageSize", in.PageSize, 1, 100),
	)
}

// ListApplicationAccessPointsResponse is the response of
// [Client.ListApplicationAccessPoints]: one page.
type ListApplicationAccessPointsResponse struct {
	RequestID               string                   `json:"RequestId"`
	ApplicationAccessPoints []ApplicationAccessPoint `json:"ApplicationAccessPoints" answer:"required"`
	PageNumber              int                      `json:"PageNumber"`
	PageSize                int                      `json:"PageSize"`
	TotalCount              int                      `json:"TotalCount"` // over all pages
}

// An ApplicationAccessPoint gives applications access to the keys and secrets
// that its policies allow. Lists contain only its Name and
// AuthenticationMethod.
type ApplicationAccessPoint struct {
	Name                 string               `json:"Name" answer:"required"`
	ARN                  string               `json:"Arn"`
	Description          string               `json:"Description"`
	AuthenticationMethod AuthenticationMethod `json:"AuthenticationMethod" enum:"ClientKey"`
	Policies             []string             `json:"Policies"` // names
}

// ListApplicationAccessPoints returns one page of the access points of a
// region. [Client.ApplicationAccessPoints] iterates over all pages.
//
// Errors: [CodeInvalidParameter].
//
// RAM action: presumably kms:ListApplicationAccessPoints, like the operation;
// the API reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-listapplicationaccesspoints
func (c *Client) ListApplicationAccessPoints(ctx context.Context, in ListApplicationAccessPointsRequest) (*ListApplicationAccessPointsResponse, error) {
	return call[ListApplicationAccessPointsResponse](ctx, c, rpc.Op{Name: "ListApplicationAccessPoints", Version: version, Effect: retry.Read}, in)
}

// ApplicationAccessPoints yields every access point, starting at page
// in.PageNumber of [Client.ListApplicationAccessPoints]. Pagination is lazy: a
// page is fetched when the previous one is used up. The sequence ends after the
// first error. PageSize defaults to 100 here. Pages are numbered: if an item of
// an earlier page is deleted meanwhile, another may be skipped.
func (c *Client) ApplicationAccessPoints(ctx context.Context, in ListApplicationAccessPointsRequest) iter.Seq2[ApplicationAccessPoint, error] {
	in.PageNumber = cmp.Or(in.PageNumber, 1)
	in.PageSize = cmp.Or(in.PageSize, 100)
	return page.Counted(in.PageNumber, in.PageNumber == 1, func(number int) ([]ApplicationAccessPoint, int, int, error) {
		in := in
		in.PageNumber = number
		out, err := c.ListApplicationAccessPoints(ctx, in)
		if err != nil {
			return nil, 0, 0, err
		}
		items := out.ApplicationAccessPoints
		return items, pageAfter(len(items), cmp.Or(max(out.PageNumber, 0), number), cmp.Or(max(out.PageSize, 0), in.PageSize), out.TotalCount), out.TotalCount, nil
	})
}
