package nastest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

// A fileSystem is one as the server keeps it.
type fileSystem struct {
	labels
	fields  map[string]any // as they are answered
	created time.Time
	deleted time.Time // zero unless it is being deleted
	dirs    []string  // but the root and parents
	quotas  []*dirQuota
}

func (fs *fileSystem) agentic() bool { return fs.fields["StorageType"] == string(nas.StorageAgentic) }

// addFileSystem adds an NFS file system of the family standard, which has existed
// for long.
func (s *Server) addFileSystem(id string, storage nas.StorageType) {
	s.fileSystems = append(s.fileSystems, &fileSystem{
		labels: labels{id: id, place: len(s.fileSystems)}, created: time.Unix(0, 0),
		fields: map[string]any{
			"FileSystemId":    id,
			"FileSystemType":  string(nas.FileSystemTypeStandard),
			"StorageType":     string(storage),
			"ProtocolType":    string(nas.ProtocolNFS),
			"ChargeType":      "PayAsYouGo",
			"RegionId":        Region,
			"ZoneId":          Region + "-g",
			"CreateTime":      s.fake.Clock().UTC().Format(time.RFC3339),
			"ResourceGroupId": "rg-acfmwavnfdf****",
		},
	})
}

// fileSystem returns the file system that a call names.
func (s *Server) fileSystem(call *fake.Call) (*fileSystem, *fake.Refusal) {
	id, now := call.Params.Get("FileSystemId"), time.Now()
	i := slices.IndexFunc(s.fileSystems, func(fs *fileSystem) bool { return fs.id == id && s.fileSystemExisted(fs, now) })
	if i < 0 {
		return nil, refuse(404, nas.CodeFileSystemNotFound, "The specified file system does not exist.")
	}
	return s.fileSystems[i], nil
}

// fileSystemExisted reports whether a file system existed at the time now.
func (s *Server) fileSystemExisted(fs *fileSystem, now time.Time) bool {
	return !now.Before(fs.created) && (fs.deleted.IsZero() || now.Sub(fs.deleted) < s.goneAfter)
}

// fileSystemStatus returns the stage that a file system was in at the time now.
func (s *Server) fileSystemStatus(fs *fileSystem, now time.Time) nas.FileSystemStatus {
	switch {
	case !fs.deleted.IsZero() && !now.Before(fs.deleted):
		return nas.FileSystemStatusDeleting
	case now.Sub(fs.created) < s.readyAfter:
		return nas.FileSystemStatusPending
	}
	return nas.FileSystemStatusRunning
}

// createFileSystem heeds the token of an extreme file system alone.
func (s *Server) createFileSystem(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	family := q.Get("FileSystemType")
	if family == "" {
		family = string(nas.FileSystemTypeStandard)
	}
	do := func(dry bool) (map[string]any, *fake.Refusal) {
		if protocol := q.Get("ProtocolType"); strings.HasPrefix(family, "cpfs") != (protocol == "cpfs") || family == "extreme" && protocol != "NFS" {
			return nil, refuse(400, nas.CodeInvalidRequest, "The protocol is not one of the family.") // assumed
		}
		if dry {
			return map[string]any{"FileSystemId": ""}, nil
		}
		s.created++
		id := fmt.Sprintf("%s%010x", map[string]string{"extreme": "extreme-", "cpfs": "cpfs-", "cpfsse": "cpfsse-"}[family], s.created)
		fs := &fileSystem{labels: labels{id: id, place: s.created}, created: time.Now(), fields: map[string]any{
			"FileSystemId": id, "FileSystemType": family, "StorageType": q.Get("StorageType"), "ProtocolType": q.Get("ProtocolType"),
			"ChargeType": "PayAsYouGo", "RegionId": Region, "ZoneId": Region + "-g", "Description": q.Get("Description"),
			"EncryptType": q.Number("EncryptType", 0), "KMSKeyId": q.Get("KmsKeyId"), "VpcId": q.Get("VpcId"),
			"Capacity": q.Number("Capacity", 0), "CreateTime": call.Stamp.UTC().Format(time.RFC3339), "ResourceGroupId": "rg-acfmwavnfdf****",
		}}
		for _, name := range []string{"ChargeType", "ZoneId", "ResourceGroupId"} {
			if q.Has(name) {
				fs.fields[name] = q.Get(name)
			}
		}
		fs.tag(q, s.fake.TagsShow())
		s.fileSystems = slices.DeleteFunc(s.fileSystems, func(fs *fileSystem) bool {
			return !fs.deleted.IsZero() && s.fake.Forgotten(fs.deleted.Add(s.goneAfter))
		})
		s.fileSystems = append(s.fileSystems, fs)
		return map[string]any{"FileSystemId": id}, nil
	}
	if family == "extreme" {
		return s.once(call, do)
	}
	members, refusal := do(q.Get("DryRun") == "true")
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(call, members), nil
}

