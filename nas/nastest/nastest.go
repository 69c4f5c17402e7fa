// Package nastest provides an in-memory NAS for the tests of programs that use
// package nas. It needs no network and no account:
//
//	srv := nastest.NewServer(nastest.ReadyAfter(40 * time.Second))
//	srv.Inject("CreateAccessPoint", nastest.ResponseLost)
//	client := srv.Client()
//	// … run the code under test with client …
//
// # Time
//
// The client reaches the server without a socket, so that waits take no real time
// in a testing/synctest bubble. Create the Server inside the bubble:
//
//	synctest.Test(t, func(t *testing.T) {
//		srv := nastest.NewServer(nastest.ReadyAfter(time.Hour))
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
// documented codes. It refuses letters in a number, values outside a documented
// list and unknown parameters. Access points, mount targets and file systems are
// created and deleted asynchronously: see [ReadyAfter] and [GoneAfter]. A new Server
// has one General-purpose and one Agentic file system: see the constants.
//
// A Server is also an [http.Handler], for programs that use another client or are
// not written in Go.
package nastest

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

// These exist in a new Server.
const (
	Region              = "cn-hangzhou"
	FileSystemID        = "31a8e4abcd" // General-purpose NFS
	AgenticFileSystemID = "31a8e4agen"
	AgenticSpaceID      = "agentic-229oypxjgpau2abcd" // of the Agentic file system
	VpcID               = "vpc-2zesj9afh3y518k9oabcd"
	VSwitchID           = "vsw-2zevmwkwyztjuoffgabcd"
	AccessGroup         = "DEFAULT_VPC_GROUP_NAME"
)

// A Server is an in-memory NAS. It is safe for concurrent use.
type Server struct {
	fake       fake.Server
	readyAfter time.Duration
	goneAfter  time.Duration

	mu           sync.Mutex
	fileSystems  []*fileSystem // in the order of their creation
	vpcs         map[string]bool
	vSwitches    map[string]bool
	groups       []*group                      // also those that are gone
	orders       int                           // of the service
	points       []*point                      // in the order of their creation
	mountTargets []*mountTarget                // in the order of their creation
	cpfsPoints   []*cpfsPoint                  // in the order of their creation
	spaces       []*space                      // in the order of their creation
	tokens       fake.Recent[string, answered] // by operation and ClientToken
	created      int
}

// A point is an access point as the server keeps it.
type point struct {
	labels
	fields  map[string]any // as they are answered
	fs      string
	group   string
	space   string
	created time.Time
	stamp   time.Time // of the creation, by the service's clock
	deleted time.Time // zero unless it is being deleted
}

// ReadyAfter sets how long a new access point, mount target or file system stays
// Pending. The default is 0: it is ready at once.
func ReadyAfter(d time.Duration) Option {
	return func(s *Server) { s.readyAfter = fake.NotNegative(d) }
}

// GoneAfter sets how long a deleted access point, mount target or file system stays
// Deleting. The default is 0.
func GoneAfter(d time.Duration) Option { return func(s *Server) { s.goneAfter = fake.NotNegative(d) } }

