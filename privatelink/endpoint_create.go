package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// CreateVpcEndpointRequest holds the parameters of [Client.CreateVpcEndpoint].
type CreateVpcEndpointRequest struct {
	RegionID                  string           `rpc:"RegionId"`                  // default: the client's
	ClientToken               string           `rpc:"ClientToken"`               // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun                    bool             `rpc:"DryRun"`                    // only check the request: see [Client.DryRun]
	EndpointName              string           `rpc:"EndpointName"`              // 2 to 128 letters, digits, _ and -, a letter first
	EndpointType              EndpointType     `rpc:"EndpointType"`              // must be the type of the service
	ZonePrivateIPAddressCount int64            `rpc:"ZonePrivateIpAddressCount"` // number of addresses in each zone; only 1 is accepted
	EndpointDescription       string           `rpc:"EndpointDescription"`       // 2 to 256 characters, starts with neither http:// nor https://
	VpcID                     string           `rpc:"VpcId"`                     // required
	ServiceID                 string           `rpc:"ServiceId"`                 // required, unless ServiceName is set
	ServiceName               string           `rpc:"ServiceName"`               // such as com.aliyuncs.privatelink.cn-hangzhou.epsrv-hp3vpx8yqxblby3i****
	Zones                     []Zone           `rpc:"Zone"`                      // up to 10
	SecurityGroupIDs          []string         `rpc:"SecurityGroupId"`           // all of one type; at least one, but none for a GatewayLoadBalancer endpoint
	ProtectedEnabled          bool             `rpc:"ProtectedEnabled"`          // only the identity that creates the endpoint may change or delete it through STS
	Tags                      []Tag            `rpc:"Tag"`                       // up to 20, with different keys
	ResourceGroupID           string           `rpc:"ResourceGroupId"`           // default: the account's
	AddressIPVersion          AddressIPVersion `rpc:"AddressIpVersion"`          // default IPv4
	ServiceRegionID           string           `rpc:"ServiceRegionId"`           // region of the service, default: RegionID
	CrossRegionBandwidth      int64            `rpc:"CrossRegionBandwidth"`      // to a service in another region, Mbit/s, at least 100
	PolicyDocument            string           `rpc:"PolicyDocument"`            // what may be done through the endpoint: a RAM policy, JSON, with principals
	ZoneAffinityEnabled       bool             `rpc:"ZoneAffinityEnabled"`       // resolve the endpoint's domain name to the nearest zone first
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in CreateVpcEndpointRequest) Validate() error {
	ps := []check.Problem{
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
		check.Length("EndpointName", in.EndpointName, 2, 128),
		check.That(endpointName(in.EndpointName), "EndpointName", "must start with a letter and have only letters, digits, _ and -"),
		check.Range("ZonePrivateIpAddressCount", in.ZonePrivateIPAddressCount, 1, 1),
		check.Length("EndpointDescription", in.EndpointDescription, 2, 256),
		check.NoPrefix("EndpointDescription", in.EndpointDescription, "http://", "https://"),
		check.Required("VpcId", in.VpcID),
		check.That(in.ServiceID != "" || in.ServiceName != "", "ServiceId", "is required unless ServiceName is set"),
		check.Items("Zone", len(in.Zones), 10),
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
		check.OneOf("AddressIpVersion", in.AddressIPVersion, AddressIPVersionIPv4, AddressIPVersionDualStack),
		check.That(in.CrossRegionBandwidth == 0 || in.CrossRegionBandwidth >= 100, "CrossRegionBandwidth", "must be at least 100"),
	}
	ps = append(ps, check.Each("Zone", in.Zones, func(z Zone) []check.Problem {
		return check.All(
			check.That(z.IP == "" || isIPv4(z.IP), "ip", "must be an IPv4 address"),
			check.That(z.Ipv6Address == "" || isIPv6(z.Ipv6Address), "Ipv6Address", "must be an IPv6 address"),
			check.That(z.Ipv6Address == "" || in.AddressIPVersion == AddressIPVersionDualStack, "Ipv6Address", "needs AddressIpVersion DualStack"),
		)
	})...)
	return invalid("CreateVpcEndpoint", append(ps, check.Each("Tag", in.Tags, tagRules)...)...)
}

