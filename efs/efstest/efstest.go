// Package efstest provides an in-memory EFS for the tests of programs that use
// package efs. It needs no network and no account:
//
//	srv := efstest.NewServer(efstest.ReadyAfter(40 * time.Second))
//	srv.Inject("CreateAccessPoint", efstest.ResponseLost)
//	client := srv.Client()
//	// … run the code under test with client …
//
// # Time
//
// The client reaches the server without a socket, so that waits take no real time
// in a testing/synctest bubble. Create the Server inside the bubble:
//
//	synctest.Test(t, func(t *testing.T) {
//		srv := efstest.NewServer(efstest.ReadyAfter(time.Hour))
//		_, err := srv.Client().EnsureAccessPoint(t.Context(), "k", wanted) // at once
//	})
//
// Outside a bubble, waits take real time: create a client from [Server.Config] with
// Settle set to some milliseconds.
//
// # Faults
//
// [Server.Inject] plans a [Fault], such as a lost response, for the next request of
// an operation; [Server.Fail] plans an error of the service. [Server.Disturb] makes
// a share of all requests fail at random, and reads stale. [Limit] throttles.
//
// # Requests and state
//
// [Server.Requests] returns the requests so far, with their parameters and
// outcomes; the function of [OnRequest] is called with each. [Server.Ask] runs an
// operation directly, without faults: use it to read the state.
//
// # The race detector
//
// A Server is safe for concurrent use, so go test -race reports only the races of
// the code under test. The function of [OnRequest] must be safe for concurrent use
// too. With -race a test of thousands of calls runs several times slower, but its
// waits still take no real time.
//
// # What it checks
//
// A Server checks signatures and the documented constraints, and responds with the
// documented codes. It refuses text in place of a number, values outside a
// documented list and unknown members. Resources are created, changed and deleted
// asynchronously: see [ReadyAfter] and [GoneAfter]. An idempotency token creates one
// resource. A new Server has one file system with one mount target: see the
// constants.
//
// A Server is also an [http.Handler], for programs that use another client or are
// not written in Go.
package efstest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// These exist in a new Server. The mount target of the file system is in the subnet
// SubnetID, and has the security group SecurityGroupID, which is the default of the
// VPC. The other subnets have no mount targets.
const (
	Region               = "us-east-1"
	AccountID            = "111122223333"
	FileSystemID         = "fs-0123456789abcdef8"
	MountTargetID        = "fsmt-0123456789abcdef8"
	VpcID                = "vpc-0123456789abcdef0"
	SubnetID             = "subnet-0123456789abcdef1" // in us-east-1a
	OtherSubnetID        = "subnet-0123456789abcdef2" // in us-east-1b
	ThirdSubnetID        = "subnet-0123456789abcdef3" // in us-east-1c
	SecurityGroupID      = "sg-0123456789abcdef1"
	OtherSecurityGroupID = "sg-0123456789abcdef2"
)

// A Server is an in-memory EFS. It is safe for concurrent use.
type Server struct {
	fake       fake.Server
	region     string
	readyAfter time.Duration
	goneAfter  time.Duration
	remember   time.Duration // tokens of what is gone

	mu           sync.Mutex
	fileSystems  []*fileSystem  // in the order of their creation
	points       []*point       // in the order of their creation
	mountTargets []*mountTarget // in the order of their creation
	replications []*replication // in the order of their creation
	subnets      map[string]subnet
	groups       []securityGroup
	created      int
}

// A span is the time for which something exists.
type span struct {
	place   int // in the order of creation
	created time.Time
	deleted time.Time // zero unless it is being deleted
}

// A point is an access point as the server keeps it.
type point struct {
	span
	fields map[string]any // as they are answered
	id, fs string
	token  string
	tags   history[[]tag]
}

// A history is a value that changes, as it shows from one time on and another.
type history[T any] []struct {
	from  time.Time
	value T
}

