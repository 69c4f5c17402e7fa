package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A ResourceAllocateMode says who chooses the resource that an endpoint is connected
// to in a zone.
type ResourceAllocateMode string

// The documented modes.
const (
	ResourceAllocateModeAuto   ResourceAllocateMode = "Auto"
	ResourceAllocateModeManual ResourceAllocateMode = "Manual"
)

// A ResourceReplaceMode says how a connection moves from one resource to another.
type ResourceReplaceMode string

// The documented modes.
const (
	ResourceReplaceModeGraceful ResourceReplaceMode = "Graceful" // the old connection remains until it is disabled
	ResourceReplaceModeForce    ResourceReplaceMode = "Force"
)

// named reports whether the request has to name a resource.
func (in UpdateVpcEndpointZoneConnectionResourceAttributeRequest) named() bool {
	return in.ResourceReplaceMode != "" || in.ResourceAllocateMode == ResourceAllocateModeManual
}

// UpdateVpcEndpointZoneConnectionResourceAttributeRequest holds the parameters
// of [Client.UpdateVpcEndpointZoneConnectionResourceAttribute].
type UpdateVpcEndpointZoneConnectionResourceAttributeRequest struct {
	RegionID             string               `rpc:"RegionId"`             // default: the client's
	ServiceID            string               `rpc:"ServiceId"`            // required
	EndpointID           string               `rpc:"EndpointId"`           // required
	ZoneID               string               `rpc:"ZoneId"`               // required
	ResourceAllocateMode ResourceAllocateMode `rpc:"ResourceAllocateMode"` // who chooses the resource; only while the connection is Disconnected
	ResourceReplaceMode  ResourceReplaceMode  `rpc:"ResourceReplaceMode"`  // how the connection moves; only while it is Connected
	ResourceID           string               `rpc:"ResourceId"`           // required with ResourceReplaceMode, and with ResourceAllocateModeManual
	ResourceType         ServiceResourceType  `rpc:"ResourceType"`         // required with ResourceReplaceMode, and with ResourceAllocateModeManual
	ClientToken          string               `rpc:"ClientToken"`          // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun               bool                 `rpc:"DryRun"`               // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in UpdateVpcEndpointZoneConnectionResourceAttributeRequest) Validate() error {
	return invalid("UpdateVpcEndpointZoneConnectionResourceAttribute",
		check.Required("ServiceId", in.ServiceID),
		check.Required("EndpointId", in.EndpointID),
		check.Required("ZoneId", in.ZoneID),
		check.OneOf("ResourceAllocateMode", in.ResourceAllocateMode, ResourceAllocateModeAuto, ResourceAllocateModeManual),
		check.OneOf("ResourceReplaceMode", in.ResourceReplaceMode, ResourceReplaceModeGraceful, ResourceReplaceModeForce),
		check.That(in.ResourceID != "" || !in.named(), "ResourceId", "is required"),
		check.That(in.ResourceType != "" || !in.named(), "ResourceType", "is required"),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in UpdateVpcEndpointZoneConnectionResourceAttributeRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "UpdateVpcEndpointZoneConnectionResourceAttribute", in
}

// UpdateVpcEndpointZoneConnectionResourceAttributeResponse is the response of
// [Client.UpdateVpcEndpointZoneConnectionResourceAttribute].
type UpdateVpcEndpointZoneConnectionResourceAttributeResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// UpdateVpcEndpointZoneConnectionResourceAttribute chooses the resource that an
// endpoint is connected to in a zone, or moves the connection to another one.
// It requires a quota that the service grants on request.
//
// The operation is asynchronous: the endpoint service is Pending until
// [Client.WaitVpcEndpointServiceActive] returns. All attempts of a call carry
// one ClientToken. It is idempotent: it is retried even if an attempt may have
// run.
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeServiceNotFound], [CodeEndpointNotFound],
// [CodeEndpointConnectionNotFound], [CodeEndpointZoneNotFound],
// [CodeServiceResourceNotFound], [CodeServiceResourceTypeNotSupported],
// [CodeCurrentResourceAutoAllocated], [CodeZoneMismatch],
// [CodeInvalidResourceAllocateMode], [CodeInvalidResourceReplaceMode],
// [CodeMissingResourceAllocateMode], [CodeMissingResourceIDOfZone] and, while
// something is busy, [CodeZoneOperationDenied], [CodeEndpointLocked],
// [CodeServiceLocked] and [CodeEndpointConnectionOperationDenied].
//
// RAM action: privatelink:UpdateVpcEndpointZoneConnectionResourceAttribute.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-updatevpcendpointzoneconnectionresourceattribute
func (c *Client) UpdateVpcEndpointZoneConnectionResourceAttribute(ctx context.Context, in UpdateVpcEndpointZoneConnectionResourceAttributeRequest) (*UpdateVpcEndpointZoneConnectionResourceAttributeResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[UpdateVpcEndpointZoneConnectionResourceAttributeResponse](ctx, c, rpc.Op{Name: "UpdateVpcEndpointZoneConnectionResourceAttribute", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
