package credential_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/credential"
)

// encodings are the forms in which services, proxies and net/http quote what they
// were sent.
var encodings = map[string]func(string) string{
	"plain":                func(s string) string { return s },
	"query":                url.QueryEscape,
	"path":                 url.PathEscape,
	"query in lower case":  func(s string) string { return escapedLower(url.QueryEscape(s)) },
	"every byte":           func(s string) string { return everyByte("%%%02X", s) },
	"HTML":                 html.EscapeString,
	"HTML, all by number":  func(s string) string { return everyRune("&#%d;", s) },
	"HTML, all in hex":     func(s string) string { return everyRune("&#x%X;", s) },
	"HTML, hex in lower":   func(s string) string { return everyRune("&#x%x;", s) },
	"JSON":                 func(s string) string { b, _ := json.Marshal(s); return string(b[1 : len(b)-1]) },
	"JSON, with slashes":   func(s string) string { return strings.ReplaceAll(inJSON(s), "/", `\/`) },
	"JSON, ASCII only":     func(s string) string { return trim(strconv.QuoteToASCII(s)) },
	"Go":                   func(s string) string { return trim(strconv.Quote(s)) },
	"XML":                  func(s string) string { var b bytes.Buffer; _ = xml.EscapeText(&b, []byte(s)); return b.String() },
	"base64":               func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 after 1":       func(s string) string { return base64.StdEncoding.EncodeToString([]byte("u" + s)) },
	"base64 after 2":       func(s string) string { return base64.URLEncoding.EncodeToString([]byte("u:" + s + "x")) },
	"query in JSON":        func(s string) string { return inJSON("q=" + url.QueryEscape(s) + "&x") },
	"query in query":       func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"JSON in HTML":         func(s string) string { return html.EscapeString(inJSON(s)) },
	"JSON in Go":           func(s string) string { return trim(strconv.Quote(inJSON(s))) },
	"JSON in JSON":         func(s string) string { return inJSON(inJSON(s)) },
	"HTML in query":        func(s string) string { return url.QueryEscape(html.EscapeString(s)) },
	"HTML in HTML":         func(s string) string { return html.EscapeString(html.EscapeString(s)) },
	"query in JSON in Go":  func(s string) string { return trim(strconv.Quote(inJSON(url.QueryEscape(s)))) },
	"as the text of error": func(s string) string { return trim(fmt.Sprintf("%q", s)) },
}

func inJSON(s string) string { b, _ := json.Marshal(s); return string(b[1 : len(b)-1]) }
func trim(s string) string   { return s[1 : len(s)-1] }

func everyByte(format, s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

func everyRune(format, s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, format, r)
	}
	return b.String()
}

// escapedLower returns s with the letters of its escapes in lower case.
func escapedLower(s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] == '%' {
			copy(b[i+1:i+3], bytes.ToLower(b[i+1:i+3]))
		}
	}
	return string(b)
}

// TestRedact quotes random secrets in every encoding. What is left is the text
// around them, and nothing of them.
func TestRedact(t *testing.T) {
	const odd = ` "'<>&+/=%\?#;:@~` + "éß漢😀\n\t"
	random := rand.New(rand.NewPCG(1, 2))
	secrets := []string{"%25%25%25x", "%41bcd", `a\"b\\`, "&amp;&amp;", "++  ++", "aaaa", "a%2Bb+c%", "pass word", `\u0041BCD`, "&#65;BCD"}
	for range 300 {
		var b strings.Builder
		for range 4 + random.IntN(40) {
			all := []rune(odd)
			if r := random.IntN(90); r < 60 {
				b.WriteByte(byte('0' + r)) // to k
			} else {
				b.WriteRune(all[random.IntN(len(all))])
			}
		}
		secrets = append(secrets, b.String())
	}
	for _, secret := range secrets {
		for name, encode := range encodings {
			text := "before " + encode(secret) + " behind"
			got := credential.Redact(text, secret)
			if strings.Contains(name, "base64") {
				// What is around it shares its group of three with it.
				if strings.Contains(got, encode(secret)) || !strings.Contains(got, "REDACTED") {
					t.Errorf("%s: %q: %q", name, secret, got)
				}
				continue
			}
			if rest := strings.Replace(got, "REDACTED", "", 1); rest != strings.Replace(text, encode(secret), "", 1) && name != "query in JSON" || !strings.Contains(got, "REDACTED") {
				t.Errorf("%s: of %q in %q is left %q", name, secret, text, got)
			}
		}
	}
}

// TestRedactLeaves checks what is no secret.
func TestRedactLeaves(t *testing.T) {
	for _, text := range []string{
		"", "nothing of interest", "100% & more \\ less + all", "%", "%2", "&#", "&#x;", `\u00`, `\`, "abcdef is not abcdefg", "ABCDEFGH+",
	} {
		if got := credential.Redact(text, "abcdefgh+", "abc", "", "%&\\+"); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// TestRedactWhole checks that the start of a query is not hidden, and all of it is.
func TestRedactWhole(t *testing.T) {
	const query = "MaxResults=1001&Token=x"
	for text, want := range map[string]string{
		"IllegalParam.MaxResults": "IllegalParam.MaxResults",
		"GET /?" + query:          "GET /?REDACTED",
	} {
		if got := credential.RedactWhole(text, query); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// TestRedactCut checks that the start of a secret is hidden where a text ends in
// the midst of it.
func TestRedactCut(t *testing.T) {
	const secret = "abcd+efgh/ijkl"
	for name, encode := range encodings {
		if strings.Contains(name, "base64") {
			continue
		}
		full := encode(secret)
		for cut := range len(full) {
			got := credential.Redact("password "+full[:cut], secret)
			if strings.Contains(strings.TrimPrefix(got, "password "), "efgh") {
				t.Errorf("%s, cut at %d: %q", name, cut, got)
			}
		}
	}
}

// FuzzRedact checks that nothing of a secret is left, whatever is around it, and
// that no text takes long.
func FuzzRedact(f *testing.F) {
	f.Add("a%2Bb", "%25%25%25%2525%25", "&&&&")
	f.Add("%%%%%%%%", "%25%2525%25%25", "\\\\\\")
	f.Add("secret+/", "x", `\u005c`)
	f.Fuzz(func(t *testing.T, secret, before, behind string) {
		if len(secret) < 4 || len(secret) > 100 || len(before)+len(behind) > 1000 {
			return
		}
		for name, encode := range encodings {
			if strings.Contains(name, "base64") || strings.ToValidUTF8(secret, "") != secret && name != "plain" && name != "every byte" {
				continue
			}
			if name == "XML" && strings.ContainsFunc(secret, func(r rune) bool { return r < ' ' || r >= 0xfffd }) {
				continue // they have no form in XML
			}
			got := credential.Redact(before+" "+encode(secret)+" "+behind, secret)
			if !strings.Contains(got, "REDACTED") {
				t.Errorf("%s: %q", name, got)
			}
		}
	})
}

func BenchmarkRedact(b *testing.B) {
	text := strings.Repeat("The specified access point ap-1 & its file system do not exist. ", 16)
	for b.Loop() {
		credential.Redact(text, "0123456789abcdef0123456789abcd", strings.Repeat("token+", 100), strings.Repeat("Name=%2Fx&", 30))
	}
}
