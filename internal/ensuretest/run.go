package ensuretest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/ensure"
	"github.com/accesspoint-go/accesspoint/internal/fake"
)

const (
	// tries bounds how often a call that fails is made again in foul weather, which
	// a controller does without an end. Chosen: shorter contexts than a twelfth of
	// Settle are not drawn, and a key that takes this many is not healing.
	tries = 40
	// retryPause is the time between them, as of a controller's backoff.
	retryPause = time.Second
	// storm bounds the weather that is to last until the last call returns.
	storm = 60 * Settle
)

// A result is how one call of Ensure ended.
type result struct {
	call Call
	id   string
	err  error
}

// An end is what a schedule leads to, for comparisons: what is the same however
// quick the calls were.
type end struct{ exist, wrong int }

// A run is a schedule under way.
type run struct {
	Schedule
	service *Service
	world   World
	start   time.Time
	marks   *Marks
	fair    atomic.Bool

	mu        sync.Mutex
	wrong     []string
	results   []result
	processes []*process
	sleep     sleep          // of all clients together
	users     map[string]int // processes that have ensured a key
}

// run runs a schedule in a bubble of its own and returns what went wrong.
func (s Schedule) run(t *testing.T, service *Service, world func(Schedule) World, marks *Marks) (wrong []string, e end) {
	r := &run{Schedule: s, service: service, marks: marks, users: map[string]int{}}
	func() {
		defer func() { // of the bubble: a call hangs for good
			if p := recover(); p != nil {
				r.complain("P5", "%v", p)
			}
		}()
		synctest.Test(t, func(t *testing.T) {
			r.world, r.start = world(s), time.Now()
			e = r.run(t.Context())
		})
	}()
	e.wrong = len(r.wrong)
	return r.wrong, e
}

func (r *run) complain(promise, format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wrong = append(r.wrong, promise+": "+fmt.Sprintf(format, args...))
}

func (r *run) process() *process {
	p := newProcess(r.service, r.Latency)
	p.foul = func() bool { return !r.fair.Load() }
	r.mu.Lock()
	defer r.mu.Unlock()
	r.processes = append(r.processes, p)
	if r.Together { // it is one process that has all clients
		p.sleep = &r.sleep
	}
	if *trace {
		n, start := len(r.processes), r.start
		p.trace = func(step string, req *http.Request, more string) {
			r.mu.Lock()
			defer r.mu.Unlock()
			q := req.URL.Query()
			q.Del("Signature")
			_, _ = fmt.Fprintf(os.Stdout, "%10.3f process %d %s %s %s %.90s %s\n", time.Since(start).Seconds(), n, step, req.Method, req.Header.Get("X-Acs-Action"), q.Encode()+req.URL.Path, more)
		}
	}
	if r.Pauses > 0 {
		p.random, p.pauses = rand.New(rand.NewPCG(r.Seed, 1000+uint64(len(r.processes)))), r.Pauses
	}
	return p
}

// sent returns how many creations all processes have sent. r.mu is held.
func (r *run) sent() (n int) {
	for _, p := range r.processes {
		n += p.sent()
	}
	return n
}

// busy returns the time until which a process is suspended.
func (r *run) busy() (until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.processes {
		if t := p.suspended(); t.After(until) {
			until = t
		}
	}
	return until
}

func (r *run) caller(p *process) Caller {
	return r.world.Caller(Process{Wrap: p.wrap, MaxAttempts: r.Attempts, Together: r.Together})
}

// patience is how long a call may take when the weather is fair again. A client that was
// throttled by chance, while it made few calls, may be paced at one in 10 s for some
// minutes, whoever shares its pace.
func (r *run) patience() time.Duration {
	if r.Faults > 0 && (r.Mix == nil || r.Mix[fake.Throttle] > 0) {
		const slowest = 10 * time.Second
		return fairTime + time.Duration(2+3*r.pages())*slowest
	}
	return fairTime
}

