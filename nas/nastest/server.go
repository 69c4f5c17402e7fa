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

// An Option changes how a new Server behaves. [NewServer] panics if one has a negative
// number where only [ClockOffset] may.
type Option func(*Server)

// Limit sets how many calls a second the server takes of each operation, in
// bursts of up to 20. It refuses the others as the service does when it
// throttles. The default is no limit.
func Limit(perSecond float64) Option {
	return func(s *Server) { s.fake.Limit = fake.NotNegative(perSecond) }
}

// A Limiter decides which calls a service takes. The package does not use
// retryAfter.
type Limiter interface {
	Take(now time.Time) (ok bool, retryAfter time.Duration)
}

// LimitBy sets a function that returns the limiter of an operation, such as a
// bucket or a window. It is called once for each operation, and takes the place of
// [Limit].
func LimitBy(limiter func(operation string) Limiter) Option {
	return func(s *Server) {
		s.fake.LimitBy = func(operation string) fake.Limiter { return limiter(operation) }
	}
}

// ClockOffset sets how far the service's clock is ahead of the real time, or
// behind it if d is negative. The header Date and the times of resources are read
// from that clock, and signatures are checked against it. The default is 0.
func ClockOffset(d time.Duration) Option { return func(s *Server) { s.fake.Offset = d } }

// ClockJitter sets how far the clocks of the service's machines are from the time
// that [ClockOffset] sets, at most: each reading is another one. The default is 0.
func ClockJitter(d time.Duration) Option {
	return func(s *Server) { s.fake.Jitter = fake.NotNegative(d) }
}

// PageLimit sets how many items a page has at most, whatever the request asks
// for. The default is the documented maximum.
func PageLimit(n int) Option { return func(s *Server) { s.fake.PageLimit = fake.NotNegative(n) } }

// Latency sets how long each answer takes. The default is 0.
func Latency(d time.Duration) Option { return func(s *Server) { s.fake.Latency = fake.NotNegative(d) } }

// OnRequest sets a function that is called for each request when its answer is
// settled, at times by several goroutines at once.
func OnRequest(f func(Request)) Option {
	return func(s *Server) {
		if f != nil {
			s.fake.OnRequest = func(q fake.Request) { f(request(q)) }
		}
	}
}

// Key sets the key that the server accepts, and [Server.Client] has. Neither part may
// be empty.
func Key(id, secret string) Option {
	return func(s *Server) {
		key := s.fake.Dialect.Accepted()
		key.ID, key.Secret = id, secret
	}
}

// AnySignature makes the server take requests with any signature, and with none.
func AnySignature() Option { return func(s *Server) { s.fake.NoVerify = true } }

// Empty makes the server start without the resources that a new one holds. The
// methods whose names begin with Add put some in, and panic for an ID that is empty or
// has the prefix of something else.
func Empty() Option { return (*Server).empty }

// Config returns the configuration of a client that talks to s and to nothing
// else.
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

// AddKey makes the server accept another key besides, such as that of a second user.
// All keys see the same resources and may do everything. AddKey panics if a part is
// empty.
func (s *Server) AddKey(id, secret string) { s.fake.AddKey(id, secret) }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.fake.ServeHTTP(w, r) }

// A Fault is a way in which one call goes wrong.
type Fault int

// The faults. Those from Slow on are met by chance only if Disturbance.Mix names
// them.
const (
	// AnswerLost has the service do its work, and breaks the connection then.
	AnswerLost Fault = iota + 1
	// Reset breaks the connection before the service sees the request.
	Reset
	// ServerError is the service's internal error. It does nothing.
	ServerError
	// Throttle is the service's refusal for the rate.
	Throttle
	// AppliedLate breaks the connection. The service does its work later, by
	// Disturbance.Late.
	AppliedLate
	// Truncated has the service do its work, and breaks the connection in the
	// middle of the answer.
	Truncated
	// BadGateway has the service do its work. A proxy answers 502 in HTML.
	BadGateway
	// Slow has the service do its work and answer later, by Disturbance.Late.
	Slow
	// Denied is a 403 of the service. It does nothing.
	Denied
	// ProxyAuth is a 407 of a proxy. The service does not see the request.
	ProxyAuth
	// Conflict is a 409 of the service. It does nothing.
	Conflict
	// WebPage is a page in HTML with status 200. The service does nothing.
	WebPage
	// CutBody has the service do its work. The answer ends in the middle, though
	// the connection holds.
	CutBody
	// EmptyAnswer has the service do its work. The answer lacks all that belongs
	// to the operation.
	EmptyAnswer
	// EmptyList is a list without items, whatever there is.
	EmptyList
)

