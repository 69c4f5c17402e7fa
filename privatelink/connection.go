package privatelink

// A VpcEndpointConnection is the connection from an endpoint to a service, as the
// owner of the service sees it.
type VpcEndpointConnection struct {
	EndpointID         string                      `json:"EndpointId" answer:"required"`
	EndpointOwnerID    int64                       `json:"EndpointOwnerId"` // the account
	EndpointRegionID   string                      `json:"EndpointRegionId"`
	EndpointVpcID      string                      `json:"EndpointVpcId"`
	ServiceID          string                      `json:"ServiceId"`
	ServiceRegionID    string                      `json:"ServiceRegionId"`
	ConnectionStatus   ConnectionStatus            `json:"ConnectionStatus" enum:"Pending,Connecting,Connected,Disconnecting,Disconnected,Deleting,ServiceDeleted"`
	Bandwidth          int64                       `json:"Bandwidth"` // Mbit/s
	TrafficControlMode TrafficControlMode          `json:"TrafficControlMode" enum:"Scalability,BandwidthLimit"`
	ResourceGroupID    string                      `json:"ResourceGroupId"`
	ResourceOwner      bool                        `json:"ResourceOwner"` // both sides belong to one account
	ModifiedTime       string                      `json:"ModifiedTime"`  // ISO 8601
	Zones              []VpcEndpointConnectionZone `json:"Zones"`
}

// A VpcEndpointConnectionZone is a connection in one zone.
type VpcEndpointConnectionZone struct {
	ZoneID             string     `json:"ZoneId" answer:"required"`
	ZoneStatus         ZoneStatus `json:"ZoneStatus" enum:"Creating,Wait,Connecting,Connected,Disconnecting,Disconnected,Migrating,Migrated,Deleting"`
	ZoneDomain         string     `json:"ZoneDomain"`
	VSwitchID          string     `json:"VSwitchId"`
	ENIID              string     `json:"EniId"`
	ResourceID         string     `json:"ResourceId"` // resource of the service that the zone is connected to
	ReplacedENIID      string     `json:"ReplacedEniId"`
	ReplacedResourceID string     `json:"ReplacedResourceId"` // resource that it was connected to before it moved
}

// A TrafficControlMode says what bounds the traffic of a connection.
type TrafficControlMode string

// The documented modes.
const (
	TrafficControlModeScalability    TrafficControlMode = "Scalability"    // Bandwidth does not apply
	TrafficControlModeBandwidthLimit TrafficControlMode = "BandwidthLimit" // Bandwidth applies
)
