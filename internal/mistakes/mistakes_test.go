// Package mistakes holds the in-memory services to the mistakes that their users
// make. What a stand-in takes and the service does not, its user finds out in
// production.
//
// The requests go over the wire as any program might send them, in any language:
// signed, but not checked by our clients. testdata/mistakes.txt shows what the
// server says to each, beside what the pages say; run the test with -update to
// write it anew.
package mistakes

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/oss4"
	"github.com/accesspoint-go/accesspoint/internal/sigv4"
	"github.com/accesspoint-go/accesspoint/internal/uri"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// A moment is a time in a message, or the date of a credential scope.
var moment = regexp.MustCompile(`[0-9]{8}(T[0-9]{6}Z|/)`)

var update = flag.Bool("update", false, "write testdata/mistakes.txt anew")

// A mistake is a request that a service refuses.
type mistake struct {
	what string
	call call
	page string // the status and the code that the pages name, or an empty text
	says string // a part of the message, which helps the user
}

// A call is a request before it is signed.
type call struct {
	method, target, body string
	header               map[string]string

	version, region string
	key             credential.Key
	late            time.Duration // by which the clock is behind
	repeat          bool          // with the same nonce
	sent            func(*http.Request)
}

// with changes a call.
func (c call) with(change func(*call)) call { change(&c); return c }

// rpc is a call of Alibaba Cloud's RPC services.
func rpc(version, operation, query string) call {
	return call{method: http.MethodPost, target: "/?" + query, version: version, header: map[string]string{"X-Acs-Action": operation}}
}

func (c call) request() *http.Request {
	r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
	r.RequestURI = ""
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	return r
}

// signACS3 signs as the RPC services want it.
func signACS3(c call) *http.Request {
	r := c.request()
	r.Header.Set("X-Acs-Version", c.version)
	r.URL.RawQuery, _ = uri.Canonical(r.URL.RawQuery, false)
	acs3.Sign(r, []byte(c.body), c.key, uuid.NewString(), time.Now().Add(-c.late))
	return r
}

func signOSS4(c call) *http.Request {
	r := c.request()
	bucket, _, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	resource := "/" + bucket + "/"
	if !ok {
		resource = "/"
	}
	r.URL.RawQuery, _ = uri.Canonical(r.URL.RawQuery, true)
	oss4.Sign(r, resource, cmp.Or(c.region, osstest.Region), c.key, new(oss4.Keys), time.Now().Add(-c.late))
	return r
}

func signSigV4(c call) *http.Request {
	r := c.request()
	r.URL.RawQuery, _ = uri.Canonical(r.URL.RawQuery, false)
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	scope := sigv4.Scope{Region: cmp.Or(c.region, efstest.Region), Service: "elasticfilesystem"}
	sigv4.Sign(r, []byte(c.body), scope, c.key, new(sigv4.Keys), time.Now().Add(-c.late))
	return r
}

