package nastest

import (
	_ "embed"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
	"github.com/accesspoint-go/accesspoint/nas"
)

//go:embed constraints.json
var ledger []byte

var rules = sync.OnceValue(func() *fake.Rules { return fake.ParseRules(ledger, fake.FormsOf((*nas.Client)(nil))) })

// The key that a Server accepts, unless [Key] sets another one.
const (
	AccessKeyID     = "test-key-id"
	AccessKeySecret = "test-key-secret"
)

// An Option changes how a new Server behaves. [NewServer] panics if an option other
// than [ClockOffset] has a negative number.
type Option func(*Server)

// Limit sets how many requests a second the server accepts for each operation, in
// bursts of up to 20. It refuses the others with the service's throttling error.
// The default is no limit.
func Limit(perSecond float64) Option {
	return func(s *Server) { s.fake.Limit = fake.NotNegative(perSecond) }
}

// A Limiter decides which requests the server accepts. Take reports whether it
// accepts one at the time now. The server ignores retryAfter.
type Limiter interface {
	Take(now time.Time) (ok bool, retryAfter time.Duration)
}

// LimitBy sets a function that returns the rate limiter of an operation, such as a
// token bucket or a sliding window. It is called once for each operation, and
// replaces [Limit].
func LimitBy(limiter func(operation string) Limiter) Option {
	return func(s *Server) {
		s.fake.LimitBy = func(operation string) fake.Limiter { return limiter(operation) }
	}
}

// ClockOffset sets how far the server's clock is ahead of the real time, or behind
// it if d is negative. The server takes the header Date and the times of resources
// from that clock, and checks signatures against it. The default is 0.
func ClockOffset(d time.Duration) Option { return func(s *Server) { s.fake.Offset = d } }

// ClockJitter makes each reading of the server's clock differ at random, by up to
// d, from the time that [ClockOffset] sets, as if each machine of the service had
// its own clock. The default is 0.
func ClockJitter(d time.Duration) Option {
	return func(s *Server) { s.fake.Jitter = fake.NotNegative(d) }
}

// PageLimit sets the maximum number of items on a page, even if the request asks
// for more. The default is the documented maximum.
func PageLimit(n int) Option { return func(s *Server) { s.fake.PageLimit = fake.NotNegative(n) } }

// Latency sets how long each response takes. The default is 0.
func Latency(d time.Duration) Option { return func(s *Server) { s.fake.Latency = fake.NotNegative(d) } }

// OnRequest sets a function that is called for each request when its outcome is
// known. Several goroutines may call it at once.
func OnRequest(f func(Request)) Option {
	return func(s *Server) {
		if f != nil {
			s.fake.OnRequest = func(q fake.Request) { f(request(q)) }
		}
	}
}

// Key sets the key that the server accepts and [Server.Client] uses, which panics
// if either part is empty.
func Key(id, secret string) Option {
	return func(s *Server) {
		key := s.fake.Dialect.Accepted()
		key.ID, key.Secret = id, secret
	}
}

// AnySignature makes the server accept requests with any signature, or none.
func AnySignature() Option { return func(s *Server) { s.fake.NoVerify = true } }

// Empty makes the server start without the resources that a new Server otherwise
// has. The methods named Add… add resources, and panic if an ID is empty or has the
// prefix of another kind of resource.
func Empty() Option { return (*Server).empty }

