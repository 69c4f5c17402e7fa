package ensuretest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// A process is the network of one process, which may die, and be suspended.
type process struct {
	service *Service
	latency time.Duration
	// trace, if set, is told of every request and of what came of it.
	trace func(step string, req *http.Request, more string)
	// foul reports whether the process may still be suspended.
	foul func() bool

	mu     sync.Mutex
	random *rand.Rand // nil if it is never suspended
	pauses float64
	dead   chan struct{}
	seen   traffic
	total  int // creations that were sent
	sleep  *sleep
}

// A sleep is until when a process is suspended, with all its clients.
type sleep struct {
	mu    sync.Mutex
	until time.Time
}

func (s *sleep) end() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.until
}

func (s *sleep) extend(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if until.After(s.until) {
		s.until = until
	}
}

// traffic is what a process has sent, and been told.
type traffic struct {
	requests   int
	creations  int             // that were sent
	unrefused  int             // those of them that were not refused
	deletions  int             // that were sent
	tokens     map[string]bool // of the creations
	created    []string        // IDs that it was told
	createdOne bool            // it was told that it created something
}

func newProcess(s *Service, latency time.Duration) *process {
	return &process{service: s, latency: latency, dead: make(chan struct{}), seen: traffic{tokens: map[string]bool{}}, sleep: new(sleep)}
}

// takeTraffic returns what was sent since it was called last.
func (p *process) takeTraffic() traffic {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := p.seen
	p.seen = traffic{tokens: map[string]bool{}}
	return seen
}

// sent returns how many creations the process has sent.
func (p *process) sent() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.total
}

var errDead = errors.New("the process is dead")

func (p *process) isDead() bool {
	select {
	case <-p.dead:
		return true
	default:
		return false
	}
}

// suspended returns the time until which the process is suspended.
func (p *process) suspended() time.Time { return p.sleep.end() }

// step is a place where the process may be suspended: none of its requests goes
// on until it runs again.
func (p *process) step() {
	p.mu.Lock()
	if p.random != nil && p.random.Float64() < p.pauses && p.foul() {
		d := time.Duration(float64(Settle) / 20 * math.Exp(p.random.Float64()*math.Log(600))) // 0.05 to 30 Settle
		p.sleep.extend(time.Now().Add(d))
	}
	p.mu.Unlock()
	for {
		d := time.Until(p.suspended())
		if d <= 0 || p.isDead() {
			return
		}
		select {
		case <-time.After(d):
		case <-p.dead:
		}
	}
}

type reply struct {
	answer *http.Response
	body   []byte
	broken error // of the body
	err    error
}

// wrap returns a RoundTripper that sends nothing any more when the process is
// dead. What is on the way then, or when a context ends, arrives all the same.
func (p *process) wrap(rt http.RoundTripper) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		ctx := req.Context()
		p.step()
		if p.isDead() {
			return nil, errDead
		}
		creates := p.note(req)
		if p.trace != nil {
			p.trace(">", req, "")
		}
		replies := make(chan reply, 1)
		go func() {
			pass(p.latency / 2)
			r := exchange(rt, req)
			pass(p.latency / 2)
			replies <- r
		}()
		var r reply
		select {
		case r = <-replies:
		case <-ctx.Done():
			r.err = ctx.Err()
		case <-p.dead:
			r.err = errDead
		}
		if p.trace != nil {
			p.trace("<", req, fmt.Sprintf("%.300s %v", r.body, r.err))
		}
		if p.step(); p.isDead() {
			return nil, errDead
		}
		if creates {
			p.noteCreation(r)
		}
		if r.err != nil {
			return nil, r.err
		}
		r.answer.Body = io.NopCloser(io.MultiReader(bytes.NewReader(r.body), errorReader{r.broken}))
		r.answer.Request = req
		return r.answer, nil
	})
}

func exchange(rt http.RoundTripper, req *http.Request) (r reply) {
	r.answer, r.err = rt.RoundTrip(req.WithContext(context.WithoutCancel(req.Context())))
	if r.err == nil {
		r.body, r.broken = io.ReadAll(r.answer.Body)
		_ = r.answer.Body.Close()
	}
	return r
}

func (p *process) note(req *http.Request) (creates bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen.requests++
	if p.service.Deletes(req) {
		p.seen.deletions++
	}
	if !p.service.Creates(req) {
		return false
	}
	p.total++
	p.seen.creations++
	p.seen.unrefused++
	if p.service.Token != nil {
		p.seen.tokens[p.service.Token(req)] = true
	}
	return true
}

// noteCreation notes what a creation was answered with.
func (p *process) noteCreation(r reply) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case r.err != nil || r.broken != nil:
	case r.answer.StatusCode/100 == 4:
		p.seen.unrefused--
	case r.answer.StatusCode/100 == 2 && p.service.Created == nil:
		p.seen.createdOne = true
	case r.answer.StatusCode/100 == 2:
		if id := p.service.Created(r.body); id != "" {
			p.seen.created, p.seen.createdOne = append(p.seen.created, id), true
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// An errorReader ends a body as it ended.
type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, cmp.Or(r.err, io.EOF) }

// pass lets time pass. To receive from a timer that is due at once may crash the
// race detector of Go 1.26 in a bubble.
func pass(d time.Duration) {
	if d > 0 {
		<-time.After(d)
	}
}
