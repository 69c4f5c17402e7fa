package transport_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/transport"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// once is a creation that must not run twice.
func once() *transport.Request {
	return &transport.Request{Decode: whole, Operation: "Op", Method: "POST", Effect: retry.NonIdempotent, Query: "A=b"}
}

// outcome puts how a creation ended into a word: done; refused, if it was sent
// again until the attempts were used up; final, if it was not; ended, if the context
// did; each with its outcome known; or unknown.
func outcome(f *fault.Error) string {
	switch {
	case f == nil:
		return "done"
	case f.Lost:
		return "unknown"
	case errors.Is(f, context.Canceled) || errors.Is(f, context.DeadlineExceeded):
		return "ended"
	case f.Attempts > 1 && errors.Is(f, fault.Unavailable):
		return "refused"
	case f.Attempts == 1 && !errors.Is(f, fault.Unavailable):
		return "final"
	}
	return fmt.Sprintf("%d attempts: %v", f.Attempts, f)
}

// piped is a transport to a peer in the same bubble. The peer closes with what
// serve returns from.
func piped(t *testing.T, serve func(net.Conn)) *http.Transport {
	var peers sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	tr := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		here, there := wiretest.Pipe()
		mu.Lock()
		defer mu.Unlock()
		conns = append(conns, here) // net/http goes on with a handshake when nobody wants it any more
		peers.Go(func() {
			defer there.Close()
			serve(there)
		})
		return here, nil
	}}
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, conn := range conns {
			_ = conn.Close()
		}
		peers.Wait()
	})
	return tr
}

// hang reads until the other side closes.
func hang(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// after reads a little and writes text.
func after(text string) func(net.Conn) {
	return func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 10000))
		_, _ = io.WriteString(conn, text)
	}
}

// TestNothingWritten has a creation fail before any of it is written. It is sent
// again, or not if that cannot help, and its outcome is known.
func TestNothingWritten(t *testing.T) {
	const alert = "\x15\x03\x03\x00\x02\x02\x28" // handshake failure
	dialing := func(err error) func(*testing.T) *http.Transport {
		return func(*testing.T) *http.Transport {
			return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, err }}
		}
	}
	peer := func(serve func(net.Conn)) func(*testing.T) *http.Transport {
		return func(t *testing.T) *http.Transport { return piped(t, serve) }
	}
	proxy := func(answer string) func(*testing.T) *http.Transport {
		return func(t *testing.T) *http.Transport {
			tr := piped(t, after("HTTP/1.1 "+answer+"\r\nContent-Length: 0\r\n\r\n"))
			tr.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy:3128"})
			return tr
		}
	}
	byDefault := func(answer string) func(*testing.T) *http.Transport {
		return func(t *testing.T) *http.Transport {
			tr := transport.Alibaba().(*http.Transport).Clone()
			from := proxy(answer)(t)
			tr.DialContext, tr.Proxy = from.DialContext, from.Proxy
			return tr
		}
	}
	server, _ := wiretest.TLS("http/1.1")
	handshake := func(conn net.Conn) { _ = tls.Server(conn, server).Handshake(); hang(conn) }
	for name, c := range map[string]struct {
		transport func(t *testing.T) *http.Transport
		want      string
		says      string
	}{
		"refused":                            {dialing(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), "refused", "connection refused"},
		"no route":                           {dialing(errors.New("no way")), "refused", "no way"},
		"dial timeout":                       {dialing(&net.OpError{Op: "dial", Err: &timeout{}}), "refused", "i/o timeout"},
		"no such host":                       {dialing(&net.OpError{Op: "dial", Err: &net.DNSError{Name: "x", IsNotFound: true}}), "1 attempts: ", "Endpoint takes it"},
		"handshake reset":                    {peer(func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)) }), "refused", ""},
		"handshake closed":                   {peer(func(net.Conn) {}), "refused", ""},
		"plain HTTP":                         {peer(after("HTTP/1.1 400 Bad Request\r\n\r\n")), "final", "HTTP response to HTTPS client"},
		"another protocol":                   {peer(after("SSH-2.0-OpenSSH_9.9\r\n")), "final", "TLS"},
		"TLS alert":                          {peer(after(alert)), "refused", "handshake failure"},
		"bad certificate":                    {peer(handshake), "final", "certificate"},
		"handshake hangs":                    {peer(hang), "refused", "attempt timeout"},
		"proxy 407":                          {proxy("407 Proxy Authentication Required"), "final", "proxy refused to connect: Proxy Authentication Required"},
		"proxy 403":                          {proxy("403 Forbidden"), "final", "proxy refused to connect: Forbidden"},
		"proxy 502":                          {proxy("502 Bad Gateway"), "refused", "proxy refused to connect: Bad Gateway"},
		"proxy 503":                          {proxy("503 Service Unavailable"), "refused", "proxy refused to connect"},
		"proxy 429":                          {proxy("429 Too Many Requests"), "refused", "proxy refused to connect"},
		"proxy in own words":                 {proxy("502 Upstream is gone"), "refused", "Upstream is gone"},
		"proxy in own words, by default":     {byDefault("502 Upstream is gone"), "refused", "proxy refused to connect: 502 Upstream is gone"},
		"proxy 407 in own words, by default": {byDefault("407 Who is it?"), "final", "proxy refused to connect: 407 Who is it?"},
		"proxy 403 without words":            {byDefault("403"), "final", "proxy refused to connect: 403"},
		"proxy closes": {func(t *testing.T) *http.Transport {
			tr := proxy("")(t)
			tr.DialContext = piped(t, func(net.Conn) {}).DialContext
			return tr
		}, "refused", ""},
		"no such proxy": {func(t *testing.T) *http.Transport {
			tr := proxy("")(t)
			tr.DialContext = dialing(&net.OpError{Op: "dial", Err: &net.DNSError{Name: "p", IsNotFound: true}})(t).DialContext
			return tr
		}, "1 attempts: ", "proxyconnect"},
		"handshake time-out": {func(t *testing.T) *http.Transport {
			tr := piped(t, hang)
			tr.TLSHandshakeTimeout = time.Second
			return tr
		}, "refused", "TLS handshake timeout"},
		"of a caller's dialer": {func(t *testing.T) *http.Transport {
			return &http.Transport{DialTLSContext: func(context.Context, string, string) (net.Conn, error) { return nil, io.EOF }}
		}, "refused", "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, f := newClient(t, c.transport(t), nil).Do(t.Context(), once())
				if got := outcome(f); got != c.want && (c.want != "1 attempts: " || !strings.HasPrefix(got, c.want)) {
					t.Errorf("got %s, want %s (%v)", got, c.want, f)
				}
				if f != nil && (!strings.Contains(f.Error(), c.says) || strings.Contains(f.Error(), "A=b")) {
					t.Errorf("it says %v", f)
				}
				if name == "no such proxy" && strings.Contains(f.Error(), "Endpoint") {
					t.Errorf("the endpoint is blamed: %v", f)
				}
			})
		})
	}
}

