package nastest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

// A space is one as the server keeps it. It is Running, the only state that is
// documented, from its creation until it is gone.
type space struct {
	id, fs, path  string
	place         int
	created       time.Time
	deleted       time.Time // zero unless it is being deleted
	fields, quota map[string]any
}

// addSpace adds a space that was created at a time.
func (s *Server) addSpace(id, fs, path, zone string, size, files int64, created time.Time) *space {
	stamp := s.fake.Clock().UTC().Format(time.RFC3339)
	p := &space{
		id: id, fs: fs, path: dir(path), place: len(s.spaces), created: created,
		quota:  map[string]any{"SizeLimit": size, "FileCountLimit": files},
		fields: map[string]any{"Azone": zone, "FileSystemPath": path, "CreateTimeUtc": stamp, "UpdateTimeUtc": stamp, "SpaceUsage": 0, "FileCountUsage": 0},
	}
	s.spaces = append(s.spaces, p)
	return p
}

// was reports whether a space existed at the time now.
func (s *Server) was(p *space, now time.Time) bool {
	return !now.Before(p.created) && (p.deleted.IsZero() || now.Sub(p.deleted) < s.goneAfter)
}

// findSpace returns the space that a call names, if it existed at the time now. The
// code for one that did not is assumed.
func (s *Server) findSpace(call *fake.Call, now time.Time) (*space, *fake.Refusal) {
	fs, refusal := s.fileSystem(call)
	if refusal != nil {
		return nil, refusal
	}
	for _, p := range s.spaces {
		if p.id == call.Params.Get("AgenticSpaceId") && p.fs == fs.id && s.was(p, now) {
			return p, nil
		}
	}
	return nil, refuse(404, "InvalidAgenticSpace.NotFound", "The specified space does not exist.")
}

// once has do done once for a ClientToken, and gives the first answer again. That a
// token is kept with the call, also when what it created is gone, is assumed from the
// creation of file systems.
func (s *Server) once(call *fake.Call, do func(dry bool) (map[string]any, *fake.Refusal)) (fake.Answer, *fake.Refusal) {
	params := maps.Clone(call.Params)
	delete(params, "ClientToken")
	key := call.Operation + " " + call.Params.Get("ClientToken")
	earlier, known := s.tokens.Get(key)
	dry := call.Params.Get("DryRun") == "true"
	switch {
	case dry:
		members, refusal := do(true)
		if refusal != nil {
			return fake.Answer{}, refusal
		}
		return answer(call, members), nil
	case known && !maps.Equal(earlier.params, params):
		return fake.Answer{}, refuse(400, nas.CodeIdempotentParameterMismatch, "The ClientToken was that of a request with other parameters.")
	case known:
		return answer(call, maps.Clone(earlier.members)), nil
	}
	members, refusal := do(false)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if call.Params.Has("ClientToken") {
		s.tokens.Put(key, answered{params, maps.Clone(members)})
	}
	return answer(call, members), nil
}

// answered is a call with a ClientToken, and what it was answered.
type answered struct {
	params  fake.Params
	members map[string]any
}

func (s *Server) createAgenticSpace(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	return s.once(call, func(dry bool) (map[string]any, *fake.Refusal) {
		fs, refusal := s.fileSystem(call)
		if refusal != nil {
			return nil, refusal
		}
		if !fs.agentic() {
			return nil, refuse(400, nas.CodeInvalidRequest, "The file system is not an Agentic one.")
		}
		if slices.ContainsFunc(s.spaces, func(p *space) bool {
			return p.fs == fs.id && p.path == dir(q.Get("FileSystemPath")) && s.was(p, time.Now())
		}) {
			return nil, refuse(403, "InvalidAgenticSpace.AlreadyExisted", "The path has a space already.") // assumed
		}
		if dry {
			return map[string]any{}, nil
		}
		size, _ := strconv.ParseInt(q.Get("Quota.SizeLimit"), 10, 64)
		files, _ := strconv.ParseInt(q.Get("Quota.FileCountLimit"), 10, 64)
		p := s.addSpace(fmt.Sprintf("agentic-%010x", len(s.spaces)), fs.id, q.Get("FileSystemPath"), q.Get("Azone"), size, files, time.Now())
		p.fields["Description"] = q.Get("Description")
		return map[string]any{"AgenticSpaceId": p.id}, nil
	})
}

// describeSpace returns the members of a space.
func (s *Server) describeSpace(p *space) map[string]any {
	m := maps.Clone(p.fields)
	m["AgenticSpaceId"], m["FileSystemId"], m["Status"], m["Quota"] = p.id, p.fs, fake.Spelled(&s.fake, nas.AgenticSpaceRunning), p.quota
	return m
}

func (s *Server) getAgenticSpace(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.findSpace(call, s.fake.AsOf())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(call, map[string]any{"AgenticSpace": s.describeSpace(p)}), nil
}

func (s *Server) describeAgenticSpaces(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	fs, refusal := s.fileSystem(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	var found []*space
	for _, p := range s.spaces {
		matches := p.fs == fs.id && s.was(p, s.fake.ListAsOf(call))
		for _, path := range q.Match("Filters.N") {
			matches = matches && q.Get(path+".Key") == string(nas.FilterAgenticSpaceIDs) && q.Get(path+".Value") == p.id
		}
		if matches {
			found = append(found, p)
		}
	}
	page, next, ok := fake.Page(&s.fake, found, func(p *space) int { return p.place }, q.Get("NextToken"), q.Number("MaxResults", 20))
	if !ok {
		return fake.Answer{}, refuse(400, nas.CodeInvalidRequest, "The NextToken is not one of this list.")
	}
	items := []map[string]any{}
	for _, p := range page {
		items = append(items, s.describeSpace(p))
	}
	return answer(call, map[string]any{"AgenticSpaces": map[string]any{"AgenticSpace": items}, "NextToken": next}), nil
}

func (s *Server) modifyAgenticSpace(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.changeSpace(call, func(p *space) {
		if call.Params.Has("Description") {
			p.fields["Description"] = call.Params.Get("Description")
		}
	})
}

func (s *Server) setAgenticSpaceQuota(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.changeSpace(call, func(p *space) {
		p.quota = maps.Clone(p.quota)
		setNumber(p.quota, "SizeLimit", call.Params)
		setNumber(p.quota, "FileCountLimit", call.Params)
	})
}

// changeSpace has change done with the space that a call names.
func (s *Server) changeSpace(call *fake.Call, change func(*space)) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.once(call, func(dry bool) (map[string]any, *fake.Refusal) {
		p, refusal := s.findSpace(call, time.Now())
		if refusal == nil && !dry {
			change(p)
			p.fields["UpdateTimeUtc"] = call.Stamp.UTC().Format(time.RFC3339)
		}
		return map[string]any{}, refusal
	})
}

// deleteAgenticSpace refuses to delete one with access points. The code is assumed.
func (s *Server) deleteAgenticSpace(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.once(call, func(dry bool) (map[string]any, *fake.Refusal) {
		p, refusal := s.findSpace(call, time.Now())
		switch {
		case refusal != nil:
			return nil, refusal
		case slices.ContainsFunc(s.points, func(ap *point) bool { return ap.space == p.id && ap.fs == p.fs && s.existed(ap, time.Now()) }):
			return nil, refuse(403, nas.CodeInvalidState, "The space has access points.")
		case !dry && p.deleted.IsZero():
			p.deleted = time.Now()
		}
		return map[string]any{}, nil
	})
}
