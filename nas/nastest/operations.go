package nastest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

func (s *Server) createAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	group := q.Get("AccessGroup")
	if group == "" {
		group = AccessGroup
	}
	fs, refusal := s.fileSystem(call)
	switch {
	case refusal != nil:
		return fake.Answer{}, refusal
	case fs.agentic() != q.Has("AgenticSpaceId"):
		return fake.Answer{}, refuse(400, nas.CodeInvalidRequest, "AgenticSpaceId goes with an Agentic file system.")
	case q.Has("AgenticSpaceId") && !slices.ContainsFunc(s.spaces, func(p *space) bool { return p.id == q.Get("AgenticSpaceId") && p.fs == fs.id && s.was(p, time.Now()) }):
		return fake.Answer{}, refuse(404, "InvalidAgenticSpace.NotFound", "The specified space does not exist.") // the code is assumed
	case !s.vpcs[q.Get("VpcId")]:
		return fake.Answer{}, refuse(404, nas.CodeVpcNotFound, "The specified Vpc is not found.")
	case !s.vSwitches[q.Get("VswId")]:
		return fake.Answer{}, refuse(404, nas.CodeVSwitchNotFound, "The specified VSwitch does not exist.")
	case s.groupOf(group, "", time.Now()) == nil:
		return fake.Answer{}, refuse(404, nas.CodeAccessGroupNotFound, "The specified AccessGroup does not exist.")
	}
	now := time.Now()
	p := &point{labels: labels{id: s.newID(), place: s.created}, fs: fs.id, group: group, space: q.Get("AgenticSpaceId"), created: now, stamp: call.Stamp}
	p.tag(q, s.fake.TagsShow())
	domain := p.id + "nvp.w1." + Region + ".nas.aliyuncs.com"
	root := q.Get("RootDirectory")
	if root == "" {
		root = "/"
	}
	p.fields = map[string]any{
		"AccessPointId":   p.id,
		"AccessPointName": q.Get("AccessPointName"),
		"ARN":             "acs:nas:" + Region + ":178321033379:accesspoint/" + p.id,
		"FileSystemId":    p.fs,
		"AgenticSpaceId":  p.space,
		"DomainName":      domain,
		"EnabledRam":      q.Get("EnabledRam") == "true",
		"VpcId":           q.Get("VpcId"),
		"VSwitchId":       q.Get("VswId"),
		"RootPath":        root,
		"RootPathStatus":  "2",
		"CreateTimeUtc":   p.stamp.UTC().Format(time.RFC3339),
		"ModifyTimeUtc":   p.stamp.UTC().Format(time.RFC3339),
	}
	if q.Has("OwnerUserId") || q.Has("OwnerGroupId") {
		mode := q.Get("Permission")
		if mode == "" {
			mode = "0755"
		}
		permission := map[string]any{"Permission": mode}
		setNumber(permission, "OwnerUserId", q)
		setNumber(permission, "OwnerGroupId", q)
		p.fields["RootPathPermission"] = permission
	}
	if q.Has("PosixUserId") || q.Has("PosixGroupId") || q.Has("PosixSecondaryGroupIds") {
		user := map[string]any{}
		setNumber(user, "PosixUserId", q)
		setNumber(user, "PosixGroupId", q)
		groups := []int64{}
		for id := range strings.SplitSeq(q.Get("PosixSecondaryGroupIds"), ",") {
			if n, err := strconv.ParseInt(id, 10, 64); err == nil {
				groups = append(groups, n)
			}
		}
		user["PosixSecondaryGroupIds"] = groups
		p.fields["PosixUser"] = user
	}
	s.forget()
	fs.addDir(root)
	s.points = append(s.points, p)
	return answer(call, map[string]any{"AccessPoint": map[string]any{"AccessPointId": p.id, "AccessPointDomain": domain}}), nil
}

// setNumber copies a numeric parameter, if it is there.
func setNumber(members map[string]any, name string, q fake.Params) {
	if n, err := strconv.ParseInt(q.Get(name), 10, 64); err == nil {
		members[name] = n
	}
}

