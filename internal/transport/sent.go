package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// A departure is the context of a request, by which the transport tells how far it
// got on its way out. net/http may try several connections, and a RoundTripper
// around it may try again: what was written once stays written.
type departure struct {
	context.Context
	asked     atomic.Bool // for a connection, by a transport that says so
	connected atomic.Bool
	written   atomic.Bool            // the last line of the head; over HTTP/1.1 perhaps to a buffer only
	callers   *httptrace.ClientTrace // the caller's own, if there is one
	trace     httptrace.ClientTrace
}

// depart returns a departure below ctx. It combines its trace with the caller's
// as [httptrace.WithClientTrace] does, which takes reflection, and would add 28 KB to
// every program.
func depart(ctx context.Context) *departure {
	d := &departure{Context: ctx, callers: httptrace.ContextClientTrace(ctx)}
	if d.callers != nil {
		d.trace = *d.callers
	}
	d.trace.GetConn = func(address string) {
		d.asked.Store(true)
		if d.callers != nil && d.callers.GetConn != nil {
			d.callers.GetConn(address)
		}
	}
	d.trace.GotConn = func(conn httptrace.GotConnInfo) {
		d.connected.Store(true)
		if d.callers != nil && d.callers.GotConn != nil {
			d.callers.GotConn(conn)
		}
	}
	d.trace.WroteHeaders = func() {
		d.written.Store(true)
		if d.callers != nil && d.callers.WroteHeaders != nil {
			d.callers.WroteHeaders()
		}
	}
	return d
}

// Value returns the trace of d, and what the context above it has.
func (d *departure) Value(key any) any {
	if key == traceKey {
		return &d.trace
	}
	return d.Context.Value(key)
}

// traceKey is the key by which package httptrace finds the trace of a context.
var traceKey = func() any {
	var asked keyContext
	httptrace.ContextClientTrace(&asked)
	return asked.key
}()

// A keyContext keeps the key of the value that it is asked for.
type keyContext struct {
	context.Context
	key any
}

func (c *keyContext) Value(key any) any {
	c.key = key
	return nil
}

// unsent reports whether no service can have seen the whole head of the request,
// which ended with err. HTTP/2 does not wait for the goroutine that writes when a
// context ends: it may write after that.
func (d *departure) unsent(err error) bool {
	if !d.connected.Load() {
		return true
	}
	ended := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	return !d.written.Load() && !ended
}

// handshakeTimeout is the text of the error by which net/http says that a TLS
// handshake took too long, before it sent anything. Its type has no name. It
// matters where a transport hides what it does: were the text another, the outcome
// would count as unknown there.
const handshakeTimeout = "net/http: TLS handshake timeout"

// noAnswer describes an attempt that ended without an answer.
func noAnswer(ctx context.Context, d *departure, err error, redact func(string) string) *fault.Error {
	// A *url.Error quotes the whole URL, parameters included.
	for u, ok := errors.AsType[*url.Error](err); ok; u, ok = errors.AsType[*url.Error](err) {
		err = u.Err
	}
	op, isOp := errors.AsType[*net.OpError](err)
	byProxy := isOp && op.Op == "proxyconnect"
	dns, isDNS := errors.AsType[*net.DNSError](err)
	noHost := isDNS && dns.IsNotFound
	_, badCertificate := errors.AsType[*tls.CertificateVerificationError](err)

	f := &fault.Error{Class: fault.Unknown}
	local := badCertificate // what is wrong is on this side, and the service is not to blame
	switch traced := d.asked.Load(); {
	case badCertificate, noHost:
		f.Class = fault.Final
	case !traced && (isOp && (op.Op == "dial" || byProxy) || err.Error() == handshakeTimeout):
		f.Class = fault.Refused
	case traced && d.unsent(err):
		f.Class = fault.Refused
		if _, noTLS := errors.AsType[tls.RecordHeaderError](err); noTLS || errors.Is(err, http.ErrSchemeMismatch) {
			f.Class, local = fault.Final, true
		}
		if status := proxyStatus(err); status != 0 {
			err = fmt.Errorf("the proxy refused to connect: %w", err)
			if fault.KindOf(status, "", "") == nil { // not too many, nor out of order
				f.Class, local = fault.Final, true
			}
		}
	}
	if noHost && !byProxy {
		err = fmt.Errorf("%w (if the region's endpoint has another name, Endpoint takes it)", err)
	}
	if local && ctx.Err() == nil {
		f.Err = outside(err, redact)
	} else {
		f.Err = broken(ctx, err, redact)
	}
	return f
}

// proxyStatus returns the status with which a proxy answered CONNECT, or 0 if err
// is something else. Where the transport is not the default one, net/http gives
// nothing of it but its text.
func proxyStatus(err error) int {
	if refused, ok := errors.AsType[*proxyError](err); ok {
		return refused.status
	}
	for status := 300; status < 600; status++ {
		if text := http.StatusText(status); text != "" && err.Error() == text {
			return status
		}
	}
	return 0
}

// broken returns the error of an exchange that err broke off. The attempt's own
// timeout must not look like the end of the caller's context, and the end of the
// caller's context must not hide behind its cause.
func broken(ctx context.Context, err error, redact func(string) string) error {
	switch ended := ctx.Err(); {
	case ended == nil:
		return fmt.Errorf("%w: %w", fault.Unavailable, outside(err, redact))
	case context.Cause(ctx) == errAttemptTimeout:
		return fmt.Errorf("%w: %w", fault.Unavailable, errAttemptTimeout)
	case errors.Is(err, ended) && !quotes(err, redact):
		return err
	case err.Error() == ended.Error():
		return ended
	default:
		return fmt.Errorf("%w: %w", ended, outside(err, redact))
	}
}

// outside returns err, which came from outside, as one that holds no secret and
// does not look like the end of the caller's context.
func outside(err error, redact func(string) string) error {
	switch {
	case quotes(err, redact):
		return errors.New(redact(err.Error()))
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &ownError{err}
	}
	return err
}

// quotes reports whether err, or one that it wraps, has a text with something to
// redact. net/http quotes answers that it cannot read.
func quotes(err error, redact func(string) string) bool {
	if text := err.Error(); redact(text) != text {
		return true
	}
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		inner := err.Unwrap()
		return inner != nil && quotes(inner, redact)
	case interface{ Unwrap() []error }:
		for _, inner := range err.Unwrap() {
			if inner != nil && quotes(inner, redact) {
				return true
			}
		}
	}
	return false
}

// An ownError is a timeout of the transport's or the credentials' own. It has no
// Unwrap: the timeouts of package net match those of a context, and nobody set one
// here.
type ownError struct{ err error }

func (e *ownError) Error() string { return e.err.Error() }

// As finds what tells where the connection failed. errors.As, for any target,
// would cost every program 21 KB of reflection.
func (e *ownError) As(target any) bool {
	op, ok := target.(**net.OpError)
	if ok {
		*op, ok = errors.AsType[*net.OpError](e.err)
	}
	return ok
}