type timeout struct{}

func (*timeout) Error() string   { return "i/o timeout" }
func (*timeout) Timeout() bool   { return true }
func (*timeout) Is(e error) bool { return e == context.DeadlineExceeded } // as package net's

// TestContextEndsUnsent ends the context before anything is written. The error is
// the context's, and the outcome known.
func TestContextEndsUnsent(t *testing.T) {
	late := func(context.Context, string, string) (net.Conn, error) { // net/http does not end it
		<-time.After(10 * time.Second)
		return nil, errors.New("late")
	}
	for name, c := range map[string]func(t *testing.T) (*http.Transport, func(*transport.Client)){
		"while dialling": func(*testing.T) (*http.Transport, func(*transport.Client)) {
			return &http.Transport{DialContext: late}, nil
		},
		"in the handshake": func(t *testing.T) (*http.Transport, func(*transport.Client)) { return piped(t, hang), nil },
		"in the pool": func(t *testing.T) (*http.Transport, func(*transport.Client)) {
			tr := piped(t, hang)
			tr.MaxConnsPerHost = 1
			return tr, func(c *transport.Client) {
				go func() { _, _ = c.Do(t.Context(), once()) }()
				synctest.Wait()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr, before := c(t)
				client := newClient(t, tr, nil)
				if before != nil {
					before(client)
				}
				for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
					ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
					if end == context.Canceled {
						time.AfterFunc(time.Second, cancel)
					}
					_, f := client.Do(ctx, once())
					cancel()
					if outcome(f) != "ended" || !errors.Is(f, end) || errors.Is(f, fault.Unavailable) || f.Attempts != 1 {
						t.Errorf("%v: %s: %v", end, outcome(f), f)
					}
				}
				<-time.After(5 * time.Minute) // net/http gives up too
			})
		})
	}
}

