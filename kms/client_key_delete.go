package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeleteClientKeyRequest holds the parameters of [Client.DeleteClientKey].
type DeleteClientKeyRequest struct {
	ClientKeyID string `rpc:"ClientKeyId"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteClientKeyRequest) Validate() error {
	return invalid("DeleteClientKey", check.Required("ClientKeyId", in.ClientKeyID))
}

// DeleteClientKeyResponse is the response of [Client.DeleteClientKey].
type DeleteClientKeyResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeleteClientKey deletes a client key. Applications that still use it lose
// access to KMS.
//
// The operation is synchronous. It is retried even if an attempt may have run;
// if that attempt took effect, the retry fails with [CodeResourceNotFound].
//
// Errors: [CodeResourceNotFound], [CodeInvalidParameter]. Other clients treat
// any 404 as a key that does not exist: test for [ErrNotFound].
//
// RAM action: presumably kms:DeleteClientKey, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-deleteclientkey
func (c *Client) DeleteClientKey(ctx context.Context, in DeleteClientKeyRequest) (*DeleteClientKeyResponse, error) {
	return call[DeleteClientKeyResponse](ctx, c, rpc.Op{Name: "DeleteClientKey", Version: version, Effect: retry.Idempotent}, in)
}
