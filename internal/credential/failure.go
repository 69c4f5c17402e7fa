package credential

import (
	"errors"
	"slices"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// A Failure is the error of a fetch. [errors.Is] finds its kind.
type Failure struct {
	Kind error // one of package fault, or nil
	Text string
}

func (f *Failure) Error() string { return f.Text }

// Is reports whether target is the kind.
func (f *Failure) Is(target error) bool { return target == f.Kind }

// KindOf returns the kind of a refusal to give a key, by its status and code. A
// response without a code did not come from the service, and says nothing about the
// key. A role that does not exist is AccessDenied, not NotFound, which a call must
// return for the absence of its own resource only.
func KindOf(status int, code string) error {
	switch {
	case status == 429, strings.Contains(code, "Throttl"), slices.Contains(throttling, code):
		return fault.Throttled
	case status >= 500, status == 408, strings.HasPrefix(code, "RequestTimeout"):
		return fault.Unavailable
	case status >= 400 && code != "":
		return fault.AccessDenied
	}
	return nil
}

// throttling are the other codes that the official SDK of AWS treats as throttling
// for every service.
var throttling = []string{
	"BandwidthLimitExceeded", "LimitExceededException", "PriorRequestNotComplete", "ProvisionedThroughputExceededException",
	"RequestLimitExceeded", "SlowDown", "TooManyRequestsException", "TransactionInProgressException",
}

// ofRefusal adds to err the kind of the refusal that it wraps, if that has the
// methods of the errors of the official SDK of AWS.
func ofRefusal(err error) error {
	code, status := "", 0
	if refusal, ok := errors.AsType[interface {
		error
		ErrorCode() string
	}](err); ok {
		code = refusal.ErrorCode()
	}
	if answer, ok := errors.AsType[interface {
		error
		HTTPStatusCode() int
	}](err); ok {
		status = answer.HTTPStatusCode()
	}
	if kind := KindOf(status, code); kind != nil {
		return &refusedError{err, kind}
	}
	return err
}

// A refusedError adds a kind to an error.
type refusedError struct {
	error
	kind error
}

func (e *refusedError) Is(target error) bool { return target == e.kind }
func (e *refusedError) Unwrap() error        { return e.error }
