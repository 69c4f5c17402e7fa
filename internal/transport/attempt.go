package transport

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/header"
	"github.com/accesspoint-go/accesspoint/internal/pace"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// maxBody bounds how much of an answer is read. Lower, and a full page with long
// tags does not fit: 1,000 access points of EFS have 9 MB. Higher, and a peer that
// never stops takes more memory. Derived.
const maxBody = 32 << 20

// send makes one attempt of a call that began at a time, signed by a clock that is
// offset from ours.
func (c *Client) send(ctx context.Context, r *Request, number int, began time.Time, offset time.Duration) (answer *Response, f *fault.Error) {
	start := time.Now()
	report := Attempt{Operation: r.Operation, Number: number}
	permit, err := c.pacer.Acquire(ctx, r.Operation+r.Lane, began)
	report.Waited = time.Since(start)
	defer func() {
		if f == nil && answer == nil { // the caller's own code panics, or ends the goroutine: nobody is told of an outcome
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
	key, err := c.key(ctx)
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

	if name := unsendable(r.Header); name != "" {
		return nil, &fault.Error{Err: fmt.Errorf("%w: the header %s would have control characters", fault.InvalidRequest, name)}
	}
	timeout := c.AttemptTimeout
	if r.Stream != nil {
		timeout = math.MaxInt64 // it takes as long as its reader
	}
	attemptCtx, cancel := context.WithTimeoutCause(ctx, timeout, errAttemptTimeout)
	defer cancel()
	way := depart(attemptCtx)
	req := c.request(way, r)
	if req.Body != nil {
		defer req.Body.Close()
	}
	signed := time.Now()
	c.Sign(req, r, key, signed.Add(offset))
	permit.Sent()
	resp, err := c.HTTPClient.Do(req)
	if err != nil {
		return nil, noAnswer(attemptCtx, way, err, redactor(req, r, key))
	}
	defer resp.Body.Close()
	got := &Response{StatusCode: resp.StatusCode, Header: resp.Header, RequestID: strings.TrimSpace(resp.Header.Get(c.RequestIDHeader))}
	got.Body, err = readBody(resp)
	broke := err != nil && err != errTooLong
	if !broke && resp.StatusCode/100 == 2 {
		if err == nil {
			if err = r.Decode(got); err == nil {
				c.dates.note(got.Header)
				return got, nil
			}
			err = fmt.Errorf("decoding the response: %w", err)
			if errors.Is(err, io.ErrUnexpectedEOF) { // cut on the way, although HTTP is whole
				err = fmt.Errorf("%w: %w", fault.Unavailable, err)
			}
		}
	}
	redact := redactor(req, r, key)
	switch {
	case broke:
		err = broken(attemptCtx, err, redact)
	case resp.StatusCode/100 != 2:
		err = nil // the start of a page that is too long says enough
	case err != errTooLong:
		err = outside(err, redact)
	}
	f = c.failed(got, err, redact)
	if skew, ok := f.Err.(*skewError); ok {
		skew.passed = time.Now().Round(0).Sub(signed.Round(0))
	}
	if key.Token != "" && slices.Contains(expiredCodes, f.Code) {
		f.Err = &expiredError{key.Token}
	}
	return nil, f
}

// key returns the key that signs an attempt.
func (c *Client) key(ctx context.Context) (key credential.Key, err error) {
	if c.atHand {
		key.ID, key.Secret, key.Token, _, err = c.Credentials.Retrieve(ctx)
	} else {
		key, err = credential.Ask(ctx, c.Credentials)
	}
	switch {
	case err == nil:
		err = key.Check()
	case ctx.Err() == nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)):
		err = fmt.Errorf("%w: %w", fault.Unavailable, &ownError{err})
	}
	return key, err
}

// unsendable returns the name of the first of the headers, names and values, that
// net/http would refuse to send. Those of the signature hold what [credential.Key.Check]
// lets pass.
func unsendable(headers []string) string {
	for ; len(headers) > 0; headers = headers[2:] {
		for _, b := range []byte(headers[1]) {
			if b < ' ' && b != '\t' || b == 0x7f {
				return headers[0]
			}
		}
	}
	return ""
}

// longText bounds the texts of others that are searched for secrets. Lower, and
// less of a foreign answer is shown; higher, and a hostile one takes more time.
// Chosen.
const longText = 16 << 10

