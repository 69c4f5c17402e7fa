package privatelink

import (
	"context"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/rpc"
)

// A ServiceResource is a load balancer behind an endpoint service.
type ServiceResource struct {
	ResourceType ServiceResourceType `rpc:"ResourceType"`
	ResourceID   string              `rpc:"ResourceId"`
	ZoneID       string              `rpc:"ZoneId"` // where endpoints reach it
}

// CreateVpcEndpointServiceRequest holds the parameters of
// [Client.CreateVpcEndpointService].
type CreateVpcEndpointServiceRequest struct {
	RegionID            string              `rpc:"RegionId"`            // default: the client's
	ServiceDescription  string              `rpc:"ServiceDescription"`  // any text
	ServiceResourceType ServiceResourceType `rpc:"ServiceResourceType"` // of all Resources
	Resources           []ServiceResource   `rpc:"Resource"`            // up to 10
	AutoAcceptEnabled   bool                `rpc:"AutoAcceptEnabled"`   // accept all connections automatically; otherwise the owner must accept each
	Payer               Payer               `rpc:"Payer"`               // default PayerEndpoint
	AddressIPVersion    AddressIPVersion    `rpc:"AddressIpVersion"`    // default IPv4; DualStack only with nlb and gwlb
	ZoneAffinityEnabled bool                `rpc:"ZoneAffinityEnabled"` // resolve the domain names of endpoints to the nearest zone first
	SupportedRegions    []string            `rpc:"SupportedRegionList"` // other regions in which endpoints are allowed
	ResourceGroupID     string              `rpc:"ResourceGroupId"`     // default: the account's
	Tags                []Tag               `rpc:"Tag"`                 // up to 20, with different keys
	ServiceSupportIPv6  bool                `rpc:"ServiceSupportIPv6"`  // deprecated by the API: use AddressIPVersion
	ClientToken         string              `rpc:"ClientToken"`         // idempotency token, up to 64 ASCII characters; default: a random one for each call
	DryRun              bool                `rpc:"DryRun"`              // only check the request: see [Client.DryRun]
}

// Validate checks in against the documented constraints, without sending it. An
// empty RegionID is valid: a call sets it.
func (in CreateVpcEndpointServiceRequest) Validate() error {
	return invalid("CreateVpcEndpointService", append([]check.Problem{
		check.Items("Resource", len(in.Resources), 10),
		check.OneOf("Payer", in.Payer, PayerEndpoint, PayerEndpointService),
		check.OneOf("AddressIpVersion", in.AddressIPVersion, AddressIPVersionIPv4, AddressIPVersionDualStack),
		check.Items("Tag", len(in.Tags), maxTags),
		check.Unique("Tag", in.Tags, tagKey),
		check.ASCII("ClientToken", in.ClientToken),
		check.Length("ClientToken", in.ClientToken, 1, 64),
	}, check.Each("Tag", in.Tags, tagRules)...)...)
}

func (in CreateVpcEndpointServiceRequest) dryRun(c *Client, token string) (string, DryRunnable) {
	in.RegionID, in.ClientToken, in.DryRun = c.region(in.RegionID), token, true
	return "CreateVpcEndpointService", in
}

// CreateVpcEndpointServiceResponse is the response of
// [Client.CreateVpcEndpointService]: the service as far as it is known.
type CreateVpcEndpointServiceResponse struct {
	RequestID             string                `json:"RequestId"`
	ServiceID             string                `json:"ServiceId" answer:"required"`
	ServiceName           string                `json:"ServiceName"`
	ServiceDomain         string                `json:"ServiceDomain"`
	ServiceDescription    string                `json:"ServiceDescription"`
	ServiceStatus         ServiceStatus         `json:"ServiceStatus" enum:"Creating,Pending,Active,Deleting"`
	ServiceBusinessStatus ServiceBusinessStatus `json:"ServiceBusinessStatus" enum:"Normal,FinancialLocked"`
	ResourceGroupID       string                `json:"ResourceGroupId"`
	AddressIPVersion      AddressIPVersion      `json:"AddressIpVersion" enum:"IPv4,DualStack"`
	AutoAcceptEnabled     bool                  `json:"AutoAcceptEnabled"`
	ServiceSupportIPv6    bool                  `json:"ServiceSupportIPv6"`
	ZoneAffinityEnabled   bool                  `json:"ZoneAffinityEnabled"`
	SupportedRegions      []SupportedRegion     `json:"SupportedRegionSet"`
	CreateTime            string                `json:"CreateTime"` // ISO 8601
}

// CreateVpcEndpointService creates an endpoint service on load balancers of
// the account. [Client.EnsureVpcEndpointService] creates it once for a key.
//
// The operation is asynchronous: see [Client.WaitVpcEndpointServiceActive]. All
// attempts of a call carry one ClientToken, by which the service recognizes a
// retry, so it is retried even if an attempt may have run. If the outcome stays
// unknown, the error is an [*OutcomeUnknownError] with the token: call again
// with that token.
//
// [Client.DryRun] checks a request without running it.
//
// Errors: [CodeNeedOpenProduct], [CodeLoadBalancerNotFound],
// [CodeALBNotFound], [CodeNATGatewayNotFound], [CodeVSwitchNotFound],
// [CodeLoadBalancerNotSupported], [CodeResourceTypeMismatch],
// [CodeServiceNotSupportedZone], [CodeServiceNotSupportedIpv6],
// [CodeServicePayerForbidden], [CodeServiceExist], [CodeServiceNameConflict],
// [CodeQuotaMismatched], [CodePrivateDomainNotSupported],
// [CodeInvalidPrivateDNSName], [CodeGenerateResourceIDFailed],
// [CodeIdempotentParameterMismatch], [CodeIdempotentFailed],
// [CodeIdempotentProcessing].
//
// RAM action: privatelink:CreateVpcEndpointService.
//
// API reference: https://www.alibabacloud.com/help/en/privatelink/developer-reference/api-privatelink-2020-04-15-createvpcendpointservice
func (c *Client) CreateVpcEndpointService(ctx context.Context, in CreateVpcEndpointServiceRequest) (*CreateVpcEndpointServiceResponse, error) {
	in.RegionID, in.ClientToken = c.region(in.RegionID), token(in.ClientToken)
	return call[CreateVpcEndpointServiceResponse](ctx, c, rpc.Op{Name: "CreateVpcEndpointService", Version: version, Effect: effect(retry.WithToken, in.DryRun)}, in.ClientToken, in)
}
