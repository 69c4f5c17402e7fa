package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// OpenPrivateLinkServiceRequest holds the parameters of
// [Client.OpenPrivateLinkService].
type OpenPrivateLinkServiceRequest struct {
	OwnerID int64 `rpc:"OwnerId"` // its effect is not documented
}

// Validate returns nil: there are no documented constraints.
func (OpenPrivateLinkServiceRequest) Validate() error { return nil }

// OpenPrivateLinkServiceResponse is the response of
// [Client.OpenPrivateLinkService].
type OpenPrivateLinkServiceResponse struct {
	RequestID string `json:"RequestId"`
	OrderID   string `json:"OrderId" answer:"required"`
}

// OpenPrivateLinkService activates PrivateLink for the account. It costs money:
// the account is billed for its endpoints from then on. No other method of this
// package calls it.
//
// It has no idempotency token and is not retried if an attempt may have run:
// the error is an [*OutcomeUnknownError] then, and [Client.CheckProductOpen]
// tells whether it took effect.
//
// Errors: [CodeOrderOpened], [CodeAccountTypeRestricted],
// [CodeNotEnoughBalance].
//
// RAM action: privatelink:OpenPrivateLinkService.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-openprivatelinkservice
func (c *Client) OpenPrivateLinkService(ctx context.Context, in OpenPrivateLinkServiceRequest) (*OpenPrivateLinkServiceResponse, error) {
	return call[OpenPrivateLinkServiceResponse](ctx, c, rpc.Op{Name: "OpenPrivateLinkService", Version: version, Effect: retry.NonIdempotent}, "", in)
}
