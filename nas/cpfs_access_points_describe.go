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

// DescribeCpfsAccessPointsRequest holds the parameters of
// [Client.DescribeCpfsAccessPoints].
type DescribeCpfsAccessPointsRequest struct {
	RegionID      string `rpc:"RegionId"`      // default: the client's
	FileSystemID  string `rpc:"FileSystemId"`  // required
	AccessPointID string `rpc:"AccessPointId"` // only this one
	PageNumber    int    `rpc:"PageNumber"`    // from 1 (default)
	PageSize      int    `rpc:"PageSize"`      // 1 to 100, default 10
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeCpfsAccessPointsRequest) Validate() error {
	return invalid("DescribeCpfsAccessPoints",
		check.Required("FileSystemId", in.FileSystemID),
		check.That(in.PageNumber >= 0, "PageNumber", "must be at least 1"),
		check.Range("PageSize", in.PageSize, 1, 100),
	)
}

// DescribeCpfsAccessPointsResponse is the response of
// [Client.DescribeCpfsAccessPoints]: one page.
type DescribeCpfsAccessPointsResponse struct {
	RequestID    string            `json:"RequestId"`
	AccessPoints []CpfsAccessPoint `json:"AccessPoints" answer:"required"`
	PageNumber   int               `json:"PageNumber"`
	PageSize     int               `json:"PageSize"`
	TotalCount   int               `json:"TotalCount"` // over all pages
}

// DescribeCpfsAccessPoints returns one page of the access points of a CPFS file
// system. [Client.CpfsAccessPoints] iterates over all pages.
//
// Errors: [CodeFileSystemNotFound], [CodeAccessPointNotFound], [CodeForbiddenRAM].
//
// RAM action: nas:DescribeCpfsAccessPoints.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-describecpfsaccesspoints
func (c *Client) DescribeCpfsAccessPoints(ctx context.Context, in DescribeCpfsAccessPointsRequest) (*DescribeCpfsAccessPointsResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[DescribeCpfsAccessPointsResponse](ctx, c, rpc.Op{Name: "DescribeCpfsAccessPoints", Version: version, Effect: retry.Read}, in)
}

// CpfsAccessPoints yields every access point that matches in, starting at page
// in.PageNumber of [Client.DescribeCpfsAccessPoints]. Pagination is lazy: a
// page is fetched when the previous one is used up. The sequence ends after the
// first error. PageSize defaults to 100 here. Pages are numbered: if an item of
// an earlier page is deleted meanwhile, another may be skipped.
func (c *Client) CpfsAccessPoints(ctx context.Context, in DescribeCpfsAccessPointsRequest) iter.Seq2[CpfsAccessPoint, error] {
	in.PageNumber = cmp.Or(in.PageNumber, 1)
	in.PageSize = cmp.Or(in.PageSize, 100)
	return page.Counted(in.PageNumber, in.PageNumber == 1, func(number int) ([]CpfsAccessPoint, int, int, error) {
		in := in
		in.PageNumber = number
		out, err := c.DescribeCpfsAccessPoints(ctx, in)
		if err != nil {
			return nil, 0, 0, err
		}
		items := out.AccessPoints
		return items, pageAfter(len(items), cmp.Or(max(out.PageNumber, 0), number), cmp.Or(max(out.PageSize, 0), in.PageSize), out.TotalCount), out.TotalCount, nil
	})
}
