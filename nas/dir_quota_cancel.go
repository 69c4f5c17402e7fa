package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CancelDirQuotaRequest holds the parameters of [Client.CancelDirQuota].
type CancelDirQuotaRequest struct {
	FileSystemID string   `rpc:"FileSystemId"` // required
	Path         string   `rpc:"Path"`         // required; an absolute path in the file system, of a directory that exists
	UserType     UserType `rpc:"UserType"`     // required; the users that the quota applies to
	UserID       *uint32  `rpc:"UserId"`       // the user or group; required with [UserTypeUID] and [UserTypeGID]
}

// Validate checks in against the documented constraints, without sending it.
func (in CancelDirQuotaRequest) Validate() error {
	return invalid("CancelDirQuota",
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("Path", in.Path),
		check.That(in.Path == "" || in.Path[0] == '/', "Path", "must start with /"),
		check.Required("UserType", in.UserType),
		check.OneOf("UserType", in.UserType, "Uid", "Gid", "AllUsers"),
		check.That(in.UserID != nil || in.UserType != UserTypeUID && in.UserType != UserTypeGID, "UserId", "is required with UserType Uid or Gid"),
	)
}

// CancelDirQuotaResponse is the response of [Client.CancelDirQuota].
type CancelDirQuotaResponse struct {
	RequestID string `json:"RequestId"`
	Success   bool   `json:"Success" answer:"required"` // always true: otherwise the call fails
}

// CancelDirQuota removes the quota of a directory for a user, a group or all
// users. The data of the directory remains. The operation is asynchronous: see
// [Client.WaitDirQuotaCanceled].
//
// It is retried even if an attempt may have run; if that attempt took effect,
// the service may say that there is no quota. The service may report a failure
// with status 200 and no code; the error is an [*APIError] with that status
// then.
//
// Errors: [CodeQuotaNotExistOnPath], [CodeFileSystemNotFound].
//
// RAM action: nas:CancelDirQuota.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-canceldirquota
func (c *Client) CancelDirQuota(ctx context.Context, in CancelDirQuotaRequest) (*CancelDirQuotaResponse, error) {
	out, err := call[quotaAnswer](ctx, c, rpc.Op{Name: "CancelDirQuota", Version: version, Effect: retry.Idempotent}, in)
	if err == nil {
		err = out.failure("CancelDirQuota")
	}
	if err != nil {
		return nil, err
	}
	return &CancelDirQuotaResponse{out.RequestID, true}, nil
}
