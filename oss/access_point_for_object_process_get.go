package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// GetAccessPointForObjectProcessRequest holds the parameters of [Client.GetAccessPointForObjectProcess].
type GetAccessPointForObjectProcessRequest struct {
	Bucket                          string // required
	AccessPointForObjectProcessName string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in GetAccessPointForObjectProcessRequest) Validate() error {
	return invalid("GetAccessPointForObjectProcess", append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), processInHeader(in.AccessPointForObjectProcessName)...)...)
}

// GetAccessPointForObjectProcessResponse is the response of
// [Client.GetAccessPointForObjectProcess].
type GetAccessPointForObjectProcessResponse struct {
	RequestID string `xml:"-"`
	AccessPointForObjectProcess
}

// GetAccessPointForObjectProcess returns one access point for object processing.
//
// Errors: [CodeNoSuchAccessPointForObjectProcess], [CodeNoSuchBucket],
// [CodeAccessDenied].
//
// RAM action: oss:GetAccessPointForObjectProcess.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/getaccesspointforobjectprocess
func (c *Client) GetAccessPointForObjectProcess(ctx context.Context, in GetAccessPointForObjectProcessRequest) (*GetAccessPointForObjectProcessResponse, error) {
	return call[GetAccessPointForObjectProcessResponse](ctx, c, operation{
		name: "GetAccessPointForObjectProcess", effect: retry.Read, method: http.MethodGet,
		bucket: in.Bucket, sub: "accessPointForObjectProcess", process: &in.AccessPointForObjectProcessName,
		answer: "GetAccessPointForObjectProcessResult",
	}, in)
}
