package conformance

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/alibabacloud-go/privatelink-20200415/v5/client"
	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	old "github.com/aliyun/alibaba-cloud-sdk-go/services/privatelink"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

var oldPrivateLink = map[string]func() requests.AcsRequest{
	"CreateVpcEndpoint":                                func() requests.AcsRequest { return old.CreateCreateVpcEndpointRequest() },
	"GetVpcEndpointAttribute":                          func() requests.AcsRequest { return old.CreateGetVpcEndpointAttributeRequest() },
	"ListVpcEndpoints":                                 func() requests.AcsRequest { return old.CreateListVpcEndpointsRequest() },
	"DeleteVpcEndpoint":                                func() requests.AcsRequest { return old.CreateDeleteVpcEndpointRequest() },
	"AddZoneToVpcEndpoint":                             func() requests.AcsRequest { return old.CreateAddZoneToVpcEndpointRequest() },
	"RemoveZoneFromVpcEndpoint":                        func() requests.AcsRequest { return old.CreateRemoveZoneFromVpcEndpointRequest() },
	"ListVpcEndpointZones":                             func() requests.AcsRequest { return old.CreateListVpcEndpointZonesRequest() },
	"UpdateVpcEndpointAttribute":                       func() requests.AcsRequest { return old.CreateUpdateVpcEndpointAttributeRequest() },
	"AttachSecurityGroupToVpcEndpoint":                 func() requests.AcsRequest { return old.CreateAttachSecurityGroupToVpcEndpointRequest() },
	"DetachSecurityGroupFromVpcEndpoint":               func() requests.AcsRequest { return old.CreateDetachSecurityGroupFromVpcEndpointRequest() },
	"ListVpcEndpointSecurityGroups":                    func() requests.AcsRequest { return old.CreateListVpcEndpointSecurityGroupsRequest() },
	"ListVpcEndpointServicesByEndUser":                 func() requests.AcsRequest { return old.CreateListVpcEndpointServicesByEndUserRequest() },
	"TagResources":                                     func() requests.AcsRequest { return old.CreateTagResourcesRequest() },
	"ListVpcEndpointConnections":                       func() requests.AcsRequest { return old.CreateListVpcEndpointConnectionsRequest() },
	"EnableVpcEndpointConnection":                      func() requests.AcsRequest { return old.CreateEnableVpcEndpointConnectionRequest() },
	"DisableVpcEndpointConnection":                     func() requests.AcsRequest { return old.CreateDisableVpcEndpointConnectionRequest() },
	"UpdateVpcEndpointConnectionAttribute":             func() requests.AcsRequest { return old.CreateUpdateVpcEndpointConnectionAttributeRequest() },
	"EnableVpcEndpointZoneConnection":                  func() requests.AcsRequest { return old.CreateEnableVpcEndpointZoneConnectionRequest() },
	"DisableVpcEndpointZoneConnection":                 func() requests.AcsRequest { return old.CreateDisableVpcEndpointZoneConnectionRequest() },
	"UpdateVpcEndpointZoneConnectionResourceAttribute": func() requests.AcsRequest { return old.CreateUpdateVpcEndpointZoneConnectionResourceAttributeRequest() },
	"CreateVpcEndpointService":                         func() requests.AcsRequest { return old.CreateCreateVpcEndpointServiceRequest() },
	"GetVpcEndpointServiceAttribute":                   func() requests.AcsRequest { return old.CreateGetVpcEndpointServiceAttributeRequest() },
	"ListVpcEndpointServices":                          func() requests.AcsRequest { return old.CreateListVpcEndpointServicesRequest() },
	"UpdateVpcEndpointServiceAttribute":                func() requests.AcsRequest { return old.CreateUpdateVpcEndpointServiceAttributeRequest() },
	"DeleteVpcEndpointService":                         func() requests.AcsRequest { return old.CreateDeleteVpcEndpointServiceRequest() },
	"AttachResourceToVpcEndpointService":               func() requests.AcsRequest { return old.CreateAttachResourceToVpcEndpointServiceRequest() },
	"DetachResourceFromVpcEndpointService":             func() requests.AcsRequest { return old.CreateDetachResourceFromVpcEndpointServiceRequest() },
	"UpdateVpcEndpointServiceResourceAttribute":        func() requests.AcsRequest { return old.CreateUpdateVpcEndpointServiceResourceAttributeRequest() },
	"ListVpcEndpointServiceResources":                  func() requests.AcsRequest { return old.CreateListVpcEndpointServiceResourcesRequest() },
	"AddUserToVpcEndpointService":                      func() requests.AcsRequest { return old.CreateAddUserToVpcEndpointServiceRequest() },
	"RemoveUserFromVpcEndpointService":                 func() requests.AcsRequest { return old.CreateRemoveUserFromVpcEndpointServiceRequest() },
	"ListVpcEndpointServiceUsers":                      func() requests.AcsRequest { return old.CreateListVpcEndpointServiceUsersRequest() },
	"ChangeResourceGroup":                              func() requests.AcsRequest { return old.CreateChangeResourceGroupRequest() },
	"DescribeRegions":                                  func() requests.AcsRequest { return old.CreateDescribeRegionsRequest() },
	"DescribeZones":                                    func() requests.AcsRequest { return old.CreateDescribeZonesRequest() },
	"CheckProductOpen":                                 func() requests.AcsRequest { return old.CreateCheckProductOpenRequest() },
	"OpenPrivateLinkService":                           func() requests.AcsRequest { return old.CreateOpenPrivateLinkServiceRequest() },
}

