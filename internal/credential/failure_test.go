package credential_test

import (
	"context"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/fault"
)

// TestPauseAfterFailure checks that a source that fails is left alone for a while,
// longer each time, and that callers get its last failure at once meanwhile.
func TestPauseAfterFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &counting{lasts: time.Hour, takes: time.Second}
		down := errors.New("the source is down")
		source.fail(down)
		c := &credential.Cache{Fetch: source.fetch}
		retrieve := func() error {
			_, _, _, _, err := c.Retrieve(t.Context())
			return err
		}
		begin := time.Now()
		for range 300 {
			if err := retrieve(); !errors.Is(err, down) {
				t.Fatalf("got %v", err)
			}
		}
		if n := source.calls.Load(); n != 1 || time.Since(begin) != time.Second {
			t.Errorf("300 calls: %d fetches in %v", n, time.Since(begin))
		}
		var pauses []time.Duration
		for last, n := time.Now(), int64(1); len(pauses) < 10; advance(t, 100*time.Millisecond) {
			_ = retrieve()
			if source.calls.Load() > n {
				n = source.calls.Load()
				pauses = append(pauses, time.Since(last)-source.takes)
				last = time.Now()
			}
		}
		for i, p := range pauses {
			if low := min(time.Second<<i, 30*time.Second); p < low || p > 2*low+time.Second {
				t.Errorf("pause %d is %v", i+1, p)
			}
		}
		source.err.Store(nil)
		advance(t, time.Minute)
		number(t, c)
		// After a success, the first pause is short again.
		c.Invalidate(fmt.Sprint("token-", source.calls.Load()))
		source.fail(down)
		_ = retrieve()
		source.err.Store(nil)
		if err := retrieve(); !errors.Is(err, down) {
			t.Errorf("in the pause: %v", err)
		}
		advance(t, 2*time.Second)
		number(t, c)
	})
}

// TestHungFetch checks that a provider that ignores its context and hangs is given
// up, by all who wait for it; that it is not called again for as long as it hangs;
// and that the key that it brings at last is used.
func TestHungFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls, release := 0, make(chan struct{})
		c := &credential.Cache{Fetch: func(context.Context) (*credential.Fetched, error) {
			calls++
			<-release
			return numbered(1, time.Hour), nil
		}}
		begin := time.Now()
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				_, _, _, _, err := c.Retrieve(context.Background())
				if err == nil || time.Since(begin) != 30*time.Second || !strings.Contains(err.Error(), "no key within 30s") ||
					errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, fault.Unavailable) {
					t.Errorf("%v after %v", err, time.Since(begin))
				}
			})
		}
		all.Wait()
		for range 100 {
			advance(t, 10*time.Second)
			begin := time.Now()
			if _, _, _, _, err := c.Retrieve(context.Background()); !errors.Is(err, fault.Unavailable) || time.Since(begin) != 0 {
				t.Fatalf("%v after %v", err, time.Since(begin))
			}
		}
		if calls != 1 {
			t.Errorf("%d calls", calls)
		}
		close(release)
		synctest.Wait()
		if n := number(t, c); n != "1" || calls != 1 {
			t.Errorf("key %s after %d calls", n, calls)
		}
	})
	// With a key that is valid, nobody waits, and the end of that is an error.
	synctest.Test(t, func(t *testing.T) {
		calls, release := 0, make(chan struct{})
		c := &credential.Cache{Fetch: func(context.Context) (*credential.Fetched, error) {
			if calls++; calls > 1 {
				<-release
				return nil, errors.New("too late")
			}
			return numbered(1, time.Hour), nil
		}}
		for range 59 {
			number(t, c)
			advance(t, time.Minute)
		}
		advance(t, time.Minute)
		if _, _, _, _, err := c.Retrieve(t.Context()); err == nil || !errors.Is(err, fault.Unavailable) || calls != 2 {
			t.Errorf("%v after %d calls", err, calls)
		}
		close(release)
		synctest.Wait()
		if _, _, _, _, err := c.Retrieve(t.Context()); err == nil || !strings.Contains(err.Error(), "too late") || calls != 2 {
			t.Errorf("%v after %d calls", err, calls)
		}
	})
}

// TestFetchEndsAsItIsGivenUp has a fetch end in the very moment in which it is given
// up. Whichever comes first, the key is used for as long as any.
func TestFetchEndsAsItIsGivenUp(t *testing.T) {
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			calls, then := 0, time.After(30*time.Second)
			c := &credential.Cache{Fetch: func(context.Context) (*credential.Fetched, error) {
				calls++
				<-then
				return numbered(1, time.Hour), nil
			}}
			_, _, _, _, _ = c.Retrieve(t.Context())
			synctest.Wait()
			advance(t, 5*time.Minute)
			if n := number(t, c); n != "1" || calls != 1 {
				t.Errorf("key %s after %d fetches", n, calls)
			}
			advance(t, time.Minute) // for a fetch that the last call may have begun
		})
	}
}

