package nas

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DescribeAgenticSpacesRequest holds the parameters of
// [Client.DescribeAgenticSpaces].
type DescribeAgenticSpacesRequest struct {
	FileSystemID string               `rpc:"FileSystemId"` // required
	Filters      []AgenticSpaceFilter `rpc:"Filters"`      // all of them must match
	NextToken    string               `rpc:"NextToken"`    // from the previous page; empty for the first
	MaxResults   int                  `rpc:"MaxResults"`   // 10 to 100, default 20
}

// An AgenticSpaceFilter selects spaces by one of their properties.
type AgenticSpaceFilter struct {
	Key   AgenticSpaceFilterKey `rpc:"Key"`
	Value string                `rpc:"Value"` // exact match, no wildcards
}

// An AgenticSpaceFilterKey is a property of spaces to select by.
type AgenticSpaceFilterKey string

// FilterAgenticSpaceIDs is the only property that is documented.
const FilterAgenticSpaceIDs AgenticSpaceFilterKey = "AgenticSpaceIds"

// Validate checks in against the documented constraints, without sending it.
func (in DescribeAgenticSpacesRequest) Validate() error {
	return invalid("DescribeAgenticSpaces",
		check.Required("FileSystemId", in.FileSystemID),
		check.Range("MaxResults", in.MaxResults, 10, 100),
	)
}

// DescribeAgenticSpacesResponse is the response of
// [Client.DescribeAgenticSpaces]: one page.
type DescribeAgenticSpacesResponse struct {
	RequestID     string         `json:"RequestId"`
	AgenticSpaces []AgenticSpace `json:"AgenticSpaces" answer:"required"`
	NextToken     string         `json:"NextToken"` // empty on the last page
}

// DescribeAgenticSpaces returns one page of the spaces of a file system.
// [Client.AgenticSpaces] iterates over all pages.
//
// Errors: [CodeFileSystemNotFound].
//
// RAM action: nas:DescribeAgenticSpaces.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-describeagenticspaces
func (c *Client) DescribeAgenticSpaces(ctx context.Context, in DescribeAgenticSpacesRequest) (*DescribeAgenticSpacesResponse, error) {
	return call[DescribeAgenticSpacesResponse](ctx, c, rpc.Op{Name: "DescribeAgenticSpaces", Version: version, Effect: retry.Read}, in)
}

// AgenticSpaces yields every space that matches in, from all pages of
// [Client.DescribeAgenticSpaces]. Pagination is lazy: a page is fetched when
// the previous one is used up. The sequence ends after the first error.
// MaxResults defaults to 100 here.
func (c *Client) AgenticSpaces(ctx context.Context, in DescribeAgenticSpacesRequest) iter.Seq2[AgenticSpace, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 100
	}
	return page.All(in.NextToken, func(token string) ([]AgenticSpace, string, error) {
		in := in
		in.NextToken = token
		out, err := c.DescribeAgenticSpaces(ctx, in)
		if err != nil {
			return nil, "", err
		}
		return out.AgenticSpaces, out.NextToken, nil
	})
}
