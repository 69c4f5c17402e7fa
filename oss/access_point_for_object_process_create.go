package oss

import (
	"cmp"
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// CreateAccessPointForObjectProcessRequest holds the parameters of
// [Client.CreateAccessPointForObjectProcess].
type CreateAccessPointForObjectProcessRequest struct {
	Bucket                          string `xml:"-"` // required
	AccessPointForObjectProcessName string `xml:"-"` // required; up to 63 lower-case letters, digits and hyphens, no hyphen first or last; unique in the account and region

	AllowAnonymousAccessForObjectProcess *bool                      `xml:"AllowAnonymousAccessForObjectProcess"` // default: false
	AccessPointName                      string                     `xml:"AccessPointName"`                      // required; the access point of the bucket whose objects are transformed
	ObjectProcessConfiguration           ObjectProcessConfiguration `xml:"ObjectProcessConfiguration"`           // default: none; set it later with [Client.PutAccessPointConfigForObjectProcess]
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateAccessPointForObjectProcessRequest) Validate() error {
	return invalid("CreateAccessPointForObjectProcess", append(append(append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
		check.Length(processName, in.AccessPointForObjectProcessName, 1, 63),
		check.That(labelChars(in.AccessPointForObjectProcessName), processName, "must have only lower-case letters, digits and hyphens"),
		check.That(!outerHyphen(in.AccessPointForObjectProcessName), processName, "must not start or end with a hyphen"),
		check.Required("AccessPointName", in.AccessPointName),
	), processInHeader(in.AccessPointForObjectProcessName)...), processRules(in.ObjectProcessConfiguration)...)...)
}

// CreateAccessPointForObjectProcessResponse is the response of
// [Client.CreateAccessPointForObjectProcess].
type CreateAccessPointForObjectProcessResponse struct {
	RequestID                        string `xml:"-"`
	AccessPointForObjectProcessARN   string `xml:"AccessPointForObjectProcessArn" answer:"required"`
	AccessPointForObjectProcessAlias string `xml:"AccessPointForObjectProcessAlias"` // replaces the bucket's name in requests for objects
}

// CreateAccessPointForObjectProcess creates an access point whose objects a
// function of Function Compute transforms on their way to the reader. It is
// based on an access point of the bucket, which must be enabled.
//
// The operation is asynchronous: see
// [Client.WaitAccessPointForObjectProcessEnabled]. It has no idempotency token,
// so it is retried only if the attempt certainly did not run; otherwise the
// error is an [*OutcomeUnknownError]. The name is unique, so it is safe to call
// again; or check with [Client.GetAccessPointForObjectProcess] whether it was
// created.
//
// An account can have 1,000 access points for object processing, and a bucket
// 100. The code for exceeding that is not documented; it should be an
// [ErrQuotaExceeded].
//
// Errors: [CodeNoSuchAccessPoint], [CodeNoSuchBucket], [CodeMalformedXML],
// [CodeAccessDenied]. The code for a name that is taken is not documented; it should be
// an [ErrAlreadyExists] or an [ErrConflict].
//
// RAM action: oss:CreateAccessPointForObjectProcess.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/createaccesspointforobjectprocess
func (c *Client) CreateAccessPointForObjectProcess(ctx context.Context, in CreateAccessPointForObjectProcessRequest) (*CreateAccessPointForObjectProcessResponse, error) {
	type answer struct {
		RequestID string `xml:"-"`
		ARN       string `xml:"AccessPointForObjectProcessArn" answer:"required"`
		Alias     string `xml:"AccessPointForObjectProcessAlias"`
		Other     string `xml:"Alias"` // in its place, in test data of the official SDK
	}
	out, err := call[answer](ctx, c, operation{
		name: "CreateAccessPointForObjectProcess", effect: retry.NonIdempotent, method: http.MethodPut,
		bucket: in.Bucket, sub: "accessPointForObjectProcess", process: &in.AccessPointForObjectProcessName,
		body:   encode.XML("CreateAccessPointForObjectProcessConfiguration", in),
		answer: "CreateAccessPointForObjectProcessResult",
	}, in)
	if err != nil {
		return nil, err
	}
	return &CreateAccessPointForObjectProcessResponse{out.RequestID, out.ARN, cmp.Or(out.Alias, out.Other)}, nil
}
