package wait

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// Crowds are the waits for the resources of one service, as one identity sees
// them. Those that the same list shows look together where that costs less. The
// zero Crowds is ready for use.
type Crowds struct {
	mu     sync.Mutex  // guards all that is below, in the crowds too
	byList map[any]any // *crowd[T] by listKey[T]; none in which nobody waits
	hunts  map[any]any // *hunt[T] by listKey[T], the latest of them
	denied bool        // the identity may not list: everybody looks alone, for good
}

// A listKey names a list of resources of one type.
type listKey[T any] struct{ list string }

// A Source is where a wait looks.
type Source[T any] struct {
	Crowds *Crowds
	// List names the list that shows the resource. It is the same for those that
	// one list shows.
	List string
	// Get returns one resource.
	Get func(ctx context.Context, id string) (T, error)
	// Page returns one page of the list, the first for an empty token.
	Page func(ctx context.Context, token string) (Page[T], error)
	// ID returns the ID of a value, as lists have it.
	ID func(T) string
	// Listed returns id as lists have it, or "" if none can hold it.
	Listed func(id string) string
	// Gone, if set, makes an error of Get for which it is true the end that is
	// awaited.
	Gone func(error) bool
	// Step, if set, makes of each look what the wait goes on with, and does on the
	// way what leads to the end that is awaited. It takes no longer than a poll may.
	Step func(context.Context, Look[T]) (T, error)
	// Denied is called when the service first refuses to be listed.
	Denied func(ctx context.Context, err error)
}

// A Page is a part of a list.
type Page[T any] struct {
	Items []T
	Next  string // token of the next page, empty on the last
	Total int    // over all pages, 0 if the service does not say
}

// A Look is what one look found.
type Look[T any] struct {
	Value T
	// Err is the error of Get or Page. It is a [fault.NotFound] as well if a list
	// does not show the resource; whether that lags is for the Step to judge.
	Err    error
	Listed bool      // it is from a list, and not from a Get
	Asked  time.Time // the service was not asked before
}

// A Result is what came of one wait.
type Result[T any] struct {
	Value T
	Err   *Error
}

// Each waits for each of the ids as [Until] does, with a test of its own that
// done makes. No wait ends another. The results are in the order of the ids.
func Each[T any](ctx context.Context, o Options, s *Source[T], ids []string, done func() func(T) (state string, ok bool, err error)) []Result[T] {
	results := make([]Result[T], len(ids))
	if ctx == nil {
		for i := range results {
			results[i].Err = &Error{Err: errNilContext}
		}
		return results
	}
	if onPoll := o.OnPoll; onPoll != nil && len(ids) > 1 {
		var mu sync.Mutex
		o.OnPoll = func(polls int, elapsed time.Duration, state string) {
			mu.Lock()
			defer mu.Unlock()
			onPoll(polls, elapsed, state)
		}
	}
	waiters, first := join(ctx, o, s, ids)
	run := func(i int) {
		w := waiters[i]
		defer w.quit()
		results[i].Value, results[i].Err = loop(ctx, o, first, watch[T]{w.poll, w.get, w.pause, s.Gone}, done())
	}
	if len(ids) == 1 {
		run(0)
		return results
	}
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() { run(i) })
	}
	wg.Wait()
	return results
}

// A crowd is the waits that one list shows.
//
// Each of them keeps its own time, and looks with a Get of its own while they are
// few. When one is due and those within reach, which are those that have a quarter
// of their pause behind them, outnumber the pages that a listing takes, it starts
// a listing that serves them all. With a quarter, waits that began at different
// times soon look at the same, although their pauses are random by a fifth.
type crowd[T any] struct {
	key     listKey[T]
	waiters map[*waiter[T]]struct{}
	pages   int       // what the last listing took, or would have taken; 1 before the first
	failed  int       // listings in a row that failed
	resumes time.Time // no listing before

	since time.Time // when the first of the calls was that are counted
	calls int
}

const (
	few         = 4           // calls that need not wait for others
	maxFailures = 3           // listings in a row that may fail
	alone       = time.Minute // how long everybody looks alone then
)

// A waiter is one wait in a crowd.
type waiter[T any] struct {
	source  *Source[T]
	crowd   *crowd[T]
	ctx     context.Context
	id      string
	listed  string
	timeout time.Duration
	grace   time.Time // until then it need not be visible; zero if it is to go

	busy    bool          // it looks, alone or in a listing
	near    time.Time     // from then on a listing may take it along
	listing *listing[T]   // that it is part of
	taken   chan struct{} // wakes it when a listing has taken it along
	answer  chan answer[T]
}

// An answer is what a listing has for a waiter.
type answer[T any] struct {
	value T
	err   error
}

var (
	errAbsent   = errors.New("the list does not show it")
	errAskAlone = errors.New("the listing was given up")
)

// notListed is the error of a look that finds nothing, which may not be visible
// yet.
type notListed struct{}

func (notListed) Error() string        { return "not in the list" }
func (notListed) Is(target error) bool { return target == fault.NotFound }

