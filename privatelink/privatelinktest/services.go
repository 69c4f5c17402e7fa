package privatelinktest

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// A service is an endpoint service as the server keeps it.
type service struct {
	thing
	resources []*member
	users     []*member
}

// A loadBalancer is what services stand on.
type loadBalancer struct{ kind, vpc, vSwitch, zone string }

// describe returns the members of a load balancer with the given ID, as the resource
// of a service.
func (lb loadBalancer) describe(id, zone string) map[string]any {
	return map[string]any{
		"ResourceId": id, "ResourceType": lb.kind, "ZoneId": zone, "VpcId": lb.vpc, "VSwitchId": lb.vSwitch,
		"Ip": "192.168.255.1", "RegionId": Region, "AutoAllocatedEnabled": true, "ResourceSupportIPv6": lb.kind != "slb" && lb.kind != "alb",
	}
}

func (s *Server) newService(id string, created time.Time) *service {
	s.added++
	v := &service{thing: thing{id: id, place: s.added, created: created}}
	v.fields.set(created, map[string]any{
		"ServiceId":             id,
		"ServiceName":           serviceName(id),
		"ServiceDomain":         id + "." + Region + ".privatelink.aliyuncs.com",
		"ServiceDescription":    "",
		"ServiceBusinessStatus": "Normal",
		"ServiceType":           string(privatelink.ServiceTypeInterface),
		"ServiceResourceType":   string(privatelink.ServiceResourceSLB),
		"ServiceSupportIPv6":    false,
		"RegionId":              Region,
		"ResourceGroupId":       "rg-default",
		"Payer":                 string(privatelink.PayerEndpoint),
		"AddressIpVersion":      string(privatelink.AddressIPVersionIPv4),
		"AutoAcceptEnabled":     false,
		"ZoneAffinityEnabled":   false,
		"ConnectBandwidth":      3072,
		"MinBandwidth":          100,
		"MaxBandwidth":          10240,
		"SupportedRegionSet":    []map[string]any{},
		"CreateTime":            created.UTC().Format(time.RFC3339),
	})
	return v
}

func (v *service) autoAccept() bool { return v.fields.at(time.Now())["AutoAcceptEnabled"] == true }

// allocate returns the resource that an endpoint in a zone is connected to, or an
// empty text if the service has none there.
func (v *service) allocate(zoneID string) string {
	for _, r := range v.resources {
		if r.went.IsZero() && r.fields["ZoneId"] == zoneID && r.fields["AutoAllocatedEnabled"] == true {
			return r.fields["ResourceId"].(string)
		}
	}
	return ""
}

// service returns the service with the ID, if it existed at the time now, or nil.
func (s *Server) service(id string, now time.Time) *service {
	for _, v := range s.services {
		if v.id == id && s.existed(v.created, v.deleted, now) {
			return v
		}
	}
	return nil
}

// findService returns the service that a call names, if it existed at the time now.
func (s *Server) findService(call *fake.Call, now time.Time) (*service, *fake.Refusal) {
	v := s.service(call.Params.Get("ServiceId"), now)
	if v == nil {
		return nil, refuse(privatelink.CodeServiceNotFound, "There is no such endpoint service.")
	}
	return v, nil
}

func (s *Server) serviceState(v *service, now time.Time) privatelink.ServiceStatus {
	switch {
	case v.leaving(now):
		return privatelink.ServiceStatusDeleting
	case now.Sub(v.created) < s.readyAfter/2:
		return privatelink.ServiceStatusCreating
	case s.changing(&v.thing, now):
		return privatelink.ServiceStatusPending
	}
	return privatelink.ServiceStatusActive
}

// describeService returns the members that a service had at the time now, but those
// that the answer lacks.
func (s *Server) describeService(v *service, now time.Time, lacking ...string) map[string]any {
	m := maps.Clone(v.fields.at(now))
	m["ServiceStatus"] = fake.Spelled(&s.fake, s.serviceState(v, now))
	m["Zones"] = v.zones(now)
	for _, name := range lacking {
		delete(m, name)
	}
	return m
}

