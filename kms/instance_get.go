package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// GetKmsInstanceRequest holds the parameters of [Client.GetKmsInstance].
type GetKmsInstanceRequest struct {
	KmsInstanceID string `rpc:"KmsInstanceId"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in GetKmsInstanceRequest) Validate() error {
	return invalid("GetKmsInstance", check.Required("KmsInstanceId", in.KmsInstanceID))
}

// GetKmsInstanceResponse is the response of [Client.GetKmsInstance].
type GetKmsInstanceResponse struct {
	RequestID   string      `json:"RequestId"`
	KmsInstance KmsInstance `json:"KmsInstance" answer:"required"`
}

// GetKmsInstance returns one KMS instance.
//
// Errors: [CodeIllegalTimestamp]. The code for an instance that does not exist
// is not documented; other operations return [CodeInstanceNotFound] or
// [CodeResourceNotFound], and both are [ErrNotFound].
//
// RAM action: presumably kms:GetKmsInstance, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-getkmsinstance
func (c *Client) GetKmsInstance(ctx context.Context, in GetKmsInstanceRequest) (*GetKmsInstanceResponse, error) {
	return call[GetKmsInstanceResponse](ctx, c, rpc.Op{Name: "GetKmsInstance", Version: version, Effect: retry.Read}, in)
}
