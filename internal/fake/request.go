package fake

import (
	"cmp"
	"slices"
	"time"
)

// A Request is one that a server has got, with what came of it.
type Request struct {
	Operation string
	Params    Params
	RequestID string
	Time      time.Time
	Took      time.Duration // until the answer was settled; 0 until then
	Status    int           // 0 if there is none: the connection broke
	Code      string        // of a refusal
}

// A history holds the last requests of a server.
type history struct {
	requests []*Request
	first    int // the oldest, when it is full
}

// remembered is how many requests a history holds, and how many entries a Recent. A
// server that runs for long does not grow by them.
const remembered = 20000

func (h *history) add(q *Request) {
	if len(h.requests) < remembered {
		h.requests = append(h.requests, q)
		return
	}
	h.requests[h.first] = q
	h.first = (h.first + 1) % remembered
}

// settle notes what a request is answered.
func (s *Server) settle(q *Request, answer *Answer) {
	s.mu.Lock()
	q.Took = time.Since(q.Time)
	if answer != nil {
		q.Status, q.Code = answer.Status, answer.code
		q.RequestID = cmp.Or(answer.Header["X-Oss-Request-Id"], q.RequestID) // OSS has a form of its own
	}
	settled := *q
	s.mu.Unlock()
	if s.OnRequest != nil {
		s.OnRequest(settled)
	}
}

// Requests returns the requests of the server, the last 20,000 of them, in the
// order in which they came.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Request, 0, len(s.log.requests))
	for _, part := range [][]*Request{s.log.requests[s.log.first:], s.log.requests[:s.log.first]} {
		for _, q := range part {
			all = append(all, *q)
		}
	}
	return all
}

// Calls returns the operations of Requests.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, q := range slices.Concat(s.log.requests[s.log.first:], s.log.requests[:s.log.first]) {
		all = append(all, q.Operation)
	}
	return all
}
