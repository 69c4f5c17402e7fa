package efstest

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// A fileSystem is one as the server keeps it.
type fileSystem struct {
	span
	fields     map[string]any // as they are answered, those that stay
	id, token  string
	zone       string // of a One Zone file system
	encrypted  bool
	tags       history[[]tag]
	throughput history[throughput]
	updated    time.Time // when its throughput was last changed
	lowered    time.Time // when that was a change that is possible once a day
	policy     history[string]
	lifecycle  history[[]map[string]any]
	backup     history[efs.BackupStatus]
	protection history[efs.ReplicationOverwriteProtection]
}

// throughput is a mode, and what is provisioned in it.
type throughput struct {
	mode  string
	mibps float64
}

// addFileSystem adds fs with its tags, which show to others from a time on.
func (s *Server) addFileSystem(fs *fileSystem, shown time.Time, tags []tag) {
	if fs.fields == nil {
		fs.fields = map[string]any{"PerformanceMode": "generalPurpose", "Encrypted": false, "CreationTime": seconds(fs.created)}
	}
	fs.fields["FileSystemId"], fs.fields["CreationToken"] = fs.id, fs.token
	fs.fields["FileSystemArn"], fs.fields["OwnerId"] = s.arn("file-system/"+fs.id), AccountID
	if fs.throughput == nil {
		fs.throughput.set(fs.created, throughput{mode: "bursting"})
	}
	fs.protection.set(fs.created, efs.ProtectionEnabled)
	fs.tags.set(shown, tags)
	s.fileSystems = append(s.fileSystems, fs)
}

// seconds returns a time as it is answered.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// fileSystem returns the one with that ID, which may be an ARN, if it existed at
// the time now.
func (s *Server) fileSystem(id string, now time.Time) (*fileSystem, *fake.Refusal) {
	for _, fs := range s.fileSystems {
		if fs.id == bareID(id) && s.existed(fs.span, now) {
			return fs, nil
		}
	}
	return nil, refuse(404, efs.CodeFileSystemNotFound, "File system '"+bareID(id)+"' does not exist.")
}

// usable returns the file system with that ID if it is available.
func (s *Server) usable(id string) (*fileSystem, *fake.Refusal) {
	now := time.Now()
	fs, refusal := s.fileSystem(id, now)
	if refusal != nil {
		return nil, refusal
	}
	if state := s.state(fs.span, fs.updated, now); state != efs.StateAvailable {
		return nil, refuse(409, efs.CodeIncorrectFileSystemLifeCycleState, "File system '"+fs.id+"' is "+string(state)+".")
	}
	return fs, nil
}

func (s *Server) createFileSystem(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := call.Params
	s.forget()
	for _, fs := range s.fileSystems {
		if fs.token == q.Get("CreationToken") && s.holds(fs.span) {
			refusal := refuse(409, efs.CodeFileSystemAlreadyExists, "File system '"+fs.id+"' already exists with creation token '"+fs.token+"'")
			refusal.ResourceID = fs.id
			return fake.Answer{}, refusal
		}
	}
	zone := q.Get("AvailabilityZoneName")
	if zone != "" && !strings.HasPrefix(zone, s.region) {
		return fake.Answer{}, refuse(400, efs.CodeUnsupportedAvailabilityZone, "The zone "+zone+" is not one of the region.")
	}
	fs := &fileSystem{token: q.Get("CreationToken"), zone: zone, encrypted: q.Get("Encrypted") == "true"}
	fs.id, fs.place = s.newID("fs-")
	fs.created = time.Now()
	fs.fields = map[string]any{"PerformanceMode": "generalPurpose", "Encrypted": fs.encrypted, "CreationTime": seconds(call.Stamp)}
	if mode := q.Get("PerformanceMode"); mode != "" {
		fs.fields["PerformanceMode"] = mode
	}
	if zone != "" {
		fs.fields["AvailabilityZoneName"], fs.fields["AvailabilityZoneId"] = zone, zoneID(zone)
	}
	if fs.encrypted {
		fs.fields["KmsKeyId"] = s.keyARN(q.Get("KmsKeyId"))
	}
	t := throughput{mode: "bursting"}
	if mode := q.Get("ThroughputMode"); mode != "" {
		t.mode = mode
	}
	t.mibps, _ = strconv.ParseFloat(q.Get("ProvisionedThroughputInMibps"), 64)
	fs.throughput.set(fs.created, t)
	if backup := q.Get("Backup"); backup == "true" || backup == "" && zone != "" {
		fs.backup.set(fs.created, efs.BackupEnabled)
	}
	tags := tagsOf(q)
	s.addFileSystem(fs, s.fake.TagsShow(), tags)
	return answer(201, call, s.describeFileSystem(fs, fs.created, tags)), nil
}

