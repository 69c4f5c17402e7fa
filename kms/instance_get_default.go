package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// GetDefaultKmsInstanceRequest is empty: [Client.GetDefaultKmsInstance] has no
// parameters.
type GetDefaultKmsInstanceRequest struct{}

// Validate returns nil: there are no documented constraints.
func (in GetDefaultKmsInstanceRequest) Validate() error { return nil }

// GetDefaultKmsInstanceResponse is the response of
// [Client.GetDefaultKmsInstance].
type GetDefaultKmsInstanceResponse struct {
	RequestID            string `json:"RequestId" answer:"required"`
	DefaultKmsInstanceID string `json:"DefaultKmsInstanceId"` // empty if there is none
}

// GetDefaultKmsInstance returns the ID of the default KMS instance, which only
// accounts that were migrated from KMS 1.0 have. For other accounts it returns
// an empty ID and no error.
//
// Errors: [CodeInvalidParameter].
//
// RAM action: presumably kms:GetDefaultKmsInstance, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-getdefaultkmsinstance
func (c *Client) GetDefaultKmsInstance(ctx context.Context, in GetDefaultKmsInstanceRequest) (*GetDefaultKmsInstanceResponse, error) {
	return call[GetDefaultKmsInstanceResponse](ctx, c, rpc.Op{Name: "GetDefaultKmsInstance", Version: version, Effect: retry.Read}, in)
}
