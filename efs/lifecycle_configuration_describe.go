package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// DescribeLifecycleConfigurationRequest holds the parameters of
// [Client.DescribeLifecycleConfiguration].
type DescribeLifecycleConfigurationRequest struct {
	FileSystemID string `name:"FileSystemId"` // required; an ID or ARN
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeLifecycleConfigurationRequest) Validate() error {
	return invalid("DescribeLifecycleConfiguration", fileSystemRules(in.FileSystemID)...)
}

// DescribeLifecycleConfigurationResponse is the response of
// [Client.DescribeLifecycleConfiguration].
type DescribeLifecycleConfigurationResponse struct {
	RequestID         string            `json:"-"`
	LifecyclePolicies []LifecyclePolicy `json:"LifecyclePolicies" answer:"required"` // empty if files do not move
}

// DescribeLifecycleConfiguration returns the lifecycle policies of a file
// system, which say when files move to another storage class.
//
// Errors: [CodeFileSystemNotFound], [CodeBadRequest],
// [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DescribeLifecycleConfiguration.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DescribeLifecycleConfiguration.html
func (c *Client) DescribeLifecycleConfiguration(ctx context.Context, in DescribeLifecycleConfigurationRequest) (*DescribeLifecycleConfigurationResponse, error) {
	return call[DescribeLifecycleConfigurationResponse](ctx, c, rest.Op{
		Name: "DescribeLifecycleConfiguration", Effect: retry.Read, Method: http.MethodGet, Path: uri.Path(version, "file-systems", in.FileSystemID, "lifecycle-configuration"),
	}, "", in)
}
