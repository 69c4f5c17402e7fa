// Package transport sends signed HTTP requests, with pacing, timeouts and
// retries. All calls of all services go through it.
package transport

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/pace"
	"github.com/accesspoint-go/accesspoint/internal/retry"
)

// A Client sends the requests of one service client.
type Client struct {
	Options
	Protocol
	*Shared

	endpoint  *url.URL // scheme and host
	dates     *dates
	userAgent []string
	atHand    bool // the key is, and need not be waited for
}

// A Protocol is what differs between the services on the way of a request.
type Protocol struct {
	// Sign authenticates req, an attempt at r, as the last thing before it is
	// sent.
	Sign func(req *http.Request, r *Request, key credential.Key, at time.Time)
	// ReadFault fills in what a failed answer says of itself.
	ReadFault func(f *fault.Error, header http.Header, body []byte)
	// Kind returns the kind of a failed answer.
	Kind func(status int, code, requestID string) error
	// RequestIDHeader names the header that holds the request ID.
	RequestIDHeader string
	// Transport returns the one of clients that bring none of their own.
	Transport func() http.RoundTripper
	// SkewCodes are the codes by which the service says that the signing time
	// is too far from its own.
	SkewCodes []string
}

// Shared is the state that clients derived from one another have in common.
type Shared struct {
	pacer  pace.Pacer
	budget retry.Budget
	skew   atomic.Int64 // the service's clock minus ours, in nanoseconds
}

// A Request is one call. Do builds a fresh http.Request from it for each attempt.
type Request struct {
	Operation  string
	Effect     retry.Effect
	Method     string
	HostPrefix string   // put before the endpoint's host, with its dot
	Path       string   // escaped; empty for /
	Query      string   // encoded in the order in which it is signed
	Header     []string // names in canonical form, each followed by its value
	Body       []byte
	Stream     Stream // the body, in place of Body, nil if there is none; no attempt timeout bounds it
	Secret     string // in the query or the body; no error may quote it
	// Lane tells calls of the operation apart that the service counts apart.
	Lane string
	// Resource is the path that is signed, for a service that does not sign the
	// one that is sent.
	Resource string
	// Decode reads a response that reports success, into what the caller keeps. If
	// it fails, the attempt's outcome is unknown: a body that was cut on the way,
	// or is another service's, does not tell what was done.
	Decode func(*Response) error
}

// again reports whether the body can be sent once more.
func (r *Request) again(ctx context.Context) bool { return r.Stream == nil || r.Stream.again(ctx) }

// A Response is one that reports success.
type Response struct {
	StatusCode int
	RequestID  string
	Header     http.Header
	Body       []byte
	Attempts   int
}

var (
	errNilContext     = errors.New("nil Context")
	errAttemptTimeout = errors.New("no complete response within the attempt timeout")
	errBudget         = errors.New("not retried: too many of the client's recent calls failed (local retry budget)")
	errRetryAfter     = fmt.Errorf("not retried: the service asked for a pause of more than %v", retry.MaxPause)
)

// Do sends r until it succeeds, or must not or need not be sent again.
func (c *Client) Do(ctx context.Context, r *Request) (*Response, *fault.Error) {
	if ctx == nil {
		return nil, &fault.Error{Err: errNilContext}
	}
	var (
		pauses    retry.Pauses
		last      *fault.Error // the attempt before
		lost      bool         // some attempt ended unknown
		by        clock        // that signs
		renewed   bool         // this call has asked for another key
		throttled time.Time    // when the service first throttled this call
		counted   int          // attempts that it did not throttle
		began     = time.Now()
	)
	for attempt := 1; ; attempt++ {
		if !by.corrected {
			by.offset = time.Duration(c.skew.Load())
		}
		answer, f := c.send(ctx, r, attempt, began, by.offset)
		if by.corrected && accepted(f) {
			c.skew.Store(int64(by.offset))
		}
		if f == nil {
			c.budget.Earn()
			answer.Attempts = attempt
			return answer, nil
		}
		lost = lost || f.Class == fault.Unknown
		stop := ctx.Err() != nil || !r.Effect.May(f.Class) || c.MaxAttempts == 1 || f.Err == errTooLong
		switch {
		case f.Kind != fault.Throttled:
			counted++
			stop = stop || counted >= c.MaxAttempts
		case throttled.IsZero():
			throttled = time.Now()
		default:
			stop = stop || time.Since(throttled) > c.MaxThrottle
		}
		if stop && f.StatusCode == 0 && last != nil {
			f = onTop(f, last)
		}
		f.Attempts, f.Lost = attempt, r.Effect.Lost(f.Class, lost)
		if by.correct(f) && r.again(ctx) {
			continue
		}
		if c.expired(f) && !renewed && r.again(ctx) {
			renewed, last = true, f
			continue
		}
		if stop || !r.again(ctx) {
			return nil, f
		}
		if err := c.pause(ctx, f, &pauses); err != nil {
			f.Err = errors.Join(err, f.Err)
			return nil, f
		}
		last = f
	}
}

// pause waits until the attempt after f may start, or says why there is none.
func (c *Client) pause(ctx context.Context, f *fault.Error, pauses *retry.Pauses) error {
	switch {
	case f.RetryAfter > retry.MaxPause:
		return errRetryAfter
	case f.Kind == fault.Throttled:
		return nil // the pacer knows, and holds all calls back
	case f.Class == fault.Unknown && !c.budget.Spend():
		return errBudget
	}
	return pace.Sleep(ctx, pauses.Next(f.RetryAfter))
}

// onTop returns what is known of a call whose last attempt, top, brought no
// answer: what the attempt before it said is worth more to the caller than
// that, for instance, the context ended.
func onTop(top, below *fault.Error) *fault.Error {
	f := *below
	f.Err = top.Err
	if below.StatusCode != 0 || !errors.Is(top.Err, fault.Unavailable) {
		f.Err = errors.Join(top.Err, below.Err)
	} // else both say that the service was not reached
	if top.Class == fault.Unknown {
		f.Class = fault.Unknown
	}
	return &f
}

// expired reports whether the service refused the attempt because the token of
// its key has expired, and another key may be had. The source of the key is told.
func (c *Client) expired(f *fault.Error) bool {
	refused, ok := f.Err.(*expiredError)
	if !ok {
		return false
	}
	f.Err = nil
	source, ok := c.Credentials.(interface{ Invalidate(token string) })
	if ok {
		source.Invalidate(refused.token)
	}
	return ok
}

// An Attempt is one request and its outcome, for metrics and tracing.
type Attempt struct {
	Operation  string
	Number     int
	StatusCode int
	Code       string
	RequestID  string
	Waited     time.Duration
	Took       time.Duration
	Err        error
}

// report tells the caller's hook and log about an attempt.
func (c *Client) report(ctx context.Context, a Attempt) {
	if c.OnAttempt != nil {
		c.OnAttempt(ctx, a)
	}
	if c.Logger == nil {
		return
	}
	level := slog.LevelDebug
	if a.Err != nil && !fault.Expected(ctx, a.Err) {
		level = slog.LevelWarn
	}
	if !c.Logger.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("operation", a.Operation),
		slog.Int("attempt", a.Number),
		slog.Int("status", a.StatusCode),
		slog.String("request_id", a.RequestID),
		slog.Duration("waited", a.Waited),
		slog.Duration("took", a.Took),
	}
	if a.Err != nil {
		attrs = append(attrs, slog.String("error", a.Err.Error()))
	}
	c.Logger.LogAttrs(ctx, level, c.Service+" attempt", attrs...)
}
