package kmstest

import (
	"cmp"
	_ "embed"
	"slices"
	"sync"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/kms"
)

//go:embed constraints.json
var ledger []byte

var rules = sync.OnceValue(func() *fake.Rules { return fake.ParseRules(ledger) })

func (s *Server) createApplicationAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	if p, _ := s.find(call); p != nil {
		return fake.Answer{}, exists()
	}
	p := &accessPoint{
		name:        q.Get("Name"),
		description: q.Get("Description"),
		method:      cmp.Or(q.Get("AuthenticationMethod"), string(kms.AuthenticationClientKey)),
		policies:    list(q, "Policies"),
	}
	if refusal := s.known(p.policies); refusal != nil {
		return fake.Answer{}, refusal
	}
	s.points = append(s.points, p)
	return answer(call, p.members()), nil
}

// known refuses a list of policies that holds one that does not exist.
func (s *Server) known(policies []string) *fake.Refusal {
	for _, name := range policies {
		if s.policies[name] == nil {
			return notFound("policy")
		}
	}
	return nil
}

func (p *accessPoint) members() map[string]any {
	return map[string]any{
		"Arn":                  arn("applicationaccesspoint", p.name),
		"Name":                 p.name,
		"Description":          p.description,
		"AuthenticationMethod": p.method,
		"Policies":             text(p.policies),
	}
}

func (s *Server) describeApplicationAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.find(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(call, p.members()), nil
}

func (s *Server) listApplicationAccessPoints(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	number, size := call.Params.Number("PageNumber", 1), call.Params.Number("PageSize", 20)
	items := []map[string]any{}
	for i, p := range s.points {
		if i/size == number-1 {
			items = append(items, map[string]any{"Name": p.name, "AuthenticationMethod": p.method})
		}
	}
	return answer(call, map[string]any{
		"PageNumber": number, "PageSize": size, "TotalCount": len(s.points),
		"ApplicationAccessPoints": map[string]any{"ApplicationAccessPoint": items},
	}), nil
}

func (s *Server) updateApplicationAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	p, refusal := s.find(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if q.Has("Policies") { // an empty list too: that the service takes it is assumed
		policies := list(q, "Policies")
		if refusal := s.known(policies); refusal != nil {
			return fake.Answer{}, refusal
		}
		p.policies = policies
	}
	if q.Has("Description") {
		p.description = q.Get("Description")
	}
	return answer(call, map[string]any{}), nil
}

func (s *Server) deleteApplicationAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.find(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	s.points = slices.DeleteFunc(s.points, func(other *accessPoint) bool { return other == p })
	return answer(call, map[string]any{}), nil
}

func (s *Server) createNetworkRule(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	name := q.Get("Name")
	if s.rules[name] != nil {
		return fake.Answer{}, exists()
	}
	r := &networkRule{description: q.Get("Description"), kind: q.Get("Type"), sources: list(q, "SourcePrivateIp")}
	s.rules[name] = r
	m := r.members(name)
	m["Name"] = name
	return answer(call, m), nil
}

// members are those of a description, which has no Name.
func (r *networkRule) members(name string) map[string]any {
	return map[string]any{
		"Arn":             arn("network", name),
		"Type":            r.kind,
		"Description":     r.description,
		"SourcePrivateIp": text(r.sources),
	}
}

func (s *Server) describeNetworkRule(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := call.Params.Get("Name")
	r := s.rules[name]
	if r == nil {
		return fake.Answer{}, notFound("network rule")
	}
	return answer(call, r.members(name)), nil
}

// deleteNetworkRule deletes a rule that a policy uses too, and leaves its name
// in the policy: the documentation warns of what that does to applications, but
// not of a refusal.
func (s *Server) deleteNetworkRule(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := call.Params.Get("Name")
	if s.rules[name] == nil {
		return fake.Answer{}, notFound("network rule")
	}
	delete(s.rules, name)
	return answer(call, map[string]any{}), nil
}

func (s *Server) createPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	name := q.Get("Name")
	if s.policies[name] != nil {
		return fake.Answer{}, exists()
	}
	p := &policy{
		description: q.Get("Description"),
		instance:    q.Get("KmsInstance"),
		permissions: list(q, "Permissions"),
		resources:   list(q, "Resources"),
		rules:       list(q, "AccessControlRules.NetworkRules"),
	}
	if p.instance != "" && !s.instances[p.instance] {
		return fake.Answer{}, notFound("KMS instance")
	}
	for _, rule := range p.rules {
		if s.rules[rule] == nil {
			return fake.Answer{}, notFound("network rule")
		}
	}
	s.policies[name] = p
	m := p.members(name)
	m["Permissions"], m["Resources"] = text(p.permissions), text(p.resources)
	return answer(call, m), nil
}

// members are those of a description: two of its lists are real ones.
func (p *policy) members(name string) map[string]any {
	return map[string]any{
		"Arn":                arn("policy", name),
		"Name":               name,
		"Description":        p.description,
		"KmsInstance":        p.instance,
		"Permissions":        p.permissions,
		"Resources":          p.resources,
		"AccessControlRules": text(map[string]any{"NetworkRules": p.rules}),
	}
}

func (s *Server) describePolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := call.Params.Get("Name")
	p := s.policies[name]
	if p == nil {
		return fake.Answer{}, notFound("policy")
	}
	return answer(call, p.members(name)), nil
}

// deletePolicy deletes a policy that an access point uses too, and leaves its
// name in the access point: see deleteNetworkRule.
func (s *Server) deletePolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := call.Params.Get("Name")
	if s.policies[name] == nil {
		return fake.Answer{}, notFound("policy")
	}
	delete(s.policies, name)
	return answer(call, map[string]any{}), nil
}