// NewServer returns a Server.
func NewServer(options ...Option) *Server {
	s := &Server{
		vpcs:      map[string]bool{VpcID: true},
		vSwitches: map[string]bool{VSwitchID: true},
	}
	s.addGroup(AccessGroup, "standard", "")
	s.addGroup(AccessGroup, "extreme", "")
	s.addFileSystem(FileSystemID, nas.StorageCapacity)
	s.addFileSystem(AgenticFileSystemID, nas.StorageAgentic)
	s.addSpace(AgenticSpaceID, AgenticFileSystemID, "/agent", Region+"-g", 10<<30, 10_000, time.Unix(0, 0))
	s.fake.Rules = rules()
	s.fake.Operations = map[string]func(*fake.Call) (fake.Answer, *fake.Refusal){
		"DescribeFileSystems":                   s.describeFileSystems,
		"CreateFileSystem":                      s.createFileSystem,
		"ModifyFileSystem":                      s.modifyFileSystem,
		"DeleteFileSystem":                      s.deleteFileSystem,
		"CreateMountTarget":                     s.createMountTarget,
		"DescribeMountTargets":                  s.describeMountTargets,
		"ModifyMountTarget":                     s.modifyMountTarget,
		"DeleteMountTarget":                     s.deleteMountTarget,
		"CreateCpfsAccessPoint":                 s.createCpfsAccessPoint,
		"DescribeCpfsAccessPoints":              s.describeCpfsAccessPoints,
		"ModifyCpfsAccessPoint":                 s.modifyCpfsAccessPoint,
		"DeleteCpfsAccessPoint":                 s.deleteCpfsAccessPoint,
		"DescribeCpfsAccessPointMountedClients": s.describeCpfsAccessPointMountedClients,
		"GetRecycleBinAttribute":                s.getRecycleBinAttribute,
		"CreateDir":                             s.createDir,
		"SetDirQuota":                           s.setDirQuota,
		"CancelDirQuota":                        s.cancelDirQuota,
		"DescribeDirQuotas":                     s.describeDirQuotas,
		"CreateAgenticSpace":                    s.createAgenticSpace,
		"GetAgenticSpace":                       s.getAgenticSpace,
		"DescribeAgenticSpaces":                 s.describeAgenticSpaces,
		"ModifyAgenticSpace":                    s.modifyAgenticSpace,
		"SetAgenticSpaceQuota":                  s.setAgenticSpaceQuota,
		"DeleteAgenticSpace":                    s.deleteAgenticSpace,
		"CreateAccessPoint":                     s.createAccessPoint,
		"DescribeAccessPoint":                   s.describeAccessPoint,
		"DescribeAccessPoints":                  s.describeAccessPoints,
		"ListAccessPoints":                      s.listAccessPoints,
		"ModifyAccessPoint":                     s.modifyAccessPoint,
		"DeleteAccessPoint":                     s.deleteAccessPoint,
		"TagResources":                          s.tagResources,
		"UntagResources":                        s.untagResources,
		"ListTagResources":                      s.listTagResources,
	}
	maps.Copy(s.fake.Operations, s.groupOperations())
	s.fake.Dialect = &fake.RPC{
		Version:    "2017-06-26",
		Region:     Region,
		Operations: s.fake.OperationNames,
		Key:        credential.Key{ID: AccessKeyID, Secret: AccessKeySecret},
	}
	for _, option := range options {
		option(s)
	}
	return s
}

// empty keeps the permission group, which is the service's own.
func (s *Server) empty() {
	s.fileSystems, s.spaces = nil, nil
	clear(s.vpcs)
	clear(s.vSwitches)
}

// AddFileSystem adds a General-purpose NFS file system.
func (s *Server) AddFileSystem(id string) {
	fake.CheckID(id, "")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addFileSystem(id, nas.StorageCapacity)
}

// AddNetwork adds a VPC and a vSwitch.
func (s *Server) AddNetwork(vpcID, vSwitchID string) {
	fake.CheckID(vpcID, "vpc-")
	fake.CheckID(vSwitchID, "vsw-")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vpcs[vpcID], s.vSwitches[vSwitchID] = true, true
}

// AddAccessGroup adds a permission group for General-purpose file systems, without
// rules.
func (s *Server) AddAccessGroup(name string) {
	fake.CheckID(name, "")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addGroup(name, "standard", "")
}

// status returns the stage that an access point was in at the time now.
func (s *Server) status(p *point, now time.Time) nas.Status {
	switch {
	case !p.deleted.IsZero() && !now.Before(p.deleted):
		return nas.StatusDeleting
	case now.Sub(p.created) < s.readyAfter:
		return nas.StatusPending
	}
	return nas.StatusActive
}

// existed reports whether an access point existed at the time now.
func (s *Server) existed(p *point, now time.Time) bool {
	return !now.Before(p.created) && (p.deleted.IsZero() || now.Sub(p.deleted) < s.goneAfter)
}

// forget drops the access points that no read will find any more.
func (s *Server) forget() {
	s.points = slices.DeleteFunc(s.points, func(p *point) bool {
		return !p.deleted.IsZero() && s.fake.Forgotten(p.deleted.Add(s.goneAfter))
	})
}

// find returns the access point that a call names, if it existed at the time
// now.
func (s *Server) find(call *fake.Call, now time.Time) (*point, *fake.Refusal) {
	fs, refusal := s.fileSystem(call)
	if refusal != nil {
		return nil, refusal
	}
	for _, p := range s.points {
		if p.id == call.Params.Get("AccessPointId") && p.fs == fs.id && s.existed(p, now) {
			return p, nil
		}
	}
	return nil, refuse(404, nas.CodeAccessPointNotFound, "The specified access point does not exist.")
}

func refuse(status int, code nas.Code, message string) *fake.Refusal {
	return &fake.Refusal{Status: status, Code: string(code), Message: message}
}

func answer(call *fake.Call, members map[string]any) fake.Answer {
	// The documented sample has a line end behind the ID, so callers must expect one.
	members["RequestId"] = call.RequestID + "\n"
	return fake.RPCAnswer(200, call.RequestID, members)
}

func (s *Server) newID() string {
	s.created++
	return fmt.Sprintf("ap-%010x", s.created)
}
