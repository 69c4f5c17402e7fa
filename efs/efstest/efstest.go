// Package efstest provides an in-memory EFS for the tests of programs that use
// package efs. It needs no network and no account:
//
//	srv := efstest.NewServer(efstest.ReadyAfter(40 * time.Second))
//	client := srv.Client()
//	// … run the code under test with client …
//	srv.Inject("CreateAccessPoint", efstest.AnswerLost)
//
// The client reaches the server without a socket, so that in a testing/synctest
// bubble all waits take no time. For programs that are not written in Go, or
// bring their own client, a Server is an [http.Handler].
//
// The server checks signatures and the documented constraints, refuses with the
// documented codes, lets access points become available and disappear in time,
// takes a client token once, and keeps its state until it is dropped. It holds
// one file system from the start; see the constants.
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

// What exists in a new Server.
const (
	Region       = "us-east-1"
	AccountID    = "111122223333"
	FileSystemID = "fs-0123456789abcdef8"
)

// A Server is an in-memory EFS. It is safe for concurrent use.
type Server struct {
	fake       fake.Server
	region     string
	readyAfter time.Duration
	goneAfter  time.Duration
	remember   time.Duration // tokens of access points that are gone

	mu          sync.Mutex
	fileSystems map[string]bool
	points      []*point // in the order of their creation
	created     int
}

// A point is an access point as the server keeps it.
type point struct {
	fields  map[string]any // as they are answered
	id, fs  string
	token   string
	place   int // in the order of creation
	tags    []map[string]string
	created time.Time
	deleted time.Time // zero unless it is being deleted

	tagsShow time.Time
}

// ReadyAfter sets how long a new access point stays creating. The default is 0.
func ReadyAfter(d time.Duration) Option { return func(s *Server) { s.readyAfter = d } }

// GoneAfter sets how long a deleted access point stays deleting. The default is 0.
func GoneAfter(d time.Duration) Option { return func(s *Server) { s.goneAfter = d } }

// RememberTokens sets how long the server refuses the client token of an access
// point that is gone, and names that access point in the refusal. The default is
// 0: such a token serves for another one. EFS does not say what it does.
func RememberTokens(d time.Duration) Option { return func(s *Server) { s.remember = d } }

// InRegion sets the region that requests are signed for and ARNs name. The
// default is the constant Region.
func InRegion(region string) Option { return func(s *Server) { s.region = region } }

// NewServer returns a Server.
func NewServer(options ...Option) *Server {
	s := &Server{region: Region, fileSystems: map[string]bool{FileSystemID: true}}
	s.fake.Rules = rules()
	s.fake.Operations = map[string]func(*fake.Call) (fake.Answer, *fake.Refusal){
		"CreateAccessPoint":    s.createAccessPoint,
		"DescribeAccessPoints": s.describeAccessPoints,
		"DeleteAccessPoint":    s.deleteAccessPoint,
	}
	for _, option := range options {
		option(s)
	}
	s.fake.Dialect = &dialect{key: credential.Key{ID: AccessKeyID, Secret: SecretAccessKey}, region: s.region}
	return s
}

func (s *Server) empty() { clear(s.fileSystems) }

// AddFileSystem adds a file system.
func (s *Server) AddFileSystem(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fileSystems[id] = true
}

// state returns the stage that an access point was in at the time now.
func (s *Server) state(p *point, now time.Time) efs.LifeCycleState {
	switch {
	case !p.deleted.IsZero() && !now.Before(p.deleted):
		return efs.StateDeleting
	case now.Sub(p.created) < s.readyAfter:
		return efs.StateCreating
	}
	return efs.StateAvailable
}

// existed reports whether an access point existed at the time now.
func (s *Server) existed(p *point, now time.Time) bool {
	return !now.Before(p.created) && (p.deleted.IsZero() || now.Sub(p.deleted) < s.goneAfter)
}

// forget drops the access points that no read will find any more, and whose
// tokens are free.
func (s *Server) forget() {
	s.points = slices.DeleteFunc(s.points, func(p *point) bool {
		gone := p.deleted.Add(s.goneAfter)
		return !p.deleted.IsZero() && s.fake.Forgotten(gone) && time.Since(gone) >= s.remember
	})
}

// find returns the access point with that ID, which may be an ARN, if it existed
// at the time now.
func (s *Server) find(id string, now time.Time) (*point, *fake.Refusal) {
	for _, p := range s.points {
		if p.id == bareID(id) && s.existed(p, now) {
			return p, nil
		}
	}
	return nil, refuse(404, efs.CodeAccessPointNotFound, "Access point "+id+" does not exist.")
}

func (s *Server) newID() string {
	s.created++
	return fmt.Sprintf("fsap-%017x", s.created)
}
