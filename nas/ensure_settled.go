package nas

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A settled finds or creates the one resource of a key on a service that refuses no
// second one, and of which a second one is worse than a wait. It is created only when
// looks have shown none throughout Settle and a random time more, in which others who
// began at the same time create theirs. That makes two unlikely, and not impossible:
// they are reported, and neither is deleted.
//
// No two calls succeed with different ones. The creation of a resource, x, had been sent
// when its creator was answered, and when anybody was shown it. A look that is asked
// Settle later shows all that was sent before x. So of two calls that each wait for such
// a look, the one that has the younger of two sees both.
type settled[T any] struct {
	operation, key string
	memory         string // the key in the memory of the client
	// look returns all of the key but those that are being deleted, the oldest first.
	look func(context.Context) ([]T, error)
	id   func(T) string
	// create sends a creation with the token of a generation, if there are tokens.
	create func(ctx context.Context, generation int) (id string, err error)
	// get returns what was created, whether or not it shows what it is found by. Its
	// error is a [*DriftError] if not.
	get func(ctx context.Context, id string) error
	// again reports of an error of create that another generation has to be sent. Nil if
	// the service takes no heed of tokens, so that every creation may be one more.
	again func(error) bool
	// full, if set, reports of an error of create that there is no room for one more,
	// which may have gone to one of the key that does not show yet.
	full func(error) bool
	// born returns when a resource was created, by the clock of the service, or no time.
	born func(T) time.Time
	// seen, if set, is called with the ID of what was created, as soon as that is known.
	seen func(id string, created bool)

	created string    // the last that the call has created
	unshown string    // what this client has created, and the look that found others does not show
	due     time.Time // when a look that proves that there is one must be asked; zero if one was
}

// maxSettled bounds the creations of one call that were not refused. Each is followed
// by looks that tell what became of it. Chosen.
const maxSettled = 3

// ensure returns all that the key has, when that is any. If it fails, id is that of
// what was created for the key, if it is known.
func (s *settled[T]) ensure(ctx context.Context, c *Client) (all []T, id string, err error) {
	settle, memory := c.cfg.settle(), &c.view.memory
	pauses := wait.Options{Interval: settle / 10, MaxInterval: settle / 4, NotFoundGrace: time.Nanosecond, Transient: func(err error) bool {
		return ensure.Transient(err) || errors.Is(err, ErrConflict)
	}}
	patience := settle + rand.N(settle/2)
	state, last, creations, full := "", error(nil), 0, false
	all, failed := wait.Until(ctx, pauses, func(ctx context.Context) ([]T, error) {
		asked := time.Now()
		found, err := s.look(ctx)
		if err != nil {
			return found, err
		}
		if len(found) > 0 {
			id := memory.ID(s.memory)
			if s.unshown = ""; id != "" && !slices.ContainsFunc(found, func(one T) bool { return s.id(one) == id }) {
				err := s.get(ctx, id)
				_, drift := err.(*DriftError)
				switch {
				case err == nil, drift:
					s.unshown = id
				case !errors.Is(err, ErrNotFound):
					return nil, err
				case asked.Before(memory.Sent(s.memory, "create").Add(settle)): // it may yet show
					state = s.id(found[0]) + " found, the one that was created does not show"
					return nil, nil
				}
			}
			if state = ""; len(found) == 1 && s.unshown == "" {
				s.prove(c, found[0], asked)
			} else {
				memory.Something(s.memory)
			}
			return found, nil
		}
		since, _ := memory.Nothing(s.memory, asked, settle)
		if sent := memory.Sent(s.memory, "create"); sent.After(since) {
			since = sent
		}
		generation := memory.Generation(s.memory, settle)
		// A new process begins with the first token. What it then creates either shows, or
		// is asked for by its ID as long afterwards.
		goal, waits := "create one", generation+1
		if memory.ID(s.memory) != "" {
			goal, waits = "be sure", waits+1
		}
		state = fmt.Sprintf("none shown for %v; to %s takes a context that lasts longer than %v, or more calls on the same client", asked.Sub(since).Round(time.Millisecond), goal, time.Duration(waits)*settle*3/2)
		if asked.Before(since.Add(patience)) {
			return nil, nil
		}
		if id := memory.ID(s.memory); id != "" {
			if err := s.get(ctx, id); !errors.Is(err, ErrNotFound) {
				return nil, err
			}
			memory.GiveUp(s.memory, generation) // somebody has deleted it
			generation++
		}
		if creations == maxSettled && s.again == nil {
			return nil, errTooManyCreations
		}
		id, err := s.create(ctx, generation)
		switch {
		case err == nil:
			s.created = id
			if id == "" {
				break // the next look tells
			}
			if memory.Know(s.memory, id); s.seen != nil {
				s.seen(id, true)
			}
		case errors.Is(err, ErrOutcomeUnknown), errors.Is(err, ErrAlreadyExists):
			last = err
		case s.full != nil && s.full(err) && !full: // once more when it would show
			full, last = true, err
			memory.Send(s.memory, "create")
			return nil, nil
		case s.again != nil && s.again(err):
			memory.GiveUp(s.memory, generation) // if what has the token does not show either
			memory.Send(s.memory, "create")
			return nil, nil
		default:
			return nil, err
		}
		creations++
		memory.Send(s.memory, "create")
		return nil, nil
	}, wait.Goal[[]T]{Done: func(all []T) (string, bool, error) { return state, len(all) > 0, nil }})
	if failed == nil {
		return all, s.id(all[0]), nil
	}
	id = cmp.Or(memory.ID(s.memory), s.created)
	if drift, ok := errors.AsType[*DriftError](failed.Err); ok {
		return nil, id, drift
	}
	if failed.State = strings.TrimSpace(id + " " + state); last != nil && !errors.Is(failed.Err, last) {
		failed.Err = errors.Join(failed.Err, last)
	}
	return nil, id, waitError(s.operation, failed)
}

