package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// DescribeFileSystemPolicyRequest holds the parameters of
// [Client.DescribeFileSystemPolicy].
type DescribeFileSystemPolicyRequest struct {
	FileSystemID string `name:"FileSystemId"` // required; an ID or ARN
}

// Validate checks in against the documented constraints, without sending it.
func (in DescribeFileSystemPolicyRequest) Validate() error {
	return invalid("DescribeFileSystemPolicy", fileSystemRules(in.FileSystemID)...)
}

// DescribeFileSystemPolicyResponse is the response of
// [Client.DescribeFileSystemPolicy].
type DescribeFileSystemPolicyResponse struct {
	RequestID    string `json:"-"`
	FileSystemID string `json:"FileSystemId"`
	Policy       string `json:"Policy" answer:"required"`
}

// DescribeFileSystemPolicy returns the IAM policy of a file system.
//
// Errors: [CodePolicyNotFound], [CodeFileSystemNotFound], [CodeBadRequest],
// [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:DescribeFileSystemPolicy.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_DescribeFileSystemPolicy.html
func (c *Client) DescribeFileSystemPolicy(ctx context.Context, in DescribeFileSystemPolicyRequest) (*DescribeFileSystemPolicyResponse, error) {
	return call[DescribeFileSystemPolicyResponse](ctx, c, rest.Op{
		Name: "DescribeFileSystemPolicy", Effect: retry.Read, Method: http.MethodGet, Path: uri.Path(version, "file-systems", in.FileSystemID, "policy"),
	}, "", in)
}
