package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DeleteAccessGroupRequest holds the parameters of [Client.DeleteAccessGroup].
type DeleteAccessGroupRequest struct {
	AccessGroupName string         `rpc:"AccessGroupName"` // required; not the default group
	FileSystemType  FileSystemType `rpc:"FileSystemType"`  // type of the file systems that the group is for: standard (default) or extreme
}

// Validate checks in against the documented constraints, without sending it.
func (in DeleteAccessGroupRequest) Validate() error {
	return invalid("DeleteAccessGroup", append(groupRules(in.AccessGroupName, in.FileSystemType),
		check.That(in.AccessGroupName != defaultGroup, "AccessGroupName", "must not be the default group"),
	)...)
}

// DeleteAccessGroupResponse is the response of [Client.DeleteAccessGroup].
type DeleteAccessGroupResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DeleteAccessGroup deletes a permission group. The service refuses it while a
// mount target or an access point uses the group.
//
// It is retried even if an attempt may have run; if that attempt took effect,
// the retry fails with [CodeAccessGroupNotFound].
//
// Errors: [CodeAccessGroupNotFound], [CodeInvalidState].
//
// RAM action: nas:DeleteAccessGroup.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-deleteaccessgroup
func (c *Client) DeleteAccessGroup(ctx context.Context, in DeleteAccessGroupRequest) (*DeleteAccessGroupResponse, error) {
	return call[DeleteAccessGroupResponse](ctx, c, rpc.Op{Name: "DeleteAccessGroup", Version: version, Effect: retry.Idempotent}, in)
}
