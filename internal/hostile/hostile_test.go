// Package hostile shows that a peer that misbehaves does no harm: no call
// outlives its context or its attempts, nothing panics, no create runs twice, no
// list goes on for ever, and no secret comes to light. Nor does a configuration
// lead a request to another host than it names.
//
// Where a connection matters, the server is one end of a pipe and the time is
// fake, so that a byte a second takes no time, and a goroutine that is left behind
// fails the test.
package hostile

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// Each test makes thousands of connections and texts that are dropped at once.
func init() { debug.SetGCPercent(400) }

const (
	attemptTimeout = 5 * time.Second
	attempts       = 2
	// longest bounds a call: its attempts, and a pause before each but the first.
	longest = attempts*attemptTimeout + 30*time.Second
)

// A create is the main create of a service.
type create struct {
	service string
	once    bool   // it has no token, so that it must not run twice
	answer  string // the body of its answer
	call    func(ctx context.Context, endpoint string, hc *http.Client) error
}

var errUnknown = nas.ErrOutcomeUnknown // the same value in all five packages

var creates = []create{
	{"nas", true, `{"RequestId":"id-1","AccessPoint":{"AccessPointId":"ap-1"}}`, func(ctx context.Context, endpoint string, hc *http.Client) error {
		client, err := nas.New(nas.Config{
			Region: "cn-hangzhou", Endpoint: endpoint, HTTPClient: hc, AttemptTimeout: attemptTimeout, MaxAttempts: attempts,
			Credentials: nas.StaticCredentials{AccessKeyID: "id", AccessKeySecret: "planted"},
		})
		if err != nil {
			return err
		}
		_, err = client.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{FileSystemID: "31a8e4", VpcID: "vpc-1", VSwitchID: "vsw-1"})
		return err
	}},
	{"oss", true, `<CreateAccessPointResult><AccessPointArn>acs:oss:cn-hangzhou:1:accesspoint/ap-01</AccessPointArn><Alias>ap-01-ossalias</Alias></CreateAccessPointResult>`, func(ctx context.Context, endpoint string, hc *http.Client) error {
		client, err := oss.New(oss.Config{
			Region: "cn-hangzhou", Endpoint: endpoint, HTTPClient: hc, AttemptTimeout: attemptTimeout, MaxAttempts: attempts,
			Credentials: oss.StaticCredentials{AccessKeyID: "id", AccessKeySecret: "planted"},
		})
		if err != nil {
			return err
		}
		_, err = client.CreateAccessPoint(ctx, oss.CreateAccessPointRequest{Bucket: "examplebucket", AccessPointName: "ap-01", NetworkOrigin: oss.NetworkOriginInternet})
		return err
	}},
	{"efs", false, `{"AccessPointId":"fsap-1","LifeCycleState":"creating"}`, func(ctx context.Context, endpoint string, hc *http.Client) error {
		client, err := efs.New(efs.Config{
			Region: "us-east-1", Endpoint: endpoint, HTTPClient: hc, AttemptTimeout: attemptTimeout, MaxAttempts: attempts,
			Credentials: efs.StaticCredentials{AccessKeyID: "id", SecretAccessKey: "planted"},
		})
		if err != nil {
			return err
		}
		_, err = client.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: "fs-01234567"})
		return err
	}},
	{"privatelink", false, `{"RequestId":"id-1","EndpointId":"ep-1","EndpointStatus":"Creating"}`, func(ctx context.Context, endpoint string, hc *http.Client) error {
		client, err := privatelink.New(privatelink.Config{
			Region: "cn-hangzhou", Endpoint: endpoint, HTTPClient: hc, AttemptTimeout: attemptTimeout, MaxAttempts: attempts,
			Credentials: privatelink.StaticCredentials{AccessKeyID: "id", AccessKeySecret: "planted"},
		})
		if err != nil {
			return err
		}
		_, err = client.CreateVpcEndpoint(ctx, privatelink.CreateVpcEndpointRequest{ServiceID: "epsrv-1", VpcID: "vpc-1", SecurityGroupIDs: []string{"sg-1"}})
		return err
	}},
	{"kms", true, `{"RequestId":"id-1","Name":"billing","Arn":"acs:kms:cn-hangzhou:1:applicationaccesspoint/billing"}`, func(ctx context.Context, endpoint string, hc *http.Client) error {
		client, err := kms.New(kms.Config{
			Region: "cn-hangzhou", Endpoint: endpoint, HTTPClient: hc, AttemptTimeout: attemptTimeout, MaxAttempts: attempts,
			Credentials: kms.StaticCredentials{AccessKeyID: "id", AccessKeySecret: "planted"},
		})
		if err != nil {
			return err
		}
		_, err = client.CreateApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{Name: "billing", Policies: []string{"p"}})
		return err
	}},
}

