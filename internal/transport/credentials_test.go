package transport_test

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

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/transport"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// renewable gives a new token whenever the old one is called invalid, up to the
// last.
type renewable struct {
	tokens  []string
	invalid []string
	err     error // in place of a key after the first
}

func (r *renewable) Retrieve(context.Context) (id, secret, token string, expires time.Time, err error) {
	if r.err != nil && len(r.invalid) > 0 {
		return "", "", "", time.Time{}, r.err
	}
	return "id", "secret", r.tokens[min(len(r.invalid), len(r.tokens)-1)], time.Time{}, nil
}

func (r *renewable) Invalidate(token string) { r.invalid = append(r.invalid, token) }

// fixed cannot be told that its token is invalid.
type fixed struct{ *renewable }

func (fixed) Invalidate() {}

// TestExpiredToken checks that a call is sent once more, with another key, when
// the service says that the token has expired: whatever its effect, and without
// a pause.
func TestExpiredToken(t *testing.T) {
	expired := func(code string) wiretest.Answer { return wiretest.Answer{Status: 403, Body: code} }
	for name, c := range map[string]struct {
		tokens   []string
		answers  []wiretest.Answer
		attempts int // that may be made
		invalid  []string
		sent     int
		fails    bool
	}{
		"OSS":                   {[]string{"a", "b"}, []wiretest.Answer{expired("SecurityTokenExpired"), ok}, 4, []string{"a"}, 2, false},
		"RPC":                   {[]string{"a", "b"}, []wiretest.Answer{expired("InvalidSecurityToken.Expired"), ok}, 4, []string{"a"}, 2, false},
		"AWS":                   {[]string{"a", "b"}, []wiretest.Answer{expired("ExpiredTokenException"), ok}, 4, []string{"a"}, 2, false},
		"AWS, older":            {[]string{"a", "b"}, []wiretest.Answer{expired("ExpiredToken"), ok}, 4, []string{"a"}, 2, false},
		"one attempt and more":  {[]string{"a", "b"}, []wiretest.Answer{expired("ExpiredToken"), ok}, 1, []string{"a"}, 2, false},
		"expired again":         {[]string{"a", "b", "c"}, []wiretest.Answer{expired("ExpiredToken")}, 4, []string{"a", "b"}, 2, true},
		"not a temporary key":   {[]string{""}, []wiretest.Answer{expired("ExpiredToken"), ok}, 4, nil, 1, true},
		"another refusal":       {[]string{"a", "b"}, []wiretest.Answer{expired("InvalidSecurityToken"), ok}, 4, nil, 1, true},
		"throttled, then ended": {[]string{"a", "b"}, []wiretest.Answer{throttled, expired("ExpiredToken"), ok}, 4, []string{"a"}, 3, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := wiretest.Answering(c.answers...)
			source := &renewable{tokens: c.tokens}
			start := time.Now()
			_, f := newClient(t, r, func(o *transport.Options) { o.Credentials, o.MaxAttempts = source, c.attempts }).
				Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "POST", Effect: retry.NonIdempotent})
			if (f != nil) != c.fails || len(r.Requests()) != c.sent {
				t.Errorf("%s: %d requests, %v", name, len(r.Requests()), f)
			}
			if d := cmp.Diff(c.invalid, source.invalid); d != "" {
				t.Errorf("%s: tokens called invalid (-want +got):\n%s", name, d)
			}
			if took := time.Since(start); !slices.Contains([]string{"throttled, then ended"}, name) && took != 0 {
				t.Errorf("%s: it took %v", name, took)
			}
			if f != nil && f.Err != nil {
				t.Errorf("%s: a cause on this side is named: %v", name, f.Err)
			}
		})
	}
	r := wiretest.Answering(expired("ExpiredToken"))
	_, f := newClient(t, r, func(o *transport.Options) { o.Credentials = fixed{&renewable{tokens: []string{"a"}}} }).
		Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
	if f == nil || len(r.Requests()) != 1 {
		t.Errorf("a provider that knows no Invalidate: %d requests, %v", len(r.Requests()), f)
	}
}

// TestNoKeyAfterExpiry checks that what the service said is not lost when there
// is no other key.
func TestNoKeyAfterExpiry(t *testing.T) {
	r := wiretest.Answering(wiretest.Answer{Status: 403, Body: "ExpiredToken", Header: map[string]string{"Request-Id": "id-1"}})
	gone := errors.New("no more keys")
	_, f := newClient(t, r, func(o *transport.Options) { o.Credentials = &renewable{tokens: []string{"a"}, err: gone} }).
		Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "POST", Effect: retry.NonIdempotent})
	if f == nil || f.StatusCode != 403 || f.Code != "ExpiredToken" || f.RequestID != "id-1" || !errors.Is(f.Err, gone) || f.Lost ||
		!strings.Contains(fmt.Sprint(f), "credentials: no more keys") {
		t.Errorf("got %+v", f)
	}
}

// deaf hangs, whatever its context says, until it is let go.
type deaf struct{ free chan struct{} }

func (d deaf) Retrieve(context.Context) (id, secret, token string, expires time.Time, err error) {
	<-d.free
	return "id", "secret", "", time.Time{}, nil
}

// TestHungCredentials has a provider ignore its context and hang. The call ends with
// its context, or after 30 seconds; nothing is sent, and nothing is left behind that
// does not end with the provider.
func TestHungCredentials(t *testing.T) {
	for name, test := range map[string]struct {
		patience, want time.Duration
		is, not        error
	}{
		"the context ends first": {5 * time.Second, 5 * time.Second, context.DeadlineExceeded, fault.Unavailable},
		"given up":               {time.Hour, 30 * time.Second, fault.Unavailable, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hung := deaf{make(chan struct{})}
				service := wiretest.Answering(ok)
				client := newClient(t, service, func(o *transport.Options) { o.Credentials = hung })
				ctx, cancel := context.WithTimeout(t.Context(), test.patience)
				defer cancel()
				began := time.Now()
				var calls sync.WaitGroup
				for range 2 {
					calls.Go(func() {
						_, f := client.Do(ctx, once())
						if f == nil || !errors.Is(f.Err, test.is) || errors.Is(f.Err, test.not) || f.Lost || time.Since(began) != test.want {
							t.Errorf("after %v: %+v", time.Since(began), f)
						}
					})
				}
				calls.Wait()
				if n := len(service.Requests()); n != 0 {
					t.Errorf("%d requests", n)
				}
				close(hung.free)
				if _, f := client.Do(t.Context(), once()); f != nil {
					t.Errorf("afterwards: %v", f)
				}
			})
		})
	}
}
