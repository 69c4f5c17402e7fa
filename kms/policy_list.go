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

// ListPoliciesRequest holds the parameters of [Client.ListPolicies].
type ListPoliciesRequest struct {
	PageNumber int `rpc:"PageNumber"` // from 1 (default)
	PageSize   int `rpc:"PageSize"`   // 1 to 100, default 20
}

// Validate checks in against the documented constraints, without sending it.
func (in ListPoliciesRequest) Validate() error {
	return invalid("ListPolicies",
		check.That(in.PageNumber >= 0, "PageNumber", "must be at least 1"),
		check.Range("PageSize", in.PageSize, 1, 100),
	)
}

// ListPoliciesResponse is the response of [Client.ListPolicies]: one page.
type ListPoliciesResponse struct {
	RequestID  string   `json:"RequestId"`
	Policies   []Policy `json:"Policies" answer:"required"`
	PageNumber int      `json:"PageNumber"`
	PageSize   int      `json:"PageSize"`
	TotalCount int      `json:"TotalCount"` // over all pages
}

// A Policy says what applications may do with which keys and secrets, and from
// where. Lists contain only its Name.
type Policy struct {
	Name               string             `json:"Name" answer:"required"`
	ARN                string             `json:"Arn"`
	Description        string             `json:"Description"`
	KmsInstance        string             `json:"KmsInstance"`
	Permissions        []Permission       `json:"Permissions" enum:"RbacPermission/Template/CryptoServiceKeyUser,RbacPermission/Template/CryptoServiceSecretUser"`
	Resources          []string           `json:"Resources"`
	AccessControlRules AccessControlRules `json:"AccessControlRules"`
}

// ListPolicies returns one page of the policies of a region. [Client.Policies]
// iterates over all pages.
//
// Errors: [CodeInvalidParameter].
//
// RAM action: presumably kms:ListPolicies, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-listpolicies
func (c *Client) ListPolicies(ctx context.Context, in ListPoliciesRequest) (*ListPoliciesResponse, error) {
	return call[ListPoliciesResponse](ctx, c, rpc.Op{Name: "ListPolicies", Version: version, Effect: retry.Read}, in)
}

// Policies yields every policy, starting at page in.PageNumber of
// [Client.ListPolicies]. Pagination is lazy: a page is fetched when the
// previous one is used up. The sequence ends after the first error. PageSize
// defaults to 100 here. Pages are numbered: if an item of an earlier page is
// deleted meanwhile, another may be skipped.
func (c *Client) Policies(ctx context.Context, in ListPoliciesRequest) iter.Seq2[Policy, error] {
	in.PageNumber = cmp.Or(in.PageNumber, 1)
	in.PageSize = cmp.Or(in.PageSize, 100)
	return page.Counted(in.PageNumber, in.PageNumber == 1, func(number int) ([]Policy, int, int, error) {
		in := in
		in.PageNumber = number
		out, err := c.ListPolicies(ctx, in)
		if err != nil {
			return nil, 0, 0, err
		}
		items := out.Policies
		return items, pageAfter(len(items), cmp.Or(max(out.PageNumber, 0), number), cmp.Or(max(out.PageSize, 0), in.PageSize), out.TotalCount), out.TotalCount, nil
	})
}
