package kmstest

import (
	"cmp"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/kms"
)

func (s *Server) createApplicationAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, time.Now()
	if _, ok := find(s.points, q.Get("Name"), now); ok {
		return fake.Answer{}, exists()
	}
	p := &accessPoint{
		life:        life{name: q.Get("Name"), began: now},
		description: q.Get("Description"),
		method:      cmp.Or(q.Get("AuthenticationMethod"), string(kms.AuthenticationClientKey)),
		policies:    list(q, "Policies"),
	}
	if refusal := s.known(p.policies); refusal != nil {
		return fake.Answer{}, refusal
	}
	s.forget()
	s.points = append(s.points, p)
	return answer(call, p.members()), nil
}

// known refuses a list of policies that holds one that does not exist.
func (s *Server) known(policies []string) *fake.Refusal {
	for _, name := range policies {
		if _, ok := find(s.policies, name, time.Now()); !ok {
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
	p, ok := find(s.points, call.Params.Get("Name"), s.fake.AsOf())
	if !ok {
		return fake.Answer{}, notFound("application access point")
	}
	return answer(call, p.members()), nil
}

func (s *Server) listApplicationAccessPoints(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return page(s, call, visible(s, call, s.points), "ApplicationAccessPoints", "ApplicationAccessPoint", func(p *accessPoint) map[string]any {
		return map[string]any{"Name": p.name, "AuthenticationMethod": p.method}
	}), nil
}

func (s *Server) updateApplicationAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	p, ok := find(s.points, call.Params.Get("Name"), time.Now())
	if !ok {
		return fake.Answer{}, notFound("application access point")
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
	p, ok := find(s.points, call.Params.Get("Name"), time.Now())
	if !ok {
		return fake.Answer{}, notFound("application access point")
	}
	p.deleted = time.Now()
	for _, k := range s.keys {
		if k.accessPoint == p.name && k.deleted.IsZero() {
			k.deleted = p.deleted
		}
	}
	return answer(call, map[string]any{}), nil
}

func (s *Server) createClientKey(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now, stamp := call.Params, time.Now(), call.Stamp.UTC()
	if _, ok := find(s.points, q.Get("AapName"), now); !ok {
		return fake.Answer{}, notFound("application access point")
	}
	s.created++
	k := &clientKey{
		life:        life{name: fmt.Sprintf("KAAP.00000000-0000-4000-8000-%012x", s.created), began: now},
		stamp:       stamp,
		accessPoint: q.Get("AapName"),
		notBefore:   cmp.Or(q.Get("NotBefore"), stamp.Format(time.RFC3339)),
		notAfter:    cmp.Or(q.Get("NotAfter"), stamp.AddDate(5, 0, 0).Format(time.RFC3339)),
	}
	s.forget()
	s.keys = append(s.keys, k)
	return answer(call, map[string]any{
		"ClientKeyId":    k.name,
		"KeyAlgorithm":   keyAlgorithm,
		"NotBefore":      k.notBefore,
		"NotAfter":       k.notAfter,
		"PrivateKeyData": base64.StdEncoding.EncodeToString([]byte("the private key of " + k.name)),
	}), nil
}

// keyAlgorithm is the one that client keys have.
const keyAlgorithm = "RSA_2048"

func (k *clientKey) members() map[string]any {
	return map[string]any{
		"ClientKeyId":   k.name,
		"AapName":       k.accessPoint,
		"KeyAlgorithm":  keyAlgorithm,
		"KeyOrigin":     "KMS_PROVIDED",
		"CreateTime":    k.stamp.Format(time.RFC3339),
		"NotBefore":     k.notBefore,
		"NotAfter":      k.notAfter,
		"PublicKeyData": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("the public key of " + k.name)})),
	}
}

func (s *Server) getClientKey(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := find(s.keys, call.Params.Get("ClientKeyId"), s.fake.AsOf())
	if !ok {
		return fake.Answer{}, notFound("client key")
	}
	return answer(call, k.members()), nil
}

// listClientKeys answers with an empty list for an access point that does not
// exist, which is assumed.
func (s *Server) listClientKeys(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys, name := []map[string]any{}, call.Params.Get("AapName")
	for _, k := range visible(s, call, s.keys) {
		if name == "" || name == k.accessPoint {
			keys = append(keys, k.members())
		}
	}
	return answer(call, map[string]any{"ClientKeys": keys}), nil
}