func init() {
	services = append(services, &service{
		name: "privatelink",
		ours: func(e env, rt http.RoundTripper) (any, error) {
			network := privatelink.NetworkPublic
			if e.internal {
				network = privatelink.NetworkVPC
			}
			return privatelink.New(privatelink.Config{
				Region: e.region, Endpoint: e.endpoint, Network: network, MaxAttempts: 1, HTTPClient: &http.Client{Transport: rt},
				Credentials: privatelink.StaticCredentials{AccessKeyID: e.id, AccessKeySecret: e.secret, SecurityToken: e.token},
			})
		},
		peers: []*peer{
			{
				name: "tea",
				client: func(e env, rt http.RoundTripper) (any, error) {
					c, err := newPrivateLink(e, rt)
					return teaPrivateLink{c, e.region}, err
				},
				// The SDK does not take the region of the configuration for a
				// parameter. Two operations have none, and one that is a filter; the
				// SDK has two without any parameters.
				call: func(client any, operation string, in tree) (any, error) {
					c := client.(teaPrivateLink)
					switch operation {
					case "CheckProductOpen":
						return c.CheckProductOpen()
					case "ChangeResourceGroup", "DescribeRegions", "OpenPrivateLinkService":
						return call(c.Client, operation, in)
					}
					return call(c.Client, operation, union(tree{"RegionId": c.region}, in))
				},
				failure: teaFailure,
			},
			{
				name: "old",
				client: func(e env, rt http.RoundTripper) (any, error) {
					return newOld(e.orEndpointOf("privatelink"), rt, func(e env) (oldSDK, error) {
						if e.token != "" {
							return old.NewClientWithStsToken(e.region, e.id, e.secret, e.token)
						}
						return old.NewClientWithAccessKey(e.region, e.id, e.secret)
					})
				},
				call: oldCall(oldPrivateLink), prune: oldPrune(oldPrivateLink), failure: oldFailure,
				has: func(operation string) bool { return operation != "ListTagResources" && operation != "UntagResources" },
			},
		},
		env:  rpcEnv,
		sign: signACS3,
		fake: func() (http.Handler, func(string, fake.Refusal)) {
			s := privatelinktest.NewServer()
			return s, func(operation string, r fake.Refusal) {
				s.Fail(operation, privatelink.APIError{StatusCode: r.Status, Code: privatelink.Code(r.Code), Message: r.Message})
			}
		},
		failure: func(err error) (failure, bool) {
			e, ok := errors.AsType[*privatelink.APIError](err)
			if !ok {
				return failure{}, false
			}
			return failure{string(e.Code), e.StatusCode, e.RequestID}, true
		},
		inputs: map[string]func(*gen) tree{
			"CreateVpcEndpoint": func(g *gen) tree {
				in := tree{"VpcId": g.text(1, 20)}
				in[pick(g, "ServiceId", "ServiceName")] = g.text(1, 40)
				dual := g.IntN(2) == 0
				if dual {
					in["AddressIpVersion"] = "DualStack"
				}
				for _, name := range []string{"EndpointType", "ResourceGroupId", "ServiceRegionId", "PolicyDocument", "RegionId"} {
					g.maybe(in, name, func() any { return g.text(1, 20) })
				}
				for _, name := range []string{"DryRun", "ProtectedEnabled", "ZoneAffinityEnabled"} {
					g.maybe(in, name, func() any { return true })
				}
				g.maybe(in, "ClientToken", func() any { return g.from(ascii, 1, 64) })
				g.maybe(in, "EndpointName", func() any { return g.from([]rune("abcXYZ中"), 1, 1) + g.from([]rune("abcXYZ019_-中文"), 1, 30) })
				g.maybe(in, "EndpointDescription", func() any { return g.text(2, 256) })
				g.maybe(in, "ZonePrivateIpAddressCount", func() any { return g.number(1, 1) })
				g.maybe(in, "CrossRegionBandwidth", func() any { return g.number(100, 2147483647) })
				g.maybe(in, "SecurityGroupId", func() any { return g.list(0, 12, func() any { return g.text(1, 20) }) })
				g.maybe(in, "Tag", func() any { return linkTags(g) })
				g.maybe(in, "Zone", func() any {
					return g.list(0, 10, func() any {
						z := tree{}
						g.maybe(z, "ZoneId", func() any { return g.text(1, 20) })
						g.maybe(z, "VSwitchId", func() any { return g.text(1, 20) })
						g.maybe(z, "ip", func() any { return pick(g, "10.0.0.1", "192.168.255.254") })
						if dual {
							g.maybe(z, "Ipv6Address", func() any { return pick(g, "2001:db8::1", "fd00::a:b") })
						}
						return z
					})
				})
				return in
			},
			"GetVpcEndpointAttribute": linkEndpoint,
			"DeleteVpcEndpoint":       linkChange,
			"UpdateVpcEndpointAttribute": func(g *gen) tree {
				in := linkChange(g)
				g.maybe(in, "EndpointName", func() any { return g.from([]rune("abcXYZ中"), 1, 1) + g.from([]rune("abcXYZ019_-中文"), 1, 30) })
				g.maybe(in, "EndpointDescription", func() any { return g.text(2, 256) })
				g.maybe(in, "AddressIpVersion", func() any { return pick(g, "IPv4", "DualStack") })
				g.maybe(in, "CrossRegionBandwidth", func() any { return g.number(100, 2147483647) })
				g.maybe(in, "PolicyDocument", func() any { return g.text(1, 200) })
				g.maybe(in, "ResetPolicy", func() any { return true })
				g.maybe(in, "ZoneAffinityEnabled", func() any { return g.IntN(2) == 0 })
				return in
			},
			"AttachSecurityGroupToVpcEndpoint":   linkGroup,
			"DetachSecurityGroupFromVpcEndpoint": linkGroup,
			"ListVpcEndpointSecurityGroups":      func(g *gen) tree { return linkPage(g, linkEndpoint(g), 50) },
			"ListVpcEndpointServicesByEndUser": func(g *gen) tree {
				in := linkPage(g, tree{}, 1000)
				for _, name := range []string{"RegionId", "ServiceId", "ServiceName", "ServiceType", "ServiceRegionId", "ResourceGroupId"} {
					g.maybe(in, name, func() any { return g.text(1, 30) })
				}
				g.maybe(in, "Tag", func() any { return linkTags(g) })
				return in
			},
			"TagResources": func(g *gen) tree {
				in := linkTagged(g)
				linkWrite(g, in)
				in["Tag"] = g.list(1, 20, func() any { return tree{"Key": g.text(1, 64), "Value": g.text(1, 128)} })
				return in
			},
			"UntagResources": func(g *gen) tree {
				in := linkTagged(g)
				linkWrite(g, in)
				g.maybe(in, "TagKey", func() any { return g.list(0, 20, func() any { return g.text(1, 64) }) })
				g.maybe(in, "All", func() any { return true })
				return in
			},
			"ListTagResources": func(g *gen) tree {
				in := linkTagged(g)
				g.maybe(in, "Tag", func() any { return linkTags(g) })
				g.maybe(in, "NextToken", func() any { return g.text(1, 30) })
				return in
			},
			"AddZoneToVpcEndpoint": func(g *gen) tree {
				in := linkChange(g)
				in["ZoneId"], in["VSwitchId"] = g.text(1, 20), g.text(1, 20)
				g.maybe(in, "ip", func() any { return pick(g, "10.0.0.1", "192.168.255.254") })
				g.maybe(in, "Ipv6Address", func() any { return pick(g, "2001:db8::1", "fd00::a:b") })
				return in
			},
			"RemoveZoneFromVpcEndpoint": func(g *gen) tree {
				in := linkChange(g)
				in["ZoneId"] = g.text(1, 20)
				return in
			},
			"ListVpcEndpointZones": func(g *gen) tree {
				return linkPage(g, linkEndpoint(g), 1000)
			},
			"ListVpcEndpointConnections": func(g *gen) tree {
				in := linkPage(g, linkSome(g, tree{}, "RegionId", "ServiceId", "EndpointId", "ConnectionStatus", "EniId", "ResourceId", "ReplacedResourceId", "ResourceGroupId"), 1000)
				g.maybe(in, "EndpointOwnerId", func() any { return linkAccount(g) })
				return in
			},
			"EnableVpcEndpointConnection":          linkBandwidth,
			"DisableVpcEndpointConnection":         linkConnection,
			"UpdateVpcEndpointConnectionAttribute": linkBandwidth,
			"EnableVpcEndpointZoneConnection":      linkZone,
			"DisableVpcEndpointZoneConnection": func(g *gen) tree {
				in := linkZone(g)
				g.maybe(in, "ReplacedResource", func() any { return true })
				return in
			},
			"UpdateVpcEndpointZoneConnectionResourceAttribute": func(g *gen) tree {
				in := linkZone(g)
				in["ResourceId"], in["ResourceType"] = g.text(1, 20), pick(g, "slb", "alb")
				g.maybe(in, "ResourceAllocateMode", func() any { return pick(g, "Auto", "Manual") })
				g.maybe(in, "ResourceReplaceMode", func() any { return pick(g, "Graceful", "Force") })
				return in
			},
			"CreateVpcEndpointService": func(g *gen) tree {
				in := linkWrite(g, linkSome(g, tree{}, "RegionId", "ServiceDescription", "ServiceResourceType", "ResourceGroupId"))
				g.maybe(in, "Payer", func() any { return pick(g, "Endpoint", "EndpointService") })
				g.maybe(in, "AddressIpVersion", func() any { return pick(g, "IPv4", "DualStack") })
				for _, name := range []string{"AutoAcceptEnabled", "ZoneAffinityEnabled", "ServiceSupportIPv6"} {
					g.maybe(in, name, func() any { return true })
				}
				g.maybe(in, "SupportedRegionList", func() any { return g.list(0, 5, func() any { return g.text(1, 20) }) })
				g.maybe(in, "Tag", func() any { return linkTags(g) })
				g.maybe(in, "Resource", func() any {
					return g.list(0, 10, func() any { return linkSome(g, tree{}, "ResourceId", "ResourceType", "ZoneId") })
				})
				return in
			},
			"GetVpcEndpointServiceAttribute": linkService,
			"ListVpcEndpointServices": func(g *gen) tree {
				in := linkPage(g, linkSome(g, tree{}, "RegionId", "ServiceId", "ServiceName", "ServiceStatus", "ServiceBusinessStatus", "ServiceResourceType", "ResourceId", "ResourceGroupId"), 1000)
				g.maybe(in, "AddressIpVersion", func() any { return pick(g, "IPv4", "DualStack") })
				for _, name := range []string{"AutoAcceptEnabled", "ZoneAffinityEnabled"} {
					g.maybe(in, name, func() any { return g.IntN(2) == 0 })
				}
				g.maybe(in, "Tag", func() any { return linkTags(g) })
				return in
			},
			"UpdateVpcEndpointServiceAttribute": func(g *gen) tree {
				in := linkWrite(g, linkService(g))
				g.maybe(in, "ServiceDescription", func() any { return g.text(1, 50) })
				g.maybe(in, "ConnectBandwidth", func() any { return g.number(100, 10240) })
				g.maybe(in, "AddressIpVersion", func() any { return pick(g, "IPv4", "DualStack") })
				for _, name := range []string{"AutoAcceptEnabled", "ZoneAffinityEnabled", "ServiceSupportIPv6"} {
					g.maybe(in, name, func() any { return g.IntN(2) == 0 })
				}
				for _, name := range []string{"AddSupportedRegionSet", "DeleteSupportedRegionSet"} {
					g.maybe(in, name, func() any { return g.list(0, 5, func() any { return g.text(1, 20) }) })
				}
				return in
			},
			"DeleteVpcEndpointService": func(g *gen) tree { return linkWrite(g, linkService(g)) },
			"AttachResourceToVpcEndpointService": func(g *gen) tree {
				in := linkResource(g)
				in["ResourceType"], in["ZoneId"] = pick(g, "slb", "alb", "nlb", "gwlb"), g.text(1, 20)
				return in
			},
			"DetachResourceFromVpcEndpointService": func(g *gen) tree {
				in := linkResource(g)
				g.maybe(in, "ResourceType", func() any { return "slb" })
				return in
			},
			"UpdateVpcEndpointServiceResourceAttribute": func(g *gen) tree {
				in := linkResource(g)
				in["AutoAllocatedEnabled"] = g.IntN(2) == 0
				return in
			},
			"ListVpcEndpointServiceResources":  func(g *gen) tree { return linkPage(g, linkService(g), 50) },
			"AddUserToVpcEndpointService":      linkUser,
			"RemoveUserFromVpcEndpointService": linkUser,
			"ListVpcEndpointServiceUsers": func(g *gen) tree {
				in := linkPage(g, linkService(g), 50)
				g.maybe(in, "UserId", func() any { return linkAccount(g) })
				g.maybe(in, "UserListType", func() any { return g.text(1, 20) })
				return in
			},
			"ChangeResourceGroup": func(g *gen) tree {
				in := tree{"ResourceGroupId": g.text(1, 20), "ResourceId": g.text(1, 20)}
				g.maybe(in, "ResourceType", func() any { return pick(g, "VpcEndpoint", "VpcEndpointService") })
				return in
			},
			"DescribeRegions": func(g *gen) tree { return linkSome(g, tree{}, "RegionId", "ServiceResourceType") },
			"DescribeZones": func(g *gen) tree {
				in := linkSome(g, tree{}, "RegionId", "ServiceResourceType")
				if g.IntN(2) == 0 {
					in["CrossRegion"] = true
					g.maybe(in, "CrossRegionSide", func() any { return pick(g, "Endpoint", "EndpointService") })
				}
				return in
			},
			"CheckProductOpen": func(*gen) tree { return tree{} },
			"OpenPrivateLinkService": func(g *gen) tree {
				in := tree{}
				g.maybe(in, "OwnerId", func() any { return linkAccount(g) })
				return in
			},
			"ListVpcEndpoints": func(g *gen) tree {
				in := tree{}
				for _, name := range []string{
					"RegionId", "EndpointId", "EndpointName", "EndpointType", "EndpointStatus", "ConnectionStatus", "VpcId",
					"ServiceName", "ServiceRegionId", "ResourceGroupId", "NextToken",
				} {
					g.maybe(in, name, func() any { return g.text(1, 30) })
				}
				g.maybe(in, "AddressIpVersion", func() any { return pick(g, "IPv4", "DualStack") })
				g.maybe(in, "MaxResults", func() any { return g.number(1, 1000) })
				g.maybe(in, "Tag", func() any { return linkTags(g) })
				return in
			},
		},
	})
}

