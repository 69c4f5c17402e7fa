package kms

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// UpdatePolicyRequest holds the parameters of [Client.UpdatePolicy]. A nil
// field leaves its setting unchanged. An empty list is sent; it is not
// documented whether the service accepts that. The KMS instance of a policy
// cannot change.
type UpdatePolicyRequest struct {
	Name               string             `rpc:"Name"`                    // required
	Description        *string            `rpc:"Description"`             // an empty description clears it
	Permissions        []Permission       `rpc:"Permissions,json"`        // replaces the existing ones
	Resources          []string           `rpc:"Resources,json"`          // replaces the existing ones; key/ and an ID or *, secret/ and a name or *
	AccessControlRules AccessControlRules `rpc:"AccessControlRules,json"` // replaces the existing ones; nil NetworkRules leave them unchanged
}

// Validate checks in against the documented constraints, without sending it.
func (in UpdatePolicyRequest) Validate() error {
	return invalid("UpdatePolicy", append([]check.Problem{
		check.Required("Name", in.Name),
	}, check.Each("Resources", in.Resources, resourceRules)...)...)
}

// UpdatePolicyResponse is the response of [Client.UpdatePolicy].
type UpdatePolicyResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// UpdatePolicy changes what a policy grants, for all access points that use it.
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeResourceNotFound] for the policy or a network rule,
// [CodeInvalidParameter].
//
// RAM action: presumably kms:UpdatePolicy, like the operation; the API
// reference names none.
//
// API reference: https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-updatepolicy
func (c *Client) UpdatePolicy(ctx context.Context, in UpdatePolicyRequest) (*UpdatePolicyResponse, error) {
	return call[UpdatePolicyResponse](ctx, c, rpc.Op{Name: "UpdatePolicy", Version: version, Effect: retry.Idempotent, JSON: encode.JSON}, in)
}
