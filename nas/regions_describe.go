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

// DescribeRegionsRequest holds the parameters of [Client.DescribeRegions].
type DescribeRegionsRequest struct {
	FileSystemType FileSystemType `rpc:"FileSystemType"` // regions with file systems of this type: standard (default), extreme, cpfs or all
	PageNumber     int            `rpc:"PageNumber"`     // from 1 (default)
	PageSize       int            `rpc:"PageSize"`       // 1 to 100, default 10
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeRegionsRequest) Validate() error {
	return invalid("DescribeRegions",
		check.OneOf("FileSystemType", in.FileSystemType, "all", "standard", "extreme", "cpfs"),
		check.That(in.PageNumber >= 0, "PageNumber", "must be at least 1"),
		check.Range("PageSize", in.PageSize, 1, 100),
	)
}

// DescribeRegionsResponse is the response of [Client.DescribeRegions]: one
// page.
type DescribeRegionsResponse struct {
	RequestID  string   `json:"RequestId"`
	Regions    []Region `json:"Regions" answer:"required"`
	PageNumber int      `json:"PageNumber"`
	PageSize   int      `json:"PageSize"`
	TotalCount int      `json:"TotalCount"` // over all pages
}

// A Region is a region where the service is available.
type Region struct {
	RegionID       string `json:"RegionId" answer:"required"`
	LocalName      string `json:"LocalName"`
	RegionEndpoint string `json:"RegionEndpoint"` // a host for Config.Endpoint
}

// DescribeRegions returns one page of the regions of the service, regardless of
// the client's region. [Client.Regions] iterates over all pages.
//
// Errors: [CodeInvalidRequest].
//
// RAM action: nas:DescribeRegions.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-describeregions
func (c *Client) DescribeRegions(ctx context.Context, in DescribeRegionsRequest) (*DescribeRegionsResponse, error) {
	return call[DescribeRegionsResponse](ctx, c, rpc.Op{Name: "DescribeRegions", Version: version, Effect: retry.Read}, in)
}

// Regions yields every region that matches in, starting at page in.PageNumber
// of [Client.DescribeRegions]. Pagination is lazy: a page is fetched when the
// previous one is used up. The sequence ends after the first error. PageSize
// defaults to 100 here. Pages are numbered: if an item of an earlier page is
// deleted meanwhile, another may be skipped.
func (c *Client) Regions(ctx context.Context, in DescribeRegionsRequest) iter.Seq2[Region, error] {
	in.PageNumber = cmp.Or(in.PageNumber, 1)
	in.PageSize = cmp.Or(in.PageSize, 100)
	return page.Counted(in.PageNumber, in.PageNumber == 1, func(number int) ([]Region, int, int, error) {
		in := in
		in.PageNumber = number
		out, err := c.DescribeRegions(ctx, in)
		if err != nil {
			return nil, 0, 0, err
		}
		items := out.Regions
		return items, pageAfter(len(items), cmp.Or(max(out.PageNumber, 0), number), cmp.Or(max(out.PageSize, 0), in.PageSize), out.TotalCount), out.TotalCount, nil
	})
}
