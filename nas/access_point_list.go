package nas

import (
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ListAccessPointsRequest holds the parameters of [Client.ListAccessPoints].
type ListAccessPointsRequest struct {
	FileSystemID string   `rpc:"FileSystemId"` // required
	Filters      []Filter `rpc:"Filters"`      // all of them must match
	NextToken    string   `rpc:"NextToken"`    // from the previous page; empty for the first
	MaxResults   int      `rpc:"MaxResults"`   // 10 to 100, default 20
}

// A Filter selects access points by one of their properties.
type Filter struct {
	Name  FilterName `rpc:"Name"`
	Value string     `rpc:"Value"` // exact match, no wildcards
}

// A FilterName is a property of access points to select by.
type FilterName string

// The documented properties.
const (
	FilterAccessGroup    FilterName = "AccessGroup" // not for Agentic file systems
	FilterAccessPointID  FilterName = "AccessPointId"
	FilterAgenticSpaceID FilterName = "AgenticSpaceId"
)

// Validate checks in against the documented constraints, without sending it.
func (in ListAccessPointsRequest) Validate() error {
	return invalid("ListAccessPoints",
		check.Required("FileSystemId", in.FileSystemID),
		check.Range("MaxResults", in.MaxResults, 10, 100),
	)
}

// ListAccessPointsResponse is the response of [Client.ListAccessPoints]: one
// page.
type ListAccessPointsResponse struct {
	RequestID    string        `json:"RequestId"`
	AccessPoints []AccessPoint `json:"AccessPoints" answer:"required"`
	NextToken    string        `json:"NextToken"`  // empty on the last page
	TotalCount   int           `json:"TotalCount"` // over all pages
}

// ListAccessPoints returns one page of the access points of a file system.
// [Client.AccessPoints] iterates over all pages.
//
// Errors: [CodeFileSystemNotFound].
//
// RAM action: nas:ListAccessPoints.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-listaccesspoints
func (c *Client) ListAccessPoints(ctx context.Context, in ListAccessPointsRequest) (*ListAccessPointsResponse, error) {
	return call[ListAccessPointsResponse](ctx, c, rpc.Op{Name: "ListAccessPoints", Version: version, Effect: retry.Read}, in)
}

// AccessPoints yields every access point that matches in, from all pages of
// [Client.ListAccessPoints]. Pagination is lazy: a page is fetched when the
// previous one is used up. The sequence ends after the first error. MaxResults
// defaults to 100 here.
func (c *Client) AccessPoints(ctx context.Context, in ListAccessPointsRequest) iter.Seq2[AccessPoint, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 100
	}
	whole := in.NextToken == "" && len(in.Filters) == 0 // whether TotalCount heeds filters is not documented
	return page.Counted(in.NextToken, whole, func(token string) ([]AccessPoint, string, int, error) {
		in := in
		in.NextToken = token
		out, err := c.ListAccessPoints(ctx, in)
		if err != nil {
			return nil, "", 0, err
		}
		return out.AccessPoints, out.NextToken, out.TotalCount, nil
	})
}
