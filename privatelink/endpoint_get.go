package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// GetVpcEndpointAttributeRequest holds the parameters of
// [Client.GetVpcEndpointAttribute].
type GetVpcEndpointAttributeRequest struct {
	RegionID   string `rpc:"RegionId"`   // default: the client's
	EndpointID string `rpc:"EndpointId"` // required
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in GetVpcEndpointAttributeRequest) Validate() error {
	return invalid("GetVpcEndpointAttribute", check.Required("EndpointId", in.EndpointID))
}

// GetVpcEndpointAttributeResponse is the response of
// [Client.GetVpcEndpointAttribute].
type GetVpcEndpointAttributeResponse struct {
	RequestID string `json:"RequestId"`
	VpcEndpoint
}

// GetVpcEndpointAttribute returns one endpoint.
//
// Errors: [CodeEndpointNotFound].
//
// RAM action: privatelink:GetVpcEndpointAttribute.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-getvpcendpointattribute
func (c *Client) GetVpcEndpointAttribute(ctx context.Context, in GetVpcEndpointAttributeRequest) (*GetVpcEndpointAttributeResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[GetVpcEndpointAttributeResponse](ctx, c, rpc.Op{Name: "GetVpcEndpointAttribute", Version: version, Effect: retry.Read}, "", in)
}
