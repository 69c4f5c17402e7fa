package fake

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/time/rate"
)

// An Answer is what a service says to one request.
type Answer struct {
	Status int
	Header map[string]string
	Body   []byte

	truncated bool // the connection breaks in the middle of Body
}

// A Refusal is a failure in terms that every service has.
type Refusal struct {
	Status        int
	Code, Message string
	ResourceID    string // of the resource that stands in the way, if one does
}

// A Call is a request as a service understands it.
type Call struct {
	Operation string
	Params    Params
	RequestID string
}

// A Dialect is how a service reads requests and words its answers.
type Dialect interface {
	// Read names the operation of r, and its parameters by their documented
	// paths. An operation that the service does not know is refused.
	Read(r *http.Request, body []byte) (operation string, params Params, refusal *Refusal)
	// Verify checks the signature of r against the key.
	Verify(r *http.Request, body []byte) *Refusal
	// Refuse words a refusal.
	Refuse(f Refusal, requestID, host string) Answer
	// Throttled and Failing are the refusals for the rate and for no reason.
	Throttled(operation string) Refusal
	Failing() Refusal
}

// A Server is what the in-memory services have in common: it takes a request
// through the stages that a real one takes it through, and meets the faults that
// a test asks for. Its fields are set before it serves.
type Server struct {
	Dialect    Dialect
	Rules      *Rules
	Operations map[string]func(*Call) (Answer, *Refusal)
	Limit      float64       // calls a second for each operation, 0 for no limit
	Latency    time.Duration // before each answer
	NoVerify   bool          // accept any signature
	// OnCall, if set, hears of every request when its answer is settled; the
	// status is 0 if there is none.
	OnCall func(operation string, status int, took time.Duration)

	mu      sync.Mutex
	calls   []string
	faults  map[string][]Fault
	planned map[string][]Refusal
	buckets map[string]*rate.Limiter

	disturbance Disturbance
	random      *rand.Rand
}

// burst is the size of the buckets that Limit fills.
const burst = 20

// Inject makes the next calls of operation meet the faults, one each.
func (s *Server) Inject(operation string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults == nil {
		s.faults = map[string][]Fault{}
	}
	s.faults[operation] = append(s.faults[operation], faults...)
}

// Fail makes the next call of operation, after those that Inject has planned
// for, be refused with f.
func (s *Server) Fail(operation string, f Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.planned == nil {
		s.planned = map[string][]Refusal{}
	}
	s.planned[operation] = append(s.planned[operation], f)
}

// Calls returns the operations that were called, in order.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// OperationNames returns the names of the operations that the server knows.
func (s *Server) OperationNames() []string { return slices.Sorted(maps.Keys(s.Operations)) }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	requestID := uuid.NewString()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<20))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	operation, answer := s.answer(r, body, requestID)
	if s.OnCall != nil {
		status := 0
		if answer != nil {
			status = answer.Status
		}
		s.OnCall(operation, status, time.Since(start))
	}
	if answer == nil {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	for name, value := range answer.Header {
		h.Set(name, value)
	}
	h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	if answer.Status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(answer.Body)))
	}
	w.WriteHeader(answer.Status)
	if answer.truncated {
		_, _ = w.Write(answer.Body[:len(answer.Body)/2])
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(answer.Body)
}

// answer returns what the service says, or nil if the connection breaks.
func (s *Server) answer(r *http.Request, body []byte, requestID string) (operation string, _ *Answer) {
	refuse := func(f Refusal) *Answer {
		a := s.Dialect.Refuse(f, requestID, r.Host)
		return &a
	}
	operation, params, refusal := s.Dialect.Read(r, body)
	fault, planned, throttled := s.arrive(operation)
	if s.Latency > 0 && sleep(r.Context(), s.Latency) != nil {
		return operation, nil
	}
	switch {
	case fault == Reset:
		return operation, nil
	case refusal != nil:
		return operation, refuse(*refusal)
	}
	if !s.NoVerify {
		if refusal = s.Dialect.Verify(r, body); refusal != nil {
			return operation, refuse(*refusal)
		}
	}
	switch {
	case fault == Throttle, throttled:
		return operation, refuse(s.Dialect.Throttled(operation))
	case fault == ServerError:
		return operation, refuse(s.Dialect.Failing())
	case planned != nil:
		return operation, refuse(*planned)
	}
	if refusal = s.Rules.Check(operation, params); refusal != nil {
		return operation, refuse(*refusal)
	}
	call := &Call{operation, params, requestID}
	if fault == AppliedLate {
		time.AfterFunc(s.lateness(), func() { s.Operations[operation](call) })
		return operation, nil
	}
	answer, refusal := s.Operations[operation](call)
	switch {
	case fault == AnswerLost:
		return operation, nil
	case fault == BadGateway:
		return operation, &Answer{Status: http.StatusBadGateway, Header: map[string]string{"Content-Type": "text/html"}, Body: []byte("<html><h1>502 Bad Gateway</h1></html>")}
	case refusal != nil:
		return operation, refuse(*refusal)
	}
	answer.truncated = fault == Truncated
	return operation, &answer
}

// arrive notes a call and returns what is planned for it.
func (s *Server) arrive(operation string) (fault Fault, planned *Refusal, throttled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, operation)
	if q := s.faults[operation]; len(q) > 0 {
		fault, s.faults[operation] = q[0], q[1:]
	} else if q := s.planned[operation]; len(q) > 0 {
		planned, s.planned[operation] = &q[0], q[1:]
	} else {
		fault = s.chance()
	}
	if s.Limit > 0 {
		if s.buckets == nil {
			s.buckets = map[string]*rate.Limiter{}
		}
		b := s.buckets[operation]
		if b == nil {
			b = rate.NewLimiter(rate.Limit(s.Limit), burst)
			s.buckets[operation] = b
		}
		throttled = !b.Allow()
	}
	return fault, planned, throttled
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Page returns the items of a page and the token of the next, which is empty on
// the last page. Tokens are opaque to clients; these name the first item.
func Page[T any](items []T, token string, size int) (page []T, next string, ok bool) {
	first := 0
	if token != "" {
		if _, err := fmt.Sscanf(token, "page-at-%d", &first); err != nil || first > len(items) || first < 0 {
			return nil, "", false
		}
	}
	last := min(first+size, len(items))
	if last < len(items) {
		next = fmt.Sprintf("page-at-%d", last)
	}
	return items[first:last], next, true
}

// Number returns the parameter as a number, or otherwise.
func (p Params) Number(path string, otherwise int) int {
	n, err := strconv.Atoi(p.Get(path))
	if err != nil {
		return otherwise
	}
	return cmp.Or(n, otherwise)
}
