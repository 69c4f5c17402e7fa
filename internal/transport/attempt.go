package transport

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/pace"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// maxBody bounds how much of an answer is read. The longest that a service
// documents, a page of 1,000 items, has less than 1 MiB.
const maxBody = 8 << 20

// send makes one attempt of a call that began at a time.
func (c *Client) send(ctx context.Context, r *Request, number int, began time.Time) (answer *Response, f *fault.Error) {
	start := time.Now()
	report := Attempt{Operation: r.Operation, Number: number}
	permit, err := c.pacer.Acquire(ctx, r.Operation+r.Lane, began)
	report.Waited = time.Since(start)
	defer func() {
		if f == nil && answer == nil { // the caller's own code panicked
			permit.Report(pace.Unanswered, 0)
			return
		}
		outcome, pause := pace.Accepted, time.Duration(0)
		switch {
		case f != nil && f.Kind == fault.Throttled:
			outcome, pause = pace.Throttled, min(f.RetryAfter, retry.MaxPause)
		case f != nil && f.StatusCode == 0:
			outcome = pace.Unanswered
		}
		permit.Report(outcome, pause)
		if f != nil {
			report.StatusCode, report.Code, report.RequestID, report.Err = f.StatusCode, f.Code, f.RequestID, f
		} else {
			report.StatusCode, report.RequestID = answer.StatusCode, answer.RequestID
		}
		report.Took = time.Since(start) - report.Waited
		c.report(ctx, report)
	}()

	if err != nil {
		return nil, &fault.Error{Err: err}
	}
	var key credential.Key
	key.ID, key.Secret, key.Token, _, err = c.Credentials.Retrieve(ctx)
	if err == nil && (key.ID == "" || key.Secret == "") {
		err = errEmptyKey
	}
	if err != nil {
		return nil, &fault.Error{Err: fmt.Errorf("credentials: %w", err)}
	}
	// The limiter comes last: an attempt that waits for anything else holds no token.
	asked := time.Now()
	err = c.limit(ctx, r.Operation)
	report.Waited += time.Since(asked)
	if err != nil {
		return nil, &fault.Error{Err: err}
	}

	attemptCtx, cancel := context.WithTimeoutCause(ctx, c.AttemptTimeout, errAttemptTimeout)
	defer cancel()
	req := c.request(attemptCtx, r)
	at := time.Now().Add(time.Duration(c.skew.Load()))
	c.Sign(req, r, key, at)
	permit.Sent()
	resp, err := c.HTTPClient.Do(req)
	if err != nil {
		return nil, noAnswer(attemptCtx, err)
	}
	defer resp.Body.Close()
	answer = &Response{StatusCode: resp.StatusCode, Header: resp.Header, RequestID: strings.TrimSpace(resp.Header.Get(c.RequestIDHeader))}
	answer.Body, err = readBody(resp)
	if err != nil {
		err = broken(attemptCtx, err)
	}
	if err == nil && resp.StatusCode/100 == 2 {
		if err = r.Decode(answer); err == nil {
			return answer, nil
		}
		err = fmt.Errorf("decoding the response: %w", err)
	}
	// Services and proxies quote what they were sent. A query without values is
	// the name of a resource, and no secret.
	query := r.Query
	if !strings.Contains(query, "=") {
		query = ""
	}
	redact := func(s string) string {
		return credential.Redact(s, req.Header.Get("Authorization"), query, url.QueryEscape(r.Secret), r.Secret, url.QueryEscape(key.Token), key.Token, url.QueryEscape(key.Secret), key.Secret)
	}
	f = c.failed(attemptCtx, answer, err, redact)
	if key.Token != "" && slices.Contains(expiredCodes, f.Code) {
		f.Err = &expiredError{key.Token}
	}
	for _, text := range []*string{&f.Code, &f.RequestID, &f.ResourceID} {
		*text = shorten(redact(*text), 200)
	}
	return nil, f
}

// request builds the http.Request of one attempt. Everything it shares with r
// stays as it is: the signer adds to a copy of the header.
func (c *Client) request(ctx context.Context, r *Request) *http.Request {
	u := *c.endpoint
	u.Host = r.HostPrefix + u.Host
	u.RawQuery = r.Query
	u.Path = "/"
	if r.Path != "" {
		// Path is escaped by the caller, so it always unescapes.
		u.Path, _ = url.PathUnescape(r.Path)
		u.RawPath = r.Path
	}
	header := make(http.Header, 8) // as many as most have, and a small map holds
	for name, values := range r.Header {
		header[name] = values
	}
	header["User-Agent"] = c.userAgent
	req := &http.Request{
		Method: r.Method, URL: &u, Host: u.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if len(r.Body) > 0 {
		req.ContentLength = int64(len(r.Body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.Body)), nil }
		req.Body, _ = req.GetBody()
	}
	return req.WithContext(ctx)
}

// readBody reads the body of an answer, as long as it may be.
func readBody(resp *http.Response) ([]byte, error) {
	length := resp.ContentLength
	if length < 0 || length > maxBody {
		length = bytes.MinRead
	}
	b := make([]byte, 0, length+1) // one more, to see the end
	for {
		n, err := resp.Body.Read(b[len(b):min(cap(b), maxBody+1)])
		b = b[:len(b)+n]
		switch {
		case len(b) > maxBody:
			return b, errTooLong
		case err == io.EOF:
			return b, nil
		case err != nil:
			return b, err
		case len(b) == cap(b):
			b = slices.Grow(b, len(b))
		}
	}
}

