package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// PutAccessPointPolicyForObjectProcessRequest holds the parameters of [Client.PutAccessPointPolicyForObjectProcess].
type PutAccessPointPolicyForObjectProcessRequest struct {
	Bucket                          string // required
	AccessPointForObjectProcessName string // required
	Policy                          string // required; JSON text of Version 1, up to 16 KB; sent unchanged
}

// Validate checks in against the documented constraints, without sending it.
func (in PutAccessPointPolicyForObjectProcessRequest) Validate() error {
	return invalid("PutAccessPointPolicyForObjectProcess", append(append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), processInHeader(in.AccessPointForObjectProcessName)...), policyRules(in.Policy)...)...)
}

// PutAccessPointPolicyForObjectProcessResponse is the response of
// [Client.PutAccessPointPolicyForObjectProcess].
type PutAccessPointPolicyForObjectProcessResponse struct {
	RequestID string `xml:"-"`
}

// PutAccessPointPolicyForObjectProcess sets the policy of an access point for
// object processing, replacing the existing one. Its resources are named
// acs:oss:REGION:ACCOUNT:accesspointforobjectprocess/NAME/object/*.
//
// The operation is synchronous and idempotent: it is retried even if an attempt
// may have run.
//
// Errors: [CodeNoSuchAccessPointForObjectProcess], [CodeNoSuchBucket],
// [CodeAccessDenied]. The code for a policy that is not valid is not documented; it is an
// [ErrInvalidRequest].
//
// RAM action: oss:PutAccessPointPolicyForObjectProcess.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/putaccesspointpolicyforobjectprocess
func (c *Client) PutAccessPointPolicyForObjectProcess(ctx context.Context, in PutAccessPointPolicyForObjectProcessRequest) (*PutAccessPointPolicyForObjectProcessResponse, error) {
	return call[PutAccessPointPolicyForObjectProcessResponse](ctx, c, operation{
		name: "PutAccessPointPolicyForObjectProcess", effect: retry.Idempotent, method: http.MethodPut,
		bucket: in.Bucket, sub: "accessPointPolicyForObjectProcess", process: &in.AccessPointForObjectProcessName, body: []byte(in.Policy),
	}, in)
}
