package credential_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
)

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
		for name, encode := range wiretest.Encodings {
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
	for name, encode := range wiretest.Encodings {
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
		for name, encode := range wiretest.Encodings {
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
