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

// DescribeDirQuotasRequest holds the parameters of [Client.DescribeDirQuotas].
type DescribeDirQuotasRequest struct {
	FileSystemID string `rpc:"FileSystemId"` // required
	Path         string `rpc:"Path"`         // only the quotas of this directory
	PageNumber   int    `rpc:"PageNumber"`   // from 1 (default)
	PageSize     int    `rpc:"PageSize"`     // 1 to 100, default 10
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeDirQuotasRequest) Validate() error {
	return invalid("DescribeDirQuotas",
		check.Required("FileSystemId", in.FileSystemID),
		check.That(in.PageNumber >= 0, "PageNumber", "must be at least 1"),
		check.Range("PageSize", in.PageSize, 1, 100),
	)
}

// DescribeDirQuotasResponse is the response of [Client.DescribeDirQuotas]: one
// page.
type DescribeDirQuotasResponse struct {
	RequestID     string         `json:"RequestId"`
	DirQuotaInfos []DirQuotaInfo `json:"DirQuotaInfos" answer:"required"`
	PageNumber    int            `json:"PageNumber"`
	PageSize      int            `json:"PageSize"`
	TotalCount    int            `json:"TotalCount"` // over all pages
}

// A DirQuotaInfo is a directory with quotas.
type DirQuotaInfo struct {
	Path           string          `json:"Path" answer:"required"`
	DirInode       string          `json:"DirInode"`
	Status         DirQuotaStatus  `json:"Status" enum:"Initializing,Normal"`
	UserQuotaInfos []UserQuotaInfo `json:"UserQuotaInfos"`
}

// A DirQuotaStatus says whether the quotas of a directory are in effect.
type DirQuotaStatus string

// The documented states.
const (
	DirQuotaInitializing DirQuotaStatus = "Initializing"
	DirQuotaNormal       DirQuotaStatus = "Normal"
)

// A UserQuotaInfo is a quota of a directory, and its usage.
type UserQuotaInfo struct {
	UserType       UserType  `json:"UserType" enum:"Uid,Gid,AllUsers"`
	UserID         *uint32   `json:"UserId"` // nil for all users
	QuotaType      QuotaType `json:"QuotaType" enum:"Accounting,Enforcement"`
	SizeLimit      *int64    `json:"SizeLimit"`      // GiB; nil if there is none
	FileCountLimit *int64    `json:"FileCountLimit"` // nil if there is none
	SizeReal       int64     `json:"SizeReal"`       // usage in GiB
	SizeRealInByte int64     `json:"SizeRealInByte"` // usage in bytes
	FileCountReal  int64     `json:"FileCountReal"`  // usage in files, directories and special files
}

// A UserType says to which users a quota applies.
type UserType string

// The documented kinds.
const (
	UserTypeUID UserType = "Uid"
	UserTypeGID UserType = "Gid"
	UserTypeAll UserType = "AllUsers"
)

// A QuotaType says what a quota does.
type QuotaType string

// The documented kinds.
const (
	QuotaAccounting  QuotaType = "Accounting"  // it only counts usage
	QuotaEnforcement QuotaType = "Enforcement" // it also refuses writes beyond the limit
)

// DescribeDirQuotas returns one page of the directories of a file system that
// have quotas. [Client.DirQuotas] iterates over all pages.
//
// Errors: [CodeFileSystemNotFound].
//
// RAM action: nas:DescribeDirQuotas.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-describedirquotas
func (c *Client) DescribeDirQuotas(ctx context.Context, in DescribeDirQuotasRequest) (*DescribeDirQuotasResponse, error) {
	return call[DescribeDirQuotasResponse](ctx, c, rpc.Op{Name: "DescribeDirQuotas", Version: version, Effect: retry.Read}, in)
}

// DirQuotas yields every directory with quotas that matches in, starting at
// page in.PageNumber of [Client.DescribeDirQuotas]. Pagination is lazy: a page
// is fetched when the previous one is used up. The sequence ends after the
// first error. PageSize defaults to 100 here. Pages are numbered: if an item of
// an earlier page is deleted meanwhile, another may be skipped.
func (c *Client) DirQuotas(ctx context.Context, in DescribeDirQuotasRequest) iter.Seq2[DirQuotaInfo, error] {
	in.PageNumber = cmp.Or(in.PageNumber, 1)
	in.PageSize = cmp.Or(in.PageSize, 100)
	return page.Counted(in.PageNumber, in.PageNumber == 1, func(number int) ([]DirQuotaInfo, int, int, error) {
		in := in
		in.PageNumber = number
		out, err := c.DescribeDirQuotas(ctx, in)
		if err != nil {
			return nil, 0, 0, err
		}
		items := out.DirQuotaInfos
		return items, pageAfter(len(items), cmp.Or(max(out.PageNumber, 0), number), cmp.Or(max(out.PageSize, 0), in.PageSize), out.TotalCount), out.TotalCount, nil
	})
}
