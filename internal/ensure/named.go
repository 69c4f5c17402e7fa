package ensure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A Named finds or creates the resource of a name that the service gives to one
// resource at a time. The name is the key: a creation that is repeated does
// nothing, or is refused, so that it may follow one of unknown outcome, and a look
// that misses what exists.
type Named[T any] struct {
	Settle time.Duration
	Memory *Memory
	Key    string // in Memory
	// Look returns the resource. It asks between from and by.
	Look func(ctx context.Context, from, by time.Time) wait.Look[T]
	// Believe reports whether what a list shows will do. Otherwise Get tells, which
	// has all and passes over nothing. Nil if Look uses no lists.
	Believe func(T) bool
	Get     func(context.Context) (T, error)
	// Create sends a creation. Complete says that it returns all of the resource.
	Create   func(context.Context) (T, error)
	Complete bool
	// Absent, Refused and Busy say of an error that there is no resource of the
	// name, that the name is taken, and that it passes.
	Absent, Refused, Busy func(error) bool
	// Leaving reports whether a resource is being deleted.
	Leaving func(T) bool
	Done    func(T) (state string, ok bool, err error)

	state string    // of what is not to be had yet; empty when a step has found the resource
	next  time.Time // the next creation, not before
	lost  error     // of the last creation, if no look has shown what came of it
}

// ErrTaken ends an Ensure that was refused the name twice, Settle apart, while
// no look showed who has it.
var ErrTaken = errors.New("the name is taken, by something that does not show")

// namedPauses are those between two steps. A parent that does not exist is not
// waited for.
var namedPauses = wait.Options{Interval: 500 * time.Millisecond, MaxInterval: 5 * time.Second, NotFoundGrace: time.Nanosecond, Transient: Transient}

// creations bounds those of unknown outcome between two looks. With more, a look
// that would show the resource comes later; with fewer, many who look at the pages
// of one list wait for another list more often. Chosen.
const creations = 3

// Ensure returns the resource when it is done. If it fails, the value is what is
// known of it.
func (n *Named[T]) Ensure(ctx context.Context) (T, *wait.Error) {
	value, failed := wait.Loop(ctx, namedPauses, func(ctx context.Context, from, by time.Time) (T, error) {
		return n.step(ctx, n.Look(ctx, from, by))
	}, wait.Goal[T]{Done: func(v T) (string, bool, error) {
		if n.state != "" {
			return n.state, false, nil
		}
		return n.Done(v)
	}})
	if failed != nil {
		failed.State = cmp.Or(n.state, failed.State)
		if n.lost != nil {
			failed.Err = errors.Join(failed.Err, n.lost)
		}
	}
	return value, failed
}

// step returns the resource if a look has found it and it is there to stay. If
// there is none, it creates one.
func (n *Named[T]) step(ctx context.Context, look wait.Look[T]) (value T, _ error) {
	if look.Err != nil && !n.Absent(look.Err) {
		return value, look.Err
	}
	value = look.Value
	leaving := look.Err == nil && n.Leaving != nil && n.Leaving(value)
	var refused, left time.Time
	n.Memory.update(n.Key, func(k *known) {
		if look.Err == nil {
			k.refused = time.Time{}
		}
		if leaving {
			k.leaving = time.Now()
		}
		refused, left = k.refused, k.leaving
	})
	if look.Err != nil {
		if n.state = "not found"; !refused.IsZero() {
			n.state = "taken"
		}
		switch {
		case look.Asked.Before(n.next), look.Asked.Before(refused.Add(n.Settle)):
			return value, nil // it may not show yet
		case look.Listed && !refused.IsZero():
			return n.ask(ctx)
		}
		return n.create(ctx, look.Asked)
	}
	n.lost = nil
	// Until Settle after that, looks may show one that is being deleted in any state.
	if look.Asked.Before(left.Add(n.Settle)) {
		n.state = "deleting"
		return value, nil
	}
	if look.Listed && !n.Believe(value) {
		// The list has just shown the same to many others.
		if err := wait.Sleep(ctx, rand.N(2*namedPauses.Interval)); err != nil {
			return value, err
		}
		return n.ask(ctx)
	}
	n.state = ""
	return value, nil
}

// ask is a step after a get.
func (n *Named[T]) ask(ctx context.Context) (T, error) {
	look := wait.Look[T]{Asked: time.Now()}
	look.Value, look.Err = n.Get(ctx)
	return n.step(ctx, look)
}

// create creates the resource, unless the service refuses for good. If the outcome
// is unknown, it tries again before the next look.
//
// Whatever had the name when it was refused shows within Settle. So a name that is
// refused again after that, and was not shown by the look that was asked at looked, is
// not for the caller to have, unless it was given up and taken again meanwhile. A
// refusal that another call has met since that look proves nothing, however late the
// response to this one comes.
func (n *Named[T]) create(ctx context.Context, looked time.Time) (none T, _ error) {
	value, err := n.Create(ctx)
	for try := 1; errors.Is(err, fault.OutcomeUnknown); try++ {
		n.lost, n.state = err, "outcome unknown"
		n.refuse(time.Time{}) // from now on it may be taken by this one
		if try == creations {
			return none, nil
		}
		if err := wait.Sleep(ctx, namedPauses.Interval); err != nil {
			return none, err
		}
		value, err = n.Create(ctx)
	}
	now := time.Now()
	switch {
	case err == nil:
		n.refuse(time.Time{})
		n.lost, n.next = nil, now.Add(n.Settle)
		if n.state = ""; !n.Complete {
			n.state = "created"
		}
		return value, nil
	case n.Busy != nil && n.Busy(err):
		return none, nil
	case !n.Refused(err):
		return none, err
	}
	n.state, n.lost = "taken", err
	if since := n.refuse(now); looked.Sub(since) >= n.Settle {
		n.refuse(time.Time{})
		n.lost = nil
		return none, fmt.Errorf("%w: %w", ErrTaken, err)
	}
	return none, nil
}

// At asks for a resource at a time, in no list.
func At[T any](ctx context.Context, at time.Time, get func(context.Context) (T, error)) (look wait.Look[T]) {
	if look.Err = wait.Sleep(ctx, time.Until(at)); look.Err == nil {
		look.Asked = time.Now()
		look.Value, look.Err = get(ctx)
	}
	return look
}

// refuse remembers that the name was refused at a time, or no longer counts as
// refused, and returns since when it is. A refusal of long ago was another's.
func (n *Named[T]) refuse(at time.Time) (since time.Time) {
	n.Memory.update(n.Key, func(k *known) {
		if at.IsZero() || at.Sub(k.refused) > 2*n.Settle {
			k.refused = at
		}
		since = k.refused
	})
	return since
}
