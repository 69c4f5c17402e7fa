package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// PutAccessPointPublicAccessBlockRequest holds the parameters of [Client.PutAccessPointPublicAccessBlock].
type PutAccessPointPublicAccessBlockRequest struct {
	Bucket            string `xml:"-"`                 // required
	AccessPointName   string `xml:"-"`                 // required; without it, the setting of the bucket itself would be changed
	BlockPublicAccess *bool  `xml:"BlockPublicAccess"` // default: false
}

// Validate checks in against the documented constraints, without sending it.
func (in PutAccessPointPublicAccessBlockRequest) Validate() error {
	return invalid("PutAccessPointPublicAccessBlock", append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
		check.Required(pointName, in.AccessPointName),
	)...)
}

// PutAccessPointPublicAccessBlockResponse is the response of
// [Client.PutAccessPointPublicAccessBlock].
type PutAccessPointPublicAccessBlockResponse struct {
	RequestID string `xml:"-"`
}

// PutAccessPointPublicAccessBlock sets whether public access through an access
// point is blocked. If it is, no policy can allow access for everyone, and the
// service refuses such a policy.
//
// The operation is synchronous and idempotent: it is retried even if an attempt
// may have run.
//
// Errors: [CodeNoSuchAccessPoint], [CodeNoSuchBucket], [CodeMalformedXML],
// [CodeAccessDenied].
//
// RAM action: oss:PutAccessPointPublicAccessBlock.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/putaccesspointpublicaccessblock
func (c *Client) PutAccessPointPublicAccessBlock(ctx context.Context, in PutAccessPointPublicAccessBlockRequest) (*PutAccessPointPublicAccessBlockResponse, error) {
	return call[PutAccessPointPublicAccessBlockResponse](ctx, c, operation{
		name: "PutAccessPointPublicAccessBlock", effect: retry.Idempotent, method: http.MethodPut,
		bucket: in.Bucket, sub: "publicAccessBlock", inQuery: &in.AccessPointName,
		body: encode.XML("PublicAccessBlockConfiguration", in),
	}, in)
}
