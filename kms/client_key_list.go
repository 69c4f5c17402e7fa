package kms

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ListClientKeysRequest holds the parameters of [Client.ListClientKeys].
type ListClientKeysRequest struct {
	AapName string `rpc:"AapName"` // only the keys of this access point; default: all
}

// Validate returns nil: there are no documented constraints.
func (in ListClientKeysRequest) Validate() error { return nil }

// ListClientKeysResponse is the response of [Client.ListClientKeys].
type ListClientKeysResponse struct {
	RequestID  string      `json:"RequestId"`
	ClientKeys []ClientKey `json:"ClientKeys" answer:"required"`
}

// ListClientKeys returns the client keys of an access point, or of all in the
// region, without their private keys. There is no pagination: the list is
// complete.
//
// Errors: [CodeInvalidParameter].
//
// RAM action: presumably kms:ListClientKeys, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-listclientkeys
func (c *Client) ListClientKeys(ctx context.Context, in ListClientKeysRequest) (*ListClientKeysResponse, error) {
	return call[ListClientKeysResponse](ctx, c, rpc.Op{Name: "ListClientKeys", Version: version, Method: http.MethodGet, Effect: retry.Read}, in)
}
