package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// DeleteAccessPointPolicyForObjectProcessRequest holds the parameters of [Client.DeleteAccessPointPolicyForObjectProcess].
type DeleteAccessPointPolicyForObjectProcessRequest struct {
	Bucket                          string // required
	AccessPointForObjectProcessName string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteAccessPointPolicyForObjectProcessRequest) Validate() error {
	return invalid("DeleteAccessPointPolicyForObjectProcess", append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), processInHeader(in.AccessPointForObjectProcessName)...)...)
}

// DeleteAccessPointPolicyForObjectProcessResponse is the response of
// [Client.DeleteAccessPointPolicyForObjectProcess].
type DeleteAccessPointPolicyForObjectProcessResponse struct {
	RequestID string `xml:"-"`
}

// DeleteAccessPointPolicyForObjectProcess deletes the policy of an access point for object
// processing.
//
// The operation is synchronous. It is retried even if an attempt may have run.
// The API reference does not say whether it fails if there is no policy.
//
// Errors: [CodeNoSuchAccessPointForObjectProcess], [CodeNoSuchBucket],
// [CodeAccessDenied].
//
// RAM action: oss:DeleteAccessPointPolicyForObjectProcess.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/deleteaccesspointpolicyforobjectprocess
func (c *Client) DeleteAccessPointPolicyForObjectProcess(ctx context.Context, in DeleteAccessPointPolicyForObjectProcessRequest) (*DeleteAccessPointPolicyForObjectProcessResponse, error) {
	return call[DeleteAccessPointPolicyForObjectProcessResponse](ctx, c, operation{
		name: "DeleteAccessPointPolicyForObjectProcess", effect: retry.Idempotent, method: http.MethodDelete,
		bucket: in.Bucket, sub: "accessPointPolicyForObjectProcess", process: &in.AccessPointForObjectProcessName,
	}, in)
}
