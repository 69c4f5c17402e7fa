// Package fake is the common part of the in-memory services in the …test
// packages: the HTTP transport, faults, and the protocol of each kind of
// service.
package fake

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// Transport returns a RoundTripper that lets h answer without a network, so
// that it works inside a testing/synctest bubble. Like a server, h runs in a
// goroutine of its own, its answer is streamed, and it may break the connection
// with http.ErrAbortHandler.
func Transport(h http.Handler) http.RoundTripper { return roundTripper{h} }

type roundTripper struct{ handler http.Handler }

// errReset is what a client sees of a connection that the server broke.
var errReset = &brokenConnection{errConnReset}

type brokenConnection struct{ err error }

func (e *brokenConnection) Error() string { return "read: " + e.err.Error() }
func (e *brokenConnection) Unwrap() error { return e.err }

// RoundTrip hands req to the handler and returns when the head of the answer is
// there, the handler has broken off, or the context has ended.
func (t roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	ctx := req.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// The handler may outlive the exchange, and the request's body does not.
	var body io.ReadCloser = http.NoBody
	if req.GetBody != nil {
		body, _ = req.GetBody()
	} else if req.Body != nil {
		body = req.Body // a stream, of which nothing is read after its Close
	}
	serverCtx, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	in := req.Clone(serverCtx)
	in.Body, in.GetBody = body, nil
	in.RequestURI = req.URL.RequestURI()
	in.RemoteAddr = "192.0.2.1:1"
	if in.Host == "" {
		in.Host = req.URL.Host
	}

	read, write := io.Pipe()
	w := &responseWriter{header: http.Header{}, body: write, started: make(chan struct{})}
	go func() {
		defer func() {
			switch p := recover(); p {
			case nil:
				w.WriteHeader(http.StatusOK)
				_ = write.Close()
			case http.ErrAbortHandler:
				_ = write.CloseWithError(errReset)
				w.abort()
			default:
				panic(p)
			}
		}()
		t.handler.ServeHTTP(w, in)
	}()
	stop := context.AfterFunc(ctx, func() {
		_ = read.CloseWithError(ctx.Err())
		hangUp()
	})
	select {
	case <-w.started:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if w.status == 0 {
		stop()
		hangUp()
		return nil, errReset
	}
	length := int64(-1)
	if n, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64); err == nil {
		length = n
	}
	return &http.Response{
		Status:     strconv.Itoa(w.status) + " " + http.StatusText(w.status),
		StatusCode: w.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.sent,
		Body:          &responseBody{read, func() { stop(); hangUp() }},
		ContentLength: length,
		Request:       req,
	}, nil
}

// A responseBody ends the exchange when it is closed.
type responseBody struct {
	*io.PipeReader
	end func()
}

func (b *responseBody) Close() error {
	b.end()
	return b.CloseWithError(errors.New("the client closed the connection"))
}

// A responseWriter collects the head of an answer and streams its body.
type responseWriter struct {
	header  http.Header
	body    *io.PipeWriter
	once    sync.Once
	started chan struct{} // closed when status and sent are final
	status  int           // 0 if the handler broke off before the head
	sent    http.Header
}

func (w *responseWriter) Header() http.Header { return w.header }

func (w *responseWriter) WriteHeader(status int) {
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		close(w.started)
	})
}

func (w *responseWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *responseWriter) abort() { w.once.Do(func() { close(w.started) }) }
