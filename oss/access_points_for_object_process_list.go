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

// ListAccessPointsForObjectProcessRequest holds the parameters of [Client.ListAccessPointsForObjectProcess].
type ListAccessPointsForObjectProcessRequest struct {
	MaxKeys           int    // 1 to 1000; the default is not documented
	ContinuationToken string // from the previous page; empty for the first
}

// Validate checks in against the documented constraints, without sending it.
func (in ListAccessPointsForObjectProcessRequest) Validate() error {
	return invalid("ListAccessPointsForObjectProcess", check.Range("max-keys", in.MaxKeys, 1, 1000))
}

// ListAccessPointsForObjectProcessResponse is the response of
// [Client.ListAccessPointsForObjectProcess]: one page.
type ListAccessPointsForObjectProcessResponse struct {
	RequestID                    string                        `xml:"-"`
	AccountID                    string                        `xml:"AccountId"`
	AccessPointsForObjectProcess []AccessPointForObjectProcess `xml:"AccessPointsForObjectProcess>AccessPointForObjectProcess"`
	IsTruncated                  bool                          `xml:"IsTruncated"`           // there are more pages
	NextContinuationToken        string                        `xml:"NextContinuationToken"` // for the next page
}

// ListAccessPointsForObjectProcess returns one page of the access points for
// object processing of the account in the region.
// [Client.AccessPointsForObjectProcess] iterates over all pages.
//
// Errors: [CodeInvalidArgument], [CodeAccessDenied].
//
// RAM action: oss:ListAccessPointsForObjectProcess.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/listaccesspointsforobjectprocess
func (c *Client) ListAccessPointsForObjectProcess(ctx context.Context, in ListAccessPointsForObjectProcessRequest) (*ListAccessPointsForObjectProcessResponse, error) {
	query := uri.Query{}.With("continuation-token", in.ContinuationToken)
	if in.MaxKeys != 0 {
		query = query.With("max-keys", strconv.Itoa(in.MaxKeys))
	}
	return call[ListAccessPointsForObjectProcessResponse](ctx, c, operation{
		name: "ListAccessPointsForObjectProcess", effect: retry.Read, method: http.MethodGet,
		account: true, sub: "accessPointForObjectProcess", query: query,
		answer: "ListAccessPointsForObjectProcessResult",
	}, in)
}

// AccessPointsForObjectProcess yields every access point for object processing,
// from all pages of [Client.ListAccessPointsForObjectProcess]. Pagination is
// lazy: a page is fetched when the previous one is used up. The sequence ends
// after the first error. MaxKeys defaults to its maximum here: 1000.
func (c *Client) AccessPointsForObjectProcess(ctx context.Context, in ListAccessPointsForObjectProcessRequest) iter.Seq2[AccessPointForObjectProcess, error] {
	if in.MaxKeys == 0 {
		in.MaxKeys = 1000
	}
	return page.All(in.ContinuationToken, func(token string) ([]AccessPointForObjectProcess, string, error) {
		in := in
		in.ContinuationToken = token
		out, err := c.ListAccessPointsForObjectProcess(ctx, in)
		if err != nil {
			return nil, "", err
		}
		next, err := nextPage(out.IsTruncated, out.NextContinuationToken)
		return out.AccessPointsForObjectProcess, next, err
	})
}
