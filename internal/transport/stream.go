package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
)

// A Stream is a body that is read while it is sent. It is an interface so that programs
// that stream nothing do not have the code for it.
type Stream interface {
	size() int64 // -1 if unknown
	// again gets the stream ready to be sent, once more if it was before, or reports
	// that it cannot.
	again(ctx context.Context) bool
	send(ctx context.Context) io.ReadCloser
}

// A stream can be sent again if nothing of it was read, or if it can be rewound.
type stream struct {
	from   io.Reader
	seeker io.Seeker // nil if it cannot be rewound
	start  int64
	length int64 // -1 if unknown
	// turn is held by who reads, or rewinds: net/http may read on after it has returned.
	turn   chan struct{}
	read   bool // something was
	buffer []byte
}

// NewStream returns a stream of what r has left.
func NewStream(r io.Reader) Stream {
	s := &stream{from: r, length: -1, turn: make(chan struct{}, 1)}
	if b, ok := r.(*bytes.Buffer); ok {
		s.length = int64(b.Len())
	}
	if seeker, ok := r.(io.Seeker); ok {
		start, err := seeker.Seek(0, io.SeekCurrent)
		end, endErr := seeker.Seek(0, io.SeekEnd)
		_, backErr := seeker.Seek(start, io.SeekStart)
		if err == nil && endErr == nil && backErr == nil && start <= end { // not so of a pipe in an *os.File
			s.seeker, s.start, s.length = seeker, start, end-start
		}
	}
	return s
}

func (s *stream) size() int64 { return s.length }

func (s *stream) again(ctx context.Context) bool {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return false
	}
	if s.read && s.seeker != nil {
		_, err := s.seeker.Seek(s.start, io.SeekStart)
		s.read = err != nil
	}
	return !s.read
}

// send returns the body of one attempt, which is closed when ctx is done: net/http waits
// for its Read then, and does not always close it before.
func (s *stream) send(ctx context.Context) io.ReadCloser {
	body := &sending{stream: s, closed: make(chan struct{})}
	context.AfterFunc(ctx, func() { _ = body.Close() })
	return body
}

// A sending is a stream in one attempt. Close ends a Read at once; what is being read
// then is lost, and nothing more is read.
type sending struct {
	*stream
	once   sync.Once
	closed chan struct{}
}

var errClosed = errors.New("the attempt has ended")

func (s *sending) Read(p []byte) (int, error) {
	select {
	case <-s.closed:
		return 0, errClosed
	case s.turn <- struct{}{}:
	}
	s.read = true
	if s.buffer == nil {
		s.buffer = make([]byte, 32<<10)
	}
	type result struct {
		n   int
		err error
	}
	done, part := make(chan result), s.buffer[:min(len(p), len(s.buffer))]
	go func() {
		n, err := s.from.Read(part)
		select {
		case done <- result{n, err}:
		case <-s.closed:
			<-s.turn
		}
	}()
	select {
	case r := <-done:
		copy(p, part[:r.n])
		<-s.turn
		return r.n, r.err
	case <-s.closed:
		return 0, errClosed
	}
}

func (s *sending) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}
