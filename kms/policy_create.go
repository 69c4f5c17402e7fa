package kms

import (
	"context"
	"net/url"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CreatePolicyRequest holds the parameters of [Client.CreatePolicy].
type CreatePolicyRequest struct {
	Name        string `rpc:"Name"`        // required; unique, and the ID of the policy
	Description string `rpc:"Description"` // any text
	// KmsInstance is the ID of the KMS instance whose keys and secrets the
	// policy allows, such as kst-hzz634e67d126u9p9****. Other clients send
	// "shared", for the endpoint that does not belong to an instance. It is not
	// required.
	KmsInstance        string             `rpc:"KmsInstance"`
	Permissions        []Permission       `rpc:"Permissions,json"`        // required; PermissionKeyUser, PermissionSecretUser or both
	Resources          []string           `rpc:"Resources,json"`          // required; key/ and an ID or *, secret/ and a name or *
	AccessControlRules AccessControlRules `rpc:"AccessControlRules,json"` // default: no network rules
}

// Validate checks in against the documented constraints, without sending it.
func (in CreatePolicyRequest) Validate() error {
	return invalid("CreatePolicy", append([]check.Problem{
		check.Required("Name", in.Name),
		check.That(len(in.Permissions) > 0, "Permissions", "is required"),
		check.That(len(in.Resources) > 0, "Resources", "is required"),
	}, check.Each("Resources", in.Resources, resourceRules)...)...)
}

// CreatePolicyResponse is the response of [Client.CreatePolicy].
type CreatePolicyResponse struct {
	RequestID string `json:"RequestId"`
	Policy
}

// CreatePolicy creates a policy, which says what applications may do with which
// keys and secrets, and from where.
//
// The operation is synchronous. It has no idempotency token, and a retry could
// be refused because of what an earlier attempt created. It is retried only if
// the attempt certainly did not run; otherwise the error is an
// [*OutcomeUnknownError], which [Client.Resume] settles. [Client.EnsurePolicy]
// handles all of this.
//
// Errors: [CodeResourceExist], [CodeResourceNotFound] for a network rule or the
// KMS instance, [CodeInvalidParameter], [CodeLimitExceeded].
//
// RAM action: presumably kms:CreatePolicy, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-createpolicy
func (c *Client) CreatePolicy(ctx context.Context, in CreatePolicyRequest) (*CreatePolicyResponse, error) {
	began := time.Now()
	out, err := call[CreatePolicyResponse](ctx, c, rpc.Op{Name: "CreatePolicy", Version: version, Effect: retry.NonIdempotent, JSON: encode.JSON}, in)
	if lost, ok := err.(*OutcomeUnknownError); ok {
		lost.Resume = c.trail("CreatePolicy", began, url.Values{"Name": {in.Name}, "KmsInstance": {in.KmsInstance}, "Whole": {in.whole()}})
	}
	return out, err
}
