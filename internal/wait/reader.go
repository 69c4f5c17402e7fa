package wait

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// A Reader reads resources of one type, as one identity sees them, for all who
// ask for them at the same time. The zero Reader is ready for use.
type Reader[T any] struct {
	mu    sync.Mutex // guards lists and all that is in them
	lists map[string]*list[T]
	room  int // for so many lists, before unused ones are dropped
	// denied says that the identity may not list: every resource is asked for by
	// itself, for good.
	denied atomic.Bool
}

// A Source is where a caller finds resources. Its functions run in the goroutine
// and with the context of a caller. What Page returns may serve others as well.
type Source[T any] struct {
	Reader *Reader[T]
	// List names the list that shows the resources. The sources of one list differ
	// in nothing but the client that they ask with.
	List string
	// Get returns one resource.
	Get func(ctx context.Context, id string) (T, error)
	// Query returns the resources of one key. Nil if nobody asks by key.
	Query func(ctx context.Context, key string) ([]T, error)
	// QueriesList says that Query reads the list as well, and so saves nothing: a list
	// that others can share takes its place even for one.
	QueriesList bool
	// Page returns one page of the list, the first for an empty token.
	Page func(ctx context.Context, token string) (Page[T], error)
	// ID returns the ID of a resource, as lists have it.
	ID func(T) string
	// Key returns the key of a resource. Nil if nobody asks by key.
	Key func(T) string
	// Listed returns id as lists have it, or "" if none can hold it.
	Listed func(id string) string
	// Denied is called when the service first refuses to be listed.
	Denied func(ctx context.Context, err error)
}

// A Page is a part of a list.
type Page[T any] struct {
	Items []T
	Next  string // token of the next page, empty on the last
	Total int    // over all pages, 0 if the service does not say
}

// A Look is the state of a resource at one time.
type Look[T any] struct {
	Value T
	// Err is the error of Get or Page. It is a [fault.NotFound] as well if a list
	// lacks the resource. That proves little: a list may lag, skip a resource when
	// others go, or omit what is being deleted.
	Err    error
	Listed bool      // it is from a list, and not from Get
	Asked  time.Time // the state is no older than this
}

// Look returns the state of a resource. It asks at by, or earlier: whatever list
// somebody reads between from and by serves it. Many who ask at the same time may
// be held back for a moment, to share a list.
func (s *Source[T]) Look(ctx context.Context, id string, from, by time.Time) Look[T] {
	return s.find(ctx, s.want(id, from, by)).Look
}

// want returns a want of one resource.
func (s *Source[T]) want(id string, from, by time.Time) *want[T] {
	listed := s.Listed(id)
	return &want[T]{id: id, listed: listed, single: listed == "", from: from, by: by}
}

// Found is what a key had at one time.
type Found[T any] struct {
	Items []T
	Sure  bool      // there was nothing else: a list of several pages may skip a resource
	Moved bool      // the pages tell that the list changed while they were read
	Asked time.Time // when the first page was asked for
}

// Find returns the resources of a key, in the time that [Source.Look] takes.
func (s *Source[T]) Find(ctx context.Context, key string, from, by time.Time) (Found[T], error) {
	a := s.find(ctx, &want[T]{byKey: true, key: key, from: from, by: by})
	return Found[T]{a.items, a.sure, a.moved, a.Asked}, a.Err
}

func (s *Source[T]) find(ctx context.Context, w *want[T]) answer[T] {
	err := errNilContext
	if ctx != nil {
		c := s.join(-1)
		defer c.leave()
		c.add(w)
		var answers []answer[T]
		if answers, err = c.next(ctx); err == nil {
			return answers[0]
		}
	}
	return answer[T]{Look: Look[T]{Err: err}}
}

