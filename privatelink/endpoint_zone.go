package privatelink

// A VpcEndpointZone is a zone in which an endpoint has a network interface.
type VpcEndpointZone struct {
	ZoneID          string     `json:"ZoneId" answer:"required"`
	ZoneStatus      ZoneStatus `json:"ZoneStatus" enum:"Creating,Wait,Connecting,Connected,Disconnecting,Disconnected,Migrating,Migrated,Deleting"`
	ZoneDomain      string     `json:"ZoneDomain"` // resolves to the interface; of use once the zone is connected
	RegionID        string     `json:"RegionId"`
	VSwitchID       string     `json:"VSwitchId"` // where the interface is
	ENIID           string     `json:"EniId"`     // of the network interface
	ENIIP           string     `json:"EniIp"`     // its IPv4 address
	ZoneIpv6Address string     `json:"ZoneIpv6Address"`
}

// A ZoneStatus is the state of a zone of an endpoint.
type ZoneStatus string

// The documented states.
const (
	ZoneStatusCreating      ZoneStatus = "Creating"
	ZoneStatusWait          ZoneStatus = "Wait" // the zone exists, its connection does not yet
	ZoneStatusConnecting    ZoneStatus = "Connecting"
	ZoneStatusConnected     ZoneStatus = "Connected"
	ZoneStatusDisconnecting ZoneStatus = "Disconnecting"
	ZoneStatusDisconnected  ZoneStatus = "Disconnected"
	ZoneStatusMigrating     ZoneStatus = "Migrating" // the connection moves to another resource of the service
	ZoneStatusMigrated      ZoneStatus = "Migrated"
	ZoneStatusDeleting      ZoneStatus = "Deleting"
)
