package kmstest

import (
	"cmp"
	_ "embed"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

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
	if p, _ := s.find(q.Get("Name")); p != nil {
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
	p, refusal := s.find(call.Params.Get("Name"))
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(call, p.members()), nil
}

func (s *Server) listApplicationAccessPoints(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return page(call, s.points, "ApplicationAccessPoints", "ApplicationAccessPoint", func(p *accessPoint) map[string]any {
		return map[string]any{"Name": p.name, "AuthenticationMethod": p.method}
	}), nil
}

func (s *Server) updateApplicationAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	p, refusal := s.find(call.Params.Get("Name"))
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

// deleteApplicationAccessPoint deletes the client keys of the access point too, as
// an older guide of the service's console says.
func (s *Server) deleteApplicationAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.find(call.Params.Get("Name"))
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	s.points = slices.DeleteFunc(s.points, func(other *accessPoint) bool { return other == p })
	s.keys = slices.DeleteFunc(s.keys, func(k *clientKey) bool { return k.accessPoint == p.name })
	return answer(call, map[string]any{}), nil
}

func (s *Server) createClientKey(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, time.Now().UTC()
	if _, refusal := s.find(q.Get("AapName")); refusal != nil {
		return fake.Answer{}, refusal
	}
	s.created++
	k := &clientKey{
		id:          fmt.Sprintf("KAAP.00000000-0000-4000-8000-%012x", s.created),
		accessPoint: q.Get("AapName"),
		created:     now.Format(time.RFC3339),
		notBefore:   cmp.Or(q.Get("NotBefore"), now.Format(time.RFC3339)),
		notAfter:    cmp.Or(q.Get("NotAfter"), now.AddDate(5, 0, 0).Format(time.RFC3339)),
	}
	s.keys = append(s.keys, k)
	return answer(call, map[string]any{
		"ClientKeyId":    k.id,
		"KeyAlgorithm":   keyAlgorithm,
		"NotBefore":      k.notBefore,
		"NotAfter":       k.notAfter,
		"PrivateKeyData": base64.StdEncoding.EncodeToString([]byte("the private key of " + k.id)),
	}), nil
}

// keyAlgorithm is the one that client keys have.
const keyAlgorithm = "RSA_2048"

func (k *clientKey) members() map[string]any {
	return map[string]any{
		"ClientKeyId":   k.id,
		"AapName":       k.accessPoint,
		"KeyAlgorithm":  keyAlgorithm,
		"KeyOrigin":     "KMS_PROVIDED",
		"CreateTime":    k.created,
		"NotBefore":     k.notBefore,
		"NotAfter":      k.notAfter,
		"PublicKeyData": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("the public key of " + k.id)})),
	}
}

func (s *Server) getClientKey(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, refusal := s.findKey(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(call, k.members()), nil
}

// listClientKeys answers with an empty list for an access point that does not
// exist, which is assumed.
func (s *Server) listClientKeys(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys, name := []map[string]any{}, call.Params.Get("AapName")
	for _, k := range s.keys {
		if name == "" || name == k.accessPoint {
			keys = append(keys, k.members())
		}
	}
	return answer(call, map[string]any{"ClientKeys": keys}), nil
}

func (s *Server) deleteClientKey(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, refusal := s.findKey(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	s.keys = slices.DeleteFunc(s.keys, func(other *clientKey) bool { return other == k })
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

// listNetworkRules lists by name. The order is not documented.
func (s *Server) listNetworkRules(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return page(call, slices.Sorted(maps.Keys(s.rules)), "NetworkRules", "NetworkRule", func(name string) map[string]any {
		return map[string]any{"Name": name, "Type": s.rules[name].kind}
	}), nil
}

func (s *Server) updateNetworkRule(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	r := s.rules[q.Get("Name")]
	if r == nil {
		return fake.Answer{}, notFound("network rule")
	}
	if q.Has("Description") {
		r.description = q.Get("Description")
	}
	if q.Has("SourcePrivateIp") { // an empty list too, as in updateApplicationAccessPoint
		r.sources = list(q, "SourcePrivateIp")
	}
	return answer(call, map[string]any{}), nil
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
	if refusal := s.knownRules(p.rules); refusal != nil {
		return fake.Answer{}, refusal
	}
	s.policies[name] = p
	m := p.members(name)
	m["Permissions"], m["Resources"] = text(p.permissions), text(p.resources)
	return answer(call, m), nil
}

// knownRules refuses a list of network rules that holds one that does not exist.
func (s *Server) knownRules(rules []string) *fake.Refusal {
	for _, name := range rules {
		if s.rules[name] == nil {
			return notFound("network rule")
		}
	}
	return nil
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

// listPolicies lists by name. The order is not documented.
func (s *Server) listPolicies(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return page(call, slices.Sorted(maps.Keys(s.policies)), "Policies", "Policy", func(name string) map[string]any {
		return map[string]any{"Name": name}
	}), nil
}

func (s *Server) updatePolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	p := s.policies[q.Get("Name")]
	if p == nil {
		return fake.Answer{}, notFound("policy")
	}
	rules := list(q, "AccessControlRules.NetworkRules")
	if refusal := s.knownRules(rules); refusal != nil {
		return fake.Answer{}, refusal
	}
	// Empty lists too, as in updateApplicationAccessPoint.
	if q.Has("AccessControlRules") {
		p.rules = rules
	}
	if q.Has("Permissions") {
		p.permissions = list(q, "Permissions")
	}
	if q.Has("Resources") {
		p.resources = list(q, "Resources")
	}
	if q.Has("Description") {
		p.description = q.Get("Description")
	}
	return answer(call, map[string]any{}), nil
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
