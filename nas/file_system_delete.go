package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeleteFileSystemRequest holds the parameters of [Client.DeleteFileSystem].
type DeleteFileSystemRequest struct {
	FileSystemID string `rpc:"FileSystemId"` // required
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteFileSystemRequest) Validate() error {
	return invalid("DeleteFileSystem", check.Required("FileSystemId", in.FileSystemID))
}

// DeleteFileSystemResponse is the response of [Client.DeleteFileSystem].
type DeleteFileSystemResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeleteFileSystem deletes a file system with all its files, which cannot be
// restored. The service refuses it while the file system has mount targets or
// lifecycle policies. Delete access points before mount targets.
//
// The operation is asynchronous: see [Client.WaitFileSystemDeleted]. It is not
// retried if an attempt may have run: the error is an [*OutcomeUnknownError]
// then. Check with [Client.DescribeFileSystems] before you call again.
//
// Errors: [CodeFileSystemNotFound], [CodeLifecyclePolicyAssociated],
// [CodeLifecycleRecycleBinTieringJobAssociated], [CodeInvalidState].
//
// RAM action: nas:DeleteFileSystem.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-deletefilesystem
func (c *Client) DeleteFileSystem(ctx context.Context, in DeleteFileSystemRequest) (*DeleteFileSystemResponse, error) {
	return call[DeleteFileSystemResponse](ctx, c, rpc.Op{Name: "DeleteFileSystem", Version: version, Effect: retry.NonIdempotent}, in)
}
