package nastest

import (
	_ "embed"
	"net/http"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

//go:embed constraints.json
var ledger []byte

var rules = sync.OnceValue(func() *fake.Rules { return fake.ParseRules(ledger) })

// The key that a Server accepts.
const (
	AccessKeyID     = "test-key-id"
	AccessKeySecret = "test-key-secret"
)

// An Option changes how a new Server behaves.
type Option func(*Server)

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

// Config returns the configuration of a client that talks to s and to nothing
// else.
func (s *Server) Config() nas.Config {
	return nas.Config{
		Region:      Region,
		Credentials: nas.StaticCredentials{AccessKeyID: AccessKeyID, AccessKeySecret: AccessKeySecret},
		HTTPClient:  &http.Client{Transport: fake.Transport(s)},
	}
}

// Client returns a client with the configuration of [Server.Config].
func (s *Server) Client() *nas.Client {
	c, err := nas.New(s.Config())
	if err != nil {
		panic(err) // the configuration is constant
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
func (s *Server) Fail(operation string, e nas.APIError) {
	s.fake.Fail(operation, fake.Refusal{Status: e.StatusCode, Code: string(e.Code), Message: e.Message, ResourceID: e.ResourceID})
}

// Calls returns the operations that were requested so far, in order.
func (s *Server) Calls() []string { return s.fake.Calls() }