// set changes the value from a time on.
func (h *history[T]) set(from time.Time, value T) {
	*h = append(*h, struct {
		from  time.Time
		value T
	}{from, value})
}

// at returns the value as it shows at a time.
func (h history[T]) at(now time.Time) (value T) {
	for _, c := range h {
		if !c.from.After(now) {
			value = c.value
		}
	}
	return value
}

// ReadyAfter sets how long a new resource stays creating, and a changed one
// updating. The default is 0.
func ReadyAfter(d time.Duration) Option {
	return func(s *Server) { s.readyAfter = fake.NotNegative(d) }
}

// GoneAfter sets how long a deleted resource stays deleting. The default is 0.
func GoneAfter(d time.Duration) Option { return func(s *Server) { s.goneAfter = fake.NotNegative(d) } }

// RememberTokens sets how long the server remembers the token of a deleted access
// point or file system: for this long it refuses the token, with the ID of the
// deleted resource. The default is 0: the token can create another one at once. EFS
// does not document how long it remembers a token.
func RememberTokens(d time.Duration) Option {
	return func(s *Server) { s.remember = fake.NotNegative(d) }
}

// InRegion sets the region of the server, which requests must be signed for and
// which ARNs contain. The default is the constant [Region].
func InRegion(region string) Option { return func(s *Server) { s.region = region } }

// NewServer returns a Server.
func NewServer(options ...Option) *Server {
	s := &Server{region: Region, subnets: map[string]subnet{}}
	s.fake.Rules = rules()
	s.fake.Operations = map[string]func(*fake.Call) (fake.Answer, *fake.Refusal){
		"CreateAccessPoint":                 s.createAccessPoint,
		"DescribeAccessPoints":              s.describeAccessPoints,
		"DeleteAccessPoint":                 s.deleteAccessPoint,
		"TagResource":                       s.tagResource,
		"UntagResource":                     s.untagResource,
		"ListTagsForResource":               s.listTagsForResource,
		"CreateFileSystem":                  s.createFileSystem,
		"DescribeFileSystems":               s.describeFileSystems,
		"UpdateFileSystem":                  s.updateFileSystem,
		"DeleteFileSystem":                  s.deleteFileSystem,
		"UpdateFileSystemProtection":        s.updateFileSystemProtection,
		"PutFileSystemPolicy":               s.putFileSystemPolicy,
		"DescribeFileSystemPolicy":          s.describeFileSystemPolicy,
		"DeleteFileSystemPolicy":            s.deleteFileSystemPolicy,
		"PutLifecycleConfiguration":         s.putLifecycleConfiguration,
		"DescribeLifecycleConfiguration":    s.describeLifecycleConfiguration,
		"PutBackupPolicy":                   s.putBackupPolicy,
		"DescribeBackupPolicy":              s.describeBackupPolicy,
		"CreateReplicationConfiguration":    s.createReplicationConfiguration,
		"DescribeReplicationConfigurations": s.describeReplicationConfigurations,
		"DeleteReplicationConfiguration":    s.deleteReplicationConfiguration,
		"CreateMountTarget":                 s.createMountTarget,
		"DescribeMountTargets":              s.describeMountTargets,
		"DeleteMountTarget":                 s.deleteMountTarget,
		"DescribeMountTargetSecurityGroups": s.describeMountTargetSecurityGroups,
		"ModifyMountTargetSecurityGroups":   s.modifyMountTargetSecurityGroups,
		"PutAccountPreferences":             s.putAccountPreferences,
		"DescribeAccountPreferences":        s.describeAccountPreferences,
	}
	s.AddSubnet(SubnetID, VpcID, "us-east-1a")
	s.AddSubnet(OtherSubnetID, VpcID, "us-east-1b")
	s.AddSubnet(ThirdSubnetID, VpcID, "us-east-1c")
	s.AddSecurityGroup(SecurityGroupID, VpcID)
	s.AddSecurityGroup(OtherSecurityGroupID, VpcID)
	s.AddFileSystem(FileSystemID)
	s.addMountTarget(&mountTarget{id: MountTargetID, fs: FileSystemID, span: span{created: longAgo}}, SubnetID, []string{SecurityGroupID})
	d := &dialect{key: credential.Key{ID: AccessKeyID, Secret: SecretAccessKey}}
	s.fake.Dialect = d
	for _, option := range options {
		option(s)
	}
	d.region = s.region
	return s
}

