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

// A Code is an error code of the service. It is itself an error, so that it can
// be the target of [errors.Is]:
//
//	if errors.Is(err, nas.CodeFileSystemNotFound) { ... }
type Code string

// Error returns the code.
func (c Code) Error() string { return string(c) }

// The kinds of failure, for [errors.Is]. Every package of this module has the
// same values, so that one test serves programs that use several services.
var (
	// ErrNotFound: the resource, or one that the request names, does not exist.
	ErrNotFound = fault.NotFound
	// ErrAlreadyExists: the resource exists already.
	ErrAlreadyExists = fault.AlreadyExists
	// ErrConflict: the resource is in a state that does not allow the
	// operation. It may allow it later.
	ErrConflict = fault.Conflict
	// ErrThrottled: the service refused to be called so often, in every attempt.
	ErrThrottled = fault.Throttled
	// ErrQuotaExceeded: a quota is used up. Repeating does not help.
	ErrQuotaExceeded = fault.QuotaExceeded
	// ErrAccessDenied: the key is not valid, or not allowed to do this.
	ErrAccessDenied = fault.AccessDenied
	// ErrInvalidRequest: the request is wrong, by this package's rules
	// ([*ValidationError]) or by the service's.
	ErrInvalidRequest = fault.InvalidRequest
	// ErrUnavailable: the service could not be reached, failed, or broke off its
	// answer.
	ErrUnavailable = fault.Unavailable
	// ErrLimiter: [Config].Limiter failed, and nothing was sent.
	ErrLimiter = fault.Limiter
	// ErrOutcomeUnknown: the call may have taken effect
	// ([*OutcomeUnknownError]).
	ErrOutcomeUnknown = fault.OutcomeUnknown
	// ErrDrift: a resource exists, but not as asked ([*DriftError]).
	ErrDrift = fault.Drift
	// ErrDuplicate: there are several resources where one should be.
	ErrDuplicate = fault.Duplicate
)

// A ServiceError tells what the service said of a call that failed. The interface
// is the same, method for method, in every package of this module, whose
// [*APIError] has it, so that one branch serves programs that use several services:
//
//	if e, ok := errors.AsType[nas.ServiceError](err); ok {
//		log.Print(e.HTTPStatusCode(), e.ErrorCode(), e.ServiceRequestID())
//	}
//
// The methods have the names of those of the AWS SDK for Go v2.
type ServiceError interface {
	error
	ErrorCode() string        // empty if the answer was not the service's own
	HTTPStatusCode() int      // 0 if no answer came
	ServiceRequestID() string // for the service's support; empty if no answer came
}

// An APIError is a call that failed after it was validated. It holds what is
// known of the last attempt that brought an answer. [errors.Is] finds its
// [Code], its kind, and what its Err wraps, such as the context's error.
type APIError struct {
	Operation   string        // the API's name of the operation
	StatusCode  int           // of the HTTP response; 0 if no answer came
	Code        Code          // empty if the answer was not the service's own
	Message     string        // the service's words, or the start of a foreign answer
	RequestID   string        // for the service's support; empty if no answer came
	ResourceID  string        // the existing resource that stands in the way, if the service named it
	ClientToken string        // the idempotency token of the call, if it had one
	Attempts    int           // how often the request was sent
	RetryAfter  time.Duration // how long the service asked to be left alone; 0 if it did not say
	Err         error         // what failed on this side; nil if the service refused the call
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

// LogValue returns e as a group: error, operation and attempts, and as far as they
// are known status, code, request_id, resource_id and client_token.
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

// An OutcomeUnknownError is a call that may have taken effect although it
// failed: its answer was lost on the way, or could not be read. Look before you
// repeat it.
type OutcomeUnknownError struct {
	Operation   string // the API's name of the operation
	ClientToken string // a repeat with the same token is safe; empty if the operation has none
	Resume      string // for the client's method Resume, which finds out, later and elsewhere too; empty if a repeat does no harm
	Err         error  // an [*APIError]: what is known of the last attempt
	// Candidates are the IDs of resources that the call may have created, as far as
	// the client's method Resume has found out.
	Candidates []string
}

// Error returns one line. Its wording may change.
func (e *OutcomeUnknownError) Error() string { return e.Err.Error() + "; it may have taken effect" }

// Unwrap returns e.Err.
func (e *OutcomeUnknownError) Unwrap() error { return e.Err }

// LogValue returns e.Err as a group.
func (e *OutcomeUnknownError) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("outcome_unknown", true), slog.Any("", e.Err))
}

// Is reports whether target is [ErrOutcomeUnknown].
func (e *OutcomeUnknownError) Is(target error) bool { return target == ErrOutcomeUnknown }

// A ValidationError is a request, or a [Config], that breaks documented
// constraints. Nothing was sent. It is an [ErrInvalidRequest].
type ValidationError struct {
	Operation string    // the API's name of the operation, or New
	Problems  []Problem // every broken constraint
}

// A Problem is one broken constraint.
type Problem struct {
	Field  string // the parameter as the API reference writes it, such as Tag.2.Key
	Reason string // what is wrong with it; never the value
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

// A DriftError is a resource that exists but is not as asked. It was left as it
// is. It is an [ErrDrift].
type DriftError struct {
	Operation  string // the method that compared them, such as Ensure…
	Key        string // what it was called with: the key, or the name where that is the key
	ResourceID string
	Fields     []Drift // every difference
}

// A Drift is one parameter in which a resource is not as asked.
type Drift struct {
	Field  string // the parameter as the API reference writes it, such as Tag.2.Value
	Wanted string
	Found  string
}

// Error returns one line. Its wording may change.
func (e *DriftError) Error() string {
	fields := make([]string, len(e.Fields))
	for i, d := range e.Fields {
		fields[i] = fmt.Sprintf("%s is %q, not %q", d.Field, d.Found, d.Wanted)
	}
	return fmt.Sprintf("nas: %s %q: %s is not as asked: %s", e.Operation, e.Key, e.ResourceID, strings.Join(fields, "; "))
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
