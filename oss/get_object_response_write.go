package oss

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/transport"
)

// WriteGetObjectResponseRequest holds the parameters of
// [Client.WriteGetObjectResponse].
type WriteGetObjectResponseRequest struct {
	RequestRoute string // required; from the event of the function
	RequestToken Secret // required; from the event of the function

	FwdStatus int // required; the status that the reader gets

	// FwdHeaderAcceptRanges and the fields below it are headers that the reader
	// gets. Empty ones are not sent.
	FwdHeaderAcceptRanges       string // default: none
	FwdHeaderCacheControl       string // default: none
	FwdHeaderContentDisposition string // default: none
	FwdHeaderContentEncoding    string // default: none
	FwdHeaderContentLanguage    string // default: none
	FwdHeaderContentRange       string // default: none
	FwdHeaderContentType        string // default: none
	FwdHeaderETag               string // default: none
	FwdHeaderExpires            string // default: none
	FwdHeaderLastModified       string // default: none

	// Body is streamed, and not closed. If the context ends, a Read may still
	// be running when the call returns. The default is an empty body.
	Body io.Reader
}

// Validate checks in against the documented constraints, without sending it.
func (in WriteGetObjectResponseRequest) Validate() error {
	return invalid("WriteGetObjectResponse",
		check.Required("x-oss-request-route", in.RequestRoute),
		check.Required("x-oss-request-token", in.RequestToken),
		check.Required("x-oss-fwd-status", in.FwdStatus),
	)
}

// WriteGetObjectResponseResponse is the response of
// [Client.WriteGetObjectResponse].
type WriteGetObjectResponseResponse struct {
	RequestID string `xml:"-"`
}

// WriteGetObjectResponse sends the object that a function has transformed to
// the reader who requested it through an access point for object processing.
// The function calls it.
//
// The effect of a second response to the same request is not documented.
// Therefore it is retried only if the attempt certainly did not run, and only
// if Body was not read yet or is an [io.Seeker]. If an attempt may have run,
// the error is an [*OutcomeUnknownError]. The timeout is that of the context:
// [Config].AttemptTimeout does not apply.
//
// Errors: [CodeInvalidArgument], [CodeAccessDenied]. The codes are not documented.
//
// RAM action: oss:WriteGetObjectResponse.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/writegetobjectresponse
func (c *Client) WriteGetObjectResponse(ctx context.Context, in WriteGetObjectResponseRequest) (*WriteGetObjectResponseResponse, error) {
	status := ""
	if in.FwdStatus != 0 {
		status = strconv.Itoa(in.FwdStatus)
	}
	var body transport.Stream
	if in.Body != nil {
		body = transport.NewStream(in.Body)
	}
	return call[WriteGetObjectResponseResponse](ctx, c, operation{
		name: "WriteGetObjectResponse", effect: retry.NonIdempotent, method: http.MethodPost,
		account: true, sub: "x-oss-write-get-object-response", stream: body, secret: in.RequestToken.Value(),
		header: []string{
			"X-Oss-Request-Route", in.RequestRoute,
			"X-Oss-Request-Token", in.RequestToken.Value(),
			"X-Oss-Fwd-Status", status,
			"X-Oss-Fwd-Header-Accept-Ranges", in.FwdHeaderAcceptRanges,
			"X-Oss-Fwd-Header-Cache-Control", in.FwdHeaderCacheControl,
			"X-Oss-Fwd-Header-Content-Disposition", in.FwdHeaderContentDisposition,
			"X-Oss-Fwd-Header-Content-Encoding", in.FwdHeaderContentEncoding,
			"X-Oss-Fwd-Header-Content-Language", in.FwdHeaderContentLanguage,
			"X-Oss-Fwd-Header-Content-Range", in.FwdHeaderContentRange,
			"X-Oss-Fwd-Header-Content-Type", in.FwdHeaderContentType,
			"X-Oss-Fwd-Header-Etag", in.FwdHeaderETag,
			"X-Oss-Fwd-Header-Expires", in.FwdHeaderExpires,
			"X-Oss-Fwd-Header-Last-Modified", in.FwdHeaderLastModified,
		},
	}, in)
}
