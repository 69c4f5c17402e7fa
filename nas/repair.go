package nas

import (
	"context"
	"errors"
	"slices"

	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A Repair is the result of a method named Repair…: the drift that it found,
// and what it changed. It is valid if the method fails, too.
type Repair struct {
	ResourceID string  // as in [DriftError]
	Changed    []Drift // parameters that differed from the request, and were changed
	Left       []Drift // parameters that still differ: the service cannot change them, or the change failed
}

// A fix changes what a resource drifted in.
type fix struct {
	fields []string // what it changes, as in [Drift]
	change func(context.Context) error
}

// repair applies those of fixes that change some of the drift that ensured, the
// error of an Ensure of the resource, tells of. What one fails to change does not
// keep the others from being tried. The error is nil if nothing is left.
func repair(ctx context.Context, operation, id string, ensured error, fixes ...fix) (Repair, error) {
	drift, ok := errors.AsType[*DriftError](ensured)
	if !ok {
		return Repair{ResourceID: id}, ensured
	}
	r := Repair{ResourceID: drift.ResourceID, Left: drift.Fields}
	conflict := func(err error) bool { return errors.Is(err, ErrConflict) }
	var failed []error
	for _, f := range fixes {
		var fixed, other []Drift
		for _, d := range r.Left {
			if slices.Contains(f.fields, d.Field) {
				fixed = append(fixed, d)
			} else {
				other = append(other, d)
			}
		}
		if fixed == nil {
			continue
		}
		_, err := wait.Retry(ctx, conflict, func(ctx context.Context) (struct{}, error) { return struct{}{}, f.change(ctx) })
		if err != nil {
			failed = append(failed, err)
			continue
		}
		r.Changed, r.Left = append(r.Changed, fixed...), other
	}
	switch {
	case len(failed) > 0:
		return r, errors.Join(failed...)
	case len(r.Left) > 0:
		return r, &DriftError{operation, drift.Key, r.ResourceID, r.Left}
	}
	return r, nil
}
