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

// DeleteBucketPolicy deletes the policy of a bucket, with all its statements.
// [Client.EnsureDelegationAbsent] removes only the one that delegates to access
// points.
//
// The operation is synchronous and idempotent: it is retried even if an attempt
// may have run. If the bucket has no policy, it should succeed; the API
// reference does not say so.
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
