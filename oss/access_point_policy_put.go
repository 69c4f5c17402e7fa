package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// PutAccessPointPolicyRequest holds the parameters of [Client.PutAccessPointPolicy].
type PutAccessPointPolicyRequest struct {
	Bucket          string // required
	AccessPointName string // required
	Policy          string // required; JSON text of Version 1, up to 16 KB; sent unchanged
}

// Validate checks in against the documented constraints, without sending it.
func (in PutAccessPointPolicyRequest) Validate() error {
	return invalid("PutAccessPointPolicy", append(append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), pointInHeader(in.AccessPointName)...), policyRules(in.Policy)...)...)
}

// PutAccessPointPolicyResponse is the response of
// [Client.PutAccessPointPolicy].
type PutAccessPointPolicyResponse struct {
	RequestID string `xml:"-"`
}

// PutAccessPointPolicy sets the policy of an access point, replacing the
// existing one. Its resources are the access point,
// acs:oss:REGION:ACCOUNT:accesspoint/NAME, and its objects,
// acs:oss:REGION:ACCOUNT:accesspoint/NAME/object/*. A request is allowed only
// if this policy allows it and the bucket's policy delegates access control to
// access points: see [Client.EnsureDelegation].
//
// The operation is synchronous and idempotent: it is retried even if an attempt
// may have run.
//
// Errors: [CodeNoSuchAccessPoint], [CodeNoSuchBucket], [CodeAccessDenied], also
// for a policy that allows everyone while public access is blocked. The code
// for a policy that is not valid is not documented; it is an
// [ErrInvalidRequest].
//
// RAM action: oss:PutAccessPointPolicy.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/putaccesspointpolicy
func (c *Client) PutAccessPointPolicy(ctx context.Context, in PutAccessPointPolicyRequest) (*PutAccessPointPolicyResponse, error) {
	// Its type is sent as XML, as in the official SDK, whose live tests pass. The page
	// has JSON.
	return call[PutAccessPointPolicyResponse](ctx, c, operation{
		name: "PutAccessPointPolicy", effect: retry.Idempotent, method: http.MethodPut,
		bucket: in.Bucket, sub: "accessPointPolicy", point: &in.AccessPointName, body: []byte(in.Policy),
	}, in)
}
