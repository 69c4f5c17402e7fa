package nas

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DescribeAccessPointsRequest holds the parameters of
// [Client.DescribeAccessPoints]. Each field that is set narrows the result.
type DescribeAccessPointsRequest struct {
	FileSystemID string `rpc:"FileSystemId"` // default: all file systems of the region
	AccessGroup  string `rpc:"AccessGroup"`  // only those with this permission group
	Tags         []Tag  `rpc:"Tag"`          // up to 20, with different keys
	NextToken    string `rpc:"NextToken"`    // from the previous page; empty for the first
	MaxResults   int    `rpc:"MaxResults"`   // 10 to 100, default 10
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeAccessPointsRequest) Validate() error {
	return invalid("DescribeAccessPoints", append([]check.Problem{
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
		check.Range("MaxResults", in.MaxResults, 10, 100),
	}, check.Each("Tag", in.Tags, tagFilterRules)...)...)
}

// DescribeAccessPointsResponse is the response of
// [Client.DescribeAccessPoints]: one page.
type DescribeAccessPointsResponse struct {
	RequestID    string        `json:"RequestId"`
	AccessPoints []AccessPoint `json:"AccessPoints" answer:"required"`
	NextToken    string        `json:"NextToken"`  // empty on the last page
	TotalCount   int           `json:"TotalCount"` // over all pages
}

// DescribeAccessPoints returns one page of access points. The service
// deprecates it in favor of [Client.ListAccessPoints], which cannot search by
// tag or across file systems. [Client.DescribedAccessPoints] iterates over all
// pages.
//
// Errors: [CodeFileSystemNotFound], [CodeAccessGroupNotFound],
// [CodeFileSystemTypeNotSupported], [CodeProtocolTypeNotSupported].
//
// RAM action: nas:DescribeAccessPoints.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-describeaccesspoints
func (c *Client) DescribeAccessPoints(ctx context.Context, in DescribeAccessPointsRequest) (*DescribeAccessPointsResponse, error) {
	return call[DescribeAccessPointsResponse](ctx, c, rpc.Op{Name: "DescribeAccessPoints", Version: version, Effect: retry.Read}, in)
}

// DescribedAccessPoints yields every access point that matches in, from all
// pages of [Client.DescribeAccessPoints]. Pagination is lazy: a page is fetched
// when the previous one is used up. The sequence ends after the first error.
// MaxResults defaults to 100 here.
func (c *Client) DescribedAccessPoints(ctx context.Context, in DescribeAccessPointsRequest) iter.Seq2[AccessPoint, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 100
	}
	whole := in.NextToken == "" && in.AccessGroup == "" && len(in.Tags) == 0 // whether TotalCount heeds filters is not documented
	return page.Counted(in.NextToken, whole, func(token string) ([]AccessPoint, string, int, error) {
		in := in
		in.NextToken = token
		out, err := c.DescribeAccessPoints(ctx, in)
		if err != nil {
			return nil, "", 0, err
		}
		return out.AccessPoints, out.NextToken, out.TotalCount, nil
	})
}