func linkEndpoint(g *gen) tree {
	in := tree{"EndpointId": g.text(1, 30)}
	g.maybe(in, "RegionId", func() any { return g.text(1, 20) })
	return in
}

func linkChange(g *gen) tree { return linkWrite(g, linkEndpoint(g)) }

// linkWrite adds what all operations have that change something.
func linkWrite(g *gen, in tree) tree {
	g.maybe(in, "ClientToken", func() any { return g.from(ascii, 1, 64) })
	g.maybe(in, "DryRun", func() any { return true })
	return in
}

// linkPage adds what all lists have.
func linkPage(g *gen, in tree, most int) tree {
	g.maybe(in, "NextToken", func() any { return g.text(1, 30) })
	g.maybe(in, "MaxResults", func() any { return g.number(1, most) })
	return in
}

func linkGroup(g *gen) tree {
	in := linkChange(g)
	in["SecurityGroupId"] = g.text(1, 20)
	return in
}

func linkTagged(g *gen) tree {
	in := tree{"ResourceType": pick(g, "vpcendpoint", "vpcendpointservice", "VpcEndpoint"), "ResourceId": g.list(1, 50, func() any { return g.text(1, 20) })}
	g.maybe(in, "RegionId", func() any { return g.text(1, 20) })
	return in
}

