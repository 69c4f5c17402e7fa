package oss

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// CreateAccessPointRequest holds the parameters of [Client.CreateAccessPoint].
type CreateAccessPointRequest struct {
	Bucket           string            `xml:"-"`                // required
	AccessPointName  string            `xml:"AccessPointName"`  // required; 3 to 19 lower-case letters, digits and hyphens, no hyphen first or last, not ending in -ossalias; unique in the account and region
	NetworkOrigin    NetworkOrigin     `xml:"NetworkOrigin"`    // required
	VpcConfiguration *VpcConfiguration `xml:"VpcConfiguration"` // required for [NetworkOriginVPC]; a VPC of the bucket's region
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateAccessPointRequest) Validate() error {
	return invalid("CreateAccessPoint", newPointRules(in)...)
}

// newPointRules are the rules of an access point that is to be created.
func newPointRules(in CreateAccessPointRequest) []check.Problem {
	hasVPC := in.VpcConfiguration != nil && in.VpcConfiguration.VpcID != ""
	return append(bucketRules(in.Bucket),
		check.Required("Bucket", in.Bucket),
		check.Required("AccessPointName", in.AccessPointName),
		check.That(!strings.HasSuffix(in.AccessPointName, "-ossalias"), "AccessPointName", "must not end with -ossalias"),
		check.That(labelChars(in.AccessPointName), "AccessPointName", "must have only lower-case letters, digits and hyphens"),
		check.That(!outerHyphen(in.AccessPointName), "AccessPointName", "must not start or end with a hyphen"),
		check.Length("AccessPointName", in.AccessPointName, 3, 19),
		check.Required("NetworkOrigin", in.NetworkOrigin),
		check.OneOf("NetworkOrigin", in.NetworkOrigin, NetworkOriginVPC, NetworkOriginInternet),
		check.That(hasVPC || in.NetworkOrigin != NetworkOriginVPC, "VpcConfiguration.VpcId", "is required with NetworkOrigin vpc"),
	)
}

// CreateAccessPointResponse is the response of [Client.CreateAccessPoint].
type CreateAccessPointResponse struct {
	RequestID      string `xml:"-"`
	AccessPointARN string `xml:"AccessPointArn" answer:"required"`
	Alias          string `xml:"Alias"` // replaces the bucket's name in requests for objects
}

// CreateAccessPoint creates an access point of a bucket.
//
// The operation is asynchronous: use or delete the access point only after
// [Client.WaitAccessPointEnabled]. It has no idempotency token, so it is
// retried only if the attempt certainly did not run; otherwise the error is an
// [*OutcomeUnknownError], which [Client.Resume] settles.
// [Client.EnsureAccessPoint] handles all of this.
//
// An account can have 1,000 access points, and a bucket 100. The code for
// exceeding that is not documented; it should be an [ErrQuotaExceeded].
//
// Errors: [CodeNoSuchBucket], [CodeInvalidArgument], [CodeMalformedXML],
// [CodeAccessDenied]. The code for a name that is taken is not documented; it
// should be an [ErrAlreadyExists] or an [ErrConflict].
//
// RAM action: oss:CreateAccessPoint.
//
// API reference: https://www.alibabacloud.com/help/en/oss/developer-reference/createaccesspoint
func (c *Client) CreateAccessPoint(ctx context.Context, in CreateAccessPointRequest) (*CreateAccessPointResponse, error) {
	began := time.Now()
	out, err := call[CreateAccessPointResponse](ctx, c, operation{
		name: "CreateAccessPoint", effect: retry.NonIdempotent, method: http.MethodPut,
		bucket: in.Bucket, sub: "accessPoint",
		body:   encode.XML("CreateAccessPointConfiguration", in),
		answer: "CreateAccessPointResult",
	}, in)
	if lost, ok := err.(*OutcomeUnknownError); ok {
		lost.Resume = in.resume(c, began)
	}
	return out, err
}
