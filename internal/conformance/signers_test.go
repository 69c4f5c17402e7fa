package conformance

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/oss4"
	"github.com/accesspoint-go/accesspoint/internal/sigv4"
	"github.com/accesspoint-go/accesspoint/internal/uri"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// The three signers against the official ones, below the operations: with what
// no operation sends, such as parameters of one name. `go test` tries the seeds;
// go test -fuzz FuzzSigV4 tries more.

// at is the time of signing; what it is does not matter.
var at = time.Date(2025, 12, 31, 23, 59, 59, 0, time.UTC)

// signed builds a request, lets sign sign it, and returns it as it is recorded.
// It returns false for what is no request.
func signed(method, host, path, query, body string, header map[string]string, sign func(*http.Request)) (wiretest.Request, bool) {
	u := &url.URL{Scheme: "https", Host: host, RawPath: path, RawQuery: query}
	var err error
	if u.Path, err = url.PathUnescape(path); err != nil {
		return wiretest.Request{}, false
	}
	req, err := http.NewRequest(method, u.String(), io.NopCloser(strings.NewReader(body)))
	if err != nil || req.Host != host {
		return wiretest.Request{}, false
	}
	req.ContentLength = int64(len(body))
	for name, value := range header {
		if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			return wiretest.Request{}, false // net/http sends no such header
		}
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	sign(req)
	return wiretest.Request{Method: method, Host: host, Path: req.URL.EscapedPath(), Query: req.URL.RawQuery, Header: req.Header, Body: body}, true
}

// compare has an official signer sign r too. What that cannot express is not for
// this place: see errCannotSay.
func compare(t *testing.T, e env, r wiretest.Request, official func(env, wiretest.Request) (string, error)) {
	t.Helper()
	want, err := official(e, r)
	if errors.Is(err, errCannotSay) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Header.Get("Authorization"); got != want {
		t.Errorf("%+v\nofficial %s\nours     %s", r, want, got)
	}
}

// errCannotSay is the error for a query that an official signer has no way to
// express. The signers of Alibaba Cloud that there are for Go keep parameters in
// a map: of those of one name they know one value. aws-sdk-go-v2 takes the query
// as it is. Package acs3 and oss4 have what they sign then in tables of their own.
//
// It is an error in TestRequests, so that no operation sends such a query.
var errCannotSay = errors.New("the official signer cannot express this query")

// seeds adds values for every fuzz target: a query, a header, a body, a secret
// and a token.
func seeds(f *testing.F) {
	for _, query := range []string{
		"", "a=", "a", "a=&b=&c=1", "a=*~%2B%2F+%20-_.", "a=%7E%2A", "a=%E6%BC%A2%F0%9F%98%80", "a=%00%FF", "b=2&a=1", "A=1&a=1&B=1",
		"a=2&a=1&a=", "a-b=1&a%2Fb=1&a=1", "%C3%A9=1&Name=2", "a=b=c", "a=%3D%26", "a=1&", "a=%0A%09",
	} {
		f.Add(query, "point-1", "", "secret", "")
		f.Add(query, " a  b ", `{"é":"😀"}`, "s e/c+r=e~t", "token+/=")
	}
}

func FuzzSigV4(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, query, text, body, secret, token string) {
		canonical, err := uri.Canonical(query, false)
		if err != nil || secret == "" {
			return // nobody signs that
		}
		key := credential.Key{ID: "id", Secret: secret, Token: token}
		scope := sigv4.Scope{Region: "us-east-1", Service: "elasticfilesystem"}
		for _, host := range []string{"elasticfilesystem.us-east-1.amazonaws.com", "127.0.0.1:8080", "example.com:443", "[::1]:8443"} {
			r, ok := signed("POST", host, uri.Path("2015-02-01", text+"x"), canonical, body, map[string]string{"Content-Type": "application/json", "X-Amz-Security-Token": token},
				func(r *http.Request) { sigv4.Sign(r, []byte(body), scope, key, new(sigv4.Keys), at) })
			if !ok {
				return // nor sends it
			}
			compare(t, env{region: "us-east-1", id: "id", secret: secret, token: token}, r, signSigV4)
		}
	})
}

func FuzzOSS4(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, query, text, body, secret, token string) {
		canonical, err := uri.Canonical(query, true)
		if err != nil || secret == "" {
			return // nobody signs that
		}
		key := credential.Key{ID: "id", Secret: secret, Token: token}
		header := map[string]string{"Content-Type": "application/xml", "Content-Md5": text, "X-Oss-Access-Point-Name": text, "X-Oss-Security-Token": token}
		for _, place := range []struct{ host, path, resource string }{
			{"oss-cn-hangzhou.aliyuncs.com", "/", "/"},
			{"bucket-1.oss-cn-hangzhou.aliyuncs.com", "/", "/bucket-1/"},
			{"127.0.0.1:8080", "/bucket-1/", "/bucket-1/"},
		} {
			r, ok := signed("PUT", place.host, place.path, canonical, body, header,
				func(r *http.Request) { oss4.Sign(r, place.resource, "cn-hangzhou", key, new(oss4.Keys), at) })
			if !ok {
				return // nor sends it
			}
			compare(t, env{region: "cn-hangzhou", id: "id", secret: secret, token: token}, r, signOSS4)
		}
	})
}

func FuzzACS3(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, query, text, body, secret, token string) {
		canonical, err := uri.Canonical(query, false)
		if err != nil || secret == "" {
			return // nobody signs that
		}
		key := credential.Key{ID: "id", Secret: secret, Token: token}
		header := map[string]string{"X-Acs-Action": text, "X-Acs-Version": "2020-04-15", "Content-Type": text, "X-Acs-Security-Token": token, "Accept": text}
		for _, host := range []string{"nas.cn-hangzhou.aliyuncs.com", "127.0.0.1:8080"} {
			r, ok := signed("POST", host, "/", canonical, body, header, func(r *http.Request) { acs3.Sign(r, []byte(body), key, "nonce", at) })
			if !ok {
				return // nor sends it
			}
			compare(t, env{id: "id", secret: secret, token: token}, r, signACS3)
		}
	})
}
