package nastest

import (
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
	dirs    []string // but the root and parents
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
			"Status":          string(nas.FileSystemStatusRunning),
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
	id := call.Params.Get("FileSystemId")
	i := slices.IndexFunc(s.fileSystems, func(fs *fileSystem) bool { return fs.id == id })
	if i < 0 {
		return nil, refuse(404, nas.CodeFileSystemNotFound, "The specified file system does not exist.")
	}
	return s.fileSystems[i], nil
}

func (s *Server) describeFileSystems(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	if q.Has("FileSystemId") { // that this is no empty list is assumed
		if _, refusal := s.fileSystem(call); refusal != nil {
			return fake.Answer{}, refusal
		}
	}
	items := []map[string]any{}
	for _, fs := range s.fileSystems {
		now := s.fake.ListAsOf(call)
		is := func(name string) bool { return !q.Has(name) || fs.fields[name] == q.Get(name) }
		families := strings.Split(q.Get("FileSystemType"), ",")
		if !now.Before(fs.created) && is("FileSystemId") && is("StorageType") && is("VpcId") && is("ResourceGroupId") && wanted(q, fs.tagged(now)) &&
			(is("FileSystemType") || slices.Contains(families, "all") || slices.Contains(families, fs.fields["FileSystemType"].(string))) {
			items = append(items, s.describeFileSystem(fs, now))
		}
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
	m["Status"] = fake.Spelled(&s.fake, nas.FileSystemStatus(fs.fields["Status"].(string)))
	m["AccessPointCount"] = strconv.Itoa(points)
	m["MountTargets"] = map[string]any{"MountTarget": []any{}}
	m["Tags"] = map[string]any{"Tag": described(fs.tagged(now))}
	return m
}
