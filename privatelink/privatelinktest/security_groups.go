package privatelinktest

import (
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// memberOf returns the one of members with the ID that is not leaving, or nil.
func memberOf(members []*member, id string) *member {
	for _, m := range members {
		if m.id == id && m.went.IsZero() {
			return m
		}
	}
	return nil
}

// staying counts the members that are not leaving.
func staying(members []*member) (n int) {
	for _, m := range members {
		if m.went.IsZero() {
			n++
		}
	}
	return n
}

func (s *Server) attachSecurityGroupToVpcEndpoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	id := call.Params.Get("SecurityGroupId")
	return s.change(call, func(e *endpoint) *fake.Refusal {
		switch {
		case !s.securityGroups[id]:
			return refuse(privatelink.CodeSecurityGroupNotFound, "There is no such security group.")
		case memberOf(e.groups, id) != nil:
			return refuse(privatelink.CodeSecurityGroupExist, "The endpoint has the security group already.")
		case e.get("EndpointType") == string(privatelink.EndpointTypeGatewayLoadBalancer): // the code is assumed
			return refuse(privatelink.CodeGatewayLoadBalancerNoSecurityGroup, "An endpoint of this type has no security groups.")
		}
		return nil
	}, func(e *endpoint) {
		e.groups = append(e.groups, &member{id: id, came: time.Now(), place: len(e.groups)})
		e.changed()
	})
}

func (s *Server) detachSecurityGroupFromVpcEndpoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	id := call.Params.Get("SecurityGroupId")
	return s.change(call, func(e *endpoint) *fake.Refusal {
		switch {
		case memberOf(e.groups, id) == nil: // the code is assumed
			return refuse(privatelink.CodeSecurityGroupNotFound, "The endpoint does not have the security group.")
		case staying(e.groups) == 1:
			return refuse(privatelink.CodeEndpointMustContainSecurityGroup, "The endpoint needs a security group.")
		}
		return nil
	}, func(e *endpoint) {
		memberOf(e.groups, id).went = time.Now()
		e.changed()
	})
}

func (s *Server) listVpcEndpointSecurityGroups(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, refusal := s.find(call, s.fake.AsOf())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	items := []map[string]any{}
	places := map[string]int{}
	for _, g := range e.groups {
		now := s.fake.ListAsOf(call)
		if !s.existed(g.came, g.went, now) {
			continue
		}
		status := privatelink.SecurityGroupStatusAttached
		switch {
		case !g.went.IsZero() && !now.Before(g.went):
			status = privatelink.SecurityGroupStatusDetaching
		case now.Sub(g.came) < s.readyAfter/2:
			status = privatelink.SecurityGroupStatusAttaching
		}
		items = append(items, map[string]any{"SecurityGroupId": g.id, "SecurityGroupStatus": fake.Spelled(&s.fake, status)})
		places[g.id] = g.place
	}
	return s.list(call, "SecurityGroups", items, func(item map[string]any) int { return places[item["SecurityGroupId"].(string)] })
}
