package credential_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// numbered returns a key whose parts all hold n.
func numbered(n int64, lasts time.Duration) *credential.Fetched {
	f := &credential.Fetched{Key: credential.Key{ID: fmt.Sprint("id-", n), Secret: fmt.Sprint("secret-", n), Token: fmt.Sprint("token-", n)}}
	if lasts > 0 {
		f.Expires = time.Now().Add(lasts)
	}
	return f
}

// counting fetches keys that are numbered and last for a time.
type counting struct {
	calls atomic.Int64
	lasts time.Duration
	takes time.Duration
	err   atomic.Pointer[error]
}

func (c *counting) fetch(ctx context.Context) (*credential.Fetched, error) {
	n := c.calls.Add(1)
	if c.takes > 0 {
		select {
		case <-time.After(c.takes):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err := c.err.Load(); err != nil {
		return nil, *err
	}
	return numbered(n, c.lasts), nil
}

func (c *counting) fail(err error) { c.err.Store(&err) }

// number returns the number of the key that c gives, and fails if its parts do
// not belong together.
func number(t *testing.T, c *credential.Cache) string {
	t.Helper()
	id, secret, token, _, err := c.Retrieve(t.Context())
	n := strings.TrimPrefix(id, "id-")
	if err != nil || secret != "secret-"+n || token != "token-"+n {
		t.Errorf("got %q, %q, %q, %v", id, secret, token, err)
	}
	return n
}

// TestColdStart lets many callers meet a cache that has no key, round after
// round: each round has one fetch, and nobody gets another key or an error.
func TestColdStart(t *testing.T) {
	const rounds, callers = 1000, 64
	for round := range rounds {
		source := &counting{lasts: time.Hour}
		c := &credential.Cache{Fetch: source.fetch}
		var all sync.WaitGroup
		start := make(chan struct{})
		for range callers {
			all.Go(func() {
				<-start
				if n := number(t, c); n != "1" {
					t.Errorf("round %d: key %s", round, n)
				}
			})
		}
		close(start)
		all.Wait()
		if n := source.calls.Load(); n != 1 {
			t.Fatalf("round %d: %d fetches", round, n)
		}
	}
}

// TestRefresh watches a key over two days: it is fetched anew before it expires
// and not much before, at times that differ, and no caller waits for that.
func TestRefresh(t *testing.T) {
	for life, earliest := range map[time.Duration]time.Duration{
		time.Hour: 12 * time.Minute, 12 * time.Hour: 12 * time.Minute, 20 * time.Minute: 5 * time.Minute,
	} {
		synctest.Test(t, func(t *testing.T) {
			source := &counting{lasts: life, takes: 5 * time.Second}
			c := &credential.Cache{Fetch: source.fetch}
			number(t, c)
			lifes := map[time.Duration]bool{}
			last, since := "1", time.Now()
			for end := time.Now().Add(48 * time.Hour); time.Now().Before(end); {
				advance(t, time.Second)
				asked := time.Now()
				n := number(t, c)
				if waited := time.Since(asked); waited > 0 {
					t.Fatalf("a caller waited for %v", waited)
				}
				if n != last {
					used := time.Since(since)
					if used < life-earliest-10*time.Second || used > life-life/8 && used > life-8*time.Minute+10*time.Second {
						t.Errorf("a key that lasts %v was replaced after %v", life, used)
					}
					lifes[used.Round(10*time.Second)] = true
					last, since = n, time.Now()
				}
			}
			if len(lifes) < 2 {
				t.Errorf("all keys that last %v are replaced at the same age: %v", life, lifes)
			}
			advance(t, 2*source.takes) // for a fetch that the last call may have begun
		})
	}
}

// advance lets fake time pass.
func advance(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
	synctest.Wait()
}

// TestRefreshFails checks that the last good key is kept while it is valid, that
// the source is left alone for a while after a failure, and that the failure is
// reported when the key has expired.
func TestRefreshFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &counting{lasts: time.Hour}
		c := &credential.Cache{Fetch: source.fetch}
		number(t, c)
		down := errors.New("the source is down")
		source.fail(down)
		for range 59*60 + 59 {
			advance(t, time.Second)
			if n := number(t, c); n != "1" {
				t.Fatalf("key %s", n)
			}
		}
		if n := source.calls.Load() - 1; n < 5 || n > 26 {
			t.Errorf("%d fetches in about ten minutes", n)
		}
		advance(t, time.Second)
		if _, _, _, _, err := c.Retrieve(t.Context()); !errors.Is(err, down) {
			t.Errorf("after the end: %v", err)
		}
		source.err.Store(nil)
		advance(t, time.Minute) // the longest pause
		if n := number(t, c); n == "1" {
			t.Error("the key that expired is back")
		}
	})
}

// TestSameKeyAgain has a source that has no newer key: it is not asked all the
// time.
func TestSameKeyAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key, calls := numbered(1, time.Hour), 0
		c := &credential.Cache{Fetch: func(context.Context) (*credential.Fetched, error) { calls++; return key, nil }}
		for range 60*60 - 1 {
			number(t, c)
			advance(t, time.Second)
		}
		if calls < 2 || calls > 27 {
			t.Errorf("%d fetches", calls)
		}
	})
}

// TestLastMoment checks that a caller waits for a fresh key rather than to take
// one that ends at once, and takes that if there is no other.
func TestLastMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &counting{lasts: 10 * time.Minute, takes: time.Second}
		c := &credential.Cache{Fetch: source.fetch}
		number(t, c)
		advance(t, 10*time.Minute-11*time.Second)
		if n := number(t, c); n != "2" {
			t.Errorf("key %s with ten seconds left", n)
		}
		advance(t, 10*time.Minute-11*time.Second)
		source.fail(errors.New("down"))
		if n := number(t, c); n != "2" {
			t.Errorf("key %s while the source is down", n)
		}
		advance(t, 12*time.Second)
		source.takes = time.Minute
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if _, _, _, _, err := c.Retrieve(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after the end: %v", err)
		}
		advance(t, time.Minute)
	})
}

