package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// A DeletionMode is how much of a replication is deleted.
type DeletionMode string

// The deletion modes.
const (
	AllConfigurations      DeletionMode = "ALL_CONFIGURATIONS"       // both halves; the default
	LocalConfigurationOnly DeletionMode = "LOCAL_CONFIGURATION_ONLY" // the half in the account and region that is asked
)

// DeleteReplicationConfigurationRequest holds the parameters of
// [Client.DeleteReplicationConfiguration].
type DeleteReplicationConfigurationRequest struct {
	SourceFileSystemID string `name:"SourceFileSystemId"` // required; an ID or ARN
	// DeletionMode is a last resort where the other half cannot be reached:
	// LOCAL_CONFIGURATION_ONLY leaves that behind for good. The default is both.
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

// DeleteReplicationConfiguration ends a replication. Both file systems stay with
// what they hold; the copy becomes writable, and from then on the two drift apart.
// What was written to the source after the copy's LastReplicatedTimestamp is
// not in the copy. A new replication begins with a whole copy.
//
// The operation is asynchronous: see [Client.WaitReplicationDeleted].
//
// It is not retried if an attempt may have run. The error is an
// [*OutcomeUnknownError] then: look with
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