var errEmptyKey = errors.New("the key's ID or secret is empty")

var errTooLong = fmt.Errorf("the answer is longer than %d MiB", maxBody>>20)

// handshakeTimeout is the text of the error by which net/http says that a TLS
// handshake took too long, before it sent anything. Its type has no name. Were
// the text another, the outcome would count as unknown.
const handshakeTimeout = "net/http: TLS handshake timeout"

// noAnswer describes an attempt that ended without an answer.
func noAnswer(ctx context.Context, err error) *fault.Error {
	// A *url.Error quotes the whole URL, parameters included.
	for u, ok := errors.AsType[*url.Error](err); ok; u, ok = errors.AsType[*url.Error](err) {
		err = u.Err
	}
	f := &fault.Error{Class: fault.Unknown, Err: broken(ctx, err)}
	op, isOp := errors.AsType[*net.OpError](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	_, badCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case badCertificate, isDNS && dns.IsNotFound:
		f.Class = fault.Final // nothing was sent, and nothing will be
	case isOp && (op.Op == "dial" || op.Op == "proxyconnect"), err.Error() == handshakeTimeout:
		f.Class = fault.Refused
	}
	return f
}

// broken returns the error of an exchange that err broke off. The attempt's own
// timeout must not look like the end of the caller's context, and the end of the
// caller's context must not hide behind its cause.
func broken(ctx context.Context, err error) error {
	switch ended := ctx.Err(); {
	case ended == nil:
		return fmt.Errorf("%w: %w", fault.Unavailable, err)
	case context.Cause(ctx) == errAttemptTimeout:
		return fmt.Errorf("%w: %w", fault.Unavailable, errAttemptTimeout)
	case errors.Is(err, ended):
		return err
	default:
		return fmt.Errorf("%w: %w", ended, err)
	}
}

// failed describes an attempt whose answer is a failure, or broke off.
func (c *Client) failed(ctx context.Context, a *Response, err error, redact func(string) string) *fault.Error {
	f := &fault.Error{StatusCode: a.StatusCode, RequestID: a.RequestID}
	if a.StatusCode/100 == 2 {
		f.Class = fault.Unknown // the service did it, but its response is not whole
		f.Err = err
		return f
	}
	f.Err = err
	f.RetryAfter = retryAfter(a.Header)
	c.ReadFault(f, a.Header, a.Body)
	f.RequestID = cmp.Or(strings.TrimSpace(f.RequestID), a.RequestID)
	f.Message = shorten(redact(f.Message), 2000)
	if f.Message == "" && f.Code == "" {
		f.Message = foreign(a.StatusCode, redact(string(a.Body)))
	}
	f.Kind = c.Kind(f.StatusCode, f.Code, f.RequestID)
	f.Class = fault.ClassOf(f.Kind)
	if f.Code == "SignatureNonceUsed" {
		f.Class = fault.Unknown // something on the way sent the request twice: one of them may have run
	}
	if slices.Contains(c.SkewCodes, f.Code) {
		if date, err := http.ParseTime(a.Header.Get("Date")); err == nil {
			f.Err = &skewError{offset: time.Until(date)}
		}
	}
	return f
}

// A skewError marks a refusal for the signing time until Do has dealt with it.
type skewError struct{ offset time.Duration }

func (e *skewError) Error() string { return fmt.Sprintf("this clock is off by %v", -e.offset) }

// expiredCodes are the codes by which the services say that a token has expired:
// OSS, the RPC services of Alibaba Cloud, and AWS with its older services. That of
// the RPC services is not verified. If it is another, such a call fails like any
// that is refused, and the key is replaced when its time comes.
var expiredCodes = []string{"SecurityTokenExpired", "InvalidSecurityToken.Expired", "ExpiredTokenException", "ExpiredToken"}

// An expiredError marks a refusal for the token until Do has dealt with it.
type expiredError struct{ token string }

func (*expiredError) Error() string { return "the token has expired" }

// foreign describes a failure that did not come in the service's own form: the
// page of a proxy, a redirect, nothing at all.
func foreign(status int, body string) string {
	if status/100 == 3 {
		return "redirected, which is not followed" // the target may hold the query
	}
	text := strings.Join(strings.Fields(body), " ")
	if text == "" {
		return "the answer has no body"
	}
	return "not an answer of the service: " + shorten(text, 200)
}

// shorten cuts s to about n bytes.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// retryAfter reads how long the service asks to be left alone.
func retryAfter(h http.Header) time.Duration {
	// Alibaba Cloud's gateway and AWS count in milliseconds under names of
	// their own.
	for _, name := range []string{"X-Acs-Retry-After", "X-Amz-Retry-After"} {
		if ms, err := strconv.ParseUint(h.Get(name), 10, 32); err == nil {
			return time.Duration(ms) * time.Millisecond
		}
	}
	v := h.Get("Retry-After")
	if s, err := strconv.ParseUint(v, 10, 32); err == nil {
		return time.Duration(s) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, time.Until(t))
	}
	return 0
}