// A way is how requests travel.
type way struct {
	name     string
	protocol string // that TLS agrees on; empty for no TLS
}

func (w way) h2() bool { return w.protocol == "h2" }

var ways = []way{{"HTTP/1.1", ""}, {"TLS", "http/1.1"}, {"HTTP/2", "h2"}}

// endpoint is that of a peer.
func (w way) endpoint() string {
	if w.protocol == "" {
		return "http://127.0.0.1:1"
	}
	return "https://127.0.0.1:1"
}

// whole is a whole answer with that body.
func (w way) whole(status int, body string) string {
	if w.h2() {
		return greeting + headers(status, 4) + frame(0, 1, body)
	}
	return fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", status, http.StatusText(status), len(body), body)
}

// frame is a frame of the first stream of an HTTP/2 connection, or of none if it
// is one of settings.
func frame(kind, flags byte, payload string) string {
	n := len(payload)
	stream := byte(1)
	if kind == 4 || kind == 7 {
		stream = 0
	}
	return string([]byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags, 0, 0, 0, stream}) + payload
}

// greeting is a server's settings, and its acknowledgement of the client's.
var greeting = frame(4, 0, "") + frame(4, 1, "")

// headers is a frame with a status, and fields that are encoded.
func headers(status int, flags byte, fields ...string) string {
	return frame(1, flags, "\x08\x03"+fmt.Sprint(status)+strings.Join(fields, "")) // :status, literally
}

// length is the header field Content-Length.
func length(n int) string {
	text := fmt.Sprint(n)
	return "\x0f\x0d" + string([]byte{byte(len(text))}) + text
}

// A peer is what a server does with its connections.
type peer struct {
	way way
	// answer writes what comes after the nth request. The connection is closed
	// when it returns.
	answer func(conn net.Conn, n int)
	deaf   bool   // no request is read before that
	dials  string // the endpoint, if it is not that of the way

	handshakeTimeout time.Duration // of the client's transport; none if 0

	requests, connections atomic.Int32
}

func (p *peer) serve(conn net.Conn) {
	defer conn.Close()
	p.connections.Add(1)
	if p.way.protocol != "" {
		server, _ := wiretest.TLS(p.way.protocol)
		secure := tls.Server(conn, server)
		if secure.Handshake() != nil {
			return
		}
		defer func() { _ = secure.Close() }()
		conn = secure
	}
	if p.deaf {
		p.answer(conn, 0)
		return
	}
	err := readRequest(conn, p.way)
	if err == nil {
		p.answer(conn, int(p.requests.Add(1)))
	}
}

// readRequest reads a request to its end.
func readRequest(conn net.Conn, w way) error {
	b := bufio.NewReader(conn)
	if !w.h2() {
		r, err := http.ReadRequest(b)
		if err == nil {
			_, err = io.Copy(io.Discard, r.Body)
		}
		return err
	}
	if _, err := b.Discard(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")); err != nil {
		return err
	}
	for {
		head := make([]byte, 9)
		if _, err := io.ReadFull(b, head); err != nil {
			return err
		}
		if _, err := b.Discard(int(head[0])<<16 | int(head[1])<<8 | int(head[2])); err != nil {
			return err
		}
		if kind, flags := head[3], head[4]; kind <= 1 && flags&1 != 0 { // DATA or HEADERS, and the end of the stream
			return nil
		}
	}
}