// TestWritten has a creation fail after it was written, over both versions of HTTP.
// Its outcome is unknown, also if a later attempt gets no connection.
func TestWritten(t *testing.T) {
	for _, protocol := range []string{"http/1.1", "h2"} {
		server, client := wiretest.TLS(protocol)
		for name, serve := range map[string]func(conn *tls.Conn){
			"closed": func(conn *tls.Conn) { _ = head(conn, protocol) },
			"reset":  func(conn *tls.Conn) { _ = head(conn, protocol); _ = conn.NetConn().Close() },
			"hangs":  func(conn *tls.Conn) { _ = head(conn, protocol); hang(conn) },
		} {
			t.Run(protocol+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					tr := piped(t, func(conn net.Conn) { c := tls.Server(conn, server); serve(c); _ = c.Close() })
					tr.TLSClientConfig, tr.ForceAttemptHTTP2 = client.Clone(), true
					_, f := newClient(t, tr, nil).Do(t.Context(), once())
					if outcome(f) != "unknown" || f.Attempts != 1 {
						t.Errorf("got %s after %d attempts: %v", outcome(f), f.Attempts, f)
					}
					ctx, cancel := context.WithTimeout(t.Context(), time.Second)
					defer cancel()
					if _, f := newClient(t, tr, nil).Do(ctx, once()); outcome(f) != "unknown" || name == "hangs" && !errors.Is(f, context.DeadlineExceeded) {
						t.Errorf("with a context that ends: %v", f)
					}
				})
			})
		}
	}
}

// head reads the head of a request, or what HTTP/2 has in its place.
func head(conn *tls.Conn, protocol string) error {
	b := bufio.NewReader(conn)
	if protocol != "h2" {
		_, err := http.ReadRequest(b)
		return err
	}
	if _, err := b.Discard(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")); err != nil {
		return err
	}
	_, _ = conn.Write([]byte{0, 0, 0, 4, 0, 0, 0, 0, 0}) // empty settings
	for {
		frame := make([]byte, 9)
		if _, err := io.ReadFull(b, frame); err != nil {
			return err
		}
		if _, err := b.Discard(int(frame[0])<<16 | int(frame[1])<<8 | int(frame[2])); err != nil {
			return err
		}
		if frame[3] == 1 { // HEADERS
			return nil
		}
	}
}

// TestWrittenOnce checks that a creation that was written once stays so when a
// RoundTripper of the caller's tries it again by itself, and gets no connection.
func TestWrittenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := piped(t, func(conn net.Conn) { _, _ = http.ReadRequest(bufio.NewReader(conn)) })
		dial, dials := tr.DialContext, 0
		tr.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if dials++; dials > 1 {
				return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
			}
			return dial(ctx, network, addr)
		}
		twice := wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			if resp, err := tr.RoundTrip(r); err == nil {
				return resp, nil
			}
			return tr.RoundTrip(r)
		})
		_, f := newClient(t, twice, func(o *transport.Options) { o.Endpoint = "http://127.0.0.1:1" }).Do(t.Context(), once())
		if outcome(f) != "unknown" || dials != 2 {
			t.Errorf("got %s after %d dials: %v", outcome(f), dials, f)
		}
	})
}

// TestTrace goes through what a transport can say of a request that it gave up.
func TestTrace(t *testing.T) {
	for steps, want := range map[string]string{
		"":                              "unknown", // it says nothing, as fakes do
		"asked":                         "refused",
		"asked connected":               "refused",
		"asked connected written":       "unknown",
		"asked connected asked":         "refused",
		"asked connected written asked": "unknown",
		"asked connected written asked connected": "unknown", // tried again, and not written
		"ends":                         "unknown",
		"asked ends":                   "ended",
		"asked connected ends":         "unknown", // HTTP/2 may write after that
		"asked connected written ends": "unknown",
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			rt := wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
				trace := httptrace.ContextClientTrace(r.Context())
				for step := range strings.FieldsSeq(steps) {
					switch step {
					case "asked":
						trace.GetConn("x")
					case "connected":
						trace.GotConn(httptrace.GotConnInfo{})
					case "written":
						trace.WroteHeaders()
					case "ends":
						cancel()
						return nil, r.Context().Err()
					}
				}
				return nil, errors.New("given up")
			})
			if _, f := newClient(t, rt, nil).Do(ctx, once()); outcome(f) != want {
				t.Errorf("%s: %s, want %s: %v", steps, outcome(f), want, f)
			}
			cancel()
		})
	}
}

// TestNetHTTPReplaysOverHTTP2 checks that a creation runs once when a server goes
// away on a connection that is reused, and net/http takes another by itself.
func TestNetHTTPReplaysOverHTTP2(t *testing.T) {
	var ran atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("it came over %s", r.Proto)
		}
		ran.Add(1)
		if r.Header.Get("X-Close") != "" {
			w.Header().Set("Connection", "close") // GOAWAY
		}
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	c := newClient(t, server.Client().Transport, func(o *transport.Options) { o.Endpoint = server.URL })
	for i := range 20 {
		r := once()
		r.Header = []string{"X-Close", "1"}
		if _, f := c.Do(t.Context(), r); f != nil || int(ran.Load()) != i+1 {
			t.Fatalf("call %d: %d ran: %v", i+1, ran.Load(), f)
		}
	}
}

