package nastest

import (
	"slices"
	"strconv"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

// maxTags is how many tags a resource has at most.
const maxTags = 20

// labels are what a resource has that can have tags.
type labels struct {
	id    string
	place int // in the order of creation
	tags  []tag
}

// A tag is one that shows for some time.
type tag struct {
	nas.Tag
	from, to time.Time // to is zero unless it was removed
}

// tag sets the tags that a call asks for, which show from a time on.
func (l *labels) tag(q fake.Params, show time.Time) {
	for _, path := range q.Match("Tag.N") {
		t := nas.Tag{Key: q.Get(path + ".Key"), Value: q.Get(path + ".Value")}
		l.untag(show, func(key string) bool { return key == t.Key })
		l.tags = append(l.tags, tag{Tag: t, from: show})
	}
}

// tagged returns the tags that a resource shows at the time now.
func (l *labels) tagged(now time.Time) (tags []nas.Tag) {
	for _, t := range l.tags {
		if !now.Before(t.from) && (t.to.IsZero() || now.Before(t.to)) {
			tags = append(tags, t.Tag)
		}
	}
	return tags
}

// described returns tags as answers have them.
func described(tags []nas.Tag) []map[string]string {
	items := []map[string]string{}
	for _, t := range tags {
		items = append(items, map[string]string{"Key": t.Key, "Value": t.Value})
	}
	return items
}

// all returns the resources of the kind that a call names, which exist at a time
// that may be another for each of them.
func (s *Server) all(call *fake.Call, now func() time.Time) (all []*labels, _ *fake.Refusal) {
	switch nas.ResourceType(call.Params.Get("ResourceType")) {
	case nas.ResourceAccessPoint:
		for _, p := range s.points {
			if s.existed(p, now()) {
				all = append(all, &p.labels)
			}
		}
	case nas.ResourceFileSystem:
		for _, fs := range s.fileSystems {
			if s.fileSystemExisted(fs, now()) {
				all = append(all, &fs.labels)
			}
		}
	default:
		return nil, refuse(400, nas.CodeInvalidRequest, "ResourceType has to be accesspoint or filesystem.")
	}
	return all, nil
}

// resources returns the resources that an operation on tags names.
func (s *Server) resources(call *fake.Call) (found []*labels, _ *fake.Refusal) {
	all, refusal := s.all(call, time.Now)
	if refusal != nil {
		return nil, refusal
	}
	for _, path := range call.Params.Match("ResourceId.N") {
		i := slices.IndexFunc(all, func(l *labels) bool { return l.id == call.Params.Get(path) })
		if i < 0 {
			return nil, refuse(400, nas.CodeResourceNotFound, "The specified resource does not exist.")
		}
		if slices.Contains(found, all[i]) {
			return nil, refuse(400, nas.CodeDuplicateResourceID, "A resource is named twice.")
		}
		found = append(found, all[i])
	}
	return found, nil
}

// tagResources changes nothing unless it can change all.
func (s *Server) tagResources(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	found, refusal := s.resources(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	keys := map[string]bool{}
	for _, path := range q.Match("Tag.N.Key") {
		keys[q.Get(path)] = true
	}
	for _, l := range found {
		kept := 0
		for _, t := range l.tags {
			if t.to.IsZero() && !keys[t.Key] {
				kept++
			}
		}
		if kept+len(keys) > maxTags {
			return fake.Answer{}, refuse(400, nas.CodeTagsExceeded, "The resource would have more than 20 tags.")
		}
	}
	show := s.fake.TagsShow()
	for _, l := range found {
		l.tag(q, show)
	}
	return answer(call, map[string]any{}), nil
}

// untag removes tags at a time, those first that have not shown by then.
func (l *labels) untag(at time.Time, match func(key string) bool) {
	for i, t := range l.tags {
		if match(t.Key) && t.to.IsZero() {
			l.tags[i].to = at
		}
	}
}

func (s *Server) untagResources(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	found, refusal := s.resources(call)
	switch {
	case refusal != nil:
		return fake.Answer{}, refusal
	case q.Len("TagKey") == 0 && q.Get("All") != "true":
		return fake.Answer{}, refuse(400, nas.CodeInvalidTagKey, "TagKey or All is required.") // the code is assumed
	}
	var keys []string
	for _, path := range q.Match("TagKey.N") {
		keys = append(keys, q.Get(path))
	}
	show := s.fake.TagsShow()
	for _, l := range found {
		l.untag(show, func(key string) bool { return keys == nil || slices.Contains(keys, key) })
	}
	return answer(call, map[string]any{}), nil
}

// listTagResources lists the tags of the resources that are named, or of all, that
// have all tags that are asked for. Its pages have 50 resources, which is assumed.
func (s *Server) listTagResources(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	named, refusal := s.resources(call)
	switch {
	case refusal != nil:
		return fake.Answer{}, refusal
	case q.Len("ResourceId") == 0 && q.Len("Tag") == 0:
		return fake.Answer{}, refuse(400, nas.CodeMissingResourceIDOrTag, "ResourceId or Tag is required.")
	}
	type resource struct {
		place int
		id    string
		tags  []nas.Tag
	}
	all, _ := s.all(call, func() time.Time { return s.fake.ListAsOf(call) })
	var found []resource
	for _, l := range all {
		if q.Len("ResourceId") > 0 && !slices.Contains(named, l) {
			continue
		}
		r := resource{l.place, l.id, l.tagged(s.fake.ListAsOf(call))}
		if len(r.tags) > 0 && wanted(q, r.tags) {
			found = append(found, r)
		}
	}
	page, next, ok := fake.Page(&s.fake, found, func(r resource) int { return r.place }, q.Get("NextToken"), 50)
	if !ok {
		return fake.Answer{}, refuse(400, nas.CodeInvalidNextToken, "The NextToken is not one of this list.")
	}
	items := []map[string]any{}
	for _, r := range page {
		for _, t := range r.tags {
			items = append(items, map[string]any{"ResourceId": r.id, "ResourceType": q.Get("ResourceType"), "TagKey": t.Key, "TagValue": t.Value})
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
