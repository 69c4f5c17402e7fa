package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// OpenKmsServiceRequest is empty: [Client.OpenKmsService] has no
// parameters.
type OpenKmsServiceRequest struct{}

// Validate returns nil: there are no documented constraints.
func (in OpenKmsServiceRequest) Validate() error { return nil }

// OpenKmsServiceResponse is the response of [Client.OpenKmsService].
type OpenKmsServiceResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// OpenKmsService activates KMS for the account. It costs money: it orders a
// paid service. No other method of this package calls it.
//
// It is retried only if the attempt certainly did not run. After an
// [*OutcomeUnknownError], [Client.DescribeAccountKmsStatus] tells whether it
// took effect.
//
// Errors: [CodeOpened] for an account that has activated KMS,
// [CodeNoRealNameAuthentication], [CodeOrderFailed].
//
// RAM action: presumably kms:OpenKmsService, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-openkmsservice
func (c *Client) OpenKmsService(ctx context.Context, in OpenKmsServiceRequest) (*OpenKmsServiceResponse, error) {
	return call[OpenKmsServiceResponse](ctx, c, rpc.Op{Name: "OpenKmsService", Version: version, Effect: retry.NonIdempotent}, in)
}
