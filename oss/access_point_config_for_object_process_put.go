package oss

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// PutAccessPointConfigForObjectProcessRequest holds the parameters of
// [Client.PutAccessPointConfigForObjectProcess].
type PutAccessPointConfigForObjectProcessRequest struct {
	Bucket                          string `xml:"-"` // required
	AccessPointForObjectProcessName string `xml:"-"` // required

	AllowAnonymousAccessForObjectProcess *bool                      `xml:"AllowAnonymousAccessForObjectProcess"`             // the default is not documented
	BlockPublicAccess                    *bool                      `xml:"PublicAccessBlockConfiguration>BlockPublicAccess"` // the default is not documented
	ObjectProcessConfiguration           ObjectProcessConfiguration `xml:"ObjectProcessConfiguration"`                       // the default is not documented
}

// Validate checks in against the documented constraints, without sending it.
func (in PutAccessPointConfigForObjectProcessRequest) Validate() error {
	return invalid("PutAccessPointConfigForObjectProcess", append(append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
	), processInHeader(in.AccessPointForObjectProcessName)...), processRules(in.ObjectProcessConfiguration)...)...)
}

// PutAccessPointConfigForObjectProcessResponse is the response of
// [Client.PutAccessPointConfigForObjectProcess].
type PutAccessPointConfigForObjectProcessResponse struct {
	RequestID string `xml:"-"`
}

// PutAccessPointConfigForObjectProcess replaces the configuration of an access
// point for object processing. Set all fields: the API reference does not say
// whether a field that is not sent keeps its value or is reset to its default.
//
// The operation is synchronous and idempotent: it is retried even if an attempt
// may have run.
//
// Errors: [CodeNoSuchAccessPointForObjectProcess], [CodeNoSuchBucket],
// [CodeMalformedXML], [CodeAccessDenied].
//
// RAM action: oss:PutAccessPointConfigForObjectProcess.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/putaccesspointconfigforobjectprocess
func (c *Client) PutAccessPointConfigForObjectProcess(ctx context.Context, in PutAccessPointConfigForObjectProcessRequest) (*PutAccessPointConfigForObjectProcessResponse, error) {
	return call[PutAccessPointConfigForObjectProcessResponse](ctx, c, operation{
		name: "PutAccessPointConfigForObjectProcess", effect: retry.Idempotent, method: http.MethodPut,
		bucket: in.Bucket, sub: "accessPointConfigForObjectProcess", process: &in.AccessPointForObjectProcessName,
		body: encode.XML("PutAccessPointConfigForObjectProcessConfiguration", in),
	}, in)
}