// join adds a wait for each of the ids to their crowd, and returns how long they
// are to pause before they look: not at all for the first few calls, and for
// those that come close behind until they are together.
func join[T any](ctx context.Context, o Options, s *Source[T], ids []string) (waiters []*waiter[T], first time.Duration) {
	now := time.Now()
	c := s.Crowds
	c.mu.Lock()
	defer c.mu.Unlock()
	key := listKey[T]{s.List}
	in, _ := c.byList[key].(*crowd[T])
	if in == nil && len(ids) > 0 {
		in = &crowd[T]{key: key, waiters: map[*waiter[T]]struct{}{}, pages: 1}
		if c.byList == nil {
			c.byList = map[any]any{}
		}
		c.byList[key] = in
	}
	for _, id := range ids {
		w := &waiter[T]{
			source: s, crowd: in, ctx: ctx, id: id, listed: s.Listed(id), timeout: o.pollTimeout(),
			taken: make(chan struct{}, 1), answer: make(chan answer[T], 1),
		}
		if s.Gone == nil {
			w.grace = now.Add(o.grace())
		}
		in.waiters[w] = struct{}{}
		waiters = append(waiters, w)
	}
	if in == nil || c.denied {
		return waiters, 0
	}
	together := o.interval() / 4
	if now.Sub(in.since) >= together {
		in.since, in.calls = now, 0
	}
	if in.calls++; in.calls > few && len(in.waiters) > in.pages {
		first = together - now.Sub(in.since)
	}
	return waiters, first
}

// quit takes w out of its crowd, and the crowd away if w was the last.
func (w *waiter[T]) quit() {
	c := w.source.Crowds
	c.mu.Lock()
	defer c.mu.Unlock()
	w.leave()
	delete(w.crowd.waiters, w)
	if len(w.crowd.waiters) == 0 {
		delete(c.byList, w.crowd.key)
	}
}

// pause waits for d, or until a listing takes w along.
func (w *waiter[T]) pause(ctx context.Context, d time.Duration) error {
	c := w.source.Crowds
	c.mu.Lock()
	if w.busy && w.listing == nil { // before its first look it is near from the start
		w.busy, w.near = false, time.Now().Add(d/4)
	}
	c.mu.Unlock()
	return sleep(ctx, d, w.taken)
}

// poll returns what w waits for, after a step towards it if there is one to take.
func (w *waiter[T]) poll(ctx context.Context) (value T, listed bool, err error) {
	l := w.look(ctx)
	if w.source.Step == nil {
		return l.Value, l.Listed, l.Err
	}
	value, err = poll(ctx, w.timeout, func(ctx context.Context) (T, error) { return w.source.Step(ctx, l) })
	return value, false, err
}

// look returns what w waits for as the service shows it now.
func (w *waiter[T]) look(ctx context.Context) Look[T] {
	if l := w.attend(); l != nil {
		a := w.await(ctx, l)
		switch {
		case a.err == errAbsent && (w.source.Step != nil || time.Now().Before(w.grace)):
			return Look[T]{a.value, notListed{}, true, l.began}
		case a.err != errAbsent && a.err != errAskAlone:
			return Look[T]{a.value, a.err, true, l.began}
		}
		// A list may lag behind, pass over one when others go, or leave out what
		// is being deleted. So that it does not show one is not the last word.
	}
	asked := time.Now()
	value, err := w.get(ctx)
	return Look[T]{value, err, false, asked}
}

func (w *waiter[T]) get(ctx context.Context) (T, error) {
	return poll(ctx, w.timeout, func(ctx context.Context) (T, error) { return w.source.Get(ctx, w.id) })
}

// attend returns the listing that serves w: one that has taken it along, or one
// that it starts. It returns nil if w is to look alone.
func (w *waiter[T]) attend() *listing[T] {
	c := w.source.Crowds
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.listing != nil {
		select {
		case <-w.taken:
		default:
		}
		return w.listing
	}
	w.busy = true
	now := time.Now()
	if c.denied || now.Before(w.crowd.resumes) || !w.listable() {
		return nil
	}
	near := []*waiter[T]{w}
	for v := range w.crowd.waiters {
		if !v.busy && v.listable() && !now.Before(v.near) {
			near = append(near, v)
		}
	}
	if len(near) <= w.crowd.pages {
		return nil
	}
	l := &listing[T]{crowd: w.crowd, id: w.source.ID, leader: w, waiting: map[string][]*waiter[T]{}, left: len(near), began: now, latest: now}
	for _, v := range near {
		v.busy, v.listing = true, l
		l.waiting[v.listed] = append(l.waiting[v.listed], v)
		if v != w {
			v.taken <- struct{}{}
		}
	}
	go l.run(c)
	return l
}

func (w *waiter[T]) listable() bool { return w.listed != "" && w.ctx.Err() == nil }

