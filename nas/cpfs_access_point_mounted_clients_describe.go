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

// DescribeCpfsAccessPointMountedClientsRequest holds the parameters of
// [Client.DescribeCpfsAccessPointMountedClients].
type DescribeCpfsAccessPointMountedClientsRequest struct {
	RegionID      string `rpc:"RegionId"`      // default: the client's
	FileSystemID  string `rpc:"FileSystemId"`  // required
	AccessPointID string `rpc:"AccessPointId"` // required
	PageNumber    int    `rpc:"PageNumber"`    // from 1 (default)
	PageSize      int    `rpc:"PageSize"`      // 1 to 100, default 10
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeCpfsAccessPointMountedClientsRequest) Validate() error {
	return invalid("DescribeCpfsAccessPointMountedClients",
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("AccessPointId", in.AccessPointID),
		check.That(in.PageNumber >= 0, "PageNumber", "must be at least 1"),
		check.Range("PageSize", in.PageSize, 1, 100),
	)
}

// DescribeCpfsAccessPointMountedClientsResponse is the response of
// [Client.DescribeCpfsAccessPointMountedClients]: one page.
type DescribeCpfsAccessPointMountedClientsResponse struct {
	RequestID      string          `json:"RequestId"`
	MountedClients []MountedClient `json:"MountedClient" answer:"required"`
	PageNumber     int             `json:"PageNumber"`
	PageSize       int             `json:"PageSize"`
	TotalCount     int             `json:"TotalCount"` // over all pages
}

// A MountedClient is a machine that has a CPFS access point mounted.
type MountedClient struct {
	ClientID    string `json:"ClientId"`
	ClientIP    string `json:"ClientIp"`
	ChannelType string `json:"ChannelType"`
}

// DescribeCpfsAccessPointMountedClients returns one page of the machines that
// have a CPFS access point mounted. [Client.CpfsAccessPointMountedClients]
// iterates over all pages.
//
// Errors: [CodeFileSystemNotFound], [CodeAccessPointNotFound], [CodeForbiddenRAM].
//
// RAM action: nas:DescribeCpfsAccessPointMountedClients.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-describecpfsaccesspointmountedclients
func (c *Client) DescribeCpfsAccessPointMountedClients(ctx context.Context, in DescribeCpfsAccessPointMountedClientsRequest) (*DescribeCpfsAccessPointMountedClientsResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[DescribeCpfsAccessPointMountedClientsResponse](ctx, c, rpc.Op{Name: "DescribeCpfsAccessPointMountedClients", Version: version, Effect: retry.Read}, in)
}

// CpfsAccessPointMountedClients yields every machine that matches in, starting
// at page in.PageNumber of [Client.DescribeCpfsAccessPointMountedClients].
// Pagination is lazy: a page is fetched when the previous one is used up. The
// sequence ends after the first error. PageSize defaults to 100 here. Pages are
// numbered: if an item of an earlier page is deleted meanwhile, another may be
// skipped.
func (c *Client) CpfsAccessPointMountedClients(ctx context.Context, in DescribeCpfsAccessPointMountedClientsRequest) iter.Seq2[MountedClient, error] {
	in.PageNumber = cmp.Or(in.PageNumber, 1)
	in.PageSize = cmp.Or(in.PageSize, 100)
	return page.Counted(in.PageNumber, in.PageNumber == 1, func(number int) ([]MountedClient, int, int, error) {
		in := in
		in.PageNumber = number
		out, err := c.DescribeCpfsAccessPointMountedClients(ctx, in)
		if err != nil {
			return nil, 0, 0, err
		}
		items := out.MountedClients
		return items, pageAfter(len(items), cmp.Or(max(out.PageNumber, 0), number), cmp.Or(max(out.PageSize, 0), in.PageSize), out.TotalCount), out.TotalCount, nil
	})
}
