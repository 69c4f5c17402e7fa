package oss

import (
	"context"
	"iter"
	"net/http"
	"strconv"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// ListAccessPointsRequest holds the parameters of [Client.ListAccessPoints].
type ListAccessPointsRequest struct {
	Bucket            string // default: all buckets of the account in the region
	MaxKeys           int    // 1 to 1000, with Bucket 1 to 100; the default is not documented
	ContinuationToken string // from the previous page; empty for the first
}

// Validate checks in against the documented constraints, without sending it.
func (in ListAccessPointsRequest) Validate() error {
	return invalid("ListAccessPoints", append(bucketRules(in.Bucket),
		check.Range("max-keys", in.MaxKeys, 1, 1000),
		check.That(in.Bucket == "" || in.MaxKeys <= 100, "max-keys", "must be 1 to 100 for a bucket"),
	)...)
}

// ListAccessPointsResponse is the response of [Client.ListAccessPoints]: one
// page.
type ListAccessPointsResponse struct {
	RequestID             string        `xml:"-"`
	AccountID             string        `xml:"AccountId"`
	AccessPoints          []AccessPoint `xml:"AccessPoints>AccessPoint"`
	MaxKeys               int           `xml:"MaxKeys"`               // maximum size of the page; the service sends it, although that is not documented
	IsTruncated           bool          `xml:"IsTruncated"`           // there are more pages
	NextContinuationToken string        `xml:"NextContinuationToken"` // for the next page
}

// ListAccessPoints returns one page of the access points of a bucket, or of the
// account. [Client.AccessPoints] iterates over all pages.
//
// Errors: [CodeNoSuchBucket], [CodeInvalidArgument], [CodeAccessDenied].
//
// RAM action: oss:ListAccessPoints.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/listaccesspoints
func (c *Client) ListAccessPoints(ctx context.Context, in ListAccessPointsRequest) (*ListAccessPointsResponse, error) {
	query := uri.Query{}.With("continuation-token", in.ContinuationToken)
	if in.MaxKeys != 0 {
		query = query.With("max-keys", strconv.Itoa(in.MaxKeys))
	}
	return call[ListAccessPointsResponse](ctx, c, operation{
		name: "ListAccessPoints", effect: retry.Read, method: http.MethodGet,
		bucket: in.Bucket, sub: "accessPoint", account: true, query: query,
		answer: "ListAccessPointsResult",
	}, in)
}

// AccessPoints yields every access point that matches in, from all pages of
// [Client.ListAccessPoints]. Pagination is lazy: a page is fetched when the
// previous one is used up. The sequence ends after the first error. MaxKeys
// defaults to its maximum here: 1000, or 100 with Bucket.
func (c *Client) AccessPoints(ctx context.Context, in ListAccessPointsRequest) iter.Seq2[AccessPoint, error] {
	if in.MaxKeys == 0 {
		in.MaxKeys = 1000
		if in.Bucket != "" {
			in.MaxKeys = 100
		}
	}
	return page.All(in.ContinuationToken, func(token string) ([]AccessPoint, string, error) {
		in := in
		in.ContinuationToken = token
		out, err := c.ListAccessPoints(ctx, in)
		if err != nil {
			return nil, "", err
		}
		next, err := nextPage(out.IsTruncated, out.NextContinuationToken)
		return out.AccessPoints, next, err
	})
}

// nextPage returns the token of the page after one, or an empty text if that was the
// last, whatever its token says.
func nextPage(truncated bool, token string) (string, error) {
	switch {
	case !truncated:
		return "", nil
	case token == "":
		return "", page.ErrNoToken
	}
	return token, nil
}