// zones returns the zones in which a service had resources at the time now.
func (v *service) zones(now time.Time) []string {
	zones := []string{}
	for _, r := range v.resources {
		if zone := r.fields["ZoneId"].(string); !now.Before(r.came) && (r.went.IsZero() || now.Before(r.went)) && !slices.Contains(zones, zone) {
			zones = append(zones, zone)
		}
	}
	return zones
}

func (s *Server) createVpcEndpointService(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	lacking := []string{"Payer", "RegionId", "ServiceResourceType", "ServiceType", "ConnectBandwidth", "MinBandwidth", "MaxBandwidth", "Zones"}
	made, refusal := s.used(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if made != nil {
		return answer(call, s.describeService(made.(*service), time.Now(), lacking...)), nil
	}
	if s.closed {
		return fake.Answer{}, refuse(privatelink.CodeNeedOpenProduct, "PrivateLink has not been activated.")
	}
	now := time.Now()
	v := s.newService("", now)
	kind := or(q, "ServiceResourceType", q.Get("Resource.1.ResourceType"))
	for i, path := range q.Match("Resource.N") {
		r, refusal := s.resource(v, q.Get(path+".ResourceId"), or(q, path+".ResourceType", kind), q.Get(path+".ZoneId"), kind)
		if refusal != nil {
			return fake.Answer{}, refusal
		}
		r.came, r.place = now, i
		v.resources = append(v.resources, r)
	}
	dual := q.Get("AddressIpVersion") == string(privatelink.AddressIPVersionDualStack)
	if dual && kind != "nlb" && kind != "gwlb" {
		return fake.Answer{}, refuse(privatelink.CodeServiceNotSupportedIpv6, "Services of this type have IPv4 addresses only.")
	}
	if q.Get("DryRun") == "true" {
		return fake.Answer{}, passed()
	}
	v.id = s.newID("epsrv")
	fields := given(q, "ServiceDescription", "Payer", "AddressIpVersion", "ResourceGroupId")
	maps.Copy(fields, s.newService(v.id, now).names())
	fields["AutoAcceptEnabled"] = q.Get("AutoAcceptEnabled") == "true"
	fields["ZoneAffinityEnabled"] = q.Get("ZoneAffinityEnabled") == "true"
	fields["ServiceSupportIPv6"] = q.Get("ServiceSupportIPv6") == "true" || dual
	fields["ServiceResourceType"] = cmp.Or(kind, string(privatelink.ServiceResourceSLB))
	if kind == "gwlb" {
		fields["ServiceType"] = string(privatelink.ServiceTypeGatewayLoadBalancer)
	}
	fields["CreateTime"] = call.Stamp.UTC().Format(time.RFC3339)
	v.set(fields)
	v.support(q, "SupportedRegionList.N", "")
	v.fields = v.fields[len(v.fields)-1:]
	s.tag(&v.thing, q)
	s.forget()
	s.services = append(s.services, v)
	s.use(call, v)
	return answer(call, s.describeService(v, now, lacking...)), nil
}

// names returns the members of a service that are made of its ID.
func (v *service) names() map[string]any {
	m := v.fields.at(time.Now())
	return map[string]any{"ServiceId": m["ServiceId"], "ServiceName": m["ServiceName"], "ServiceDomain": m["ServiceDomain"]}
}

// support adds regions to those whose endpoints a service takes, and removes others.
func (v *service) support(q fake.Params, add, remove string) {
	set := slices.Clone(v.fields.at(time.Now())["SupportedRegionSet"].([]map[string]any))
	for _, path := range q.Match(remove) {
		set = slices.DeleteFunc(set, func(r map[string]any) bool { return r["SupportedRegionId"] == q.Get(path) })
	}
	for _, path := range q.Match(add) {
		set = append(set, map[string]any{
			"SupportedRegionId": q.Get(path), "ServiceRegionId": Region, "RegionServiceStatus": "Available", "RegionBusinessStatus": "Normal",
		})
	}
	v.set(map[string]any{"SupportedRegionSet": set})
}

// resource returns a load balancer as a resource of a service, or why it cannot be
// one. Which code stands for what is assumed where the page has several.
func (s *Server) resource(v *service, id, kind, zone, kindOfService string) (*member, *fake.Refusal) {
	lb, ok := s.loadBalancers[id]
	switch {
	case !ok && kind == "alb":
		return nil, refuse(privatelink.CodeALBNotFound, "There is no such ALB instance.")
	case !ok:
		return nil, refuse(privatelink.CodeLoadBalancerNotFound, "There is no such load balancer.")
	case kind != lb.kind:
		return nil, refuse(privatelink.CodeResourceTypeMismatch, "The load balancer is of another type.")
	case kindOfService != "" && kind != kindOfService:
		return nil, refuse(privatelink.CodeServiceResourceTypeNotEqual, "The resources of the service are of another type.")
	case zone != "" && !s.zones[zone]:
		return nil, refuse(privatelink.CodeServiceNotSupportedZone, "There is no such zone.")
	}
	zone = cmp.Or(zone, lb.zone)
	if memberOf(v.resources, id+"/"+zone) != nil {
		return nil, refuse(privatelink.CodeServiceResourceExist, "The service has the resource already.")
	}
	return &member{id: id + "/" + zone, fields: lb.describe(id, zone)}, nil
}

func (s *Server) getVpcEndpointServiceAttribute(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	v, refusal := s.findService(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(call, s.describeService(v, now)), nil
}

func (s *Server) listVpcEndpointServices(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.listServices(call, func(now time.Time, v *service, m map[string]any) bool {
		q := call.Params
		for name, state := range map[string]string{"ServiceStatus": string(s.serviceState(v, now)), "ServiceBusinessStatus": "Normal"} {
			if want := q.Get(name); want != "" && state != want {
				return false
			}
		}
		for _, name := range []string{"AutoAcceptEnabled", "ZoneAffinityEnabled"} {
			if q.Has(name) && m[name] != (q.Get(name) == "true") {
				return false
			}
		}
		id := q.Get("ResourceId")
		return id == "" || slices.ContainsFunc(v.resources, func(r *member) bool { return s.existed(r.came, r.went, now) && r.fields["ResourceId"] == id })
	}, "Zones")
}

// listVpcEndpointServicesByEndUser lists all services: the account may use its own.
func (s *Server) listVpcEndpointServicesByEndUser(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.listServices(call, func(_ time.Time, _ *service, m map[string]any) bool {
		m["VpcEndpointPolicySupported"] = true
		region := call.Params.Get("ServiceRegionId")
		return region == "" || m["RegionId"] == region
	}, "ServiceStatus", "ServiceBusinessStatus", "ServiceDescription", "CreateTime", "ConnectBandwidth", "MinBandwidth", "MaxBandwidth", "SupportedRegionSet")
}

// listServices lists the services that a call asks for and matches.
func (s *Server) listServices(call *fake.Call, matches func(time.Time, *service, map[string]any) bool, lacking ...string) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	items := []map[string]any{}
	places := map[string]int{}
	for _, v := range s.services {
		now := s.fake.ListAsOf(call)
		m := s.describeService(v, now, lacking...)
		listed := s.existed(v.created, v.deleted, now) && v.hasTags(q, now) && matches(now, v, m)
		for _, name := range []string{"RegionId", "ServiceId", "ServiceName", "ServiceType", "ServiceResourceType", "ResourceGroupId", "AddressIpVersion"} {
			if want := q.Get(name); want != "" && m[name] != want {
				listed = false
			}
		}
		if listed {
			m["Tags"] = v.tagged(now)
			items = append(items, m)
			places[v.id] = v.place
		}
	}
	return s.list(call, "Services", items, func(item map[string]any) int { return places[item["ServiceId"].(string)] })
}

// changeService runs an operation that changes the service that a call names: check
// refuses it, apply does it.
func (s *Server) changeService(call *fake.Call, check func(*service) *fake.Refusal, apply func(*service)) (fake.Answer, *fake.Refusal) {
	return s.once(call, func() (func(), *fake.Refusal) {
		v, refusal := s.findService(call, time.Now())
		if refusal != nil {
			return nil, refusal
		}
		if status := s.serviceState(v, time.Now()); status != privatelink.ServiceStatusActive {
			return nil, refuse(privatelink.CodeServiceOperationDenied, "The endpoint service is "+string(status)+".")
		}
		return func() { apply(v) }, check(v)
	})
}

func (s *Server) updateVpcEndpointServiceAttribute(call *fake.Call) (fake.Answer, *fake.Refusal) {
	q := call.Params
	return s.changeService(call, func(v *service) *fake.Refusal {
		kind := v.get("ServiceResourceType")
		if q.Get("AddressIpVersion") == string(privatelink.AddressIPVersionDualStack) && kind != "nlb" && kind != "gwlb" {
			return refuse(privatelink.CodeServiceResourceNotSupportedIpv6, "The resources of the service have IPv4 addresses only.")
		}
		return nil
	}, func(v *service) {
		fields := given(q, "ServiceDescription", "AddressIpVersion")
		for _, name := range []string{"AutoAcceptEnabled", "ZoneAffinityEnabled", "ServiceSupportIPv6"} {
			if q.Has(name) {
				fields[name] = q.Get(name) == "true"
			}
		}
		if q.Has("ConnectBandwidth") {
			fields["ConnectBandwidth"] = q.Number("ConnectBandwidth", 0)
		}
		v.set(fields)
		v.support(q, "AddSupportedRegionSet.N", "DeleteSupportedRegionSet.N")
		v.changed()
	})
}

// deleteVpcEndpointService leaves the endpoints that are not connected: there is a
// state for those whose service is gone. Which of the three codes for what has to go
// first stands for what is assumed.
func (s *Server) deleteVpcEndpointService(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.changeService(call, func(v *service) *fake.Refusal {
		now := time.Now()
		for _, e := range s.endpoints {
			if _, connection := s.state(e, now); e.get("ServiceId") == v.id && s.existed(e.created, e.deleted, now) && connection != privatelink.ConnectionStatusDisconnected {
				return refuse(privatelink.CodeServiceConnectionDependence, "Endpoints are connected to the service.")
			}
		}
		if staying(v.resources) > 0 {
			return refuse(privatelink.CodeServiceDependenceViolation, "The service has resources.")
		}
		return nil
	}, func(v *service) { v.deleted = time.Now() })
}

// resourceOf returns the resource of a service that a call names. Where it names no
// zone, any will do.
func resourceOf(v *service, q fake.Params) *member {
	for _, r := range v.resources {
		if zone := q.Get("ZoneId"); r.went.IsZero() && r.fields["ResourceId"] == q.Get("ResourceId") && (zone == "" || r.fields["ZoneId"] == zone) {
			return r
		}
	}
	return nil
}

func (s *Server) attachResourceToVpcEndpointService(call *fake.Call) (fake.Answer, *fake.Refusal) {
	q := call.Params
	var r *member
	return s.changeService(call, func(v *service) (refusal *fake.Refusal) {
		kind := ""
		if staying(v.resources) > 0 {
			kind = v.get("ServiceResourceType")
		}
		r, refusal = s.resource(v, q.Get("ResourceId"), q.Get("ResourceType"), q.Get("ZoneId"), kind)
		return refusal
	}, func(v *service) {
		r.came, r.place = time.Now(), len(v.resources)
		v.resources = append(v.resources, r)
		v.set(map[string]any{"ServiceResourceType": q.Get("ResourceType")})
		v.changed()
	})
}

func (s *Server) detachResourceFromVpcEndpointService(call *fake.Call) (fake.Answer, *fake.Refusal) {
	q := call.Params
	return s.changeService(call, func(v *service) *fake.Refusal {
		r := resourceOf(v, q)
		if r == nil {
			return refuse(privatelink.CodeServiceResourceNotFound, "The service has no such resource.")
		}
		if s.related(v, r) > 0 {
			return refuse(privatelink.CodeServiceConnectionDependence, "Endpoints are connected to the resource.")
		}
		return nil
	}, func(v *service) {
		resourceOf(v, q).went = time.Now()
		v.changed()
	})
}

// related returns the number of endpoints that are connected to a resource of a
// service.
func (s *Server) related(v *service, r *member) (n int) {
	now := time.Now()
	for _, e := range s.endpoints {
		_, connection := s.state(e, now)
		if e.get("ServiceId") != v.id || !s.existed(e.created, e.deleted, now) || connection == privatelink.ConnectionStatusDisconnected {
			continue
		}
		if slices.ContainsFunc(s.zonesOf(e, now), func(z *zone) bool { return z.id == r.fields["ZoneId"] && z.resource == r.fields["ResourceId"] }) {
			n++
		}
	}
	return n
}

func (s *Server) updateVpcEndpointServiceResourceAttribute(call *fake.Call) (fake.Answer, *fake.Refusal) {
	q := call.Params
	return s.changeService(call, func(v *service) *fake.Refusal {
		if resourceOf(v, q) == nil {
			return refuse(privatelink.CodeServiceResourceNotFound, "The service has no such resource.")
		}
		return nil
	}, func(v *service) {
		resourceOf(v, q).fields["AutoAllocatedEnabled"] = q.Get("AutoAllocatedEnabled") == "true"
	})
}

func (s *Server) listVpcEndpointServiceResources(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, refusal := s.findService(call, s.fake.AsOf())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	items := []map[string]any{}
	places := map[string]int{}
	for _, r := range v.resources {
		now := s.fake.ListAsOf(call)
		if now.Before(r.came) || !r.went.IsZero() && !now.Before(r.went) {
			continue
		}
		m := maps.Clone(r.fields)
		m["RelatedEndpointCount"], m["RelatedDeprecatedEndpointCount"] = s.related(v, r), 0
		items = append(items, m)
		places[r.id] = r.place
	}
	return s.list(call, "Resources", items, func(item map[string]any) int {
		return places[item["ResourceId"].(string)+"/"+item["ZoneId"].(string)]
	})
}

// userOf returns the ID under which the server keeps the user that a call names.
func userOf(q fake.Params) string { return cmp.Or(q.Get("UserARN"), q.Get("UserId")) }

func checkUser(q fake.Params) *fake.Refusal {
	arn, id := q.Get("UserARN"), q.Get("UserId")
	if arn != "" && id != "" && !strings.Contains(arn, ":"+id+":") {
		return refuse(privatelink.CodeUserMismatch, "UserId and UserARN name two users.")
	}
	return nil
}

// addUserToVpcEndpointService takes a user that the service has already, as is
// assumed.
func (s *Server) addUserToVpcEndpointService(call *fake.Call) (fake.Answer, *fake.Refusal) {
	q := call.Params
	return s.changeService(call, func(*service) *fake.Refusal { return checkUser(q) }, func(v *service) {
		if memberOf(v.users, userOf(q)) == nil {
			v.users = append(v.users, &member{id: userOf(q), came: time.Now(), place: len(v.users)})
		}
	})
}

// removeUserFromVpcEndpointService takes a user that the service does not have, as is
// assumed.
func (s *Server) removeUserFromVpcEndpointService(call *fake.Call) (fake.Answer, *fake.Refusal) {
	q := call.Params
	return s.changeService(call, func(*service) *fake.Refusal { return checkUser(q) }, func(v *service) {
		if u := memberOf(v.users, userOf(q)); u != nil {
			u.went = time.Now()
		}
	})
}

// listVpcEndpointServiceUsers lists a user as it was added: by its ID or its ARN.
func (s *Server) listVpcEndpointServiceUsers(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	v, refusal := s.findService(call, s.fake.AsOf())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	var all []*member
	for _, u := range v.users {
		now := s.fake.ListAsOf(call)
		if gone := !u.went.IsZero() && !now.Before(u.went); !now.Before(u.came) && !gone && (q.Get("UserId") == "" || u.id == q.Get("UserId")) {
			all = append(all, u)
		}
	}
	size := q.Number("MaxResults", 50)
	page, next, ok := fake.Page(&s.fake, all, func(u *member) int { return u.place }, q.Get("NextToken"), size)
	if !ok { // the code is assumed
		return fake.Answer{}, refuse("IllegalParam.NextToken", "The NextToken is not one of this list.")
	}
	users, arns := []map[string]any{}, []map[string]any{}
	for _, u := range page {
		if id, err := strconv.ParseInt(u.id, 10, 64); err == nil {
			users = append(users, map[string]any{"UserId": id})
		} else {
			arns = append(arns, map[string]any{"UserARN": u.id})
		}
	}
	return answer(call, map[string]any{
		"Users": users, "UserARNs": arns, "NextToken": next, "MaxResults": size, "TotalCount": strconv.Itoa(len(all)), // a text
	}), nil
}