// call makes the create with p as the service, and checks what holds whatever p
// does: the call ends in time, and a create without a token reaches p once at
// most.
func (p *peer) call(ctx context.Context, t *testing.T, c create) error {
	t.Helper()
	var servers sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	_, trusting := wiretest.TLS()
	tr := &http.Transport{
		TLSHandshakeTimeout: p.handshakeTimeout, MaxResponseHeaderBytes: 1 << 20, TLSClientConfig: trusting, ForceAttemptHTTP2: p.way.h2(),
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			here, there := wiretest.Pipe()
			mu.Lock()
			defer mu.Unlock()
			conns = append(conns, here)
			servers.Go(func() { p.serve(there) })
			return here, nil
		},
	}
	defer servers.Wait() // for good if the client keeps a connection open
	defer func() {
		synctest.Wait()
		tr.CloseIdleConnections()
		if p.dials != "" { // net/http goes on with a handshake for later requests
			for _, conn := range conns {
				_ = conn.Close()
			}
		}
	}()
	started := time.Now()
	endpoint := p.way.endpoint()
	if p.dials != "" {
		endpoint = p.dials
	}
	err := c.call(ctx, endpoint, &http.Client{Transport: tr})
	limit := longest
	if end, ok := ctx.Deadline(); ok {
		limit = end.Sub(started) + 50*time.Millisecond
	}
	if took := time.Since(started); took > limit {
		t.Errorf("the call took %v: %v", took, err)
	}
	if n := p.requests.Load(); n > attempts || c.once && n > 1 {
		t.Errorf("%d requests arrived: %v", n, err)
	}
	if err != nil && strings.Contains(err.Error(), "planted") {
		t.Errorf("the error holds the secret: %v", err)
	}
	return err
}

// each runs f for each service and way in a bubble of its own.
func each(t *testing.T, f func(t *testing.T, c create, w way)) {
	for _, w := range ways {
		for _, c := range creates {
			t.Run(w.name+" "+c.service, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { f(t, c, w) })
			})
		}
	}
}

// TestCutAnywhere breaks the connection off after each byte of an answer. A part
// is never taken for the whole, whatever the status that was to be seen.
func TestCutAnywhere(t *testing.T) {
	each(t, func(t *testing.T, c create, w way) {
		for _, status := range []int{200, 400, 500} {
			full := w.whole(status, c.answer)
			for cut := range len(full) + 1 {
				if w.protocol == "http/1.1" && cut%8 != len(full)%8 {
					continue // TLS adds little to the same answers
				}
				p := &peer{way: w, answer: func(conn net.Conn, n int) {
					_, _ = io.WriteString(conn, full[:cut])
				}}
				err := p.call(t.Context(), t, c)
				if good := status == 200 && cut == len(full); good != (err == nil) {
					t.Errorf("%d, cut at %d of %d: %v", status, cut, len(full), err)
				}
				if cut < len(full) && status != 400 && !errors.Is(err, errUnknown) {
					t.Errorf("%d, cut at %d of %d: the outcome counts as known: %v", status, cut, len(full), err)
				}
			}
		}
	})
}

// TestCutOnce breaks the first answer off. Where there is a token, the second
// serves; where there is none, there is no second.
func TestCutOnce(t *testing.T) {
	each(t, func(t *testing.T, c create, w way) {
		full := w.whole(200, c.answer)
		p := &peer{way: w, answer: func(conn net.Conn, n int) {
			if n == 1 {
				_, _ = io.WriteString(conn, full[:len(full)-1])
				return
			}
			_, _ = io.WriteString(conn, full)
		}}
		err := p.call(t.Context(), t, c)
		if errors.Is(err, errUnknown) != c.once || !c.once && err != nil {
			t.Error(err)
		}
	})
}

// drip writes text again and again, one byte a second, until nobody reads.
func drip(conn net.Conn, text string) {
	for i := 0; ; i++ {
		if _, err := conn.Write([]byte{text[i%len(text)]}); err != nil {
			return
		}
		<-time.After(time.Second)
	}
}

