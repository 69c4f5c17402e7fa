package nastest

import (
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

// A cpfsPoint is an access point of a CPFS file system. No client ever mounts it.
type cpfsPoint struct {
	id, fs      string
	description past[string]
	root        string
	created     time.Time
	stamp       time.Time
	deleted     time.Time // zero unless it is being deleted
}

// cpfs returns the CPFS file system that a call names. The code of another kind is
// assumed.
func (s *Server) cpfs(call *fake.Call) (*fileSystem, *fake.Refusal) {
	fs, refusal := s.fileSystem(call)
	if refusal == nil && !strings.HasPrefix(fs.fields["FileSystemType"].(string), "cpfs") {
		return nil, refuse(400, nas.CodeFileSystemTypeNotSupported, "The file system is not a CPFS one.")
	}
	return fs, refusal
}

func (s *Server) cpfsExisted(p *cpfsPoint, now time.Time) bool {
	return !now.Before(p.created) && (p.deleted.IsZero() || now.Sub(p.deleted) < s.goneAfter)
}

func (s *Server) createCpfsAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fs, refusal := s.cpfs(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	root := call.Params.Get("RootDirectory.RootPath")
	if root == "" {
		root = "/"
	}
	p := &cpfsPoint{id: s.newID(), fs: fs.id, root: root, created: time.Now(), stamp: call.Stamp}
	p.description.set(call.Params.Get("Description"))
	s.cpfsPoints = slices.DeleteFunc(s.cpfsPoints, func(p *cpfsPoint) bool { return !p.deleted.IsZero() && s.fake.Forgotten(p.deleted.Add(s.goneAfter)) })
	s.cpfsPoints = append(s.cpfsPoints, p)
	return answer(call, map[string]any{"AccessPointId": p.id}), nil
}

func (s *Server) describeCpfsAccessPoints(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fs, refusal := s.cpfs(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	items := []map[string]any{}
	id := call.Params.Get("AccessPointId")
	for _, p := range s.cpfsPoints {
		now := s.fake.ListAsOf(call)
		if p.fs != fs.id || id != "" && id != p.id || !s.cpfsExisted(p, now) {
			continue
		}
		status := nas.StatusActive
		switch {
		case !p.deleted.IsZero() && !now.Before(p.deleted):
			status = nas.StatusDeleting
		case now.Sub(p.created) < s.readyAfter:
			status = nas.StatusPending
		}
		stamp := p.stamp.UTC().Format(time.RFC3339)
		items = append(items, map[string]any{
			"AccessPointId": p.id, "ARN": "acs:nas:" + Region + ":178321033379:accesspoint/" + p.id, "FileSystemId": p.fs, "RegionId": Region,
			"Description": p.description.at(now), "Status": fake.Spelled(&s.fake, status), "CreateTime": stamp, "ModifyTime": stamp,
			"RootDirectory": map[string]any{"RootPath": p.root, "RootPathStatus": "0"},
		})
	}
	page, members := numbered(s, call, items)
	members["AccessPoints"] = page
	return answer(call, members), nil
}

// cpfsPoint returns the access point that a call names.
func (s *Server) cpfsPoint(call *fake.Call) (*cpfsPoint, *fake.Refusal) {
	fs, refusal := s.cpfs(call)
	if refusal != nil {
		return nil, refusal
	}
	for _, p := range s.cpfsPoints {
		if p.fs == fs.id && p.id == call.Params.Get("AccessPointId") && s.cpfsExisted(p, time.Now()) {
			return p, nil
		}
	}
	return nil, refuse(404, nas.CodeAccessPointNotFound, "The specified access point does not exist.")
}

func (s *Server) modifyCpfsAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.cpfsPoint(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if call.Params.Has("Description") {
		p.description.set(call.Params.Get("Description"))
	}
	return answer(call, map[string]any{}), nil
}

func (s *Server) deleteCpfsAccessPoint(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, refusal := s.cpfsPoint(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if p.deleted.IsZero() {
		p.deleted = time.Now()
	}
	return answer(call, map[string]any{}), nil
}

func (s *Server) describeCpfsAccessPointMountedClients(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, refusal := s.cpfsPoint(call); refusal != nil {
		return fake.Answer{}, refusal
	}
	page, members := numbered(s, call, []map[string]any{})
	members["MountedClient"] = page
	return answer(call, members), nil
}
