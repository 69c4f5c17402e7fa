package efs_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/sigv4"
	"github.com/accesspoint-go/accesspoint/internal/uri"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

// A recording is a vector with all its requests and what the SDK signed.
type recording struct {
	wiretest.Vector
	first         recorded
	LaterRequests []recorded `json:"laterRequests"`
	Config        struct {
		ID           string `json:"accessKeyId"`
		Secret       string `json:"secretAccessKey"`
		Token        string `json:"sessionToken"`
		Region       string `json:"region"`
		UseFIPS      bool   `json:"useFIPS"`
		UseDualStack bool   `json:"useDualStack"`
	} `json:"config"`
	Outcome struct {
		Output       map[string]any `json:"output"`
		Code         string         `json:"code"`
		Message      string         `json:"message"`
		ErrorString  string         `json:"errorString"`
		HTTPStatus   int            `json:"httpStatus"`
		RequestID    string         `json:"requestID"`
		RequestsSent int            `json:"requestsSent"`
	} `json:"result"`
}

// recorded is one request and its answer.
type recorded struct {
	Method   string      `json:"method"`
	Path     string      `json:"path"`
	RawQuery string      `json:"rawQuery"`
	Headers  [][2]string `json:"headers"`
	Body     string      `json:"body"`
	Signing  struct {
		CanonicalRequest string `json:"canonicalRequest"`
		StringToSign     string `json:"stringToSign"`
	} `json:"sdkSigning"`
	Response struct {
		Status           int         `json:"status"`
		Headers          [][2]string `json:"headers"`
		Body             string      `json:"body"`
		DropConnection   bool        `json:"dropConnection"`
		DateHeaderOffset string      `json:"dateHeaderOffset"`
	} `json:"response"`
}

