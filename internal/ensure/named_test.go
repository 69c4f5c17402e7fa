package ensure_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A register has a name that is free or taken.
type register struct {
	taken   bool
	shows   time.Time // since when looks show it
	leaves  time.Time // when its deletion was sent; zero if it was not
	frees   time.Time // when somebody else gives it up; zero for never
	lag     time.Duration
	plan    []plan // how the next creations go
	looks   []error
	partial bool // looks are at lists, which do not show all of it
	missed  bool // and lists do not show it at all
	log     []string
}

// A plan says that a creation is done or not, and what is answered.
type plan struct {
	done bool
	err  error
}

// A name is what is registered.
type name struct{ leaving, whole bool }

var errBusy = errors.New("busy")

// named returns how a process ensures the name.
func (r *register) named(m *ensure.Memory) *ensure.Named[name] {
	get := func(what string, ok bool) func(context.Context) (name, error) {
		return func(ctx context.Context) (name, error) {
			r.log = append(r.log, what)
			if err := wait.Sleep(ctx, trip); err != nil {
				return name{}, err
			}
			if len(r.looks) > 0 {
				err := r.looks[0]
				if r.looks = r.looks[1:]; err != nil {
					return name{}, err
				}
			}
			if !r.leaves.IsZero() && time.Since(r.leaves) > leaving {
				r.taken, r.leaves = false, time.Time{}
			}
			if !r.taken || time.Now().Before(r.shows) || what == "look" && r.missed {
				return name{}, fault.NotFound
			}
			return name{!r.leaves.IsZero(), ok}, nil
		}
	}
	return &ensure.Named[name]{
		Settle: settle, Memory: m, Key: "name",
		Look: func(ctx context.Context, _, by time.Time) wait.Look[name] {
			look := ensure.At(ctx, by, get("look", !r.partial))
			look.Listed = r.partial
			return look
		},
		Believe: func(n name) bool { return n.whole },
		Get:     get("get", true),
		Create: func(ctx context.Context) (name, error) {
			r.log = append(r.log, "create")
			if err := wait.Sleep(ctx, trip); err != nil {
				return name{}, errors.Join(fault.OutcomeUnknown, err)
			}
			if !r.frees.IsZero() && time.Now().After(r.frees) {
				r.taken, r.frees = false, time.Time{}
			}
			p := plan{done: true}
			if len(r.plan) > 0 {
				p, r.plan = r.plan[0], r.plan[1:]
			}
			switch {
			case p.done && r.taken && p.err == nil:
				return name{}, fault.AlreadyExists
			case p.done && !r.taken:
				r.taken, r.shows = true, time.Now().Add(r.lag)
			}
			return name{whole: true}, p.err
		},
		Complete: true,
		Absent:   func(err error) bool { return errors.Is(err, fault.NotFound) },
		Refused:  func(err error) bool { return errors.Is(err, fault.AlreadyExists) },
		Busy:     func(err error) bool { return errors.Is(err, errBusy) },
		Leaving:  func(n name) bool { return n.leaving },
		Done:     func(name) (string, bool, error) { return "", true, nil },
	}
}

// creations counts those that were sent.
func (r *register) creations() int { return strings.Count(strings.Join(r.log, " "), "create") }

