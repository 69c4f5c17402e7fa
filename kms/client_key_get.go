package kms

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// GetClientKeyRequest holds the parameters of [Client.GetClientKey].
type GetClientKeyRequest struct {
	ClientKeyID string `rpc:"ClientKeyId"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in GetClientKeyRequest) Validate() error {
	return invalid("GetClientKey", check.Required("ClientKeyId", in.ClientKeyID))
}

// GetClientKeyResponse is the response of [Client.GetClientKey].
type GetClientKeyResponse struct {
	RequestID string `json:"RequestId"`
	ClientKey
}

// GetClientKey returns one client key, without its private key.
//
// Errors: [CodeResourceNotFound], [CodeInvalidParameter]. Other clients treat
// any 404 as a key that does not exist: test for [ErrNotFound].
//
// RAM action: presumably kms:GetClientKey, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-getclientkey
func (c *Client) GetClientKey(ctx context.Context, in GetClientKeyRequest) (*GetClientKeyResponse, error) {
	return call[GetClientKeyResponse](ctx, c, rpc.Op{Name: "GetClientKey", Version: version, Method: http.MethodGet, Effect: retry.Read}, in)
}