// redactor returns what hides the secrets of a request in the texts of others:
// services and proxies quote what they were sent, and net/http what it was sent. A
// query without values is the name of a resource, and no secret.
func redactor(req *http.Request, r *Request, key credential.Key) func(string) string {
	query := r.Query
	if !strings.Contains(query, "=") {
		query = ""
	}
	return func(s string) string {
		s = credential.RedactWhole(s[:min(len(s), longText)], req.Header.Get("Authorization"), query)
		return credential.Redact(s, r.Secret, key.Token, key.Secret)
	}
}

// request builds the http.Request of one attempt, which shares nothing with that of
// another but the body.
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
	h := make(http.Header, 8) // as many as most have, and a small map holds
	header.Set(h, r.Header...)
	h["User-Agent"] = c.userAgent
	req := new(http.Request).WithContext(ctx) // first, since it copies the request
	req.Method, req.URL, req.Host, req.Header = r.Method, &u, u.Host, h
	req.Proto, req.ProtoMajor, req.ProtoMinor = "HTTP/1.1", 1, 1
	if len(r.Body) > 0 {
		req.ContentLength = int64(len(r.Body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.Body)), nil }
		req.Body, _ = req.GetBody()
	}
	if r.Stream != nil && r.Stream.size() != 0 {
		req.Body, req.ContentLength = r.Stream.send(ctx), r.Stream.size()
	}
	return req
}

// readBody reads the body of an answer, as long as it may be.
func readBody(resp *http.Response) ([]byte, error) {
	length := resp.ContentLength
	if length < 0 || length > 1<<20 { // more only as it comes
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

var errTooLong = fmt.Errorf("the response is longer than %d MiB; ask for smaller pages (MaxResults, PageSize or MaxKeys)", maxBody>>20)

// failed describes an attempt whose answer is a failure, or broke off.
func (c *Client) failed(a *Response, err error, redact func(string) string) *fault.Error {
	f := &fault.Error{StatusCode: a.StatusCode, RequestID: a.RequestID, Err: err}
	if a.StatusCode/100 == 2 {
		f.Class = fault.Unknown // the service did it, but its response is not whole
		f.RequestID = shorten(redact(f.RequestID), 200)
		return f
	}
	f.RetryAfter = retryAfter(a.Header)
	c.ReadFault(f, a.Header, a.Body)
	f.RequestID = cmp.Or(strings.TrimSpace(f.RequestID), a.RequestID)
	f.Message = shorten(redact(f.Message), 2000)
	if f.Message == "" && f.Code == "" {
		f.Message = notTheService(a.StatusCode, redact(string(a.Body[:min(len(a.Body), longText)])))
	}
	f.Kind = c.Kind(f.StatusCode, f.Code, f.RequestID)
	f.Class = fault.ClassOf(f.Kind)
	if f.Code == "SignatureNonceUsed" {
		f.Class = fault.Unknown // something on the way sent the request twice: one of them may have run
	}
	if slices.Contains(c.SkewCodes, f.Code) {
		now := present(f.ServerTime)
		if now.IsZero() {
			now = dated(a.Header)
		}
		f.Err = &skewError{now: now}
	}
	for _, text := range []*string{&f.Code, &f.RequestID, &f.ResourceID} {
		*text = shorten(redact(*text), 200)
	}
	return f
}

// expiredCodes are the codes by which the services say that a token has expired:
// OSS, the RPC services of Alibaba Cloud, and AWS with its older services. That of
// the RPC services is not verified. If it is another, such a call fails like any
// that is refused, and the key is replaced when its time comes.
var expiredCodes = []string{"SecurityTokenExpired", "InvalidSecurityToken.Expired", "ExpiredTokenException", "ExpiredToken"}

// An expiredError marks a refusal for the token until Do has dealt with it.
type expiredError struct{ token string }

func (*expiredError) Error() string { return "the token has expired" }

// notTheService describes a failure that did not come in the service's own form: the
// page of a proxy, a redirect, nothing at all.
func notTheService(status int, body string) string {
	if status/100 == 3 {
		return "redirected, which is not followed" // the target may hold the query
	}
	text := strings.Join(strings.Fields(body), " ")
	if text == "" {
		return "the response has no body"
	}
	return "not a response of the service: " + shorten(text, 200)
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
