package privatelinktest

import (
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// A tagging is that a tag was set, or removed, from some time on.
type tagging struct {
	privatelink.Tag
	from time.Time
	gone bool
}

// tagged returns the tags that a thing shows at the time now.
func (x *thing) tagged(now time.Time) []privatelink.Tag {
	tags := []privatelink.Tag{}
	for _, t := range x.tags {
		if now.Before(t.from) {
			continue
		}
		tags = slices.DeleteFunc(tags, func(o privatelink.Tag) bool { return o.Key == t.Key })
		if !t.gone {
			tags = append(tags, t.Tag)
		}
	}
	return tags
}

// hasTags reports whether a thing has all tags that a call asks for.
func (x *thing) hasTags(q fake.Params, now time.Time) bool {
	for _, path := range q.Match("Tag.N") {
		key, value := q.Get(path+".Key"), q.Get(path+".Value")
		if !slices.ContainsFunc(x.tagged(now), func(t privatelink.Tag) bool { return t.Key == key && (value == "" || t.Value == value) }) {
			return false
		}
	}
	return true
}

// tag gives a thing the tags of a call.
func (s *Server) tag(x *thing, q fake.Params) {
	show := s.fake.TagsShow()
	for _, path := range q.Match("Tag.N") {
		x.tags = append(x.tags, tagging{privatelink.Tag{Key: q.Get(path + ".Key"), Value: q.Get(path + ".Value")}, show, false})
	}
}

// ofType returns what there is, or was, of the kind that a call names.
func (s *Server) ofType(call *fake.Call) (all []*thing) {
	if strings.EqualFold(call.Params.Get("ResourceType"), string(privatelink.ResourceVpcEndpointService)) {
		for _, v := range s.services {
			all = append(all, &v.thing)
		}
		return all
	}
	for _, e := range s.endpoints {
		all = append(all, &e.thing)
	}
	return all
}

// named returns the things that a call names. That it is refused if one of them does
// not exist is assumed.
func (s *Server) named(call *fake.Call) (found []*thing, _ *fake.Refusal) {
	all := s.ofType(call)
	for _, path := range call.Params.Match("ResourceId.N") {
		i := slices.IndexFunc(all, func(x *thing) bool {
			return x.id == call.Params.Get(path) && s.existed(x.created, x.deleted, time.Now())
		})
		if i < 0 {
			return nil, refuse(privatelink.CodeResourceIDNotFound, "There is no such resource.")
		}
		found = append(found, all[i])
	}
	return found, nil
}

func (s *Server) tagResources(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.once(call, func() (func(), *fake.Refusal) {
		found, refusal := s.named(call)
		if refusal != nil {
			return nil, refusal
		}
		for _, x := range found {
			keys := map[string]bool{}
			for _, t := range x.tagged(time.Now()) {
				keys[t.Key] = true
			}
			for _, path := range call.Params.Match("Tag.N") {
				keys[call.Params.Get(path+".Key")] = true
			}
			if len(keys) > 20 {
				return nil, refuse(privatelink.CodeTagsPerResourceQuota, "A resource has at most 20 tags.")
			}
		}
		return func() {
			for _, x := range found {
				s.tag(x, call.Params)
			}
		}, nil
	})
}

// untagResources takes it that a resource has not the tag: when the service answers
// TagInfoNotExist is not documented.
func (s *Server) untagResources(call *fake.Call) (fake.Answer, *fake.Refusal) {
	q := call.Params
	return s.once(call, func() (func(), *fake.Refusal) {
		found, refusal := s.named(call)
		return func() {
			now := time.Now()
			for _, x := range found {
				for _, t := range x.tags {
					named := slices.ContainsFunc(q.Match("TagKey.N"), func(path string) bool { return q.Get(path) == t.Key })
					if named || q.Len("TagKey") == 0 && q.Get("All") == "true" {
						x.tags = append(x.tags, tagging{t.Tag, now, true})
					}
				}
			}
		}, refusal
	})
}

// listTagResources lists nothing for what does not exist: the page names no code for
// it.
func (s *Server) listTagResources(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	kind := strings.ToLower(q.Get("ResourceType"))
	items := []map[string]any{}
	places := map[string]int{}
	for _, x := range s.ofType(call) {
		now := s.fake.ListAsOf(call)
		asked := slices.ContainsFunc(q.Match("ResourceId.N"), func(path string) bool { return q.Get(path) == x.id })
		if q.Has("ResourceId") && !asked || !s.existed(x.created, x.deleted, now) || !x.hasTags(q, now) {
			continue
		}
		for i, t := range x.tagged(now) {
			places[x.id+"/"+t.Key] = x.place<<8 + i
			items = append(items, map[string]any{"ResourceId": x.id, "ResourceType": kind, "TagKey": t.Key, "TagValue": t.Value})
		}
	}
	page, next, ok := fake.Page(&s.fake, items, func(item map[string]any) int {
		return places[item["ResourceId"].(string)+"/"+item["TagKey"].(string)]
	}, q.Get("NextToken"), 50)
	if !ok { // the code is assumed
		return fake.Answer{}, refuse("IllegalParam.NextToken", "The NextToken is not one of this list.")
	}
	return answer(call, map[string]any{"TagResources": page, "NextToken": next}), nil
}