// hang waits until the other side closes the connection.
func hang(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

type misbehaviour struct {
	name   string
	answer func(conn net.Conn, c create)
}

// misbehaviours are those after which a create may have taken place, or not.
var misbehaviours = []misbehaviour{
	{"nothing, and open", func(conn net.Conn, _ create) { hang(conn) }},
	{"one byte a second", func(conn net.Conn, c create) { drip(conn, ways[0].whole(200, c.answer)) }},
	{"the body one byte a second", func(conn net.Conn, c create) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
		drip(conn, c.answer)
	}},
	{"endless headers", func(conn net.Conn, _ create) {
		_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
		for line := "X-Endless: " + strings.Repeat("a", 4000) + "\r\n"; err == nil; {
			_, err = io.WriteString(conn, line)
		}
	}},
	{"endless preliminary answers", func(conn net.Conn, _ create) {
		for err := error(nil); err == nil; {
			_, err = io.WriteString(conn, "HTTP/1.1 103 Early Hints\r\n\r\n")
		}
	}},
	{"an endless body", func(conn net.Conn, c create) {
		_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		for chunk := "10000\r\n" + strings.Repeat(" ", 0x10000) + "\r\n"; err == nil; {
			_, err = io.WriteString(conn, chunk)
		}
	}},
	{"a length that is too long, and closed", func(conn net.Conn, c create) {
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(c.answer)+1, c.answer)
	}},
	{"a length that is too long, and open", func(conn net.Conn, c create) {
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(c.answer)+1, c.answer)
		hang(conn)
	}},
	{"a length that is too short", func(conn net.Conn, c create) {
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(c.answer)-1, c.answer)
	}},
	{"a length that is negative", func(conn net.Conn, c create) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"+c.answer)
	}},
	{"two lengths", func(conn net.Conn, c create) {
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Length: 2\r\n\r\n%s", len(c.answer), c.answer)
	}},
	{"a length of 0", func(conn net.Conn, c create) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"+c.answer)
	}},
	{"chunks that are none", func(conn net.Conn, c create) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"+c.answer)
	}},
	{"a coding that is not undone", func(conn net.Conn, c create) {
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(c.answer), c.answer)
	}},
	{"not HTTP", func(conn net.Conn, _ create) { _, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.9\r\n") }},
	{"binary", func(conn net.Conn, _ create) { _, _ = conn.Write(make([]byte, 1000)) }},
}

// framesAstray are those of HTTP/2.
var framesAstray = []misbehaviour{
	{"nothing, and open", func(conn net.Conn, _ create) { hang(conn) }},
	{"settings alone, and open", func(conn net.Conn, _ create) { send(conn, greeting); hang(conn) }},
	{"one byte a second", func(conn net.Conn, c create) { drip(conn, ways[2].whole(200, c.answer)) }},
	{"the body one byte a second", func(conn net.Conn, c create) {
		send(conn, greeting+headers(200, 4))
		for i := range c.answer[1:] {
			send(conn, frame(0, 0, c.answer[i:i+1]))
			<-time.After(time.Second)
		}
	}},
	{"endless headers", func(conn net.Conn, _ create) {
		more := frame(9, 0, "\x00\x09x-endless\x7e"+strings.Repeat("a", 126))
		for ok := send(conn, greeting+headers(200, 0)); ok; ok = send(conn, more) {
		}
	}},
	{"endless preliminary answers", func(conn net.Conn, _ create) {
		for ok := send(conn, greeting); ok; ok = send(conn, headers(103, 4)) {
			<-time.After(time.Millisecond) // net/http takes any number of them, and fake time stands still while it does
		}
	}},
	{"an endless body", func(conn net.Conn, _ create) {
		chunk := frame(0, 0, strings.Repeat(" ", 16<<10))
		for ok := send(conn, greeting+headers(200, 4)); ok; ok = send(conn, chunk) {
		}
	}},
	{"a length that is too long, and closed", func(conn net.Conn, c create) {
		send(conn, greeting+headers(200, 4, length(len(c.answer)+1))+frame(0, 0, c.answer))
	}},
	{"a length that is too long, and ended", func(conn net.Conn, c create) {
		send(conn, greeting+headers(200, 4, length(len(c.answer)+1))+frame(0, 1, c.answer))
	}},
	{"a length that is too long, and open", func(conn net.Conn, c create) {
		send(conn, greeting+headers(200, 4, length(len(c.answer)+1))+frame(0, 0, c.answer))
		hang(conn)
	}},
	{"a length that is too short", func(conn net.Conn, c create) {
		send(conn, greeting+headers(200, 4, length(len(c.answer)-1))+frame(0, 1, c.answer))
	}},
	{"no body", func(conn net.Conn, _ create) { send(conn, greeting+headers(200, 5)) }},
	{"a stream that is reset", func(conn net.Conn, _ create) { send(conn, greeting+frame(3, 0, "\x00\x00\x00\x02")); hang(conn) }},
	{"a stream that is reset in the body", func(conn net.Conn, c create) {
		send(conn, greeting+headers(200, 4)+frame(0, 0, c.answer)+frame(3, 0, "\x00\x00\x00\x08"))
		hang(conn)
	}},
	{"a farewell, and closed", func(conn net.Conn, _ create) { send(conn, greeting+frame(7, 0, "\x00\x00\x00\x01\x00\x00\x00\x00")) }},
	{"a farewell for a reason", func(conn net.Conn, _ create) {
		send(conn, greeting+frame(7, 0, "\x00\x00\x00\x01\x00\x00\x00\x0b"))
		hang(conn)
	}},
	{"a frame that is too long", func(conn net.Conn, _ create) { send(conn, greeting+"\xff\xff\xff\x00\x00\x00\x00\x00\x01"); hang(conn) }},
	{"headers that are none", func(conn net.Conn, _ create) { send(conn, greeting+frame(1, 5, "\xff\xff\xff\xff\xff")); hang(conn) }},
	{"no status", func(conn net.Conn, c create) {
		send(conn, greeting+frame(1, 4, length(1))+frame(0, 1, "x"))
		hang(conn)
	}},
	{"not HTTP", func(conn net.Conn, _ create) { send(conn, "SSH-2.0-OpenSSH_9.9\r\n") }},
	{"HTTP/1.1", func(conn net.Conn, c create) { send(conn, ways[0].whole(200, c.answer)) }},
	{"binary", func(conn net.Conn, _ create) { send(conn, string(make([]byte, 1000))) }},
}

// send reports whether the other side takes text.
func send(conn net.Conn, text string) bool {
	_, err := io.WriteString(conn, text)
	return err == nil
}

// TestMisbehaviour also has each of them with a context that ends first.
func TestMisbehaviour(t *testing.T) {
	each(t, func(t *testing.T, c create, w way) {
		all := misbehaviours
		if w.h2() {
			all = framesAstray
		}
		for _, m := range all {
			p := &peer{way: w, answer: func(conn net.Conn, _ int) { m.answer(conn, c) }}
			if err := p.call(t.Context(), t, c); !errors.Is(err, errUnknown) {
				t.Errorf("%s: the outcome counts as known: %v", m.name, err)
			}
			p = &peer{way: w, answer: func(conn net.Conn, _ int) {
				<-time.After(time.Second)
				m.answer(conn, c)
			}}
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			if err := p.call(ctx, t, c); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, errUnknown) {
				t.Errorf("%s, with a context that ends: %v", m.name, err)
			}
			cancel()
		}
	})
}

