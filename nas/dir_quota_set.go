package nas

import (
	"context"
	"errors"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// SetDirQuotaRequest holds the parameters of [Client.SetDirQuota].
type SetDirQuotaRequest struct {
	FileSystemID   string    `rpc:"FileSystemId"`   // required
	Path           string    `rpc:"Path"`           // required; an absolute path in the file system, of a directory that exists
	UserType       UserType  `rpc:"UserType"`       // required; the users that the quota applies to
	UserID         *uint32   `rpc:"UserId"`         // the user or group; required with [UserTypeUID] and [UserTypeGID]
	QuotaType      QuotaType `rpc:"QuotaType"`      // required
	SizeLimit      *int64    `rpc:"SizeLimit"`      // GiB, up to 10,000,000; this or FileCountLimit is required with [QuotaEnforcement]
	FileCountLimit *int64    `rpc:"FileCountLimit"` // files, directories and special files, up to 1,000,000,000
}

// Validate checks in against the documented constraints, without sending it.
func (in SetDirQuotaRequest) Validate() error {
	within := func(n *int64, most int64) bool { return n == nil || 0 <= *n && *n <= most }
	return invalid("SetDirQuota",
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("Path", in.Path),
		check.That(in.Path == "" || in.Path[0] == '/', "Path", "must start with /"),
		check.Required("UserType", in.UserType),
		check.OneOf("UserType", in.UserType, "Uid", "Gid", "AllUsers"),
		check.That(in.UserID != nil || in.UserType != UserTypeUID && in.UserType != UserTypeGID, "UserId", "is required with UserType Uid or Gid"),
		check.Required("QuotaType", in.QuotaType),
		check.OneOf("QuotaType", in.QuotaType, "Accounting", "Enforcement"),
		check.That(in.SizeLimit != nil || in.FileCountLimit != nil || in.QuotaType != QuotaEnforcement, "SizeLimit", "is required with QuotaType Enforcement, or FileCountLimit is"),
		check.That(within(in.SizeLimit, 10_000_000), "SizeLimit", "must be 0 to 10000000"),
		check.That(within(in.FileCountLimit, 1_000_000_000), "FileCountLimit", "must be 0 to 1000000000"),
	)
}

// SetDirQuotaResponse is the response of [Client.SetDirQuota].
type SetDirQuotaResponse struct {
	RequestID string `json:"RequestId"`
	Success   bool   `json:"Success" answer:"required"` // always true: otherwise the call fails
}

// SetDirQuota sets the quota of a directory for a user, a group or all users,
// replacing an existing one. The service takes 5 to 15 minutes to put it into
// effect: see [Client.WaitDirQuotaNormal].
//
// It is idempotent: it is retried even if an attempt may have run. The service
// may report a failure with status 200 and no code; the error is an [*APIError]
// with that status then.
//
// A file system can have quotas on 500 directories, up to 8 levels deep.
//
// Errors: [CodeDirPathNotExist], [CodeFileSystemNotFound].
//
// RAM action: nas:SetDirQuota.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-setdirquota
func (c *Client) SetDirQuota(ctx context.Context, in SetDirQuotaRequest) (*SetDirQuotaResponse, error) {
	out, err := call[quotaAnswer](ctx, c, rpc.Op{Name: "SetDirQuota", Version: version, Effect: retry.Idempotent}, in)
	if err == nil {
		err = out.failure("SetDirQuota")
	}
	if err != nil {
		return nil, err
	}
	return &SetDirQuotaResponse{out.RequestID, true}, nil
}

// A quotaAnswer is an answer that can say that its operation failed.
type quotaAnswer struct {
	RequestID string `json:"RequestId"`
	Success   *bool  `json:"Success" answer:"required"`
	Code      string `json:"Code"`
	Message   string `json:"Message"`
}

// failure returns the error of an operation that failed although its status is 200.
func (a *quotaAnswer) failure(operation string) error {
	if *a.Success {
		return nil
	}
	return &APIError{
		Operation: operation, StatusCode: 200, Code: Code(a.Code), Message: a.Message, RequestID: a.RequestID, Attempts: 1,
		Err: errors.New("the service says that it did not succeed"),
	}
}