// TestFetchPanics checks that the panic of a provider comes out where the key was
// asked for, as it went in, and that one that ends its goroutine is a failure.
func TestFetchPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		boom := errors.New("boom")
		fetch := func() (*credential.Fetched, error) { panic(boom) }
		c := &credential.Cache{Fetch: func(context.Context) (*credential.Fetched, error) { return fetch() }}
		for range 2 {
			got := func() (r any) {
				defer func() { r = recover() }()
				_, _, _, _, _ = c.Retrieve(t.Context())
				return nil
			}()
			if got != boom {
				t.Errorf("recovered %v", got)
			}
		}
		advance(t, 2*time.Second)
		fetch = func() (*credential.Fetched, error) { runtime.Goexit(); return nil, nil } //nolint:nilnil // never returns
		if _, _, _, _, err := c.Retrieve(t.Context()); err == nil || !strings.Contains(err.Error(), "ended its goroutine") {
			t.Errorf("got %v", err)
		}
		advance(t, 4*time.Second)
		fetch = func() (*credential.Fetched, error) { return numbered(1, 0), nil }
		number(t, c)
	})
}

// refused is a failure as the official SDK of AWS describes it.
type refused struct {
	status int
	code   string
}

func (r *refused) Error() string       { return "refused: " + r.code }
func (r *refused) ErrorCode() string   { return r.code }
func (r *refused) HTTPStatusCode() int { return r.status }

var kinds = []error{
	fault.NotFound, fault.AlreadyExists, fault.Conflict, fault.Throttled, fault.QuotaExceeded, fault.AccessDenied,
	fault.InvalidRequest, fault.Unavailable, fault.OutcomeUnknown,
}

// expectKind checks that err has that kind and no other.
func expectKind(t *testing.T, name string, err, want error) {
	t.Helper()
	for _, kind := range kinds {
		if errors.Is(err, kind) != (kind == want) {
			t.Errorf("%s: is it %q? %v: %v", name, kind, errors.Is(err, kind), err)
		}
	}
}

// TestKinds checks the kinds of failures.
func TestKinds(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		want   error
	}{
		{400, "Throttling", fault.Throttled}, {400, "Throttling.User", fault.Throttled}, {400, "ThrottlingException", fault.Throttled},
		{400, "RequestLimitExceeded", fault.Throttled}, {400, "TooManyRequestsException", fault.Throttled}, {429, "", fault.Throttled},
		{503, "SlowDown", fault.Throttled}, {503, "ServiceUnavailable", fault.Unavailable}, {500, "", fault.Unavailable}, {502, "", fault.Unavailable},
		{408, "RequestTimeout", fault.Unavailable}, {400, "RequestTimeoutException", fault.Unavailable}, {408, "", fault.Unavailable},
		{403, "AccessDenied", fault.AccessDenied}, {403, "NoPermission", fault.AccessDenied}, {400, "ExpiredTokenException", fault.AccessDenied},
		{404, "EntityNotExist.Role", fault.AccessDenied}, {400, "InvalidIdentityToken", fault.AccessDenied}, {400, "ValidationError", fault.AccessDenied},
		// What does not come from the service says nothing of the key.
		{403, "", nil}, {404, "", nil}, {407, "", nil}, {200, "", nil}, {307, "", nil},
	} {
		expectKind(t, fmt.Sprint(c.status, c.code), credential.KindOf(c.status, c.code), c.want)
		err := fmt.Errorf("operation error STS: %w", &refused{c.status, c.code})
		cache, fromErr := credential.FromAWS(&awsCache{err: err})
		if fromErr != nil {
			t.Fatal(fromErr)
		}
		_, _, _, _, got := cache.Retrieve(t.Context())
		expectKind(t, fmt.Sprint("from ", c.status, c.code), got, c.want)
		if !errors.Is(got, err) {
			t.Errorf("not wrapped: %v", got)
		}
	}
	// The provider's own timeout is not the end of the caller's context.
	for _, err := range []error{context.DeadlineExceeded, fmt.Errorf("asking: %w", context.Canceled)} {
		cache, _ := credential.FromAWS(&awsCache{err: err})
		_, _, _, _, got := cache.Retrieve(t.Context())
		expectKind(t, err.Error(), got, fault.Unavailable)
		if errors.Is(got, context.DeadlineExceeded) || errors.Is(got, context.Canceled) || !strings.Contains(got.Error(), err.Error()) {
			t.Errorf("%v became %v", err, got)
		}
	}
	// A chain has the kind of the source that ended it.
	absent := credential.Source{Name: "a", Fetch: func(context.Context) (*credential.Fetched, error) { return nil, credential.Absent("not here") }}
	failing := credential.Source{Name: "b", Fetch: func(context.Context) (*credential.Fetched, error) {
		return nil, fmt.Errorf("role: %w", fault.Throttled)
	}}
	_, _, _, _, err := credential.NewChain(absent, failing).Retrieve(t.Context())
	expectKind(t, "chain", err, fault.Throttled)
	_, _, _, _, err = credential.NewChain(absent).Retrieve(t.Context())
	expectKind(t, "nothing", err, nil)
}

