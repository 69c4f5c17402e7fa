package nas

import (
	"cmp"
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DescribeAccessRulesRequest holds the parameters of [Client.DescribeAccessRules].
type DescribeAccessRulesRequest struct {
	AccessGroupName string         `rpc:"AccessGroupName"` // required
	FileSystemType  FileSystemType `rpc:"FileSystemType"`  // type of the file systems that the group is for: standard (default) or extreme
	AccessRuleID    string         `rpc:"AccessRuleId"`    // only this rule
	PageNumber      int            `rpc:"PageNumber"`      // from 1 (default)
	PageSize        int            `rpc:"PageSize"`        // 1 to 100, default 10
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeAccessRulesRequest) Validate() error {
	return invalid("DescribeAccessRules", append(groupRules(in.AccessGroupName, in.FileSystemType),
		check.That(in.PageNumber >= 0, "PageNumber", "must be at least 1"),
		check.Range("PageSize", in.PageSize, 1, 100),
	)...)
}

// DescribeAccessRulesResponse is the response of [Client.DescribeAccessRules]:
// one page.
type DescribeAccessRulesResponse struct {
	RequestID   string       `json:"RequestId"`
	AccessRules []AccessRule `json:"AccessRules" answer:"required"`
	PageNumber  int          `json:"PageNumber"`
	PageSize    int          `json:"PageSize"`
	TotalCount  int          `json:"TotalCount"` // over all pages
}

// DescribeAccessRules returns one page of the rules of a permission group.
// [Client.AccessRules] iterates over all pages.
//
// Errors: [CodeAccessGroupNotFound], [CodeAccessRuleNotFound].
//
// RAM action: nas:DescribeAccessRules.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-describeaccessrules
func (c *Client) DescribeAccessRules(ctx context.Context, in DescribeAccessRulesRequest) (*DescribeAccessRulesResponse, error) {
	return call[DescribeAccessRulesResponse](ctx, c, rpc.Op{Name: "DescribeAccessRules", Version: version, Effect: retry.Read}, in)
}

// AccessRules yields every rule that matches in, starting at page in.PageNumber
// of [Client.DescribeAccessRules]. Pagination is lazy: a page is fetched when
// the previous one is used up. The sequence ends after the first error.
// PageSize defaults to 100 here. Pages are numbered: if an item of an earlier
// page is deleted meanwhile, another may be skipped.
func (c *Client) AccessRules(ctx context.Context, in DescribeAccessRulesRequest) iter.Seq2[AccessRule, error] {
	in.PageNumber = cmp.Or(in.PageNumber, 1)
	in.PageSize = cmp.Or(in.PageSize, 100)
	return page.Counted(in.PageNumber, in.PageNumber == 1, func(number int) ([]AccessRule, int, int, error) {
		in := in
		in.PageNumber = number
		out, err := c.DescribeAccessRules(ctx, in)
		if err != nil {
			return nil, 0, 0, err
		}
		items := out.AccessRules
		return items, pageAfter(len(items), cmp.Or(max(out.PageNumber, 0), number), cmp.Or(max(out.PageSize, 0), in.PageSize), out.TotalCount), out.TotalCount, nil
	})
}
