package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// DescribeBackupPolicyRequest holds the parameters of
// [Client.DescribeBackupPolicy].
type DescribeBackupPolicyRequest struct {
	FileSystemID string `name:"FileSystemId"` // required; an ID or ARN
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeBackupPolicyRequest) Validate() error {
	return invalid("DescribeBackupPolicy", fileSystemRules(in.FileSystemID)...)
}

// DescribeBackupPolicyResponse is the response of
// [Client.DescribeBackupPolicy].
type DescribeBackupPolicyResponse struct {
	RequestID    string       `json:"-"`
	BackupPolicy BackupPolicy `json:"BackupPolicy"` // its Status is empty if the response does not contain it
}

// DescribeBackupPolicy returns whether the automatic backups of a file system
// are on. If it never had any, the error is [CodePolicyNotFound].
//
// Errors: [CodePolicyNotFound], [CodeFileSystemNotFound], [CodeBadRequest],
// [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DescribeBackupPolicy.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DescribeBackupPolicy.html
func (c *Client) DescribeBackupPolicy(ctx context.Context, in DescribeBackupPolicyRequest) (*DescribeBackupPolicyResponse, error) {
	return call[DescribeBackupPolicyResponse](ctx, c, rest.Op{
		Name: "DescribeBackupPolicy", Effect: retry.Read, Method: http.MethodGet, Path: uri.Path(version, "file-systems", in.FileSystemID, "backup-policy"),
	}, "", in)
}
