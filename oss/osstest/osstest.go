// Package osstest provides an in-memory OSS for the tests of programs that use
// package oss. It needs no network and no account:
//
//	srv := osstest.NewServer(osstest.ReadyAfter(40 * time.Second))
//	client := srv.Client()
//	// … run the code under test with client …
//	srv.Inject("CreateAccessPoint", osstest.AnswerLost)
//
// The client reaches the server without a socket, so that in a testing/synctest
// bubble all waits take no time. For programs that are not written in Go, or
// bring their own client, a Server is an [http.Handler]. It takes buckets in the
// path, and before hosts such as oss-cn-hangzhou.aliyuncs.com and localhost.
//
// The server checks signatures and the documented constraints, refuses with the
// documented codes, lets access points become enabled and disappear in time,
// and keeps its state until it is dropped. It holds one bucket from the start;
// see the constants.
package osstest

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/oss"
)

// What exists in a new Server.
const (
	Region    = "cn-hangzhou"
	Bucket    = "examplebucket"
	AccountID = "1234567890123456" // the owner of all buckets
)

// The key that a Server accepts.
const (
	AccessKeyID     = "test-key-id"
	AccessKeySecret = "test-key-secret"
)

// A Server is an in-memory OSS. It is safe for concurrent use.
type Server struct {
	fake       fake.Server
	readyAfter time.Duration
	goneAfter  time.Duration

	mu      sync.Mutex
	buckets map[string]bool
	points  []*point // in the order of their creation
}

// A point is an access point as the server keeps it.
type point struct {
	name, bucket string
	origin, vpc  string
	created      time.Time
	deleted      time.Time // zero unless it is being deleted
}

// An Option changes how a new Server behaves.
type Option func(*Server)

// ReadyAfter sets how long a new access point stays in state creating. The default is 0.
func ReadyAfter(d time.Duration) Option { return func(s *Server) { s.readyAfter = d } }

// GoneAfter sets how long a deleted access point stays in state deleting. The default is 0.
func GoneAfter(d time.Duration) Option { return func(s *Server) { s.goneAfter = d } }

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

// Empty makes the server start without the resources that a new one holds. The
// methods whose names begin with Add put some in.
func Empty() Option { return (*Server).empty }

// NewServer returns a Server.
func NewServer(options ...Option) *Server {
	s := &Server{buckets: map[string]bool{Bucket: true}}
	s.fake.Rules = rules()
	s.fake.Operations = map[string]func(*fake.Call) (fake.Answer, *fake.Refusal){
		"CreateAccessPoint": s.createAccessPoint,
		"GetAccessPoint":    s.getAccessPoint,
		"ListAccessPoints":  s.listAccessPoints,
		"DeleteAccessPoint": s.deleteAccessPoint,
	}
	s.fake.Dialect = &dialect{key: credential.Key{ID: AccessKeyID, Secret: AccessKeySecret}}
	for _, option := range options {
		option(s)
	}
	return s
}

func (s *Server) empty() { clear(s.buckets) }

// Config returns the configuration of a client that talks to s and to nothing
// else.
func (s *Server) Config() oss.Config {
	return oss.Config{
		Region:      Region,
		Credentials: oss.StaticCredentials{AccessKeyID: AccessKeyID, AccessKeySecret: AccessKeySecret},
		HTTPClient:  &http.Client{Transport: fake.Transport(s)},
	}
}

// Client returns a client with the configuration of [Server.Config].
func (s *Server) Client() *oss.Client {
	c, err := oss.New(s.Config())
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
func (s *Server) Fail(operation string, e oss.APIError) {
	s.fake.Fail(operation, fake.Refusal{Status: e.StatusCode, Code: string(e.Code), Message: e.Message, ResourceID: e.ResourceID})
}

// Calls returns the operations that were requested so far, in order.
func (s *Server) Calls() []string { return s.fake.Calls() }

// AddBucket adds a bucket.
func (s *Server) AddBucket(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buckets[name] = true
}

// status returns the stage that an access point was in at the time now.
func (s *Server) status(p *point, now time.Time) oss.Status {
	switch {
	case !p.deleted.IsZero() && !now.Before(p.deleted):
		return oss.StatusDeleting
	case now.Sub(p.created) < s.readyAfter:
		return oss.StatusCreating
	}
	return oss.StatusEnable
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
	bucket := call.Params.Get("Bucket")
	if !s.buckets[bucket] {
		return nil, noSuchBucket()
	}
	for _, p := range s.points {
		if p.name == call.Params.Get("x-oss-access-point-name") && p.bucket == bucket && s.existed(p, now) {
			return p, nil
		}
	}
	// The status is inferred, no source has it.
	return nil, refuse(404, oss.CodeNoSuchAccessPoint, "The specified access point does not exist.")
}

func refuse(status int, code oss.Code, message string) *fake.Refusal {
	return &fake.Refusal{Status: status, Code: string(code), Message: message}
}

func noSuchBucket() *fake.Refusal {
	return refuse(404, oss.CodeNoSuchBucket, "The specified bucket does not exist.")
}
