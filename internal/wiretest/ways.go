package wiretest

import (
	"context"
	"errors"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"strconv"
	"sync"
)

// Ways sends requests to a service over HTTP/1.1, over TLS, and over HTTP/2, in turn:
// all that the service sees and answers goes through net/http on both sides.
type Ways struct {
	// First is the way of the first request: 0 for HTTP/1.1, 1 for TLS, 2 for HTTP/2.
	First int

	service http.RoundTripper
	ways    []*http.Transport

	mu     sync.Mutex
	sent   int
	failed map[string]error // of the service, by the number of the request
	conns  []net.Conn
}

// number is the header that numbers a request. The service does not see it.
const number = "X-Test-Number"

// NewWays returns the ways to a service, which is asked in another goroutine. An
// error of the service is that of the request.
func NewWays(service http.RoundTripper) *Ways {
	w := &Ways{service: service, failed: map[string]error{}}
	for _, protocol := range []string{"", "http/1.1", "h2"} {
		secure, trusting := TLS(protocol)
		server := &http.Server{Handler: http.HandlerFunc(w.serve), TLSConfig: secure, ErrorLog: log.New(io.Discard, "", 0)}
		w.ways = append(w.ways, &http.Transport{
			TLSClientConfig: trusting, ForceAttemptHTTP2: protocol == "h2", MaxResponseHeaderBytes: 1 << 20,
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				here, there := Pipe()
				w.mu.Lock()
				w.conns = append(w.conns, here)
				w.mu.Unlock()
				if protocol == "" {
					_ = server.Serve(&single{there})
				} else {
					_ = server.ServeTLS(&single{there}, "", "")
				}
				return here, nil
			},
		})
	}
	return w
}

// RoundTrip sends r over the next way.
func (w *Ways) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	n := w.First + w.sent
	w.sent++
	w.mu.Unlock()
	r = r.Clone(r.Context())
	if r.URL.Scheme = "https"; n%len(w.ways) == 0 {
		r.URL.Scheme = "http"
	}
	id := strconv.Itoa(n)
	r.Header.Set(number, id)
	resp, err := w.ways[n%len(w.ways)].RoundTrip(r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if failed := w.failed[id]; failed != nil {
		if err == nil {
			_ = resp.Body.Close()
		}
		return nil, failed
	}
	return resp, err
}

// Close closes all connections.
func (w *Ways) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, conn := range w.conns {
		_ = conn.Close()
	}
}

func (w *Ways) serve(rw http.ResponseWriter, r *http.Request) {
	id := r.Header.Get(number)
	r.Header.Del(number)
	r.URL.Scheme, r.URL.Host = "https", r.Host
	resp, err := w.service.RoundTrip(r)
	if err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.failed[id] = err
		return
	}
	h := rw.Header()
	h["Date"], h["Content-Type"] = nil, nil // unless the service says them
	maps.Copy(h, resp.Header)
	rw.WriteHeader(resp.StatusCode)
	_, err = io.Copy(rw, resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		_ = http.NewResponseController(rw).Flush()
		panic(http.ErrAbortHandler) // the answer breaks off
	}
}

// A single is a listener that has one connection.
type single struct{ conn net.Conn }

func (s *single) Accept() (net.Conn, error) {
	conn := s.conn
	if s.conn = nil; conn == nil {
		return nil, errors.New("no more")
	}
	return conn, nil
}

func (*single) Close() error   { return nil }
func (*single) Addr() net.Addr { return pipeAddr{} }
