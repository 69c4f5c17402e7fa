package nas

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A ProvisionStep reports the progress of a call with one resource.
type ProvisionStep struct {
	Kind    string        // FileSystem, AccessGroup, MountTarget or AccessPoint
	ID      string        // of the resource; for a permission group, its name; for a mount target, its domain
	State   string        // found, created, available or deleted
	Elapsed time.Duration // since the call began
}

// A LeftoverError lists what exists after the failure of a call that creates or
// deletes several resources. Call again to continue from there.
type LeftoverError struct {
	Leftovers []Leftover // in the order in which they were seen
}

// A Leftover is a resource that exists after a failed call.
type Leftover struct {
	Kind    string // as in the steps of the call: see [ProvisionStep]
	ID      string
	Created bool // by this call
}

// Error returns one line. Its wording may change.
func (e *LeftoverError) Error() string {
	items := make([]string, len(e.Leftovers))
	for i, l := range e.Leftovers {
		items[i] = l.Kind + " " + l.ID
	}
	return "nas: what exists: " + strings.Join(items, ", ")
}

// steps tells of the resources of a call, and keeps them for the error that it may
// end in.
type steps struct {
	start    time.Time
	onStep   func(ProvisionStep) // nil for nobody
	standing []Leftover
}

// step tells of a resource.
func (s *steps) step(kind, id, state string) {
	switch {
	case state == "deleted":
		s.standing = slices.DeleteFunc(s.standing, func(l Leftover) bool { return l.Kind == kind && l.ID == id })
	case !s.stands(kind, id):
		s.standing = append(s.standing, Leftover{kind, id, state == "created"})
	}
	if s.onStep != nil {
		s.onStep(ProvisionStep{kind, id, state, time.Since(s.start)})
	}
}

func (s *steps) stands(kind, id string) bool {
	return slices.ContainsFunc(s.standing, func(l Leftover) bool { return l.Kind == kind && l.ID == id })
}

// seen tells that a resource was found or created, once.
func (s *steps) seen(kind, id string, created bool) {
	switch {
	case s.stands(kind, id):
	case created:
		s.step(kind, id, "created")
	default:
		s.step(kind, id, "found")
	}
}

// gone tells of all of a kind that they are deleted.
func (s *steps) gone(kind string) {
	for _, l := range slices.Clone(s.standing) {
		if l.Kind == kind {
			s.step(kind, l.ID, "deleted")
		}
	}
}

// failedAt keeps for the error of the call what that of a step names.
func (s *steps) failedAt(kind, id string, err error) (string, error) {
	if id != "" {
		s.seen(kind, id, false)
	}
	if several, ok := errors.AsType[*DuplicateError](err); ok {
		for _, id := range several.IDs {
			s.seen(kind, id, false)
		}
	}
	return kind, err
}

// failed returns err with what stands.
func (s *steps) failed(err error) error {
	if len(s.standing) == 0 {
		return err
	}
	return fmt.Errorf("%w; %w", err, &LeftoverError{s.standing})
}

// A foreignError is that others depend on a file system.
type foreignError struct {
	id     string
	others []string
}

// Error returns one line.
func (e *foreignError) Error() string {
	return e.id + " has what the plan does not: " + strings.Join(e.others, ", ")
}

// Is reports whether target is [ErrConflict].
func (e *foreignError) Is(target error) bool { return target == ErrConflict }
