package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

const (
	settle = 10 * time.Second
	trip   = 100 * time.Millisecond // of a request, there and back
)

// A thing is a resource of the one key that a service has.
type thing struct {
	ensure.Item
	bare  bool      // the service has lost its tags
	shows time.Time // in lists
	gone  time.Time // when a deletion was sent; zero if none was
}

// A service has things, which tests set up as they need them.
type service struct {
	later  []event
	offset time.Duration // of its clock
	ahead  time.Duration // of the Date of its responses beside that
	things []*thing
	// plan says how the next creations go. Without one they show at once.
	plan []creation
	log  []string
	// stood is how long this machine is suspended during the next look, and its
	// monotonic clock with it.
	stood time.Duration
	// hidden and unsure are what the next looks miss, and know that they may.
	hidden   []string
	twice    bool  // a list shows everything twice
	moving   bool  // and says that it changed while it was read
	denied   error // of Keep
	noDelete error
}

// An event is what happens at a time, or with the first request after it.
type event struct {
	at time.Time
	f  func(now time.Time)
}

// at plans an event.
func (s *service) at(d time.Duration, f func(now time.Time)) {
	s.later = append(s.later, event{time.Now().Add(d), f})
}

// arrive is when a request is carried out.
func (s *service) arrive() {
	<-time.After(trip / 2)
	for _, e := range s.later {
		if !time.Now().Before(e.at) {
			e.f(e.at)
		}
	}
	s.later = slices.DeleteFunc(s.later, func(e event) bool { return !time.Now().Before(e.at) })
}

type creation struct {
	id     string
	stamp  time.Duration // before its effect
	shows  time.Duration // after its effect
	err    error         // instead of the response; it is done unless that is a refusal
	undone bool
	bare   bool
}

func (s *service) clock() time.Time { return time.Now().Add(s.offset) }

