package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A GroupedResource is a kind of resource that can be in a resource group.
type GroupedResource string

// The documented kinds.
const (
	GroupedVpcEndpoint        GroupedResource = "VpcEndpoint"
	GroupedVpcEndpointService GroupedResource = "VpcEndpointService"
)

// ChangeResourceGroupRequest holds the parameters of
// [Client.ChangeResourceGroup].
type ChangeResourceGroupRequest struct {
	ResourceGroupID string          `rpc:"ResourceGroupId"` // required
	ResourceID      string          `rpc:"ResourceId"`      // required: of the endpoint or service
	ResourceType    GroupedResource `rpc:"ResourceType"`    // default GroupedVpcEndpoint
}

// Validate checks in against the documented constraints, without sending it.
func (in ChangeResourceGroupRequest) Validate() error {
	return invalid("ChangeResourceGroup",
		check.Required("ResourceGroupId", in.ResourceGroupID),
		check.Required("ResourceId", in.ResourceID),
	)
}

// ChangeResourceGroupResponse is the response of [Client.ChangeResourceGroup].
type ChangeResourceGroupResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// ChangeResourceGroup moves an endpoint or an endpoint service to another
// resource group.
//
// It is idempotent: it is retried even if an attempt may have run.
//
// Errors: [CodeResourceNotFound], [CodeInvalidResourceGroup],
// [CodeMissingResourceGroupID], [CodeMissingResourceID],
// [CodeMissingResourceRegionID], [CodeChangeResourceGroupNoPermission],
// [CodeSystemError].
//
// RAM action: privatelink:ChangeResourceGroup.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-changeresourcegroup
func (c *Client) ChangeResourceGroup(ctx context.Context, in ChangeResourceGroupRequest) (*ChangeResourceGroupResponse, error) {
	return call[ChangeResourceGroupResponse](ctx, c, rpc.Op{Name: "ChangeResourceGroup", Version: version, Effect: retry.Idempotent}, "", in)
}
