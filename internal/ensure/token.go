package ensure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/page"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A Token finds or creates the one resource of a key on a service that creates one
// resource per idempotency token. The token is derived from the key and a number,
// its generation. A process begins with generation 0. If a token can create nothing
// any more, because its resource was deleted for instance, and no look has shown a
// resource of the key for Settle, the next generation is used. What is known to be gone
// may have been deleted since the token led there, so the token is sent once more first.
//
//	look ─┬─▶ one ─────────────────────┬─▶ wait until it is ready ─┬─▶ return it
//	  ▲   ├─▶ none ─▶ send the token ──┘                           ▼
//	  │   └─▶ several                 └─▶ nothing              it is gone
//	  └───────────┴───────────────────────┴────────────────────────┘
type Token[T any] struct {
	Settle time.Duration
	Memory *Memory
	Key    string // in Memory
	// OfCall says that the service remembers a token for some time after a call,
	// regardless of whether the resource still exists. Then a look precedes each
	// creation, and another one follows when everything created meanwhile is visible.
	OfCall bool
	// LookFirst says that a look precedes the first creation too, unless the resource
	// is known: a service may forget the token of a deleted resource, while one of a
	// later generation exists.
	LookFirst bool
	// Look returns the resources that carry the key and are not being deleted, the
	// oldest first.
	Look func(context.Context) (wait.Found[T], error)
	// Send creates with the token of a generation. Busy reports whether an error is
	// temporary.
	Send func(ctx context.Context, generation int) (Led[T], error)
	Busy func(error) bool
	// Ready waits until a resource can be used, and returns all of it. It may be
	// given no more than the ID.
	Ready   func(context.Context, T) (T, error)
	ID      func(T) string
	Leaving func(T) bool // it is being deleted
}

// A Led is what a token leads to.
type Led[T any] struct {
	Value   T
	New     bool   // it was created within Settle: it may not show yet
	Old     bool   // it was created before
	Nothing string // if there is no value, which case of that it is
	Err     error  // the refusal that says so, if it is one
}

// Ensure returns the resource of the key when it is ready. If it fails, the value
// is what is known of the resource.
func (t *Token[T]) Ensure(ctx context.Context) (T, error) {
	c := &course[T]{Token: t, progress: progress{start: time.Now(), pause: t.Settle / 20}}
	if t.OfCall { // a token that is kept with the resource becomes free again
		c.generation = t.Memory.Generation(t.Key, t.Settle)
	}
	for blind := !t.OfCall && (!t.LookFirst || t.Memory.ID(t.Key) != ""); ; blind = false {
		var look wait.Found[T]
		var err error
		if !blind {
			look, err = wait.Retry(ctx, Transient, t.Look)
		}
		c.looks++
		if err == nil {
			next, done, failed := c.step(ctx, look, blind)
			if done && (failed == nil || c.bare == nil && !(c.givesUp() && ctx.Err() != nil)) {
				return c.value, failed
			}
			if err = failed; err == nil {
				err = wait.Sleep(ctx, time.Until(next))
			}
		}
		switch {
		case err == nil:
		case c.bare != nil: // the look that failed was to make surer of it
			return c.value, c.bare
		default:
			if c.givesUp() { // a new process begins with the first token again
				c.state += fmt.Sprintf("; to be sure takes a context that lasts longer than %v, or more calls on the same client", time.Duration(c.generation+1)*c.Settle)
			}
			return c.value, c.failed(ctx, err)
		}
	}
}

// Query returns the function of a [wait.Source] by that name, for a list whose
// page takes a key as well. What it shows of other keys does not count: not every
// service is to be trusted with a filter. Of many pages, none is asked for twice
// because another one failed.
func Query[T any](keyOf func(T) string, list func(ctx context.Context, key, token string) (wait.Page[T], error)) func(context.Context, string) ([]T, error) {
	return func(ctx context.Context, key string) (found []T, _ error) {
		for v, err := range page.All("", func(token string) ([]T, string, error) {
			p, err := wait.Retry(ctx, Transient, func(ctx context.Context) (wait.Page[T], error) { return list(ctx, key, token) })
			return p.Items, p.Next, err
		}) {
			if err != nil {
				return nil, err
			}
			if keyOf(v) == key {
				found = append(found, v)
			}
		}
		return found, nil
	}
}