// describe returns the members of an access point. The lists and the single
// answer write their times in different forms.
func (s *Server) describe(p *point, now time.Time, micros bool) map[string]any {
	m := maps.Clone(p.fields)
	m["Status"] = fake.Spelled(&s.fake, s.status(p, now))
	m["AccessGroup"] = p.group
	m["Tags"] = described(p.tagged(now))
	m["CreateTime"], m["ModifyTime"] = m["CreateTimeUtc"], m["ModifyTimeUtc"]
	if micros {
		m["CreateTime"] = strconv.FormatInt(p.stamp.UnixMicro(), 10)
		m["ModifyTime"] = m["CreateTime"]
	}
	return m
}

func (s *Server) describeAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	p, refusal := s.find(call, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	m := s.describe(p, now, true)
	m["RegionId"] = Region
	return answer(call, map[string]any{"AccessPoint": m}), nil
}

func (s *Server) describeAccessPoints(call *fake.Call) (fake.Answer, *fake.Refusal) {
	q := call.Params
	return s.list(call, true, 10, func(p *point, now time.Time) bool {
		return wanted(q, p.tagged(now)) &&
			(!q.Has("FileSystemId") || p.fs == q.Get("FileSystemId")) &&
			(!q.Has("AccessGroup") || p.group == q.Get("AccessGroup"))
	})
}

func (s *Server) listAccessPoints(call *fake.Call) (fake.Answer, *fake.Refusal) {
	q := call.Params
	return s.list(call, false, 20, func(p *point, _ time.Time) bool {
		for _, path := range q.Match("Filters.N") {
			property := map[string]string{"AccessGroup": p.group, "AccessPointId": p.id, "AgenticSpaceId": p.space}[q.Get(path+".Name")]
			if property != q.Get(path+".Value") {
				return false
			}
		}
		return p.fs == q.Get("FileSystemId")
	})
}

// list answers with a page of the access points that match selects.
func (s *Server) list(call *fake.Call, micros bool, size int, matches func(*point, time.Time) bool) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if call.Params.Has("FileSystemId") {
		if _, refusal := s.fileSystem(call); refusal != nil {
			return fake.Answer{}, refusal
		}
	}
	items := []map[string]any{}
	places := map[string]int{}
	for _, p := range s.points {
		if now := s.fake.ListAsOf(call); s.existed(p, now) && matches(p, now) {
			items = append(items, s.describe(p, now, micros))
			places[p.id] = p.place
		}
	}
	place := func(item map[string]any) int { return places[item["AccessPointId"].(string)] }
	page, next, ok := fake.Page(&s.fake, items, place, call.Params.Get("NextToken"), call.Params.Number("MaxResults", size))
	if !ok {
		return fake.Answer{}, refuse(400, nas.CodeInvalidRequest, "The NextToken is not one of this list.")
	}
	return answer(call, map[string]any{"AccessPoints": page, "NextToken": next, "TotalCount": len(items)}), nil
}

func (s *Server) modifyAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.find(call, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	q := call.Params
	if group := q.Get("AccessGroup"); group != "" {
		if s.groupOf(group, "", time.Now()) == nil {
			return fake.Answer{}, refuse(404, nas.CodeAccessGroupNotFound, "The specified AccessGroup does not exist.")
		}
		p.group = group
	}
	if q.Has("AccessPointName") {
		p.fields["AccessPointName"] = q.Get("AccessPointName")
	}
	if q.Has("EnabledRam") {
		p.fields["EnabledRam"] = q.Get("EnabledRam") == "true"
	}
	p.fields["ModifyTimeUtc"] = call.Stamp.UTC().Format(time.RFC3339)
	return answer(call, map[string]any{}), nil
}

func (s *Server) deleteAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.find(call, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if p.deleted.IsZero() {
		p.deleted = time.Now()
	}
	return answer(call, map[string]any{}), nil
}
