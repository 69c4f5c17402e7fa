// Package credentialtest stands in for the services that sources of credentials
// ask. It is for tests.
package credentialtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
)

// A Network is the hosts that can be reached, by their names. To all others no
// connection is made. It is an http.RoundTripper.
type Network struct {
	Hosts map[string]http.HandlerFunc

	mu   sync.Mutex
	sent []string
}

// Silent is a host that takes a request and never answers.
func Silent(http.ResponseWriter, *http.Request) {}

// Reset is a host that breaks off the connection.
func Reset(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// Once is a host that answers once as first does, and then as then does.
func Once(first, then http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		now := first
		first = then
		mu.Unlock()
		now(w, r)
	}
}

// HTML is a host that is not what it should be.
func HTML(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprint(w, "<html><body>Welcome! planted-secret</body></html>")
}

// Answer is a host that always answers that.
func Answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// RoundTrip answers a request.
func (n *Network) RoundTrip(r *http.Request) (_ *http.Response, err error) {
	n.mu.Lock()
	n.sent = append(n.sent, r.Method+" "+r.URL.Host+r.URL.EscapedPath())
	n.mu.Unlock()
	h := n.Hosts[r.URL.Host]
	if h == nil {
		return nil, fmt.Errorf("dial tcp %s: %w", r.URL.Host, syscall.ECONNREFUSED)
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			err = fmt.Errorf("read tcp %s: %w", r.URL.Host, syscall.ECONNRESET)
		} else if p != nil {
			panic(p)
		}
	}()
	w := httptest.NewRecorder()
	w.Code = 0
	h(w, r)
	if w.Code == 0 && w.Body.Len() == 0 {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	w.Code = max(w.Code, 200)
	return w.Result(), nil
}

// Sent returns the requests so far, as lines.
func (n *Network) Sent() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.sent, "\n")
}
