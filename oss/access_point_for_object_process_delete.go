package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// DeleteAccessPointForObjectProcessRequest holds the parameters of [Client.DeleteAccessPointForObjectProcess].
type DeleteAccessPointForObjectProcessRequest struct {
	Bucket                          string // required
	AccessPointForObjectProcessName string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteAccessPointForObjectProcessRequest) Validate() error {
	return invalid("DeleteAccessPointForObjectProcess", append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), processInHeader(in.AccessPointForObjectProcessName)...)...)
}

// DeleteAccessPointForObjectProcessResponse is the response of
// [Client.DeleteAccessPointForObjectProcess].
type DeleteAccessPointForObjectProcessResponse struct {
	RequestID string `xml:"-"`
}

// DeleteAccessPointForObjectProcess deletes an access point for object
// processing. Its access point, the function and the objects remain. Delete it
// before its access point.
//
// The operation is asynchronous: see
// [Client.WaitAccessPointForObjectProcessDeleted]. It is retried even if an
// attempt may have run; if that attempt took effect, the retry fails with
// [CodeNoSuchAccessPointForObjectProcess].
//
// Errors: [CodeNoSuchAccessPointForObjectProcess], [CodeNoSuchBucket],
// [CodeAccessDenied].
//
// RAM action: oss:DeleteAccessPointForObjectProcess.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/deleteaccesspointforobjectprocess
func (c *Client) DeleteAccessPointForObjectProcess(ctx context.Context, in DeleteAccessPointForObjectProcessRequest) (*DeleteAccessPointForObjectProcessResponse, error) {
	return call[DeleteAccessPointForObjectProcessResponse](ctx, c, operation{
		name: "DeleteAccessPointForObjectProcess", effect: retry.Idempotent, method: http.MethodDelete,
		bucket: in.Bucket, sub: "accessPointForObjectProcess", process: &in.AccessPointForObjectProcessName,
	}, in)
}