// TestContexts checks that each caller waits for as long as its own context, and
// that one that gives up takes nothing from the others.
func TestContexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &counting{lasts: time.Hour, takes: 10 * time.Second}
		c := &credential.Cache{Fetch: source.fetch}
		start := time.Now()
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i+1)*time.Second-time.Millisecond)
				defer cancel()
				_, _, _, _, err := c.Retrieve(ctx)
				took := time.Since(start)
				if i < 10 {
					if !errors.Is(err, context.DeadlineExceeded) || took != time.Duration(i+1)*time.Second-time.Millisecond {
						t.Errorf("caller %d: %v after %v", i, err, took)
					}
				} else if err != nil || took != 10*time.Second {
					t.Errorf("caller %d: %v after %v", i, err, took)
				}
			})
		}
		all.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, _, _, err := (&credential.Cache{Fetch: source.fetch}).Retrieve(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("a context that had ended: %v", err)
		}
		if n := source.calls.Load(); n != 1 {
			t.Errorf("%d fetches", n)
		}
	})
}

// TestFetchEnds checks that a fetch ends by itself, and that this does not look
// like the end of the caller's context.
func TestFetchEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &counting{lasts: time.Hour, takes: time.Hour}
		c := &credential.Cache{Fetch: source.fetch}
		start := time.Now()
		_, _, _, _, err := c.Retrieve(t.Context())
		if err == nil || errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 29*time.Second || !errors.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "no key within 30s") {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// TestInvalidate checks that a token that the service refused is not given again,
// and that late news of an older token takes nothing away.
func TestInvalidate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &counting{lasts: time.Hour}
		told := 0
		c := &credential.Cache{Fetch: source.fetch, Invalidated: func() { told++ }}
		c.Invalidate("token-1") // there is none yet
		number(t, c)
		c.Invalidate("")
		c.Invalidate("token-0")
		if n := number(t, c); n != "1" || told != 0 {
			t.Errorf("key %s, told %d times", n, told)
		}
		c.Invalidate("token-1")
		if n := number(t, c); n != "2" || told != 1 {
			t.Errorf("key %s, told %d times", n, told)
		}
		c.Invalidate("token-1")
		if n := number(t, c); n != "2" {
			t.Errorf("key %s", n)
		}
	})
	// A fetch that began before the refusal may bring the refused token once more.
	synctest.Test(t, func(t *testing.T) {
		answers := []string{"a", "a", "b"}
		calls := 0
		c := &credential.Cache{Fetch: func(context.Context) (*credential.Fetched, error) {
			calls++
			f := numbered(1, 10*time.Minute)
			f.Token = answers[min(calls, len(answers))-1]
			if calls == 2 {
				<-time.After(time.Second)
			}
			return f, nil
		}}
		_, _, first, _, _ := c.Retrieve(t.Context())
		advance(t, 9*time.Minute)
		_, _, _, _, _ = c.Retrieve(t.Context()) // starts a fetch
		synctest.Wait()
		c.Invalidate(first)
		if _, _, token, _, err := c.Retrieve(t.Context()); token != "b" || err != nil {
			t.Errorf("token %q, %v after %d fetches", token, err, calls)
		}
	})
}

// TestUseless checks that a key that cannot be used is a failure.
func TestUseless(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*credential.Fetched)
		says   string
	}{
		"no ID":           {func(f *credential.Fetched) { f.ID = "" }, "ID or secret is empty"},
		"no secret":       {func(f *credential.Fetched) { f.Secret = "" }, "ID or secret is empty"},
		"expired at once": {func(f *credential.Fetched) { f.Expires = time.Now().Add(-time.Second) }, "expired at "},
	} {
		cache := &credential.Cache{Fetch: func(context.Context) (*credential.Fetched, error) {
			f := numbered(1, time.Hour)
			c.change(f)
			return f, nil
		}}
		_, _, _, _, err := cache.Retrieve(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret-1") || strings.Contains(err.Error(), "token-1") {
			t.Errorf("%s: %v", name, err)
		}
		if cache.Source() != "" {
			t.Errorf("%s: it serves", name)
		}
	}
}

// TestWholeKeys changes the key under many readers: no one sees parts of two.
func TestWholeKeys(t *testing.T) {
	source := &counting{lasts: time.Hour}
	c := &credential.Cache{Fetch: source.fetch}
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for range 2000 {
				n := number(t, c)
				if i%4 == 0 {
					c.Invalidate("token-" + n)
				}
			}
		})
	}
	all.Wait()
}

// TestNoEnd checks that a key without an end is kept, or looked at again in
// good time where its source may know better.
func TestNoEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &counting{}
		c := &credential.Cache{Fetch: source.fetch}
		for range 100 {
			advance(t, time.Hour)
			number(t, c)
		}
		if n := source.calls.Load(); n != 1 {
			t.Errorf("%d fetches", n)
		}
		source = &counting{}
		c = &credential.Cache{Fetch: source.fetch, CheckAgain: time.Minute}
		for range 60 * 60 {
			number(t, c)
			advance(t, time.Second)
		}
		if n := source.calls.Load(); n < 59 || n > 81 {
			t.Errorf("%d fetches in an hour", n)
		}
	})
}

func BenchmarkRetrieve(b *testing.B) {
	c := &credential.Cache{Fetch: (&counting{lasts: time.Hour}).fetch}
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			_, _, _, _, _ = c.Retrieve(context.Background())
		}
	})
}
