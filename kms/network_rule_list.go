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

// ListNetworkRulesRequest holds the parameters of [Client.ListNetworkRules].
type ListNetworkRulesRequest struct {
	PageNumber int `rpc:"PageNumber"` // from 1 (default)
	PageSize   int `rpc:"PageSize"`   // 1 to 100, default 20
}

// Validate checks in against the documented constraints, without sending it.
func (in ListNetworkRulesRequest) Validate() error {
	return invalid("ListNetworkRules",
		check.That(in.PageNumber >= 0, "PageNumber", "must be at least 1"),
		check.Range("PageSize", in.PageSize, 1, 100),
	)
}

// ListNetworkRulesResponse is the response of [Client.ListNetworkRules]: one
// page.
type ListNetworkRulesResponse struct {
	RequestID    string        `json:"RequestId"`
	NetworkRules []NetworkRule `json:"NetworkRules" answer:"required"`
	PageNumber   int           `json:"PageNumber"`
	PageSize     int           `json:"PageSize"`
	TotalCount   int           `json:"TotalCount"` // over all pages
}

// A NetworkRule is a set of addresses from which a policy can allow access.
// Lists contain only its Name and Type.
type NetworkRule struct {
	Name            string          `json:"Name" answer:"required"`
	ARN             string          `json:"Arn"`
	Description     string          `json:"Description"`
	Type            NetworkRuleType `json:"Type" enum:"Private"`
	SourcePrivateIP []string        `json:"SourcePrivateIp"`
}

// ListNetworkRules returns one page of the network rules of a region.
// [Client.NetworkRules] iterates over all pages.
//
// Errors: [CodeInvalidParameter].
//
// RAM action: presumably kms:ListNetworkRules, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-listnetworkrules
func (c *Client) ListNetworkRules(ctx context.Context, in ListNetworkRulesRequest) (*ListNetworkRulesResponse, error) {
	return call[ListNetworkRulesResponse](ctx, c, rpc.Op{Name: "ListNetworkRules", Version: version, Effect: retry.Read}, in)
}

// NetworkRules yields every network rule, starting at page in.PageNumber of
// [Client.ListNetworkRules]. Pagination is lazy: a page is fetched when the
// previous one is used up. The sequence ends after the first error. PageSize
// defaults to 100 here. Pages are numbered: if an item of an earlier page is
// deleted meanwhile, another may be skipped.
func (c *Client) NetworkRules(ctx context.Context, in ListNetworkRulesRequest) iter.Seq2[NetworkRule, error] {
	in.PageNumber = cmp.Or(in.PageNumber, 1)
	in.PageSize = cmp.Or(in.PageSize, 100)
	return page.Counted(in.PageNumber, in.PageNumber == 1, func(number int) ([]NetworkRule, int, int, error) {
		in := in
		in.PageNumber = number
		out, err := c.ListNetworkRules(ctx, in)
		if err != nil {
			return nil, 0, 0, err
		}
		items := out.NetworkRules
		return items, pageAfter(len(items), cmp.Or(max(out.PageNumber, 0), number), cmp.Or(max(out.PageSize, 0), in.PageSize), out.TotalCount), out.TotalCount, nil
	})
}