// keyARN returns the ARN of a key that is named in any way. What an alias stands
// for is made up.
func (s *Server) keyARN(name string) string {
	id := bareID(name)
	if name == "" || strings.Contains(name, "alias/") {
		id = "01234567-89ab-cdef-0123-456789abcdef"
	}
	return "arn:aws:kms:" + s.region + ":" + AccountID + ":key/" + id
}

// describeFileSystem returns the members of a file system as it was at the time
// now.
func (s *Server) describeFileSystem(fs *fileSystem, now time.Time, tags []tag) map[string]any {
	m := maps.Clone(fs.fields)
	m["LifeCycleState"] = fake.Spelled(&s.fake, s.state(fs.span, fs.updated, now))
	m["SizeInBytes"] = map[string]any{"Value": 6144, "ValueInStandard": 6144, "ValueInIA": 0, "ValueInArchive": 0}
	m["FileSystemProtection"] = map[string]any{"ReplicationOverwriteProtection": fs.protection.at(now)}
	t := fs.throughput.at(now)
	if m["ThroughputMode"] = t.mode; t.mode == "provisioned" {
		m["ProvisionedThroughputInMibps"] = t.mibps
	}
	n := 0
	for _, mt := range s.mountTargets {
		if mt.fs == fs.id && s.existed(mt.span, now) {
			n++
		}
	}
	m["NumberOfMountTargets"] = n
	tell(m, tags)
	return m
}

func (s *Server) describeFileSystems(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var items []item
	if id := call.Params.Get("FileSystemId"); id != "" {
		now := s.fake.AsOf()
		fs, refusal := s.fileSystem(id, now)
		if refusal != nil {
			return fake.Answer{}, refusal
		}
		items = append(items, item{fs.place, s.describeFileSystem(fs, now, fs.tags.at(now))})
	} else {
		token := call.Params.Get("CreationToken")
		for _, fs := range s.fileSystems {
			if now := s.fake.ListAsOf(call); s.existed(fs.span, now) && (token == "" || token == fs.token) {
				items = append(items, item{fs.place, s.describeFileSystem(fs, now, fs.tags.at(now))})
			}
		}
	}
	return s.page(call, "FileSystems", items, "MaxItems", "Marker", "NextMarker")
}

func (s *Server) updateFileSystem(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, time.Now()
	fs, refusal := s.usable(q.Get("FileSystemId"))
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	was := fs.throughput.at(now)
	is := was
	if mode := q.Get("ThroughputMode"); mode != "" {
		is = throughput{mode: mode}
	}
	if mibps := q.Get("ProvisionedThroughputInMibps"); mibps != "" {
		is.mibps, _ = strconv.ParseFloat(mibps, 64)
	}
	switch {
	case !q.Has("ThroughputMode") && !q.Has("ProvisionedThroughputInMibps"):
		return fake.Answer{}, refuse(400, efs.CodeBadRequest, "There is nothing to update.")
	case is.mode != "provisioned" && is.mibps != 0, is.mode == "elastic" && fs.fields["PerformanceMode"] == "maxIO":
		return fake.Answer{}, refuse(400, efs.CodeBadRequest, "The throughput does not fit the mode.")
	}
	if is.mode != was.mode || is.mibps < was.mibps {
		if !fs.lowered.IsZero() && now.Sub(fs.lowered) < 24*time.Hour {
			return fake.Answer{}, refuse(429, efs.CodeTooManyRequests, "The throughput was changed less than 24 hours ago.")
		}
		fs.lowered = now
	}
	fs.throughput.set(now, is)
	fs.updated = now
	return answer(202, call, s.describeFileSystem(fs, now, fs.tags.at(now))), nil
}

func (s *Server) deleteFileSystem(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	fs, refusal := s.fileSystem(call.Params.Get("FileSystemId"), now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	inUse := slices.ContainsFunc(s.mountTargets, func(mt *mountTarget) bool { return mt.fs == fs.id && s.existed(mt.span, now) })
	// That a replication stands in the way with this code is assumed.
	if _, refusal := s.replication(fs.id, now); inUse || refusal == nil {
		return fake.Answer{}, refuse(409, efs.CodeFileSystemInUse, "File system '"+fs.id+"' has mount targets, or is replicated.")
	}
	if fs.deleted.IsZero() {
		fs.deleted = now // that a second request for it succeeds is assumed
	}
	for _, p := range s.points { // that they go with it is assumed
		if p.fs == fs.id && p.deleted.IsZero() {
			p.deleted = now
		}
	}
	return answer(204, call, nil), nil
}

// change changes a file system that is available, and answers.
func (s *Server) change(call *fake.Call, do func(*fileSystem, time.Time) (map[string]any, *fake.Refusal)) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fs, refusal := s.usable(call.Params.Get("FileSystemId"))
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	members, refusal := do(fs, time.Now())
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(200, call, members), nil
}