// TestCheck checks what a key may be, and that nothing quotes it.
func TestCheck(t *testing.T) {
	good := credential.Key{ID: "LTAI5tExample.id_1-2@x", Secret: "wJalrXUtnFEMI/K7MDENG+bPx=é~", Token: "IQoJb3JpZ2luX2Vj//8=="}
	if err := good.Check(); err != nil {
		t.Errorf("a good key: %v", err)
	}
	good.Token = ""
	if err := good.Check(); err != nil {
		t.Errorf("without a token: %v", err)
	}
	for _, bad := range []string{" planted", "planted ", "plan\tted", "planted\n", "planted\r\n", "planted\x00", "pl\x1banted", "planted\x7f", "planted\u0085", "planted\u00a0", "planted\u2028", "\ufeffplanted", "plan\u200bted"} {
		for field, k := range map[string]credential.Key{
			"ID": {ID: bad, Secret: "s"}, "secret": {ID: "i", Secret: bad}, "token": {ID: "i", Secret: "s", Token: bad},
		} {
			err := k.Check()
			if err == nil || !strings.Contains(err.Error(), "the key's "+field+" ") || strings.Contains(err.Error(), "plan") {
				t.Errorf("%s %q: %v", field, bad, err)
			}
			expectKind(t, field, err, nil)
			// No source gives such a key.
			cache := &credential.Cache{Fetch: func(context.Context) (*credential.Fetched, error) { return &credential.Fetched{Key: k}, nil }}
			if _, _, _, _, err := cache.Retrieve(t.Context()); err == nil || !strings.Contains(err.Error(), "the key's "+field+" ") {
				t.Errorf("a cache gives a key with the %s %q: %v", field, bad, err)
			}
		}
	}
	for _, k := range []credential.Key{{}, {ID: "i"}, {Secret: "planted"}} {
		if err := k.Check(); err == nil || !strings.Contains(err.Error(), "is empty") {
			t.Errorf("%+v: %v", k, err)
		}
	}
	t.Setenv("SOME_ID", "id")
	t.Setenv("SOME_SECRET", "planted\n")
	if _, _, _, _, err := credential.FromEnvironment("SOME_ID", "SOME_SECRET", "SOME_TOKEN").Retrieve(t.Context()); err == nil || !strings.Contains(err.Error(), "the key's secret ") {
		t.Errorf("the environment: %v", err)
	}
}

// TestNothingPrints checks that no way to write a value down shows a key.
func TestNothingPrints(t *testing.T) {
	t.Setenv("SOME_ID", "planted-id")
	t.Setenv("SOME_SECRET", "planted-secret")
	t.Setenv("SOME_TOKEN", "planted-token")
	fetch := func(context.Context) (*credential.Fetched, error) {
		return &credential.Fetched{Key: credential.Key{ID: "planted-id", Secret: "planted-secret", Token: "planted-token"}}, nil
	}
	for name, p := range map[string]credential.Provider{
		"environment": credential.FromEnvironment("SOME_ID", "SOME_SECRET", "SOME_TOKEN"),
		"cache":       &credential.Cache{Fetch: fetch},
		"chain":       credential.NewChain(credential.Source{Name: "source", Fetch: fetch}),
	} {
		if _, _, _, _, err := p.Retrieve(t.Context()); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%v %+v %#v %s %q %x", p, p, p, p, p, p)
		_ = json.NewEncoder(&b).Encode(p)
		_ = xml.NewEncoder(&b).Encode(p)
		_ = gob.NewEncoder(&b).Encode(p)
		if text := b.String(); strings.Contains(text, "planted") || strings.Contains(text, fmt.Sprintf("%x", "planted")) {
			t.Errorf("%s: %s", name, text)
		}
	}
}
