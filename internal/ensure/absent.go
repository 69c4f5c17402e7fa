package ensure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// An Absent deletes what a key has, and waits until it is sure that nothing is
// left.
type Absent[T any] struct {
	Settle time.Duration
	Memory *Memory
	Key    string // in Memory
	// Look returns what there is of the key, also what is being deleted, the oldest
	// first. It asks between from and by.
	Look func(ctx context.Context, from, by time.Time) (wait.Found[T], error)
	// ID returns what no other resource ever has, so that each is deleted once. Nil
	// if there is no such thing.
	ID func(T) string
	// Foreign returns an error for a resource that no Ensure created: it stays.
	// Nil if there are none.
	Foreign func(T) error
	// Delete has a resource deleted, unless it is being deleted. A failure for which
	// there is nothing to delete, or that is Busy, does not end the call.
	Delete func(context.Context, T) error
	Busy   func(error) bool
	// Keep leaves it to the caller to forget the key, when what follows is done too: if
	// ctx ends before, the next call need not look for all of Settle again.
	Keep bool
}

const (
	// deletePause is the time between two looks at what is being deleted. A longer
	// one saves requests and delays the end by half as much. Chosen.
	deletePause = 2 * time.Second
	// Looks that show nothing are in a row if no more than lapse times Settle lies
	// between them. Fewer would let callers with short contexts and long pauses come
	// to no end; more would take a look of long ago for proof that nothing has been
	// created since. Chosen: 10 minutes, which is more than the longest pauses of
	// controllers.
	lapse = 60
)

// Ensure returns nil when every look for Settle has shown nothing: until then a
// creation whose response was lost may yet show, and a list may yet show what is
// gone. The looks of earlier calls count, so that short contexts come to an end,
// too. If ctx ends before, the error is a [*wait.Error].
func (a *Absent[T]) Ensure(ctx context.Context) error {
	deleted := map[string]bool{}
	p := progress{start: time.Now()}
	for from, by := p.start, p.start; ; {
		look, err := a.look(ctx, from, by)
		if err != nil {
			return p.failed(ctx, err)
		}
		p.looks++
		left, foreign := a.judge(look.Items)
		since, before := a.note(look.Asked, len(left) > 0)
		// What moved past the reader from one page to another does not do so twice.
		sure := look.Sure || before.Before(look.Asked) && before.Sub(since) >= a.Settle
		if len(left) == 0 && look.Asked.Sub(since) >= a.Settle && sure {
			return a.end(foreign)
		}
		if from, by = since.Add(a.Settle), since.Add(a.Settle); from.Before(time.Now()) {
			from, by = time.Now(), time.Now()
		}
		p.state = fmt.Sprintf("none shown for %v; to be sure takes a context that lasts longer than %v, or more calls on the same client", look.Asked.Sub(since).Round(time.Millisecond), a.Settle)
		if len(left) > 0 {
			p.state = fmt.Sprintf("%d left", len(left))
		}
		for _, v := range slices.Backward(left) { // so that a younger one never is the oldest
			if a.ID != nil && deleted[a.ID(v)] {
				continue
			}
			switch err := a.delete(ctx, v); {
			case errors.Is(err, fault.NotFound): // it is gone, or too new
			case err != nil:
				return p.failed(ctx, err)
			case a.ID != nil:
				deleted[a.ID(v)] = true
			}
		}
		if len(left) > 0 {
			now := time.Now()
			from, by = now.Add(deletePause/2), now.Add(deletePause)
		}
	}
}

// Listed returns the Look of an [Absent], which asks for all there is at the time by
// which it is due. Nothing is found where absent says so of an error; nil if no error does.
func Listed[T any](get func(context.Context) ([]T, error), absent func(error) bool) func(ctx context.Context, _, by time.Time) (wait.Found[T], error) {
	return func(ctx context.Context, _, by time.Time) (wait.Found[T], error) {
		look := At(ctx, by, get)
		if look.Err != nil && absent != nil && absent(look.Err) {
			look.Value, look.Err = nil, nil
		}
		return wait.Found[T]{Items: look.Value, Sure: true, Asked: look.Asked}, look.Err
	}
}

// look asks until it gets an answer.
func (a *Absent[T]) look(ctx context.Context, from, by time.Time) (wait.Found[T], error) {
	return wait.Retry(ctx, Transient, func(ctx context.Context) (wait.Found[T], error) { return a.Look(ctx, from, by) })
}

// delete has a resource deleted.
func (a *Absent[T]) delete(ctx context.Context, v T) error {
	again := func(err error) bool { return Transient(err) || a.Busy != nil && a.Busy(err) }
	_, err := wait.Retry(ctx, again, func(ctx context.Context) (T, error) { return v, a.Delete(ctx, v) })
	return err
}

// judge splits what a look has shown into what is to go and the errors for what
// stays.
func (a *Absent[T]) judge(found []T) (left []T, foreign error) {
	for _, v := range found {
		if a.Foreign != nil {
			if err := a.Foreign(v); err != nil {
				foreign = errors.Join(foreign, err)
				continue
			}
		}
		left = append(left, v)
	}
	return left, foreign
}

// note remembers a look, and returns since when looks have shown nothing, and when the
// one before was asked.
func (a *Absent[T]) note(asked time.Time, some bool) (since, before time.Time) {
	if some {
		a.Memory.update(a.Key, func(k *known) { k.gone = span{} })
		return since, before
	}
	return a.Memory.Nothing(a.Key, asked, a.Settle)
}

// end forgets the key.
func (a *Absent[T]) end(foreign error) error {
	if !a.Keep || foreign != nil {
		a.Memory.Something(a.Key)
	}
	return foreign
}