func (in CreateVpcEndpointRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "CreateVpcEndpoint", in
}

// CreateVpcEndpointResponse is the response of [Client.CreateVpcEndpoint]: the
// endpoint as far as it is known.
type CreateVpcEndpointResponse struct {
	RequestID              string                 `json:"RequestId"`
	EndpointID             string                 `json:"EndpointId" answer:"required"`
	EndpointName           string                 `json:"EndpointName"`
	EndpointDescription    string                 `json:"EndpointDescription"`
	EndpointDomain         string                 `json:"EndpointDomain"` // resolves to the endpoint's interfaces
	EndpointStatus         EndpointStatus         `json:"EndpointStatus" enum:"Creating,Active,Pending,Deleting"`
	ConnectionStatus       ConnectionStatus       `json:"ConnectionStatus" enum:"Pending,Connecting,Connected,Disconnecting,Disconnected,Deleting,ServiceDeleted"`
	EndpointBusinessStatus EndpointBusinessStatus `json:"EndpointBusinessStatus" enum:"Normal,FinancialLocked"`
	VpcID                  string                 `json:"VpcId"`
	ServiceID              string                 `json:"ServiceId"`
	ServiceName            string                 `json:"ServiceName"`
	ServiceRegionID        string                 `json:"ServiceRegionId"`
	AddressIPVersion       AddressIPVersion       `json:"AddressIpVersion" enum:"IPv4,DualStack"`
	Bandwidth              int64                  `json:"Bandwidth"`            // Mbit/s
	CrossRegionBandwidth   int64                  `json:"CrossRegionBandwidth"` // Mbit/s; 0 if the service is in the same region
	ZoneAffinityEnabled    bool                   `json:"ZoneAffinityEnabled"`
	CreateTime             string                 `json:"CreateTime"` // ISO 8601
}

// CreateVpcEndpoint creates an endpoint and asks its service for a connection.
//
// The operation is asynchronous: use the endpoint only after
// [Client.WaitVpcEndpointReady]. All attempts of a call carry one ClientToken,
// by which the service recognizes a retry, so it is retried even if an attempt
// may have run. If the outcome stays unknown, the error is an
// [*OutcomeUnknownError] with the token: call again with that token.
//
// [Client.DryRun] checks a request without running it. A call with DryRun set
// is a dry run too: it changes nothing, and fails with [CodeDryRunOperation] if
// the service would accept the request. Do not use its token for the real call.
//
// Errors: [CodeServiceNotFound], [CodeServiceDeleted],
// [CodeServiceNotAuthorized], [CodeServiceStatusIncorrect],
// [CodeServiceNotSupportedZone], [CodeVpcNotFound], [CodeVSwitchNotFound],
// [CodeSecurityGroupNotFound], [CodeEndpointMustContainSecurityGroup],
// [CodeEndpointExist], [CodeEndpointDuplicated], [CodeEndpointZoneDuplicated],
// [CodeENIIPUnavailable], [CodeVSwitchIPNotEnough], [CodeQuotaMismatched],
// [CodeIdempotentParameterMismatch], [CodeIdempotentFailed],
// [CodeIdempotentProcessing], rarely others of this package's codes.
//
// RAM action: privatelink:CreateVpcEndpoint.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-createvpcendpoint
func (c *Client) CreateVpcEndpoint(ctx context.Context, in CreateVpcEndpointRequest) (*CreateVpcEndpointResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[CreateVpcEndpointResponse](ctx, c, rpc.Op{Name: "CreateVpcEndpoint", Version: version, Effect: effect(retry.WithToken, in.DryRun)}, in.ClientToken, in)
}
