package ensure_test

import (
	"context"
	"errors"
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

// leaving is how long lists show what is being deleted.
const leaving = 5 * time.Second

var errForeign = errors.New("somebody else's")

// absent returns how a process makes the key of a service absent.
func (c *client) absent() *ensure.Absent[thing] {
	return &ensure.Absent[thing]{
		Settle: settle, Memory: &c.memory, Key: "key",
		Look: func(ctx context.Context, from, by time.Time) (wait.Found[thing], error) {
			found, err := c.oldest().Look(ctx, from, by)
			for _, t := range c.things {
				if !t.gone.IsZero() && found.Asked.Sub(t.gone) < leaving {
					found.Items = append(found.Items, *t)
				}
			}
			slices.SortFunc(found.Items, func(a, b thing) int { return a.Created.Compare(b.Created) })
			return found, err
		},
		ID: func(t thing) string { return t.ID },
		Foreign: func(t thing) error {
			if !t.Ours {
				return errForeign
			}
			return nil
		},
		Delete: func(ctx context.Context, t thing) error { return c.oldest().Delete(ctx, t.ID) },
	}
}

// TestAbsent has a scenario for each rule, in which something goes wrong without it.
func TestAbsent(t *testing.T) {
	of := func(now time.Time, id string, age time.Duration) *thing {
		return &thing{Item: ensure.Item{ID: id, Created: now.Add(-age), Ours: true}, shows: now.Add(-age)}
	}
	for name, scenario := range map[string]func(t *testing.T, s *service){
		"nothing takes Settle, and two looks": func(t *testing.T, s *service) {
			start := time.Now()
			err := (&client{service: s}).absent().Ensure(t.Context())
			if took := time.Since(start); err != nil || took < settle || took > settle+2*trip || len(s.log) != 2 {
				t.Errorf("%v after %v, %v", err, took, s.log)
			}
		},
		"the oldest is deleted last, and each once": func(t *testing.T, s *service) {
			now := time.Now()
			s.things = []*thing{of(now, "b", time.Minute), of(now, "a", time.Hour), of(now, "c", time.Second)}
			if err := (&client{service: s}).absent().Ensure(t.Context()); err != nil {
				t.Error(err)
			}
			deleted := slices.DeleteFunc(s.log, func(what string) bool { return what == "look" })
			if d := cmp.Diff([]string{"delete c", "delete b", "delete a"}, deleted); d != "" {
				t.Error(d)
			}
		},
		"what shows late is deleted, too": func(t *testing.T, s *service) {
			s.at(0, func(now time.Time) {
				a := of(now, "a", 0)
				a.shows = now.Add(settle - time.Millisecond)
				s.things = append(s.things, a)
			})
			if err := (&client{service: s}).absent().Ensure(t.Context()); err != nil || len(s.names()) > 0 {
				t.Errorf("%v, %v exist", err, s.names())
			}
		},
		"a stranger stays, and is named when all others are gone": func(t *testing.T, s *service) {
			now := time.Now()
			s.things = []*thing{of(now, "a", time.Hour), of(now, "b", time.Minute)}
			s.things[0].Ours = false
			if err := (&client{service: s}).absent().Ensure(t.Context()); !errors.Is(err, errForeign) || cmp.Diff([]string{"a"}, s.names()) != "" {
				t.Errorf("%v, %v exist", err, s.names())
			}
		},
		"one process comes to an end with short contexts, and pauses": func(t *testing.T, s *service) {
			c := &client{service: s}
			s.things = []*thing{of(time.Now(), "a", time.Hour)}
			var n int
			for n = 1; c.absent().Ensure(short(t, 2)) != nil && n < 20; n++ {
				<-time.After(time.Minute)
			}
			if n > 3 || len(s.names()) > 0 {
				t.Errorf("%d calls, %v exist", n, s.names())
			}
		},
		"a look of long ago proves nothing": func(t *testing.T, s *service) {
			c := &client{service: s}
			_ = c.absent().Ensure(short(t, 2))
			<-time.After(time.Hour)
			start := time.Now()
			if err := c.absent().Ensure(t.Context()); err != nil || time.Since(start) < settle {
				t.Errorf("%v after %v", err, time.Since(start))
			}
		},
		"what Ensure creates meanwhile begins anew": func(t *testing.T, s *service) {
			c := &client{service: s}
			_ = c.absent().Ensure(short(t, 2))
			s.plan = []creation{{id: "a", shows: 99 * settle / 100, err: fault.OutcomeUnknown}}
			_, _ = c.ensure(short(t, 1))
			<-time.After(7 * time.Second)
			if err := c.absent().Ensure(t.Context()); err != nil || len(s.names()) > 0 {
				t.Errorf("%v, %v exist", err, s.names())
			}
		},
		"what was missed once begins anew": func(t *testing.T, s *service) {
			s.things, s.hidden = []*thing{of(time.Now(), "a", time.Hour)}, []string{"a"}
			start := time.Now()
			if err := (&client{service: s}).absent().Ensure(t.Context()); err != nil || len(s.names()) > 0 || time.Since(start) < 2*settle+leaving {
				t.Errorf("%v after %v, %v exist", err, time.Since(start), s.names())
			}
		},
		"a new process each time says what it takes": func(t *testing.T, s *service) {
			err := (&client{service: s}).absent().Ensure(short(t, 5))
			if failed, ok := errors.AsType[*wait.Error](err); !ok || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(failed.State, "longer than 10s") {
				t.Error(err)
			}
		},
		"a list of several pages is read twice in the end": func(t *testing.T, s *service) {
			s.things, s.hidden = []*thing{of(time.Now(), "a", time.Hour)}, []string{"a", "a", ""}
			if err := (&client{service: s}).absent().Ensure(t.Context()); err != nil || len(s.names()) > 0 {
				t.Errorf("%v, %v exist", err, s.names())
			}
		},
		"those two may be in two calls": func(t *testing.T, s *service) {
			c := &client{service: s}
			s.hidden = make([]string, 9) // no look is sure
			ctx, cancel := context.WithTimeout(t.Context(), settle+3*trip/2)
			defer cancel()
			first := c.absent().Ensure(ctx)
			looks := len(s.log)
			if err := c.absent().Ensure(t.Context()); first == nil || err != nil || looks != 3 || len(s.log) != 4 {
				t.Errorf("%v after %d looks, %v after %d", first, looks, err, len(s.log))
			}
		},
		"one list that is shown twice is one look": func(t *testing.T, s *service) {
			s.hidden = make([]string, 9)
			a := (&client{service: s}).absent()
			look, first := a.Look, time.Now()
			a.Look = func(ctx context.Context, from, by time.Time) (wait.Found[thing], error) {
				found, err := look(ctx, from, by)
				if len(s.log) == 3 { // the second that could prove it
					found.Asked = first.Add(settle)
				}
				return found, err
			}
			if err := a.Ensure(t.Context()); err != nil || len(s.log) != 4 {
				t.Errorf("%v after %d looks", err, len(s.log))
			}
		},
		"a deletion that is refused ends the call": func(t *testing.T, s *service) {
			s.things, s.noDelete = []*thing{of(time.Now(), "a", time.Hour)}, fault.AccessDenied
			if err := (&client{service: s}).absent().Ensure(t.Context()); !errors.Is(err, fault.AccessDenied) {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { scenario(t, new(service)) })
		})
	}
}