// A list serves those who want something that it shows.
//
// Each asks for its own while they are few. If one is due and those within reach
// outnumber the pages of the list, it reads the list for all of them.
//
//	      from                 by
//	────────┼────────────────────┼─────────▶ time
//	        │    within reach    │ due
//	        └─ a read that begins from here on serves it
//
// A read takes one page after the other. The one who asks for a page, the leader,
// does so in its own name, and hands the page to all. When it has what it wants, or
// is interrupted, it leaves, and one of the others goes on with the next page.
//
// The first callers go on at once. The next are delayed for a moment, and by the end
// of that are likely to be many.
type list[T any] struct {
	callers int
	used    time.Time // the last of them left
	wants   map[*want[T]]bool
	changed chan struct{} // closed when those who wait are to look again
	read    *read[T]      // the latest, or nil
	before  *read[T]      // the one before: callers that it serves may not have seen its end
	reads   int           // so far
	pages   int           // that the last read took, or would have taken; 1 before the first
	failed  int           // reads in a row that failed
	resumes time.Time     // no read before
	last    time.Time     // when a request was last sent
	asking  int           // requests under way for single wants
	credit  int           // further wants that are not delayed
	grant   int           // what the credit was at first; 0 while many come
}

const (
	// burst is how many callers are too few to be delayed. A higher number makes it
	// dearer when many come, a lower one delays callers without need. Chosen.
	burst = 4
	// delay is how long the next are delayed, so that more come, for each page that
	// they would share. A longer one saves requests and delays each of many by as
	// much. Chosen: in the order of one round trip.
	delay = 100 * time.Millisecond
	// maxDelay bounds that for lists of many pages. Chosen: little beside the time
	// that resources take to change.
	maxDelay = 10 * delay
	// If no more than burst came, twice as many as the last time go on at once, so
	// that callers one after the other are hardly delayed. maxGrant bounds that. A
	// higher number makes it dearer when many come then. Chosen.
	maxGrant = 100
	// maxFailures reads in a row may fail. Then nobody reads the list for a time of
	// rest: it may be too long for the service. Chosen.
	maxFailures = 3
	rest        = time.Minute
	// A page is tried for pageTries times, pagePause apart: a failure would throw
	// away the pages before it. The transport has retried each of them. Chosen.
	pageTries = 4
	pagePause = 500 * time.Millisecond
	// patience is how long those without a timeout wait for a page that another asks
	// for: its connection may hang, and is not to hold all up. A shorter time has many
	// ask on their own where a page takes as long. Chosen: half of an attempt's timeout.
	patience = 15 * time.Second
)

// A want is a resource, or all of a key, that one caller wants.
type want[T any] struct {
	id     string
	listed string // id, as lists have it
	byKey  bool
	key    string

	from    time.Time // a read that began before does not serve it
	after   int       // nor does one with this number or a lower one
	by      time.Time // when it is due; after from, others may come within reach
	delayed bool      // it was held back, so that others come
	single  bool      // no list can serve it
	watch   *watch[T] // that wants it, if one does
}

// An answer is what a want gets.
type answer[T any] struct {
	want *want[T]
	Look[T]
	items []T
	sure  bool
	moved bool
}

// notListed is the error for a resource that a list lacks.
type notListed struct{}

func (notListed) Error() string        { return "not in the list" }
func (notListed) Is(target error) bool { return target == fault.NotFound }

// A read is one pass through a list.
type read[T any] struct {
	number int
	asked  time.Time // the first page
	latest time.Time // when the last page came
	led    bool      // a page has been asked for
	token  string    // of the next page
	tokens map[string]bool
	found  map[string]*T       // by ID
	keys   map[string][]string // IDs
	pages  int
	size   int  // of the first page
	total  int  // that the last page told
	moved  bool // another page told another total
	misses int  // pages in a row that served nobody
	left   int  // wants that it serves and has not found; at most, before the first page

	done     bool // nobody asks for another page
	complete bool // all pages were read
	err      error
}

// serves reports whether what r finds is recent enough for w.
func (r *read[T]) serves(w *want[T]) bool {
	return r != nil && !w.single && r.number > w.after && !r.asked.Before(w.from)
}

// has reports whether r has found w. What belongs to a key is known in the end.
func (r *read[T]) has(w *want[T]) bool { return !w.byKey && r.found[w.listed] != nil }