// linkSome adds some of the parameters, which are texts.
func linkSome(g *gen, in tree, names ...string) tree {
	for _, name := range names {
		g.maybe(in, name, func() any { return g.text(1, 30) })
	}
	return in
}

// linkAccount returns the number of an account, which a float64 may not hold.
func linkAccount(g *gen) any { return g.number(1, 1<<62) }

func linkService(g *gen) tree { return linkSome(g, tree{"ServiceId": g.text(1, 30)}, "RegionId") }

func linkResource(g *gen) tree {
	in := linkWrite(g, linkSome(g, linkService(g), "ZoneId"))
	in["ResourceId"] = g.text(1, 20)
	return in
}

func linkUser(g *gen) tree {
	in := linkWrite(g, linkService(g))
	in["UserId"] = linkAccount(g)
	g.maybe(in, "UserARN", func() any { return g.text(1, 40) })
	return in
}

func linkConnection(g *gen) tree {
	in := linkChange(g)
	in["ServiceId"] = g.text(1, 30)
	return in
}

func linkBandwidth(g *gen) tree {
	in := linkConnection(g)
	g.maybe(in, "Bandwidth", func() any { return g.number(100, 50000) })
	g.maybe(in, "TrafficControlMode", func() any { return pick(g, "Scalability", "BandwidthLimit") })
	return in
}