// TestNamed has a scenario for each rule, in which something goes wrong without it.
func TestNamed(t *testing.T) {
	ensured := func(t *testing.T, n *ensure.Named[name], want ...string) func(r *register) {
		t.Helper()
		got, failed := n.Ensure(t.Context())
		if failed != nil || !got.whole || got.leaving {
			t.Errorf("%+v, %v", got, failed)
		}
		return func(r *register) {
			t.Helper()
			if d := cmp.Diff(want, r.log); d != "" {
				t.Error(d)
			}
		}
	}
	for title, scenario := range map[string]func(t *testing.T, r *register, m *ensure.Memory){
		"what stands costs one look": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken = true
			ensured(t, r.named(m), "look")(r)
		},
		"a response that has all is enough": func(t *testing.T, r *register, m *ensure.Memory) {
			r.lag = time.Hour
			ensured(t, r.named(m), "look", "create")(r)
		},
		"what a response lacks is looked for, and not created again": func(t *testing.T, r *register, m *ensure.Memory) {
			r.lag = settle / 2
			n := r.named(m)
			n.Complete = false
			n.Done = func(n name) (string, bool, error) { return "", n.whole, nil }
			if _, failed := n.Ensure(t.Context()); failed != nil || r.creations() != 1 || time.Now().Before(r.shows) {
				t.Errorf("%v, %v", failed, r.log)
			}
		},
		"a lost answer is asked for again, which is refused, and looked for": func(t *testing.T, r *register, m *ensure.Memory) {
			r.plan = []plan{{true, fault.OutcomeUnknown}}
			ensured(t, r.named(m), "look", "create", "create", "look")(r)
		},
		"three answers are lost, and then there is a look": func(t *testing.T, r *register, m *ensure.Memory) {
			r.plan = []plan{{false, fault.OutcomeUnknown}, {false, fault.OutcomeUnknown}, {true, fault.OutcomeUnknown}}
			ensured(t, r.named(m), "look", "create", "create", "create", "look")(r)
		},
		"a name that is refused, and does not show yet, is waited for": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken, r.shows = true, time.Now().Add(settle-time.Second)
			if _, failed := r.named(m).Ensure(t.Context()); failed != nil || r.creations() != 1 {
				t.Errorf("%v, %v", failed, r.log)
			}
		},
		"a name that never shows is taken": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken, r.shows = true, time.Now().Add(24*time.Hour)
			start := time.Now()
			_, failed := r.named(m).Ensure(t.Context())
			if failed == nil || !errors.Is(failed, ensure.ErrTaken) || !errors.Is(failed, fault.AlreadyExists) || time.Since(start) < settle || time.Since(start) > 2*settle ||
				strings.Count(failed.Error(), fault.AlreadyExists.Error()) != 1 {
				t.Errorf("%v after %v, %v", failed, time.Since(start), r.log)
			}
		},
		"a refusal that another call has met meanwhile proves nothing, however late its own is": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken, r.shows = true, time.Now().Add(settle/2)
			slow := r.named(m)
			create := slow.Create
			slow.Create = func(ctx context.Context) (name, error) {
				value, err := create(ctx)
				if _, failed := r.named(m).Ensure(short(t, 2)); failed == nil || failed.State != "taken" {
					t.Errorf("%v", failed)
				}
				<-time.After(settle)
				return value, err
			}
			ensured(t, slow)
		},
		"so short contexts find out": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken, r.shows = true, time.Now().Add(24*time.Hour)
			for n := 1; ; n++ {
				_, failed := r.named(m).Ensure(short(t, 2))
				if errors.Is(failed, ensure.ErrTaken) {
					break
				}
				if failed.State != "taken" || !errors.Is(failed, context.DeadlineExceeded) || !errors.Is(failed, fault.AlreadyExists) && n == 1 {
					t.Errorf("call %d: %v", n, failed)
				}
				if n > 10 {
					t.Fatalf("no end: %v", failed)
				}
				<-time.After(time.Second)
			}
		},
		"a refusal of long ago was another's": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken, r.shows = true, time.Now().Add(24*time.Hour)
			_, _ = r.named(m).Ensure(short(t, 2))
			<-time.After(time.Hour)
			start := time.Now()
			if _, failed := r.named(m).Ensure(t.Context()); !errors.Is(failed, ensure.ErrTaken) || time.Since(start) < settle {
				t.Errorf("%v after %v", failed, time.Since(start))
			}
		},
		"one that is being deleted is waited for, and Settle after it": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken, r.leaves = true, time.Now()
			start := time.Now()
			if got, failed := r.named(m).Ensure(t.Context()); failed != nil || got.leaving || r.creations() == 0 || time.Since(start) < leaving {
				t.Errorf("%+v, %v after %v, %v", got, failed, time.Since(start), r.log)
			}
		},
		"a look may show what was being deleted as if it was not": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken, r.leaves = true, time.Now()
			if _, failed := r.named(m).Ensure(short(t, 2)); failed == nil || failed.State != "deleting" {
				t.Errorf("%v", failed)
			}
			r.leaves = time.Time{} // so a look that lags has it
			if _, failed := r.named(m).Ensure(short(t, 2)); failed == nil || failed.State != "deleting" {
				t.Errorf("%v", failed)
			}
			<-time.After(settle)
			ensured(t, r.named(m))
		},
		"what a list does not show whole is got": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken, r.partial = true, true
			ensured(t, r.named(m), "look", "get")(r)
		},
		"a list is not asked about a name that was refused": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken, r.partial, r.shows = true, true, time.Now().Add(settle/2)
			if got, failed := r.named(m).Ensure(t.Context()); failed != nil || !got.whole || r.creations() != 1 {
				t.Errorf("%+v, %v, %v", got, failed, r.log)
			}
		},
		"a name that lists do not show is got in the end": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken, r.partial, r.missed = true, true, true
			if got, failed := r.named(m).Ensure(t.Context()); failed != nil || !got.whole || r.creations() != 1 {
				t.Errorf("%+v, %v, %v", got, failed, r.log)
			}
		},
		"a name that was shown, given up and taken again is waited for": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken, r.shows = true, time.Now().Add(settle/2)
			ensured(t, r.named(m))
			<-time.After(time.Until(r.shows.Add(settle)))
			r.shows = time.Now().Add(settle / 2)
			ensured(t, r.named(m))
		},
		"after a lost answer it may be its own that has the name": func(t *testing.T, r *register, m *ensure.Memory) {
			r.taken, r.shows = true, time.Now().Add(24*time.Hour)
			r.frees, r.lag = time.Now().Add(settle-time.Second), settle/2
			r.plan = []plan{{false, fault.AlreadyExists}, {true, fault.OutcomeUnknown}}
			ensured(t, r.named(m))
		},
		"what a look has shown is not lost": func(t *testing.T, r *register, m *ensure.Memory) {
			r.plan = []plan{{true, fault.OutcomeUnknown}}
			n := r.named(m)
			n.Done = func(name) (string, bool, error) { return "creating", false, nil }
			if _, failed := n.Ensure(short(t, 5)); failed == nil || failed.State != "creating" || errors.Is(failed, fault.OutcomeUnknown) || errors.Is(failed, fault.AlreadyExists) {
				t.Errorf("%v", failed)
			}
		},
		"what passes is waited out": func(t *testing.T, r *register, m *ensure.Memory) {
			r.looks = []error{fault.Throttled, fault.Unavailable, nil}
			r.plan = []plan{{false, errBusy}}
			ensured(t, r.named(m), "look", "look", "look", "create", "look", "create")(r)
		},
		"a look that is denied ends it": func(t *testing.T, r *register, m *ensure.Memory) {
			r.looks = []error{fault.AccessDenied}
			if _, failed := r.named(m).Ensure(t.Context()); !errors.Is(failed, fault.AccessDenied) || len(r.log) != 1 {
				t.Errorf("%v, %v", failed, r.log)
			}
		},
		"so does a creation": func(t *testing.T, r *register, m *ensure.Memory) {
			r.plan = []plan{{false, fault.QuotaExceeded}}
			if _, failed := r.named(m).Ensure(t.Context()); !errors.Is(failed, fault.QuotaExceeded) || len(r.log) != 2 {
				t.Errorf("%v, %v", failed, r.log)
			}
		},
		"a creation that is denied after a lost answer tells both": func(t *testing.T, r *register, m *ensure.Memory) {
			r.plan = []plan{{true, fault.OutcomeUnknown}, {false, fault.AccessDenied}}
			if _, failed := r.named(m).Ensure(t.Context()); !errors.Is(failed, fault.AccessDenied) || !errors.Is(failed, fault.OutcomeUnknown) {
				t.Errorf("%v", failed)
			}
		},
		"the end of the context tells what is not known": func(t *testing.T, r *register, m *ensure.Memory) {
			for range 10 {
				r.plan = append(r.plan, plan{false, fault.OutcomeUnknown})
			}
			_, failed := r.named(m).Ensure(short(t, 2))
			if failed == nil || failed.State != "outcome unknown" || !errors.Is(failed, context.DeadlineExceeded) || !errors.Is(failed, fault.OutcomeUnknown) {
				t.Errorf("%v", failed)
			}
		},
	} {
		t.Run(title, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { scenario(t, new(register), new(ensure.Memory)) })
		})
	}
}
