package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// A BackupPolicy says whether a file system is backed up every day.
type BackupPolicy struct {
	Status BackupStatus `json:"Status" enum:"ENABLED,ENABLING,DISABLED,DISABLING"`
}

// A BackupStatus says whether automatic backups are on.
type BackupStatus string

// The states of automatic backups.
const (
	BackupEnabled   BackupStatus = "ENABLED"
	BackupEnabling  BackupStatus = "ENABLING" // not in requests
	BackupDisabled  BackupStatus = "DISABLED"
	BackupDisabling BackupStatus = "DISABLING" // not in requests
)

// PutBackupPolicyRequest holds the parameters of [Client.PutBackupPolicy].
type PutBackupPolicyRequest struct {
	FileSystemID string       `name:"FileSystemId"`                   // required; an ID or ARN
	BackupPolicy BackupPolicy `json:"BackupPolicy" answer:"required"` // required; ENABLED or DISABLED
}

// Validate checks in against the documented constraints, without sending it.
func (in PutBackupPolicyRequest) Validate() error {
	return invalid("PutBackupPolicy", append(fileSystemRules(in.FileSystemID),
		check.Required("BackupPolicy.Status", in.BackupPolicy.Status),
		check.OneOf("BackupPolicy.Status", in.BackupPolicy.Status, BackupEnabled, BackupDisabled),
	)...)
}

// PutBackupPolicyResponse is the response of [Client.PutBackupPolicy].
type PutBackupPolicyResponse struct {
	RequestID    string       `json:"-"`
	BackupPolicy BackupPolicy `json:"BackupPolicy" answer:"required"`
}

// PutBackupPolicy turns the automatic backups of a file system on or off.
// Existing backups remain.
//
// The operation is asynchronous: see [Client.WaitBackupPolicy]. It is
// idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeFileSystemNotFound], [CodeIncorrectFileSystemLifeCycleState],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:PutBackupPolicy.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_PutBackupPolicy.html
func (c *Client) PutBackupPolicy(ctx context.Context, in PutBackupPolicyRequest) (*PutBackupPolicyResponse, error) {
	return call[PutBackupPolicyResponse](ctx, c, withBody(rest.Op{
		Name: "PutBackupPolicy", Effect: retry.Idempotent, Method: http.MethodPut, Path: uri.Path(version, "file-systems", in.FileSystemID, "backup-policy"),
	}, in), "", in)
}
