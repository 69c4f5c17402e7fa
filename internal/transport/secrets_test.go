package transport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/retry"
	"github.com/accesspoint-go/accesspoint/internal/transport"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// TestNoSecretComesBack has peers of every kind quote random secrets in every
// encoding. Nothing of them is in the error and what it wraps, in the log, or in
// what OnAttempt is told.
func TestNoSecretComesBack(t *testing.T) {
	page := func(status int, body string) *http.Response {
		return &http.Response{StatusCode: status, Header: http.Header{"Request-Id": {"id-1"}}, Body: io.NopCloser(strings.NewReader(body))}
	}
	raw := func(answer func(quoted string) string) func(t *testing.T, quoted string) http.RoundTripper {
		return func(t *testing.T, quoted string) http.RoundTripper { return piped(t, after(answer(quoted))) }
	}
	fake := func(answer func(quoted string) (*http.Response, error)) func(t *testing.T, quoted string) http.RoundTripper {
		return func(_ *testing.T, quoted string) http.RoundTripper {
			return wiretest.RoundTripFunc(func(*http.Request) (*http.Response, error) { return answer(quoted) })
		}
	}
	peers := map[string]func(t *testing.T, quoted string) http.RoundTripper{
		"no HTTP":       raw(func(q string) string { return q + "\r\n\r\n" }),
		"a status line": raw(func(q string) string { return "HTTP/1.1 " + q + "\r\n\r\n" }),
		"a header":      raw(func(q string) string { return "HTTP/1.1 200 OK\r\n" + q + "\r\n\r\n" }),
		"a length":      raw(func(q string) string { return "HTTP/1.1 200 OK\r\nContent-Length: " + q + "\r\n\r\n" }),
		"a coding":      raw(func(q string) string { return "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + q + "\r\n\r\n" }),
		"chunks":        raw(func(q string) string { return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + q + "\r\n" }),
		"a redirect": raw(func(q string) string {
			return "HTTP/1.1 302 Found\r\nLocation: ://" + q + "\r\nContent-Length: 0\r\n\r\n"
		}),
		"a page": fake(func(q string) (*http.Response, error) { return page(502, "<html>"+q+"</html>"), nil }),
		"a long page": fake(func(q string) (*http.Response, error) {
			return page(502, "<html>"+strings.Repeat(" ", 16<<10-20)+q), nil
		}),
		"a refusal":     fake(func(q string) (*http.Response, error) { return page(400, q), nil }),
		"an odd answer": fake(func(q string) (*http.Response, error) { return page(200, q), nil }),
		"an answer cut": fake(func(q string) (*http.Response, error) {
			r := page(500, "")
			r.Body = io.NopCloser(io.MultiReader(strings.NewReader(q), iotest.ErrReader(errors.New(q))))
			return r, nil
		}),
		"an error":       fake(func(q string) (*http.Response, error) { return nil, fmt.Errorf("proxy: %w", errors.New(q)) }),
		"a hidden error": fake(func(q string) (*http.Response, error) { return nil, &quiet{errors.New(q)} }),
		"errors":         fake(func(q string) (*http.Response, error) { return nil, &quiet{errors.Join(io.EOF, errors.New(q))} }),
		"an error's URL": fake(func(q string) (*http.Response, error) {
			return nil, &url.Error{Op: "Post", URL: "https://x/?" + q, Err: io.EOF}
		}),
		"a failing dial": func(_ *testing.T, q string) http.RoundTripper {
			return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New(q) }}
		},
		"a request ID": fake(func(q string) (*http.Response, error) {
			r := page(500, "")
			r.Header.Set("Request-Id", q)
			return r, nil
		}),
		"an ID, and whole": fake(func(q string) (*http.Response, error) {
			r := page(200, "?")
			r.Header.Set("Request-Id", q)
			return r, nil
		}),
	}
	const letters = "abcdefghijkmnopqrstuvwxyz0123456789+/=%&\"'<> \\"
	random := rand.New(rand.NewPCG(3, 4))
	word := func(from string) string {
		b := make([]byte, 12+random.IntN(30))
		for i := range b {
			b[i] = from[random.IntN(len(from))]
		}
		return string(b)
	}
	for name, peer := range peers {
		for form, encode := range wiretest.Encodings {
			synctest.Test(t, func(t *testing.T) {
				secrets := map[string]string{"password": word(letters), "secret": word(letters[:42]), "token": word(letters[:42])}
				for which, secret := range secrets {
					quoted := encode(secret)
					var out bytes.Buffer
					o := transport.Options{
						Region: "r-1", Host: "x", Endpoint: "http://127.0.0.1:1", MaxAttempts: 1,
						Credentials: static{ID: "id", Secret: secrets["secret"], Token: secrets["token"]},
						HTTPClient:  &http.Client{Transport: peer(t, quoted)},
						Logger:      slog.New(slog.NewTextHandler(&out, nil)),
						OnAttempt:   func(_ context.Context, a transport.Attempt) { fmt.Fprintf(&out, "%+v %v\n", a, a.Err) },
					}
					p := protocol
					p.ReadFault = func(f *fault.Error, _ http.Header, body []byte) {
						if len(body) > 0 && body[0] != '<' {
							f.Code, f.Message, f.RequestID, f.ResourceID = string(body), string(body), string(body), string(body)
						}
					}
					c, problems := transport.New(o, p, nil)
					if len(problems) > 0 {
						t.Fatal(problems)
					}
					_, f := c.Do(t.Context(), &transport.Request{
						Operation: "Op", Method: "POST", Effect: retry.NonIdempotent, Secret: secrets["password"], Query: "Password=" + url.QueryEscape(secrets["password"]),
						Decode: func(r *transport.Response) error { return fmt.Errorf("odd: %q", r.Body) },
					})
					if f == nil {
						continue // it was an answer
					}
					fmt.Fprintf(&out, "%+v %#v\n", *f, *f)
					chain(&out, f)
					for _, planted := range []string{secret, quoted, url.QueryEscape(secret)} {
						if strings.Contains(out.String(), planted) {
							t.Errorf("%s as %s by %s: %q is in %s", which, form, name, planted, out.String())
						}
					}
				}
			})
		}
	}
}

// chain writes the texts of all errors in a chain.
func chain(w io.Writer, err error) {
	fmt.Fprintf(w, "%v\n", err)
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		if inner := err.Unwrap(); inner != nil {
			chain(w, inner)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range err.Unwrap() {
			chain(w, inner)
		}
	}
}

// A quiet error does not say what it wraps.
type quiet struct{ err error }

func (*quiet) Error() string   { return "it failed" }
func (q *quiet) Unwrap() error { return q.err }
