package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// OpenKmsServiceRequest is empty: [Client.OpenKmsService] has no
// parameters.
type OpenKmsServiceRequest struct{}

// Validate checks in against the documented constraints, of which there are none.
func (in OpenKmsServiceRequest) Validate() error { return nil }

// OpenKmsServiceResponse is the response of [Client.OpenKmsService].
type OpenKmsServiceResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// OpenKmsService activates KMS for the account. It costs money: it orders a
// paid service. Nothing else in this package calls it.
//
// It is retried only if the attempt certainly did not run. After an
// [*OutcomeUnknownError], [Client.DescribeAccountKmsStatus] tells whether it
// took effect.
//
// Errors: [CodeOpened] for an account that has activated KMS,
// [CodeNoRealNameAuthentication], [CodeOrderFailed].
//
// RAM action: kms:OpenKmsService, by its name; the API reference states none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-openkmsservice
func (c *Client) OpenKmsService(ctx context.Context, in OpenKmsServiceRequest) (*OpenKmsServiceResponse, error) {
	return call[OpenKmsServiceResponse](ctx, c, rpc.Op{Name: "OpenKmsService", Version: version, Effect: retry.NonIdempotent}, in)
}
