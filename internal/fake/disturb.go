package fake

import (
	"math/rand/v2"
	"time"
)

// A Fault is a way in which one call goes wrong.
type Fault int

const (
	// AnswerLost lets the service do its work and then breaks the connection.
	AnswerLost Fault = iota + 1
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

	lastFault = BadGateway
)

// A Disturbance is how badly a service behaves throughout.
type Disturbance struct {
	Faults float64       // share of the requests that meet a fault
	Late   time.Duration // after which AppliedLate has done its work, at most
	Lag    time.Duration // age of what a read finds, at most
	Seed   uint64
}

// Disturb makes the server behave as d says from now on.
func (s *Server) Disturb(d Disturbance) {
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
	return 1 + Fault(s.random.IntN(int(lastFault)))
}

// lateness returns how late the next change that is AppliedLate is applied.
func (s *Server) lateness() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.upTo(s.disturbance.Late)
}

// AsOf returns the time whose state a read finds.
func (s *Server) AsOf() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(-s.upTo(s.disturbance.Lag))
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