// fairRequests returns how many requests a call may send in fair weather. A list may
// have all that was created so far, and a call may read it three times.
func (r *run) fairRequests() int {
	if r.Page == 0 {
		return fairRequests
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return fairRequests + 3*r.sent()/r.Page
}

// withWeather runs f while the weather is foul, and then until one more suspension, and a
// call with contexts that end, are over.
func (r *run) withWeather(ctx context.Context, seed uint64, f func(context.Context)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.fair.Store(false)
	r.world.Disturb(r.weather(seed))
	length := r.Weather
	if length == 0 {
		length = storm
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(ctx)
	}()
	select {
	case <-done:
	case <-time.After(length):
		r.fair.Store(true)
		r.world.Calm()
		bound := 2 * r.patience()
		if r.Pauses > 0 {
			bound += 30 * Settle
		}
		select {
		case <-done:
		case <-time.After(bound):
			r.complain("P5", "calls have not returned %v after the weather ended", bound)
			cancel()
			<-done
		}
	}
	pass(r.Late + r.Lag + r.TagLag + Settle + r.Latency) // until all has arrived, and shows
	r.fair.Store(true)
	r.world.Calm()
}

func (r *run) run(ctx context.Context) (e end) {
	keys := map[string][]Call{}
	for _, c := range r.Calls {
		keys[c.key()] = append(keys[c.key()], c)
	}
	r.withWeather(ctx, 0, func(ctx context.Context) {
		var all sync.WaitGroup
		for _, c := range r.Calls {
			all.Go(func() {
				pass(c.Start)
				r.lives(ctx, c)
			})
		}
		all.Wait()
	})
	for key, calls := range keys {
		e.exist += r.check(ctx, key, calls)
	}
	if r.Absent {
		r.remove(ctx, keys)
	}
	pass(time.Until(r.busy()) + Settle) // for what is on its way
	if r.world.Wrong != nil {
		for _, what := range r.world.Wrong() {
			r.complain("P10", "%s", what)
		}
	}
	return e
}

// lives makes a call in one process after the other, until one is not killed.
func (r *run) lives(ctx context.Context, c Call) {
	for crashes := c.Crashes; ; {
		crash := time.Duration(0)
		if len(crashes) > 0 {
			crash, crashes = crashes[0], crashes[1:]
		}
		if !r.life(ctx, c, crash) {
			return
		}
		pass(c.Restart)
	}
}

// life makes a call until it returns without an error, or its process dies.
func (r *run) life(ctx context.Context, c Call, crash time.Duration) (died bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var p *process
	var caller Caller
	var told int // IDs of what this client has created
	dead := make(chan struct{})
	if crash > 0 {
		death := time.AfterFunc(crash, func() { close(dead); cancel() })
		defer death.Stop()
	}
	start := func() {
		r.mu.Lock()
		r.users[c.key()]++
		r.mu.Unlock()
		p = r.process()
		p.dead = dead
		caller = r.caller(p)
		told = 0
	}
	start()
	again := c.Timeout > 0 || r.final() || r.TagsLost > 0
	for n := 1; ; n++ {
		id, seen, err := r.call(ctx, p, caller, c)
		told += len(seen.created)
		if p.isDead() {
			r.marks.add("died")
			return true
		}
		// Whoever is shown Settle later that there is no such resource takes it for deleted.
		hidden := r.Lag > Settle || r.Mix[fake.EmptyList] > 0
		if r.TagsLost > 0 && told > 1 && r.service.MaxCreates > 0 && !hidden {
			r.complain("P9", "%s: one client has created %d, though it was told the ID of the first", c.key(), told)
		}
		again := again && !r.lostForGood(err) || r.exhausted(seen)
		if err == nil || caller.Drifts(err) || !again || n == tries || ctx.Err() != nil || caller.Duplicates(err) != nil {
			if n == tries && err != nil && !r.Wild && !r.final() && r.TagsLost == 0 {
				r.complain("P4", "%s: not done after %d calls: %v", c.key(), tries, err)
			}
			r.mu.Lock()
			r.results = append(r.results, result{c, id, err})
			r.mu.Unlock()
			return false
		}
		pass(retryPause)
		if pass(time.Until(p.suspended())); c.Anew { // a suspended process calls nothing
			start()
			c.Timeout = heed(c.Timeout, err)
		}
		if c.Timeout > 0 && strings.Contains(err.Error(), "refused locally") {
			c.Timeout *= 2 // the service throttles: what is left of its quota takes time
		}
	}
}

// toldOf is how an error tells that in a new process each time, no number of calls with
// such contexts comes to an end.
var toldOf = regexp.MustCompile(`takes a context that lasts longer than (\w+)`)

// lostForGood reports that an error tells of tags that are lost, and will be in the next
// call as well.
func (r *run) lostForGood(err error) bool {
	return r.TagsLost > 0 && r.fair.Load() && !errors.Is(err, context.DeadlineExceeded)
}

// heed returns the timeout of the next call of a new process after one that failed.
// That it then comes to an end is a promise.
func heed(timeout time.Duration, err error) time.Duration {
	for _, told := range toldOf.FindAllStringSubmatch(err.Error(), -1) {
		if d, _ := time.ParseDuration(told[1]); d > 0 {
			timeout = max(timeout, 2*d)
		}
	}
	return timeout
}

// call makes one call of Ensure, and checks what can be checked of it alone.
func (r *run) call(ctx context.Context, p *process, caller Caller, c Call) (id string, seen traffic, err error) {
	outer := ctx
	if c.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.Timeout)
		defer cancel()
	}
	p.takeTraffic()
	start := time.Now()
	if c.Other {
		id, err = caller.Other(ctx, c.key())
	} else {
		id, err = caller.Ensure(ctx, c.key())
	}
	took := time.Since(start)
	seen = p.takeTraffic()
	if p.isDead() {
		return id, seen, err
	}
	r.mark(caller, id, err, seen)
	if late := took - c.Timeout; c.Timeout > 0 && late > time.Second && time.Since(p.suspended()) > time.Second {
		r.complain("P5", "%s: a call returned %v after its context had ended", c.key(), late)
	}
	if n := seen.requests; n > r.fairRequests()+int(foulRate*took.Seconds()) {
		r.complain("P5", "%s: a call of %v sent %d requests", c.key(), took, n)
	}
	if most := r.service.MaxCreates; most > 0 && seen.unrefused > most {
		r.complain("P9", "%s: a call sent %d creations that were not refused", c.key(), seen.unrefused)
	}
	if n := len(seen.created); err != nil && n > 0 && seen.deletions == 0 && !caller.Drifts(err) {
		// What lags by more than Settle is taken for deleted, and another may have been found
		// since, which is the value then. The error still names both.
		if last := seen.created[n-1]; id != last && !r.Wild && caller.Duplicates(err) == nil || !strings.Contains(err.Error(), last) {
			r.complain("P6", "%s: a call was told the ID %s, and returned %q, %v", c.key(), last, id, err)
		}
	}
	switch {
	case err == nil, outer.Err() != nil, r.exhausted(seen):
	case caller.Drifts(err) && r.mixed(c.Key):
	case r.Wild && (caller.Duplicates(err) != nil || r.Pauses > 0 || r.TagLag > 0):
	case r.Lag > Settle && errors.Is(err, ensure.ErrTaken): // by what does not show yet, the service says
	case r.doubles(c.key()) && caller.Duplicates(err) != nil:
	case r.final(), r.TagsLost > 0, r.Shift, r.Wild && c.Timeout > 0:
	case c.Timeout > 0 && errors.Is(err, context.DeadlineExceeded):
	default:
		r.complain("P7", "%s: a call failed: %v", c.key(), err)
	}
	return id, seen, err
}

