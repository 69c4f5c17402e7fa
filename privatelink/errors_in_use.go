package privatelink

import (
	"fmt"
	"strings"
)

// An InUseError is an endpoint service that was not deleted because endpoints
// are connected to it. Disconnect them with
// [Client.RejectVpcEndpointConnection], or wait until their owners delete them,
// and call again. It is an [ErrConflict].
type InUseError struct {
	Operation   string // the method that was to delete the service
	Key         string // the key of the call
	ServiceID   string
	EndpointIDs []string // the connected endpoints, as far as lists show them
	Err         error    // the service's refusal; nil if the deletion was not attempted
}

// Error returns one line. Its wording may change.
func (e *InUseError) Error() string {
	s := fmt.Sprintf("privatelink: %s %q: endpoints are connected to %s: %s", e.Operation, e.Key, e.ServiceID, strings.Join(e.EndpointIDs, ", "))
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Is reports whether target is [ErrConflict].
func (e *InUseError) Is(target error) bool { return target == ErrConflict }

// Unwrap returns e.Err.
func (e *InUseError) Unwrap() error { return e.Err }
