package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeleteApplicationAccessPointRequest holds the parameters of
// [Client.DeleteApplicationAccessPoint].
type DeleteApplicationAccessPointRequest struct {
	Name string `rpc:"Name"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteApplicationAccessPointRequest) Validate() error {
	return invalid("DeleteApplicationAccessPoint", check.Required("Name", in.Name))
}

// DeleteApplicationAccessPointResponse is the response of
// [Client.DeleteApplicationAccessPoint].
type DeleteApplicationAccessPointResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeleteApplicationAccessPoint deletes an access point. Applications that use
// it lose access to KMS at once.
//
// The operation is synchronous. It is retried even if an attempt may have run;
// if that attempt took effect, the retry fails with [CodeResourceNotFound].
//
// Errors: [CodeResourceNotFound], [CodeInvalidParameter].
//
// RAM action: presumably kms:DeleteApplicationAccessPoint, like the operation;
// the API reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-deleteapplicationaccesspoint
func (c *Client) DeleteApplicationAccessPoint(ctx context.Context, in DeleteApplicationAccessPointRequest) (*DeleteApplicationAccessPointResponse, error) {
	return call[DeleteApplicationAccessPointResponse](ctx, c, rpc.Op{Name: "DeleteApplicationAccessPoint", Version: version, Effect: retry.Idempotent}, in)
}
