package nas

import (
	"context"
	"slices"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CreateDirRequest holds the parameters of [Client.CreateDir]. The IDs are
// pointers, because 0 is root.
type CreateDirRequest struct {
	FileSystemID  string  `rpc:"FileSystemId"`  // required; a General-purpose NFS file system
	RootDirectory string  `rpc:"RootDirectory"` // required; an absolute path of letters, digits and the characters _-. without the elements . and ..
	OwnerUserID   *uint32 `rpc:"OwnerUserId"`   // required
	OwnerGroupID  *uint32 `rpc:"OwnerGroupId"`  // required
	Permission    string  `rpc:"Permission"`    // required; a mode such as 0755
	Recursion     *bool   `rpc:"Recursion"`     // whether to create missing parents; default true
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateDirRequest) Validate() error {
	path, mode := in.RootDirectory, in.Permission
	return invalid("CreateDir",
		check.Required("FileSystemId", in.FileSystemID),
		check.Required("RootDirectory", path),
		check.That(path == "" || path[0] == '/', "RootDirectory", "must start with /"),
		check.That(!strings.ContainsFunc(path, notOfPath), "RootDirectory", "must have only letters, digits and _-./"),
		check.That(!slices.ContainsFunc(strings.Split(path, "/"), func(part string) bool { return part == "." || part == ".." }),
			"RootDirectory", "must not have a component . or .."),
		check.That(in.OwnerUserID != nil, "OwnerUserId", "is required"),
		check.That(in.OwnerGroupID != nil, "OwnerGroupId", "is required"),
		check.Required("Permission", mode),
		check.That(mode == "" || octalMode(mode) || octalMode("0"+mode), "Permission", "must be three octal digits, with or without a leading 0"),
	)
}

func notOfPath(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("_-./", r)
}

// CreateDirResponse is the response of [Client.CreateDir].
type CreateDirResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// CreateDir creates a directory in a General-purpose NFS file system, without
// mounting it. It succeeds if the directory exists already, and does not change
// its owner and mode then. The API has no operation that deletes a directory.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeFileSystemNotFound], [CodeProtocolTypeNotSupported].
//
// RAM action: nas:CreateDir.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-createdir
func (c *Client) CreateDir(ctx context.Context, in CreateDirRequest) (*CreateDirResponse, error) {
	return call[CreateDirResponse](ctx, c, rpc.Op{Name: "CreateDir", Version: version, Effect: retry.Idempotent}, in)
}