// TestNoRequestArrives has peers that never get to the request. Where it cannot
// have been sent, every create is repeated and its outcome is known, but for what
// is wrong on this side; where it can, the outcome counts as unknown.
func TestNoRequestArrives(t *testing.T) {
	tests := []struct {
		name string
		// early says that it happens before a handshake.
		early bool
		// connections that are made, if the outcome is known; -1 if net/http may or
		// may not have written.
		connections int
		answer      func(conn net.Conn, n int)
	}{
		{"a TLS handshake that stalls", true, attempts, func(conn net.Conn, _ int) { hang(conn) }},
		{"a TLS handshake that is closed", true, attempts, func(net.Conn, int) {}},
		{"a TLS alert", true, attempts, func(conn net.Conn, _ int) { send(conn, "\x15\x03\x03\x00\x02\x02\x28"); hang(conn) }},
		{"no TLS", true, 1, func(conn net.Conn, _ int) { send(conn, "HTTP/1.1 400 Bad Request\r\n\r\n"); hang(conn) }},
		{"closed at once", false, -1, func(net.Conn, int) {}},
		{"never read", false, 0, func(net.Conn, int) { <-time.After(time.Minute) }},
		{"answered before it is read", false, -1, func(conn net.Conn, _ int) {
			send(conn, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			each(t, func(t *testing.T, c create, w way) {
				p := &peer{way: w, deaf: true, answer: test.answer}
				if test.early {
					if w.protocol != "" {
						return // they come to the same
					}
					p.dials = "https://127.0.0.1:1"
				}
				err := p.call(t.Context(), t, c)
				if known := test.connections > 0; err == nil || test.connections >= 0 && errors.Is(err, errUnknown) == known {
					t.Errorf("the outcome counts as known: %t: %v", !known, err)
				}
				if n := int(p.connections.Load()); test.connections > 0 && n != test.connections {
					t.Errorf("%d connections, not %d: %v", n, test.connections, err)
				}
			})
		})
	}
}

// TestHandshakeTimeout stalls the TLS handshake for longer than the transport
// allows, as the default one does before the attempt is over. Nothing was sent,
// so every create is repeated, and its outcome is known.
func TestHandshakeTimeout(t *testing.T) {
	each(t, func(t *testing.T, c create, _ way) {
		p := &peer{deaf: true, answer: func(conn net.Conn, _ int) { hang(conn) }, handshakeTimeout: time.Second, dials: "https://127.0.0.1:1"}
		err := p.call(t.Context(), t, c)
		if err == nil || errors.Is(err, errUnknown) || p.connections.Load() != attempts {
			t.Errorf("%d connections, %v", p.connections.Load(), err)
		}
	})
}