// modifyFileSystem shows a change at once.
func (s *Server) modifyFileSystem(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fs, refusal := s.fileSystem(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if call.Params.Has("Description") {
		fs.fields["Description"] = call.Params.Get("Description")
	}
	if text := call.Params.Get("Options"); text != "" {
		options := map[string]bool{}
		if err := json.Unmarshal([]byte(text), &options); err != nil {
			return fake.Answer{}, refuse(400, nas.CodeInvalidRequest, "Options is not JSON.")
		}
		if was, ok := fs.fields["Options"].(map[string]bool); ok {
			was = maps.Clone(was)
			maps.Copy(was, options)
			options = was
		}
		fs.fields["Options"] = options
	}
	return answer(call, map[string]any{}), nil
}

// deleteFileSystem refuses one that has a mount target or an access point. The code
// is assumed.
func (s *Server) deleteFileSystem(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fs, refusal := s.fileSystem(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	mounts, _ := s.mounts(fs, time.Now)
	if len(mounts) > 0 || slices.ContainsFunc(s.points, func(p *point) bool { return p.fs == fs.id && s.existed(p, time.Now()) }) {
		return fake.Answer{}, refuse(403, nas.CodeInvalidState, "The file system has mount targets or access points.")
	}
	if fs.deleted.IsZero() {
		fs.deleted = time.Now()
	}
	return answer(call, map[string]any{}), nil
}

func (s *Server) describeFileSystems(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	items := []map[string]any{}
	for _, fs := range s.fileSystems {
		now := s.fake.ListAsOf(call)
		is := func(name string) bool { return !q.Has(name) || fs.fields[name] == q.Get(name) }
		families := strings.Split(q.Get("FileSystemType"), ",")
		if s.fileSystemExisted(fs, now) && is("FileSystemId") && is("StorageType") && is("VpcId") && is("ResourceGroupId") && wanted(q, fs.tagged(now)) &&
			(is("FileSystemType") || slices.Contains(families, "all") || slices.Contains(families, fs.fields["FileSystemType"].(string))) {
			items = append(items, s.describeFileSystem(fs, now))
		}
	}
	if q.Has("FileSystemId") && len(items) == 0 { // that this is no empty list is assumed
		return fake.Answer{}, refuse(404, nas.CodeFileSystemNotFound, "The specified file system does not exist.")
	}
	page, members := numbered(s, call, items)
	members["FileSystems"] = map[string]any{"FileSystem": page}
	return answer(call, members), nil
}

// numbered returns the page of a list that a call asks for by its number, and what
// the answer says of it.
func numbered[T any](s *Server, call *fake.Call, items []T) (page []T, members map[string]any) {
	number, size := call.Params.Number("PageNumber", 1), call.Params.Number("PageSize", 10)
	members = map[string]any{"PageNumber": number, "TotalCount": len(items)}
	if limit := s.fake.PageLimit; limit > 0 {
		size = min(size, limit)
	}
	members["PageSize"] = size
	first := min(number-1, len(items)) * size
	first = min(first, len(items))
	return items[first:min(first+size, len(items))], members
}

// describeFileSystem returns the members of a file system.
func (s *Server) describeFileSystem(fs *fileSystem, now time.Time) map[string]any {
	m := maps.Clone(fs.fields)
	points := 0
	for _, p := range s.points {
		if p.fs == fs.id && s.existed(p, now) {
			points++
		}
	}
	m["Status"] = fake.Spelled(&s.fake, s.fileSystemStatus(fs, now))
	m["AccessPointCount"] = strconv.Itoa(points)
	mounts := []map[string]any{}
	all, _ := s.mounts(fs, func() time.Time { return now })
	for _, one := range all {
		mounts = append(mounts, s.describeMountTarget(one, now, "AccessGroupName"))
	}
	m["MountTargets"] = map[string]any{"MountTarget": mounts}
	m["Tags"] = map[string]any{"Tag": described(fs.tagged(now))}
	return m
}
