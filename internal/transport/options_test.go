package transport_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/transport"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/nas"
)

// fields returns the names of the fields that New finds at fault.
func fields(change func(*transport.Options)) (names []string) {
	o := transport.Options{Region: "r-1", Host: "service.example.com", Credentials: static{ID: "id", Secret: "secret"}}
	change(&o)
	_, problems := transport.New(o, protocol, nil)
	for _, p := range problems {
		names = append(names, p.Field)
	}
	return names
}

// TestEndpoints checks what may be an endpoint.
func TestEndpoints(t *testing.T) {
	for endpoint, fine := range map[string]bool{
		"x.com":                  true,
		"x.com.":                 true,
		"https://x.com:443":      true,
		"https://x.com:65535/":   true,
		"https://[::1]:8443":     true,
		"http://localhost:80":    true,
		"http://127.0.0.2":       true,
		"https://a.localhost":    true,
		"https://x.com:99999":    false,
		"https://x.com:65536":    false,
		"https://x.com:0":        false,
		"https://x.com:":         false,
		"https://.x.com":         false,
		"https://x..com":         false,
		"https://.":              false,
		"https://:443":           false,
		"http://evil.localhost":  false,
		"http://localhost.":      false,
		"http://localhost.x.com": false,
		"http://127.0.0.1.x.com": false,
		"http://127.1":           false,
		"http://0.0.0.0":         false,
	} {
		var want []string
		if !fine {
			want = []string{"Endpoint"}
		}
		if d := cmp.Diff(want, fields(func(o *transport.Options) { o.Endpoint = endpoint })); d != "" {
			t.Errorf("%s (-want +got):\n%s", endpoint, d)
		}
	}
	if got := fields(func(o *transport.Options) { o.Endpoint, o.AllowHTTP = "http://evil.localhost", true }); got != nil {
		t.Errorf("with AllowHTTP: %v", got)
	}
}