// await returns what the listing has for w. The poll timeout bounds each page.
func (w *waiter[T]) await(ctx context.Context, l *listing[T]) (a answer[T]) {
	c := w.source.Crowds
	timer := time.NewTimer(w.timeout)
	defer timer.Stop()
	for waiting := true; waiting; {
		select {
		case a = <-w.answer:
			waiting = false
		case <-ctx.Done():
			a.err, waiting = ctx.Err(), false
		case <-timer.C:
			c.mu.Lock()
			left := w.timeout - time.Since(l.latest)
			c.mu.Unlock()
			if left > 0 {
				timer.Reset(left)
			} else {
				a.err, waiting = errPollTimeout, false
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	w.leave()
	return a
}

// leave takes w out of the listing that it is part of, and ends that if it served
// nobody else.
func (w *waiter[T]) leave() {
	l := w.listing
	if l == nil {
		return
	}
	w.listing = nil
	if i := slices.Index(l.waiting[w.listed], w); i >= 0 {
		l.waiting[w.listed] = slices.Delete(l.waiting[w.listed], i, i+1)
		if l.left--; l.left == 0 && l.cancel != nil {
			l.cancel()
		}
	}
	select {
	case <-w.answer:
	default:
	}
}

// A listing goes through the pages of a list on behalf of several waits.
type listing[T any] struct {
	crowd   *crowd[T]
	id      func(T) string
	leader  *waiter[T]
	waiting map[string][]*waiter[T] // for an answer, by the ID that lists have
	left    int                     // how many they are
	barren  int                     // pages in a row that served nobody
	size    int                     // of the first page
	began   time.Time
	latest  time.Time          // when the last page came
	cancel  context.CancelFunc // of the request on the way
}

// run asks for pages until all have their answers.
func (l *listing[T]) run(c *Crowds) {
	seen := map[string]bool{}
	for number, token := 1, ""; ; number++ {
		c.mu.Lock()
		w := l.lead()
		if w == nil {
			c.mu.Unlock()
			return
		}
		// Whoever leads may go, and the others still want the page.
		ctx, cancel := context.WithCancel(context.WithoutCancel(w.ctx))
		l.cancel = cancel
		c.mu.Unlock()

		page, err := read(ctx, w.source.Page, token)
		if errors.Is(err, fault.AccessDenied) && c.deny() {
			w.source.Denied(ctx, err)
		}
		cancel()
		seen[token] = true
		if seen[page.Next] && page.Next != "" {
			err = errAskAlone
		}
		c.mu.Lock()
		l.latest, l.cancel = time.Now(), nil
		over := l.take(number, page, err)
		c.mu.Unlock()
		if over {
			return
		}
		token = page.Next
	}
}

const (
	pageTries = 4 // for a page that fails in passing
	pagePause = 500 * time.Millisecond
)

// read asks for a page until it comes or has failed too often: what was read of
// the list before it is not to be read again for the one that fails.
func read[T any](ctx context.Context, page func(context.Context, string) (Page[T], error), token string) (Page[T], error) {
	for try := 1; ; try++ {
		p, err := page(ctx, token)
		if err == nil || !passing(err) || try == pageTries || sleep(ctx, pagePause, nil) != nil {
			return p, err
		}
	}
}

// deny notes that the service refuses to be listed, and reports whether that is
// news.
func (c *Crowds) deny() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	news := !c.denied
	c.denied = true
	return news
}

// lead returns the wait in whose name, and with whose context, the next page is
// asked for: the one that began the listing, as long as it has no answer.
func (l *listing[T]) lead() *waiter[T] {
	if slices.Contains(l.waiting[l.leader.listed], l.leader) {
		return l.leader
	}
	for _, same := range l.waiting {
		if len(same) > 0 {
			l.leader = same[0]
			return l.leader
		}
	}
	return nil
}

// take gives the waits what the page has for them, and reports whether that was
// the last one.
func (l *listing[T]) take(number int, page Page[T], err error) (over bool) {
	c := l.crowd
	switch {
	case l.left == 0: // all have gone
		return true
	case err != nil:
		if c.failed++; c.failed == maxFailures {
			c.failed, c.resumes = 0, l.latest.Add(alone)
		}
		if !passing(err) {
			err = errAskAlone // and learn what is wrong in one's own name
		}
		l.dismiss(err)
		return true
	}
	c.failed = 0
	l.size = cmp.Or(l.size, len(page.Items))
	l.barren++
	for i := range page.Items {
		id := l.id(page.Items[i])
		for _, w := range l.waiting[id] {
			w.answer <- answer[T]{value: page.Items[i]}
			l.left--
			l.barren = 0
		}
		delete(l.waiting, id)
	}
	c.pages = number
	switch {
	case l.left == 0:
		return true
	case page.Next == "":
		l.dismiss(errAbsent)
		return true
	case page.Total > 0:
		// How many pages there are is known, and so whether to go on.
		if ahead := max(1, (page.Total+l.size-1)/max(1, l.size)-number); ahead >= l.left {
			c.pages = number + ahead
			l.dismiss(errAskAlone)
			return true
		}
	case l.barren >= l.left:
		c.pages = 2 * number
		l.dismiss(errAskAlone)
		return true
	}
	return false
}

// dismiss gives all who still wait the same answer.
func (l *listing[T]) dismiss(err error) {
	for _, same := range l.waiting {
		for _, w := range same {
			w.answer <- answer[T]{err: err}
		}
	}
	clear(l.waiting)
	l.left = 0
}
