package nastest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

// What a file system may have of directories with quotas.
const (
	maxQuotaDirs  = 500
	maxQuotaDepth = 8
)

// A dirQuota is a quota of a directory as it showed for some time.
type dirQuota struct {
	path     string
	user     string         // the UserType and UserId
	fields   map[string]any // as they are answered
	from, to time.Time      // to is zero unless it was replaced or canceled
}

// dir returns a path without a slash at its end.
func dir(path string) string { return "/" + strings.Trim(path, "/") }

// createDir has owners and modes leave no trace: no operation shows them.
func (s *Server) createDir(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	fs, refusal := s.fileSystem(call)
	switch {
	case refusal != nil:
		return fake.Answer{}, refusal
	case fs.agentic() || fs.fields["ProtocolType"] != string(nas.ProtocolNFS): // of Agentic ones it is assumed
		return fake.Answer{}, refuse(403, nas.CodeProtocolTypeNotSupported, "The file system is not a General-purpose NFS one.")
	}
	path := dir(q.Get("RootDirectory"))
	if parent := dir(path[:strings.LastIndex(path, "/")]); q.Get("Recursion") == "false" && !fs.hasDir(parent) {
		return fake.Answer{}, refuse(404, nas.CodeDirPathNotExist, "The parent does not exist.") // the code is assumed
	}
	fs.addDir(path)
	return answer(call, map[string]any{}), nil
}

// addDir adds a directory and its parents.
func (fs *fileSystem) addDir(path string) {
	if !fs.hasDir(path) {
		fs.dirs = append(fs.dirs, dir(path))
	}
}

func (fs *fileSystem) hasDir(path string) bool {
	path = strings.TrimSuffix(dir(path), "/") + "/"
	return path == "/" || slices.ContainsFunc(fs.dirs, func(d string) bool { return strings.HasPrefix(d+"/", path) })
}

// quotaOf returns what a call names: the file system, a directory of it that
// exists, and a user.
func (s *Server) quotaOf(call *fake.Call) (fs *fileSystem, path, user string, _ *fake.Refusal) {
	q := call.Params
	fs, refusal := s.fileSystem(call)
	if refusal != nil {
		return nil, "", "", refusal
	}
	path = dir(q.Get("Path"))
	if !fs.hasDir(path) {
		return nil, "", "", refuse(404, nas.CodeDirPathNotExist, "The specified directory does not exist.")
	}
	if q.Get("UserType") == string(nas.UserTypeAll) {
		return fs, path, q.Get("UserType"), nil
	}
	return fs, path, q.Get("UserType") + " " + q.Get("UserId"), nil
}

func (s *Server) setDirQuota(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, time.Now()
	fs, path, user, refusal := s.quotaOf(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if q.Get("QuotaType") == string(nas.QuotaEnforcement) && !q.Has("SizeLimit") && !q.Has("FileCountLimit") {
		return fake.Answer{}, refuse(400, nas.CodeInvalidRequest, "With Enforcement, SizeLimit or FileCountLimit is required.")
	}
	paths := map[string]bool{path: true}
	for _, d := range fs.quotas {
		if d.to.IsZero() {
			paths[d.path] = true
		}
	}
	if len(paths) > maxQuotaDirs || strings.Count(path, "/") > maxQuotaDepth { // that these come as no success is assumed
		return answer(call, map[string]any{"Success": false}), nil
	}
	fs.endQuota(path, user, now)
	d := &dirQuota{path: path, user: user, from: now, fields: map[string]any{
		"UserType": q.Get("UserType"), "QuotaType": q.Get("QuotaType"), "SizeReal": 0, "SizeRealInByte": 0, "FileCountReal": 1,
	}}
	if q.Get("UserType") != string(nas.UserTypeAll) {
		d.fields["UserId"] = q.Get("UserId")
	}
	setNumber(d.fields, "SizeLimit", q)
	setNumber(d.fields, "FileCountLimit", q)
	fs.quotas = append(fs.quotas, d)
	return answer(call, map[string]any{"Success": true}), nil
}

func (s *Server) cancelDirQuota(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fs, path, user, refusal := s.quotaOf(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if !fs.endQuota(path, user, time.Now().Add(s.goneAfter)) {
		return fake.Answer{}, refuse(404, nas.CodeQuotaNotExistOnPath, "There is no quota on the path.")
	}
	return answer(call, map[string]any{"Success": true}), nil
}

// endQuota ends the quota of a user at a time, if it does not end before, and
// reports whether there was one that did not end at all.
func (fs *fileSystem) endQuota(path, user string, at time.Time) (ended bool) {
	for _, d := range fs.quotas {
		if d.path == path && d.user == user && (d.to.IsZero() || at.Before(d.to)) {
			ended = ended || d.to.IsZero()
			d.to = at
		}
	}
	return ended
}

func (s *Server) describeDirQuotas(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	fs, refusal := s.fileSystem(call)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	infos := []map[string]any{}
	var paths []string
	for _, d := range fs.quotas {
		if !slices.Contains(paths, d.path) && (!q.Has("Path") || d.path == dir(q.Get("Path"))) {
			paths = append(paths, d.path)
		}
	}
	for _, path := range paths {
		now := s.fake.ListAsOf(call)
		var users []map[string]any
		status := nas.DirQuotaNormal
		for _, d := range fs.quotas {
			if d.path == path && !now.Before(d.from) && (d.to.IsZero() || now.Before(d.to)) {
				users = append(users, d.fields)
				if now.Sub(d.from) < s.readyAfter {
					status = nas.DirQuotaInitializing
				}
			}
		}
		if users != nil {
			infos = append(infos, map[string]any{
				"Path": path, "DirInode": fmt.Sprint(1000 + slices.Index(fs.dirs, path)), "Status": fake.Spelled(&s.fake, status), "UserQuotaInfos": users,
			})
		}
	}
	page, members := numbered(s, call, infos)
	members["DirQuotaInfos"] = page
	return answer(call, members), nil
}

// getRecycleBinAttribute shows a recycle bin that is off: no operation here turns
// one on.
func (s *Server) getRecycleBinAttribute(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, refusal := s.fileSystem(call); refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(call, map[string]any{"RecycleBinAttribute": map[string]any{
		"Status": fake.Spelled(&s.fake, nas.RecycleBinDisable), "ReservedDays": 0, "Size": 0, "SecondarySize": 0, "ArchiveSize": 0, "EnableTime": "",
	}}), nil
}
