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
	"net/http"
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

// The key that a Server accepts.
const (
	AccessKeyID     = "test-key-id"
	SecretAccessKey = "test-key-secret"
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
	created time.Time
	deleted time.Time // zero unless it is being deleted
}

// An Option changes how a new Server behaves.
type Option func(*Server)

// ReadyAfter sets how long a new access point stays creating. The default is 0.
func ReadyAfter(d time.Duration) Option { return func(s *Server) { s.readyAfter = d } }

// GoneAfter sets how long a deleted access point stays deleting. The default is 0.
func GoneAfter(d time.Duration) Option { return func(s *Server) { s.goneAfter = d } }

// RememberTokens sets how long the server refuses the client token of an access
// point that is gone, and names that access point in the refusal. The default is
// 0: such a token serves for another one. EFS does not say what it does.
func RememberTokens(d time.Duration) Option { return func(s *Server) { s.remember = d } }

// Limit sets how many calls a second the server takes of each operation, in
// bursts of up to 20. It refuses the others as the service does when it
// throttles. The default is no limit.
func Limit(perSecond float64) Option { return func(s *Server) { s.fake.Limit = perSecond } }

// Latency sets how long each answer takes. The default is 0.
func Latency(d time.Duration) Option { return func(s *Server) { s.fake.Latency = d } }

// OnCall sets a function that is called for each request when its answer is
// settled, at times by several goroutines at once. The status is 0 if the
// connection broke instead.
func OnCall(f func(operation string, status int, took time.Duration)) Option {
	return func(s *Server) { s.fake.OnCall = f }
}

// AnySignature makes the server take requests with any signature, and with none.
func AnySignature() Option { return func(s *Server) { s.fake.NoVerify = true } }

// InRegion sets the region that requests are signed for and ARNs name. The
// default is the constant Region.
func InRegion(region string) Option { return func(s *Server) { s.region = region } }

// Empty makes the server start without the resources that a new one holds. The
// methods whose names begin with Add put some in.
func Empty() Option { return (*Server).empty }

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

// Config returns the configuration of a client that talks to s and to nothing
// else.
func (s *Server) Config() efs.Config {
	return efs.Config{
		Region:      s.region,
		Credentials: efs.StaticCredentials{AccessKeyID: AccessKeyID, SecretAccessKey: SecretAccessKey},
		HTTPClient:  &http.Client{Transport: fake.Transport(s)},
	}
}

// Client returns a client with the configuration of [Server.Config].
func (s *Server) Client() *efs.Client {
	c, err := efs.New(s.Config())
	if err != nil {
		panic(err) // the configuration above is constant
	}
	return c
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.fake.ServeHTTP(w, r) }

// A Fault is a way in which one call goes wrong.
type Fault int

// The faults.
const (
	AnswerLost  = Fault(fake.AnswerLost)  // the service does its work, then the connection breaks
	Reset       = Fault(fake.Reset)       // the connection breaks before the service sees the request
	ServerError = Fault(fake.ServerError) // the service answers with its internal error and does nothing
	Throttle    = Fault(fake.Throttle)    // the service refuses for the rate
	AppliedLate = Fault(fake.AppliedLate) // the connection breaks, and the service does its work later (see Disturbance)
	Truncated   = Fault(fake.Truncated)   // the service does its work, then the connection breaks in the middle of the answer
	BadGateway  = Fault(fake.BadGateway)  // the service does its work, and a proxy answers 502 in HTML
)

// A Disturbance is how badly a server behaves throughout.
type Disturbance struct {
	Faults float64       // share of the requests that meet a fault, each kind as often, from 0 to 1
	Late   time.Duration // after which the service has done its work that is AppliedLate, at most
	Lag    time.Duration // how old what a get or a list finds may be: resources appear and vanish later in it
	Seed   uint64        // of the random numbers; requests in the same order meet the same faults
}

// Inject makes the next requests of the named operation meet the faults, one
// each.
func (s *Server) Inject(operation string, faults ...Fault) {
	for _, f := range faults {
		s.fake.Inject(operation, fake.Fault(f))
	}
}

// Disturb makes the server behave as d says from now on. The zero Disturbance
// ends it. What was to be applied late still will be.
func (s *Server) Disturb(d Disturbance) { s.fake.Disturb(fake.Disturbance(d)) }

// Fail makes the next request of the named operation, after those that
// [Server.Inject] has planned for, fail with the status, code, message and, if
// the service would name it, resource ID of e.
func (s *Server) Fail(operation string, e efs.APIError) {
	s.fake.Fail(operation, fake.Refusal{Status: e.StatusCode, Code: string(e.Code), Message: e.Message, ResourceID: e.ResourceID})
}

// Calls returns the operations that were requested so far, in order.
func (s *Server) Calls() []string { return s.fake.Calls() }

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
