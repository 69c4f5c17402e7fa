package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// OpenNASServiceRequest is empty: [Client.OpenNASService] has no parameters.
type OpenNASServiceRequest struct{}

// Validate returns nil: there are no documented constraints.
func (in OpenNASServiceRequest) Validate() error { return nil }

// OpenNASServiceResponse is the response of [Client.OpenNASService].
type OpenNASServiceResponse struct {
	RequestID string `json:"RequestId"`
	OrderID   string `json:"OrderId" answer:"required"`
}

// OpenNASService activates NAS for the account. It costs money: the account is
// billed for what it stores from then on. No other method of this package calls
// it.
//
// An order is not retried if an attempt may have run: the error is an
// [*OutcomeUnknownError] then. A second order of an account that has the
// service is refused with [CodeOrderOpened].
//
// Errors: [CodeOrderOpened].
//
// RAM action: nas:OpenNASService.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-opennasservice
func (c *Client) OpenNASService(ctx context.Context, in OpenNASServiceRequest) (*OpenNASServiceResponse, error) {
	return call[OpenNASServiceResponse](ctx, c, rpc.Op{Name: "OpenNASService", Version: version, Effect: retry.NonIdempotent}, in)
}
