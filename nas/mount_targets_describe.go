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

// DescribeMountTargetsRequest holds the parameters of [Client.DescribeMountTargets].
type DescribeMountTargetsRequest struct {
	FileSystemID               string `rpc:"FileSystemId"`               // required
	MountTargetDomain          string `rpc:"MountTargetDomain"`          // only this one
	DualStackMountTargetDomain string `rpc:"DualStackMountTargetDomain"` // in place of MountTargetDomain; only extreme file systems in the Chinese mainland
	PageNumber                 int    `rpc:"PageNumber"`                 // from 1 (default)
	PageSize                   int    `rpc:"PageSize"`                   // 1 to 100, default 10
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeMountTargetsRequest) Validate() error {
	return invalid("DescribeMountTargets",
		check.Required("FileSystemId", in.FileSystemID),
		check.That(in.PageNumber >= 0, "PageNumber", "must be at least 1"),
		check.Range("PageSize", in.PageSize, 1, 100),
	)
}

// DescribeMountTargetsResponse is the response of
// [Client.DescribeMountTargets]: one page.
type DescribeMountTargetsResponse struct {
	RequestID    string        `json:"RequestId"`
	MountTargets []MountTarget `json:"MountTargets" answer:"required"`
	PageNumber   int           `json:"PageNumber"`
	PageSize     int           `json:"PageSize"`
	TotalCount   int           `json:"TotalCount"` // over all pages
}

// DescribeMountTargets returns one page of the mount targets of a file system.
// [Client.MountTargets] iterates over all pages. For a domain that does not
// exist, the service may return an empty list or an error: sources disagree.
//
// Errors: [CodeFileSystemNotFound], [CodeMountTargetNotFound],
// [CodeInvalidMountTargetDomain], [CodeNASNotFound], [CodeInvalidLBIDNotFound],
// [CodeVolumeUnavailable], [CodeFileSystemNotSupportedIPv6].
//
// RAM action: nas:DescribeMountTargets.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-describemounttargets
func (c *Client) DescribeMountTargets(ctx context.Context, in DescribeMountTargetsRequest) (*DescribeMountTargetsResponse, error) {
	return call[DescribeMountTargetsResponse](ctx, c, rpc.Op{Name: "DescribeMountTargets", Version: version, Effect: retry.Read}, in)
}

// MountTargets yields every mount target that matches in, starting at page
// in.PageNumber of [Client.DescribeMountTargets]. Pagination is lazy: a page is
// fetched when the previous one is used up. The sequence ends after the first
// error. PageSize defaults to 100 here. Pages are numbered: if an item of an
// earlier page is deleted meanwhile, another may be skipped.
func (c *Client) MountTargets(ctx context.Context, in DescribeMountTargetsRequest) iter.Seq2[MountTarget, error] {
	in.PageNumber = cmp.Or(in.PageNumber, 1)
	in.PageSize = cmp.Or(in.PageSize, 100)
	return page.Counted(in.PageNumber, in.PageNumber == 1, func(number int) ([]MountTarget, int, int, error) {
		in := in
		in.PageNumber = number
		out, err := c.DescribeMountTargets(ctx, in)
		if err != nil {
			return nil, 0, 0, err
		}
		items := out.MountTargets
		return items, pageAfter(len(items), cmp.Or(max(out.PageNumber, 0), number), cmp.Or(max(out.PageSize, 0), in.PageSize), out.TotalCount), out.TotalCount, nil
	})
}
