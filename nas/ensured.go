package nas

import (
	"errors"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// ensured returns an error of internal/ensure, or of a wait, as one of this package,
// which names the resource if that is known. What has lost its tags lacks the key in
// field.
func ensured(operation, key, id, field string, err error) error {
	if bare, ok := errors.AsType[*ensure.Bare](err); ok {
		return drifted(operation, key, bare.ID, check.Same(field, key, ""))
	}
	if several, ok := errors.AsType[*ensure.Several](err); ok {
		return &DuplicateError{operation, key, several.IDs}
	}
	if failed, ok := err.(*wait.Error); ok {
		err = waitError(operation, failed)
	}
	if failed, ok := err.(*WaitError); ok {
		failed.Operation, failed.State = operation, strings.TrimSpace(id+" "+failed.State)
	} else if _, drift := err.(*DriftError); !drift && id != "" {
		err = &WaitError{Operation: operation, State: id, Err: err}
	}
	return err
}
