package efstest

import (
	"slices"
	"strconv"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// A tag is one as it is answered.
type tag struct{ Key, Value string }

// tagsOf returns the tags that a request sets.
func tagsOf(q fake.Params) []tag {
	tags := []tag{}
	for _, path := range q.Match("Tags.N") {
		tags = append(tags, tag{q.Get(path + ".Key"), q.Get(path + ".Value")})
	}
	return tags
}

// tell puts tags into the members of a resource.
func tell(m map[string]any, tags []tag) {
	m["Tags"] = append([]tag{}, tags...)
	for _, t := range tags {
		if t.Key == "Name" {
			m["Name"] = t.Value
		}
	}
}

// tagged returns the tags of what has the ID of a request.
func (s *Server) tagged(q fake.Params, now time.Time) (*history[[]tag], *fake.Refusal) {
	id := bareID(q.Get("ResourceId"))
	if id[:3] == "fs-" {
		fs, refusal := s.fileSystem(id, now)
		if refusal != nil {
			return nil, refusal
		}
		return &fs.tags, nil
	}
	p, refusal := s.find(id, now)
	if refusal != nil {
		return nil, refusal
	}
	return &p.tags, nil
}

// retag changes the tags of what has the ID of a request. Tags that are lost are no
// part of them.
func (s *Server) retag(call *fake.Call, change func([]tag) []tag) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tags, refusal := s.tagged(call.Params, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	tags.set(s.fake.TagsShow(), change(slices.Clone(tags.at(time.Now().Add(24*time.Hour)))))
	return answer(200, call, nil), nil
}

func (s *Server) tagResource(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.retag(call, func(tags []tag) []tag {
		for _, t := range tagsOf(call.Params) {
			at := slices.IndexFunc(tags, func(old tag) bool { return old.Key == t.Key })
			if at < 0 {
				tags = append(tags, t)
			} else {
				tags[at] = t
			}
		}
		return tags
	})
}

func (s *Server) untagResource(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.retag(call, func(tags []tag) []tag {
		return slices.DeleteFunc(tags, func(t tag) bool {
			return slices.ContainsFunc(call.Params.Match("TagKeys.N"), func(path string) bool { return call.Params.Get(path) == t.Key })
		})
	})
}

func (s *Server) listTagsForResource(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	tags, refusal := s.tagged(call.Params, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	var items []item
	for i, t := range tags.at(now) {
		items = append(items, item{i + 1, map[string]any{"Key": t.Key, "Value": t.Value}})
	}
	return s.page(call, "Tags", items, "MaxResults", "NextToken", "NextToken")
}

// texts returns the items of a list of texts.
func texts(q fake.Params, list string) []string {
	found := []string{}
	for i := range q.Len(list) {
		found = append(found, q.Get(list+"."+strconv.Itoa(i+1)))
	}
	return found
}
