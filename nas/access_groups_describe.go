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

// DescribeAccessGroupsRequest holds the parameters of
// [Client.DescribeAccessGroups].
type DescribeAccessGroupsRequest struct {
	AccessGroupName string         `rpc:"AccessGroupName"` // only this group
	FileSystemType  FileSystemType `rpc:"FileSystemType"`  // type of the file systems that the groups are for: standard (default), extreme or cpfs
	UseUTCDateTime  *bool          `rpc:"UseUTCDateTime"`  // whether times are UTC; default true
	PageNumber      int            `rpc:"PageNumber"`      // from 1 (default)
	PageSize        int            `rpc:"PageSize"`        // 1 to 100, default 10
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeAccessGroupsRequest) Validate() error {
	return invalid("DescribeAccessGroups",
		check.That(in.AccessGroupName == "" || groupName(in.AccessGroupName), "AccessGroupName", notGroupName),
		check.OneOf("FileSystemType", in.FileSystemType, "standard", "extreme", "cpfs"),
		check.That(in.PageNumber >= 0, "PageNumber", "must be at least 1"),
		check.Range("PageSize", in.PageSize, 1, 100),
	)
}

// DescribeAccessGroupsResponse is the response of
// [Client.DescribeAccessGroups]: one page.
type DescribeAccessGroupsResponse struct {
	RequestID    string        `json:"RequestId"`
	AccessGroups []AccessGroup `json:"AccessGroups" answer:"required"`
	PageNumber   int           `json:"PageNumber"`
	PageSize     int           `json:"PageSize"`
	TotalCount   int           `json:"TotalCount"` // over all pages
}

// DescribeAccessGroups returns one page of the permission groups of the region.
// [Client.AccessGroups] iterates over all pages. For a name that no group has,
// the service may return an empty list or an error: sources disagree.
//
// Errors: [CodeAccessGroupNotFound], [CodeNoSuchResource].
//
// RAM action: nas:DescribeAccessGroups.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-describeaccessgroups
func (c *Client) DescribeAccessGroups(ctx context.Context, in DescribeAccessGroupsRequest) (*DescribeAccessGroupsResponse, error) {
	return call[DescribeAccessGroupsResponse](ctx, c, rpc.Op{Name: "DescribeAccessGroups", Version: version, Effect: retry.Read}, in)
}

// AccessGroups yields every permission group that matches in, starting at page
// in.PageNumber of [Client.DescribeAccessGroups]. Pagination is lazy: a page is
// fetched when the previous one is used up. The sequence ends after the first
// error. PageSize defaults to 100 here. Pages are numbered: if an item of an
// earlier page is deleted meanwhile, another may be skipped.
func (c *Client) AccessGroups(ctx context.Context, in DescribeAccessGroupsRequest) iter.Seq2[AccessGroup, error] {
	in.PageNumber = cmp.Or(in.PageNumber, 1)
	in.PageSize = cmp.Or(in.PageSize, 100)
	return page.Counted(in.PageNumber, in.PageNumber == 1, func(number int) ([]AccessGroup, int, int, error) {
		in := in
		in.PageNumber = number
		out, err := c.DescribeAccessGroups(ctx, in)
		if err != nil {
			return nil, 0, 0, err
		}
		items := out.AccessGroups
		return items, pageAfter(len(items), cmp.Or(max(out.PageNumber, 0), number), cmp.Or(max(out.PageSize, 0), in.PageSize), out.TotalCount), out.TotalCount, nil
	})
}