func recordings(t *testing.T) map[string]recording {
	t.Helper()
	all := map[string]recording{}
	for name, v := range wiretest.Vectors(t, "testdata/vectors") {
		text, err := os.ReadFile("testdata/vectors/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var r recording
		for _, part := range []any{&r, &r.first} {
			if err := json.Unmarshal(text, part); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		r.Vector = v
		all[name] = r
	}
	return all
}

// request returns the request as it reaches a signer.
func (r recorded) request(t *testing.T) *http.Request {
	t.Helper()
	path, err := url.PathUnescape(r.Path)
	if err != nil {
		t.Fatal(err)
	}
	query, err := uri.Canonical(r.RawQuery, false)
	if err != nil {
		t.Fatal(err)
	}
	req := &http.Request{
		Method: r.Method, Header: http.Header{}, ContentLength: int64(len(r.Body)),
		URL: &url.URL{Scheme: "https", Path: path, RawPath: r.Path, RawQuery: query},
	}
	for _, h := range r.Headers {
		req.Header.Add(h[0], h[1])
	}
	req.Host = req.Header.Get("Host")
	req.URL.Host = req.Host
	return req
}

// TestSignatures computes the signature of every recorded request anew, from the
// headers that the SDK chose to sign.
func TestSignatures(t *testing.T) {
	signed := 0
	for name, v := range recordings(t) {
		if v.Method == "" {
			continue // refused by the SDK before it was sent
		}
		scope := sigv4.Scope{Region: v.Config.Region, Service: "elasticfilesystem"}
		key := credential.Key{ID: v.Config.ID, Secret: v.Config.Secret, Token: v.Config.Token}
		var keys sigv4.Keys
		for i, r := range append([]recorded{v.first}, v.LaterRequests...) {
			req := r.request(t)
			want := req.Header.Get("Authorization")
			_, rest, _ := strings.Cut(want, "SignedHeaders=")
			names, _, _ := strings.Cut(rest, ",")
			headers := strings.Split(names, ";")
			canonical := sigv4.CanonicalRequest(req, []byte(r.Body), headers)
			if d := cmp.Diff(r.Signing.CanonicalRequest, string(canonical)); d != "" {
				t.Errorf("%s, request %d: canonical request (-official +ours):\n%s", name, i+1, d)
			}
			hash := sha256.Sum256(canonical)
			if want := r.Signing.StringToSign; !strings.HasSuffix(want, "\n"+hex.EncodeToString(hash[:])) {
				t.Errorf("%s, request %d: the string to sign is %q", name, i+1, want)
			}
			if got := sigv4.Authorization(req, []byte(r.Body), headers, scope, key, &keys); got != want {
				t.Errorf("%s, request %d:\ngot  %s\nwant %s", name, i+1, got, want)
			}
			signed++
		}
	}
	if signed < 120 {
		t.Errorf("only %d requests were signed", signed)
	}
}

// TestSign checks what Sign adds, and that it signs what is sent of it.
func TestSign(t *testing.T) {
	v := recordings(t)["004_cap_session_token"]
	req := v.first.request(t)
	for _, name := range []string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token", "Amz-Sdk-Request"} {
		req.Header.Del(name)
	}
	scope := sigv4.Scope{Region: v.Config.Region, Service: "elasticfilesystem"}
	key := credential.Key{ID: v.Config.ID, Secret: v.Config.Secret, Token: v.Config.Token}
	at := time.Date(2026, 1, 2, 4, 4, 5, 0, time.FixedZone("", 3600)) // an hour east
	var keys sigv4.Keys
	sigv4.Sign(req, []byte(v.Body), scope, key, &keys, at)
	if got := req.Header.Get("X-Amz-Date"); got != "20260102T030405Z" {
		t.Errorf("X-Amz-Date is %s", got)
	}
	if got := req.Header.Get("X-Amz-Security-Token"); got != key.Token {
		t.Errorf("X-Amz-Security-Token is %s", got)
	}
	headers := []string{"x-amz-security-token", "content-length", "content-type", "host", "x-amz-date"}
	want := sigv4.Authorization(req, []byte(v.Body), headers, scope, key, new(sigv4.Keys))
	if got := req.Header.Get("Authorization"); got != want || !strings.Contains(got, "SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-security-token,") {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestPublicCases computes signatures of AWS's public test cases: those whose path
// reaches the signer as it is written.
func TestPublicCases(t *testing.T) {
	const alphabet = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	for name, c := range map[string]struct {
		method, path, query string
		header              [][2]string
		signature           string
	}{
		"get-vanilla":                      {"GET", "/", "", nil, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		"get-vanilla-empty-query-key":      {"GET", "/", "Param1=value1", nil, "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
		"get-vanilla-query-order-key-case": {"GET", "/", "Param2=value2&Param1=value1", nil, "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		"get-vanilla-query-order-encoded":  {"GET", "/", "Param-3=Value3&Param=Value2&%E1%88%B4=Value1", nil, "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
		"get-vanilla-query-unreserved":     {"GET", "/", alphabet + "=" + alphabet, nil, "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
		"get-vanilla-utf8-query":           {"GET", "/", "ሴ=bar", nil, "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
		"get-unreserved":                   {"GET", "/" + alphabet, "", nil, "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
		"get-slashes-unnormalized":         {"GET", "//example//", "", nil, "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5"},
		"get-relative-unnormalized":        {"GET", "/example/..", "", nil, "eca7ead57bb5aa5c8e28007acd4ff04e1ff9a0ff3b237ec1554a184887ff9282"},
		"get-header-key-duplicate":         {"GET", "/", "", [][2]string{{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}}, "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
		"get-header-value-order":           {"GET", "/", "", [][2]string{{"My-Header1", "value4"}, {"My-Header1", "value1"}, {"My-Header1", "value3"}, {"My-Header1", "value2"}}, "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
		"get-header-value-trim":            {"GET", "/", "", [][2]string{{"My-Header1", " value1"}, {"My-Header2", ` "a   b   c"`}}, "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
		"get-vanilla-with-session-token":   {"GET", "/", "", [][2]string{{"X-Amz-Security-Token", "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"}}, "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"},
		"post-vanilla":                     {"POST", "/", "", nil, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		"post-vanilla-query":               {"POST", "/", "Param1=value1", nil, "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
		"post-header-value-case":           {"POST", "/", "", [][2]string{{"My-Header1", "VALUE1"}}, "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
	} {
		r := recorded{Method: c.method, Path: c.path, RawQuery: c.query, Headers: append(c.header,
			[2]string{"Host", "example.amazonaws.com"}, [2]string{"X-Amz-Date", "20150830T123600Z"})}
		req := r.request(t)
		var names []string
		for name := range req.Header {
			names = append(names, strings.ToLower(name))
		}
		key := credential.Key{ID: "AKIDEXAMPLE", Secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
		got := sigv4.Authorization(req, nil, names, sigv4.Scope{Region: "us-east-1", Service: "service"}, key, new(sigv4.Keys))
		if _, got, _ := strings.Cut(got, "Signature="); got != c.signature {
			t.Errorf("%s: got %s, want %s\n%s", name, got, c.signature, sigv4.CanonicalRequest(req, nil, names))
		}
	}
}

// TestKeys checks that a remembered signing key is used for what it was derived
// from and for nothing else.
func TestKeys(t *testing.T) {
	r := recorded{Method: "GET", Path: "/", Headers: [][2]string{{"Host", "h"}, {"X-Amz-Date", "20260102T030405Z"}}}
	later := recorded{Method: "GET", Path: "/", Headers: [][2]string{{"Host", "h"}, {"X-Amz-Date", "20260103T000000Z"}}}
	here, there := sigv4.Scope{Region: "us-east-1", Service: "s"}, sigv4.Scope{Region: "us-east-2", Service: "s"}
	one, rotated := credential.Key{ID: "id", Secret: "one"}, credential.Key{ID: "id", Secret: "two"}
	var keys sigv4.Keys
	seen := map[string]bool{}
	for i, c := range []struct {
		r     recorded
		scope sigv4.Scope
		key   credential.Key
	}{{r, here, one}, {r, here, rotated}, {r, here, one}, {later, here, one}, {r, here, one}, {r, there, one}, {r, here, one}} {
		sign := func(keys *sigv4.Keys) string {
			return sigv4.Authorization(c.r.request(t), nil, []string{"host", "x-amz-date"}, c.scope, c.key, keys)
		}
		got := sign(&keys)
		if want := sign(new(sigv4.Keys)); got != want || sign(&keys) != want {
			t.Errorf("case %d: got %s, want %s", i, got, want)
		}
		seen[got] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d different signatures", len(seen))
	}
}

// TestSignIsPure checks that signing changes nothing that it is given but the
// header.
func TestSignIsPure(t *testing.T) {
	v := recordings(t)["004_cap_session_token"]
	body := []byte(v.Body)
	req := v.first.request(t)
	before := *req.URL
	sigv4.Sign(req, body, sigv4.Scope{Region: "us-east-1", Service: "s"}, credential.Key{ID: "id", Secret: "s"}, new(sigv4.Keys), time.Unix(0, 0))
	if before != *req.URL || !bytes.Equal(body, []byte(v.Body)) {
		t.Error("the request has changed")
	}
}
