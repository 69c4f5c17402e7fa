package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeleteAccessRuleRequest holds the parameters of [Client.DeleteAccessRule].
type DeleteAccessRuleRequest struct {
	AccessGroupName string         `rpc:"AccessGroupName"` // required; not the default group
	AccessRuleID    string         `rpc:"AccessRuleId"`    // required
	FileSystemType  FileSystemType `rpc:"FileSystemType"`  // type of the file systems that the group is for: standard (default) or extreme
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteAccessRuleRequest) Validate() error {
	return invalid("DeleteAccessRule", append(groupRules(in.AccessGroupName, in.FileSystemType),
		check.That(in.AccessGroupName != defaultGroup, "AccessGroupName", "must not be the default group"),
		check.Required("AccessRuleId", in.AccessRuleID),
	)...)
}

// DeleteAccessRuleResponse is the response of [Client.DeleteAccessRule].
type DeleteAccessRuleResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeleteAccessRule deletes a rule of a permission group. Clients that no other
// rule allows lose access.
//
// It is retried even if an attempt may have run; if that attempt took effect,
// the retry fails with [CodeAccessRuleNotFound].
//
// Errors: [CodeAccessGroupNotFound], [CodeAccessRuleNotFound], [CodeInvalidState].
//
// RAM action: nas:DeleteAccessRule.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-deleteaccessrule
func (c *Client) DeleteAccessRule(ctx context.Context, in DeleteAccessRuleRequest) (*DeleteAccessRuleResponse, error) {
	return call[DeleteAccessRuleResponse](ctx, c, rpc.Op{Name: "DeleteAccessRule", Version: version, Effect: retry.Idempotent}, in)
}
