package nas

import "strings"

// A DuplicateError is more than one resource where one should be. None of them
// was deleted: it is not known which of them are in use.
type DuplicateError struct {
	IDs []string // the oldest first
}

// Error returns one line. Its wording may change.
func (e *DuplicateError) Error() string {
	return "nas: one was asked for, these exist: " + strings.Join(e.IDs, ", ")
}
