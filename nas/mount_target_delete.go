package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeleteMountTargetRequest holds the parameters of [Client.DeleteMountTarget].
type DeleteMountTargetRequest struct {
	FileSystemID      string `rpc:"FileSystemId"`      // required
	MountTargetDomain string `rpc:"MountTargetDomain"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteMountTargetRequest) Validate() error {
	return invalid("DeleteMountTarget",
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("MountTargetDomain", in.MountTargetDomain),
	)
}

// DeleteMountTargetResponse is the response of [Client.DeleteMountTarget].
type DeleteMountTargetResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeleteMountTarget deletes a mount target. Clients that have mounted it lose
// access. A new mount target has another domain. The files remain.
//
// The operation is asynchronous: see [Client.WaitMountTargetDeleted]. It is
// retried even if an attempt may have run; if that attempt took effect, the
// retry fails with [CodeMountTargetNotFound].
//
// Errors: [CodeFileSystemNotFound], [CodeMountTargetNotFound],
// [CodeInvalidMountTargetDomain], [CodeNASNotFound],
// [CodeVolumeStatusForbidOperation], [CodeInvalidState].
//
// RAM action: nas:DeleteMountTarget.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-deletemounttarget
func (c *Client) DeleteMountTarget(ctx context.Context, in DeleteMountTargetRequest) (*DeleteMountTargetResponse, error) {
	return call[DeleteMountTargetResponse](ctx, c, rpc.Op{Name: "DeleteMountTarget", Version: version, Effect: retry.Idempotent}, in)
}
