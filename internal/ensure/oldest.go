package ensure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

const (
	// grain is how far two times of the service may be apart that stand for the same
	// moment: 1 s for CreateTime, which is cut to seconds, and 1 s for the clocks of
	// the service's machines. Less would let two callers take two resources of one
	// second for the oldest; more only costs time. Derived.
	grain = 2 * time.Second
	// maxCreations bounds the creations of a call that were not refused. Each is
	// followed by a look that proves what became of it, Settle later. More would go
	// on creating where responses are lost for long. Chosen.
	maxCreations = 3
	// tick is the least time between two looks: the clock of this machine, and what
	// has been learned of the service's, has moved meanwhile. Chosen: more than the
	// grain of any clock, less than a round trip.
	tick = 20 * time.Millisecond
)

// An Oldest finds or creates the one resource of a key on a service that has
// neither idempotency tokens nor unique names: the key is a tag, which any number
// of resources can carry. The oldest of them is the one, and only a look that is
// late enough tells which is the oldest.
//
// Settle is how long a change may take to show: in a look asked at t, every
// resource shows whose creation was sent before t - Settle. The oldest shown, x,
// is proven when the look was asked so late that whatever it does not show was
// created after x:
//
//	(a) Settle + grain after this client was first shown x, or
//	(b) when the service's clock was at CreateTime(x) + Settle + 2 grain.
//
// Every proving look, of any caller at any time, shows the same oldest. So only
// that one is ever returned, and the others can be deleted by anybody, at any
// time. No rule reads this machine's wall clock, or depends on another caller's
// speed, clock or survival. (b) carries the progress over processes: it is in the
// service.
type Oldest[T any] struct {
	Settle time.Duration
	Memory *Memory
	Key    string // in Memory
	// Look returns all resources of the key but those that are being deleted. It asks
	// between from and by, and retries transient errors.
	Look func(ctx context.Context, from, by time.Time) (wait.Found[T], error)
	// Read returns what counts of a resource.
	Read func(T) Item
	// Create sends a creation. started is the service's time, zero if unknown, and
	// becomes the Started of the Item.
	Create func(ctx context.Context, started time.Time) (id string, err error)
	// Get returns a resource of the key by its ID, with a [*Bare] if it does not
	// carry the key and a [fault.NotFound] if it is being deleted. It retries
	// transient errors.
	Get func(ctx context.Context, id string) (T, error)
	// Stray returns the resources without a key, created since a time of the service,
	// that a creation whose outcome is unknown may have left without its tags.
	Stray func(ctx context.Context, since time.Time) ([]Item, error)
	// Keep marks a resource as the answer for good.
	Keep func(ctx context.Context, id string) error
	// Delete deletes a resource.
	Delete func(ctx context.Context, id string) error
	// ServiceTime returns a time that the service's clock had passed at the given
	// moment, by responses that came before it, or zero if that is unknown.
	ServiceTime func(at time.Time) time.Time
}

// An Item is what counts of a resource.
type Item struct {
	ID      string
	Created time.Time // zero if that cannot be read
	Kept    bool      // it is marked as the answer
	// Ours says that an Ensure created it, and Started what Create was told then.
	Ours    bool
	Started time.Time
}

// A Bare is a resource that was created for the key and does not carry it: the
// service lost its tags, or does not show them.
type Bare struct{ ID string }

func (e *Bare) Error() string { return e.ID + " does not show the tags that it was created with" }

// Several are resources of one key of which it is not known which are in use.
type Several struct{ IDs []string } // the oldest first

func (e *Several) Error() string { return "these exist: " + strings.Join(e.IDs, ", ") }

// errTooMany ends a call whose creations have all come to nothing.
var errTooMany = errors.New("no creation of this call has shown in time")

// Ensure returns the resource of the key, which it creates if there is none. If it
// fails, value and id are what is known of the resource, or of what this client
// has created for the key; the error names the id, too.
func (o *Oldest[T]) Ensure(ctx context.Context) (value T, id string, err error) {
	c := &finding[T]{Oldest: o, progress: progress{start: time.Now(), pause: o.Settle / 20}}
	c.tell(nil)
	for next := c.start; ; {
		look, err := o.Look(ctx, next, next)
		if err != nil {
			return c.value, c.id, c.failed(ctx, err)
		}
		c.looks++
		done := false
		all := o.note(look.Items)
		if len(all) == 0 {
			next, err = c.none(ctx, look.Asked)
		} else {
			c.last = nil
			all, next, done, err = c.some(ctx, look, all)
		}
		if done {
			return all[0].value, all[0].ID, err
		}
		c.tell(all)
		if err != nil {
			return c.value, c.id, c.failed(ctx, err)
		}
		if soon := time.Now().Add(tick); next.Before(soon) {
			next = soon
		}
	}
}

// A finding is one call of Ensure.
type finding[T any] struct {
	*Oldest[T]
	progress
	value     T      // what is known of the resource of the ID
	created   string // the last that this call has created
	creations int    // of this call, and not refused
}