// mixed reports whether calls for a key ask for different settings.
func (r *run) mixed(key int) bool {
	return slices.ContainsFunc(r.Calls, func(c Call) bool { return c.Key == key && c.Other })
}

// doubles reports whether a key may have two resources, which are reported: of several
// processes, each may have created one.
func (r *run) doubles(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.service.Reports && r.users[key] > 1
}

// exhausted reports whether a call has sent as many creations as it may, so that it
// may fail.
func (r *run) exhausted(seen traffic) bool {
	return r.service.MaxCreates > 0 && seen.unrefused >= r.service.MaxCreates
}

// mark notes the outcome of a call.
func (r *run) mark(caller Caller, id string, err error, seen traffic) {
	switch {
	case err != nil && caller.Drifts(err):
		r.marks.add("drift")
	case err != nil && caller.Duplicates(err) != nil:
		r.marks.add("duplicate")
	case errors.Is(err, context.DeadlineExceeded):
		r.marks.add("context ended")
	case err != nil:
		r.marks.add("failed")
	case seen.creations == 0:
		r.marks.add("found")
	case len(seen.created) > 0 && !slices.Contains(seen.created, id):
		r.marks.add("gave way")
	case seen.createdOne:
		r.marks.add("created")
	case seen.unrefused == 0:
		r.marks.add("found by a refused creation")
	default:
		r.marks.add("found after a creation of unknown outcome")
	}
	if len(seen.tokens) > 1 {
		r.marks.add("next token")
	}
}