// show answers with something of a file system.
func (s *Server) show(call *fake.Call, get func(*fileSystem, time.Time) (map[string]any, *fake.Refusal)) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.fake.AsOf()
	fs, refusal := s.fileSystem(call.Params.Get("FileSystemId"), now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	members, refusal := get(fs, now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	return answer(200, call, members), nil
}

func (s *Server) updateFileSystemProtection(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.change(call, func(fs *fileSystem, now time.Time) (map[string]any, *fake.Refusal) {
		if fs.protection.at(now) == efs.ProtectionReplicating {
			return nil, refuse(409, efs.CodeReplicationAlreadyExists, "The file system is the destination of a replication.")
		}
		if p := call.Params.Get("ReplicationOverwriteProtection"); p != "" {
			fs.protection.set(now, efs.ReplicationOverwriteProtection(p))
		}
		return map[string]any{"ReplicationOverwriteProtection": fs.protection.at(now)}, nil
	})
}

func (s *Server) putFileSystemPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.change(call, func(fs *fileSystem, now time.Time) (map[string]any, *fake.Refusal) {
		var policy struct{ Statement json.RawMessage }
		text := call.Params.Get("Policy")
		if err := json.Unmarshal([]byte(text), &policy); err != nil || policy.Statement == nil {
			return nil, refuse(400, efs.CodeInvalidPolicyException, "The policy is not JSON, or has no statement.")
		}
		fs.policy.set(now, text)
		return map[string]any{"FileSystemId": fs.id, "Policy": text}, nil
	})
}

func (s *Server) describeFileSystemPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.show(call, func(fs *fileSystem, now time.Time) (map[string]any, *fake.Refusal) {
		text := fs.policy.at(now)
		if text == "" {
			return nil, refuse(404, efs.CodePolicyNotFound, "The file system has no policy.")
		}
		return map[string]any{"FileSystemId": fs.id, "Policy": text}, nil
	})
}

func (s *Server) deleteFileSystemPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.change(call, func(fs *fileSystem, now time.Time) (map[string]any, *fake.Refusal) {
		fs.policy.set(now, "") // that there need not be one is assumed
		return nil, nil
	})
}

func (s *Server) putLifecycleConfiguration(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.change(call, func(fs *fileSystem, now time.Time) (map[string]any, *fake.Refusal) {
		policies := []map[string]any{}
		for _, path := range call.Params.Match("LifecyclePolicies.N") {
			p := map[string]any{}
			for _, name := range []string{"TransitionToIA", "TransitionToPrimaryStorageClass", "TransitionToArchive"} {
				if value := call.Params.Get(path + "." + name); value != "" {
					p[name] = value
				}
			}
			if len(p) != 1 {
				return nil, refuse(400, efs.CodeBadRequest, path+" must have exactly one transition")
			}
			policies = append(policies, p)
		}
		fs.lifecycle.set(now, policies)
		return map[string]any{"LifecyclePolicies": policies}, nil
	})
}

func (s *Server) describeLifecycleConfiguration(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.show(call, func(fs *fileSystem, now time.Time) (map[string]any, *fake.Refusal) {
		return map[string]any{"LifecyclePolicies": append([]map[string]any{}, fs.lifecycle.at(now)...)}, nil
	})
}

func (s *Server) putBackupPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.change(call, func(fs *fileSystem, now time.Time) (map[string]any, *fake.Refusal) {
		status := efs.BackupStatus(call.Params.Get("BackupPolicy.Status"))
		if s.readyAfter > 0 {
			fs.backup.set(now, efs.BackupStatus(strings.TrimSuffix(string(status), "ED")+"ING"))
		}
		fs.backup.set(now.Add(s.readyAfter), status)
		return map[string]any{"BackupPolicy": map[string]any{"Status": fs.backup.at(now)}}, nil
	})
}

func (s *Server) describeBackupPolicy(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return s.show(call, func(fs *fileSystem, now time.Time) (map[string]any, *fake.Refusal) {
		status := fs.backup.at(now)
		if status == "" {
			return nil, refuse(404, efs.CodePolicyNotFound, "The file system has no backup policy.")
		}
		return map[string]any{"BackupPolicy": map[string]any{"Status": fake.Spelled(&s.fake, status)}}, nil
	})
}

func (s *Server) putAccountPreferences(call *fake.Call) (fake.Answer, *fake.Refusal) {
	if call.Params.Get("ResourceIdType") != string(efs.LongID) {
		return fake.Answer{}, refuse(400, efs.CodeBadRequest, "Short IDs are not possible any more.")
	}
	return s.describeAccountPreferences(call)
}

func (s *Server) describeAccountPreferences(call *fake.Call) (fake.Answer, *fake.Refusal) {
	return answer(200, call, map[string]any{"ResourceIdPreference": map[string]any{
		"ResourceIdType": efs.LongID, "Resources": []string{"FILE_SYSTEM", "MOUNT_TARGET"},
	}}), nil
}
