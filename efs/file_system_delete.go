package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// DeleteFileSystemRequest holds the parameters of [Client.DeleteFileSystem].
type DeleteFileSystemRequest struct {
	FileSystemID string `name:"FileSystemId"` // required; an ID or ARN
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteFileSystemRequest) Validate() error {
	return invalid("DeleteFileSystem", fileSystemRules(in.FileSystemID)...)
}

// DeleteFileSystemResponse is the response of [Client.DeleteFileSystem].
type DeleteFileSystemResponse struct {
	RequestID string `json:"-"`
}

// DeleteFileSystem deletes a file system with all its files, its policies and
// its access points. The files can be restored only from a backup that was made
// before.
//
// The service refuses it with [CodeFileSystemInUse] while the file system has
// mount targets. The operation is asynchronous: see
// [Client.WaitFileSystemDeleted].
//
// It is not retried if an attempt may have run. The error is an
// [*OutcomeUnknownError]: check with [Client.DescribeFileSystems].
//
// Errors: [CodeFileSystemInUse], [CodeFileSystemNotFound], [CodeBadRequest],
// [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DeleteFileSystem.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DeleteFileSystem.html
func (c *Client) DeleteFileSystem(ctx context.Context, in DeleteFileSystemRequest) (*DeleteFileSystemResponse, error) {
	return call[DeleteFileSystemResponse](ctx, c, rest.Op{
		Name: "DeleteFileSystem", Effect: retry.NonIdempotent, Method: http.MethodDelete, Path: uri.Path(version, "file-systems", in.FileSystemID),
	}, "", in)
}