// check looks at what a key has after the weather, and makes one more call. It
// returns how many exist then.
func (r *run) check(ctx context.Context, key string, calls []Call) int {
	mixed := r.mixed(calls[0].Key)
	before := r.world.Standing(key)
	hidden := r.TagsLost > 0 && (r.Wild || !r.service.Unique || mixed && r.service.TagsTell)
	if n := len(before); n > 1 && r.service.Unique && !r.Wild && !hidden {
		r.complain("P1", "%s: %v exist", key, before)
	}
	p := r.process()
	caller := r.caller(p)
	id, err := "", error(nil)
	within(ctx, r.patience(), func(ctx context.Context) { id, err = caller.Ensure(ctx, key) })
	seen := p.takeTraffic()
	after := r.world.Standing(key)
	reported := caller.Duplicates(err)
	usable := err == nil || mixed && caller.Drifts(err)
	switch {
	case r.TagsLost > 0 && !usable:
		// What lacks its tags is found by nobody. It is enough that the error says so.
	case hidden && slices.Contains(after, id):
		// Nor can another process know of it.
	case len(after) > 1 && (r.Wild || r.doubles(key)):
		if !sameIDs(reported, after) {
			r.complain("P3", "%s: %v exist, and a later call reports %v (%v)", key, after, reported, err)
		}
	case len(after) != 1:
		r.complain("P1", "%s: %v exist after one more call, which got %s, %v", key, after, id, err)
	case !usable || id != after[0]:
		r.complain("P4", "%s: %v exists, and one more call gets %s, %v", key, after, id, err)
	}
	if seen.requests > r.fairRequests() {
		r.complain("P5", "%s: one more call sent %d requests", key, seen.requests)
	}
	for _, result := range r.results {
		switch {
		case result.call.key() != key, result.err != nil && !caller.Drifts(result.err):
		case r.Wild && !r.service.Keeps:
		case !slices.Contains(after, result.id):
			r.complain("P2", "%s: a call got %s, but %v exist, and before one more call %v", key, result.id, after, before)
		}
	}
	return len(after)
}

// within calls f with a context that ends after some time.
func within(ctx context.Context, d time.Duration, f func(context.Context)) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	f(ctx)
}

// remove makes every key absent while the service misbehaves, and one more whose
// creation has just been interrupted.
func (r *run) remove(ctx context.Context, keys map[string][]Call) {
	const broken = "key-broken-off"
	gone := []string{broken}
	for key := range keys {
		gone = append(gone, key)
	}
	slices.Sort(gone)
	again := map[string]string{} // what the key has that is ensured once more
	absent := map[string]bool{}
	var mu sync.Mutex
	r.withWeather(ctx, 1, func(ctx context.Context) {
		crash := r.Latency/2 + 1
		if r.Seed%2 == 0 {
			crash += Settle + r.Latency
		}
		dying := func(crash time.Duration, f func(context.Context, Caller)) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			p := r.process()
			death := time.AfterFunc(crash, func() { close(p.dead); cancel() })
			defer death.Stop()
			f(ctx, r.caller(p))
		}
		dying(crash, func(ctx context.Context, c Caller) { _, _ = c.Ensure(ctx, broken) })
		for key := range keys {
			dying(1+time.Duration(r.Seed)%(2*Settle), func(ctx context.Context, c Caller) { _ = c.Absent(ctx, key) })
		}
		var all sync.WaitGroup
		for _, key := range gone {
			all.Go(func() {
				caller := r.caller(r.process())
				if !r.absent(ctx, caller, key) {
					return
				}
				mu.Lock()
				absent[key] = true
				mu.Unlock()
				if key == broken || r.Seed%3 > 0 {
					return
				}
				p := r.process()
				caller = r.caller(p)
				id, err := caller.Ensure(ctx, key)
				for err != nil && r.exhausted(p.takeTraffic()) && ctx.Err() == nil { // to call again is what the error asks for
					id, err = caller.Ensure(ctx, key)
				}
				switch {
				case err == nil:
					mu.Lock()
					again[key] = id
					mu.Unlock()
				case !r.Wild && !r.final() && r.TagsLost == 0 && !r.Shift && ctx.Err() == nil && !(r.service.Reports && caller.Duplicates(err) != nil):
					r.complain("P7", "%s: not ensured again: %v", key, err)
				default:
					mu.Lock()
					again[key] = "" // it may be there or not
					mu.Unlock()
				}
			})
		}
		all.Wait()
	})
	for _, key := range gone {
		exist := r.world.Standing(key)
		id, ensured := again[key]
		switch {
		case r.Wild || r.TagsLost > 0 || r.Shift:
		case ensured && id != "" && !slices.Contains(exist, id):
			r.complain("P2", "%s: %v exist, and a call got %s", key, exist, id)
		case absent[key] && !ensured && len(exist) > 0:
			r.complain("P8", "%s: %v exist, and should be absent", key, exist)
		}
		if r.TagsLost > 0 {
			continue
		}
		caller := r.caller(r.process())
		within(ctx, r.patience(), func(ctx context.Context) {
			if err := caller.Absent(ctx, key); err != nil {
				r.complain("P4", "%s: one more call does not make it absent: %v", key, err)
			}
		})
		if exist := r.world.Standing(key); len(exist) > 0 {
			r.complain("P8", "%s: %v exist after one more call made it absent", key, exist)
		}
	}
}

// absent makes a key absent, and reports whether it is.
func (r *run) absent(ctx context.Context, caller Caller, key string) bool {
	hurry := r.Hurry
	for range tries {
		called, cancel := ctx, context.CancelFunc(func() {})
		if hurry > 0 {
			called, cancel = context.WithTimeout(ctx, hurry)
		}
		err := caller.Absent(called, key)
		cancel()
		if hurry > 0 && err != nil && strings.Contains(err.Error(), "refused locally") {
			hurry *= 2 // as in life
		}
		switch {
		case err == nil:
			return true
		case ctx.Err() != nil:
			return false
		case r.final(), r.Hurry > 0 && errors.Is(err, context.DeadlineExceeded), r.TagsLost > 0:
			pass(retryPause)
		default:
			r.complain("P7", "%s: not made absent: %v", key, err)
			return false
		}
	}
	if !r.Wild && !r.final() && r.TagsLost == 0 {
		r.complain("P4", "%s: not absent after %d calls", key, tries)
	}
	return false
}

func sameIDs(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
