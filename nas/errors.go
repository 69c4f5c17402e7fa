package nas

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// A Code is an error code of the service. It is itself an error, so it can be
// the target of [errors.Is]:
//
//	if errors.Is(err, nas.CodeFileSystemNotFound) { ... }
type Code string

// Error returns the code.
func (c Code) Error() string { return string(c) }

// The kinds of errors, for [errors.Is]. They are the same values in every package
// of this module, so one test serves programs that use several services.
var (
	// ErrNotFound: the resource, or another one that the request names, does not
	// exist.
	ErrNotFound = kindNotFound
	// ErrAlreadyExists: the resource exists already.
	ErrAlreadyExists = kindAlreadyExists
	// ErrConflict: the current state of the resource does not allow the operation.
	// A later call may succeed.
	ErrConflict = kindConflict
	// ErrThrottled: the call exceeded the service's rate limit, and still did when
	// [Config].MaxThrottle or the context ended the retries. Call less often.
	ErrThrottled = kindThrottled
	// ErrQuotaExceeded: a quota of the account or the resource is used up. Retrying
	// does not help: delete something, or have the quota raised.
	ErrQuotaExceeded = kindQuotaExceeded
	// ErrAccessDenied: the credentials are not valid, or lack a permission.
	ErrAccessDenied = kindAccessDenied
	// ErrInvalidRequest: the request is not valid. Either this package found that,
	// and sent nothing ([*ValidationError]), or the service did ([*APIError]).
	ErrInvalidRequest = kindInvalidRequest
	// ErrUnavailable: the service could not be reached, failed, or its response was
	// interrupted. The call was retried where that is safe; a later one may succeed.
	ErrUnavailable = kindUnavailable
	// ErrLimiter: [Config].Limiter failed, and the attempt was not sent.
	ErrLimiter = kindLimiter
	// ErrOutcomeUnknown: the call failed, but may have taken effect
	// ([*OutcomeUnknownError]). A creation that fails with any other error has
	// created nothing, unless the ResourceID of its [*APIError] names a resource.
	ErrOutcomeUnknown = kindOutcomeUnknown
	// ErrDrift: the resource exists, but differs from the request ([*DriftError]).
	ErrDrift = kindDrift
	// ErrDuplicate: several resources exist where there should be one
	// ([*DuplicateError]).
	ErrDuplicate = kindDuplicate
)

// The values of the kinds, under names of this package, since readers of its
// documentation cannot look up an internal one.
var (
	kindNotFound       = fault.NotFound
	kindAlreadyExists  = fault.AlreadyExists
	kindConflict       = fault.Conflict
	kindThrottled      = fault.Throttled
	kindQuotaExceeded  = fault.QuotaExceeded
	kindAccessDenied   = fault.AccessDenied
	kindInvalidRequest = fault.InvalidRequest
	kindUnavailable    = fault.Unavailable
	kindLimiter        = fault.Limiter
	kindOutcomeUnknown = fault.OutcomeUnknown
	kindDrift          = fault.Drift
	kindDuplicate      = fault.Duplicate
)

// A ServiceError is an error with the code, status and request ID of the
// service's response. [*APIError] implements it. The interface has the same
// methods in every package of this module, so one branch handles the errors of
// all services:
//
//	if e, ok := errors.AsType[nas.ServiceError](err); ok {
//		log.Print(e.HTTPStatusCode(), e.ErrorCode(), e.ServiceRequestID())
//	}
//
// The methods are named after those of the AWS SDK for Go v2.
type ServiceError interface {
	error
	ErrorCode() string        // empty if the response was not the service's own
	HTTPStatusCode() int      // 0 if there was no response
	ServiceRequestID() string // for the service's support; empty if there was no response
}