// tell says how far the call has come, after a look that has shown all: with the ID
// of what it has created, or else of what was found.
func (c *finding[T]) tell(all []shown[T]) {
	c.value, c.id, c.state = *new(T), c.created, "none found"
	var lost bool
	c.Memory.update(c.Key, func(k *known) {
		lost = k.lost != creation{}
		if len(all) == 0 && c.id == "" {
			for id := range k.created { // by an earlier call
				c.id = id
			}
		}
	})
	switch {
	case len(all) > 0:
		c.state = all[0].ID + " found, not yet proven to be the oldest"
		c.id = cmp.Or(c.id, all[0].ID)
		if c.id != all[0].ID {
			c.state += ", " + c.id + " created"
		}
	case c.id != "":
		c.state = c.id + " created, not yet shown by a list"
	case lost:
		c.state = "a creation has an unknown outcome"
	}
	for _, s := range all {
		if s.ID == c.id {
			c.value = s.value
		}
	}
}

// none goes on after a look, asked at a time, that has shown nothing. It returns
// when the next one is due.
func (c *finding[T]) none(ctx context.Context, asked time.Time) (next time.Time, err error) {
	var created []string
	var lost creation
	var seen bool
	c.Memory.update(c.Key, func(k *known) {
		seen = len(k.seen) > 0
		for id, at := range k.created {
			created = append(created, id)
			next = later(next, at.at.Add(c.Settle+grain)) // which may prove it, too
		}
		if lost = k.lost; lost != (creation{}) {
			next = later(next, lost.at.Add(c.Settle))
		}
	})
	if asked.Before(next) {
		return next, nil
	}
	for _, id := range created {
		if err := c.unshown(ctx, id); err != nil {
			return next, err
		}
	}
	if created != nil || seen { // a list that lags may hide it again
		return c.later(c.Settle), nil
	}
	if !lost.from.IsZero() {
		stray, err := c.Stray(ctx, lost.from.Add(-grain))
		if err != nil {
			return next, err
		}
		for _, s := range stray {
			// The tags of one that another call has just created may yet show.
			shows := Shown(s.Created, c.Settle, c.ServiceTime(asked), asked)
			if !asked.Before(shows) {
				c.created = s.ID
				return next, &Bare{s.ID}
			}
			next = later(next, shows)
		}
		if stray != nil {
			return next, nil
		}
	}
	if c.creations == maxCreations {
		return next, errTooMany
	}
	return c.create(ctx)
}

// create sends a creation, and returns when a look tells what came of it.
func (c *finding[T]) create(ctx context.Context) (next time.Time, err error) {
	from := c.ServiceTime(time.Now().Add(1))
	id, err := c.Create(ctx, from)
	now := time.Now()
	made := creation{at: now, from: from, by: c.ServiceTime(now.Add(1))} // by the response, too, even if no time has passed since
	switch {
	case err == nil:
		c.creations++
		c.created, c.last = id, nil
		c.Memory.update(c.Key, func(k *known) {
			if k.created == nil {
				k.created = map[string]creation{}
			}
			k.created[id], k.lost, k.gone = made, creation{}, span{}
		})
		return now.Add(c.Settle + grain), nil
	case errors.Is(err, fault.OutcomeUnknown):
		c.creations++
		c.last = err
		c.Memory.update(c.Key, func(k *known) { k.lost, k.gone = made, span{} })
		return now.Add(c.Settle), nil
	case Transient(err):
		c.last = err
		return c.later(c.Settle), nil
	}
	return now, err
}

// some goes on after a look that has shown resources. It returns what it then takes
// for all of them, and whether the first one is the answer or when the next look is
// due.
func (c *finding[T]) some(ctx context.Context, look wait.Found[T], all []shown[T]) (_ []shown[T], next time.Time, done bool, err error) {
	proves := func() bool { return all[0].Kept || !look.Asked.Before(c.provable(all[0], look.Asked)) }
	if all[0].Created.IsZero() && !all[0].Kept {
		return all, next, false, fmt.Errorf("%s has no time of creation that can be read", all[0].ID)
	}
	for reads := 1; proves() && !all[0].Kept && again(look, reads); reads++ {
		more, err := c.Look(ctx, time.Now(), time.Now())
		if err != nil {
			return all, next, false, err
		}
		c.looks++
		look.Items = append(slices.Clip(more.Items), look.Items...)
		look.Sure, look.Moved = more.Sure, look.Moved && more.Moved
		all = c.note(look.Items)
	}
	if !proves() {
		return all, c.provable(all[0], time.Now().Add(1)), false, nil
	}
	if done, err = c.settle(ctx, all, look.Asked); done || err != nil {
		return all, next, done, err
	}
	return all, c.later(c.Settle), false, nil
}