// TestNilPointers checks that interfaces with nothing in them are found by New.
func TestNilPointers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*transport.Options)
		want   []string
	}{
		"nothing":     {func(*transport.Options) {}, nil},
		"Limiter":     {func(o *transport.Options) { o.Limiter = (*rate.Limiter)(nil) }, []string{"Limiter"}},
		"Transport":   {func(o *transport.Options) { o.HTTPClient = &http.Client{Transport: (*http.Transport)(nil)} }, []string{"HTTPClient.Transport"}},
		"HTTPClient":  {func(o *transport.Options) { o.HTTPClient = (*http.Client)(nil) }, nil},
		"Credentials": {func(o *transport.Options) { o.Credentials = (*renewable)(nil) }, []string{"Credentials"}},
	} {
		if d := cmp.Diff(c.want, fields(c.change)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestUnusableKeys has keys that cannot sign. New says so of those that are at
// hand, and the call of the others; neither shows them, and nothing is sent.
func TestUnusableKeys(t *testing.T) {
	const word = "pl4nted"
	for name, key := range map[string]credential.Key{
		"nothing":            {},
		"no secret":          {ID: word},
		"no ID":              {Secret: word},
		"ID and line end":    {ID: word + "\n", Secret: word},
		"secret and line":    {ID: word, Secret: word + "\r\n"},
		"token and line end": {ID: word, Secret: word, Token: word + "\n"},
		"space in the ID":    {ID: word + " x", Secret: word},
		"tab in the secret":  {ID: word, Secret: "\t" + word},
		"NUL in the token":   {ID: word, Secret: word, Token: "\x00" + word},
		"DEL in the secret":  {ID: word, Secret: word + "\x7f"},
	} {
		for _, provider := range []credential.Provider{
			nas.StaticCredentials{AccessKeyID: key.ID, AccessKeySecret: key.Secret, SecurityToken: key.Token},
			&nas.StaticCredentials{AccessKeyID: key.ID, AccessKeySecret: key.Secret, SecurityToken: key.Token},
		} {
			o := transport.Options{Region: "r-1", Host: "service.example.com", Credentials: provider}
			_, problems := transport.New(o, protocol, nil)
			if len(problems) != 1 || problems[0].Field != "Credentials" || strings.Contains(problems[0].Reason, word) {
				t.Errorf("%s: %v", name, problems)
			}
		}
		r := wiretest.Answering(ok)
		c := newClient(t, r, func(o *transport.Options) { o.Credentials = static(key) })
		_, f := c.Do(t.Context(), once())
		if f == nil || outcome(f) != "final" || len(r.Requests()) != 0 || strings.Contains(f.Error(), word) || !strings.Contains(f.Error(), "credentials: ") {
			t.Errorf("%s: %d requests: %v", name, len(r.Requests()), f)
		}
	}
	t.Setenv("ID", word)
	t.Setenv("SECRET", word+"\n")
	if got := fields(func(o *transport.Options) { o.Credentials = credential.FromEnvironment("ID", "SECRET", "TOKEN") }); !cmp.Equal(got, []string{"Credentials"}) {
		t.Errorf("of the environment: %v", got)
	}
}

// byDefault returns a copy of the default transport that sends to a peer in the
// bubble, over what protocol says, and a count of its connections.
func byDefault(t *testing.T, tr http.RoundTripper, protocol string, serve func(conn *tls.Conn, number int)) (*http.Transport, *int) {
	server, client := wiretest.TLS(protocol)
	var mu sync.Mutex
	dials := 0
	d := tr.(*http.Transport).Clone()
	d.Proxy = nil
	d.TLSClientConfig.RootCAs, d.TLSClientConfig.ServerName = client.RootCAs, client.ServerName
	d.DialContext = piped(t, func(conn net.Conn) {
		mu.Lock()
		dials++
		n := dials
		mu.Unlock()
		c := tls.Server(conn, server)
		if c.Handshake() == nil {
			serve(c, n)
		}
		_ = c.Close()
	}).DialContext
	return d, &dials
}

// TestIdleConnections checks that a connection is not used again after gateways
// may have dropped it.
func TestIdleConnections(t *testing.T) {
	for name, c := range map[string]struct {
		transport http.RoundTripper
		dials     int // after 0, 4 and 8 s of quiet
	}{"Alibaba": {transport.Alibaba(), 2}, "AWS": {transport.AWS(), 1}} {
		synctest.Test(t, func(t *testing.T) {
			tr, dials := byDefault(t, c.transport, "http/1.1", func(conn *tls.Conn, _ int) {
				b := bufio.NewReader(conn)
				for {
					if _, err := http.ReadRequest(b); err != nil {
						return
					}
					_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				}
			})
			client := newClient(t, tr, nil)
			for _, quiet := range []time.Duration{0, 0, 4 * time.Second, 8 * time.Second} {
				<-time.After(quiet + 1)
				if _, f := client.Do(t.Context(), once()); f != nil {
					t.Errorf("%s: %v", name, f)
				}
			}
			if *dials != c.dials {
				t.Errorf("%s: %d connections, want %d", name, *dials, c.dials)
			}
		})
	}
}

// TestDeadHTTP2Connection has an HTTP/2 connection die without a word. It costs
// one attempt, and no other call comes upon it.
func TestDeadHTTP2Connection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, dials := byDefault(t, transport.Alibaba(), "h2", func(conn *tls.Conn, n int) {
			if n == 1 {
				_ = head(conn, "h2")
				hang(conn)
				return
			}
			serveH2(conn)
		})
		client := newClient(t, tr, nil)
		start := time.Now()
		answer, f := client.Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "POST", Effect: retry.Idempotent})
		if took := time.Since(start); f != nil || answer.Attempts != 2 || *dials != 2 || took > 20*time.Second {
			t.Errorf("%d connections in %v: %v", *dials, took, f)
		}
		if _, f := client.Do(t.Context(), once()); f != nil || *dials != 2 {
			t.Errorf("the next call: %d connections, %v", *dials, f)
		}
		client.HTTPClient.CloseIdleConnections()
	})
}

