package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// DeleteAccessPointRequest holds the parameters of [Client.DeleteAccessPoint].
type DeleteAccessPointRequest struct {
	Bucket          string // required
	AccessPointName string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteAccessPointRequest) Validate() error {
	return invalid("DeleteAccessPoint", append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), pointInHeader(in.AccessPointName)...)...)
}

// DeleteAccessPointResponse is the response of [Client.DeleteAccessPoint].
type DeleteAccessPointResponse struct {
	RequestID string `xml:"-"`
}

// DeleteAccessPoint deletes an access point. The bucket and its objects remain.
// An access point that is still being created cannot be deleted: see
// [Client.WaitAccessPointEnabled].
//
// The operation is asynchronous: see [Client.WaitAccessPointDeleted]. It is
// retried even if an attempt may have run; if that attempt took effect, the
// retry fails with [CodeNoSuchAccessPoint].
//
// Errors: [CodeNoSuchAccessPoint], [CodeAccessPointCreatingConflict],
// [CodeNoSuchBucket], [CodeAccessDenied].
//
// RAM action: oss:DeleteAccessPoint.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/deleteaccesspoint
func (c *Client) DeleteAccessPoint(ctx context.Context, in DeleteAccessPointRequest) (*DeleteAccessPointResponse, error) {
	return call[DeleteAccessPointResponse](ctx, c, operation{
		name: "DeleteAccessPoint", effect: retry.Idempotent, method: http.MethodDelete,
		bucket: in.Bucket, sub: "accessPoint", point: &in.AccessPointName,
	}, in)
}
