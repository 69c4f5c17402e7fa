package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ModifyAccessGroupRequest holds the parameters of [Client.ModifyAccessGroup].
type ModifyAccessGroupRequest struct {
	AccessGroupName string         `rpc:"AccessGroupName"` // required; not the default group
	FileSystemType  FileSystemType `rpc:"FileSystemType"`  // type of the file systems that the group is for: standard (default) or extreme
	Description     string         `rpc:"Description"`     // 2 to 128 characters
}

// Validate checks in against the documented constraints, without sending it.
func (in ModifyAccessGroupRequest) Validate() error {
	return invalid("ModifyAccessGroup", append(groupRules(in.AccessGroupName, in.FileSystemType),
		check.That(in.AccessGroupName != defaultGroup, "AccessGroupName", "must not be the default group"),
		check.Length("Description", in.Description, 2, 128),
		check.NoPrefix("Description", in.Description, "http://", "https://"),
	)...)
}

// ModifyAccessGroupResponse is the response of [Client.ModifyAccessGroup].
type ModifyAccessGroupResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// ModifyAccessGroup changes the description of a permission group.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeAccessGroupNotFound], [CodeInvalidState].
//
// RAM action: nas:ModifyAccessGroup.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-modifyaccessgroup
func (c *Client) ModifyAccessGroup(ctx context.Context, in ModifyAccessGroupRequest) (*ModifyAccessGroupResponse, error) {
	return call[ModifyAccessGroupResponse](ctx, c, rpc.Op{Name: "ModifyAccessGroup", Version: version, Effect: retry.Idempotent}, in)
}
