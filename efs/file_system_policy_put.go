package efs

import (
	"context"
	"net/http"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// PutFileSystemPolicyRequest holds the parameters of [Client.PutFileSystemPolicy].
type PutFileSystemPolicyRequest struct {
	FileSystemID string `name:"FileSystemId"`             // required; an ID or ARN
	Policy       string `json:"Policy" answer:"required"` // required; JSON of up to 20,000 characters
	// BypassPolicyLockoutSafetyCheck accepts a policy that prevents the caller
	// from changing it again. The default is false.
	BypassPolicyLockoutSafetyCheck bool `json:"BypassPolicyLockoutSafetyCheck,omitzero"`
}

// Validate checks in against the documented constraints, without sending it.
func (in PutFileSystemPolicyRequest) Validate() error {
	return invalid("PutFileSystemPolicy", append(fileSystemRules(in.FileSystemID),
		check.Required("Policy", in.Policy),
		check.Length("Policy", in.Policy, 1, 20000),
	)...)
}

// PutFileSystemPolicyResponse is the response of [Client.PutFileSystemPolicy].
type PutFileSystemPolicyResponse struct {
	RequestID    string `json:"-"`
	FileSystemID string `json:"FileSystemId"`
	Policy       string `json:"Policy" answer:"required"` // as the service returns it, possibly formatted differently
}

// PutFileSystemPolicy sets the IAM policy of a file system, which controls who
// may mount it, write to it and act as root. It replaces an existing one.
// Without a policy, every client that reaches a mount target may do all of
// that.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeInvalidPolicyException], [CodeFileSystemNotFound],
// [CodeIncorrectFileSystemLifeCycleState], [CodeBadRequest],
// [CodeInternalServerError], [CodeThrottlingException],
// [CodeValidationException].
//
// IAM action: elasticfilesystem:PutFileSystemPolicy.
//
// API reference: https://docs.aws.amazon.com/efs/latest/ug/API_PutFileSystemPolicy.html
func (c *Client) PutFileSystemPolicy(ctx context.Context, in PutFileSystemPolicyRequest) (*PutFileSystemPolicyResponse, error) {
	return call[PutFileSystemPolicyResponse](ctx, c, withBody(rest.Op{
		Name: "PutFileSystemPolicy", Effect: retry.Idempotent, Method: http.MethodPut, Path: uri.Path(version, "file-systems", in.FileSystemID, "policy"),
	}, in), "", in)
}
