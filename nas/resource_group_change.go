package nas

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// ChangeResourceGroupRequest holds the parameters of [Client.ChangeResourceGroup].
type ChangeResourceGroupRequest struct {
	RegionID           string       `rpc:"RegionId"`           // region of the resource; not sent if it is empty
	ResourceType       ResourceType `rpc:"ResourceType"`       // required; filesystem
	ResourceID         string       `rpc:"ResourceId"`         // required
	NewResourceGroupID string       `rpc:"NewResourceGroupId"` // required; starts with rg-
}

// Validate checks in against the documented constraints, without sending it.
func (in ChangeResourceGroupRequest) Validate() error {
	return invalid("ChangeResourceGroup",
		check.Required("NewResourceGroupId", in.NewResourceGroupID),
		check.Required("ResourceId", in.ResourceID),
		check.Required("ResourceType", in.ResourceType),
		check.OneOf("ResourceType", in.ResourceType, "filesystem"),
	)
}

// ChangeResourceGroupResponse is the response of [Client.ChangeResourceGroup].
type ChangeResourceGroupResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// ChangeResourceGroup moves a file system to another resource group, which may
// change who is allowed to manage it.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeResourceGroupNotExist], [CodeResourceIDNotExist].
//
// RAM action: nas:ChangeResourceGroup.
//
// API reference: https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-changeresourcegroup
func (c *Client) ChangeResourceGroup(ctx context.Context, in ChangeResourceGroupRequest) (*ChangeResourceGroupResponse, error) {
	return call[ChangeResourceGroupResponse](ctx, c, rpc.Op{Name: "ChangeResourceGroup", Version: version, Effect: retry.Idempotent}, in)
}
