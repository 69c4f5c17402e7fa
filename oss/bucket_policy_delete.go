package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// DeleteBucketPolicyRequest holds the parameters of [Client.DeleteBucketPolicy].
type DeleteBucketPolicyRequest struct {
	Bucket string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteBucketPolicyRequest) Validate() error {
	return invalid("DeleteBucketPolicy", append(bucketRules(in.Bucket), check.Required("Bucket", in.Bucket))...)
}

// DeleteBucketPolicyResponse is the response of [Client.DeleteBucketPolicy].
type DeleteBucketPolicyResponse struct {
	RequestID string `xml:"-"`
}

// DeleteBucketPolicy deletes the policy of a bucket, with every statement.
// [Client.EnsureDelegationAbsent] takes out that of access points alone.
//
// The operation is synchronous and idempotent: it is retried even if an attempt
// may have run. A bucket without a policy should not be an error; no page says
// so.
//
// Errors: [CodeNoSuchBucket], [CodeAccessDenied].
//
// RAM action: oss:DeleteBucketPolicy.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucketpolicy
func (c *Client) DeleteBucketPolicy(ctx context.Context, in DeleteBucketPolicyRequest) (*DeleteBucketPolicyResponse, error) {
	return call[DeleteBucketPolicyResponse](ctx, c, operation{
		name: "DeleteBucketPolicy", effect: retry.Idempotent, method: http.MethodDelete,
		bucket: in.Bucket, sub: "policy",
	}, in)
}