// String returns the name of the fault.
func (f Fault) String() string { return fake.Fault(f).String() }

// A Disturbance is how badly a server behaves throughout.
type Disturbance struct {
	// Faults is the share of the requests that meet a fault, from 0 to 1.
	Faults float64
	// Mix is how often each kind of fault is met, by weight. Without it, those
	// from AnswerLost to BadGateway are met, each as often.
	Mix map[Fault]float64
	// Late is how long the service may take at most to apply a request that is
	// AppliedLate or Slow.
	Late time.Duration
	// Lag is how old what a get or a list finds may be: resources appear and
	// vanish later in it.
	Lag time.Duration
	// TagLag is how much later than its resource a tag appears, at most.
	TagLag time.Duration
	// TagsLost is the share of the requests whose tags never appear, from 0 to 1.
	TagsLost float64
	// AnyCase has states come in upper and in lower case, too.
	AnyCase bool
	// Shift has the pages of a list counted from its start, so that one item is
	// left out when another before it goes.
	Shift bool
	// Seed is that of the random numbers. Requests in the same order meet the same
	// faults.
	Seed uint64
}

// Inject makes the next requests of the named operation meet the faults, one
// each. It panics if there is no such operation, or no such fault.
func (s *Server) Inject(operation string, faults ...Fault) {
	for _, f := range faults {
		s.fake.Inject(operation, fake.Fault(f))
	}
}

// Disturb makes the server behave as d says from now on. The zero Disturbance
// ends it. What was to be applied late still will be. Disturb panics if d has a share
// that is none, a negative duration or a fault that there is not.
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

// Fail makes the next request of the named operation, after those that
// [Server.Inject] has planned for, fail with the status, code, message and, if
// the service would name it, resource ID of e. If e has no status, it is that of
// the kind of its code. Fail panics if there is no such operation, and if e has
// neither a status nor a code, or a
// status that is none of a failure.
func (s *Server) Fail(operation string, e nas.APIError) {
	kind := &nas.APIError{StatusCode: http.StatusBadRequest, Code: e.Code, RequestID: "of this service"}
	s.fake.Fail(operation, kind, fake.Refusal{Status: e.StatusCode, Code: string(e.Code), Message: e.Message, ResourceID: e.ResourceID})
}

// Ask returns what the server answers to an operation, with the parameters by their
// documented paths, such as Tag.1.Key. There is no request for it: the answer has no
// fault and no delay, and [Server.Requests] does not show it. A test reads the state
// of the server so, and a program the answers in the form that the service has. Ask
// panics if there is no such operation.
func (s *Server) Ask(operation string, params map[string]string) (status int, body []byte) {
	answer := s.fake.Ask(operation, maps.Clone(params))
	return answer.Status, answer.Body
}

// A Request is one that a Server has got, with what came of it. The packages of
// the other services have the same type, so that a value can be converted.
type Request struct {
	Operation string            // as the API calls it
	Params    map[string]string // by their documented paths, such as Tag.1.Key
	RequestID string
	Time      time.Time     // when it came
	Took      time.Duration // until the answer was settled; 0 until then
	Status    int           // of the answer; 0 if the connection broke
	Code      string        // empty unless the service refused
}

func request(q fake.Request) Request {
	return Request{q.Operation, maps.Clone(q.Params), q.RequestID, q.Time, q.Took, q.Status, q.Code}
}

// Requests returns the requests of the server, the last 20,000 of them, in the
// order in which they came.
func (s *Server) Requests() []Request {
	var all []Request
	for _, q := range s.fake.Requests() {
		all = append(all, request(q))
	}
	return all
}

// Calls returns the operations of [Server.Requests].
func (s *Server) Calls() []string { return s.fake.Calls() }
