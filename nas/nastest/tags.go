package nastest

import (
	"slices"
	"strconv"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

// maxTags is how many tags an access point has at most.
const maxTags = 20

// resources returns the access points that an operation on tags names. Tags of
// file systems are not kept here. The codes of what is wrong are assumed.
func (s *Server) resources(call *fake.Call, now time.Time) ([]*point, *fake.Refusal) {
	q := call.Params
	var found []*point
	switch {
	case q.Get("ResourceType") != "accesspoint":
		return nil, refuse(400, nas.CodeInvalidRequest, "ResourceType has to be accesspoint, which is all that this server keeps tags of.")
	case q.Len("ResourceId") > 50:
		return nil, refuse(400, nas.CodeInvalidRequest, "ResourceId names more than 50 resources.")
	}
	for _, path := range q.Match("ResourceId.N") {
		i := slices.IndexFunc(s.points, func(p *point) bool { return p.id == q.Get(path) && s.existed(p, now) })
		if i < 0 {
			return nil, refuse(404, nas.CodeAccessPointNotFound, "The specified access point does not exist.")
		}
		found = append(found, s.points[i])
	}
	return found, nil
}

// tagResources changes nothing unless it can change all.
func (s *Server) tagResources(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, time.Now()
	points, refusal := s.resources(call, now)
	switch {
	case refusal != nil:
		return fake.Answer{}, refusal
	case len(points) == 0 || q.Len("Tag") == 0 || q.Len("Tag") > maxTags:
		return fake.Answer{}, refuse(400, nas.CodeInvalidRequest, "ResourceId and Tag are required, and there are at most 20 tags.")
	}
	var tags []nas.Tag
	for _, path := range q.Match("Tag.N") {
		t := nas.Tag{Key: q.Get(path + ".Key"), Value: q.Get(path + ".Value")}
		if t.Key == "" || t.Value == "" || slices.ContainsFunc(tags, func(other nas.Tag) bool { return other.Key == t.Key }) {
			return fake.Answer{}, refuse(400, nas.CodeInvalidRequest, "Each tag has a key of its own, and a value.")
		}
		tags = append(tags, t)
	}
	for _, p := range points {
		kept := 0
		for _, t := range p.tags {
			if t.to.IsZero() && !slices.ContainsFunc(tags, func(other nas.Tag) bool { return other.Key == t.Key }) {
				kept++
			}
		}
		if kept+len(tags) > maxTags {
			return fake.Answer{}, refuse(400, nas.CodeInvalidRequest, "The access point would have more than 20 tags.")
		}
	}
	show := s.fake.TagsShow()
	for _, p := range points {
		for _, t := range tags {
			p.untag(show, func(key string) bool { return key == t.Key })
			p.tags = append(p.tags, tag{Tag: t, from: show})
		}
	}
	return answer(call, map[string]any{}), nil
}

// untag removes tags at a time, those first that have not shown by then.
func (p *point) untag(at time.Time, match func(key string) bool) {
	for i, t := range p.tags {
		if match(t.Key) && t.to.IsZero() {
			p.tags[i].to = at
		}
	}
}

func (s *Server) untagResources(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, time.Now()
	points, refusal := s.resources(call, now)
	switch {
	case refusal != nil:
		return fake.Answer{}, refusal
	case len(points) == 0 || q.Len("TagKey") > maxTags || q.Len("TagKey") == 0 && q.Get("All") != "true":
		return fake.Answer{}, refuse(400, nas.CodeInvalidRequest, "ResourceId and up to 20 of TagKey, or All, are required.")
	}
	var keys []string
	for _, path := range q.Match("TagKey.N") {
		keys = append(keys, q.Get(path))
	}
	show := s.fake.TagsShow()
	for _, p := range points {
		p.untag(show, func(key string) bool { return keys == nil || slices.Contains(keys, key) })
	}
	return answer(call, map[string]any{}), nil
}

// listTagResources lists the tags of the resources that are named, or of all, that
// have all tags that are asked for. Its pages have 50 resources, which is assumed.
func (s *Server) listTagResources(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	points, refusal := s.resources(call, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	type resource struct {
		place int
		id    string
		tags  []nas.Tag
	}
	var found []resource
	for _, p := range s.points {
		now := s.fake.ListAsOf(call)
		if !s.existed(p, now) || q.Len("ResourceId") > 0 && !slices.Contains(points, p) {
			continue
		}
		r := resource{p.place, p.id, p.tagged(now)}
		if len(r.tags) > 0 && wanted(q, r.tags) {
			found = append(found, r)
		}
	}
	page, next, ok := fake.Page(&s.fake, found, func(r resource) int { return r.place }, q.Get("NextToken"), 50)
	if !ok {
		return fake.Answer{}, refuse(400, nas.CodeInvalidRequest, "The NextToken is not one of this list.")
	}
	items := []map[string]any{}
	for _, r := range page {
		for _, t := range r.tags {
			items = append(items, map[string]any{"ResourceId": r.id, "ResourceType": "accesspoint", "TagKey": t.Key, "TagValue": t.Value})
		}
	}
	return answer(call, map[string]any{"TagResources": map[string]any{"TagResource": items}, "NextToken": next}), nil
}

// wanted reports whether tags hold all that a list asks for.
func wanted(q fake.Params, tags []nas.Tag) bool {
	for i := range q.Len("Tag") {
		path := "Tag." + strconv.Itoa(i+1)
		key, value := q.Get(path+".Key"), q.Get(path+".Value")
		if !slices.ContainsFunc(tags, func(t nas.Tag) bool { return t.Key == key && (value == "" || t.Value == value) }) {
			return false
		}
	}
	return true
}