// names returns the IDs of what exists.
func (s *service) names() (ids []string) {
	for _, t := range s.things {
		if t.gone.IsZero() {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

func (s *service) find(id string) *thing {
	for _, t := range s.things {
		if t.ID == id && t.gone.IsZero() {
			return t
		}
	}
	return nil
}

// A client is one process.
type client struct {
	*service
	memory ensure.Memory
	dates  []date
}

type date struct{ date, arrived time.Time }

// answer is the end of a request.
func (c *client) answer() {
	<-time.After(trip / 2)
	c.dates = append(c.dates, date{c.clock().Add(c.ahead).Truncate(time.Second), time.Now()})
}

func (c *client) serviceTime(at time.Time) (passed time.Time) {
	for _, d := range c.dates {
		if t := d.date.Add(at.Sub(d.arrived)); d.arrived.Before(at) && t.After(passed) {
			passed = t
		}
	}
	return passed
}

func (c *client) ensure(ctx context.Context) (string, error) {
	v, id, err := c.oldest().Ensure(ctx)
	if err == nil && v.ID != id {
		panic(fmt.Sprintf("%s is returned as %s", v.ID, id))
	}
	return id, err
}

func (c *client) oldest() *ensure.Oldest[thing] {
	return &ensure.Oldest[thing]{
		Settle: settle, Memory: &c.memory, Key: "key",
		Look: func(ctx context.Context, from, by time.Time) (found wait.Found[thing], err error) {
			if err := wait.Sleep(ctx, time.Until(by)); err != nil {
				return found, err
			}
			found.Asked, found.Sure, found.Moved = time.Now(), len(c.hidden) == 0, c.moving
			c.arrive()
			c.log = append(c.log, "look")
			hidden := ""
			if len(c.hidden) > 0 {
				hidden, c.hidden = c.hidden[0], c.hidden[1:]
			}
			for _, t := range c.things {
				if !t.bare && !found.Asked.Before(t.shows) && t.gone.IsZero() && t.ID != hidden {
					found.Items = append(found.Items, *t)
				}
			}
			if c.twice {
				found.Items = append(found.Items, found.Items...)
			}
			c.offset += c.stood
			c.stood = 0
			c.answer()
			return found, ctx.Err()
		},
		Read: func(t thing) ensure.Item { return t.Item },
		Create: func(ctx context.Context, started time.Time) (string, error) {
			c.arrive()
			plan := creation{id: fmt.Sprint("t", len(c.things))}
			if len(c.plan) > 0 {
				plan, c.plan = c.plan[0], c.plan[1:]
			}
			if !plan.undone {
				c.things = append(c.things, &thing{
					Item:  ensure.Item{ID: plan.id, Created: c.clock().Add(-plan.stamp).Truncate(time.Second), Ours: true, Started: started.Truncate(time.Second)},
					shows: time.Now().Add(plan.shows), bare: plan.bare,
				})
			}
			c.log = append(c.log, "create")
			if plan.err != nil {
				<-time.After(trip / 2)
				return "", plan.err
			}
			c.answer()
			return plan.id, nil
		},
		Get: func(_ context.Context, id string) (thing, error) {
			c.log = append(c.log, "get "+id)
			switch t := c.find(id); {
			case t == nil, time.Now().Before(t.shows):
				return thing{}, fault.NotFound
			case t.bare:
				return *t, &ensure.Bare{ID: id}
			default:
				return *t, nil
			}
		},
		Stray: func(_ context.Context, since time.Time) (stray []ensure.Item, _ error) {
			for _, t := range c.things {
				if t.bare && t.gone.IsZero() && !t.Created.Before(since) {
					stray = append(stray, t.Item)
				}
			}
			return stray, nil
		},
		Keep: func(_ context.Context, id string) error {
			t := c.find(id)
			c.log = append(c.log, "keep "+id)
			switch {
			case c.denied != nil:
				return c.denied
			case t == nil:
				return fault.NotFound
			}
			t.Kept = true
			return nil
		},
		Delete: func(_ context.Context, id string) error {
			c.log = append(c.log, "delete "+id)
			if t := c.find(id); t != nil && c.noDelete == nil {
				t.gone = time.Now()
			}
			return c.noDelete
		},
		ServiceTime: c.serviceTime,
	}
}

// short is a context of so many tenths of Settle.
func short(t *testing.T, tenths int) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(tenths)*settle/10)
	t.Cleanup(cancel)
	return ctx
}

// TestOldest has a scenario for each rule, in which something goes wrong without it.
func TestOldest(t *testing.T) {
	lost := fmt.Errorf("the response was lost: %w", fault.OutcomeUnknown)
	of := func(now time.Time, id string, age time.Duration) *thing {
		created := now.Add(-age)
		return &thing{Item: ensure.Item{ID: id, Created: created, Ours: true}, shows: created}
	}
	old := func(id string, age time.Duration) *thing { return of(time.Now(), id, age) }
	for name, scenario := range map[string]func(t *testing.T, s *service){
		"a new one takes Settle, the grain, and two round trips": func(t *testing.T, s *service) {
			start := time.Now()
			id, err := (&client{service: s}).ensure(t.Context())
			if took := time.Since(start); id != "t0" || err != nil || took > settle+2*time.Second+3*trip {
				t.Errorf("%s after %v, %v", id, took, err)
			}
			if d := cmp.Diff([]string{"look", "create", "look", "keep t0"}, s.log); d != "" {
				t.Error(d)
			}
		},
		"one that is marked is returned at once, whatever its age": func(t *testing.T, s *service) {
			s.things = []*thing{old("b", 0), old("a", time.Hour)}
			s.things[0].Kept = true
			if id, err := (&client{service: s}).ensure(short(t, 1)); id != "b" || err != nil || s.find("a") != nil {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"several that are marked are reported": func(t *testing.T, s *service) {
			s.things = []*thing{old("b", time.Minute), old("a", time.Hour), old("c", time.Hour)}
			s.things[0].Kept, s.things[1].Kept = true, true
			_, err := (&client{service: s}).ensure(t.Context())
			if several, ok := errors.AsType[*ensure.Several](err); !ok || cmp.Diff([]string{"a", "c", "b"}, several.IDs) != "" || len(s.names()) != 3 {
				t.Errorf("%v, %v exist", err, s.names())
			}
		},
		"one that no Ensure created is not deleted": func(t *testing.T, s *service) {
			s.things = []*thing{old("a", time.Hour), old("b", time.Minute)}
			for i := range s.things {
				s.things[i].Ours = i == 1
			}
			_, err := (&client{service: s}).ensure(t.Context())
			if _, ok := errors.AsType[*ensure.Several](err); !ok || len(s.names()) != 2 {
				t.Errorf("%v, %v exist", err, s.names())
			}
			s.things[1].gone = time.Now()
			if id, err := (&client{service: s}).ensure(t.Context()); id != "a" || err != nil {
				t.Errorf("alone it is the one: %s, %v", id, err)
			}
		},
		"one that was stamped earlier and shows later wins": func(t *testing.T, s *service) {
			s.plan = []creation{{id: "a"}}
			s.at(2*time.Second, func(now time.Time) { // created at once, stamped 3 s early, shows 9.9 s later
				b := of(now, "b", 0)
				b.Created, b.shows = now.Add(-3*time.Second).Truncate(time.Second), now.Add(99*settle/100)
				s.things = append(s.things, b)
			})
			id, err := (&client{service: s}).ensure(t.Context())
			if id != "b" || err != nil || cmp.Diff([]string{"b"}, s.names()) != "" {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"of one second, the ID decides, and the other has time to show": func(t *testing.T, s *service) {
			s.plan = []creation{{id: "b"}}
			s.at(800*time.Millisecond, func(now time.Time) {
				a := of(now, "a", 0)
				a.shows = now.Add(settle)
				s.things = append(s.things, a)
			})
			id, err := (&client{service: s}).ensure(t.Context())
			if id != "a" || err != nil || cmp.Diff([]string{"a"}, s.names()) != "" {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"this machine's clock plays no part": func(t *testing.T, s *service) {
			for _, s.offset = range []time.Duration{-15 * time.Minute, 15 * time.Minute} {
				s.things, s.log = []*thing{old("a", -s.offset+2*time.Second)}, nil
				start := time.Now()
				s.at(3*time.Second, func(now time.Time) { // older, and shows now
					b := of(now, "b", -s.offset+9*time.Second)
					b.shows = now
					s.things = append(s.things, b)
				})
				id, err := (&client{service: s}).ensure(t.Context())
				if took := time.Since(start); id != "b" || err != nil || took > settle+4*time.Second {
					t.Errorf("off by %v: %s after %v, %v", s.offset, id, took, err)
				}
			}
		},
		"a new process each time comes to an end with contexts of Settle": func(t *testing.T, s *service) {
			for n := 1; ; n++ {
				id, err := (&client{service: s}).ensure(short(t, 10))
				if err == nil {
					if id != "t0" || n != 2 {
						t.Errorf("%s in call %d", id, n)
					}
					return
				}
				if failed, ok := errors.AsType[*wait.Error](err); id != "t0" || !ok || !strings.Contains(failed.State, "t0") || n > 9 {
					t.Fatalf("call %d: %s, %v", n, id, err)
				}
			}
		},
		"one process comes to an end with contexts of a fifth of Settle, without the service's time": func(t *testing.T, s *service) {
			c := &client{service: s}
			oldest := c.oldest()
			oldest.ServiceTime = func(time.Time) time.Time { return time.Time{} }
			for n := 1; ; n++ {
				_, id, err := oldest.Ensure(short(t, 2))
				if err == nil {
					if id != "t0" || n > 8 {
						t.Errorf("%s in call %d", id, n)
					}
					return
				}
				if id != "t0" || n > 20 {
					t.Fatalf("call %d: %s, %v", n, id, err)
				}
			}
		},
		"a Date that is ahead of CreateTime proves nothing": func(t *testing.T, s *service) {
			s.ahead = time.Minute
			s.plan = []creation{{id: "b", shows: 0}}
			s.at(time.Second, func(now time.Time) {
				a := of(now, "a", 2*time.Second)
				a.shows = now.Add(settle - time.Second)
				s.things = append(s.things, a)
			})
			first := &client{service: s}
			_, _ = first.ensure(short(t, 1)) // dies
			if id, err := (&client{service: s}).ensure(t.Context()); id != "a" || err != nil {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"the Date of the answer to a look says nothing of when it was asked": func(t *testing.T, s *service) {
			s.things, s.stood = []*thing{old("b", 3*time.Second)}, 20*time.Second
			s.at(trip, func(now time.Time) {
				a := of(now, "a", 5*time.Second)
				a.shows = now
				s.things = append(s.things, a)
			})
			if id, err := (&client{service: s}).ensure(t.Context()); id != "a" || err != nil {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"the mark holds when the service shows an older one too late": func(t *testing.T, s *service) {
			if id, err := (&client{service: s}).ensure(t.Context()); id != "t0" || err != nil {
				t.Fatalf("%s, %v", id, err)
			}
			s.things = append(s.things, old("a", time.Hour))
			if id, err := (&client{service: s}).ensure(t.Context()); id != "t0" || err != nil || cmp.Diff([]string{"t0"}, s.names()) != "" {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"the losers of those that died go, and one that stays does no harm": func(t *testing.T, s *service) {
			s.things = []*thing{old("b", time.Minute), old("a", time.Hour), old("c", time.Second)}
			s.noDelete = fault.AccessDenied
			c := &client{service: s}
			if id, err := c.ensure(t.Context()); id != "a" || err != nil || len(s.names()) != 3 {
				t.Fatalf("%s, %v, %v exist", id, err, s.names())
			}
			s.noDelete = nil
			if id, err := c.ensure(t.Context()); id != "a" || err != nil || cmp.Diff([]string{"a"}, s.names()) != "" {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"without the mark the answer is the same": func(t *testing.T, s *service) {
			for _, s.denied = range []error{fault.AccessDenied, fault.NotFound} {
				s.things = []*thing{old("b", time.Minute), old("a", time.Hour)}
				if id, err := (&client{service: s}).ensure(short(t, 2)); id != "a" || err != nil || cmp.Diff([]string{"a"}, s.names()) != "" {
					t.Errorf("%s, %v, %v exist", id, err, s.names())
				}
			}
		},
		"one that is gone when it is to be marked is none": func(t *testing.T, s *service) {
			s.things = []*thing{old("a", time.Hour)}
			c := &client{service: s}
			oldest := c.oldest()
			keep := oldest.Keep
			oldest.Keep = func(ctx context.Context, id string) error {
				if id == "a" {
					s.things[0].gone = time.Now()
				}
				return keep(ctx, id)
			}
			if _, id, err := oldest.Ensure(t.Context()); id != "t1" || err != nil {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"a creation of unknown outcome is looked for": func(t *testing.T, s *service) {
			s.plan = []creation{{id: "a", shows: 99 * settle / 100, err: lost}}
			if id, err := (&client{service: s}).ensure(t.Context()); id != "a" || err != nil || strings.Count(strings.Join(s.log, " "), "create") != 1 {
				t.Errorf("%s, %v, %v", id, err, s.log)
			}
		},
		"a creation that does not show yet is not repeated by the next call": func(t *testing.T, s *service) {
			for _, failed := range []error{nil, lost} {
				s.things, s.log, s.plan = nil, nil, []creation{{id: "a", shows: 99 * settle / 100, err: failed}}
				c := &client{service: s}
				for id, err := c.ensure(short(t, 3)); err != nil; id, err = c.ensure(short(t, 3)) {
					if ended, ok := errors.AsType[*wait.Error](err); !ok || failed == nil && id != "a" || failed != nil && id == "" && !strings.Contains(ended.State, "unknown outcome") || len(s.log) > 99 {
						t.Fatalf("%s, %v", id, err)
					}
				}
				if n := strings.Count(strings.Join(s.log, " "), "create"); n != 1 {
					t.Errorf("%d creations", n)
				}
			}
		},
		"a creation that was refused is repeated after a look": func(t *testing.T, s *service) {
			s.plan = []creation{{err: fault.Throttled, undone: true}, {err: fmt.Errorf("%w", fault.Limiter), undone: true}}
			id, err := (&client{service: s}).ensure(t.Context())
			if d := cmp.Diff([]string{"look", "create", "look", "create", "look", "create", "look", "keep t0"}, s.log); d != "" || id != "t0" || err != nil {
				t.Errorf("%s, %v: %s", id, err, d)
			}
			s.things, s.plan = nil, []creation{{err: fault.QuotaExceeded, undone: true}}
			if _, err := (&client{service: s}).ensure(t.Context()); err != fault.QuotaExceeded {
				t.Error(err)
			}
		},
		"creations of unknown outcome are bounded": func(t *testing.T, s *service) {
			for range 9 {
				s.plan = append(s.plan, creation{err: lost, undone: true})
			}
			_, err := (&client{service: s}).ensure(t.Context())
			if n := strings.Count(strings.Join(s.log, " "), "create"); !errors.Is(err, fault.OutcomeUnknown) || n != 3 {
				t.Errorf("%d creations, %v", n, err)
			}
		},
		"one that lost its tags is named, and no other is created, in the next call neither": func(t *testing.T, s *service) {
			s.plan = []creation{{id: "a", bare: true}}
			c := &client{service: s}
			for range 2 {
				id, err := c.ensure(t.Context())
				if bare, ok := errors.AsType[*ensure.Bare](err); !ok || bare.ID != "a" || id != "a" || len(s.things) != 1 {
					t.Fatalf("%s, %v, %v exist", id, err, s.names())
				}
			}
			s.things[0].gone = time.Now() // by hand
			if id, err := c.ensure(t.Context()); id != "t1" || err != nil {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"one that lost its tags is named beside another, once": func(t *testing.T, s *service) {
			s.plan = []creation{{id: "a", bare: true}}
			s.at(time.Second, func(now time.Time) { s.things = append(s.things, of(now, "b", 0)) })
			c := &client{service: s}
			id, err := c.ensure(t.Context())
			if bare, ok := errors.AsType[*ensure.Bare](err); !ok || bare.ID != "a" || id != "b" {
				t.Fatalf("%s, %v, %v exist", id, err, s.names())
			}
			if id, err := c.ensure(t.Context()); id != "b" || err != nil {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"one that lost its tags, and its response, is named": func(t *testing.T, s *service) {
			s.plan = []creation{{id: "a", bare: true, err: lost}}
			s.things = []*thing{old("other", time.Hour)}
			s.things[0].bare = true
			c := &client{service: s}
			for range 2 {
				id, err := c.ensure(t.Context())
				if bare, ok := errors.AsType[*ensure.Bare](err); !ok || bare.ID != "a" || id != "a" || len(s.things) != 2 {
					t.Fatalf("%s, %v, %v exist", id, err, s.names())
				}
			}
		},
		"one whose tags show later is no stray": func(t *testing.T, s *service) {
			s.plan = []creation{{id: "a", err: lost, undone: true}}
			s.at(settle-time.Second, func(now time.Time) {
				b := of(now, "b", 0)
				b.bare = true
				s.things = append(s.things, b)
				s.at(settle/2, func(time.Time) { b.bare = false })
			})
			if id, err := (&client{service: s}).ensure(t.Context()); id != "b" || err != nil || len(s.things) != 1 {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"what a list has shown is not created again when the next one misses it": func(t *testing.T, s *service) {
			s.things = []*thing{old("a", 0)}
			c := &client{service: s}
			_, _ = c.ensure(short(t, 1))
			s.hidden = []string{"a"}
			if id, err := c.ensure(t.Context()); id != "a" || err != nil || len(s.things) != 1 {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"a list of several pages is read twice": func(t *testing.T, s *service) {
			s.things, s.hidden = []*thing{old("a", time.Hour), old("b", time.Minute)}, []string{"", "a", ""}
			if id, err := (&client{service: s}).ensure(t.Context()); id != "a" || err != nil {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"a list that changed each time is read once more": func(t *testing.T, s *service) {
			s.things, s.hidden, s.moving = []*thing{old("a", time.Hour), old("b", time.Minute)}, []string{"a", "a", "a", "", ""}, true
			if id, err := (&client{service: s}).ensure(t.Context()); id != "a" || err != nil || len(s.hidden) != 1 {
				t.Errorf("%s, %v, %v exist, %d looks to come", id, err, s.names(), len(s.hidden))
			}
		},
		"what a list shows twice is one": func(t *testing.T, s *service) {
			s.things, s.twice = []*thing{old("a", time.Hour), old("b", time.Minute)}, true
			for range 2 { // then it is marked
				if id, err := (&client{service: s}).ensure(t.Context()); id != "a" || err != nil || cmp.Diff([]string{"a"}, s.names()) != "" {
					t.Errorf("%s, %v, %v exist", id, err, s.names())
				}
			}
		},
		"an older one of the second reading has to be proven, too": func(t *testing.T, s *service) {
			s.things, s.hidden = []*thing{old("b", time.Minute)}, []string{"", "x", "x"}
			s.at(150*time.Millisecond, func(now time.Time) {
				a := of(now, "a", 2*time.Minute) // it shows late, and the oldest of all later still
				s.things = append(s.things, a)
			})
			if id, err := (&client{service: s}).ensure(t.Context()); id != "a" || err != nil {
				t.Errorf("%s, %v, %v exist", id, err, s.names())
			}
		},
		"a time that cannot be read is an error": func(t *testing.T, s *service) {
			s.things = []*thing{old("a", time.Hour), old("b", time.Minute)}
			s.things[1].Created = time.Time{}
			if _, err := (&client{service: s}).ensure(t.Context()); err == nil || !strings.Contains(err.Error(), "b has no time of creation") {
				t.Error(err)
			}
		},
		"an error that ends a call names what it has created": func(t *testing.T, s *service) {
			c := &client{service: s}
			oldest := c.oldest()
			look := oldest.Look
			oldest.Look = func(ctx context.Context, from, by time.Time) (wait.Found[thing], error) {
				if found, err := look(ctx, from, by); err != nil || len(s.things) == 0 {
					return found, err
				}
				return wait.Found[thing]{}, fault.AccessDenied
			}
			_, id, err := oldest.Ensure(t.Context())
			if failed, ok := errors.AsType[*wait.Error](err); id != "t0" || !ok || !strings.Contains(failed.State, "t0") || !errors.Is(err, fault.AccessDenied) {
				t.Errorf("%s, %v", id, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { scenario(t, new(service)) })
		})
	}
}
