package nastest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

// A mountTarget is one as the server keeps it.
type mountTarget struct {
	domain, fs   string
	vpc, vSwitch string
	group        past[string]
	off          past[bool]
	viaPoints    bool // AccessPointAccessOnly
	created      time.Time
	deleted      time.Time // zero unless it is being deleted
}

// maxMountTargets is how many mount targets a file system has at most.
const maxMountTargets = 2

// status returns the stage that a mount target was in at the time now.
func (s *Server) mountStatus(m *mountTarget, now time.Time) nas.MountTargetStatus {
	switch {
	case !m.deleted.IsZero() && !now.Before(m.deleted):
		return nas.MountTargetDeleting
	case now.Sub(m.created) < s.readyAfter:
		return nas.MountTargetPending
	case m.off.at(now):
		return nas.MountTargetInactive
	}
	return nas.MountTargetActive
}

// mounts returns the mount targets that a file system had, each at a time of its own.
func (s *Server) mounts(fs *fileSystem, now func() time.Time) (all []*mountTarget, at []time.Time) {
	for _, m := range s.mountTargets {
		if t := now(); m.fs == fs.id && !t.Before(m.created) && (m.deleted.IsZero() || t.Sub(m.deleted) < s.goneAfter) {
			all, at = append(all, m), append(at, t)
		}
	}
	return all, at
}

func (s *Server) describeMountTarget(m *mountTarget, now time.Time, group string) map[string]any {
	return map[string]any{
		"MountTargetDomain": m.domain, "NetworkType": "Vpc", "IPVersion": "IPv4", "VpcId": m.vpc, "VswId": m.vSwitch,
		group: m.group.at(now), "AccessPointAccessOnly": m.viaPoints, "Status": fake.Spelled(&s.fake, s.mountStatus(m, now)),
	}
}

// createMountTarget takes a second one in the same vSwitch: the code for one that
// exists is documented, what it takes for the same is not.
func (s *Server) createMountTarget(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	fs, refusal := s.fileSystem(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	family := fs.fields["FileSystemType"].(string)
	all, _ := s.mounts(fs, time.Now)
	cpfs := strings.HasPrefix(family, "cpfs")
	switch {
	case s.fileSystemStatus(fs, time.Now()) != nas.FileSystemStatusRunning:
		return fake.Answer{}, refuse(403, nas.CodeInvalidState, "The file system is not Running.")
	case !cpfs && !q.Has("AccessGroupName"):
		return fake.Answer{}, refuse(400, nas.CodeMissingAccessGroupName, "AccessGroupName is mandatory for this action.")
	case !cpfs && s.groupOf(q.Get("AccessGroupName"), family, time.Now()) == nil:
		return fake.Answer{}, refuse(404, nas.CodeAccessGroupNotFound, "The specified AccessGroup does not exist.")
	case !s.vpcs[q.Get("VpcId")]:
		return fake.Answer{}, refuse(404, nas.CodeParameterVpcNotFound, "The specified Vpc does not exist.")
	case !s.vSwitches[q.Get("VSwitchId")]:
		return fake.Answer{}, refuse(404, nas.CodeParameterVSwitchNotFound, "The specified VSwitch does not exist.")
	case q.Get("EnableIpv6") == "true" && family != "extreme":
		return fake.Answer{}, refuse(400, nas.CodeFileSystemNotSupportedIPv6, "The file system does not support IPv6.")
	case len(all) >= maxMountTargets:
		return fake.Answer{}, refuse(403, nas.CodeMountTargetExceedLimit, "The file system has two mount targets already.")
	case q.Get("DryRun") == "true":
		return answer(call, map[string]any{"MountTargetDomain": ""}), nil
	}
	s.created++
	m := &mountTarget{
		domain: fmt.Sprintf("%s-%05d.%s.nas.aliyuncs.com", fs.id, s.created, Region), fs: fs.id,
		vpc: q.Get("VpcId"), vSwitch: q.Get("VSwitchId"), created: time.Now(),
	}
	m.group.set(q.Get("AccessGroupName"))
	m.off.set(false)
	s.mountTargets = slices.DeleteFunc(s.mountTargets, func(m *mountTarget) bool { return !m.deleted.IsZero() && s.fake.Forgotten(m.deleted.Add(s.goneAfter)) })
	s.mountTargets = append(s.mountTargets, m)
	members := map[string]any{"MountTargetDomain": m.domain}
	if family == "extreme" { // others have seen answers without a domain
		members["MountTargetDomain"] = ""
	}
	return answer(call, members), nil
}

func (s *Server) describeMountTargets(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fs, refusal := s.fileSystem(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	items := []map[string]any{}
	domain := call.Params.Get("MountTargetDomain")
	all, at := s.mounts(fs, func() time.Time { return s.fake.ListAsOf(call) })
	for i, m := range all {
		if domain == "" || domain == m.domain {
			items = append(items, s.describeMountTarget(m, at[i], "AccessGroup"))
		}
	}
	if domain != "" && len(items) == 0 { // that this is no empty list is assumed
		return fake.Answer{}, refuse(404, nas.CodeMountTargetNotFound, "The specified mount target does not exist.")
	}
	return s.pageOf(call, items, "MountTargets", "MountTarget"), nil
}

// mountTarget returns the file system and the mount target that a call names.
func (s *Server) mountTarget(call *fake.Call) (*fileSystem, *mountTarget, *fake.Refusal) {
	fs, refusal := s.fileSystem(call)
	if refusal != nil {
		return nil, nil, refusal
	}
	all, _ := s.mounts(fs, time.Now)
	for _, m := range all {
		if m.domain == call.Params.Get("MountTargetDomain") {
			return fs, m, nil
		}
	}
	return nil, nil, refuse(404, nas.CodeMountTargetNotFound, "The specified mount target does not exist.")
}

func (s *Server) modifyMountTarget(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	if !q.Has("MountTargetDomain") && !q.Has("DualStackMountTargetDomain") {
		return fake.Answer{}, refuse(400, nas.CodeInvalidMountTargetDomain, "A domain is mandatory for this action.")
	}
	fs, m, refusal := s.mountTarget(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if group := q.Get("AccessGroupName"); group != "" {
		if s.groupOf(group, fs.fields["FileSystemType"].(string), time.Now()) == nil {
			return fake.Answer{}, refuse(404, nas.CodeAccessGroupNotFound, "The specified AccessGroup does not exist.")
		}
		m.group.set(group)
	}
	if q.Has("Status") {
		m.off.set(q.Get("Status") == string(nas.MountTargetInactive))
	}
	if q.Has("AccessPointAccessOnly") {
		m.viaPoints = q.Get("AccessPointAccessOnly") == "true"
	}
	return answer(call, map[string]any{}), nil
}

func (s *Server) deleteMountTarget(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, m, refusal := s.mountTarget(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if m.deleted.IsZero() {
		m.deleted = time.Now()
	}
	return answer(call, map[string]any{}), nil
}