// Config returns the configuration of a client whose requests all go to s.
func (s *Server) Config() nas.Config {
	key := s.fake.Dialect.Accepted()
	return nas.Config{
		Region:      Region,
		Credentials: nas.StaticCredentials{AccessKeyID: key.ID, AccessKeySecret: key.Secret},
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

// AddKey makes the server accept a further key, such as that of a second user. All
// keys see the same resources and may do everything. AddKey panics if either part
// is empty.
func (s *Server) AddKey(id, secret string) { s.fake.AddKey(id, secret) }

// ServeHTTP serves one request, as [http.Handler] requires.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.fake.ServeHTTP(w, r) }

// A Fault is a way in which one request fails.
type Fault int

// The faults. [Server.Inject] plans any of them. [Server.Disturb] picks from
// ResponseLost to BadGateway, unless Disturbance.Mix names others.
const (
	// ResponseLost executes the request, and closes the connection instead of
	// sending the response.
	ResponseLost Fault = iota + 1
	// Reset closes the connection without executing the request.
	Reset
	// ServerError returns the service's internal error, without executing the
	// request.
	ServerError
	// Throttle returns the service's throttling error, without executing the
	// request.
	Throttle
	// AppliedLate closes the connection, and executes the request up to
	// Disturbance.Late later.
	AppliedLate
	// Truncated executes the request, and closes the connection in the middle of
	// the response.
	Truncated
	// BadGateway executes the request, and returns the HTML page of a proxy with
	// status 502.
	BadGateway
	// Slow executes the request and sends the response up to Disturbance.Late
	// later.
	Slow
	// Denied returns the service's error with status 403, without executing the
	// request.
	Denied
	// ProxyAuth returns the error of a proxy with status 407, without executing
	// the request.
	ProxyAuth
	// Conflict returns the service's error with status 409, without executing the
	// request.
	Conflict
	// WebPage returns an HTML page with status 200, without executing the request.
	WebPage
	// CutBody executes the request, and returns complete HTTP whose body ends in
	// the middle of the JSON or XML.
	CutBody
	// EmptyResponse executes the request, and returns a response without the
	// operation's own fields.
	EmptyResponse
	// EmptyList returns a list without items, even if there are some.
	EmptyList
)

// String returns the name of the fault.
func (f Fault) String() string { return fake.Fault(f).String() }

// A Disturbance makes a server unreliable until further notice: requests fail at
// random, and reads are stale (eventual consistency).
type Disturbance struct {
	// Faults is the share of requests that fail, from 0 to 1.
	Faults float64
	// Mix is the weight of each fault. By default the faults from ResponseLost to
	// BadGateway have equal weights.
	Mix map[Fault]float64
	// Late is the maximum delay of a request with the fault AppliedLate or
	// Slow, also if [Server.Inject] has planned the fault. The default is no
	// delay.
	Late time.Duration
	// Lag is the maximum staleness of a get or a list: for up to this long, a read
	// may not find a new resource, and may still find a deleted one.
	Lag time.Duration
	// TagLag is the maximum time by which a tag appears later than its resource.
	TagLag time.Duration
	// TagsLost is the share of requests whose tags never appear, from 0 to 1.
	TagsLost float64
	// AnyCase spells states at random in upper case, lower case or as documented.
	AnyCase bool
	// Shift numbers the items of a list by their position, so that a list skips an
	// item if an earlier one is deleted between two pages.
	Shift bool
	// Seed is the seed of the random numbers. Requests in the same order get the
	// same faults.
	Seed uint64
}

// Inject plans faults for the next requests of the named operation, one for each
// request. It panics if the operation or a fault does not exist.
func (s *Server) Inject(operation string, faults ...Fault) {
	for _, f := range faults {
		s.fake.Inject(operation, fake.Fault(f))
	}
}

// Disturb makes the server behave as d says from now on. The zero Disturbance ends
// it, but a request that is AppliedLate is still executed. Disturb panics if a share
// is not between 0 and 1, a duration or weight is negative, or a fault does not
// exist.
func (s *Server) Disturb(d Disturbance) {
	var mix map[fake.Fault]float64
	if d.Mix != nil {
		mix = map[fake.Fault]float64{}
	}
	for fault, weight := range d.Mix {
		mix[fake.Fault(fault)] = weight
	}
	s.fake.Disturb(fake.Disturbance{
		Faults: d.Faults, Mix: mix, Late: d.Late, Lag: d.Lag, TagLag: d.TagLag, TagsLost: d.TagsLost,
		AnyCase: d.AnyCase, Shift: d.Shift, Seed: d.Seed,
	})
}

// Fail makes the next request of the named operation fail with the StatusCode, Code
// and Message of e, and with its ResourceID if the service returns one. Faults that
// [Server.Inject] has planned before come first. If e has no StatusCode, the status
// follows from the kind of its Code. Fail panics if the operation does not exist,
// if e has neither a StatusCode nor a Code, or if the StatusCode is not that of a
// failure.
func (s *Server) Fail(operation string, e nas.APIError) {
	kind := &nas.APIError{StatusCode: http.StatusBadRequest, Code: e.Code, RequestID: "of this service"}
	s.fake.Fail(operation, kind, fake.Refusal{Status: e.StatusCode, Code: string(e.Code), Message: e.Message, ResourceID: e.ResourceID})
}

// Ask runs an operation without a request, and returns its response as the service
// sends it: for tests that read the state of the server. The names of params are
// the documented paths, such as Tag.1.Key. Faults, limits and delays do not apply,
// and [Server.Requests] does not contain it. Ask panics if the operation does not
// exist.
func (s *Server) Ask(operation string, params map[string]string) (status int, body []byte) {
	answer := s.fake.Ask(operation, maps.Clone(params))
	return answer.Status, answer.Body
}

// A Request is a request that a Server received, and its outcome. The test packages
// of the other services have the same type, so values can be converted.
type Request struct {
	Operation string            // the API's name of the operation
	Params    map[string]string // by their documented paths, such as Tag.1.Key
	RequestID string            // of the response
	Time      time.Time         // when it arrived
	Took      time.Duration     // until its outcome was known; 0 before that
	Status    int               // of the response; 0 if the connection was closed without one
	Code      string            // the error code; empty if the request succeeded
}

func request(q fake.Request) Request {
	return Request{q.Operation, maps.Clone(q.Params), q.RequestID, q.Time, q.Took, q.Status, q.Code}
}

// Requests returns the requests that the server received, in the order of their
// arrival. It keeps the last 20,000.
func (s *Server) Requests() []Request {
	var all []Request
	for _, q := range s.fake.Requests() {
		all = append(all, request(q))
	}
	return all
}

// Calls returns the names of the operations of [Server.Requests], in the same order.
func (s *Server) Calls() []string { return s.fake.Calls() }
