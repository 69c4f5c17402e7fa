// Package fault classifies errors: of which kind an error is, and whether the
// call may be retried. The service packages export its kinds.
package fault

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The kinds of failure. The service packages export these very values, so that
// one errors.Is serves programs that use several services.
var (
	NotFound       = errors.New("not found")
	AlreadyExists  = errors.New("already exists")
	Conflict       = errors.New("conflict with the resource's state")
	Throttled      = errors.New("throttled")
	QuotaExceeded  = errors.New("quota exceeded")
	AccessDenied   = errors.New("access denied")
	InvalidRequest = errors.New("invalid request")
	Unavailable    = errors.New("service unavailable")
	OutcomeUnknown = errors.New("outcome unknown")
	Limiter        = errors.New("rate limiter failed") // the caller's own
	// Drift and Duplicate are kinds of what was found, not of an answer.
	Drift     = errors.New("not as asked")
	Duplicate = errors.New("more than one")
)

type expected struct{}

// Expect returns a context for calls that may well end in failures of the given
// kinds, which nobody has to be told of then.
func Expect(ctx context.Context, kinds ...error) context.Context {
	if ctx == nil {
		return nil // the call will say so
	}
	earlier, _ := ctx.Value(expected{}).([]error)
	return context.WithValue(ctx, expected{}, slices.Concat(earlier, kinds))
}

// Expected reports whether err is of a kind that ctx was made for.
func Expected(ctx context.Context, err error) bool {
	kinds, _ := ctx.Value(expected{}).([]error)
	return slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(err, kind) })
}

// A Class says whether an attempt that failed may be repeated.
type Class int

const (
	// Final failures would only repeat themselves.
	Final Class = iota
	// Refused attempts did not run: a repeat is safe whatever the operation.
	Refused
	// Unknown attempts may have run: a repeat is safe only if running the
	// operation twice is.
	Unknown
)

// An Error is a call, or one attempt of it, that failed.
type Error struct {
	StatusCode int    // 0 if no answer came
	Code       string // empty if the service named none
	Message    string
	RequestID  string
	ResourceID string // the existing resource that the service named, if it did
	RetryAfter time.Duration
	ServerTime time.Time // the service's present time, if it said so in the body

	Kind     error // one of the kinds above, or nil
	Class    Class
	Attempts int
	// Lost says that the call may have taken effect although it failed.
	Lost bool
	// Err is what went wrong on this side: the network, the context, the
	// limiter, the decoding. Nil if the service refused the call itself.
	Err error
}

// Error returns the parts that are known, in one line.
func (e *Error) Error() string {
	s := e.Code
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return strings.TrimPrefix(s, ": ")
}

// Is reports whether target is e's kind, if the service refused the call itself.
func (e *Error) Is(target error) bool { return e.Err == nil && e.Kind != nil && target == e.Kind }

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// elsewhere are what codes speak of that say nothing about the resources of a
// request, but about where it was sent and how. That one of these does not exist,
// or is not served, is no absence of a resource.
var elsewhere = []string{
	"region", "supportedendpoint", "supportendpoint", "invalidproduct", "invalidversion",
	"invalidapi", "invalidaction", "unknownoperation", "unknownaction",
}

// malformed are the parts of codes that find fault with a parameter. NAS has one of
// them with status 404.
var malformed = []string{"format", "malformed", "missing", "illegal", "notsupport", "unsupported"}

// KindOf returns the kind that status and code have by the conventions that
// the services share, for codes that no table of a service names. An answer
// with neither a code nor a request ID did not come from the service, and its
// status proves nothing about a resource: a proxy's 404 is not NotFound.
//
// A code of the kind NotFound may speak of a resource that the request names
// besides its own, such as the file system of an access point.
func KindOf(status int, code, requestID string) error {
	lower := strings.ToLower(code)
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(lower, p) {
				return true
			}
		}
		return false
	}
	absent := has("notfound", "notexist", "nosuch")
	switch {
	case status == http.StatusTooManyRequests, has("throttl"):
		return Throttled
	case status >= 500, status == http.StatusRequestTimeout, has("requesttimeout"):
		return Unavailable
	case code == "" && requestID == "":
		return nil
	case has("signaturenonceused"):
		return Conflict // with a request that came before it
	case has("invalidaccesskey", "signature", "securitytoken", "expiredtoken"):
		return AccessDenied
	case has("invalidapi", "invalidproduct", "invalidversion", "invalidaction"):
		return InvalidRequest
	case (absent || status == http.StatusNotFound) && has(elsewhere...):
		return InvalidRequest
	case absent:
		return NotFound
	case has("alreadyexist", "resourceexist"):
		return AlreadyExists
	case has("quotaexceed", "limitexceed", "countsexceed"):
		return QuotaExceeded
	case status == http.StatusNotFound && has(malformed...):
		return InvalidRequest
	}
	switch status {
	case http.StatusBadRequest:
		return InvalidRequest
	case http.StatusUnauthorized, http.StatusForbidden:
		return AccessDenied
	case http.StatusNotFound:
		return NotFound
	case http.StatusConflict:
		return Conflict
	}
	return nil
}

// ClassOf returns the class of an answer of that kind. A refusal for the rate
// or a quota came before the work; a failing server may have done it.
func ClassOf(kind error) Class {
	switch kind {
	case Throttled:
		return Refused
	case Unavailable:
		return Unknown
	}
	return Final
}
