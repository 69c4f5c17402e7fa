package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// GetVpcEndpointServiceAttributeRequest holds the parameters of
// [Client.GetVpcEndpointServiceAttribute].
type GetVpcEndpointServiceAttributeRequest struct {
	RegionID  string `rpc:"RegionId"`  // default: the client's
	ServiceID string `rpc:"ServiceId"` // required
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in GetVpcEndpointServiceAttributeRequest) Validate() error {
	return invalid("GetVpcEndpointServiceAttribute", check.Required("ServiceId", in.ServiceID))
}

// GetVpcEndpointServiceAttributeResponse is the response of
// [Client.GetVpcEndpointServiceAttribute].
type GetVpcEndpointServiceAttributeResponse struct {
	RequestID string `json:"RequestId"`
	VpcEndpointService
}

// GetVpcEndpointServiceAttribute returns one endpoint service of the account.
//
// Errors: [CodeServiceNotFound].
//
// RAM action: privatelink:GetVpcEndpointServiceAttribute.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-getvpcendpointserviceattribute
func (c *Client) GetVpcEndpointServiceAttribute(ctx context.Context, in GetVpcEndpointServiceAttributeRequest) (*GetVpcEndpointServiceAttributeResponse, error) {
	in.RegionID = c.region(in.RegionID)
	return call[GetVpcEndpointServiceAttributeResponse](ctx, c, rpc.Op{Name: "GetVpcEndpointServiceAttribute", Version: version, Effect: retry.Read}, "", in)
}