// A course is that of one call.
type course[T any] struct {
	*Token[T]
	progress
	value      T
	generation int
	nothing    time.Time // since when its token has led to nothing; zero if it has not
	lost       bool      // what it led to is known to be gone
	spent      bool      // it led there again, which may have been deleted since it did before
	mine       *T        // what the token has led to, where looks have to show it
	young      time.Time // until then mine may not show by its ID either; zero if it is older
	bare       error     // what a token led to is ready, and looks do not show it
	confirm    time.Time // a look asked no earlier has to confirm what a token led to
}

// givesUp reports whether the call is giving up a token, or has. That of a resource that
// is being deleted may become free.
func (c *course[T]) givesUp() bool {
	return c.generation > 0 || !c.nothing.IsZero() && c.state != deleting
}

const deleting = "deleting"

// step goes on from a look, and returns when the next one is due, or that it is
// done. An error that is not, is one of a creation.
func (c *course[T]) step(ctx context.Context, look wait.Found[T], blind bool) (next time.Time, done bool, err error) {
	items := look.Items
	shown := len(items) > 0
	if shown {
		c.bare = nil
		if c.OfCall {
			c.row("hidden "+c.ID(items[0]), true)
		}
	}
	hidden := c.mine != nil && !slices.ContainsFunc(items, func(v T) bool { return c.ID(v) == c.ID(*c.mine) })
	if hidden {
		items = append(slices.Clip(items), *c.mine)
	}
	if len(items) > 1 {
		several := &Several{}
		for _, v := range items {
			several.IDs = append(several.IDs, c.ID(v))
		}
		c.value, c.state = items[0], several.Error()
		if since := c.row("several", false); look.Asked.Sub(since) >= c.Settle {
			if hidden { // which is long gone if its token was used before this call
				asked := time.Now()
				switch v, err := c.Ready(ctx, *c.mine); {
				case errors.Is(err, fault.NotFound) && asked.Before(c.young): // it does not show yet
				case errors.Is(err, fault.NotFound) || c.Leaving(v):
					c.mine = nil
					return time.Now(), false, nil
				case err != nil && c.ID(v) == "": // it may be gone
					c.value = *c.mine
					return next, false, err
				}
			}
			return next, true, several
		}
		if c.mine != nil { // which is what a call that ends now has to name
			c.value = *c.mine
		}
		return c.later(c.Settle), false, nil
	}
	if !blind {
		c.row("several", true)
	}
	var led Led[T]
	if len(items) == 1 {
		led.Value = items[0]
	} else {
		if !c.nothing.IsZero() {
			switch early := look.Asked.Sub(c.nothing) < c.Settle; {
			case early && c.OfCall: // it says the same
				return c.later(c.Settle), false, nil
			case !early && (c.OfCall || c.spent): // a look alone does not show what has lost its tags
				if c.OfCall && c.lost { // the next call need not come here again, which may take all of its context
					c.Memory.GiveUp(c.Key, c.generation)
				}
				c.generation, c.nothing, c.lost, c.spent = c.generation+1, time.Time{}, false, false
			}
		}
		sent := time.Now()
		led, err = c.Send(ctx, c.generation)
		switch {
		case err != nil && !Transient(err) && !errors.Is(err, fault.OutcomeUnknown) && !c.Busy(err):
			return next, false, err
		case err != nil:
			if !errors.Is(c.last, fault.OutcomeUnknown) {
				c.last, c.state = err, "not created"
			}
			if c.OfCall && errors.Is(err, fault.OutcomeUnknown) {
				c.confirm = time.Now().Add(c.Settle)
			}
			return c.later(c.Settle), false, nil
		}
		now := time.Now()
		if c.last = led.Err; led.Nothing != "" {
			c.state = "not created"
			since := c.row(led.Nothing, false)
			c.spent = sent.Sub(since) >= c.Settle
			return c.none(since, sent), false, nil
		}
		switch {
		case c.OfCall && !led.Old:
			c.confirm = now.Add(c.Settle)
		case c.OfCall || led.New:
			c.confirm = now
		}
		if led.New || c.OfCall {
			c.mine, c.young = &led.Value, time.Time{}
		}
		if led.New {
			c.young = now.Add(c.Settle)
		}
		if led.New && !c.OfCall {
			c.value = led.Value
			return now, false, nil // the look has all that there is to know
		}
		if since := c.goneSince(c.ID(led.Value)); !since.IsZero() && !c.OfCall { // as an earlier step knew, or call
			c.spent, c.state = true, "gone"
			return c.none(since, sent), false, nil
		}
	}
	asked := time.Now()
	c.value, err = c.Ready(ctx, led.Value)
	seen := c.ID(c.value) != ""
	if !seen {
		c.value = led.Value
	}
	if seen && err != nil && !errors.Is(err, fault.NotFound) { // it does exist
		c.nothing = time.Time{}
	}
	switch leaving := c.Leaving(c.value); {
	case errors.Is(err, fault.NotFound) || leaving:
		c.bare = nil
		if c.state = "gone"; leaving {
			c.state = deleting
		}
		if next = c.gone(led, asked, shown, seen, leaving); blind {
			next = time.Now() // one of another generation may exist
		}
		return next, false, nil
	case err != nil:
		return next, true, err
	case look.Asked.Before(c.confirm):
		c.state = "settling"
		return c.confirm, false, nil
	case c.OfCall && !c.confirm.IsZero() && !shown:
		c.bare = &Bare{c.ID(c.value)}
		if look.Asked.Sub(c.row("hidden "+c.ID(c.value), false)) >= c.Settle { // it is not gone, either
			return next, true, c.bare
		}
		return c.later(c.Settle), false, nil
	}
	c.Memory.update(c.Key, func(k *known) {
		if *k = (known{}); !c.OfCall {
			k.id = c.ID(c.value)
		}
	})
	return next, true, nil
}