// An APIError is a call that passed validation and failed. Its fields describe
// the last attempt that got a response. [errors.Is] matches its [Code], its
// kind, such as [ErrNotFound], and the errors that Err wraps, such as that of
// the context.
type APIError struct {
	Operation   string        // the API's name of the operation
	StatusCode  int           // of the HTTP response; 0 if there was none
	Code        Code          // empty if the response was not the service's own
	Message     string        // the service's message, or the start of a response that is not the service's, such as a proxy's
	RequestID   string        // for the service's support; empty if there was no response
	ResourceID  string        // the existing resource that the call conflicts with, if the service named it
	ClientToken string        // the idempotency token of the call, if it had one
	Attempts    int           // how often the request was sent, retries included
	RetryAfter  time.Duration // the pause that the service asked for; 0 if it did not
	Err         error         // what failed on the client's side; nil if the service refused the call
}

// Error returns one line. Its wording may change.
func (e *APIError) Error() string {
	text := "nas: " + e.Operation
	if e.Err != nil {
		text += ": " + strings.ReplaceAll(e.Err.Error(), "\n", "; ")
	}
	if e.StatusCode != 0 {
		text += ": " + strconv.Itoa(e.StatusCode)
		if e.Code != "" {
			text += " " + string(e.Code)
		}
		if e.Message != "" {
			text += ": " + e.Message
		}
	}
	var notes []string
	if e.RequestID != "" {
		notes = append(notes, "request "+e.RequestID)
	}
	if e.Attempts > 1 {
		notes = append(notes, strconv.Itoa(e.Attempts)+" attempts")
	}
	if notes != nil {
		text += " (" + strings.Join(notes, ", ") + ")"
	}
	return text
}

// Unwrap returns e.Err.
func (e *APIError) Unwrap() error { return e.Err }

// ErrorCode returns e.Code, for [ServiceError].
func (e *APIError) ErrorCode() string { return string(e.Code) }

// HTTPStatusCode returns e.StatusCode, for [ServiceError].
func (e *APIError) HTTPStatusCode() int { return e.StatusCode }

// ServiceRequestID returns e.RequestID, for [ServiceError].
func (e *APIError) ServiceRequestID() string { return e.RequestID }

// LogValue returns e as a group for log/slog: error, operation and attempts,
// and, where known, status, code, request_id, resource_id and client_token.
func (e *APIError) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("error", e.Error()), slog.String("operation", e.Operation), slog.Int("attempts", e.Attempts)}
	if e.StatusCode != 0 {
		attrs = append(attrs, slog.Int("status", e.StatusCode))
	}
	for _, a := range [...]slog.Attr{
		slog.String("code", string(e.Code)), slog.String("request_id", e.RequestID),
		slog.String("resource_id", e.ResourceID), slog.String("client_token", e.ClientToken),
	} {
		if a.Value.String() != "" {
			attrs = append(attrs, a)
		}
	}
	return slog.GroupValue(attrs...)
}

// Is reports whether target is e's [Code] or its kind.
func (e *APIError) Is(target error) bool {
	if code, ok := target.(Code); ok {
		return e.Code != "" && e.Code == code
	}
	return e.StatusCode/100 > 2 && target != nil && target == kindOf(e.StatusCode, string(e.Code), e.RequestID)
}

// An OutcomeUnknownError is a call that failed but may have taken effect,
// because its response was lost or could not be read. Do not simply call again:
// that could create a second resource. If ClientToken is set, call again with
// the same token; if Resume is set, pass it to the client's method Resume;
// otherwise check whether the resource exists.
type OutcomeUnknownError struct {
	Operation   string // the API's name of the operation
	ClientToken string // retrying with this idempotency token is safe; empty if the operation has none
	Resume      string // for the client's method Resume, in any process; empty if Resume does not cover the operation
	Err         error  // an [*APIError] for the last attempt; in an error of Resume, why the outcome stays unknown
	// Candidates are the IDs of resources that the call may have created. Only
	// errors of the client's method Resume have them.
	Candidates []string
}

// Error returns one line. Its wording may change.
func (e *OutcomeUnknownError) Error() string { return e.Err.Error() + "; it may have taken effect" }