// serveH2 answers the requests of an HTTP/2 connection with 200.
func serveH2(conn net.Conn) {
	s := http.Server{
		Handler:   http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}),
		Protocols: new(http.Protocols),
	}
	s.Protocols.SetHTTP2(true)
	l := &oneConn{conn: make(chan net.Conn, 1), done: make(chan struct{})}
	l.conn <- conn
	s.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			close(l.done)
		}
	}
	_ = s.Serve(l)
}

// A oneConn is a listener with one connection, which ends with it.
type oneConn struct {
	conn chan net.Conn
	done chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	select {
	case c := <-l.conn:
		return c, nil
	case <-l.done:
		return nil, io.EOF
	}
}
func (l *oneConn) Close() error   { return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

// TestPanics has the caller's own code panic, or end the goroutine. That comes out
// as it went in, in the goroutine of the call, and holds up no later call.
func TestPanics(t *testing.T) {
	broken := true
	maybe := func(leave func()) {
		if broken {
			leave()
		}
	}
	for name, change := range map[string]func(o *transport.Options, leave func()){
		"RoundTripper": func(o *transport.Options, leave func()) {
			rt := o.HTTPClient.Transport
			o.HTTPClient = &http.Client{Transport: wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) { maybe(leave); return rt.RoundTrip(r) })}
		},
		"body": func(o *transport.Options, leave func()) {
			rt := o.HTTPClient.Transport
			o.HTTPClient = &http.Client{Transport: wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
				resp, err := rt.RoundTrip(r)
				resp.Body = io.NopCloser(readerFunc(func([]byte) (int, error) { maybe(leave); return 0, io.EOF }))
				return resp, err
			})}
		},
		"Limiter": func(o *transport.Options, leave func()) {
			o.Limiter = limiterFunc(func(context.Context) error { maybe(leave); return nil })
		},
		"Credentials": func(o *transport.Options, leave func()) { o.Credentials = leaving{func() { maybe(leave) }} },
		"OnAttempt": func(o *transport.Options, leave func()) {
			o.OnAttempt = func(context.Context, transport.Attempt) { maybe(leave) }
		},
		"Logger": func(o *transport.Options, leave func()) { o.Logger = leavingLog{func() { maybe(leave) }} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				told := 0
				type own struct{ text string }
				var leave func()
				client := newClient(t, wiretest.Answering(ok), func(o *transport.Options) {
					o.OnAttempt = func(context.Context, transport.Attempt) { told++ }
					change(o, func() { leave() })
				})
				broken = true
				leave = func() { panic(own{"mine"}) }
				for range 10 {
					func() {
						defer func() {
							if got := recover(); got != (own{"mine"}) {
								t.Errorf("recovered %v", got)
							}
						}()
						_, f := client.Do(t.Context(), once())
						t.Errorf("it returned %v", f)
					}()
				}
				leave = func() { runtime.Goexit() }
				for range 10 {
					returned, ended := false, make(chan struct{})
					go func() {
						defer close(ended)
						_, _ = client.Do(t.Context(), once())
						returned = true
					}()
					<-ended
					if returned {
						t.Error("it returned")
					}
				}
				if told > 0 && name != "Logger" {
					t.Errorf("OnAttempt was told of %d attempts", told)
				}
				broken = false
				start := time.Now()
				if _, f := client.Do(t.Context(), once()); f != nil || time.Since(start) > time.Minute {
					t.Errorf("the next call took %v: %v", time.Since(start), f)
				}
			})
		})
	}
}

type leavingLog struct{ leave func() }

func (l leavingLog) Enabled(context.Context, slog.Level) bool { return true }

func (l leavingLog) LogAttrs(context.Context, slog.Level, string, ...slog.Attr) { l.leave() }

type leaving struct{ leave func() }

func (l leaving) Retrieve(context.Context) (id, secret, token string, expires time.Time, err error) {
	l.leave()
	return "id", "secret", "", time.Time{}, nil
}
