package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// A ReplicationOverwriteProtection says whether a file system may become the
// destination of a replication, which overwrites what it holds.
type ReplicationOverwriteProtection string

// The states of the protection.
const (
	ProtectionEnabled     ReplicationOverwriteProtection = "ENABLED"     // it may not (default)
	ProtectionDisabled    ReplicationOverwriteProtection = "DISABLED"    // it may
	ProtectionReplicating ReplicationOverwriteProtection = "REPLICATING" // it is a destination, and read-only for clients; not in requests
)

// UpdateFileSystemProtectionRequest holds the parameters of
// [Client.UpdateFileSystemProtection].
type UpdateFileSystemProtectionRequest struct {
	FileSystemID                   string                         `name:"FileSystemId"`                            // required; an ID or ARN
	ReplicationOverwriteProtection ReplicationOverwriteProtection `json:"ReplicationOverwriteProtection,omitzero"` // ENABLED or DISABLED; default: unchanged
}

// Validate checks in against the documented constraints, without sending it.
func (in UpdateFileSystemProtectionRequest) Validate() error {
	return invalid("UpdateFileSystemProtection", append(fileSystemRules(in.FileSystemID),
		check.OneOf("ReplicationOverwriteProtection", in.ReplicationOverwriteProtection, ProtectionEnabled, ProtectionDisabled),
	)...)
}

// UpdateFileSystemProtectionResponse is the response of
// [Client.UpdateFileSystemProtection].
type UpdateFileSystemProtectionResponse struct {
	RequestID                      string                         `json:"-"`
	ReplicationOverwriteProtection ReplicationOverwriteProtection `json:"ReplicationOverwriteProtection" enum:"ENABLED,DISABLED,REPLICATING" answer:"required"`
}

// UpdateFileSystemProtection sets whether a replication may overwrite a file
// system. Without the protection, [Client.CreateReplicationConfiguration] can
// use the file system as the destination, which overwrites its files.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeReplicationAlreadyExists], [CodeFileSystemNotFound],
// [CodeIncorrectFileSystemLifeCycleState], [CodeInsufficientThroughputCapacity],
// [CodeThroughputLimitExceeded], [CodeTooManyRequests], [CodeBadRequest],
// [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:UpdateFileSystemProtection.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_UpdateFileSystemProtection.html
func (c *Client) UpdateFileSystemProtection(ctx context.Context, in UpdateFileSystemProtectionRequest) (*UpdateFileSystemProtectionResponse, error) {
	return call[UpdateFileSystemProtectionResponse](ctx, c, withBody(rest.Op{
		Name: "UpdateFileSystemProtection", Effect: retry.Idempotent, Method: http.MethodPut, Path: uri.Path(version, "file-systems", in.FileSystemID, "protection"),
	}, in), "", in)
}
