package privatelinktest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// A zone is one that an endpoint has an interface in.
type zone struct {
	id      string
	fields  map[string]any // as they are answered
	place   int            // in the order of addition
	added   time.Time
	removed time.Time // zero unless it is being removed
	links   []link    // what the owner of the service made of its connection

	resource, replaced string // of the service, that it is connected to, and was before
}

// zonesOf returns the zones that an endpoint had at the time now, and drops those
// that no read will find any more.
func (s *Server) zonesOf(e *endpoint, now time.Time) (zones []*zone) {
	e.zones = slices.DeleteFunc(e.zones, func(z *zone) bool { return s.forgotten(z.removed) })
	for _, z := range e.zones {
		if s.existed(z.added, z.removed, now) {
			zones = append(zones, z)
		}
	}
	return zones
}

// zoneState returns the state that a zone of an endpoint had at the time now. The
// pages name Creating, Wait and Deleting; that a zone waits for the connection of
// its endpoint is assumed.
func (s *Server) zoneState(e *endpoint, z *zone, now time.Time) privatelink.ZoneStatus {
	_, connection := s.state(e, now)
	age := now.Sub(z.added)
	switch {
	case !z.removed.IsZero() && !now.Before(z.removed):
		return privatelink.ZoneStatusDeleting
	case age < s.readyAfter/2:
		return privatelink.ZoneStatusCreating
	case z.replaced != "" && connection == privatelink.ConnectionStatusConnected:
		return privatelink.ZoneStatusMigrated
	case len(z.links) > 0 && !now.Before(z.links[0].from) && connection == privatelink.ConnectionStatusConnected:
		return privatelink.ZoneStatus(s.linkState(z.links, now))
	case age >= s.readyAfter && connection == privatelink.ConnectionStatusConnected:
		return privatelink.ZoneStatusConnected
	}
	return privatelink.ZoneStatusWait
}

// addZone puts an interface of an endpoint into a vSwitch, or into a zone, and
// nowhere if neither is named. Which address it gets if none is named is assumed.
func (s *Server) addZone(e *endpoint, zoneID, vSwitchID, ip, ipv6 string) {
	zoneID = cmp.Or(zoneID, s.vSwitches[vSwitchID].zone)
	if zoneID == "" {
		return
	}
	s.interfaces++
	n := s.interfaces
	if ipv6 == "" && e.dualStack() {
		ipv6 = fmt.Sprintf("fd00::%x", n)
	}
	e.zones = append(e.zones, &zone{id: zoneID, place: n, added: time.Now(), resource: s.service(e.get("ServiceId"), time.Now()).allocate(zoneID), fields: map[string]any{
		"ZoneId":          zoneID,
		"VSwitchId":       vSwitchID,
		"RegionId":        Region,
		"EniId":           fmt.Sprintf("eni-%016x", n),
		"EniIp":           cmp.Or(ip, fmt.Sprintf("192.168.%d.%d", n>>8&255, n&255)),
		"ZoneIpv6Address": ipv6,
		"ZoneDomain":      fmt.Sprintf("%s-%s.%s.%s.privatelink.aliyuncs.com", e.id, zoneID, e.get("ServiceId"), Region),
	}})
}

func (e *endpoint) dualStack() bool {
	return e.get("AddressIpVersion") == string(privatelink.AddressIPVersionDualStack)
}

// checkPlace refuses a zone, or a vSwitch in it, that is not there. Either may be
// empty.
func (s *Server) checkPlace(vpcID, zoneID, vSwitchID string) *fake.Refusal {
	vSwitch, known := s.vSwitches[vSwitchID]
	switch {
	case vSwitchID != "" && !known,
		known && vSwitch.vpc != vpcID, // the code of this one and the next is assumed
		known && zoneID != "" && vSwitch.zone != zoneID && s.zones[zoneID]:
		return refuse(privatelink.CodeVSwitchNotFound, "There is no such vSwitch in the VPC and the zone.")
	case zoneID != "" && !s.zones[zoneID]:
		return refuse(privatelink.CodeServiceNotSupportedZone, "The service is not in the zone.")
	}
	return nil
}

