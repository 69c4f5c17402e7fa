package wiretest

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// Pipe returns the ends of a connection in memory that is good in a bubble. Unlike
// those of net.Pipe they take some bytes that nobody reads yet, as sockets do: with
// TLS and HTTP/2 both sides write at a time. Of deadlines, only one for reads that has
// passed has an effect: so the server of net/http ends a read that it began early.
func Pipe() (here, there net.Conn) {
	var a, b stream
	a.init()
	b.init()
	return &end{in: &a, out: &b}, &end{in: &b, out: &a}
}

// room is how many bytes a stream takes before they are read.
const room = 64 << 10

// A stream is one direction.
type stream struct {
	mu      sync.Mutex
	changed *sync.Cond
	bytes   []byte
	closed  bool // by the writer, or by the reader
	late    bool // the reader's deadline has passed
}

func (s *stream) init() { s.changed = sync.NewCond(&s.mu) }

func (s *stream) close(drop bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if drop {
		s.bytes = nil
	}
	s.changed.Broadcast()
}

type end struct{ in, out *stream }

func (e *end) Read(b []byte) (int, error) {
	s := e.in
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.bytes) == 0 && !s.closed && !s.late {
		s.changed.Wait()
	}
	switch {
	case s.late:
		return 0, os.ErrDeadlineExceeded
	case len(s.bytes) == 0:
		return 0, io.EOF
	}
	n := copy(b, s.bytes)
	s.bytes = s.bytes[n:]
	s.changed.Broadcast()
	return n, nil
}

func (e *end) Write(b []byte) (n int, err error) {
	s := e.out
	s.mu.Lock()
	defer s.mu.Unlock()
	for n < len(b) {
		for len(s.bytes) >= room && !s.closed {
			s.changed.Wait()
		}
		if s.closed {
			return n, io.ErrClosedPipe
		}
		part := b[n:min(len(b), n+room-len(s.bytes))]
		s.bytes = append(s.bytes, part...)
		n += len(part)
		s.changed.Broadcast()
	}
	return n, nil
}

func (e *end) Close() error {
	e.in.close(true)
	e.out.close(false)
	return nil
}

func (e *end) SetReadDeadline(t time.Time) error {
	s := e.in
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late = !t.IsZero() && !t.After(time.Now())
	s.changed.Broadcast()
	return nil
}

func (*end) LocalAddr() net.Addr              { return pipeAddr{} }
func (*end) RemoteAddr() net.Addr             { return pipeAddr{} }
func (*end) SetDeadline(time.Time) error      { return nil }
func (*end) SetWriteDeadline(time.Time) error { return nil }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }
