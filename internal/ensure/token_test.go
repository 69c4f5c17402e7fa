package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A mint creates one resource for each token. It keeps a token with the resource, or
// with the call.
type mint struct {
	mu      sync.Mutex
	ofCall  bool
	coins   []*coin
	led     map[int]*coin // by the generation of the token
	lag     time.Duration // until lists show what is created
	forgets time.Duration // a token of a call, after that; 0 for never
	blind   bool          // lists never show what it creates
	keeps   bool          // a token leads to what is gone, too
	readies []error
	plan    []error // in place of responses; what is unknown is done
	looks   []error
	log     []string
}

// A coin is a resource.
type coin struct {
	id                    string
	created, shows, asked time.Time
	left                  time.Time // when its deletion was sent
	ready                 bool
}

var errToken = errors.New("the token leads to nothing")

func (m *mint) gone(c *coin) bool { return !c.left.IsZero() && time.Since(c.left) >= leaving }

// coined adds one that somebody has created.
func (m *mint) coined(generation int, id string) *coin {
	c := &coin{id: id, created: time.Now(), shows: time.Now(), asked: time.Now(), ready: true}
	m.coins = append(m.coins, c)
	if generation >= 0 {
		m.lead(generation, c)
	}
	return c
}

func (m *mint) lead(generation int, c *coin) {
	if m.led == nil {
		m.led = map[int]*coin{}
	}
	m.led[generation] = c
}

// arrive is when a request is carried out. It holds mu, unless the request failed.
func (m *mint) arrive(ctx context.Context, what string) error {
	m.mu.Lock()
	m.log = append(m.log, what)
	m.mu.Unlock()
	err := wait.Sleep(ctx, trip)
	if err == nil {
		m.mu.Lock()
	}
	return err
}

func (m *mint) token(memory *ensure.Memory) *ensure.Token[coin] {
	return &ensure.Token[coin]{
		Settle: settle, Memory: memory, Key: "key", OfCall: m.ofCall,
		Look: func(ctx context.Context) (found wait.Found[coin], _ error) {
			found.Asked, found.Sure = time.Now(), true
			if err := m.arrive(ctx, "look"); err != nil {
				return found, err
			}
			defer m.mu.Unlock()
			if len(m.looks) > 0 {
				err := m.looks[0]
				if m.looks = m.looks[1:]; err != nil {
					return found, err
				}
			}
			for _, c := range m.coins {
				if !time.Now().Before(c.shows) && c.left.IsZero() {
					found.Items = append(found.Items, *c)
				}
			}
			return found, nil
		},
		Send: func(ctx context.Context, generation int) (led ensure.Led[coin], _ error) {
			if err := m.arrive(ctx, fmt.Sprint("send ", generation)); err != nil {
				return led, errors.Join(fault.OutcomeUnknown, err)
			}
			defer m.mu.Unlock()
			var err error
			if len(m.plan) > 0 {
				err, m.plan = m.plan[0], m.plan[1:]
			}
			if err != nil && !errors.Is(err, fault.OutcomeUnknown) {
				return led, err
			}
			c := m.led[generation]
			if c != nil && (m.ofCall && m.forgets > 0 && time.Since(c.asked) > m.forgets || !m.ofCall && !m.keeps && m.gone(c)) {
				c = nil
			}
			switch {
			case c == nil:
				c = m.coined(generation, fmt.Sprintf("%c", 'a'+len(m.coins)))
				c.shows, c.ready = time.Now().Add(m.lag), true
				if m.blind {
					c.shows = c.shows.Add(24 * time.Hour)
				}
				led.New = true
			case m.ofCall && !c.left.IsZero() && !m.keeps:
				led.Nothing, led.Err = "the token of what is gone", errToken
				return led, err
			default:
				led.Old = time.Since(c.created) > settle
			}
			led.Value = *c
			if m.ofCall && m.keeps { // the response is that of the creation
				led.Value.left = time.Time{}
			}
			return led, err
		},
		Busy: func(err error) bool { return errors.Is(err, errBusy) },
		Ready: func(ctx context.Context, v coin) (coin, error) {
			if err := m.arrive(ctx, "ready "+v.id); err != nil {
				return coin{}, err
			}
			defer m.mu.Unlock()
			if len(m.readies) > 0 {
				err := m.readies[0]
				m.readies = m.readies[1:]
				return coin{}, err
			}
			for _, c := range m.coins {
				if c.id == v.id && !m.gone(c) {
					return *c, nil
				}
			}
			return coin{}, fault.NotFound
		},
		ID:      func(c coin) string { return c.id },
		Leaving: func(c coin) bool { return !c.left.IsZero() },
	}
}

// sends counts the creations that were sent with the token of a generation.
func (m *mint) sends(generation int) int {
	return len(slices.DeleteFunc(slices.Clone(m.log), func(what string) bool { return what != fmt.Sprint("send ", generation) }))
}

// standing returns the IDs of what exists.
func (m *mint) standing() (ids []string) {
	for _, c := range m.coins {
		if c.left.IsZero() {
			ids = append(ids, c.id)
		}
	}
	return ids
}

// getPast ensures a key of which four tokens are remembered for what is gone, with
// contexts of d.
func (m *mint) getPast(t *testing.T, memory *ensure.Memory, d time.Duration) {
	m.keeps = true
	for generation := range 4 {
		m.coined(generation, fmt.Sprint("old ", generation)).left = time.Now().Add(-time.Hour)
	}
	for n := 1; ; n++ {
		ctx, cancel := context.WithTimeout(t.Context(), d)
		_, err := m.token(memory).Ensure(ctx)
		if cancel(); err == nil {
			break
		}
		if !errors.Is(err, context.DeadlineExceeded) || n > int(5*settle/d)+10 {
			t.Fatalf("call %d: %v, %v", n, err, m.log)
		}
	}
	if len(m.standing()) != 1 || m.sends(4) == 0 {
		t.Errorf("%v", m.standing())
	}
}