// settle makes the first of all, which is proven by a look asked at a time, the
// answer for good, and deletes the others. It reports false if another look has to
// tell.
func (c *finding[T]) settle(ctx context.Context, all []shown[T], asked time.Time) (done bool, err error) {
	kept, foreign := 0, 0
	for _, s := range all {
		if s.Kept {
			kept++
		}
		if !s.Ours {
			foreign++
		}
	}
	if kept > 1 || foreign > 0 && len(all) > 1 {
		several := &Several{}
		for _, s := range slices.SortedFunc(slices.Values(all), older) {
			several.IDs = append(several.IDs, s.ID)
		}
		return true, several
	}
	// What this client has created and the look does not show may have lost its tags.
	var unshown []string
	c.Memory.update(c.Key, func(k *known) {
		for id, created := range k.created {
			if !asked.Before(created.at.Add(c.Settle)) {
				unshown = append(unshown, id)
			}
		}
	})
	for _, id := range unshown {
		if bare, ok := errors.AsType[*Bare](c.unshown(ctx, id)); ok {
			c.forget(id) // once is enough: the key has its resource
			return true, bare
		}
	}
	if kept == 0 {
		// The mark is a second belt, for a service that breaks Settle. Without the
		// permission to set it the answer is right as well. Some service may not find
		// the kind of the resource, or its tags.
		if err := c.Keep(ctx, all[0].ID); errors.Is(err, fault.NotFound) {
			if _, err := c.Get(ctx, all[0].ID); errors.Is(err, fault.NotFound) {
				return false, nil
			}
		}
	}
	for _, s := range all[1:] {
		_ = c.Delete(ctx, s.ID) // the next call deletes one that stays
	}
	return true, nil
}

// unshown finds out what became of a resource that this client created and that no
// look shows when it must. It is forgotten if it is gone.
func (c *finding[T]) unshown(ctx context.Context, id string) error {
	_, err := c.Get(ctx, id)
	if errors.Is(err, fault.NotFound) {
		c.forget(id)
		return nil
	}
	return err
}

// forget forgets what this client has created.
func (c *finding[T]) forget(id string) {
	c.Memory.update(c.Key, func(k *known) { delete(k.created, id) })
}

// A shown is a resource that a look has shown.
type shown[T any] struct {
	Item
	value T
	since time.Time // when this client was first shown it
}

// older compares by the order that decides which resource is the one.
func older[T any](a, b shown[T]) int {
	return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
}

// note remembers what a look has shown, and returns it: what is marked first, then
// the oldest first.
func (o *Oldest[T]) note(found []T) []shown[T] {
	var all []shown[T]
	for _, v := range found {
		s := shown[T]{Item: o.Read(v), value: v}
		// What moves while a list of several pages is read can be on two of them.
		if i := slices.IndexFunc(all, func(t shown[T]) bool { return t.ID == s.ID }); i >= 0 {
			all[i].Kept = all[i].Kept || s.Kept
			continue
		}
		s.Created = s.Created.Truncate(time.Second)
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b shown[T]) int {
		switch {
		case a.Kept == b.Kept:
			return older(a, b)
		case a.Kept:
			return -1
		}
		return 1
	})
	o.Memory.update(o.Key, func(k *known) {
		if k.seen == nil {
			k.seen = map[string]span{}
		}
		now := time.Now()
		for i, s := range all {
			seen, ok := k.seen[s.ID]
			if !ok {
				seen.first = now
			}
			seen.last = now
			if c, ok := k.created[s.ID]; ok {
				if !s.Created.After(c.by) && c.at.Before(seen.first) {
					seen.first = c.at // it existed then
				}
				delete(k.created, s.ID)
			}
			k.seen[s.ID], all[i].since = seen, seen.first
		}
		// One that a list has shown may be hidden by the next for so long.
		maps.DeleteFunc(k.seen, func(_ string, s span) bool { return now.Sub(s.last) > o.Settle })
		if len(all) > 0 {
			k.lost, k.gone = creation{}, span{}
			if all[0].Kept {
				k.seen = nil // it needs no proof
			}
		}
	})
	return all
}

// provable returns when a look that shows x as the oldest must have been asked to
// prove it, by what had been learned before the given moment.
func (o *Oldest[T]) provable(x shown[T], learned time.Time) time.Time {
	a := x.since.Add(o.Settle + grain)
	passed := o.ServiceTime(learned)
	// A creation that was stamped before it was sent shows that the service's
	// Date and its CreateTime come from clocks that disagree.
	if passed.IsZero() || x.Created.Before(x.Started.Add(-grain)) {
		return a
	}
	if b := Shown(x.Created, o.Settle, passed, learned); b.Before(a) {
		return b
	}
	return a
}

// Shown returns the moment from which each look has to show all of what was created at a
// time of the service, whose clock had passed another time at the moment at. It is in the
// past for what has no time of creation.
func Shown(created time.Time, settle time.Duration, passed, at time.Time) time.Time {
	return at.Add(created.Add(settle + 2*grain).Sub(passed))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
