package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CreateAccessRuleRequest holds the parameters of [Client.CreateAccessRule].
type CreateAccessRuleRequest struct {
	AccessGroupName  string         `rpc:"AccessGroupName"`  // required
	FileSystemType   FileSystemType `rpc:"FileSystemType"`   // type of the file systems that the group is for: standard (default) or extreme
	SourceCidrIP     string         `rpc:"SourceCidrIp"`     // IPv4 address or CIDR block that may mount; this or IPv6SourceCidrIP is required
	IPv6SourceCidrIP string         `rpc:"Ipv6SourceCidrIp"` // IPv6 address or CIDR block; only extreme file systems in the Chinese mainland
	RWAccessType     RWAccessType   `rpc:"RWAccessType"`     // RDWR (default) or RDONLY
	UserAccessType   UserAccessType `rpc:"UserAccessType"`   // no_squash (default), root_squash or all_squash
	Priority         int            `rpc:"Priority"`         // 1 (highest; according to some sources, the default) to 100
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateAccessRuleRequest) Validate() error {
	return invalid("CreateAccessRule", append(append(groupRules(in.AccessGroupName, in.FileSystemType),
		check.That(in.SourceCidrIP == "" || in.IPv6SourceCidrIP == "", "Ipv6SourceCidrIp", "excludes SourceCidrIp"),
	), ruleRules(in.SourceCidrIP, in.IPv6SourceCidrIP, in.RWAccessType, in.UserAccessType, in.Priority)...)...)
}

// CreateAccessRuleResponse is the response of [Client.CreateAccessRule].
type CreateAccessRuleResponse struct {
	RequestID    string `json:"RequestId"`
	AccessRuleID string `json:"AccessRuleId" answer:"required"`
}

// CreateAccessRule adds a rule to a permission group.
//
// Rules have no unique name, so a second run may add an identical rule.
// Therefore it is retried only if the attempt certainly did not run. If it may
// have run, the error is an [*OutcomeUnknownError]: check with
// [Client.DescribeAccessRules]. Two identical rules have the effect of one.
//
// Errors: [CodeAccessGroupNotFound], [CodeInvalidSourceCidrIP],
// [CodeInvalidIPv6SourceCidrIP], [CodeIPv4AndIPv6MutuallyExclusive],
// [CodeAccessGroupNotSupportedIPv6], [CodeInvalidState].
//
// RAM action: nas:CreateAccessRule.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-createaccessrule
func (c *Client) CreateAccessRule(ctx context.Context, in CreateAccessRuleRequest) (*CreateAccessRuleResponse, error) {
	return call[CreateAccessRuleResponse](ctx, c, rpc.Op{Name: "CreateAccessRule", Version: version, Effect: retry.NonIdempotent}, in)
}
