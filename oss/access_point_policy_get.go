package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// GetAccessPointPolicyRequest holds the parameters of [Client.GetAccessPointPolicy].
type GetAccessPointPolicyRequest struct {
	Bucket          string // required
	AccessPointName string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in GetAccessPointPolicyRequest) Validate() error {
	return invalid("GetAccessPointPolicy", append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), pointInHeader(in.AccessPointName)...)...)
}

// GetAccessPointPolicyResponse is the response of
// [Client.GetAccessPointPolicy].
type GetAccessPointPolicyResponse struct {
	RequestID string `xml:"-"`
	Policy    string `xml:"-"` // JSON text, as the service returns it
}

// GetAccessPointPolicy returns the policy of an access point.
//
// Errors: [CodeNoSuchAccessPointPolicy] if it has none, [CodeNoSuchAccessPoint],
// [CodeNoSuchBucket], [CodeAccessDenied].
//
// RAM action: oss:GetAccessPointPolicy.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/getaccesspointpolicy
func (c *Client) GetAccessPointPolicy(ctx context.Context, in GetAccessPointPolicyRequest) (*GetAccessPointPolicyResponse, error) {
	out, err := call[policyResponse](ctx, c, operation{
		name: "GetAccessPointPolicy", effect: retry.Read, method: http.MethodGet,
		bucket: in.Bucket, sub: "accessPointPolicy", point: &in.AccessPointName,
	}, in)
	return (*GetAccessPointPolicyResponse)(out), err
}