// gone notes that what a look or a token led to is gone, or does not show yet, by a
// response that was asked for at a time, and returns when to look again.
func (c *course[T]) gone(led Led[T], asked time.Time, shown, seen, leaving bool) time.Time {
	if shown {
		return c.later(c.Settle) // lists show for a while what is gone
	}
	// The token of a resource that is being deleted may become free.
	since := c.row(c.ID(led.Value), seen && !(leaving && c.OfCall))
	if led.Old {
		since = asked.Add(-c.Settle)
	}
	proven := asked.Sub(since) >= c.Settle
	if proven {
		c.row("gone "+c.ID(led.Value), false)
		c.lost = true
	}
	if leaving || proven {
		c.mine = nil
	}
	return c.none(since, asked)
}

// none notes that the token has led to nothing since a time, the last time by what was
// asked at another, and returns when to look again. The process may have been suspended
// since then.
func (c *course[T]) none(since, asked time.Time) time.Time {
	c.nothing = since
	if asked.Sub(since) >= c.Settle {
		return time.Now()
	}
	return c.later(c.Settle)
}

// goneSince returns since when the resource of an ID has not been found, if it is known
// to be gone, or no time. No other resource ever has its ID.
func (t *Token[T]) goneSince(id string) (since time.Time) {
	t.Memory.update(t.Key, func(k *known) {
		if s, gone := k.rows["gone "+id]; gone {
			since = s.first.Add(-t.Settle)
		}
	})
	return since
}

// row remembers that something was so, over calls, and returns since when it has
// been. It begins anew if it is over, or was not so for a while.
func (t *Token[T]) row(what string, over bool) (since time.Time) {
	now := time.Now()
	t.Memory.update(t.Key, func(k *known) {
		k.id = ""
		s, ok := k.rows[what]
		if over || !ok || now.Sub(s.last) > lapse*t.Settle {
			s.first = now
		}
		s.last = now
		if k.rows == nil {
			k.rows = map[string]span{}
		}
		if k.rows[what] = s; over {
			delete(k.rows, what)
		}
		since = s.first
	})
	return since
}
