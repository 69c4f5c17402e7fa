package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// GetAccessPointConfigForObjectProcessRequest holds the parameters of [Client.GetAccessPointConfigForObjectProcess].
type GetAccessPointConfigForObjectProcessRequest struct {
	Bucket                          string // required
	AccessPointForObjectProcessName string // required
}

// Validate checks in against the documented constraints, without sending it.
func (in GetAccessPointConfigForObjectProcessRequest) Validate() error {
	return invalid("GetAccessPointConfigForObjectProcess", append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), processInHeader(in.AccessPointForObjectProcessName)...)...)
}

// GetAccessPointConfigForObjectProcessResponse is the response of
// [Client.GetAccessPointConfigForObjectProcess].
type GetAccessPointConfigForObjectProcessResponse struct {
	RequestID string `xml:"-"`
	// AllowAnonymousAccessForObjectProcess and BlockPublicAccess are nil if the
	// response does not contain them.
	AllowAnonymousAccessForObjectProcess *bool                      `xml:"AllowAnonymousAccessForObjectProcess"`
	BlockPublicAccess                    *bool                      `xml:"PublicAccessBlockConfiguration>BlockPublicAccess"`
	ObjectProcessConfiguration           ObjectProcessConfiguration `xml:"ObjectProcessConfiguration"`
}

// GetAccessPointConfigForObjectProcess returns the configuration of an access
// point for object processing.
//
// Errors: [CodeNoSuchAccessPointForObjectProcess], [CodeNoSuchBucket],
// [CodeAccessDenied].
//
// RAM action: oss:GetAccessPointConfigForObjectProcess.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/getaccesspointconfigforobjectprocess
func (c *Client) GetAccessPointConfigForObjectProcess(ctx context.Context, in GetAccessPointConfigForObjectProcessRequest) (*GetAccessPointConfigForObjectProcessResponse, error) {
	return call[GetAccessPointConfigForObjectProcessResponse](ctx, c, operation{
		name: "GetAccessPointConfigForObjectProcess", effect: retry.Read, method: http.MethodGet,
		bucket: in.Bucket, sub: "accessPointConfigForObjectProcess", process: &in.AccessPointForObjectProcessName,
		answer: "GetAccessPointConfigForObjectProcessResult",
	}, in)
}
