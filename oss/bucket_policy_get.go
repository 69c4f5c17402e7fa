package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// GetBucketPolicyRequest holds the parameters of [Client.GetBucketPolicy].
type GetBucketPolicyRequest struct {
	Bucket string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in GetBucketPolicyRequest) Validate() error {
	return invalid("GetBucketPolicy", append(bucketRules(in.Bucket), check.Required("Bucket", in.Bucket))...)
}

// GetBucketPolicyResponse is the response of [Client.GetBucketPolicy].
type GetBucketPolicyResponse struct {
	RequestID string `xml:"-"`
	Policy    string `xml:"-"` // JSON text, as the service returns it
}

// GetBucketPolicy returns the policy of a bucket.
//
// Errors: [CodeNoSuchBucketPolicy] if it has none, [CodeNoSuchBucket],
// [CodeAccessDenied].
//
// RAM action: oss:GetBucketPolicy.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/getbucketpolicy
func (c *Client) GetBucketPolicy(ctx context.Context, in GetBucketPolicyRequest) (*GetBucketPolicyResponse, error) {
	out, err := call[policyResponse](ctx, c, operation{
		name: "GetBucketPolicy", effect: retry.Read, method: http.MethodGet,
		bucket: in.Bucket, sub: "policy",
	}, in)
	return (*GetBucketPolicyResponse)(out), err
}
