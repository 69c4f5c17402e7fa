package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// UpdateFileSystemRequest holds the parameters of [Client.UpdateFileSystem].
type UpdateFileSystemRequest struct {
	FileSystemID   string         `name:"FileSystemId"`            // required; an ID or ARN
	ThroughputMode ThroughputMode `json:"ThroughputMode,omitzero"` // default: unchanged
	// ProvisionedThroughputInMibps is the throughput in MiB/s, from 1 to 3414, or
	// less in some regions. It is required to change to the mode provisioned.
	ProvisionedThroughputInMibps float64 `json:"ProvisionedThroughputInMibps,omitzero"`
}

// Validate checks in against the documented constraints, without sending it.
func (in UpdateFileSystemRequest) Validate() error {
	return invalid("UpdateFileSystem", append(fileSystemRules(in.FileSystemID),
		check.OneOf("ThroughputMode", in.ThroughputMode, ThroughputBursting, ThroughputProvisioned, ThroughputElastic),
		check.That(throughput(in.ProvisionedThroughputInMibps), "ProvisionedThroughputInMibps", "must be 1 or more"),
		check.That(in.ProvisionedThroughputInMibps != 0 || in.ThroughputMode != ThroughputProvisioned, "ProvisionedThroughputInMibps", "is required with ThroughputMode provisioned"),
		check.That(in.ProvisionedThroughputInMibps == 0 || in.ThroughputMode == "" || in.ThroughputMode == ThroughputProvisioned, "ProvisionedThroughputInMibps", "needs ThroughputMode provisioned"),
	)...)
}

// UpdateFileSystemResponse is the response of [Client.UpdateFileSystem]: the
// file system as it is updated.
type UpdateFileSystemResponse struct {
	RequestID string `json:"-"`
	FileSystem
}

// UpdateFileSystem changes the throughput mode or the provisioned throughput of
// a file system.
//
// The operation is asynchronous: see [Client.WaitFileSystemAvailable]. The
// service allows one change of the mode, or one decrease, in 24 hours, and
// refuses a second one with [CodeTooManyRequests]. This code is an
// [ErrQuotaExceeded] and is not retried; the message says when the next change
// is possible. An increase is always possible.
//
// It is not retried if an attempt may have run, because the retry could be
// refused as the second change of the day. The error is an
// [*OutcomeUnknownError]: check with [Client.DescribeFileSystems].
//
// Errors: [CodeFileSystemNotFound], [CodeIncorrectFileSystemLifeCycleState],
// [CodeInsufficientThroughputCapacity], [CodeThroughputLimitExceeded],
// [CodeTooManyRequests], [CodeBadRequest], [CodeInternalServerError],
// [CodeThrottlingException], [CodeValidationException].
//
// IAM action: elasticfilesystem:UpdateFileSystem.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_UpdateFileSystem.html
func (c *Client) UpdateFileSystem(ctx context.Context, in UpdateFileSystemRequest) (*UpdateFileSystemResponse, error) {
	return call[UpdateFileSystemResponse](ctx, c, withBody(rest.Op{
		Name: "UpdateFileSystem", Effect: retry.NonIdempotent, Method: http.MethodPut, Path: uri.Path(version, "file-systems", in.FileSystemID),
	}, in), "", in)
}
