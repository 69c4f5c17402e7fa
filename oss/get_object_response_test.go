package oss_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// response answers a request for an object with body.
func response(body io.Reader) oss.WriteGetObjectResponseRequest {
	return oss.WriteGetObjectResponseRequest{RequestRoute: "route", RequestToken: "token-of-the-event", FwdStatus: 200, Body: body}
}

// onlyRead hides everything of a reader but Read.
func onlyRead(r io.Reader) io.Reader { return struct{ io.Reader }{r} }

// A service notes the bodies that it is sent, and answers with one status after the
// other.
type service struct {
	mu       sync.Mutex
	statuses []int
	bodies   []string
	lengths  []int64
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		body = append(body, " and "+err.Error()...)
	}
	s.bodies, s.lengths = append(s.bodies, string(body)), append(s.lengths, r.ContentLength)
	if status := s.statuses[min(len(s.bodies), len(s.statuses))-1]; status != 200 {
		w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)) // by its clock
		w.WriteHeader(status)
		_, _ = io.WriteString(w, errorBody(map[int]string{503: "TotalQpsLimitExceeded", 500: "InternalError", 403: "RequestTimeTooSkewed"}[status]))
	}
}

// client returns a client of s over a socket.
func (s *service) client(t *testing.T) *oss.Client {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return newClient(t, nil, func(c *oss.Config) { c.Endpoint, c.HTTPClient = server.URL, nil })
}

// TestWriteGetObjectResponse sends bodies of all kinds, once.
func TestWriteGetObjectResponse(t *testing.T) {
	for name, c := range map[string]struct {
		body   io.Reader
		want   string
		length int64
	}{
		"none":                    {nil, "", 0},
		"an empty one":            {strings.NewReader(""), "", 0},
		"a text":                  {strings.NewReader("an object"), "an object", 9},
		"the rest of a text":      {func() io.Reader { r := strings.NewReader("an object"); _, _ = r.Seek(3, io.SeekStart); return r }(), "object", 6},
		"a buffer":                {bytes.NewBufferString("an object"), "an object", 9},
		"a reader, a byte a time": {onlyRead(iotest.OneByteReader(strings.NewReader("an object"))), "an object", -1},
		"a long one":              {onlyRead(io.LimitReader(zeros{}, 20<<20)), strings.Repeat("\x00", 20<<20), -1},
	} {
		s := &service{statuses: []int{200}}
		_, err := s.client(t).WriteGetObjectResponse(t.Context(), response(c.body))
		if err != nil || len(s.bodies) != 1 || s.bodies[0] != c.want || s.lengths[0] != c.length {
			t.Errorf("%s: %v, %d bodies, lengths %d", name, err, len(s.bodies), s.lengths)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestWriteGetObjectResponseAgain repeats what did not run, if the body can be had
// again, and nothing that may have run.
func TestWriteGetObjectResponseAgain(t *testing.T) {
	text := func() io.Reader { return strings.NewReader("an object") }
	for name, c := range map[string]struct {
		statuses []int
		body     io.Reader
		want     int // attempts
		err      error
	}{
		"throttled, can be rewound":   {[]int{503, 503, 200}, text(), 3, nil},
		"throttled, cannot":           {[]int{503, 200}, onlyRead(text()), 1, oss.ErrThrottled},
		"throttled, a buffer":         {[]int{503, 200}, bytes.NewBufferString("an object"), 1, oss.ErrThrottled},
		"throttled, a broken seeker":  {[]int{503, 200}, &once{strings.NewReader("an object"), 0}, 1, oss.ErrThrottled},
		"throttled, no body":          {[]int{503, 200}, nil, 2, nil},
		"failed, can be rewound":      {[]int{500, 200}, text(), 1, oss.ErrOutcomeUnknown},
		"wrong clock, can be rewound": {[]int{403, 200}, text(), 2, nil},
		"wrong clock, cannot":         {[]int{403, 200}, onlyRead(text()), 1, oss.CodeRequestTimeTooSkewed},
	} {
		s := &service{statuses: c.statuses}
		_, err := s.client(t).WriteGetObjectResponse(t.Context(), response(c.body))
		if !errors.Is(err, c.err) || len(s.bodies) != c.want {
			t.Errorf("%s: %v after %d attempts", name, err, len(s.bodies))
		}
		for _, body := range s.bodies {
			if c.body != nil && body != "an object" {
				t.Errorf("%s: sent %q", name, body)
			}
		}
	}
}

// once can tell how long it is, and cannot be rewound after that.
type once struct {
	*strings.Reader
	seeks int
}

func (o *once) Seek(offset int64, whence int) (int64, error) {
	if o.seeks++; o.seeks > 3 {
		return 0, errors.New("not again")
	}
	return o.Reader.Seek(offset, whence)
}

// TestWriteGetObjectResponseBreaks names what the body failed with, and returns when the
// context ends, whatever the body does.
func TestWriteGetObjectResponseBreaks(t *testing.T) {
	broken := errors.New("the function has failed")
	s := &service{statuses: []int{200}}
	_, err := s.client(t).WriteGetObjectResponse(t.Context(), response(io.MultiReader(strings.NewReader("an"), iotest.ErrReader(broken))))
	if !errors.Is(err, broken) || !errors.Is(err, oss.ErrOutcomeUnknown) || strings.Contains(fmt.Sprintf("%+v", err), "token-of-the-event") {
		t.Errorf("a broken body: %v", err)
	}

	read, write := io.Pipe()
	defer func() { _ = write.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, _ = write.Write([]byte("an")) // returns when it was read
		cancel()
	}()
	if _, err := s.client(t).WriteGetObjectResponse(ctx, response(read)); !errors.Is(err, context.Canceled) {
		t.Errorf("a body that does not end: %v", err)
	}
	if text := fmt.Sprintf("%+v", response(nil)); strings.Contains(text, "token-of-the-event") {
		t.Error(text)
	}
}

// slow is a body that takes a minute.
type slow struct{ read int }

func (s *slow) Read(p []byte) (int, error) {
	if s.read == 60 {
		return 0, io.EOF
	}
	<-time.After(time.Second)
	s.read++
	p[0] = 'x'
	return 1, nil
}

// TestWriteGetObjectResponseFake streams to the fake, for longer than an attempt may take
// otherwise.
func TestWriteGetObjectResponseFake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, start := osstest.NewServer(), time.Now()
		if _, err := srv.Client().WriteGetObjectResponse(t.Context(), response(new(slow))); err != nil || time.Since(start) != time.Minute {
			t.Fatalf("after %v: %v", time.Since(start), err)
		}
		if _, err := srv.Client().WriteGetObjectResponse(t.Context(), response(nil)); !errors.Is(err, oss.ErrInvalidRequest) {
			t.Errorf("a second response: %v", err)
		}
		in := response(strings.NewReader("an object"))
		in.RequestToken, in.FwdStatus = "another", 404
		srv.Inject("WriteGetObjectResponse", osstest.Throttle)
		if _, err := srv.Client().WriteGetObjectResponse(t.Context(), in); err != nil || len(srv.Calls()) != 4 {
			t.Errorf("throttled: %v, asked %v", err, srv.Calls())
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		in.RequestToken, in.Body = "third", new(slow)
		start = time.Now()
		if _, err := srv.Client().WriteGetObjectResponse(ctx, in); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 10*time.Second {
			t.Errorf("a short context, after %v: %v", time.Since(start), err)
		}
		<-time.After(time.Minute) // until what reads is done
	})
}
