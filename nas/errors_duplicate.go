package nas

import (
	"fmt"
	"strings"
)

// A DuplicateError is more than one resource where one should be. None of them
// was deleted: it is not known which of them are in use. It is an [ErrDuplicate].
type DuplicateError struct {
	Operation string   // the method that found them
	Key       string   // what it was called with; empty for Resume
	IDs       []string // the oldest first
}

// Error returns one line. Its wording may change.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("nas: %s %q: one was asked for, these exist: %s", e.Operation, e.Key, strings.Join(e.IDs, ", "))
}

// Is reports whether target is [ErrDuplicate].
func (e *DuplicateError) Is(target error) bool { return target == ErrDuplicate }
