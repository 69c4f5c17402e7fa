package fake

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A Fault is a way in which one call goes wrong.
type Fault int

const (
	// ResponseLost lets the service do its work and then breaks the connection.
	ResponseLost Fault = iota + 1
	// Reset breaks the connection before the service sees the request.
	Reset
	// ServerError is answered with the service's internal error; nothing is done.
	ServerError
	// Throttle is answered with the service's refusal for the rate.
	Throttle
	// AppliedLate breaks the connection, and lets the service do its work later.
	AppliedLate
	// Truncated lets the service do its work and breaks the connection in the
	// middle of the answer.
	Truncated
	// BadGateway lets the service do its work; the answer is a page of a proxy.
	BadGateway

	// Slow lets the service do its work, and answer, later.
	Slow
	// Denied is answered with the service's 403; nothing is done.
	Denied
	// ProxyAuth is answered with the 407 of a proxy; nothing is done.
	ProxyAuth
	// Conflict is answered with the service's 409; nothing is done.
	Conflict
	// WebPage is answered with a page of HTML and status 200; nothing is done.
	WebPage
	// CutBody lets the service do its work; the answer ends in the middle of its
	// body and is whole HTTP all the same.
	CutBody
	// EmptyResponse lets the service do its work; the answer lacks all that belongs
	// to the operation.
	EmptyResponse
	// EmptyList lets reads find nothing, as if nothing had ever been created.
	EmptyList

	lastFault      = EmptyList
	lastUsualFault = BadGateway // of those that a Disturbance without a Mix has
)

var faultNames = [...]string{
	ResponseLost: "ResponseLost", Reset: "Reset", ServerError: "ServerError", Throttle: "Throttle", AppliedLate: "AppliedLate",
	Truncated: "Truncated", BadGateway: "BadGateway", Slow: "Slow", Denied: "Denied", ProxyAuth: "ProxyAuth",
	Conflict: "Conflict", WebPage: "WebPage", CutBody: "CutBody", EmptyResponse: "EmptyResponse", EmptyList: "EmptyList",
}

// String returns the name of the fault.
func (f Fault) String() string {
	if f <= 0 || f > lastFault {
		return fmt.Sprintf("Fault(%d)", int(f))
	}
	return faultNames[f]
}

// A Disturbance is how badly a service behaves throughout.
type Disturbance struct {
	Faults   float64           // share of the requests that meet a fault
	Mix      map[Fault]float64 // how often each kind is met; nil for the usual ones, each as often
	Late     time.Duration     // after which AppliedLate and Slow have done their work, at most
	Lag      time.Duration     // age of what a read finds, at most
	TagLag   time.Duration     // after which a tag shows on what shows itself, at most
	TagsLost float64           // share of the requests whose tags never show
	AnyCase  bool              // states come in upper and lower case
	Shift    bool              // a page begins at a number of items, which changes between pages
	Seed     uint64
}

// check panics for a disturbance that would not be the one that a test means.
func (d Disturbance) check() {
	share := func(x float64) bool { return x >= 0 && x <= 1 }
	switch {
	case !share(d.Faults) || !share(d.TagsLost):
		panic("fake: a share of the requests is from 0 to 1")
	case d.Late < 0 || d.Lag < 0 || d.TagLag < 0:
		panic("fake: a disturbance has a negative duration")
	}
	for fault, weight := range d.Mix {
		fault.check()
		if !(weight >= 0) {
			panic("fake: a fault has a negative weight")
		}
	}
}

// check panics for a fault that there is not. That of no fault is one.
func (f Fault) check() {
	if f < 0 || f > lastFault {
		panic(fmt.Sprintf("fake: there is no fault %d", f))
	}
}

// Disturb makes the server behave as d says from now on.
func (s *Server) Disturb(d Disturbance) {
	d.check()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disturbance = d
	s.random = rand.New(rand.NewPCG(d.Seed, 0))
}

// chance returns the fault that the next request meets by chance. The caller
// holds the lock.
func (s *Server) chance() Fault {
	if s.random == nil || s.random.Float64() >= s.disturbance.Faults {
		return 0
	}
	if s.disturbance.Mix == nil {
		return 1 + Fault(s.random.IntN(int(lastUsualFault)))
	}
	all := 0.0
	for fault := Fault(1); fault <= lastFault; fault++ {
		all += s.disturbance.Mix[fault]
	}
	at := s.random.Float64() * all
	for fault := Fault(1); fault <= lastFault; fault++ {
		if at -= s.disturbance.Mix[fault]; at < 0 {
			return fault
		}
	}
	return 0
}

// lateness returns how late the next change that is AppliedLate or Slow is
// applied, and how late a Slow one is answered.
func (s *Server) lateness() (applied, answered time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	applied = s.upTo(s.disturbance.Late)
	return applied, applied + s.upTo(s.disturbance.Late-applied)
}

// AsOf returns the time whose state a read finds.
func (s *Server) AsOf() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(-s.upTo(s.disturbance.Lag))
}

// ListAsOf returns the time whose state a list finds of one item.
func (s *Server) ListAsOf(call *Call) time.Time {
	if call.blind {
		return time.Time{}
	}
	return s.AsOf()
}

// TagsShow returns when the tags show that a call sets.
func (s *Server) TagsShow() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.random != nil && s.disturbance.TagsLost > 0 && s.random.Float64() < s.disturbance.TagsLost {
		return time.Now().Add(never)
	}
	return time.Now().Add(s.upTo(s.disturbance.TagLag))
}

// never is longer than any test.
const never = 100 * 365 * 24 * time.Hour

// Spelled returns a state as the next answer spells it.
func Spelled[S ~string](s *Server, state S) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.disturbance.AnyCase {
		return string(state)
	}
	switch s.random.IntN(3) {
	case 0:
		return strings.ToUpper(string(state))
	case 1:
		return strings.ToLower(string(state))
	}
	return string(state)
}

// upTo returns a random duration of at most d. The caller holds the lock.
func (s *Server) upTo(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return time.Duration(s.random.Int64N(int64(d) + 1))
}

// Forgotten reports whether no read will find any more what ended at the given
// time.
func (s *Server) Forgotten(ended time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(ended) >= s.disturbance.Lag
}

// Clock returns what a clock of the service says. Each of its machines has its
// own.
func (s *Server) Clock() time.Time { return s.clock(time.Now()) }

// clock returns what a clock of the service says at the time now.
func (s *Server) clock(now time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	now = now.Add(s.Offset)
	if s.Jitter > 0 {
		if s.random == nil {
			s.random = rand.New(rand.NewPCG(0, 0))
		}
		now = now.Add(s.upTo(2*s.Jitter) - s.Jitter)
	}
	return now
}

// stamp returns the time that the service notes for a change that arrived some
// time ago and takes effect now: any between, and often one of the two.
func (s *Server) stamp(arrived time.Time) time.Time {
	now := time.Now()
	if took := now.Sub(arrived); took > 0 {
		s.mu.Lock()
		share := 1.0
		if s.random != nil {
			share = min(1, max(0, s.random.Float64()*1.5-0.25)) // each end in one of six
		}
		s.mu.Unlock()
		now = arrived.Add(time.Duration(share * float64(took)))
	}
	return s.clock(now)
}
