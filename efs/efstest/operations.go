package efstest

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/fake"
)

func (s *Server) createAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	fs, token := bareID(q.Get("FileSystemId")), q.Get("ClientToken")
	if _, refusal := s.usable(fs); refusal != nil {
		return fake.Answer{}, refusal
	}
	s.forget()
	for _, p := range s.points {
		// A token is one of the account and region, not of the file system, and
		// the answer is the same whether the requests are equal or not.
		if p.token == token && s.holds(p.span) {
			refusal := refuse(409, efs.CodeAccessPointAlreadyExists, "Access point already exists with creation token "+token)
			refusal.ResourceID = p.id
			return fake.Answer{}, refusal
		}
	}
	p := &point{fs: fs, token: token}
	p.id, p.place = s.newID("fsap-")
	p.created = time.Now()
	path := q.Get("RootDirectory.Path")
	if path == "" {
		path = "/"
	}
	root := map[string]any{"Path": path}
	p.fields = map[string]any{
		"AccessPointId":  p.id,
		"AccessPointArn": s.arn("access-point/" + p.id),
		"ClientToken":    token,
		"FileSystemId":   fs,
		"OwnerId":        AccountID,
		"RootDirectory":  root,
	}
	if info := "RootDirectory.CreationInfo"; q.Has(info) {
		root["CreationInfo"] = map[string]any{
			"OwnerUid": number(q, info+".OwnerUid"), "OwnerGid": number(q, info+".OwnerGid"), "Permissions": q.Get(info + ".Permissions"),
		}
	}
	if q.Has("PosixUser") {
		user := map[string]any{"Uid": number(q, "PosixUser.Uid"), "Gid": number(q, "PosixUser.Gid")}
		groups := []int64{}
		for _, path := range q.Match("PosixUser.SecondaryGids.N") {
			groups = append(groups, number(q, path))
		}
		if len(groups) > 0 {
			user["SecondaryGids"] = groups
		}
		p.fields["PosixUser"] = user
	}
	tags := tagsOf(q)
	m := s.describe(p, p.created, tags)
	p.tags.set(s.fake.TagsShow(), tags) // to others
	s.points = append(s.points, p)
	return answer(200, call, m), nil
}

func (s *Server) arn(resource string) string {
	return "arn:aws:elasticfilesystem:" + s.region + ":" + AccountID + ":" + resource
}

// number returns a parameter that the rules have found to be a number.
func number(q fake.Params, path string) int64 {
	n, _ := strconv.ParseInt(q.Get(path), 10, 64)
	return n
}

// describe returns the members of an access point as it was at the time now.
func (s *Server) describe(p *point, now time.Time, tags []tag) map[string]any {
	m := maps.Clone(p.fields)
	m["LifeCycleState"] = fake.Spelled(&s.fake, s.state(p.span, time.Time{}, now))
	tell(m, tags)
	return m
}

func (s *Server) describeAccessPoints(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	fs := bareID(q.Get("FileSystemId"))
	if _, refusal := s.fileSystem(fs, time.Now()); fs != "" && refusal != nil {
		return fake.Answer{}, refusal
	}
	var items []item
	if id := q.Get("AccessPointId"); id != "" {
		now := s.fake.AsOf()
		p, refusal := s.find(id, now)
		if refusal != nil {
			return fake.Answer{}, refusal
		}
		items = append(items, item{p.place, s.describe(p, now, p.tags.at(now))})
	} else {
		for _, p := range s.points {
			if now := s.fake.ListAsOf(call); s.existed(p.span, now) && (fs == "" || p.fs == fs) {
				items = append(items, item{p.place, s.describe(p, now, p.tags.at(now))})
			}
		}
	}
	return s.page(call, "AccessPoints", items, "MaxResults", "NextToken", "NextToken")
}

// An item is one of a list.
type item struct {
	place   int
	members map[string]any
}

// page answers with a page of a list.
func (s *Server) page(call *fake.Call, name string, items []item, size, token, next string) (fake.Answer, *fake.Refusal) {
	q := call.Params
	shown, more, ok := fake.Page(&s.fake, items, func(i item) int { return i.place }, q.Get(token), q.Number(size, 100))
	if !ok {
		// That it is this code is assumed.
		return fake.Answer{}, refuse(400, efs.CodeBadRequest, "The "+token+" is not one of this list.")
	}
	list := []map[string]any{}
	for _, i := range shown {
		list = append(list, i.members)
	}
	members := map[string]any{name: list}
	if more != "" {
		members[next] = more
	}
	return answer(200, call, members), nil
}

func (s *Server) deleteAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.find(call.Params.Get("AccessPointId"), time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if p.deleted.IsZero() {
		p.deleted = time.Now() // that a second request for it succeeds is assumed
	}
	return answer(204, call, nil), nil
}

// bareID returns the ID in an ARN, and an ID as it is.
func bareID(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }
