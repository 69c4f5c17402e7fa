package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CheckProductOpenRequest is empty: [Client.CheckProductOpen] has no
// parameters.
type CheckProductOpenRequest struct{}

// Validate returns nil: there are no documented constraints.
func (CheckProductOpenRequest) Validate() error { return nil }

// CheckProductOpenResponse is the response of [Client.CheckProductOpen].
type CheckProductOpenResponse struct {
	RequestID string `json:"RequestId"`
	Success   bool   `json:"Success" answer:"required"` // always true: otherwise the call fails
}

// CheckProductOpen checks that the account has activated PrivateLink. If not,
// the error is [CodeNeedOpenProduct].
//
// Errors: [CodeNeedOpenProduct].
//
// RAM action: privatelink:CheckProductOpen.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-checkproductopen
func (c *Client) CheckProductOpen(ctx context.Context, in CheckProductOpenRequest) (*CheckProductOpenResponse, error) {
	return call[CheckProductOpenResponse](ctx, c, rpc.Op{Name: "CheckProductOpen", Version: version, Effect: retry.Read}, "", in)
}
