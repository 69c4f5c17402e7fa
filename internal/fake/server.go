package fake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/limit"
)

// An Answer is what a service says to one request.
type Answer struct {
	Status int
	Header map[string]string
	Body   []byte

	code      string // of a refusal
	truncated bool   // the connection breaks in the middle of Body
}

// page returns an answer in HTML, as a proxy gives it.
func page(status int) *Answer {
	body := fmt.Sprintf("<html><h1>%d %s</h1></html>", status, http.StatusText(status))
	return &Answer{Status: status, Header: map[string]string{"Content-Type": "text/html"}, Body: []byte(body)}
}

// A Refusal is a failure in terms that every service has.
type Refusal struct {
	Status        int
	Code, Message string
	ResourceID    string // of the resource that stands in the way, if one does

	// Of a refusal for the time of the signature, where the service tells them.
	RequestTime, ServerTime time.Time
}

// A Call is a request as a service understands it.
type Call struct {
	Operation string
	Params    Params
	RequestID string
	// Stamp is the time that the service notes for what the call creates.
	Stamp time.Time

	blind bool // it finds nothing
}

// A Limiter decides which calls a service takes. When it would take one that it
// refuses is not told, since no page of these services says how they would.
type Limiter interface {
	Take(now time.Time) (ok bool, retryAfter time.Duration)
}

// A Dialect is how a service reads requests and words its answers.
type Dialect interface {
	// Read names the operation of r, and its parameters by their documented
	// paths. An operation that the service does not know is refused.
	Read(r *http.Request, body []byte) (operation string, params Params, refusal *Refusal)
	// Accepted is the key of the server's own client.
	Accepted() *credential.Key
	// Verify checks the signature of r against the key that it names and the
	// service's clock.
	Verify(r *http.Request, body []byte, keys func(id string) (credential.Key, bool), now time.Time) *Refusal
	// Refuse words a refusal.
	Refuse(f Refusal, requestID, host string) Answer
	// Throttled and Failing are the refusals for the rate and for no reason, Denied
	// and Conflict those for a missing right and for what else is under way.
	Throttled(operation string) Refusal
	Failing() Refusal
	Denied() Refusal
	Conflict() Refusal
	// Empty is an answer to an operation that says nothing.
	Empty(operation, requestID string) Answer
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
	Offset     time.Duration // of the service's clock, which is ahead by it
	Jitter     time.Duration // by which the clocks of the service's machines differ from that, at most
	PageLimit  int           // items on a page, 0 for no limit but the documented one
	// LimitBy, if set, returns the limiter of an operation, which Limit is then not.
	LimitBy func(operation string) Limiter
	// OnRequest, if set, hears of every request when its answer is settled.
	OnRequest func(Request)

	keys    sync.Map // ID → credential.Key, besides the one of its own client
	mu      sync.Mutex
	log     history
	faults  map[string][]Fault
	planned map[string][]Refusal
	buckets map[string]Limiter

	disturbance Disturbance
	random      *rand.Rand
}

// burst is the size of the buckets that Limit fills.
const burst = 20

// NotNegative returns n, an option. It panics if n is negative.
func NotNegative[N int | float64 | time.Duration](n N) N {
	if !(n >= 0) {
		panic(fmt.Sprintf("fake: an option is %v, but may not be negative", n))
	}
	return n
}

// CheckID panics unless id has a prefix, and something after it: no request could
// name what has another.
func CheckID(id, prefix string) {
	if rest, ok := strings.CutPrefix(id, prefix); !ok || strings.TrimSpace(rest) == "" {
		panic(fmt.Sprintf("fake: %q is no ID; it has to begin with %q", id, prefix))
	}
}

// known panics unless the server has the operation: what is planned for one that
// it has not would never be met.
func (s *Server) known(operation string) {
	if s.Operations[operation] == nil {
		panic(fmt.Sprintf("fake: no operation %q, but %s", operation, strings.Join(s.OperationNames(), ", ")))
	}
}

// AddKey makes the server accept another key.
func (s *Server) AddKey(id, secret string) {
	if id == "" || secret == "" {
		panic("fake: a key has an ID and a secret")
	}
	s.keys.Store(id, credential.Key{ID: id, Secret: secret})
}

