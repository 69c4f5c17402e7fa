package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// CreateReplicationConfigurationRequest holds the parameters of
// [Client.CreateReplicationConfiguration].
type CreateReplicationConfigurationRequest struct {
	SourceFileSystemID string                `name:"SourceFileSystemId"` // required; an ID or ARN
	Destinations       []DestinationToCreate `json:"Destinations"`       // required; exactly one
}

// A DestinationToCreate is the destination of a new replication: a new file
// system, or an existing one.
type DestinationToCreate struct {
	Region string `json:"Region,omitzero"` // of the destination; may be that of the source
	// AvailabilityZoneName is the zone of a new One Zone file system. The
	// default is a Regional one.
	AvailabilityZoneName string `json:"AvailabilityZoneName,omitzero"`
	KmsKeyID             string `json:"KmsKeyId,omitzero"` // in the region of the destination, which is always encrypted; default: the service's own key
	// FileSystemID is an existing file system, with its overwrite protection
	// DISABLED, or its ARN if it is another account's. Its files are
	// overwritten.
	FileSystemID string `json:"FileSystemId,omitzero"`
	RoleARN      string `json:"RoleArn,omitzero"` // for a file system of another account
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateReplicationConfigurationRequest) Validate() error {
	problems := append(sourceRules(in.SourceFileSystemID),
		check.That(len(in.Destinations) > 0, "Destinations", "is required"),
		check.Items("Destinations", len(in.Destinations), 1),
	)
	return invalid("CreateReplicationConfiguration", append(problems, check.Each("Destinations", in.Destinations, func(d DestinationToCreate) []check.Problem {
		return []check.Problem{
			check.Length("Region", d.Region, 1, 64),
			check.Length("AvailabilityZoneName", d.AvailabilityZoneName, 1, 64),
			check.That(!lineEnd(d.AvailabilityZoneName), "AvailabilityZoneName", "must not contain a line end"),
			check.Length("KmsKeyId", d.KmsKeyID, 1, 2048),
			check.That(kmsKey(d.KmsKeyID), "KmsKeyId", "must be the ID of a key, an alias, or the ARN of one of them"),
			check.Length("FileSystemId", d.FileSystemID, 1, 128),
			check.That(fileSystemID(d.FileSystemID), "FileSystemId", "must be fs- and 8 to 40 hexadecimal digits, or such an ARN"),
			check.Length("RoleArn", d.RoleARN, 1, 2048),
			check.That(roleARN(d.RoleARN), "RoleArn", "must be the ARN of an IAM role"),
		}
	})...)...)
}

// CreateReplicationConfigurationResponse is the response of
// [Client.CreateReplicationConfiguration]: the replication as it is created.
type CreateReplicationConfigurationResponse struct {
	RequestID string `json:"-"`
	ReplicationConfiguration
}

// CreateReplicationConfiguration replicates a file system to another one, in
// the same region or in another. The destination is a new file system, or an
// existing one; in the latter, everything that differs from the source is
// deleted.
//
// The operation is asynchronous: see [Client.WaitReplicationEnabled].
//
// It is not retried if an attempt may have run, because the effect of a retry
// is not documented. The error is an [*OutcomeUnknownError]: check with
// [Client.DescribeReplicationConfigurations].
//
// Errors: [CodeConflictException], [CodeReplicationNotFound],
// [CodeFileSystemNotFound], [CodeIncorrectFileSystemLifeCycleState],
// [CodeFileSystemLimitExceeded], [CodeInsufficientThroughputCapacity],
// [CodeThroughputLimitExceeded], [CodeUnsupportedAvailabilityZone],
// [CodeBadRequest], [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:CreateReplicationConfiguration, and for a new
// destination elasticfilesystem:CreateFileSystem.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_CreateReplicationConfiguration.html
func (c *Client) CreateReplicationConfiguration(ctx context.Context, in CreateReplicationConfigurationRequest) (*CreateReplicationConfigurationResponse, error) {
	return call[CreateReplicationConfigurationResponse](ctx, c, withBody(rest.Op{
		Name: "CreateReplicationConfiguration", Effect: retry.NonIdempotent, Method: http.MethodPost, Path: uri.Path(version, "file-systems", in.SourceFileSystemID, "replication-configuration"),
	}, in), "", in)
}
