package privatelinktest

import (
	"strconv"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// accountID is the account that everything of a Server belongs to.
const accountID = 1234567890123456

func (s *Server) listVpcEndpointConnections(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	if q.Has("ServiceId") {
		if _, refusal := s.findService(call, s.fake.AsOf()); refusal != nil {
			return fake.Answer{}, refusal
		}
	}
	items := []map[string]any{}
	places := map[string]int{}
	for _, e := range s.endpoints {
		now := s.fake.ListAsOf(call)
		if !s.existed(e.created, e.deleted, now) {
			continue
		}
		m, status := s.describeConnection(e, now)
		listed := (q.Get("ConnectionStatus") == "" || q.Get("ConnectionStatus") == status) &&
			(q.Get("EndpointOwnerId") == "" || q.Get("EndpointOwnerId") == strconv.Itoa(accountID))
		for _, name := range []string{"EndpointId", "ServiceId", "ResourceGroupId"} {
			listed = listed && (q.Get(name) == "" || m[name] == q.Get(name))
		}
		for name, of := range map[string]string{"EniId": "EniId", "ResourceId": "ResourceId", "ReplacedResourceId": "ReplacedResourceId"} {
			in := q.Get(name) == ""
			for _, z := range m["Zones"].([]map[string]any) {
				in = in || z[of] == q.Get(name)
			}
			listed = listed && in
		}
		if listed {
			items = append(items, m)
			places[e.id] = e.place
		}
	}
	return s.list(call, "Connections", items, func(item map[string]any) int { return places[item["EndpointId"].(string)] })
}

// describeConnection returns the members that the connection of an endpoint had at
// the time now, and its state.
func (s *Server) describeConnection(e *endpoint, now time.Time) (map[string]any, string) {
	fields := e.fields.at(now)
	_, status := s.state(e, now)
	zones := []map[string]any{}
	for _, z := range e.zones {
		if s.existed(z.added, z.removed, now) {
			zones = append(zones, map[string]any{
				"ZoneId": z.id, "VSwitchId": z.fields["VSwitchId"], "EniId": z.fields["EniId"], "ZoneDomain": z.fields["ZoneDomain"],
				"ZoneStatus": fake.Spelled(&s.fake, s.zoneState(e, z, now)), "ResourceId": z.resource, "ReplacedResourceId": z.replaced,
			})
		}
	}
	modified := e.created
	for _, l := range e.links {
		if !now.Before(l.from) {
			modified = l.from
		}
	}
	mode, _ := fields["TrafficControlMode"].(string)
	return map[string]any{
		"EndpointId": e.id, "EndpointOwnerId": accountID, "EndpointRegionId": Region, "EndpointVpcId": fields["VpcId"],
		"ServiceId": fields["ServiceId"], "ServiceRegionId": fields["ServiceRegionId"], "ResourceGroupId": fields["ResourceGroupId"],
		"ResourceOwner": true, "Bandwidth": fields["Bandwidth"], "TrafficControlMode": mode, "Zones": zones,
		"ConnectionStatus": fake.Spelled(&s.fake, status), "ModifiedTime": modified.UTC().Format(time.RFC3339),
	}, string(status)
}

// changeConnection runs an operation on the connection that a call names: check
// refuses it for the state of the connection, apply does it.
func (s *Server) changeConnection(call *fake.Call, check func(*endpoint, privatelink.ConnectionStatus) *fake.Refusal, apply func(*endpoint)) (fake.Answer, *fake.Refusal) {
	return s.once(call, func() (func(), *fake.Refusal) {
		now := time.Now()
		v, refusal := s.findService(call, now)
		if refusal != nil {
			return nil, refusal
		}
		e, refusal := s.find(call, now)
		if refusal != nil || e.get("ServiceId") != v.id {
			return nil, refuse(privatelink.CodeEndpointConnectionNotFound, "The service has no connection from such an endpoint.")
		}
		status, connection := s.state(e, now)
		if status != privatelink.EndpointStatusActive {
			return nil, refuse(privatelink.CodeEndpointOperationDenied, "The endpoint is "+string(status)+".")
		}
		return func() { apply(e) }, check(e, connection)
	})
}

// isStill returns a refusal of a call for a connection that is not as it should be.
func isStill(connection privatelink.ConnectionStatus, want privatelink.ConnectionStatus) *fake.Refusal {
	if connection == want {
		return nil
	}
	return refuse(privatelink.CodeEndpointConnectionOperationDenied, "The connection is "+string(connection)+".")
}

// enableVpcEndpointConnection refuses a connection that is enabled. That this code
// stands for it is assumed, here and below.
func (s *Server) enableVpcEndpointConnection(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.changeConnection(call, func(e *endpoint, connection privatelink.ConnectionStatus) *fake.Refusal {
		if refusal := isStill(connection, privatelink.ConnectionStatusDisconnected); refusal != nil {
			return refusal
		}
		if staying(s.service(e.get("ServiceId"), time.Now()).resources) == 0 {
			return refuse(privatelink.CodeNoAvailableServiceResource, "The service has no resource.")
		}
		return nil
	}, func(e *endpoint) {
		e.tune(call.Params)
		s.connect(e, time.Now())
	})
}

// tune sets the bandwidth of a connection.
func (e *endpoint) tune(q fake.Params) {
	fields := given(q, "TrafficControlMode")
	if q.Has("Bandwidth") {
		fields["Bandwidth"] = q.Number("Bandwidth", 0)
	}
	e.set(fields)
}

func (s *Server) disableVpcEndpointConnection(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.changeConnection(call, func(_ *endpoint, connection privatelink.ConnectionStatus) *fake.Refusal {
		return isStill(connection, privatelink.ConnectionStatusConnected)
	}, func(e *endpoint) { e.links = append(e.links, link{from: time.Now()}) })
}

func (s *Server) updateVpcEndpointConnectionAttribute(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.changeConnection(call, func(_ *endpoint, connection privatelink.ConnectionStatus) *fake.Refusal {
		return isStill(connection, privatelink.ConnectionStatusConnected)
	}, func(e *endpoint) {
		e.tune(call.Params)
		e.links = append(e.links, link{from: time.Now(), on: true, tuned: true})
	})
}

// changeZone runs an operation on a zone of a connection: from are the states of the
// zone in which the service takes it.
func (s *Server) changeZone(call *fake.Call, apply func(*zone), from ...privatelink.ZoneStatus) (fake.Answer, *fake.Refusal) {
	id := call.Params.Get("ZoneId")
	return s.changeConnection(call, func(e *endpoint, connection privatelink.ConnectionStatus) *fake.Refusal {
		z := s.zone(e, id)
		if z == nil {
			return &fake.Refusal{Status: 404, Code: string(privatelink.CodeResourceNotFoundZone), Message: "The endpoint is not in the zone."}
		}
		if connection != privatelink.ConnectionStatusConnected {
			return refuse(privatelink.CodeConnectionStatusIncorrect, "The connection is "+string(connection)+".")
		}
		status := s.zoneState(e, z, time.Now())
		for _, state := range from {
			if status == state {
				return nil
			}
		}
		return refuse(privatelink.CodeZoneStatusIncorrect, "The zone is "+string(status)+".")
	}, func(e *endpoint) { apply(s.zone(e, id)) })
}

func (s *Server) enableVpcEndpointZoneConnection(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.changeZone(call, func(z *zone) { z.links = append(z.links, link{from: time.Now(), on: true}) }, privatelink.ZoneStatusDisconnected)
}

func (s *Server) disableVpcEndpointZoneConnection(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.changeZone(call, func(z *zone) {
		if call.Params.Get("ReplacedResource") == "true" {
			z.replaced = ""
			return
		}
		z.links = append(z.links, link{from: time.Now()})
	}, privatelink.ZoneStatusConnected, privatelink.ZoneStatusMigrated)
}

func (s *Server) updateVpcEndpointZoneConnectionResourceAttribute(call *fake.Call) (fake.Answer, *fake.Refusal) {
	q := call.Params
	return s.changeConnection(call, func(e *endpoint, connection privatelink.ConnectionStatus) *fake.Refusal {
		v := s.service(e.get("ServiceId"), time.Now())
		switch {
		case s.zone(e, q.Get("ZoneId")) == nil:
			return refuse(privatelink.CodeEndpointZoneNotFound, "The endpoint is not in the zone.")
		case q.Has("ResourceAllocateMode") && connection != privatelink.ConnectionStatusDisconnected,
			q.Has("ResourceReplaceMode") && connection != privatelink.ConnectionStatusConnected:
			return refuse(privatelink.CodeEndpointConnectionOperationDenied, "The connection is "+string(connection)+".")
		case q.Has("ResourceId") && resourceOf(v, q) == nil:
			return refuse(privatelink.CodeServiceResourceNotFound, "The service has no such resource in the zone.")
		}
		return nil
	}, func(e *endpoint) {
		v, z := s.service(e.get("ServiceId"), time.Now()), s.zone(e, q.Get("ZoneId"))
		before := z.resource
		if z.resource = q.Get("ResourceId"); q.Get("ResourceAllocateMode") == "Auto" {
			z.resource = v.allocate(z.id)
		}
		if q.Get("ResourceReplaceMode") == "Graceful" {
			z.replaced = before
		}
		v.changed()
	})
}
