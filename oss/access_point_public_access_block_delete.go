package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// DeleteAccessPointPublicAccessBlockRequest holds the parameters of [Client.DeleteAccessPointPublicAccessBlock].
type DeleteAccessPointPublicAccessBlockRequest struct {
	Bucket          string // required
	AccessPointName string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteAccessPointPublicAccessBlockRequest) Validate() error {
	return invalid("DeleteAccessPointPublicAccessBlock", append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
		check.Required(pointName, in.AccessPointName),
	)...)
}

// DeleteAccessPointPublicAccessBlockResponse is the response of
// [Client.DeleteAccessPointPublicAccessBlock].
type DeleteAccessPointPublicAccessBlockResponse struct {
	RequestID string `xml:"-"`
}

// DeleteAccessPointPublicAccessBlock removes the public access block of an
// access point: public access through it is no longer blocked.
//
// The operation is synchronous and idempotent: it is retried even if an attempt
// may have run.
//
// Errors: [CodeNoSuchAccessPoint], [CodeNoSuchBucket], [CodeAccessDenied].
//
// RAM action: oss:DeleteAccessPointPublicAccessBlock.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/deleteaccesspointpublicaccessblock
func (c *Client) DeleteAccessPointPublicAccessBlock(ctx context.Context, in DeleteAccessPointPublicAccessBlockRequest) (*DeleteAccessPointPublicAccessBlockResponse, error) {
	return call[DeleteAccessPointPublicAccessBlockResponse](ctx, c, operation{
		name: "DeleteAccessPointPublicAccessBlock", effect: retry.Idempotent, method: http.MethodDelete,
		bucket: in.Bucket, sub: "publicAccessBlock", inQuery: &in.AccessPointName,
	}, in)
}