// answer returns what r has for w, if it has anything.
func (r *read[T]) answer(w *want[T]) (a answer[T], ok bool) {
	a.want, a.Listed, a.Asked = w, true, r.asked
	switch {
	case r.has(w):
		a.Value = *r.found[w.listed]
	case r.err != nil:
		a.Err = r.err
	case !r.complete:
		return a, false
	case w.byKey:
		a.sure = r.pages == 1 && r.total <= len(r.found)
		a.moved = r.moved || r.total > 0 && r.total != len(r.found)
		for _, id := range r.keys[w.key] {
			a.items = append(a.items, *r.found[id])
		}
	default:
		a.Err = notListed{}
	}
	return a, true
}

// A caller is a goroutine that wants something of a list.
type caller[T any] struct {
	source  *Source[T]
	list    *list[T]
	timeout time.Duration // of a request; negative for none
	wants   []*want[T]
}

// join returns a caller that wants nothing yet. It has to leave in the end.
func (s *Source[T]) join(timeout time.Duration) *caller[T] {
	r := s.Reader
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.lists[s.List]
	if l == nil {
		if len(r.lists) >= r.room {
			maps.DeleteFunc(r.lists, func(_ string, l *list[T]) bool { return l.callers == 0 && time.Since(l.used) >= rest })
			r.room = max(16, 2*len(r.lists)) // to be looked through rarely
		}
		l = &list[T]{wants: map[*want[T]]bool{}, changed: make(chan struct{}), pages: 1}
		if r.lists == nil {
			r.lists = map[string]*list[T]{}
		}
		r.lists[s.List] = l
	}
	l.callers++
	return &caller[T]{source: s, list: l, timeout: timeout}
}

// leave takes c and its wants away. What is known of the list remains for a while.
func (c *caller[T]) leave() {
	c.source.Reader.mu.Lock()
	defer c.source.Reader.mu.Unlock()
	l := c.list
	for _, w := range c.wants {
		delete(l.wants, w)
	}
	if l.callers--; l.callers == 0 {
		l.used, l.read, l.before = time.Now(), nil, nil
	}
}

// add makes c want ws, as reads that begin from now on show them.
func (c *caller[T]) add(ws ...*want[T]) {
	c.source.Reader.mu.Lock()
	defer c.source.Reader.mu.Unlock()
	for _, w := range ws {
		w.after = c.list.reads
		c.list.wants[w] = true
	}
	c.wants = append(c.wants, ws...)
}

// next waits until some of c's wants have an answer, and returns those. They are
// wants no longer. It fails only when ctx is done.
func (c *caller[T]) next(ctx context.Context) ([]answer[T], error) {
	r, l := c.source.Reader, c.list
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		now := time.Now()
		answers, due, wake, lead := c.survey(now)
		switch {
		case len(answers) > 0:
			return answers, nil
		case lead:
			if answers := c.lead(ctx); len(answers) > 0 {
				return answers, nil
			}
		case due == nil:
			c.sleep(ctx, wake)
		case due.single || r.denied.Load() || now.Before(l.resumes):
			return []answer[T]{c.ask(ctx, due)}, nil
		case c.delay(ctx, now):
		case l.reach(now, due) <= l.pages && !(due.byKey && c.source.QueriesList):
			return []answer[T]{c.ask(ctx, due)}, nil
		case l.read == nil || !l.read.led:
			l.begin(now)
		case !now.Before(c.giveUp()):
			return []answer[T]{c.ask(ctx, due)}, nil
		default: // the read after this one is for it
			c.sleep(ctx, c.giveUp())
		}
	}
}

