package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// A DeletionMode says how much of a replication is deleted.
type DeletionMode string

// The deletion modes.
const (
	AllConfigurations      DeletionMode = "ALL_CONFIGURATIONS"       // both halves (default)
	LocalConfigurationOnly DeletionMode = "LOCAL_CONFIGURATION_ONLY" // only the half in this account and region
)

// DeleteReplicationConfigurationRequest holds the parameters of
// [Client.DeleteReplicationConfiguration].
type DeleteReplicationConfigurationRequest struct {
	SourceFileSystemID string `name:"SourceFileSystemId"` // required; an ID or ARN
	// DeletionMode says which halves of the replication are deleted: by default
	// both. LOCAL_CONFIGURATION_ONLY is a last resort if the half in the other
	// account or region cannot be reached; that half then remains.
	DeletionMode DeletionMode `name:"DeletionMode"`
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteReplicationConfigurationRequest) Validate() error {
	return invalid("DeleteReplicationConfiguration", append(sourceRules(in.SourceFileSystemID),
		check.OneOf("DeletionMode", in.DeletionMode, AllConfigurations, LocalConfigurationOnly),
	)...)
}

// DeleteReplicationConfigurationResponse is the response of
// [Client.DeleteReplicationConfiguration].
type DeleteReplicationConfigurationResponse struct {
	RequestID string `json:"-"`
}

// DeleteReplicationConfiguration ends a replication. Both file systems keep
// their files; the destination becomes writable, and changes are no longer
// copied. Data that was written to the source after LastReplicatedTimestamp is
// not in the destination. A new replication begins with a full copy.
//
// The operation is asynchronous: see [Client.WaitReplicationDeleted].
//
// It is not retried if an attempt may have run. The error is an
// [*OutcomeUnknownError]: check with
// [Client.DescribeReplicationConfigurations].
//
// Errors: [CodeReplicationNotFound], [CodeFileSystemNotFound],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DeleteReplicationConfiguration.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DeleteReplicationConfiguration.html
func (c *Client) DeleteReplicationConfiguration(ctx context.Context, in DeleteReplicationConfigurationRequest) (*DeleteReplicationConfigurationResponse, error) {
	return call[DeleteReplicationConfigurationResponse](ctx, c, rest.Op{
		Name: "DeleteReplicationConfiguration", Effect: retry.NonIdempotent, Method: http.MethodDelete, Path: uri.Path(version, "file-systems", in.SourceFileSystemID, "replication-configuration"),
		Query: uri.Query{}.With("deletionMode", string(in.DeletionMode)),
	}, "", in)
}
