package privatelink

// A VpcEndpointService is a service that endpoints, also of other accounts,
// connect to. Behind it are load balancers of the account.
type VpcEndpointService struct {
	ServiceID             string                `json:"ServiceId" answer:"required"`
	ServiceName           string                `json:"ServiceName"`
	ServiceDomain         string                `json:"ServiceDomain"`
	ServiceDescription    string                `json:"ServiceDescription"`
	ServiceStatus         ServiceStatus         `json:"ServiceStatus" enum:"Creating,Pending,Active,Deleting"`
	ServiceBusinessStatus ServiceBusinessStatus `json:"ServiceBusinessStatus" enum:"Normal,FinancialLocked"`
	ServiceType           ServiceType           `json:"ServiceType" enum:"Interface,GatewayLoadBalancer"`
	ServiceResourceType   ServiceResourceType   `json:"ServiceResourceType" enum:"slb,alb,nlb,gwlb"`
	RegionID              string                `json:"RegionId"`
	ResourceGroupID       string                `json:"ResourceGroupId"`
	Payer                 Payer                 `json:"Payer" enum:"Endpoint,EndpointService"`
	AddressIPVersion      AddressIPVersion      `json:"AddressIpVersion" enum:"IPv4,DualStack"`
	AutoAcceptEnabled     bool                  `json:"AutoAcceptEnabled"`   // otherwise the owner must accept each connection
	ConnectBandwidth      int64                 `json:"ConnectBandwidth"`    // default bandwidth of a connection, Mbit/s
	MinBandwidth          int64                 `json:"MinBandwidth"`        // minimum bandwidth of a connection, Mbit/s
	MaxBandwidth          int64                 `json:"MaxBandwidth"`        // maximum bandwidth of a connection, Mbit/s
	ServiceSupportIPv6    bool                  `json:"ServiceSupportIPv6"`  // deprecated by the API: see AddressIPVersion
	ZoneAffinityEnabled   bool                  `json:"ZoneAffinityEnabled"` // domain names of endpoints resolve to the nearest zone first
	SupportedRegions      []SupportedRegion     `json:"SupportedRegionSet"`
	Zones                 []string              `json:"Zones"`      // in which it has resources; empty in lists
	CreateTime            string                `json:"CreateTime"` // ISO 8601
	Tags                  []Tag                 `json:"Tags"`       // in lists only
}

// A SupportedRegion is another region in which endpoints of a service are
// allowed.
type SupportedRegion struct {
	SupportedRegionID    string                `json:"SupportedRegionId" answer:"required"`
	ServiceRegionID      string                `json:"ServiceRegionId"`
	RegionServiceStatus  RegionServiceStatus   `json:"RegionServiceStatus" enum:"Pending,Available,Deleting,Failed,Closed"`
	RegionBusinessStatus ServiceBusinessStatus `json:"RegionBusinessStatus" enum:"Normal,FinancialLocked"`
}

// A ServiceStatus is the state of an endpoint service.
type ServiceStatus string

// The documented states.
const (
	ServiceStatusCreating ServiceStatus = "Creating"
	ServiceStatusPending  ServiceStatus = "Pending" // it is being changed
	ServiceStatusActive   ServiceStatus = "Active"
	ServiceStatusDeleting ServiceStatus = "Deleting"
)

// A ServiceBusinessStatus says whether an endpoint service is locked because of
// overdue payments.
type ServiceBusinessStatus string

// The documented states.
const (
	ServiceBusinessStatusNormal          ServiceBusinessStatus = "Normal"
	ServiceBusinessStatusFinancialLocked ServiceBusinessStatus = "FinancialLocked" // payments are overdue
)

// A RegionServiceStatus says whether endpoints can be in another region.
type RegionServiceStatus string

// The documented states.
const (
	RegionServiceStatusPending   RegionServiceStatus = "Pending"
	RegionServiceStatusAvailable RegionServiceStatus = "Available"
	RegionServiceStatusDeleting  RegionServiceStatus = "Deleting"
	RegionServiceStatusFailed    RegionServiceStatus = "Failed"
	RegionServiceStatusClosed    RegionServiceStatus = "Closed"
)

// A ServiceType says what the endpoints of a service lead to.
type ServiceType string

// The documented types.
const (
	ServiceTypeInterface           ServiceType = "Interface"
	ServiceTypeGatewayLoadBalancer ServiceType = "GatewayLoadBalancer"
)

// A ServiceResourceType is the type of the load balancers behind an endpoint
// service.
type ServiceResourceType string

// The documented kinds.
const (
	ServiceResourceSLB  ServiceResourceType = "slb" // a CLB instance
	ServiceResourceALB  ServiceResourceType = "alb"
	ServiceResourceNLB  ServiceResourceType = "nlb"
	ServiceResourceGWLB ServiceResourceType = "gwlb"
)

// zonal reports whether resources of the kind are given to a service in one zone.
func (kind ServiceResourceType) zonal() bool {
	return kind == ServiceResourceALB || kind == ServiceResourceNLB || kind == ServiceResourceGWLB
}