// survey goes through c's wants. It returns the answers that there are, or the
// first want that is due, when to look again, and whether c has to go on with a
// read that nobody leads.
func (c *caller[T]) survey(now time.Time) (answers []answer[T], due *want[T], wake time.Time, lead bool) {
	r, rest := c.list.read, c.wants[:0]
	var overdue bool
	var end time.Time
	if r != nil {
		end = c.giveUp()
		overdue = !now.Before(end) && (c.timeout >= 0 || r.led)
	}
	for _, w := range c.wants {
		isDue := !now.Before(w.by)
		next := w.by
		if before := c.list.before; before.serves(w) {
			if a, ok := before.answer(w); ok {
				answers = append(answers, a)
				delete(c.list.wants, w)
				continue
			}
		}
		if r.serves(w) {
			a, ok := r.answer(w)
			if !ok && !r.done && overdue && isDue && c.timeout >= 0 {
				a.Err, ok = errPollTimeout, true
			}
			switch {
			case ok:
				answers = append(answers, a)
				delete(c.list.wants, w)
				continue
			case r.done, overdue && isDue:
				w.single, w.by, isDue = true, now, true
			case overdue:
				w.after = r.number
			default:
				lead = lead || !r.led
				if isDue {
					next, isDue = end, false
				}
			}
		}
		rest = append(rest, w)
		switch {
		case isDue && (due == nil || w.single && !due.single):
			due = w
		case !isDue && !next.IsZero() && (wake.IsZero() || next.Before(wake)):
			wake = next
		}
	}
	clear(c.wants[len(rest):])
	c.wants = rest
	return answers, due, wake, lead
}

// giveUp returns when c gives up the page that has been asked for.
func (c *caller[T]) giveUp() time.Time {
	if c.timeout < 0 {
		return c.list.read.latest.Add(patience)
	}
	return c.list.read.latest.Add(c.timeout)
}

// delay reports whether it has delayed what c wants now, so that others come. It does
// so once, when the credit is used up, unless that would take much of the time that
// ctx leaves.
func (c *caller[T]) delay(ctx context.Context, now time.Time) (delayed bool) {
	l := c.list
	if now.Sub(l.last) >= 2*maxDelay { // and nobody is delayed
		l.credit, l.grant = burst, burst
	}
	by := now.Add(delay)
	if l.grant == 0 {
		by = now.Add(min(time.Duration(l.pages)*delay, maxDelay))
	}
	end, ends := ctx.Deadline()
	if l.credit > 0 && l.asking < burst || ends && end.Before(by.Add(maxDelay)) {
		return false
	}
	for _, w := range c.wants {
		if w.by.Equal(w.from) && !now.Before(w.by) {
			w.by, w.delayed, delayed = by, true, true
		}
	}
	return delayed
}

// reach returns how many wants a read would serve that began now, beside those
// that the present one serves. If due was delayed, that says whether delays pay.
func (l *list[T]) reach(now time.Time, due *want[T]) (n int) {
	for w := range l.wants {
		if !w.single && !now.Before(w.from) && !l.read.serves(w) && !l.before.serves(w) {
			if n++; n > l.pages && n > burst {
				break
			}
		}
	}
	switch {
	case !due.delayed:
	case n > burst:
		l.grant, l.credit = 0, 0
	default:
		l.grant = min(max(2*l.grant, 2*burst), maxGrant)
		l.credit = l.grant
	}
	return n
}

// ask gets w by a request for nothing else.
func (c *caller[T]) ask(ctx context.Context, w *want[T]) answer[T] {
	c.wants = slices.DeleteFunc(c.wants, func(v *want[T]) bool { return v == w })
	delete(c.list.wants, w)
	l, now := c.list, time.Now()
	l.last = now
	l.asking++
	if w.by.Equal(w.from) {
		l.credit--
	}
	c.source.Reader.mu.Unlock()
	defer func() {
		c.source.Reader.mu.Lock()
		l.asking--
	}()
	a := answer[T]{want: w, sure: true, Look: Look[T]{Asked: now}}
	if w.byKey {
		a.items, a.Err = c.source.Query(ctx, w.key)
	} else {
		a.Value, a.Err = poll(ctx, c.timeout, func(ctx context.Context) (T, error) { return c.source.Get(ctx, w.id) })
	}
	return a
}

// begin begins a read for all within reach.
func (l *list[T]) begin(now time.Time) {
	l.reads++
	l.before = l.read
	l.read = &read[T]{
		number: l.reads, asked: now, latest: now,
		tokens: map[string]bool{}, found: map[string]*T{}, keys: map[string][]string{},
		left: len(l.wants),
	}
}