// longAgo is when what is added was created. No lag hides it.
var longAgo = time.Unix(1, 0)

// empty leaves the subnets and security groups, which belong to another service.
func (s *Server) empty() { s.fileSystems, s.mountTargets = nil, nil }

// AddFileSystem adds a file system, which is available and has no tags.
func (s *Server) AddFileSystem(id string) {
	fake.CheckID(id, "fs-")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addFileSystem(&fileSystem{id: id, token: id, span: span{created: longAgo}}, longAgo, nil)
}

// AddSubnet adds a subnet of a VPC and Availability Zone, for mount targets.
func (s *Server) AddSubnet(id, vpcID, zone string) {
	fake.CheckID(id, "subnet-")
	fake.CheckID(vpcID, "vpc-")
	fake.CheckID(zone, "")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.subnets[id] = subnet{vpcID, zone}
}

// AddSecurityGroup adds a security group of a VPC, for mount targets. The first is
// the default of the VPC.
func (s *Server) AddSecurityGroup(id, vpcID string) {
	fake.CheckID(id, "sg-")
	fake.CheckID(vpcID, "vpc-")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups = append(s.groups, securityGroup{id, vpcID})
}

// state returns the stage that something was in at the time now. What changed last
// has been updating since then.
func (s *Server) state(x span, changed, now time.Time) efs.LifeCycleState {
	switch {
	case !x.deleted.IsZero() && !now.Before(x.deleted):
		return efs.StateDeleting
	case now.Sub(x.created) < s.readyAfter:
		return efs.StateCreating
	case !now.Before(changed) && now.Sub(changed) < s.readyAfter:
		return efs.StateUpdating
	}
	return efs.StateAvailable
}

// existed reports whether something existed at the time now.
func (s *Server) existed(x span, now time.Time) bool {
	return !now.Before(x.created) && (x.deleted.IsZero() || now.Sub(x.deleted) < s.goneAfter)
}

// holds reports whether the token of something is taken. How long it outlives that
// is not known.
func (s *Server) holds(x span) bool {
	now := time.Now()
	return s.existed(x, now) || now.Sub(x.deleted.Add(s.goneAfter)) < s.remember
}

// forget drops what no read will find any more, and whose tokens are free.
func (s *Server) forget() {
	over := func(x span) bool {
		gone := x.deleted.Add(s.goneAfter)
		return !x.deleted.IsZero() && s.fake.Forgotten(gone) && time.Since(gone) >= s.remember
	}
	s.points = slices.DeleteFunc(s.points, func(p *point) bool { return over(p.span) })
	s.fileSystems = slices.DeleteFunc(s.fileSystems, func(fs *fileSystem) bool { return over(fs.span) })
	s.mountTargets = slices.DeleteFunc(s.mountTargets, func(mt *mountTarget) bool { return over(mt.span) })
}

// find returns the access point with that ID, which may be an ARN, if it existed
// at the time now.
func (s *Server) find(id string, now time.Time) (*point, *fake.Refusal) {
	for _, p := range s.points {
		if p.id == bareID(id) && s.existed(p.span, now) {
			return p, nil
		}
	}
	return nil, refuse(404, efs.CodeAccessPointNotFound, "Access point "+id+" does not exist.")
}

// newID returns an ID, and its place in the order of creation.
func (s *Server) newID(prefix string) (id string, place int) {
	s.created++
	return fmt.Sprintf("%s%017x", prefix, s.created), s.created
}
