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
	Policy string // required; JSON text of Version 1, of up to 16 KB; sent as it is
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

// PutBucketPolicy sets the policy of a bucket, in place of the one that it has: what
// that says and Policy does not is lost. [Client.EnsureDelegation] adds the statement
// that access points need, and keeps all others.
//
// The operation is synchronous and idempotent: it is retried even if an attempt
// may have run.
//
// Errors: [CodeNoSuchBucket], [CodeAccessDenied], also for a policy that admits
// everyone while public access is blocked. The code for a policy that is not valid is
// not documented; it is an [ErrInvalidRequest].
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
