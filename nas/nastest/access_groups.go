package nastest

import (
	"slices"
	"strconv"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

// A group is a permission group. Its description and its rules show what they were
// at a time.
type group struct {
	name, family string
	stamp        time.Time // of the creation, by the service's clock
	from, to     time.Time // to is zero unless it is gone
	description  past[string]
	rules        []*rule // also those that are gone
	ruleNumber   int
}

// A rule lets somebody in.
type rule struct {
	id     string
	from   time.Time
	to     time.Time // zero unless it is gone
	fields past[map[string]any]
}

// groupOperations are the operations on permission groups and those of the account.
func (s *Server) groupOperations() map[string]func(*fake.Call) (fake.Answer, *fake.Refusal) {
	return map[string]func(*fake.Call) (fake.Answer, *fake.Refusal){
		"CreateAccessGroup":    s.createAccessGroup,
		"DescribeAccessGroups": s.describeAccessGroups,
		"ModifyAccessGroup":    s.modifyAccessGroup,
		"DeleteAccessGroup":    s.deleteAccessGroup,
		"CreateAccessRule":     s.createAccessRule,
		"DescribeAccessRules":  s.describeAccessRules,
		"ModifyAccessRule":     s.modifyAccessRule,
		"DeleteAccessRule":     s.deleteAccessRule,
		"DescribeRegions":      s.describeRegions,
		"DescribeZones":        s.describeZones,
		"ChangeResourceGroup":  s.changeResourceGroup,
		"OpenNASService":       s.openNASService,
	}
}

// A past is what a value was, the oldest first.
type past[T any] []struct {
	from  time.Time
	value T
}

func (p *past[T]) set(value T) {
	*p = append(*p, struct {
		from  time.Time
		value T
	}{time.Now(), value})
}

// at returns the value at the time now, or the first one.
func (p past[T]) at(now time.Time) T {
	for _, v := range slices.Backward(p) {
		if !now.Before(v.from) {
			return v.value
		}
	}
	return p[0].value
}

// stood reports whether something stood at the time now.
func stood(from, to, now time.Time) bool {
	return !now.Before(from) && (to.IsZero() || now.Before(to))
}

// addGroup adds a group that has always stood.
func (s *Server) addGroup(name, family, description string) *group {
	g := &group{name: name, family: family}
	g.description.set(description)
	if name == AccessGroup { // the service's own lets all in
		g.addRule(map[string]any{"SourceCidrIp": "0.0.0.0/0", "RWAccess": "RDWR", "UserAccess": "no_squash", "Priority": 1})
	}
	s.groups = append(s.groups, g)
	return g
}

// addRule adds a rule that has always stood.
func (g *group) addRule(fields map[string]any) *rule {
	g.ruleNumber++
	r := &rule{id: strconv.Itoa(g.ruleNumber)}
	r.fields.set(fields)
	g.rules = append(g.rules, r)
	return r
}

// family returns the family that a call names, or the default.
func family(call *fake.Call) string {
	if t := call.Params.Get("FileSystemType"); t != "" {
		return t
	}
	return "standard"
}

// groupOf returns the group of that name for a family, or for any if that is
// empty, that stood at the time now, or nil.
func (s *Server) groupOf(name, family string, now time.Time) *group {
	for _, g := range s.groups {
		if g.name == name && (family == "" || g.family == family) && stood(g.from, g.to, now) {
			return g
		}
	}
	return nil
}

// group returns the group that a call names.
func (s *Server) group(call *fake.Call, now time.Time) (*group, *fake.Refusal) {
	if g := s.groupOf(call.Params.Get("AccessGroupName"), family(call), now); g != nil {
		return g, nil
	}
	return nil, refuse(404, nas.CodeAccessGroupNotFound, "The specified AccessGroup does not exist.")
}

// users returns how many access points and mount targets have a group.
func (s *Server) users(g *group, now time.Time) (points, mounts int) {
	for _, p := range s.points {
		if g.family == "standard" && p.group == g.name && s.existed(p, now) {
			points++
		}
	}
	for _, fs := range s.fileSystems {
		all, _ := s.mounts(fs, func() time.Time { return now })
		for _, m := range all {
			if fs.fields["FileSystemType"] == g.family && m.group.at(now) == g.name {
				mounts++
			}
		}
	}
	return points, mounts
}

func (s *Server) createAccessGroup(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	name, description := q.Get("AccessGroupName"), q.Get("Description")
	if _, refusal := s.group(call, time.Now()); refusal == nil { // the code is assumed
		return fake.Answer{}, refuse(403, nas.CodeAccessGroupAlreadyExisted, "The specified AccessGroup already exists.")
	}
	if description == "" {
		description = name
	}
	s.groups = slices.DeleteFunc(s.groups, func(g *group) bool { return !g.to.IsZero() && s.fake.Forgotten(g.to) })
	g := s.addGroup(name, family(call), description)
	g.stamp, g.from = call.Stamp, time.Now()
	return answer(call, map[string]any{"AccessGroupName": name}), nil
}

func (s *Server) describeAccessGroups(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	items := []map[string]any{}
	for _, g := range s.groups {
		now := s.fake.ListAsOf(call)
		if name := q.Get("AccessGroupName"); g.family != family(call) || name != "" && name != g.name || !stood(g.from, g.to, now) {
			continue
		}
		_, mounts := s.users(g, now)
		items = append(items, map[string]any{
			"AccessGroupName": g.name, "AccessGroupType": "Vpc", "FileSystemType": g.family, "Description": g.description.at(now), "RegionId": Region,
			"RuleCount": len(g.shown(now)), "MountTargetCount": mounts, "CreateTime": g.stamp.UTC().Format(time.RFC3339),
		})
	}
	return s.pageOf(call, items, "AccessGroups", "AccessGroup"), nil
}

// pageOf answers with the page of a list that a call asks for by its number.
func (s *Server) pageOf(call *fake.Call, all []map[string]any, list, item string) fake.Answer {
	page, members := numbered(s, call, all)
	members[list] = map[string]any{item: page}
	return answer(call, members)
}

func (s *Server) modifyAccessGroup(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, refusal := s.group(call, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if call.Params.Has("Description") {
		g.description.set(call.Params.Get("Description"))
	}
	return answer(call, map[string]any{}), nil
}

// deleteAccessGroup deletes the rules of a group with it, which no source says.
// That it refuses a group in use with this code is assumed.
func (s *Server) deleteAccessGroup(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, refusal := s.group(call, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if points, mounts := s.users(g, time.Now()); points+mounts > 0 {
		return fake.Answer{}, refuse(403, nas.CodeInvalidState, "The AccessGroup is in use.")
	}
	g.to = time.Now()
	return answer(call, map[string]any{}), nil
}

// ruleFields returns what a call wants a rule to say. What it leaves out has the
// default, as the service's metadata has it.
func ruleFields(q fake.Params) map[string]any {
	fields := map[string]any{"RWAccess": "RDWR", "UserAccess": "no_squash", "Priority": q.Number("Priority", 1)}
	for parameter, member := range map[string]string{
		"SourceCidrIp": "SourceCidrIp", "Ipv6SourceCidrIp": "Ipv6SourceCidrIp", "RWAccessType": "RWAccess", "UserAccessType": "UserAccess",
	} {
		if q.Has(parameter) {
			fields[member] = q.Get(parameter)
		}
	}
	return fields
}

// refuseIPv6 refuses IPv6 to a group of a family that lacks it.
func refuseIPv6(call *fake.Call, g *group) *fake.Refusal {
	if call.Params.Has("Ipv6SourceCidrIp") && g.family != "extreme" {
		return refuse(400, nas.CodeAccessGroupNotSupportedIPv6, "The specified AccessGroup does not support IPv6.")
	}
	return nil
}

// maxRules is how many rules a group has at most.
const maxRules = 300

// createAccessRule takes a rule that is like another: no source says that it would
// be refused. The code of too many is assumed.
func (s *Server) createAccessRule(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, refusal := s.group(call, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if refusal := refuseIPv6(call, g); refusal != nil {
		return fake.Answer{}, refusal
	}
	g.rules = slices.DeleteFunc(g.rules, func(r *rule) bool { return !r.to.IsZero() && s.fake.Forgotten(r.to) })
	if len(g.shown(time.Now())) >= maxRules {
		return fake.Answer{}, refuse(403, "OperationDenied.AccessRuleCountsExceeded", "The AccessGroup has too many rules.")
	}
	r := g.addRule(ruleFields(call.Params))
	r.from = time.Now()
	return answer(call, map[string]any{"AccessRuleId": r.id}), nil
}

// shown returns the rules that a group had at the time now.
func (g *group) shown(now time.Time) (shown []*rule) {
	for _, r := range g.rules {
		if stood(r.from, r.to, now) {
			shown = append(shown, r)
		}
	}
	return shown
}

// rule returns the group and the rule that a call names.
func (s *Server) rule(call *fake.Call) (*group, *rule, *fake.Refusal) {
	g, refusal := s.group(call, time.Now())
	if refusal != nil {
		return nil, nil, refusal
	}
	for _, r := range g.shown(time.Now()) {
		if r.id == call.Params.Get("AccessRuleId") {
			return g, r, nil
		}
	}
	return nil, nil, refuse(404, nas.CodeAccessRuleNotFound, "The specified AccessRule does not exist.")
}

func (s *Server) describeAccessRules(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, refusal := s.group(call, s.fake.AsOf())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	items := []map[string]any{}
	for _, r := range g.rules {
		now := s.fake.ListAsOf(call)
		if id := call.Params.Get("AccessRuleId"); !stood(r.from, r.to, now) || id != "" && id != r.id {
			continue
		}
		m := map[string]any{"AccessRuleId": r.id, "AccessGroupName": g.name, "FileSystemType": g.family, "RegionId": Region}
		for name, value := range r.fields.at(now) {
			m[name] = value
		}
		items = append(items, m)
	}
	return s.pageOf(call, items, "AccessRules", "AccessRule"), nil
}

func (s *Server) modifyAccessRule(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, r, refusal := s.rule(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	switch v4, v6 := call.Params.Has("SourceCidrIp"), call.Params.Has("Ipv6SourceCidrIp"); {
	case v4 && v6:
		return fake.Answer{}, refuse(400, nas.CodeIPv4AndIPv6MutuallyExclusive, "A rule has one source.")
	case !v4 && !v6:
		return fake.Answer{}, refuse(400, nas.CodeInvalidSourceCidrIP, "A rule has a source.")
	}
	if refusal := refuseIPv6(call, g); refusal != nil {
		return fake.Answer{}, refusal
	}
	r.fields.set(ruleFields(call.Params))
	return answer(call, map[string]any{}), nil
}

func (s *Server) deleteAccessRule(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, r, refusal := s.rule(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	r.to = time.Now()
	return answer(call, map[string]any{}), nil
}
