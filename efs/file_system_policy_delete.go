package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// DeleteFileSystemPolicyRequest holds the parameters of
// [Client.DeleteFileSystemPolicy].
type DeleteFileSystemPolicyRequest struct {
	FileSystemID string `name:"FileSystemId"` // required; an ID or ARN
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteFileSystemPolicyRequest) Validate() error {
	return invalid("DeleteFileSystemPolicy", fileSystemRules(in.FileSystemID)...)
}

// DeleteFileSystemPolicyResponse is the response of
// [Client.DeleteFileSystemPolicy].
type DeleteFileSystemPolicyResponse struct {
	RequestID string `json:"-"`
}

// DeleteFileSystemPolicy deletes the IAM policy of a file system. Without a
// policy, every client that reaches a mount target may mount the file system,
// write to it and act as root.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeFileSystemNotFound], [CodeIncorrectFileSystemLifeCycleState],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DeleteFileSystemPolicy.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DeleteFileSystemPolicy.html
func (c *Client) DeleteFileSystemPolicy(ctx context.Context, in DeleteFileSystemPolicyRequest) (*DeleteFileSystemPolicyResponse, error) {
	return call[DeleteFileSystemPolicyResponse](ctx, c, rest.Op{
		Name: "DeleteFileSystemPolicy", Effect: retry.Idempotent, Method: http.MethodDelete, Path: uri.Path(version, "file-systems", in.FileSystemID, "policy"),
	}, "", in)
}