// lead asks for the next page of the read, on behalf of all, and returns answers
// to c's wants if c itself was what failed. Others go on then.
func (c *caller[T]) lead(ctx context.Context) (answers []answer[T]) {
	l, r := c.list, c.list.read
	page, err := c.page(ctx)
	switch {
	case ctx.Err() != nil:
		return nil
	case err == errPollTimeout:
		l.fail()
		fallthrough
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		c.wants = slices.DeleteFunc(c.wants, func(w *want[T]) bool {
			if !r.serves(w) {
				return false
			}
			answers = append(answers, answer[T]{want: w, Look: Look[T]{Err: err, Listed: true, Asked: r.asked}})
			delete(l.wants, w)
			return true
		})
		return answers
	case err != nil:
		r.done = true
		if transient(err) {
			r.err = err
		} // otherwise each learns in its own name what is wrong
		l.fail()
	default:
		l.failed = 0
		c.take(page)
	}
	return nil
}

// page asks for the next page. The lock is not held meanwhile. However that ends,
// in a panic too, another may lead afterwards.
func (c *caller[T]) page(ctx context.Context) (p Page[T], err error) {
	l, r, s := c.list, c.list.read, c.source
	timeout := c.timeout
	if timeout >= 0 {
		timeout = max(0, time.Until(c.giveUp()))
	}
	r.led = true
	l.last = time.Now()
	s.Reader.mu.Unlock()
	defer func() {
		s.Reader.mu.Lock()
		r.led = false
		close(l.changed)
		l.changed = make(chan struct{})
	}()
	return poll(ctx, timeout, func(ctx context.Context) (p Page[T], err error) {
		for try := 1; ; try++ {
			p, err = s.Page(ctx, r.token)
			if err == nil || !transient(err) || try == pageTries || Sleep(ctx, pagePause) != nil {
				break
			}
		}
		if errors.Is(err, fault.AccessDenied) && !s.Reader.denied.Swap(true) {
			s.Denied(ctx, err)
		}
		return p, err
	})
}

// fail counts a read that failed.
func (l *list[T]) fail() {
	if l.failed++; l.failed == maxFailures {
		l.failed, l.resumes, l.read.done = 0, time.Now().Add(rest), true
	}
}

// take adds a page to the read, and decides whether to go on with the next.
func (c *caller[T]) take(p Page[T]) {
	l, r, s := c.list, c.list.read, c.source
	r.latest = time.Now()
	r.pages++
	r.size = cmp.Or(r.size, len(p.Items))
	for i := range p.Items {
		id := s.ID(p.Items[i])
		if s.Key != nil && r.found[id] == nil {
			key := s.Key(p.Items[i])
			r.keys[key] = append(r.keys[key], id)
		}
		r.found[id] = &p.Items[i]
	}
	left := 0
	for w := range l.wants {
		if r.serves(w) && !r.has(w) {
			left++
		}
	}
	r.misses++
	if left < r.left {
		r.misses = 0
	}
	r.left = left
	r.tokens[r.token] = true
	r.moved = r.moved || r.pages > 1 && p.Total != r.total
	r.token, r.total = p.Next, p.Total
	// How many pages are ahead may be known, and so whether they are worth it.
	ahead := max(1, (p.Total+max(1, r.size)-1)/max(1, r.size)-r.pages)
	takes := r.pages
	switch {
	case p.Next == "":
		r.done, r.complete = true, true
	case left == 0:
		r.done = true
	case r.tokens[p.Next]: // it would go on for ever
		r.done = true
		l.fail()
	case p.Total > 0 && ahead >= left:
		r.done, takes = true, r.pages+ahead
	case p.Total == 0 && r.misses >= left:
		r.done, takes = true, 2*r.pages
	}
	if r.done {
		l.pages = takes
	}
}

// sleep waits until something has changed, but no longer than until a time, if
// there is one. The lock is not held meanwhile.
func (c *caller[T]) sleep(ctx context.Context, until time.Time) {
	changed := c.list.changed
	c.source.Reader.mu.Unlock()
	defer c.source.Reader.mu.Lock()
	var over <-chan time.Time
	if !until.IsZero() {
		t := time.NewTimer(time.Until(until))
		defer t.Stop()
		over = t.C
	}
	select {
	case <-changed:
	case <-over:
	case <-ctx.Done():
	}
}