// older puts the signature that came before ACS3 into the query of a call.
func older(secret, method string) func(*call) {
	return func(c *call) {
		q := url.Values{}
		_, query, _ := strings.Cut(c.target, "?")
		for _, pair := range strings.Split(query+"&Action="+c.header["X-Acs-Action"]+"&Version="+c.version, "&") {
			name, value, _ := strings.Cut(pair, "=")
			q.Set(name, value)
		}
		q.Set("AccessKeyId", nastest.AccessKeyID)
		q.Set("Timestamp", time.Now().UTC().Format(time.RFC3339))
		q.Set("SignatureMethod", method)
		q.Set("SignatureVersion", "1.0")
		q.Set("SignatureNonce", uuid.NewString())
		canonical, _ := uri.Canonical(q.Encode(), false)
		mac := hmac.New(sha1.New, []byte(secret+"&"))
		mac.Write([]byte(c.method + "&%2F&" + uri.Escape(canonical)))
		q.Set("Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		c.target, c.header = "/?"+q.Encode(), nil
		c.sent = func(r *http.Request) { r.Header = http.Header{} }
	}
}

func unsigned(c *call) { c.sent = func(r *http.Request) { r.Header.Del("Authorization") } }

func authorized(as string) func(*call) {
	return func(c *call) { c.sent = func(r *http.Request) { r.Header.Set("Authorization", as) } }
}

func secret(c *call) { c.key = credential.Key{ID: nastest.AccessKeyID, Secret: "wrong"} }
func keyID(c *call)  { c.key = credential.Key{ID: "wrong", Secret: nastest.AccessKeySecret} }
func token(c *call) {
	c.key = credential.Key{ID: nastest.AccessKeyID, Secret: nastest.AccessKeySecret, Token: "wrong"}
}
func late(c *call)                { c.late = 20 * time.Minute }
func early(c *call)               { c.late = -20 * time.Minute }
func method(m string) func(*call) { return func(c *call) { c.method = m } }
func region(r string) func(*call) { return func(c *call) { c.region = r } }
func api(v string) func(*call)    { return func(c *call) { c.version = v } }
func spoiled(c *call) {
	c.sent = func(r *http.Request) { r.URL.RawQuery += "&PageSize=7" }
}

// TestMistakes makes each of them.
func TestMistakes(t *testing.T) {
	var table bytes.Buffer
	fmt.Fprint(&table, "# The mistakes that users make, what the pages say of them, and what the server of the\n"+
		"# package says. A dash: the pages name no code, and that of the server is assumed.\n")
	n := 0
	for _, s := range services {
		srv := s.server()
		fmt.Fprintf(&table, "\n%s\n", s.name)
		w := tabwriter.NewWriter(&table, 0, 1, 2, ' ', 0)
		send := func(c call) (int, string, string) {
			c.key = cmp.Or(c.key, credential.Key{ID: nastest.AccessKeyID, Secret: nastest.AccessKeySecret})
			r := s.sign(c)
			if c.sent != nil {
				c.sent(r)
			}
			answer := httptest.NewRecorder()
			if c.repeat {
				srv.ServeHTTP(httptest.NewRecorder(), r.Clone(t.Context()))
			}
			srv.ServeHTTP(answer, r)
			code, message := read(answer)
			return answer.Code, code, message
		}
		for name, c := range s.right {
			if status, code, message := send(c); status >= 300 {
				t.Errorf("%s: %s without a mistake: %d %s: %s", s.name, name, status, code, message)
			}
		}
		for _, m := range s.mistakes {
			n++
			status, code, message := send(m.call)
			said := fmt.Sprintf("%d %s", status, code)
			switch {
			case status < 400 || status >= 500 || code == "":
				t.Errorf("%s: %s: the server says %s", s.name, m.what, said)
			case m.page != "" && m.page != said:
				t.Errorf("%s: %s: the server says %s, the page %s", s.name, m.what, said, m.page)
			case !strings.Contains(message, m.says) || len(strings.Fields(message)) < 2:
				t.Errorf("%s: %s: the message is %q, want %q in it", s.name, m.what, message, m.says)
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", m.what, cmp.Or(m.page, "-"), said, moment.ReplaceAllString(message, "(time)"))
		}
		_ = w.Flush()
	}
	if n < 60 {
		t.Errorf("only %d mistakes", n)
	}
	const path = "testdata/mistakes.txt"
	if *update {
		if err := os.WriteFile(path, table.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff(string(want), table.String()); d != "" {
		t.Errorf("%s is not up to date (-want +got); -update writes it:\n%s", path, d)
	}
}

// read returns the code and the message of a refusal, in whatever form it is.
func read(w *httptest.ResponseRecorder) (code, message string) {
	var answer struct {
		XMLName                  xml.Name `xml:"Error" json:"-"`
		Code, ErrorCode, Message string
	}
	if strings.Contains(w.Header().Get("Content-Type"), "xml") {
		_ = xml.Unmarshal(w.Body.Bytes(), &answer)
	} else {
		_ = json.Unmarshal(w.Body.Bytes(), &answer) // which does not mind the case of names
	}
	code, _, _ = strings.Cut(cmp.Or(answer.Code, answer.ErrorCode, w.Header().Get("X-Amzn-Errortype")), ":")
	return code, answer.Message
}
