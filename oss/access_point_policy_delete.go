package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// DeleteAccessPointPolicyRequest holds the parameters of [Client.DeleteAccessPointPolicy].
type DeleteAccessPointPolicyRequest struct {
	Bucket          string // required
	AccessPointName string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteAccessPointPolicyRequest) Validate() error {
	return invalid("DeleteAccessPointPolicy", append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), pointInHeader(in.AccessPointName)...)...)
}

// DeleteAccessPointPolicyResponse is the response of
// [Client.DeleteAccessPointPolicy].
type DeleteAccessPointPolicyResponse struct {
	RequestID string `xml:"-"`
}

// DeleteAccessPointPolicy deletes the policy of an access point. Without a
// policy, no request through it is allowed.
//
// The operation is synchronous. It is retried even if an attempt may have run;
// if that attempt took effect, the retry may fail with
// [CodeNoSuchAccessPointPolicy].
//
// Errors: [CodeNoSuchAccessPoint], [CodeNoSuchBucket], [CodeAccessDenied]. The
// API reference does not say whether it fails if there is no policy.
//
// RAM action: oss:DeleteAccessPointPolicy.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/deleteaccesspointpolicy
func (c *Client) DeleteAccessPointPolicy(ctx context.Context, in DeleteAccessPointPolicyRequest) (*DeleteAccessPointPolicyResponse, error) {
	return call[DeleteAccessPointPolicyResponse](ctx, c, operation{
		name: "DeleteAccessPointPolicy", effect: retry.Idempotent, method: http.MethodDelete,
		bucket: in.Bucket, sub: "accessPointPolicy", point: &in.AccessPointName,
	}, in)
}
