package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeleteAccessPointRequest holds the parameters of [Client.DeleteAccessPoint].
type DeleteAccessPointRequest struct {
	FileSystemID  string `rpc:"FileSystemId"`  // required
	AccessPointID string `rpc:"AccessPointId"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteAccessPointRequest) Validate() error {
	return invalid("DeleteAccessPoint",
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("AccessPointId", in.AccessPointID),
	)
}

// DeleteAccessPointResponse is the response of [Client.DeleteAccessPoint].
type DeleteAccessPointResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeleteAccessPoint deletes an access point. Reads and writes in progress
// through it are interrupted; the files remain.
//
// The operation is asynchronous: see [Client.WaitAccessPointDeleted]. It is
// retried even if an attempt may have run; if that attempt took effect, the
// retry fails with [CodeAccessPointNotFound].
//
// Errors: [CodeAccessPointNotFound], [CodeFileSystemNotFound].
//
// RAM action: nas:DeleteAccessPoint.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-deleteaccesspoint
func (c *Client) DeleteAccessPoint(ctx context.Context, in DeleteAccessPointRequest) (*DeleteAccessPointResponse, error) {
	return call[DeleteAccessPointResponse](ctx, c, rpc.Op{Name: "DeleteAccessPoint", Version: version, Effect: retry.Idempotent}, in)
}
