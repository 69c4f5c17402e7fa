package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ModifyAccessRuleRequest holds the parameters of [Client.ModifyAccessRule].
// Set all fields of the rule, because a parameter that is not sent may be reset
// to its default.
type ModifyAccessRuleRequest struct {
	AccessGroupName  string         `rpc:"AccessGroupName"`  // required; not the default group
	AccessRuleID     string         `rpc:"AccessRuleId"`     // required
	FileSystemType   FileSystemType `rpc:"FileSystemType"`   // type of the file systems that the group is for: standard (default) or extreme
	SourceCidrIP     string         `rpc:"SourceCidrIp"`     // IPv4 address or CIDR block that may mount; this or IPv6SourceCidrIP is required
	IPv6SourceCidrIP string         `rpc:"Ipv6SourceCidrIp"` // IPv6 address or CIDR block; only extreme file systems in the Chinese mainland
	RWAccessType     RWAccessType   `rpc:"RWAccessType"`     // RDWR (default) or RDONLY
	UserAccessType   UserAccessType `rpc:"UserAccessType"`   // no_squash (according to some sources, the default), root_squash or all_squash
	Priority         int            `rpc:"Priority"`         // 1 (highest, default) to 100
}

// Validate checks in against the documented constraints, without sending it.
func (in ModifyAccessRuleRequest) Validate() error {
	return invalid("ModifyAccessRule", append(append(groupRules(in.AccessGroupName, in.FileSystemType),
		check.That(in.AccessGroupName != defaultGroup, "AccessGroupName", "must not be the default group"),
		check.Required("AccessRuleId", in.AccessRuleID),
		check.That((in.SourceCidrIP == "") != (in.IPv6SourceCidrIP == ""), "SourceCidrIp", "or Ipv6SourceCidrIp is required, and not both"),
	), ruleRules(in.SourceCidrIP, in.IPv6SourceCidrIP, in.RWAccessType, in.UserAccessType, in.Priority)...)...)
}

// ModifyAccessRuleResponse is the response of [Client.ModifyAccessRule].
type ModifyAccessRuleResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// ModifyAccessRule changes a rule of a permission group.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeAccessGroupNotFound], [CodeAccessRuleNotFound],
// [CodeInvalidSourceCidrIP], [CodeInvalidIPv6SourceCidrIP],
// [CodeIPv4AndIPv6MutuallyExclusive], [CodeAccessGroupNotSupportedIPv6],
// [CodeInvalidState].
//
// RAM action: nas:ModifyAccessRule.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-modifyaccessrule
func (c *Client) ModifyAccessRule(ctx context.Context, in ModifyAccessRuleRequest) (*ModifyAccessRuleResponse, error) {
	return call[ModifyAccessRuleResponse](ctx, c, rpc.Op{Name: "ModifyAccessRule", Version: version, Effect: retry.Idempotent}, in)
}
