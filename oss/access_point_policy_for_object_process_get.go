package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// GetAccessPointPolicyForObjectProcessRequest holds the parameters of [Client.GetAccessPointPolicyForObjectProcess].
type GetAccessPointPolicyForObjectProcessRequest struct {
	Bucket                          string // required
	AccessPointForObjectProcessName string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in GetAccessPointPolicyForObjectProcessRequest) Validate() error {
	return invalid("GetAccessPointPolicyForObjectProcess", append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), processInHeader(in.AccessPointForObjectProcessName)...)...)
}

// GetAccessPointPolicyForObjectProcessResponse is the response of
// [Client.GetAccessPointPolicyForObjectProcess].
type GetAccessPointPolicyForObjectProcessResponse struct {
	RequestID string `xml:"-"`
	Policy    string `xml:"-"` // JSON text, as the service returns it
}

// GetAccessPointPolicyForObjectProcess returns the policy of an access point for object
// processing.
//
// Errors: [CodeNoSuchAccessPointForObjectProcess], [CodeNoSuchBucket],
// [CodeAccessDenied]. The code if there is no policy is not documented; it
// should be an [ErrNotFound].
//
// RAM action: oss:GetAccessPointPolicyForObjectProcess.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/getaccesspointpolicyforobjectprocess
func (c *Client) GetAccessPointPolicyForObjectProcess(ctx context.Context, in GetAccessPointPolicyForObjectProcessRequest) (*GetAccessPointPolicyForObjectProcessResponse, error) {
	out, err := call[policyResponse](ctx, c, operation{
		name: "GetAccessPointPolicyForObjectProcess", effect: retry.Read, method: http.MethodGet,
		bucket: in.Bucket, sub: "accessPointPolicyForObjectProcess", process: &in.AccessPointForObjectProcessName,
	}, in)
	return (*GetAccessPointPolicyForObjectProcessResponse)(out), err
}