// TestUnsendable checks that a header with a line end is an error of the caller's,
// and nothing is sent.
func TestUnsendable(t *testing.T) {
	for _, value := range []string{"a\nb", "a\r\nX-Evil: 1", "\x00", "a\x7f"} {
		r := wiretest.Answering(ok)
		req := once()
		req.Header = []string{"X-Own", value}
		_, f := newClient(t, r, nil).Do(t.Context(), req)
		if f == nil || f.Lost || f.Attempts != 1 || len(r.Requests()) != 0 || !errors.Is(f, fault.InvalidRequest) || !strings.Contains(f.Error(), "X-Own") {
			t.Errorf("%q: %d requests, %v", value, len(r.Requests()), f)
		}
	}
}

// TestOwnTimeouts checks that a timeout of the transport's does not look like the
// end of the caller's context, and stays what it is otherwise.
func TestOwnTimeouts(t *testing.T) {
	slow := func(t *testing.T) *http.Transport {
		tr := piped(t, func(conn net.Conn) {
			_, _ = http.ReadRequest(bufio.NewReader(conn))
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
			hang(conn)
		})
		return tr
	}
	silent := func(t *testing.T) *http.Transport { return piped(t, hang) }
	for name, c := range map[string]struct {
		client func(t *testing.T) *http.Client
		change func(*transport.Options)
	}{
		"dial": {func(*testing.T) *http.Client {
			return &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Err: &timeout{}}
			}}}
		}, nil},
		"response header": {func(t *testing.T) *http.Client {
			tr := silent(t)
			tr.ResponseHeaderTimeout = time.Second
			return &http.Client{Transport: tr}
		}, nil},
		"http.Client":             {func(t *testing.T) *http.Client { return &http.Client{Transport: silent(t), Timeout: time.Second} }, nil},
		"http.Client in the body": {func(t *testing.T) *http.Client { return &http.Client{Transport: slow(t), Timeout: time.Second} }, nil},
		"attempt":                 {func(t *testing.T) *http.Client { return &http.Client{Transport: silent(t)} }, func(o *transport.Options) { o.AttemptTimeout = time.Second }},
		"attempt in the body":     {func(t *testing.T) *http.Client { return &http.Client{Transport: slow(t)} }, func(o *transport.Options) { o.AttemptTimeout = time.Second }},
		"a fake's": {func(*testing.T) *http.Client {
			return &http.Client{Transport: wiretest.RoundTripFunc(func(*http.Request) (*http.Response, error) { return nil, context.DeadlineExceeded })}
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, f := newClient(t, nil, func(o *transport.Options) {
					o.Endpoint, o.HTTPClient, o.MaxAttempts = "http://127.0.0.1:1", c.client(t), 2
					if c.change != nil {
						c.change(o)
					}
				}).Do(t.Context(), &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
				if f == nil || errors.Is(f, context.DeadlineExceeded) || errors.Is(f, context.Canceled) || !errors.Is(f, fault.Unavailable) || f.Attempts != 2 {
					t.Errorf("got %v", f)
				}
				if name == "dial" {
					if op, ok := errors.AsType[*net.OpError](f); !ok || op.Op != "dial" {
						t.Errorf("its type is lost: %v", f)
					}
				}
			})
		})
	}
}

// TestCallersTrace checks that the caller's own trace is told what it was told
// without the client's.
func TestCallersTrace(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	defer server.Close()
	told := func(send func(context.Context) error) (names []string) {
		var mu sync.Mutex
		note := func(name string) {
			mu.Lock()
			defer mu.Unlock()
			names = append(names, name)
		}
		err := send(httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			GetConn:              func(string) { note("GetConn") },
			GotConn:              func(httptrace.GotConnInfo) { note("GotConn") },
			WroteHeaders:         func() { note("WroteHeaders") },
			ConnectDone:          func(string, string, error) { note("ConnectDone") },
			GotFirstResponseByte: func() { note("GotFirstResponseByte") },
		}))
		if err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		slices.Sort(names)
		return names
	}
	client := func() *http.Client { return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} }
	want := told(func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, "GET", server.URL, nil)
		if err != nil {
			return err
		}
		resp, err := client().Do(req)
		if err == nil {
			err = resp.Body.Close()
		}
		return err
	})
	got := told(func(ctx context.Context) error {
		_, f := newClient(t, nil, func(o *transport.Options) { o.Endpoint, o.HTTPClient = server.URL, client() }).
			Do(ctx, &transport.Request{Decode: whole, Operation: "Op", Method: "GET"})
		if f != nil {
			return f
		}
		return nil
	})
	if diff := cmp.Diff(want, got); diff != "" || len(got) != 5 {
		t.Error(diff)
	}
}
