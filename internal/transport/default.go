package transport

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	// attemptTimeout bounds an attempt if nothing else is configured. Lower, and
	// slow answers are given up; higher, and a peer that hangs holds up a call for
	// longer. Chosen.
	attemptTimeout = 30 * time.Second
	// pingAfter is how long an HTTP/2 connection may be silent before it is asked
	// for a sign of life, and pingTimeout how long that may take. A connection that
	// died without a word, as behind a gateway that was replaced, would swallow
	// every attempt until the kernel notices, which takes minutes. Lower, and slow
	// networks and idle connections cost requests; higher, and see below. Chosen.
	pingAfter   = 10 * time.Second
	pingTimeout = 5 * time.Second
	// idleAlibaba is how long an idle connection to Alibaba Cloud is kept. Its
	// gateways drop them after about 10 s (measured by users), and a creation that
	// is sent over one of them has an unknown outcome. Lower, and more requests
	// take a handshake; higher, and it gets close to that.
	idleAlibaba = 5 * time.Second
	// idleAWS is that of the official SDK.
	idleAWS = 90 * time.Second
)

// The attempt that finds a connection dead is the only one that it costs.
const _ = uint64(attemptTimeout - 2*pingAfter - pingTimeout)

// Alibaba and AWS return the transports that clients have who bring none of their
// own. All of a program share them, so that one with many clients keeps few
// connections.
var (
	Alibaba = sync.OnceValue(func() http.RoundTripper { return newTransport(idleAlibaba) })
	AWS     = sync.OnceValue(func() http.RoundTripper { return newTransport(idleAWS) })
)

func newTransport(idle time.Duration) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		MaxResponseHeaderBytes: 1 << 20, // in place of 10 MB; services need 4 KB
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout},
		MaxIdleConns:           256,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        idle,
		ExpectContinueTimeout:  time.Second,
		OnProxyConnectResponse: proxyAnswered,
	}
}

// proxyAnswered fails if a proxy refused to connect. The error of net/http has no
// status, but the words that came with it, which every proxy may choose.
func proxyAnswered(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{answer.StatusCode, answer.Status}
}

// A proxyError is the refusal of a proxy.
type proxyError struct {
	status int
	text   string
}

func (e *proxyError) Error() string { return e.text }
