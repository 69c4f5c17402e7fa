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

// DescribeFileSystemsRequest holds the parameters of
// [Client.DescribeFileSystems]. Each field that is set narrows the result.
type DescribeFileSystemsRequest struct {
	FileSystemID    string           `rpc:"FileSystemId"`         // only this one
	FileSystemTypes []FileSystemType `rpc:"FileSystemType,comma"` // those of one of these families, default all
	StorageType     StorageType      `rpc:"StorageType"`          // those of this class
	VpcID           string           `rpc:"VpcId"`                // those in this VPC
	ResourceGroupID string           `rpc:"ResourceGroupId"`      // those in this resource group
	Tags            []Tag            `rpc:"Tag"`                  // only those with all of these tags, up to 20, with different keys
	PageNumber      int              `rpc:"PageNumber"`           // from 1 (default)
	PageSize        int              `rpc:"PageSize"`             // 1 to 100, default 10
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeFileSystemsRequest) Validate() error {
	return invalid("DescribeFileSystems", append([]check.Problem{
		check.That(in.PageNumber >= 0, "PageNumber", "must be at least 1"),
		check.Range("PageSize", in.PageSize, 1, 100),
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
	}, check.Each("Tag", in.Tags, tagFilterRules)...)...)
}

// DescribeFileSystemsResponse is the response of [Client.DescribeFileSystems]:
// one page.
type DescribeFileSystemsResponse struct {
	RequestID   string       `json:"RequestId"`
	FileSystems []FileSystem `json:"FileSystems" answer:"required"`
	PageNumber  int          `json:"PageNumber"`
	PageSize    int          `json:"PageSize"`
	TotalCount  int          `json:"TotalCount"` // over all pages
}

// DescribeFileSystems returns one page of the file systems of the region.
// [Client.FileSystems] iterates over all pages. The API reference does not say
// whether a file system that does not exist results in an error or an empty
// list: handle both.
//
// Errors: [CodeFileSystemNotFound], [CodeRegionNotSupported].
//
// RAM action: nas:DescribeFileSystems.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-describefilesystems
func (c *Client) DescribeFileSystems(ctx context.Context, in DescribeFileSystemsRequest) (*DescribeFileSystemsResponse, error) {
	return call[DescribeFileSystemsResponse](ctx, c, rpc.Op{Name: "DescribeFileSystems", Version: version, Effect: retry.Read}, in)
}

// FileSystems yields every file system that matches in, starting at page
// in.PageNumber of [Client.DescribeFileSystems]. Pagination is lazy: a page is
// fetched when the previous one is used up. The sequence ends after the first
// error. PageSize defaults to 100 here. Pages are numbered: if an item of an
// earlier page is deleted meanwhile, another may be skipped.
func (c *Client) FileSystems(ctx context.Context, in DescribeFileSystemsRequest) iter.Seq2[FileSystem, error] {
	in.PageNumber = cmp.Or(in.PageNumber, 1)
	in.PageSize = cmp.Or(in.PageSize, 100)
	return page.Counted(in.PageNumber, in.PageNumber == 1, func(number int) ([]FileSystem, int, int, error) {
		in := in
		in.PageNumber = number
		out, err := c.DescribeFileSystems(ctx, in)
		if err != nil {
			return nil, 0, 0, err
		}
		items := out.FileSystems
		return items, pageAfter(len(items), cmp.Or(max(out.PageNumber, 0), number), cmp.Or(max(out.PageSize, 0), in.PageSize), out.TotalCount), out.TotalCount, nil
	})
}
