package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// GetAccessPointPublicAccessBlockRequest holds the parameters of [Client.GetAccessPointPublicAccessBlock].
type GetAccessPointPublicAccessBlockRequest struct {
	Bucket          string // required
	AccessPointName string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in GetAccessPointPublicAccessBlockRequest) Validate() error {
	return invalid("GetAccessPointPublicAccessBlock", append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
		check.Required(pointName, in.AccessPointName),
	)...)
}

// GetAccessPointPublicAccessBlockResponse is the response of
// [Client.GetAccessPointPublicAccessBlock].
type GetAccessPointPublicAccessBlockResponse struct {
	RequestID string `xml:"-"`
	// BlockPublicAccess is nil if the response does not contain it.
	BlockPublicAccess *bool `xml:"BlockPublicAccess"`
}

// GetAccessPointPublicAccessBlock returns whether public access through an
// access point is blocked. [Client.GetAccessPoint] returns it too.
//
// Errors: [CodeNoSuchAccessPoint], [CodeNoSuchBucket], [CodeAccessDenied].
//
// RAM action: oss:GetAccessPointPublicAccessBlock.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/getaccesspointpublicaccessblock
func (c *Client) GetAccessPointPublicAccessBlock(ctx context.Context, in GetAccessPointPublicAccessBlockRequest) (*GetAccessPointPublicAccessBlockResponse, error) {
	return call[GetAccessPointPublicAccessBlockResponse](ctx, c, operation{
		name: "GetAccessPointPublicAccessBlock", effect: retry.Read, method: http.MethodGet,
		bucket: in.Bucket, sub: "publicAccessBlock", inQuery: &in.AccessPointName,
		answer: "PublicAccessBlockConfiguration",
	}, in)
}
