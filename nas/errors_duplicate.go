package nas

import (
	"fmt"
	"strings"
)

// A DuplicateError reports several resources where there should be one. None of
// them was deleted, because each may be in use: find out which are not, and
// delete those. It is an [ErrDuplicate].
type DuplicateError struct {
	Operation string   // the method that found them
	Key       string   // the key that they share; for mount targets, the vSwitch
	IDs       []string // the oldest first; mount targets by domain
}

// Error returns one line. Its wording may change.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("nas: %s %q: one was asked for, these exist: %s", e.Operation, e.Key, strings.Join(e.IDs, ", "))
}

// Is reports whether target is [ErrDuplicate].
func (e *DuplicateError) Is(target error) bool { return target == ErrDuplicate }
