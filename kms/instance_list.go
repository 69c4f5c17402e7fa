package kms

import (
	"cmp"
	"context"
	"iter"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ListKmsInstancesRequest holds the parameters of [Client.ListKmsInstances].
type ListKmsInstancesRequest struct {
	Filters    string `rpc:"Filters"`    // JSON text, whose format is not documented
	PageNumber int    `rpc:"PageNumber"` // from 1 (default)
	PageSize   int    `rpc:"PageSize"`   // 1 to 100, default 20
}

// Validate checks in against the documented constraints, without sending it.
func (in ListKmsInstancesRequest) Validate() error {
	return invalid("ListKmsInstances",
		check.That(in.PageNumber >= 0, "PageNumber", "must be at least 1"),
		check.Range("PageSize", in.PageSize, 1, 100),
	)
}

// ListKmsInstancesResponse is the response of [Client.ListKmsInstances]: one
// page.
type ListKmsInstancesResponse struct {
	RequestID    string               `json:"RequestId"`
	KmsInstances []KmsInstanceSummary `json:"KmsInstances" answer:"required"`
	PageNumber   int                  `json:"PageNumber"`
	PageSize     int                  `json:"PageSize"`
	TotalCount   int                  `json:"TotalCount"` // over all pages
}

// A KmsInstanceSummary is a KMS instance in a list. [Client.GetKmsInstance]
// returns the rest.
type KmsInstanceSummary struct {
	KmsInstanceID  string `json:"KmsInstanceId" answer:"required"`
	KmsInstanceARN string `json:"KmsInstanceArn"`
}

// ListKmsInstances returns one page of the KMS instances of a region.
// [Client.KmsInstances] iterates over all pages.
//
// Errors: [CodeIllegalTimestamp].
//
// RAM action: presumably kms:ListKmsInstances, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-listkmsinstances
func (c *Client) ListKmsInstances(ctx context.Context, in ListKmsInstancesRequest) (*ListKmsInstancesResponse, error) {
	return call[ListKmsInstancesResponse](ctx, c, rpc.Op{Name: "ListKmsInstances", Version: version, Effect: retry.Read}, in)
}

// KmsInstances yields every KMS instance, starting at page in.PageNumber of
// [Client.ListKmsInstances]. Pagination is lazy: a page is fetched when the
// previous one is used up. The sequence ends after the first error. PageSize
// defaults to 100 here. Pages are numbered: if an item of an earlier page is
// deleted meanwhile, another may be skipped.
func (c *Client) KmsInstances(ctx context.Context, in ListKmsInstancesRequest) iter.Seq2[KmsInstanceSummary, error] {
	in.PageNumber = cmp.Or(in.PageNumber, 1)
	in.PageSize = cmp.Or(in.PageSize, 100)
	return page.Counted(in.PageNumber, in.PageNumber == 1, func(number int) ([]KmsInstanceSummary, int, int, error) {
		in := in
		in.PageNumber = number
		out, err := c.ListKmsInstances(ctx, in)
		if err != nil {
			return nil, 0, 0, err
		}
		items := out.KmsInstances
		return items, pageAfter(len(items), cmp.Or(max(out.PageNumber, 0), number), cmp.Or(max(out.PageSize, 0), in.PageSize), out.TotalCount), out.TotalCount, nil
	})
}
