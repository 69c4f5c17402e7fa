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
	if !s.fileSystems[fs] {
		return fake.Answer{}, refuse(404, efs.CodeFileSystemNotFound, "File system '"+fs+"' does not exist.")
	}
	s.forget()
	now := time.Now()
	for _, p := range s.points {
		// A token is one of the account and region, not of the file system, and
		// the answer is the same whether the requests are equal or not. How long it
		// outlives its access point is not known.
		if p.token == token && (s.existed(p, now) || now.Sub(p.deleted.Add(s.goneAfter)) < s.remember) {
			refusal := refuse(409, efs.CodeAccessPointAlreadyExists, "Access point already exists with creation token "+token)
			refusal.ResourceID = p.id
			return fake.Answer{}, refusal
		}
	}
	p := &point{id: s.newID(), fs: fs, token: token, place: s.created, created: now}
	path := q.Get("RootDirectory.Path")
	if path == "" {
		path = "/"
	}
	root := map[string]any{"Path": path}
	p.fields = map[string]any{
		"AccessPointId":  p.id,
		"AccessPointArn": "arn:aws:elasticfilesystem:" + s.region + ":" + AccountID + ":access-point/" + p.id,
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
	tags := []map[string]string{}
	for _, path := range q.Match("Tags.N") {
		key, value := q.Get(path+".Key"), q.Get(path+".Value")
		tags = append(tags, map[string]string{"Key": key, "Value": value})
	}
	p.tags = tags
	m := s.describe(p, now)
	p.tagsShow = s.fake.TagsShow() // to others
	s.points = append(s.points, p)
	return answer(200, call, m), nil
}

// number returns a parameter that the rules have found to be a number.
func number(q fake.Params, path string) int64 {
	n, _ := strconv.ParseInt(q.Get(path), 10, 64)
	return n
}

// describe returns the members of an access point as it was at the time now.
func (s *Server) describe(p *point, now time.Time) map[string]any {
	m := maps.Clone(p.fields)
	m["LifeCycleState"] = fake.Spelled(&s.fake, s.state(p, now))
	m["Tags"] = []map[string]string{}
	if !now.Before(p.tagsShow) {
		m["Tags"] = p.tags
		for _, t := range p.tags {
			if t["Key"] == "Name" {
				m["Name"] = t["Value"]
			}
		}
	}
	return m
}

func (s *Server) describeAccessPoints(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	fs := bareID(q.Get("FileSystemId"))
	if fs != "" && !s.fileSystems[fs] {
		return fake.Answer{}, refuse(404, efs.CodeFileSystemNotFound, "File system '"+fs+"' does not exist.")
	}
	items := []map[string]any{}
	places := map[string]int{}
	if id := q.Get("AccessPointId"); id != "" {
		now := s.fake.AsOf()
		p, refusal := s.find(id, now)
		if refusal != nil {
			return fake.Answer{}, refusal
		}
		items = append(items, s.describe(p, now))
	} else {
		for _, p := range s.points {
			if now := s.fake.ListAsOf(call); s.existed(p, now) && (fs == "" || p.fs == fs) {
				items = append(items, s.describe(p, now))
				places[p.id] = p.place
			}
		}
	}
	place := func(item map[string]any) int { return places[item["AccessPointId"].(string)] }
	page, next, ok := fake.Page(&s.fake, items, place, q.Get("NextToken"), q.Number("MaxResults", 100))
	if !ok {
		// That it is this code is assumed.
		return fake.Answer{}, refuse(400, efs.CodeBadRequest, "The NextToken is not one of this list.")
	}
	members := map[string]any{"AccessPoints": page}
	if next != "" {
		members["NextToken"] = next
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