func (s *Server) deleteClientKey(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := find(s.keys, call.Params.Get("ClientKeyId"), time.Now())
	if !ok {
		return fake.Answer{}, notFound("client key")
	}
	k.deleted = time.Now()
	return answer(call, map[string]any{}), nil
}

func (s *Server) createNetworkRule(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, time.Now()
	if _, ok := find(s.rules, q.Get("Name"), now); ok {
		return fake.Answer{}, exists()
	}
	r := &networkRule{
		life:        life{name: q.Get("Name"), began: now},
		description: q.Get("Description"),
		kind:        q.Get("Type"),
		sources:     list(q, "SourcePrivateIp"),
	}
	s.forget()
	s.rules = append(s.rules, r)
	m := r.members()
	m["Name"] = r.name
	return answer(call, m), nil
}

// members are those of a description, which has no Name.
func (r *networkRule) members() map[string]any {
	return map[string]any{
		"Arn":             arn("network", r.name),
		"Type":            r.kind,
		"Description":     r.description,
		"SourcePrivateIp": text(r.sources),
	}
}

func (s *Server) describeNetworkRule(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := find(s.rules, call.Params.Get("Name"), s.fake.AsOf())
	if !ok {
		return fake.Answer{}, notFound("network rule")
	}
	return answer(call, r.members()), nil
}

func (s *Server) listNetworkRules(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return page(s, call, byName(s, call, s.rules), "NetworkRules", "NetworkRule", func(r *networkRule) map[string]any {
		return map[string]any{"Name": r.name, "Type": r.kind}
	}), nil
}

func (s *Server) updateNetworkRule(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	r, ok := find(s.rules, q.Get("Name"), time.Now())
	if !ok {
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
	r, ok := find(s.rules, call.Params.Get("Name"), time.Now())
	if !ok {
		return fake.Answer{}, notFound("network rule")
	}
	r.deleted = time.Now()
	return answer(call, map[string]any{}), nil
}

func (s *Server) createPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, time.Now()
	if _, ok := find(s.policies, q.Get("Name"), now); ok {
		return fake.Answer{}, exists()
	}
	p := &policy{
		life:        life{name: q.Get("Name"), began: now},
		description: q.Get("Description"),
		instance:    q.Get("KmsInstance"),
		permissions: list(q, "Permissions"),
		resources:   list(q, "Resources"),
		rules:       list(q, "AccessControlRules.NetworkRules"),
	}
	if _, ok := find(s.instances, p.instance, now); !ok && p.instance != "" && p.instance != "shared" { // which is the service's own gateway
		return fake.Answer{}, notFound("KMS instance")
	}
	if refusal := s.knownRules(p.rules); refusal != nil {
		return fake.Answer{}, refusal
	}
	s.forget()
	s.policies = append(s.policies, p)
	m := p.members()
	m["Permissions"], m["Resources"] = text(p.permissions), text(p.resources)
	return answer(call, m), nil
}

// knownRules refuses a list of network rules that holds one that does not exist.
func (s *Server) knownRules(rules []string) *fake.Refusal {
	for _, name := range rules {
		if _, ok := find(s.rules, name, time.Now()); !ok {
			return notFound("network rule")
		}
	}
	return nil
}

// members are those of a description: two of its lists are real ones.
func (p *policy) members() map[string]any {
	return map[string]any{
		"Arn":                arn("policy", p.name),
		"Name":               p.name,
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
	p, ok := find(s.policies, call.Params.Get("Name"), s.fake.AsOf())
	if !ok {
		return fake.Answer{}, notFound("policy")
	}
	return answer(call, p.members()), nil
}

func (s *Server) listPolicies(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return page(s, call, byName(s, call, s.policies), "Policies", "Policy", func(p *policy) map[string]any {
		return map[string]any{"Name": p.name}
	}), nil
}

func (s *Server) updatePolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	p, ok := find(s.policies, q.Get("Name"), time.Now())
	if !ok {
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
	p, ok := find(s.policies, call.Params.Get("Name"), time.Now())
	if !ok {
		return fake.Answer{}, notFound("policy")
	}
	p.deleted = time.Now()
	return answer(call, map[string]any{}), nil
}