// Unwrap returns e.Err.
func (e *OutcomeUnknownError) Unwrap() error { return e.Err }

// LogValue returns e.Err as a group for log/slog.
func (e *OutcomeUnknownError) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("outcome_unknown", true), slog.Any("", e.Err))
}

// Is reports whether target is [ErrOutcomeUnknown].
func (e *OutcomeUnknownError) Is(target error) bool { return target == ErrOutcomeUnknown }

// A ValidationError is a request, or a [Config], that breaks documented
// constraints. Nothing was sent. It is an [ErrInvalidRequest].
type ValidationError struct {
	Operation string    // the API's name of the operation, or the method, such as New
	Problems  []Problem // every broken constraint
}

// A Problem is one broken constraint.
type Problem struct {
	Field  string // the parameter as the API reference writes it, such as Tag.2.Key
	Reason string // what is wrong with it; never contains the value
}

// Error returns one line. Its wording may change.
func (e *ValidationError) Error() string {
	problems := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		problems[i] = p.Field + " " + p.Reason
	}
	return "nas: " + e.Operation + ": " + strings.Join(problems, "; ")
}

// Is reports whether target is [ErrInvalidRequest].
func (e *ValidationError) Is(target error) bool { return target == ErrInvalidRequest }

// A DriftError is a resource that exists but differs from the request. It is an
// [ErrDrift]. Methods named Ensure… leave the resource unchanged. Methods named
// Repair… change what can be changed; their error has only what still differs.
type DriftError struct {
	Operation  string  // the method that compared resource and request, such as EnsureAccessPoint
	Key        string  // the key of the call; the name of the resource if that is the key
	ResourceID string  // the ID of the resource, or its name if it has no ID
	Fields     []Drift // every parameter that differs
}

// A Drift is one parameter that differs from the request.
type Drift struct {
	Field  string // the parameter as the API reference writes it, such as Tag.2.Value
	Wanted string // its value in the request
	Found  string // its value in the resource; empty if it has none
}

// Error returns one line. Its wording may change.
func (e *DriftError) Error() string {
	fields := make([]string, len(e.Fields))
	for i, d := range e.Fields {
		fields[i] = fmt.Sprintf("%s is %q, not %q", d.Field, d.Found, d.Wanted)
	}
	return fmt.Sprintf("nas: %s %q: %s differs from the request: %s", e.Operation, e.Key, e.ResourceID, strings.Join(fields, "; "))
}

// Is reports whether target is [ErrDrift].
func (e *DriftError) Is(target error) bool { return target == ErrDrift }

// drifted returns a *DriftError of the differences that are any, or nil.
func drifted(operation, key, resourceID string, differences ...check.Difference) error {
	e := &DriftError{Operation: operation, Key: key, ResourceID: resourceID}
	for _, d := range differences {
		if d != (check.Difference{}) {
			e.Fields = append(e.Fields, Drift(d))
		}
	}
	if e.Fields == nil {
		return nil
	}
	return e
}

// invalid returns a *ValidationError of the problems that are any, or nil.
func invalid(operation string, problems ...check.Problem) error {
	problems = check.All(problems...)
	if len(problems) == 0 {
		return nil
	}
	e := &ValidationError{Operation: operation, Problems: make([]Problem, len(problems))}
	for i, p := range problems {
		e.Problems[i] = Problem(p)
	}
	return e
}

// failure returns f as the error of a call.
func failure(operation, token string, f *fault.Error) error {
	e := &APIError{
		Operation:   operation,
		StatusCode:  f.StatusCode,
		Code:        Code(f.Code),
		Message:     f.Message,
		RequestID:   f.RequestID,
		ResourceID:  f.ResourceID,
		ClientToken: token,
		Attempts:    f.Attempts,
		RetryAfter:  f.RetryAfter,
		Err:         f.Err,
	}
	if f.Lost {
		return &OutcomeUnknownError{Operation: operation, ClientToken: token, Err: e}
	}
	return e
}
