package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// GetAccessPointRequest holds the parameters of [Client.GetAccessPoint].
type GetAccessPointRequest struct {
	Bucket          string // required
	AccessPointName string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in GetAccessPointRequest) Validate() error {
	return invalid("GetAccessPoint", append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), pointInHeader(in.AccessPointName)...)...)
}

// GetAccessPointResponse is the response of [Client.GetAccessPoint].
type GetAccessPointResponse struct {
	RequestID string `xml:"-"`
	AccessPoint
}

// GetAccessPoint returns one access point.
//
// Errors: [CodeNoSuchAccessPoint], [CodeNoSuchBucket], [CodeAccessDenied].
//
// RAM action: oss:GetAccessPoint.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/getaccesspoint
func (c *Client) GetAccessPoint(ctx context.Context, in GetAccessPointRequest) (*GetAccessPointResponse, error) {
	return call[GetAccessPointResponse](ctx, c, operation{
		name: "GetAccessPoint", effect: retry.Read, method: http.MethodGet,
		bucket: in.Bucket, sub: "accessPoint", point: &in.AccessPointName,
		answer: "GetAccessPointResult",
	}, in)
}
