package privatelinktest

import (
	"cmp"
	"maps"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// The codes in it are documented for Ip, Ipv6Address and AddressIpVersion. The
// others are formed like those, or, for what is missing, as the gateway of the
// RPC services forms them; which the service uses is assumed.
func (s *Server) createVpcEndpoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	made, refusal := s.used(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if made != nil {
		return answer(call, s.describeCreated(made.(*endpoint))), nil
	}
	service := q.Get("ServiceId")
	if service == "" {
		service = strings.TrimPrefix(q.Get("ServiceName"), serviceName(""))
	}
	if refusal := s.checkCreate(q, service); refusal != nil {
		return fake.Answer{}, refusal
	}
	if q.Get("DryRun") == "true" {
		return fake.Answer{}, passed()
	}
	now := time.Now()
	e := &endpoint{thing: thing{id: s.newID("ep"), place: s.created, created: now}}
	s.tag(&e.thing, q)
	e.fields.set(now, map[string]any{
		"EndpointId":                e.id,
		"EndpointName":              q.Get("EndpointName"),
		"EndpointDescription":       q.Get("EndpointDescription"),
		"EndpointType":              or(q, "EndpointType", string(privatelink.EndpointTypeInterface)), // an assumed default
		"EndpointDomain":            e.id + "." + service + "." + Region + ".privatelink.aliyuncs.com",
		"EndpointBusinessStatus":    privatelink.EndpointBusinessStatusNormal,
		"RegionId":                  Region,
		"VpcId":                     q.Get("VpcId"),
		"ServiceId":                 service,
		"ServiceName":               serviceName(service),
		"ServiceRegionId":           or(q, "ServiceRegionId", Region),
		"ResourceGroupId":           or(q, "ResourceGroupId", "rg-default"),
		"ResourceOwner":             true,
		"Payer":                     privatelink.PayerEndpoint,
		"AddressIpVersion":          or(q, "AddressIpVersion", string(privatelink.AddressIPVersionIPv4)),
		"Bandwidth":                 1024,
		"CrossRegionBandwidth":      q.Number("CrossRegionBandwidth", 0),
		"PolicyDocument":            q.Get("PolicyDocument"),
		"ProtectedEnabled":          q.Get("ProtectedEnabled") == "true",
		"ZoneAffinityEnabled":       q.Get("ZoneAffinityEnabled") == "true",
		"ZonePrivateIpAddressCount": 1,
		"CreateTime":                call.Stamp.UTC().Format(time.RFC3339),
	})
	for _, path := range q.Match("SecurityGroupId.N") {
		e.groups = append(e.groups, &member{id: q.Get(path), came: now.Add(-s.readyAfter / 2), place: len(e.groups)})
	}
	if s.service(service, now).autoAccept() {
		s.connect(e, now)
	}
	for _, path := range q.Match("Zone.N") {
		s.addZone(e, q.Get(path+".ZoneId"), q.Get(path+".VSwitchId"), q.Get(path+".ip"), q.Get(path+".Ipv6Address"))
	}
	s.forget()
	s.endpoints = append(s.endpoints, e)
	s.use(call, e)
	return answer(call, s.describeCreated(e)), nil
}

// checkCreate refuses what the service documents that it refuses, as far as the
// server knows the things that are named. It takes any number of endpoints of one
// service and VPC: when the service answers EndpointExist or EndpointDuplicated
// is not documented.
func (s *Server) checkCreate(q fake.Params, service string) *fake.Refusal {
	kind := privatelink.EndpointType(q.Get("EndpointType"))
	groups := q.Match("SecurityGroupId.N")
	dual := q.Get("AddressIpVersion") == string(privatelink.AddressIPVersionDualStack)
	switch {
	case s.service(service, time.Now()) == nil:
		return refuse(privatelink.CodeServiceNotFound, "There is no such endpoint service.")
	case s.service(service, time.Now()).leaving(time.Now()):
		return refuse(privatelink.CodeServiceDeleted, "The endpoint service is being deleted.")
	case !s.vpcs[q.Get("VpcId")]:
		return refuse(privatelink.CodeVpcNotFound, "There is no such VPC.")
	case kind == privatelink.EndpointTypeGatewayLoadBalancer && len(groups) > 0:
		return refuse(privatelink.CodeGatewayLoadBalancerNoSecurityGroup, "An endpoint of this type has no security groups.")
	case kind != privatelink.EndpointTypeGatewayLoadBalancer && len(groups) == 0:
		return refuse(privatelink.CodeEndpointMustContainSecurityGroup, "The endpoint needs a security group.")
	case kind == privatelink.EndpointTypeReverse && dual:
		return refuse(privatelink.CodeEndpointTypeNotSupportedDualStack, "Endpoints of this type have IPv4 addresses only.")
	}
	for _, path := range groups {
		if !s.securityGroups[q.Get(path)] {
			return refuse(privatelink.CodeSecurityGroupNotFound, "There is no such security group.")
		}
	}
	seen := map[string]bool{}
	for _, path := range q.Match("Zone.N") {
		zone, vSwitch := q.Get(path+".ZoneId"), q.Get(path+".VSwitchId")
		if refusal := s.checkPlace(q.Get("VpcId"), zone, vSwitch); refusal != nil {
			return refusal
		}
		if zone = cmp.Or(zone, s.vSwitches[vSwitch].zone); zone != "" && seen[zone] {
			return refuse(privatelink.CodeEndpointZoneDuplicated, "A zone is named twice.")
		}
		seen[zone] = true
	}
	return nil
}

func serviceName(id string) string { return "com.aliyuncs.privatelink." + Region + "." + id }

// or returns a parameter, or what it defaults to.
func or(q fake.Params, name, otherwise string) string {
	if v := q.Get(name); v != "" {
		return v
	}
	return otherwise
}

// describe returns the members that an endpoint had at the time now, but those
// that the answer lacks.
func (s *Server) describe(e *endpoint, now time.Time, lacking ...string) map[string]any {
	m := maps.Clone(e.fields.at(now))
	status, connection := s.state(e, now)
	m["EndpointStatus"], m["ConnectionStatus"] = fake.Spelled(&s.fake, status), fake.Spelled(&s.fake, connection)
	for _, name := range lacking {
		delete(m, name)
	}
	return m
}

// describeCreated returns the members that a new endpoint is answered with.
func (s *Server) describeCreated(e *endpoint) map[string]any {
	return s.describe(e, time.Now(), "EndpointType", "RegionId", "ResourceGroupId", "ResourceOwner", "Payer", "PolicyDocument",
		"ProtectedEnabled", "ZonePrivateIpAddressCount")
}

func (s *Server) getVpcEndpointAttribute(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	e, refusal := s.find(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(call, s.describe(e, now)), nil
}

func (s *Server) listVpcEndpoints(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	items := []map[string]any{}
	places := map[string]int{}
	for _, e := range s.endpoints {
		now := s.fake.ListAsOf(call)
		m := s.describe(e, now, "Payer", "ZonePrivateIpAddressCount")
		if !s.existed(e.created, e.deleted, now) || !s.matches(q, e, m, now) {
			continue
		}
		m["Tags"] = e.tagged(now)
		items = append(items, m)
		places[e.id] = e.place
	}
	return s.list(call, "Endpoints", items, func(item map[string]any) int { return places[item["EndpointId"].(string)] })
}

// list answers with the page of items that a call asks for.
func (s *Server) list(call *fake.Call, name string, items []map[string]any, place func(map[string]any) int) (fake.Answer, *fake.Refusal) {
	size := call.Params.Number("MaxResults", 50)
	page, next, ok := fake.Page(&s.fake, items, place, call.Params.Get("NextToken"), size)
	if !ok { // the code is assumed
		return fake.Answer{}, refuse("IllegalParam.NextToken", "The NextToken is not one of this list.")
	}
	return answer(call, map[string]any{name: page, "NextToken": next, "MaxResults": size, "TotalCount": len(items)}), nil
}

// matches reports whether an endpoint has all that a list asks for. That a
// filter means the whole text, and one for a tag without a value any value, is
// assumed.
func (s *Server) matches(q fake.Params, e *endpoint, members map[string]any, now time.Time) bool {
	status, connection := s.state(e, now)
	for name, state := range map[string]string{"EndpointStatus": string(status), "ConnectionStatus": string(connection)} {
		if want := q.Get(name); want != "" && state != want {
			return false
		}
	}
	for _, name := range []string{
		"RegionId", "EndpointId", "EndpointName", "EndpointType",
		"AddressIpVersion", "VpcId", "ServiceName", "ServiceRegionId", "ResourceGroupId",
	} {
		if want := q.Get(name); want != "" && members[name] != want {
			return false
		}
	}
	return e.hasTags(q, now)
}

// deleteVpcEndpoint refuses an endpoint that has zones: the API reference wants
// them removed before. terraform's provider has deleted endpoints that had some,
// so the service may take them along; a program that removes them is right either
// way. That this code stands for it, and for an endpoint that is being made or
// deleted, is assumed: the provider repeats the call when it gets it.
func (s *Server) deleteVpcEndpoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.once(call, func() (func(), *fake.Refusal) {
		now := time.Now()
		e, refusal := s.find(call, now)
		if refusal != nil {
			return nil, refusal
		}
		if status, _ := s.state(e, now); status != privatelink.EndpointStatusActive {
			return nil, refuse(privatelink.CodeEndpointOperationDenied, "The endpoint is "+string(status)+".")
		}
		if len(s.zonesOf(e, now)) > 0 {
			return nil, refuse(privatelink.CodeEndpointOperationDenied, "The endpoint has zones.")
		}
		return func() { e.deleted = now }, nil
	})
}

func (s *Server) updateVpcEndpointAttribute(call *fake.Call) (fake.Answer, *fake.Refusal) {
	q := call.Params
	return s.change(call, func(e *endpoint) *fake.Refusal {
		if q.Get("AddressIpVersion") == string(privatelink.AddressIPVersionDualStack) && e.get("EndpointType") == string(privatelink.EndpointTypeReverse) {
			return refuse(privatelink.CodeEndpointTypeNotSupportedDualStack, "Endpoints of this type have IPv4 addresses only.")
		}
		return nil
	}, func(e *endpoint) {
		fields := given(q, "EndpointName", "EndpointDescription", "AddressIpVersion", "PolicyDocument")
		if q.Has("CrossRegionBandwidth") {
			fields["CrossRegionBandwidth"] = q.Number("CrossRegionBandwidth", 0)
		}
		if q.Has("ZoneAffinityEnabled") {
			fields["ZoneAffinityEnabled"] = q.Get("ZoneAffinityEnabled") == "true"
		}
		if q.Get("ResetPolicy") == "true" { // which of the two counts is assumed
			fields["PolicyDocument"] = defaultPolicy
		}
		e.set(fields)
		e.changed()
	})
}

// defaultPolicy is what an endpoint without a policy of its own allows. Its text is
// assumed.
const defaultPolicy = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}]}`

// given returns those of the parameters that a call has.
func given(q fake.Params, names ...string) map[string]any {
	fields := map[string]any{}
	for _, name := range names {
		if q.Has(name) {
			fields[name] = q.Get(name)
		}
	}
	return fields
}