// youth is how much longer than Settle ago, by the clock of the service, something has
// to have been created to be proven by that: the service's clocks differ. Chosen, as
// EnsureAccessPoint has it.
const youth = 4 * time.Second

// prove sets when a look has to be asked to prove that the only one that was shown, by a
// look that was asked at a time, is the only one. If it does not say when it was created,
// and existed when this client first looked, it needs no proof: every new process would
// wait for it.
func (s *settled[T]) prove(c *Client, only T, asked time.Time) {
	settle, born := c.cfg.settle(), s.born(only)
	since, before := c.view.memory.Show(s.memory, s.id(only))
	// due returns when it is due by what had been learned of the service's time before.
	due := func(learned time.Time) time.Time {
		at := since.Add(settle)
		if passed := c.transport.ServiceTime(learned); !born.IsZero() && !passed.IsZero() {
			if old := learned.Add(born.Add(settle + youth).Sub(passed)); old.Before(at) {
				return old
			}
		}
		return at
	}
	s.due = time.Time{}
	switch {
	case born.IsZero() && !before:
		c.view.memory.Something(s.memory) // nor does it for the next call
	case asked.Before(due(asked)):
		s.due = due(time.Now().Add(1)) // by the response, too
	}
}

// alone looks once more, if the look that found the resource of an ID was too early to
// prove that there is no other. It returns a *DuplicateError if there is, and an
// ErrNotFound if there is none any more.
func (s *settled[T]) alone(ctx context.Context, id string) error {
	if s.due.IsZero() {
		return nil
	}
	o := wait.Options{PollTimeout: -1, NotFoundGrace: time.Nanosecond, Transient: ensure.Transient}
	all, failed := wait.Until(ctx, o, func(ctx context.Context) ([]T, error) {
		if err := wait.Sleep(ctx, time.Until(s.due)); err != nil {
			return nil, err
		}
		found, err := s.look(ctx)
		if err == nil && !slices.ContainsFunc(found, func(one T) bool { return s.id(one) == id }) {
			s.unshown, err = id, s.get(ctx, id)
		}
		return found, err
	}, wait.Goal[[]T]{Done: func([]T) (string, bool, error) { return "", true, nil }})
	if failed == nil {
		return s.several(all)
	}
	if drift, ok := errors.AsType[*DriftError](failed.Err); ok {
		return drift
	}
	failed.State = id + " found, not yet proven to be the only one"
	return waitError(s.operation, failed)
}

// errTooManyCreations ends a call whose creations have all come to nothing.
var errTooManyCreations = errors.New("no creation of this call has shown in time")

// several returns a *DuplicateError if there are.
func (s *settled[T]) several(all []T) error {
	e := &DuplicateError{Operation: s.operation, Key: s.key}
	for _, one := range all {
		e.IDs = append(e.IDs, s.id(one))
	}
	if s.unshown != "" {
		e.IDs = append(e.IDs, s.unshown)
	}
	if len(e.IDs) < 2 {
		return nil
	}
	return e
}