// TestToken has a scenario for each rule, in which something goes wrong without it.
func TestToken(t *testing.T) {
	// ensured checks that a call returns the one of that ID, the only one.
	ensured := func(t *testing.T, m *mint, memory *ensure.Memory, id string) time.Duration {
		t.Helper()
		start := time.Now()
		got, err := m.token(memory).Ensure(t.Context())
		if err != nil || got.id != id || !got.ready || !slices.Contains(m.standing(), id) {
			t.Errorf("got %+v, %v; %v", got, err, m.log)
		}
		return time.Since(start)
	}
	sent := func(t *testing.T, m *mint, want ...string) {
		t.Helper()
		if d := cmp.Diff(want, m.log); d != "" {
			t.Error(d)
		}
	}
	for title, scenario := range map[string]func(t *testing.T, m *mint, memory *ensure.Memory){
		// Tokens that are kept with the resource.
		"what the token created is looked at": func(t *testing.T, m *mint, memory *ensure.Memory) {
			ensured(t, m, memory, "a")
			sent(t, m, "send 0", "look", "ready a")
			if id := memory.ID("key"); id != "a" {
				t.Errorf("the ID %q is remembered", id)
			}
		},
		"what it created before needs no look": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.coined(0, "a")
			<-time.After(time.Hour)
			ensured(t, m, memory, "a")
			sent(t, m, "send 0", "ready a")
		},
		"what does not show yet is right": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.lag = settle / 2
			if took := ensured(t, m, memory, "a"); took > settle || m.sends(0) != 1 {
				t.Errorf("%v, %v", took, m.log)
			}
		},
		"what is being deleted is waited for, and its successor created": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.coined(0, "a").left = time.Now()
			if took := ensured(t, m, memory, "b"); took < leaving {
				t.Errorf("after %v: %v", took, m.log)
			}
		},
		"two that show for Settle are named": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.coined(-1, "a")
			m.coined(-1, "b")
			start := time.Now()
			_, err := m.token(memory).Ensure(t.Context())
			several, ok := errors.AsType[*ensure.Several](err)
			if !ok || cmp.Diff([]string{"a", "b", "c"}, several.IDs) != "" || time.Since(start) < settle {
				t.Errorf("%v after %v", err, time.Since(start))
			}
		},
		"one that may be gone is not named": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.blind = true
			m.coined(-1, "a")
			m.readies = []error{fault.AccessDenied}
			_, err := m.token(memory).Ensure(t.Context())
			if _, ok := errors.AsType[*ensure.Several](err); ok || !errors.Is(err, fault.AccessDenied) {
				t.Errorf("%v, %v", err, m.log)
			}
		},
		"one that was just created is named before it shows": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.coined(-1, "a")
			m.coined(-1, "b")
			for n, ids := range [][]string{{"a", "b", "c"}, {"a", "b", "c", "d"}} {
				_, err := m.token(memory).Ensure(t.Context())
				if several, ok := errors.AsType[*ensure.Several](err); !ok || cmp.Diff(ids, several.IDs) != "" {
					t.Errorf("call %d: %v, %v", n, err, m.log)
				}
				m.led, m.lag, m.readies = nil, settle, []error{fault.NotFound} // the token is forgotten
			}
		},
		"two of which one goes are none": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall = true
			m.coined(0, "a")
			b := m.coined(-1, "b")
			time.AfterFunc(settle/2, func() {
				m.mu.Lock()
				defer m.mu.Unlock()
				b.left = time.Now()
			})
			ensured(t, m, memory, "a")
		},
		"two are named after short contexts, too": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall = true
			m.coined(-1, "a")
			m.coined(-1, "b")
			for n := 1; ; n++ {
				_, err := m.token(memory).Ensure(short(t, 3))
				if _, ok := errors.AsType[*ensure.Several](err); ok {
					break
				}
				if failed, ok := errors.AsType[*wait.Error](err); !ok || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(failed.State, "a") || n > 10 {
					t.Fatalf("call %d: %v", n, err)
				}
			}
		},
		"what passes is waited out": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.plan = []error{errBusy, fault.Throttled, fault.OutcomeUnknown}
			m.looks = []error{fault.Unavailable, nil}
			ensured(t, m, memory, "a")
		},
		"what does not pass is not": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.plan = []error{fault.QuotaExceeded}
			if _, err := m.token(memory).Ensure(t.Context()); !errors.Is(err, fault.QuotaExceeded) || len(m.log) != 1 {
				t.Errorf("%v, %v", err, m.log)
			}
		},
		"a look that is denied ends it, with the ID": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.looks = []error{fault.AccessDenied}
			if got, err := m.token(memory).Ensure(t.Context()); !errors.Is(err, fault.AccessDenied) || got.id != "a" {
				t.Errorf("%+v, %v", got, err)
			}
		},
		"so does a wait": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.coined(0, "a")
			m.readies = []error{fault.AccessDenied}
			if got, err := m.token(memory).Ensure(t.Context()); !errors.Is(err, fault.AccessDenied) || got.id != "a" {
				t.Errorf("%+v, %v", got, err)
			}
		},
		"a token that leads to what was gone before leads on at once": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.keeps = true
			m.coined(0, "a").left = time.Now()
			<-time.After(time.Hour)
			if took := ensured(t, m, memory, "b"); took >= settle || m.sends(0) != 2 {
				t.Errorf("after %v: %v", took, m.log)
			}
		},
		"what is being deleted has not lost its tags": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall, m.keeps = true, true
			a := m.coined(0, "a")
			a.shows = time.Now().Add(24 * time.Hour)
			<-time.After(time.Hour)
			time.AfterFunc(settle/4, func() {
				m.mu.Lock()
				defer m.mu.Unlock()
				a.left = time.Now()
			})
			_, err := m.token(memory).Ensure(short(t, 8))
			if _, ok := errors.AsType[*ensure.Bare](err); ok || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v, %v", err, m.log)
			}
		},
		"one late look proves no more than an early one": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall, m.lag = true, 24*time.Hour
			m.looks = append([]error{nil}, slices.Repeat([]error{fault.Unavailable}, 999)...)
			then := func(after time.Duration, do func()) {
				time.AfterFunc(after, func() {
					m.mu.Lock()
					defer m.mu.Unlock()
					do()
				})
			}
			then(5*settle/2, func() { m.looks, m.lag = nil, 0 })
			then(3*settle, func() { m.coins[0].left = time.Now() })
			ensured(t, m, memory, "b")
		},
		"the end of the context tells what is not known": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.lag = 24 * time.Hour
			m.plan = slices.Repeat([]error{fault.Throttled}, 99)
			m.plan[0] = fault.OutcomeUnknown
			if _, err := m.token(memory).Ensure(short(t, 5)); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, fault.OutcomeUnknown) {
				t.Errorf("%v, %v", err, m.log)
			}
		},

		// Tokens that are kept with the call.
		"a look comes first, and one Settle after the creation": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall = true
			if took := ensured(t, m, memory, "a"); took < settle || m.log[0] != "look" || m.log[1] != "send 0" || m.sends(0) != 1 {
				t.Errorf("after %v: %v", took, m.log)
			}
		},
		"what a look shows is enough": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall = true
			m.coined(-1, "a")
			ensured(t, m, memory, "a")
			sent(t, m, "look", "ready a")
		},
		"a token of what is gone is given up after Settle": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall = true
			m.coined(0, "a").left = time.Now().Add(-time.Hour)
			if took := ensured(t, m, memory, "b"); took < settle || m.sends(0) > 2 || m.sends(1) == 0 {
				t.Errorf("after %v: %v", took, m.log)
			}
		},
		"so short contexts give it up": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall = true
			m.coined(0, "a").left = time.Now().Add(-time.Hour)
			for n := 1; ; n++ {
				_, err := m.token(memory).Ensure(short(t, 3))
				if err == nil {
					break
				}
				if !errors.Is(err, context.DeadlineExceeded) || n > 20 {
					t.Fatalf("call %d: %v, %v", n, err, m.log)
				}
				<-time.After(time.Second)
			}
			if d := cmp.Diff([]string{"b"}, m.standing()); d != "" {
				t.Error(d)
			}
		},
		"contexts that are too short for all used tokens give them up, too": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall = true
			m.getPast(t, memory, 8*trip)
		},
		"what is known to be gone is not asked for in every call": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.getPast(t, memory, 14*trip)
		},
		"what does not show is no longer named when it is gone": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall, m.blind = true, true
			time.AfterFunc(settle+2*time.Second, func() {
				m.mu.Lock()
				defer m.mu.Unlock()
				m.coins[0].left = time.Now().Add(-time.Hour)
			})
			time.AfterFunc(settle+7*time.Second, func() {
				m.mu.Lock()
				defer m.mu.Unlock()
				m.looks = []error{fault.AccessDenied}
			})
			if _, err := m.token(memory).Ensure(t.Context()); !errors.Is(err, fault.AccessDenied) {
				t.Errorf("%v; %v", err, m.log)
			}
		},
		"a token that is forgotten creates no second one that shows": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall, m.forgets = true, time.Minute
			m.coined(0, "a")
			<-time.After(time.Hour)
			ensured(t, m, memory, "a")
			if d := cmp.Diff([]string{"a"}, m.standing()); d != "" {
				t.Error(d)
			}
		},
		"what it created and no look shows is named": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall, m.blind = true, true
			got, err := m.token(memory).Ensure(t.Context())
			if bare, ok := errors.AsType[*ensure.Bare](err); !ok || bare.ID != "a" || got.id != "a" || len(m.coins) != 1 {
				t.Errorf("%+v, %v; %v", got, err, m.log)
			}
		},
		"so does the end of the context": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall, m.blind = true, true
			got, err := m.token(memory).Ensure(short(t, 15))
			if bare, ok := errors.AsType[*ensure.Bare](err); !ok || bare.ID != "a" || got.id != "a" {
				t.Errorf("%+v, %v; %v", got, err, m.log)
			}
		},
		"whatever the end of the context interrupts": func(t *testing.T, m *mint, _ *ensure.Memory) {
			m.ofCall, m.blind = true, true
			for d := settle + 2*time.Second; d < 2*settle; d += 50 * time.Millisecond {
				ctx, cancel := context.WithTimeout(t.Context(), d)
				got, err := m.token(new(ensure.Memory)).Ensure(ctx)
				cancel()
				if bare, ok := errors.AsType[*ensure.Bare](err); !ok || bare.ID != "a" || got.id != "a" {
					t.Errorf("a context of %v: %+v, %v", d, got, err)
				}
			}
		},
		"what its token led to is no second one when it is gone": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall, m.keeps = true, true
			m.coined(0, "a").left = time.Now().Add(-time.Hour)
			time.AfterFunc(time.Second, func() {
				m.mu.Lock()
				defer m.mu.Unlock()
				m.coined(1, "b")
			})
			ensured(t, m, memory, "b")
		},
		"a lost answer is asked for again with the same token": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall = true
			m.lag = settle - time.Second
			m.plan = []error{fault.OutcomeUnknown}
			if took := ensured(t, m, memory, "a"); took < settle || m.sends(1) != 0 || len(m.coins) != 1 {
				t.Errorf("after %v: %v", took, m.log)
			}
		},
		"others may have created meanwhile when an answer was lost": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall = true
			m.plan = []error{fault.OutcomeUnknown}
			if took := ensured(t, m, memory, "a"); took < settle || m.sends(0) != 1 {
				t.Errorf("after %v: %v", took, m.log)
			}
		},
		"two of long ago do not count": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall = true
			m.coined(-1, "a")
			m.coined(-1, "b")
			_, _ = m.token(memory).Ensure(short(t, 3))
			<-time.After(time.Hour)
			start := time.Now()
			if _, err := m.token(memory).Ensure(t.Context()); err == nil || time.Since(start) < settle {
				t.Errorf("%v after %v", err, time.Since(start))
			}
		},
		"two calls come to the same": func(t *testing.T, m *mint, memory *ensure.Memory) {
			m.ofCall, m.lag = true, settle/2
			done := make(chan string, 2)
			for range 2 {
				go func() {
					got, err := m.token(new(ensure.Memory)).Ensure(t.Context())
					if err != nil {
						t.Error(err)
					}
					done <- got.id
				}()
			}
			if a, b := <-done, <-done; a != b || len(m.coins) != 1 {
				t.Errorf("%s and %s of %v", a, b, m.standing())
			}
		},
	} {
		t.Run(title, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { scenario(t, new(mint), new(ensure.Memory)) })
		})
	}
}