// busy refuses a change to an endpoint that is changing already. The service takes one at a time; the codes are among those on which terraform's
// provider repeats the calls, and which of them stands for what is assumed.
func (s *Server) busy(e *endpoint) *fake.Refusal {
	now := time.Now()
	status, connection := s.state(e, now)
	switch {
	case status != privatelink.EndpointStatusActive:
		return refuse(privatelink.CodeEndpointOperationDenied, "The endpoint is "+string(status)+".")
	case connection == privatelink.ConnectionStatusConnecting || connection == privatelink.ConnectionStatusDisconnecting:
		return refuse(privatelink.CodeEndpointConnectionOperationDenied, "The connection is "+string(connection)+".")
	}
	for _, z := range s.zonesOf(e, now) {
		switch s.zoneState(e, z, now) {
		case privatelink.ZoneStatusCreating, privatelink.ZoneStatusDeleting:
			return refuse(privatelink.CodeConcurrentCallNotSupported, "Another zone of the endpoint is changing.")
		}
	}
	return nil
}

// change runs an operation that changes the endpoint that a call names: check refuses
// it, apply does it.
func (s *Server) change(call *fake.Call, check func(*endpoint) *fake.Refusal, apply func(*endpoint)) (fake.Answer, *fake.Refusal) {
	return s.once(call, func() (func(), *fake.Refusal) {
		e, refusal := s.find(call, time.Now())
		if refusal == nil {
			refusal = cmp.Or(s.busy(e), check(e))
		}
		return func() { apply(e) }, refusal
	})
}

func (s *Server) addZoneToVpcEndpoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	q := call.Params
	zoneID, vSwitchID, ipv6 := q.Get("ZoneId"), q.Get("VSwitchId"), q.Get("Ipv6Address")
	return s.change(call, func(e *endpoint) *fake.Refusal {
		switch {
		case s.zone(e, zoneID) != nil:
			return refuse(privatelink.CodeEndpointZoneDuplicated, "The endpoint is in the zone already.")
		case ipv6 != "" && !e.dualStack():
			return refuse(privatelink.CodeAddressIPVersionNotSupportedSpecifyIpv6, "The endpoint has IPv4 addresses only.")
		}
		return s.checkPlace(e.get("VpcId"), zoneID, vSwitchID)
	}, func(e *endpoint) {
		s.addZone(e, zoneID, vSwitchID, q.Get("ip"), ipv6)
	})
}

func (s *Server) removeZoneFromVpcEndpoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	zoneID := call.Params.Get("ZoneId")
	return s.change(call, func(e *endpoint) *fake.Refusal {
		if s.zone(e, zoneID) == nil { // the status is assumed
			return refuse(privatelink.CodeEndpointZoneNotFound, "The endpoint is not in the zone.")
		}
		return nil
	}, func(e *endpoint) {
		s.zone(e, zoneID).removed = time.Now()
	})
}

// zone returns a zone of an endpoint, or nil.
func (s *Server) zone(e *endpoint, id string) *zone {
	for _, z := range s.zonesOf(e, time.Now()) {
		if z.id == id {
			return z
		}
	}
	return nil
}

func (s *Server) listVpcEndpointZones(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, refusal := s.find(call, s.fake.AsOf())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	items := []map[string]any{}
	places := map[string]int{}
	for _, z := range e.zones {
		if now := s.fake.ListAsOf(call); s.existed(z.added, z.removed, now) {
			m := maps.Clone(z.fields)
			m["ZoneStatus"] = fake.Spelled(&s.fake, s.zoneState(e, z, now))
			items = append(items, m)
			places[z.id] = z.place
		}
	}
	return s.list(call, "Zones", items, func(item map[string]any) int { return places[item["ZoneId"].(string)] })
}
