package privatelink

import (
	"net/netip"
	"unicode"

	"github.com/accesspoint-go/accesspoint/internal/check"
)

// A VpcEndpoint connects a VPC to an endpoint service: it has network
// interfaces in zones of the VPC, and a domain name that resolves to them.
type VpcEndpoint struct {
	EndpointID             string                 `json:"EndpointId" answer:"required"`
	EndpointName           string                 `json:"EndpointName"`
	EndpointDescription    string                 `json:"EndpointDescription"`
	EndpointType           EndpointType           `json:"EndpointType" enum:"Interface,Reverse,GatewayLoadBalancer"`
	EndpointDomain         string                 `json:"EndpointDomain"` // resolves to the interfaces
	EndpointStatus         EndpointStatus         `json:"EndpointStatus" enum:"Creating,Active,Pending,Deleting"`
	ConnectionStatus       ConnectionStatus       `json:"ConnectionStatus" enum:"Pending,Connecting,Connected,Disconnecting,Disconnected,Deleting,ServiceDeleted"`
	EndpointBusinessStatus EndpointBusinessStatus `json:"EndpointBusinessStatus" enum:"Normal,FinancialLocked"`
	RegionID               string                 `json:"RegionId"`
	VpcID                  string                 `json:"VpcId"`
	ServiceID              string                 `json:"ServiceId"`
	ServiceName            string                 `json:"ServiceName"`
	ServiceRegionID        string                 `json:"ServiceRegionId"`
	ResourceGroupID        string                 `json:"ResourceGroupId"`
	ResourceOwner          bool                   `json:"ResourceOwner"`                         // it belongs to the caller's account
	Payer                  Payer                  `json:"Payer" enum:"Endpoint,EndpointService"` // empty in lists
	AddressIPVersion       AddressIPVersion       `json:"AddressIpVersion" enum:"IPv4,DualStack"`
	Bandwidth              int64                  `json:"Bandwidth"`            // of the connection, Mbit/s
	CrossRegionBandwidth   int64                  `json:"CrossRegionBandwidth"` // Mbit/s; 0 if the service is in the same region
	PolicyDocument         string                 `json:"PolicyDocument"`       // JSON
	ProtectedEnabled       bool                   `json:"ProtectedEnabled"`     // only the identity that created it may change it through STS
	ZoneAffinityEnabled    bool                   `json:"ZoneAffinityEnabled"`  // EndpointDomain resolves to the nearest zone first

	// ZonePrivateIPAddressCount is the number of addresses in each zone; 0 in
	// lists.
	ZonePrivateIPAddressCount int64  `json:"ZonePrivateIpAddressCount"`
	CreateTime                string `json:"CreateTime"` // ISO 8601
	Tags                      []Tag  `json:"Tags"`       // in lists only
}

// An EndpointType says what an endpoint leads to.
type EndpointType string

// The documented types.
const (
	EndpointTypeInterface           EndpointType = "Interface"           // an ALB, CLB or NLB instance
	EndpointTypeReverse             EndpointType = "Reverse"             // a VPC NAT gateway, as services of Alibaba Cloud and its partners have it
	EndpointTypeGatewayLoadBalancer EndpointType = "GatewayLoadBalancer" // a GWLB instance; takes no security group
)

// An EndpointStatus is the state of an endpoint.
type EndpointStatus string

// The documented states.
const (
	EndpointStatusCreating EndpointStatus = "Creating"
	EndpointStatusActive   EndpointStatus = "Active"  // usable, once it is connected
	EndpointStatusPending  EndpointStatus = "Pending" // it is being changed
	EndpointStatusDeleting EndpointStatus = "Deleting"
)

// A ConnectionStatus is the state of the connection from an endpoint to its
// service.
type ConnectionStatus string

// The documented states.
const (
	ConnectionStatusPending        ConnectionStatus = "Pending" // it is being changed
	ConnectionStatusConnecting     ConnectionStatus = "Connecting"
	ConnectionStatusConnected      ConnectionStatus = "Connected"
	ConnectionStatusDisconnecting  ConnectionStatus = "Disconnecting"
	ConnectionStatusDisconnected   ConnectionStatus = "Disconnected" // not accepted yet, or rejected, by the service's owner
	ConnectionStatusDeleting       ConnectionStatus = "Deleting"
	ConnectionStatusServiceDeleted ConnectionStatus = "ServiceDeleted" // the service is gone
)

// An EndpointBusinessStatus says whether an endpoint is locked because of
// overdue payments.
type EndpointBusinessStatus string

// The documented states.
const (
	EndpointBusinessStatusNormal          EndpointBusinessStatus = "Normal"
	EndpointBusinessStatusFinancialLocked EndpointBusinessStatus = "FinancialLocked" // payments are overdue
)

// An AddressIPVersion says which addresses an endpoint has.
type AddressIPVersion string

// The documented versions.
const (
	AddressIPVersionIPv4      AddressIPVersion = "IPv4"
	AddressIPVersionDualStack AddressIPVersion = "DualStack" // the service and the VPC must be dual-stack too
)

// A Payer is the side that pays for an endpoint.
type Payer string

// The documented sides.
const (
	PayerEndpoint        Payer = "Endpoint"
	PayerEndpointService Payer = "EndpointService"
)

// A Zone is a zone in which an endpoint gets a network interface.
type Zone struct {
	ZoneID      string `rpc:"ZoneId"`      // must be a zone of the service
	VSwitchID   string `rpc:"VSwitchId"`   // must be in the zone and the VPC
	IP          string `rpc:"ip"`          // IPv4 address; default: a free one of the vSwitch
	Ipv6Address string `rpc:"Ipv6Address"` // only with AddressIPVersionDualStack
}

func isIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

func isIPv6(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && a.Zone() == ""
}

// A Tag labels a resource.
type Tag struct {
	// Key has 1 to 64 characters, with neither http:// nor https:// in it. Unless it
	// is a filter, it starts with neither aliyun nor acs:.
	Key string `rpc:"Key" json:"Key"`
	// Value has up to 128 characters, with neither http:// nor https:// in it.
	// Unless it is a filter, it starts with neither aliyun nor acs:. As a filter, an
	// empty one is not sent.
	Value string `rpc:"Value" json:"Value"`
}

// maxTags is the number of tags that a request may have.
const maxTags = 20

func tagKey(t Tag) string { return t.Key }

// tagRules are the rules of a tag that is given to a resource. The page of
// CreateVpcEndpoint has none; these are those of the operations that only tag.
func tagRules(t Tag) []check.Problem {
	return append(tagFilterRules(t), check.All(
		check.NoPrefix("Key", t.Key, "aliyun", "acs:"),
		check.NoPrefix("Value", t.Value, "aliyun", "acs:"))...)
}

// tagFilterRules are the rules of a tag that resources are looked up by, which may
// be one of those that Alibaba Cloud and its tools leave, such as acs:ros:stackId.
func tagFilterRules(t Tag) []check.Problem {
	return check.All(
		check.Required("Key", t.Key),
		check.Length("Key", t.Key, 1, 64),
		check.Lacks("Key", t.Key, "http://", "https://"),
		check.Length("Value", t.Value, 0, 128),
		check.Lacks("Value", t.Value, "http://", "https://"),
	)
}

// endpointName reports whether s starts with a letter and goes on with letters,
// digits, underscores and hyphens. The comments of the official SDK count
// Chinese characters among the letters, the page does not.
func endpointName(s string) bool {
	for i, r := range s {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || unicode.Is(unicode.Han, r)
		if !letter && (i == 0 || (r < '0' || '9' < r) && r != '_' && r != '-') {
			return false
		}
	}
	return true
}
