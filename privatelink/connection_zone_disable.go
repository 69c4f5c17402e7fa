package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// DisableVpcEndpointZoneConnectionRequest holds the parameters of
// [Client.DisableVpcEndpointZoneConnection].
type DisableVpcEndpointZoneConnectionRequest struct {
	RegionID         string `rpc:"RegionId"`         // default: the client's
	ServiceID        string `rpc:"ServiceId"`        // required
	EndpointID       string `rpc:"EndpointId"`       // required
	ZoneID           string `rpc:"ZoneId"`           // required
	ReplacedResource bool   `rpc:"ReplacedResource"` // end the old connection that remained when the zone moved to another resource
	ClientToken      string `rpc:"ClientToken"`      // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun           bool   `rpc:"DryRun"`           // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in DisableVpcEndpointZoneConnectionRequest) Validate() error {
	return invalid("DisableVpcEndpointZoneConnection",
		check.Required("ServiceId", in.ServiceID),
		check.Required("EndpointId", in.EndpointID),
		check.Required("ZoneId", in.ZoneID),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in DisableVpcEndpointZoneConnectionRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "DisableVpcEndpointZoneConnection", in
}

// DisableVpcEndpointZoneConnectionResponse is the response of
// [Client.DisableVpcEndpointZoneConnection].
type DisableVpcEndpointZoneConnectionResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// DisableVpcEndpointZoneConnection ends the connection in one zone of an
// endpoint. The connection must be Connected, and the zone Connected or
// Migrated.
//
// The operation is asynchronous: see [Client.WaitVpcEndpointZoneDisconnected].
// All attempts of a call carry one ClientToken. It is retried even if an
// attempt may have run; if that attempt took effect and the service has
// forgotten the token, the retry fails with [CodeZoneStatusIncorrect].
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeServiceNotFound], [CodeEndpointConnectionNotFound],
// [CodeResourceNotFoundService], [CodeResourceNotFoundEndpoint],
// [CodeResourceNotFoundConnection], [CodeResourceNotFoundZone],
// [CodeEndpointBusinessStatusIncorrect], [CodeServiceBusinessStatusIncorrect]
// and, if a state does not allow it or something is busy,
// [CodeEndpointStatusIncorrect], [CodeServiceStatusIncorrect],
// [CodeConnectionStatusIncorrect], [CodeZoneStatusIncorrect],
// [CodeEndpointConnectionOperationDenied] and [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:DisableVpcEndpointZoneConnection.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-disablevpcendpointzoneconnection
func (c *Client) DisableVpcEndpointZoneConnection(ctx context.Context, in DisableVpcEndpointZoneConnectionRequest) (*DisableVpcEndpointZoneConnectionResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[DisableVpcEndpointZoneConnectionResponse](ctx, c, rpc.Op{Name: "DisableVpcEndpointZoneConnection", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
