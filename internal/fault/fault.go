// Package fault says how a call failed, in terms that no service owns.
package fault

import (
	"errors"
	"net/http"
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
)

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

// KindOf returns the kind that status and code have by the conventions that
// the services share, for codes that no table of a service names. An answer
// with neither a code nor a request ID did not come from the service, and its
// status proves nothing about a resource: a proxy's 404 is not NotFound.
func KindOf(status int, code, requestID string) error {
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(code, p) {
				return true
			}
		}
		return false
	}
	switch {
	case status == http.StatusTooManyRequests, has("Throttl"):
		return Throttled
	case status >= 500:
		return Unavailable
	case code == "" && requestID == "":
		return nil
	case has("InvalidAccessKey", "Signature", "SecurityToken", "ExpiredToken"):
		return AccessDenied
	case has("InvalidApi", "InvalidProduct", "InvalidVersion", "InvalidAction"):
		return InvalidRequest
	case has("NotFound", "NotExist", "NoSuch"):
		return NotFound
	case has("AlreadyExist", "ResourceExist"):
		return AlreadyExists
	case has("QuotaExceed", "LimitExceed", "CountsExceed"):
		return QuotaExceeded
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