// key returns the key of that ID, if the server accepts it.
func (s *Server) key(id string) (credential.Key, bool) {
	if own := *s.Dialect.Accepted(); own.ID == id {
		return own, true
	}
	key, ok := s.keys.Load(id)
	if !ok {
		return credential.Key{}, false
	}
	return key.(credential.Key), true
}

// Inject makes the next calls of operation meet the faults, one each.
func (s *Server) Inject(operation string, faults ...Fault) {
	s.known(operation)
	for _, fault := range faults {
		fault.check()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults == nil {
		s.faults = map[string][]Fault{}
	}
	s.faults[operation] = append(s.faults[operation], faults...)
}

// Fail makes the next call of operation, after those that Inject has planned
// for, be refused with f. Without a status, it has that of the kind of the code.
func (s *Server) Fail(operation string, kind error, f Refusal) {
	s.known(operation)
	switch {
	case f.Status == 0 && f.Code == "":
		panic("fake: a failure has neither a status nor a code")
	case f.Status != 0 && (f.Status < 400 || f.Status > 599):
		panic(fmt.Sprintf("fake: %d is not the status of a failure", f.Status))
	}
	if f.Status == 0 {
		f.Status = s.statusOf(operation, f.Code, kind)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.planned == nil {
		s.planned = map[string][]Refusal{}
	}
	s.planned[operation] = append(s.planned[operation], f)
}

// statusOf returns the status that goes with a code, by its name or its kind.
func (s *Server) statusOf(operation, code string, kind error) int {
	for _, denied := range []string{"Forbidden", "Denied", "NoPermission"} {
		if strings.Contains(code, denied) {
			return http.StatusForbidden
		}
	}
	for _, k := range []struct {
		kind   error
		status int
	}{
		{fault.NotFound, http.StatusNotFound},
		{fault.AlreadyExists, http.StatusConflict},
		{fault.Conflict, http.StatusConflict},
		{fault.AccessDenied, http.StatusForbidden},
		{fault.QuotaExceeded, http.StatusForbidden},
		{fault.Throttled, s.Dialect.Throttled(operation).Status},
		{fault.Unavailable, http.StatusServiceUnavailable},
	} {
		if errors.Is(kind, k.kind) {
			return k.status
		}
	}
	return http.StatusBadRequest
}

// OperationNames returns the names of the operations that the server knows.
func (s *Server) OperationNames() []string { return slices.Sorted(maps.Keys(s.Operations)) }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := &Request{Time: time.Now(), RequestID: uuid.NewString()}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<20))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	answer := s.answer(r, body, q)
	s.settle(q, answer)
	if answer == nil {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	for name, value := range answer.Header {
		h.Set(name, value)
	}
	h.Set("Date", s.Clock().UTC().Format(http.TimeFormat))
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
func (s *Server) answer(r *http.Request, body []byte, q *Request) *Answer {
	refuse := func(f Refusal) *Answer {
		a := s.Dialect.Refuse(f, q.RequestID, r.Host)
		a.code = f.Code
		return &a
	}
	operation, params, refusal := s.Dialect.Read(r, body)
	q.Operation, q.Params = operation, params
	fault, planned, throttled := s.arrive(q)
	if s.Latency > 0 && sleep(r.Context(), s.Latency) != nil {
		return nil
	}
	switch {
	case fault == Reset:
		return nil
	case fault == ProxyAuth:
		return page(http.StatusProxyAuthRequired)
	case fault == WebPage:
		return page(http.StatusOK)
	case refusal != nil:
		return refuse(*refusal)
	}
	if !s.NoVerify {
		if refusal = s.Dialect.Verify(r, body, s.key, s.Clock()); refusal != nil {
			return refuse(*refusal)
		}
	}
	switch {
	case fault == Throttle, throttled:
		return refuse(s.Dialect.Throttled(operation))
	case fault == ServerError:
		return refuse(s.Dialect.Failing())
	case fault == Denied:
		return refuse(s.Dialect.Denied())
	case fault == Conflict:
		return refuse(s.Dialect.Conflict())
	case planned != nil:
		return refuse(*planned)
	}
	if refusal = s.Rules.Check(operation, params); refusal != nil {
		return refuse(*refusal)
	}
	do := func() (Answer, *Refusal) {
		return s.Operations[operation](&Call{
			Operation: operation, Params: params, RequestID: q.RequestID,
			Stamp: s.stamp(q.Time), blind: fault == EmptyList,
		})
	}
	if fault == AppliedLate {
		applied, _ := s.lateness()
		time.AfterFunc(applied, func() { _, _ = do() })
		return nil
	}
	var answer Answer
	if fault == Slow {
		if answer, refusal, err := s.slowly(r.Context(), do); err != nil {
			return nil
		} else if refusal != nil {
			return refuse(*refusal)
		} else {
			return &answer
		}
	}
	answer, refusal = do()
	switch {
	case fault == ResponseLost:
		return nil
	case fault == BadGateway:
		return page(http.StatusBadGateway)
	case refusal != nil:
		return refuse(*refusal)
	case fault == EmptyResponse:
		answer = s.Dialect.Empty(operation, q.RequestID)
	case fault == CutBody:
		answer.Body = answer.Body[:len(answer.Body)/2]
	}
	answer.truncated = fault == Truncated
	return &answer
}

// Ask returns what the service answers to a call that did not come as a request:
// without a signature, a limiter, a fault and a record.
func (s *Server) Ask(operation string, p Params) Answer {
	s.known(operation)
	id := uuid.NewString()
	refusal := s.Rules.Check(operation, p)
	if refusal == nil {
		var answer Answer
		if answer, refusal = s.Operations[operation](&Call{Operation: operation, Params: p, RequestID: id, Stamp: s.Clock()}); refusal == nil {
			return answer
		}
	}
	return s.Dialect.Refuse(*refusal, id, "localhost")
}

// slowly does something later and returns later still what came of it. It is done
// even if the client has hung up.
func (s *Server) slowly(ctx context.Context, do func() (Answer, *Refusal)) (Answer, *Refusal, error) {
	applied, answered := s.lateness()
	if answered <= 0 {
		answer, refusal := do()
		return answer, refusal, nil
	}
	var answer Answer // not results: they are set after a client that has hung up got its own
	var refusal *Refusal
	done := make(chan struct{})
	time.AfterFunc(applied, func() {
		answer, refusal = do()
		time.AfterFunc(answered-applied, func() { close(done) })
	})
	select {
	case <-done:
		return answer, refusal, nil
	case <-ctx.Done():
		return Answer{}, nil, ctx.Err()
	}
}

// arrive notes a request and returns what is planned for it.
func (s *Server) arrive(q *Request) (fault Fault, planned *Refusal, throttled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.add(q)
	operation := q.Operation
	if q := s.faults[operation]; len(q) > 0 {
		fault, s.faults[operation] = q[0], q[1:]
	} else if q := s.planned[operation]; len(q) > 0 {
		planned, s.planned[operation] = &q[0], q[1:]
	} else {
		fault = s.chance()
	}
	if s.Limit > 0 || s.LimitBy != nil {
		if s.buckets == nil {
			s.buckets = map[string]Limiter{}
		}
		b := s.buckets[operation]
		switch {
		case b != nil:
		case s.LimitBy != nil:
			b = s.LimitBy(operation)
		default:
			b = limit.NewBucket(s.Limit, burst)
		}
		s.buckets[operation] = b
		ok, _ := b.Take(time.Now())
		throttled = !ok
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
// the last page. Tokens are opaque to clients. These name the place of the last
// item that was shown, so that nothing is passed over when another item goes; if
// the server is to let pages shift, they name the number of items before.
func Page[T any](s *Server, items []T, place func(T) int, token string, size int) (page []T, next string, ok bool) {
	s.mu.Lock()
	shift, limit := s.disturbance.Shift, s.PageLimit
	s.mu.Unlock()
	if limit > 0 {
		size = min(size, limit)
	}
	first, n := 0, 0
	if token != "" {
		if _, err := fmt.Sscanf(token, "page-at-%d", &n); err == nil && n >= 0 {
			first = min(n, len(items))
		} else if _, err := fmt.Sscanf(token, "page-after-%d", &n); err == nil {
			for first < len(items) && place(items[first]) <= n {
				first++
			}
		} else {
			return nil, "", false
		}
	}
	last := min(first+size, len(items))
	switch {
	case last >= len(items):
	case shift:
		next = fmt.Sprintf("page-at-%d", last)
	default:
		next = fmt.Sprintf("page-after-%d", place(items[last-1]))
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
