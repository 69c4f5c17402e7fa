package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// PutBucketPolicyRequest holds the parameters of [Client.PutBucketPolicy].
type PutBucketPolicyRequest struct {
	Bucket string // required
	Policy string // required; JSON text of Version 1, up to 16 KB; sent unchanged
}

// Validate checks in against the documented constraints, without sending it.
func (in PutBucketPolicyRequest) Validate() error {
	return invalid("PutBucketPolicy", append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), policyRules(in.Policy)...)...)
}

// PutBucketPolicyResponse is the response of [Client.PutBucketPolicy].
type PutBucketPolicyResponse struct {
	RequestID string `xml:"-"`
}

// PutBucketPolicy replaces the policy of a bucket. Statements of the existing
// policy that are not in Policy are lost. [Client.EnsureDelegation] adds the
// statement that access points need, and preserves all others.
//
// The operation is synchronous and idempotent: it is retried even if an attempt
// may have run.
//
// Errors: [CodeNoSuchBucket], [CodeAccessDenied], also for a policy that allows
// everyone while public access is blocked. The code for a policy that is not
// valid is not documented; it is an [ErrInvalidRequest].
//
// RAM action: oss:PutBucketPolicy.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/putbucketpolicy
func (c *Client) PutBucketPolicy(ctx context.Context, in PutBucketPolicyRequest) (*PutBucketPolicyResponse, error) {
	return call[PutBucketPolicyResponse](ctx, c, operation{
		name: "PutBucketPolicy", effect: retry.Idempotent, method: http.MethodPut,
		bucket: in.Bucket, sub: "policy", body: []byte(in.Policy), media: "application/json",
	}, in)
}
