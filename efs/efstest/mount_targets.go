package efstest

import (
	"fmt"
	"slices"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// A mountTarget is one as the server keeps it.
type mountTarget struct {
	span
	id, fs string
	subnet string
	ip4    string // its IPv4 address
	ip6    string // its IPv6 address
	groups history[[]string]
}

// A subnet is where mount targets are.
type subnet struct{ vpc, zone string }

// A securityGroup is one of a VPC.
type securityGroup struct{ id, vpc string }

// zoneID returns the ID of a zone, such as use1-az1 for us-east-1a. Real ones
// differ from account to account.
func zoneID(zone string) string { return "use1-az" + string(rune(zone[len(zone)-1]-'a'+'1')) }

func (s *Server) addMountTarget(mt *mountTarget, subnetID string, groups []string) {
	mt.subnet = subnetID
	mt.groups.set(mt.created, groups)
	s.mountTargets = append(s.mountTargets, mt)
}

// mountTarget returns the one with that ID, if it existed at the time now.
func (s *Server) mountTarget(id string, now time.Time) (*mountTarget, *fake.Refusal) {
	for _, mt := range s.mountTargets {
		if mt.id == id && s.existed(mt.span, now) {
			return mt, nil
		}
	}
	return nil, refuse(404, efs.CodeMountTargetNotFound, "Mount target '"+id+"' does not exist.")
}

// reachable returns the mount target with that ID if it is available at the time
// now.
func (s *Server) reachable(id string, now time.Time) (*mountTarget, *fake.Refusal) {
	mt, refusal := s.mountTarget(id, now)
	if refusal != nil {
		return nil, refusal
	}
	if state := s.state(mt.span, time.Time{}, now); state != efs.StateAvailable {
		return nil, refuse(409, efs.CodeIncorrectMountTargetState, "Mount target '"+id+"' is "+string(state)+".")
	}
	return mt, nil
}

// allowed refuses security groups that there are not in a VPC, and too many.
func (s *Server) allowed(groups []string, vpc string) *fake.Refusal {
	if len(groups) > 5 {
		return refuse(400, efs.CodeSecurityGroupLimitExceeded, "There are more than five security groups.")
	}
	for _, id := range groups {
		if !slices.Contains(s.groups, securityGroup{id, vpc}) {
			return refuse(400, efs.CodeSecurityGroupNotFound, "The security group '"+id+"' does not exist in the VPC.")
		}
	}
	return nil
}

func (s *Server) createMountTarget(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, time.Now()
	fs, refusal := s.usable(q.Get("FileSystemId"))
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	place, ok := s.subnets[q.Get("SubnetId")]
	if !ok {
		return fake.Answer{}, refuse(400, efs.CodeSubnetNotFound, "The subnet does not exist.")
	}
	if fs.zone != "" && fs.zone != place.zone {
		return fake.Answer{}, refuse(400, efs.CodeAvailabilityZonesMismatch, "The file system is in the zone "+fs.zone+".")
	}
	for _, mt := range s.mountTargets {
		if !s.existed(mt.span, now) {
			continue
		}
		if other := s.subnets[mt.subnet]; mt.fs == fs.id && (other.vpc != place.vpc || other.zone == place.zone) {
			return fake.Answer{}, refuse(409, efs.CodeMountTargetConflict, "There is a mount target in the zone, or one in another VPC.")
		}
		if ip := q.Get("IpAddress"); mt.subnet == q.Get("SubnetId") && ip != "" && ip == mt.ip4 {
			return fake.Answer{}, refuse(409, efs.CodeIPAddressInUse, "The address is in use.")
		}
	}
	groups := texts(q, "SecurityGroups")
	if refusal := s.allowed(groups, place.vpc); refusal != nil {
		return fake.Answer{}, refusal
	}
	if len(groups) == 0 {
		if i := slices.IndexFunc(s.groups, func(g securityGroup) bool { return g.vpc == place.vpc }); i >= 0 {
			groups = []string{s.groups[i].id}
		}
	}
	mt := &mountTarget{fs: fs.id}
	mt.id, mt.place = s.newID("fsmt-")
	mt.created = now
	if kind := q.Get("IpAddressType"); kind != string(efs.IPv6Only) {
		if mt.ip4 = q.Get("IpAddress"); mt.ip4 == "" {
			mt.ip4 = fmt.Sprintf("10.0.%d.%d", mt.place/250, mt.place%250+4)
		}
	}
	if kind := q.Get("IpAddressType"); kind == string(efs.IPv6Only) || kind == string(efs.DualStack) {
		if mt.ip6 = q.Get("Ipv6Address"); mt.ip6 == "" {
			mt.ip6 = fmt.Sprintf("2001:db8::%x", mt.place)
		}
	}
	s.addMountTarget(mt, q.Get("SubnetId"), groups)
	return answer(200, call, s.describeMountTarget(mt, now)), nil
}

// describeMountTarget returns the members of a mount target as it was at the time
// now.
func (s *Server) describeMountTarget(mt *mountTarget, now time.Time) map[string]any {
	place := s.subnets[mt.subnet]
	m := map[string]any{
		"MountTargetId": mt.id, "FileSystemId": mt.fs, "SubnetId": mt.subnet, "OwnerId": AccountID,
		"LifeCycleState":       fake.Spelled(&s.fake, s.state(mt.span, time.Time{}, now)),
		"NetworkInterfaceId":   fmt.Sprintf("eni-%017x", mt.place),
		"AvailabilityZoneName": place.zone, "AvailabilityZoneId": zoneID(place.zone), "VpcId": place.vpc,
	}
	if mt.ip4 != "" {
		m["IpAddress"] = mt.ip4
	}
	if mt.ip6 != "" {
		m["Ipv6Address"] = mt.ip6
	}
	return m
}

func (s *Server) describeMountTargets(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, s.fake.AsOf()
	id, fs := q.Get("MountTargetId"), q.Get("FileSystemId")
	switch {
	case id != "":
		mt, refusal := s.mountTarget(id, now)
		if refusal != nil {
			return fake.Answer{}, refusal
		}
		return s.page(call, "MountTargets", []item{{mt.place, s.describeMountTarget(mt, now)}}, "MaxItems", "Marker", "NextMarker")
	case fs == "":
		p, refusal := s.find(q.Get("AccessPointId"), now)
		if refusal != nil {
			return fake.Answer{}, refusal
		}
		fs = p.fs
	}
	if _, refusal := s.fileSystem(fs, now); refusal != nil {
		return fake.Answer{}, refusal
	}
	var items []item
	for _, mt := range s.mountTargets {
		if now := s.fake.ListAsOf(call); mt.fs == bareID(fs) && s.existed(mt.span, now) {
			items = append(items, item{mt.place, s.describeMountTarget(mt, now)})
		}
	}
	return s.page(call, "MountTargets", items, "MaxItems", "Marker", "NextMarker")
}

func (s *Server) deleteMountTarget(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mt, refusal := s.mountTarget(call.Params.Get("MountTargetId"), time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if mt.deleted.IsZero() {
		mt.deleted = time.Now() // that a second request for it succeeds is assumed
	}
	return answer(204, call, nil), nil
}

func (s *Server) describeMountTargetSecurityGroups(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	mt, refusal := s.reachable(call.Params.Get("MountTargetId"), now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(200, call, map[string]any{"SecurityGroups": mt.groups.at(now)}), nil
}

func (s *Server) modifyMountTargetSecurityGroups(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	mt, refusal := s.reachable(call.Params.Get("MountTargetId"), now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	groups := texts(call.Params, "SecurityGroups")
	if refusal := s.allowed(groups, s.subnets[mt.subnet].vpc); refusal != nil {
		return fake.Answer{}, refusal
	}
	if call.Params.Has("SecurityGroups") { // that it changes nothing otherwise is assumed
		mt.groups.set(now, groups)
	}
	return answer(204, call, nil), nil
}
