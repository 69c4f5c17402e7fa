package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ModifyFileSystemRequest holds the parameters of [Client.ModifyFileSystem].
type ModifyFileSystemRequest struct {
	FileSystemID string                   `rpc:"FileSystemId"` // required
	Description  string                   `rpc:"Description"`  // 2 to 128 characters, a letter first, starts with neither http:// nor https://
	Options      *ModifyFileSystemOptions `rpc:"Options,json"` // options to turn on or off
}

// ModifyFileSystemOptions are options of a file system to turn on or off. A nil
// field leaves its option unchanged.
type ModifyFileSystemOptions struct {
	EnableABE                *bool `json:"EnableABE,omitzero"`                // directory lists show a user only what the user may access; only SMB
	EnableOplock             *bool `json:"EnableOplock,omitzero"`             // opportunistic locks; only SMB
	VscAccessPointAccessOnly *bool `json:"VscAccessPointAccessOnly,omitzero"` // mounts over VSC require access points; only CPFS for Lingjun
}

// Validate checks in against the documented constraints, without sending it.
func (in ModifyFileSystemRequest) Validate() error {
	return invalid("ModifyFileSystem",
		check.Required("FileSystemId", in.FileSystemID),
		check.Length("Description", in.Description, 2, 128),
		check.NoPrefix("Description", in.Description, "http://", "https://"),
	)
}

// ModifyFileSystemResponse is the response of [Client.ModifyFileSystem].
type ModifyFileSystemResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// ModifyFileSystem changes the description or the options of a file system.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeFileSystemNotFound], [CodeInvalidDescriptionFormat],
// [CodeInvalidState].
//
// RAM action: nas:ModifyFileSystem.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-modifyfilesystem
func (c *Client) ModifyFileSystem(ctx context.Context, in ModifyFileSystemRequest) (*ModifyFileSystemResponse, error) {
	return call[ModifyFileSystemResponse](ctx, c, rpc.Op{Name: "ModifyFileSystem", Version: version, Effect: retry.Idempotent, JSON: encode.JSON}, in)
}