func linkZone(g *gen) tree {
	in := linkConnection(g)
	in["ZoneId"] = g.text(1, 20)
	return in
}

func linkTags(g *gen) any {
	return g.list(0, 20, func() any {
		tag := tree{"Key": g.text(1, 64)}
		g.maybe(tag, "Value", func() any { return g.text(1, 128) })
		return tag
	})
}

// A teaPrivateLink is a client that knows the region of its configuration.
type teaPrivateLink struct {
	*sdk.Client
	region string
}

func newPrivateLink(e env, rt http.RoundTripper) (*sdk.Client, error) {
	c, err := sdk.NewClient(teaConfig(e, rt))
	c.Client.DisableSDKError = &e.typed
	return c, err
}

// TestLifePrivateLink runs the life of endpoints, with the newer SDK.
func TestLifePrivateLink(t *testing.T) {
	srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(50*time.Millisecond), privatelinktest.GoneAfter(20*time.Millisecond))
	srv.AddNetwork(privatelinktest.VpcID, "vsw-2", "cn-hangzhou-k")
	e := serve(t, srv)
	e.region, e.id, e.secret = privatelinktest.Region, privatelinktest.AccessKeyID, privatelinktest.AccessKeySecret
	c, err := newPrivateLink(e, http.DefaultTransport)
	if err != nil {
		t.Fatal(err)
	}
	region := tea.String(privatelinktest.Region)
	request := func(name string) *sdk.CreateVpcEndpointRequest {
		return &sdk.CreateVpcEndpointRequest{
			RegionId: region, EndpointName: tea.String(name), VpcId: tea.String(privatelinktest.VpcID), ServiceId: tea.String(privatelinktest.ServiceID),
			SecurityGroupId: []*string{tea.String(privatelinktest.SecurityGroupID)},
			Zone:            []*sdk.CreateVpcEndpointRequestZone{{ZoneId: tea.String(privatelinktest.ZoneID), VSwitchId: tea.String(privatelinktest.VSwitchID), Ip: tea.String("10.0.0.1")}},
			Tag:             []*sdk.CreateVpcEndpointRequestTag{{Key: tea.String("k"), Value: tea.String("")}},
			ClientToken:     tea.String("token-" + name), EndpointDescription: tea.String("a b*~+/é"),
		}
	}
	names := []string{"one", "two", "three", "four", "five"}
	var ids []string
	for _, name := range names {
		out, err := c.CreateVpcEndpoint(request(name))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, *out.Body.EndpointId)
	}
	again, err := c.CreateVpcEndpoint(request("one"))
	if err != nil || *again.Body.EndpointId != ids[0] {
		t.Errorf("a repeat with the same token: %v, %v", again, err)
	}
	changed := request("one")
	changed.EndpointName = tea.String("other")
	_, err = c.CreateVpcEndpoint(changed)
	teaRefused(t, err, 400, "IdempotentParameterMismatch")
	get := func() *sdk.GetVpcEndpointAttributeResponseBody {
		t.Helper()
		out, err := c.GetVpcEndpointAttribute(&sdk.GetVpcEndpointAttributeRequest{RegionId: region, EndpointId: &ids[0]})
		if err != nil {
			t.Fatal(err)
		}
		return out.Body
	}
	until(t, func() bool { return *get().EndpointStatus == "Active" && *get().ConnectionStatus == "Connected" })
	if got := get(); *got.EndpointName != "one" || *got.EndpointDescription != "a b*~+/é" || *got.VpcId != privatelinktest.VpcID || *got.Bandwidth == 0 || *got.Payer != "Endpoint" {
		t.Errorf("%v", got)
	}
	var listed []string
	pages := 0
	for in := (&sdk.ListVpcEndpointsRequest{RegionId: region, MaxResults: tea.Int32(2)}); pages == 0 || tea.StringValue(in.NextToken) != ""; pages++ {
		out, err := c.ListVpcEndpoints(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range out.Body.Endpoints {
			listed = append(listed, *item.EndpointName)
			if len(item.Tags) != 1 || *item.Tags[0].Key != "k" {
				t.Errorf("tags %v", item.Tags)
			}
		}
		in.NextToken = out.Body.NextToken
	}
	if !slices.Equal(names, listed) || pages != 3 {
		t.Errorf("%v in %d pages", listed, pages)
	}
	zones := func() map[string]string {
		t.Helper()
		states := map[string]string{}
		for in := (&sdk.ListVpcEndpointZonesRequest{RegionId: region, EndpointId: &ids[0], MaxResults: tea.Int32(1)}); in != nil; {
			out, err := c.ListVpcEndpointZones(in)
			if err != nil {
				t.Fatal(err)
			}
			for _, z := range out.Body.Zones {
				if *z.EniId == "" || *z.EniIp == "" || !strings.HasPrefix(*z.ZoneDomain, ids[0]+"-"+*z.ZoneId) || *z.RegionId != *region {
					t.Errorf("%v", z)
				}
				states[*z.ZoneId+" "+*z.VSwitchId] = *z.ZoneStatus
			}
			if in.NextToken = out.Body.NextToken; tea.StringValue(in.NextToken) == "" {
				in = nil
			}
		}
		return states
	}
	const first, second = privatelinktest.ZoneID + " " + privatelinktest.VSwitchID, "cn-hangzhou-k vsw-2"
	if got := zones(); len(got) != 1 || got[first] != "Connected" {
		t.Errorf("zones %v", got)
	}
	add := &sdk.AddZoneToVpcEndpointRequest{
		RegionId: region, EndpointId: &ids[0], ZoneId: tea.String("cn-hangzhou-k"), VSwitchId: tea.String("vsw-2"), Ip: tea.String("10.0.0.2"), ClientToken: tea.String("add"),
	}
	for range 2 { // with one token
		if _, err := c.AddZoneToVpcEndpoint(add); err != nil {
			t.Fatal(err)
		}
	}
	until(t, func() bool { return zones()[second] == "Connected" })
	add.ClientToken = nil
	_, err = c.AddZoneToVpcEndpoint(add)
	teaRefused(t, err, 400, "EndpointZoneDuplicated")
	remove := &sdk.DeleteVpcEndpointRequest{RegionId: region, EndpointId: &ids[0], DryRun: tea.Bool(true)}
	_, err = c.DeleteVpcEndpoint(remove)
	teaRefused(t, err, 400, "EndpointOperationDenied")
	for zone := range zones() {
		id, _, _ := strings.Cut(zone, " ")
		out := &sdk.RemoveZoneFromVpcEndpointRequest{RegionId: region, EndpointId: &ids[0], ZoneId: &id}
		if _, err := c.RemoveZoneFromVpcEndpoint(out); err != nil {
			t.Fatal(err)
		}
		until(t, func() bool { return zones()[zone] == "" })
		_, err = c.RemoveZoneFromVpcEndpoint(out)
		teaRefused(t, err, 400, "EndpointZoneNotFound")
	}
	_, err = c.DeleteVpcEndpoint(remove)
	teaRefused(t, err, 400, "DryRunOperation")
	remove.DryRun = nil
	if _, err := c.DeleteVpcEndpoint(remove); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool {
		_, err := c.GetVpcEndpointAttribute(&sdk.GetVpcEndpointAttributeRequest{RegionId: region, EndpointId: &ids[0]})
		f, _ := teaFailure(err)
		return f.Code == "EndpointNotFound"
	})

	// What a fake refuses by itself.
	bad := request("bad")
	bad.ServiceId, bad.ClientToken = tea.String("epsrv-none"), nil
	_, err = c.CreateVpcEndpoint(bad)
	teaRefused(t, err, 400, "EndpointServiceNotFound")
	srv.Inject("ListVpcEndpoints", privatelinktest.Throttle, privatelinktest.ServerError)
	_, err = c.ListVpcEndpoints(&sdk.ListVpcEndpointsRequest{RegionId: region})
	teaRefused(t, err, 400, "Throttling.User")
	_, err = c.ListVpcEndpoints(&sdk.ListVpcEndpointsRequest{RegionId: region})
	teaRefused(t, err, 500, "InternalError")
	e.secret = "wrong"
	if c, err = newPrivateLink(e, http.DefaultTransport); err != nil {
		t.Fatal(err)
	}
	_, err = c.ListVpcEndpoints(&sdk.ListVpcEndpointsRequest{RegionId: region})
	teaRefused(t, err, 403, "SignatureDoesNotMatch")
}

