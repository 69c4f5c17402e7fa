package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// DeleteAccessPointRequest holds the parameters of [Client.DeleteAccessPoint].
type DeleteAccessPointRequest struct {
	AccessPointID string `name:"AccessPointId"` // required; an ID or ARN
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteAccessPointRequest) Validate() error {
	return invalid("DeleteAccessPoint",
		check.Required("AccessPointId", in.AccessPointID),
		check.Length("AccessPointId", in.AccessPointID, 1, 128),
		check.That(accessPointID(in.AccessPointID), "AccessPointId", "must be fsap- and 8 to 40 hexadecimal digits, or such an ARN"),
	)
}

// DeleteAccessPointResponse is the response of [Client.DeleteAccessPoint].
type DeleteAccessPointResponse struct {
	RequestID string `json:"-"`
}

// DeleteAccessPoint deletes an access point. Clients that have mounted it keep
// working until they unmount it; the directory and its files remain.
//
// The operation is asynchronous: see [Client.WaitAccessPointDeleted]. It is
// retried even if an attempt may have run; if that attempt took effect, the
// retry fails with [CodeAccessPointNotFound].
//
// Errors: [CodeAccessPointNotFound], [CodeBadRequest],
// [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DeleteAccessPoint.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DeleteAccessPoint.html
func (c *Client) DeleteAccessPoint(ctx context.Context, in DeleteAccessPointRequest) (*DeleteAccessPointResponse, error) {
	return call[DeleteAccessPointResponse](ctx, c, rest.Op{
		Name: "DeleteAccessPoint", Effect: retry.Idempotent, Method: http.MethodDelete, Path: uri.Path(version, "access-points", in.AccessPointID),
	}, "", in)
}
