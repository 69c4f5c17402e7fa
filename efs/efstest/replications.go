package efstest

import (
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// A replication is one as the server keeps it.
type replication struct {
	span
	source      string
	destination string
	fields      map[string]any // of the destination, those that stay
	stamp       time.Time
}

// replication returns the one that a file system takes part in, if it existed at
// the time now.
func (s *Server) replication(fs string, now time.Time) (*replication, *fake.Refusal) {
	for _, r := range s.replications {
		if (r.source == bareID(fs) || r.destination == bareID(fs)) && s.existed(r.span, now) {
			return r, nil
		}
	}
	return nil, refuse(404, efs.CodeReplicationNotFound, "The file system is not replicated.")
}

func (s *Server) createReplicationConfiguration(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := call.Params, time.Now()
	source, refusal := s.usable(q.Get("SourceFileSystemId"))
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	if _, refusal := s.replication(source.id, now); refusal == nil {
		// What the service says then is not documented.
		return fake.Answer{}, refuse(409, efs.CodeReplicationAlreadyExists, "The file system is replicated already.")
	}
	region := q.Get("Destinations.1.Region")
	if region == "" {
		region = s.region
	}
	r := &replication{source: source.id, stamp: call.Stamp}
	if given := q.Get("Destinations.1.FileSystemId"); given == "" {
		r.destination, _ = s.newID("fs-")
		if region == s.region {
			s.addFileSystem(&fileSystem{id: r.destination, token: r.destination, encrypted: true, span: span{created: now, place: s.created}}, now, nil)
		}
	} else if r.destination = bareID(given); region == s.region {
		copied, refusal := s.usable(given)
		switch {
		case refusal != nil:
			return fake.Answer{}, refusal
		case source.encrypted && !copied.encrypted:
			return fake.Answer{}, refuse(409, efs.CodeConflictException, "The source is encrypted, the destination is not.")
		case copied.protection.at(now) != efs.ProtectionDisabled: // that it is this code is assumed
			return fake.Answer{}, refuse(400, efs.CodeBadRequest, "The destination is protected from being overwritten.")
		}
	}
	s.protect(r, now, efs.ProtectionReplicating)
	_, r.place = s.newID("")
	r.created = now
	r.fields = map[string]any{"FileSystemId": r.destination, "Region": region, "OwnerId": AccountID}
	if role := q.Get("Destinations.1.RoleArn"); role != "" {
		r.fields["RoleArn"] = role
	}
	s.replications = append(s.replications, r)
	return answer(200, call, s.describeReplication(r, now)), nil
}

// protect sets the protection of the destination of r, if that is in this region.
func (s *Server) protect(r *replication, now time.Time, p efs.ReplicationOverwriteProtection) {
	if fs, refusal := s.fileSystem(r.destination, now); refusal == nil {
		fs.protection.set(now, p)
	}
}

func (s *Server) describeReplication(r *replication, now time.Time) map[string]any {
	destination := map[string]any{}
	for name, value := range r.fields {
		destination[name] = value
	}
	status := efs.ReplicationEnabled
	switch s.state(r.span, time.Time{}, now) {
	case efs.StateCreating:
		status = efs.ReplicationEnabling
	case efs.StateDeleting:
		status = efs.ReplicationDeleting
	default:
		destination["LastReplicatedTimestamp"] = seconds(r.stamp)
	}
	destination["Status"] = fake.Spelled(&s.fake, status)
	arn := s.arn("file-system/" + r.source)
	return map[string]any{
		"SourceFileSystemId": r.source, "SourceFileSystemArn": arn, "OriginalSourceFileSystemArn": arn,
		"SourceFileSystemRegion": s.region, "SourceFileSystemOwnerId": AccountID,
		"CreationTime": seconds(r.stamp), "Destinations": []any{destination},
	}
}

func (s *Server) describeReplicationConfigurations(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var items []item
	if fs := call.Params.Get("FileSystemId"); fs != "" {
		now := s.fake.AsOf()
		if _, refusal := s.fileSystem(fs, now); refusal != nil {
			return fake.Answer{}, refusal
		}
		r, refusal := s.replication(fs, now)
		if refusal != nil {
			return fake.Answer{}, refusal
		}
		items = append(items, item{r.place, s.describeReplication(r, now)})
	} else {
		for _, r := range s.replications {
			if now := s.fake.ListAsOf(call); s.existed(r.span, now) {
				items = append(items, item{r.place, s.describeReplication(r, now)})
			}
		}
	}
	return s.page(call, "Replications", items, "MaxResults", "NextToken", "NextToken")
}

func (s *Server) deleteReplicationConfiguration(call *fake.Call) (fake.Answer, *fake.Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	source, refusal := s.fileSystem(call.Params.Get("SourceFileSystemId"), now)
	if refusal != nil {
		return fake.Answer{}, refusal
	}
	r, refusal := s.replication(source.id, now)
	switch {
	case refusal != nil:
		return fake.Answer{}, refusal
	case r.source != source.id:
		return fake.Answer{}, refuse(404, efs.CodeReplicationNotFound, "The file system is not the source of a replication.")
	case call.Params.Get("DeletionMode") == string(efs.LocalConfigurationOnly) && r.fields["Region"] == s.region:
		return fake.Answer{}, refuse(400, efs.CodeBadRequest, "Both halves are in this account and region.")
	}
	if r.deleted.IsZero() {
		r.deleted = now
		s.protect(r, now.Add(s.goneAfter), efs.ProtectionEnabled)
	}
	return answer(204, call, nil), nil
}
