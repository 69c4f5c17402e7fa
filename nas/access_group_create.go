package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CreateAccessGroupRequest holds the parameters of [Client.CreateAccessGroup].
type CreateAccessGroupRequest struct {
	AccessGroupName string          `rpc:"AccessGroupName"` // required; 3 to 64 letters, digits, _ and -, a letter first
	AccessGroupType AccessGroupType `rpc:"AccessGroupType"` // required; Vpc
	FileSystemType  FileSystemType  `rpc:"FileSystemType"`  // type of the file systems that the group is for: standard (default) or extreme
	Description     string          `rpc:"Description"`     // 2 to 128 characters; default: the name
}

// Validate checks in against the documented constraints, without sending it.
func (in CreateAccessGroupRequest) Validate() error {
	return invalid("CreateAccessGroup", append(groupRules(in.AccessGroupName, in.FileSystemType),
		check.That(in.AccessGroupName != defaultGroup, "AccessGroupName", "must not be the default group"),
		check.Required("AccessGroupType", in.AccessGroupType),
		check.OneOf("AccessGroupType", in.AccessGroupType, "Vpc", "VPC", "vpc"),
		check.Length("Description", in.Description, 2, 128),
		check.NoPrefix("Description", in.Description, "http://", "https://"),
	)...)
}

// CreateAccessGroupResponse is the response of [Client.CreateAccessGroup].
type CreateAccessGroupResponse struct {
	RequestID       string `json:"RequestId"`
	AccessGroupName string `json:"AccessGroupName" answer:"required"`
}

// CreateAccessGroup creates a permission group. It has no rules, so nobody can
// mount with it: see [Client.CreateAccessRule].
//
// It is retried only if the attempt certainly did not run. If it may have run,
// the error is an [*OutcomeUnknownError]: check with
// [Client.DescribeAccessGroups]. [Client.EnsureAccessGroup] handles all of
// this, including the rules.
//
// Errors: [CodeAccessGroupAlreadyExisted], [CodeInvalidState].
//
// RAM action: nas:CreateAccessGroup.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-createaccessgroup
func (c *Client) CreateAccessGroup(ctx context.Context, in CreateAccessGroupRequest) (*CreateAccessGroupResponse, error) {
	return call[CreateAccessGroupResponse](ctx, c, rpc.Op{Name: "CreateAccessGroup", Version: version, Effect: retry.NonIdempotent}, in)
}