// TestLifePrivateLinkOld does so with the older SDK, and its older signature.
func TestLifePrivateLinkOld(t *testing.T) {
	srv := privatelinktest.NewServer(privatelinktest.ReadyAfter(20*time.Millisecond), privatelinktest.GoneAfter(20*time.Millisecond))
	e := serve(t, srv)
	host := strings.TrimPrefix(e.endpoint, "http://")
	c, err := old.NewClientWithAccessKey(privatelinktest.Region, privatelinktest.AccessKeyID, privatelinktest.AccessKeySecret)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for range 3 {
		in := old.CreateCreateVpcEndpointRequest()
		in.Domain, in.EndpointDescription, in.VpcId, in.ServiceId = host, "a b*~+/é", privatelinktest.VpcID, privatelinktest.ServiceID
		in.SecurityGroupId, in.Tag = &[]string{privatelinktest.SecurityGroupID}, &[]old.CreateVpcEndpointTag{{Key: "k", Value: "v"}}
		out, err := c.CreateVpcEndpoint(in)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, out.EndpointId)
	}
	get := func(id string) (*old.GetVpcEndpointAttributeResponse, error) {
		in := old.CreateGetVpcEndpointAttributeRequest()
		in.Domain, in.EndpointId = host, id
		return c.GetVpcEndpointAttribute(in)
	}
	until(t, func() bool {
		out, err := get(ids[0])
		if err != nil || out.EndpointDescription != "a b*~+/é" {
			t.Fatal(out, err)
		}
		return out.ConnectionStatus == "Connected"
	})
	list := old.CreateListVpcEndpointsRequest()
	var listed []string
	for more := true; more; {
		next := list.NextToken
		list = old.CreateListVpcEndpointsRequest()
		list.Domain, list.MaxResults, list.NextToken = host, "2", next
		out, err := c.ListVpcEndpoints(list)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range out.Endpoints {
			listed = append(listed, item.EndpointId)
		}
		list.NextToken, more = out.NextToken, out.NextToken != ""
	}
	if !slices.Equal(ids, listed) {
		t.Errorf("listed %v", listed)
	}
	zones := func() map[string]string {
		in := old.CreateListVpcEndpointZonesRequest()
		in.Domain, in.EndpointId = host, ids[0]
		out, err := c.ListVpcEndpointZones(in)
		if err != nil {
			t.Fatal(err)
		}
		states := map[string]string{}
		for _, z := range out.Zones {
			states[z.ZoneId] = z.ZoneStatus
		}
		return states
	}
	add := old.CreateAddZoneToVpcEndpointRequest()
	add.Domain, add.EndpointId, add.ZoneId, add.VSwitchId = host, ids[0], privatelinktest.ZoneID, privatelinktest.VSwitchID
	if _, err := c.AddZoneToVpcEndpoint(add); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return zones()[privatelinktest.ZoneID] == "Connected" })
	out := old.CreateRemoveZoneFromVpcEndpointRequest()
	out.Domain, out.EndpointId, out.ZoneId = host, ids[0], privatelinktest.ZoneID
	if _, err := c.RemoveZoneFromVpcEndpoint(out); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return len(zones()) == 0 })
	remove := old.CreateDeleteVpcEndpointRequest()
	remove.Domain, remove.EndpointId = host, ids[0]
	if _, err := c.DeleteVpcEndpoint(remove); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool {
		_, err := get(ids[0])
		f, _ := oldFailure(err)
		return f.Code == "EndpointNotFound" && f.Status == 400 && f.RequestID != ""
	})
	c, err = old.NewClientWithAccessKey(privatelinktest.Region, privatelinktest.AccessKeyID, "wrong")
	if err != nil {
		t.Fatal(err)
	}
	_, err = get(ids[1])
	if f, _ := oldFailure(err); f.Code != "SignatureDoesNotMatch" || f.Status != 403 {
		t.Errorf("got %v", err)
	}
}

func teaRefused(t *testing.T, err error, status int, code string) {
	t.Helper()
	if f, _ := teaFailure(err); f.Code != code || f.Status != status || f.RequestID == "" {
		t.Errorf("got %+v (%v), want %d %s", f, err, status, code)
	}
}
