package privatelink

import "strings"

// A VpcEndpointZone is a zone in which an endpoint has a network interface.
type VpcEndpointZone struct {
	ZoneID          string     `json:"ZoneId"`
	ZoneStatus      ZoneStatus `json:"ZoneStatus"`
	ZoneDomain      string     `json:"ZoneDomain"` // resolves to the interface; of use once the zone is connected
	RegionID        string     `json:"RegionId"`
	VSwitchID       string     `json:"VSwitchId"` // where the interface is
	ENIID           string     `json:"EniId"`     // of the network interface
	ENIIP           string     `json:"EniIp"`     // its IPv4 address
	ZoneIpv6Address string     `json:"ZoneIpv6Address"`
}

// A ZoneStatus is a stage in the life of a zone of an endpoint. Compare it with
// [strings.EqualFold].
type ZoneStatus string

// The documented stages.
const (
	ZoneStatusCreating      ZoneStatus = "Creating"
	ZoneStatusWait          ZoneStatus = "Wait" // the zone is there, its connection is not yet
	ZoneStatusConnecting    ZoneStatus = "Connecting"
	ZoneStatusConnected     ZoneStatus = "Connected"
	ZoneStatusDisconnecting ZoneStatus = "Disconnecting"
	ZoneStatusDisconnected  ZoneStatus = "Disconnected"
	ZoneStatusMigrating     ZoneStatus = "Migrating" // the connection moves to another resource of the service
	ZoneStatusMigrated      ZoneStatus = "Migrated"
	ZoneStatusDeleting      ZoneStatus = "Deleting"
)

// is compares without case, as the service does not keep to one elsewhere.
func (s ZoneStatus) is(other ZoneStatus) bool {
	return strings.EqualFold(string(s), string(other))
}
