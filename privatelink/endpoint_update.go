package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// UpdateVpcEndpointAttributeRequest holds the parameters of
// [Client.UpdateVpcEndpointAttribute].
type UpdateVpcEndpointAttributeRequest struct {
	RegionID             string           `rpc:"RegionId"`             // default: the client's
	EndpointID           string           `rpc:"EndpointId"`           // required
	EndpointName         string           `rpc:"EndpointName"`         // 2 to 128 letters, digits, _ and -, a letter first
	EndpointDescription  string           `rpc:"EndpointDescription"`  // 2 to 256 characters, starts with neither http:// nor https://; cannot be cleared
	AddressIPVersion     AddressIPVersion `rpc:"AddressIpVersion"`     // DualStack requires a dual-stack service and VPC
	CrossRegionBandwidth int64            `rpc:"CrossRegionBandwidth"` // to a service in another region, Mbit/s, at least 100
	PolicyDocument       string           `rpc:"PolicyDocument"`       // what may be done through the endpoint: a RAM policy, JSON, with principals
	ResetPolicy          bool             `rpc:"ResetPolicy"`          // reset to the default policy
	ZoneAffinityEnabled  *bool            `rpc:"ZoneAffinityEnabled"`  // resolve the endpoint's domain name to the nearest zone first
	ClientToken          string           `rpc:"ClientToken"`          // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun               bool             `rpc:"DryRun"`               // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in UpdateVpcEndpointAttributeRequest) Validate() error {
	return invalid("UpdateVpcEndpointAttribute",
		check.Required("EndpointId", in.EndpointID),
		check.Length("EndpointName", in.EndpointName, 2, 128),
		check.That(endpointName(in.EndpointName), "EndpointName", "must start with a letter and have only letters, digits, _ and -"),
		check.Length("EndpointDescription", in.EndpointDescription, 2, 256),
		check.NoPrefix("EndpointDescription", in.EndpointDescription, "http://", "https://"),
		check.OneOf("AddressIpVersion", in.AddressIPVersion, AddressIPVersionIPv4, AddressIPVersionDualStack),
		check.That(in.CrossRegionBandwidth == 0 || in.CrossRegionBandwidth >= 100, "CrossRegionBandwidth", "must be at least 100"),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	)
}

func (in UpdateVpcEndpointAttributeRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "UpdateVpcEndpointAttribute", in
}

// UpdateVpcEndpointAttributeResponse is the response of
// [Client.UpdateVpcEndpointAttribute].
type UpdateVpcEndpointAttributeResponse struct {
	RequestID string `json:"RequestId" answer:"required"`
}

// UpdateVpcEndpointAttribute changes those settings of an endpoint that the
// request sets. Other settings remain unchanged. An account can make one such
// call at a time.
//
// The operation is asynchronous: the endpoint is Pending until
// [Client.WaitVpcEndpointActive] returns. All attempts of a call carry one
// ClientToken. It is idempotent: it is retried even if an attempt may have run.
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeEndpointNotFound], [CodeServiceDeleted],
// [CodeEndpointPolicyNotSupported], [CodePrivateDNSNameDependency],
// [CodePrivateDomainNotSupported], [CodePrivateDomainStatusNotSupported],
// [CodeEndpointProtected], [CodeEndpointIsProtected] and, while the endpoint
// is busy, [CodeEndpointOperationDenied], [CodeEndpointLocked],
// [CodeEndpointConnectionOperationDenied] and
// [CodeConcurrentCallNotSupported].
//
// RAM action: privatelink:UpdateVpcEndpointAttribute.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-updatevpcendpointattribute
func (c *Client) UpdateVpcEndpointAttribute(ctx context.Context, in UpdateVpcEndpointAttributeRequest) (*UpdateVpcEndpointAttributeResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[UpdateVpcEndpointAttributeResponse](ctx, c, rpc.Op{Name: "UpdateVpcEndpointAttribute", Version: version, Effect: effect(retry.Idempotent, in.DryRun)}, in.ClientToken, in)
}
