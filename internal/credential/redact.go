package credential

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	redacted = "REDACTED"
	// shortest is the length of the shortest secret that is looked for. A shorter
	// one hides nothing, and would be found within words. Chosen.
	shortest = 4
	// cutOff is how much of a secret makes its start count as the secret where the
	// text ends: services and connections cut texts anywhere. Lower, and the ends
	// of innocent texts are hidden; higher, and more of a secret shows. Chosen.
	cutOff = 8
	// nesting is how often a secret may have been escaped: a URL within JSON
	// within a page takes three. Each more takes four times as long on a text that
	// is full of escapes. Chosen.
	nesting = 3
)

// Redact replaces every occurrence of the secrets in s. Services, proxies and
// net/http quote requests in their answers and errors, signed headers included:
// as they are, escaped for a URL, JSON, Go, HTML or XML, or in base64.
func Redact(s string, secrets ...string) string { return redact(s, secrets, cutOff) }

// RedactWhole does so with texts that are secret for what they hold, such as a
// query. They count only when they are whole: their start may be a word.
func RedactWhole(s string, texts ...string) string { return redact(s, texts, len(s)+1) }

func redact(s string, secrets []string, cutOff int) string {
	look := search{cutOff: cutOff}
	for _, secret := range secrets {
		if len(secret) >= shortest {
			look.secrets = append(append(look.secrets, secret), inBase64(secret)...)
		}
	}
	if look.secrets == nil {
		return s
	}
	look.in(layer{text: s, end: len(s)}, nesting)
	return look.hide(s)
}

// A search looks for secrets in a text, as it is and with its escapes undone.
type search struct {
	secrets []string
	cutOff  int
	found   []bool // which bytes of the text are of a secret; nil for none
}

// in looks for the secrets in l, and in what l is with one more escape undone.
func (f *search) in(l layer, depth int) {
	for _, secret := range f.secrets {
		for i := 0; ; {
			j := strings.Index(l.text[i:], secret)
			if j < 0 {
				break
			}
			f.mark(&l, i+j, i+j+len(secret))
			i += j + 1
		}
		for n := len(secret) - 1; n >= f.cutOff; n-- {
			if strings.HasSuffix(l.text, secret[:n]) {
				f.mark(&l, len(l.text)-n, len(l.text))
				break
			}
		}
	}
	if depth == 0 {
		return
	}
	for _, e := range escapings {
		if strings.ContainsAny(l.text, e.marks) {
			if next := l.undo(e.undo); next.text != l.text {
				f.in(next, depth-1)
			}
		}
	}
}

// mark notes that a part of l is of a secret.
func (f *search) mark(l *layer, from, to int) {
	if f.found == nil {
		f.found = make([]bool, l.end)
	}
	for i := l.origin(from); i < l.origin(to); i++ {
		f.found[i] = true
	}
}

// hide returns s without what was found in it.
func (f *search) hide(s string) string {
	if f.found == nil {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		switch {
		case !f.found[i]:
			b.WriteByte(s[i])
		case i == 0 || !f.found[i-1]:
			b.WriteString(redacted)
		}
	}
	return b.String()
}

// A layer is a text in which some escapes have been undone.
type layer struct {
	text string
	at   []int // where each byte stands in the original; nil for the original
	end  int   // the length of the original
}

func (l *layer) origin(i int) int {
	switch {
	case i == len(l.text):
		return l.end
	case l.at == nil:
		return i
	}
	return l.at[i]
}

// undo returns l with the escapes undone that one reads: what the one at the start
// of a text stands for, and how long it is, or nothing.
func (l *layer) undo(one func(s string) (plain string, length int)) layer {
	text := make([]byte, 0, len(l.text))
	at := make([]int, 0, len(l.text))
	for i := 0; i < len(l.text); {
		plain, n := one(l.text[i:])
		if n == 0 {
			plain, n = l.text[i:i+1], 1
		}
		for range len(plain) {
			at = append(at, l.origin(i))
		}
		text = append(text, plain...)
		i += n
	}
	return layer{string(text), at, l.end}
}

// escapings are the ways to escape a text, each with the characters by one of
// which a text is known that has escapes. An escape that the end of the text cuts
// off stands for nothing.
var escapings = []struct {
	marks string
	undo  func(s string) (plain string, length int)
}{
	{"%", undoPercent},
	{"+", func(s string) (string, int) {
		if s[0] == '+' {
			return " ", 1
		}
		return undoPercent(s)
	}},
	{"&", undoEntity},
	{`\`, undoBackslash},
}

func undoPercent(s string) (string, int) {
	if s[0] != '%' {
		return "", 0
	}
	v, n := digits(s, 1, 2)
	if n < 3 {
		return "", n
	}
	return string([]byte{byte(v)}), n
}

// digits reads count hexadecimal digits after the first bytes of s. It returns
// where they end, or 0 if they are none. If the end of the text cuts them off,
// that is less than it would be.
func digits(s string, first, count int) (v uint64, end int) {
	text := s[min(first, len(s)):min(first+count, len(s))]
	v, err := strconv.ParseUint("0"+text, 16, 64)
	if err != nil {
		return 0, 0
	}
	return v, min(first, len(s)) + len(text)
}

func undoEntity(s string) (string, int) {
	if s[0] != '&' {
		return "", 0
	}
	const longest = len("&#x10ffff;")
	name, _, whole := strings.Cut(s[1:min(len(s), longest)], ";")
	if !whole {
		if len(s) < longest && !strings.ContainsAny(name, " &") {
			return "", len(s)
		}
		return "", 0
	}
	length := len(name) + 2
	switch strings.ToLower(name) {
	case "amp":
		return "&", length
	case "lt":
		return "<", length
	case "gt":
		return ">", length
	case "quot":
		return `"`, length
	case "apos":
		return "'", length
	}
	digits, number := strings.CutPrefix(strings.ToLower(name), "#")
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	r, err := strconv.ParseUint(digits, base, 32)
	if !number || err != nil {
		return "", 0
	}
	return string(rune(r)), length
}

func undoBackslash(s string) (string, int) {
	if s[0] != '\\' {
		return "", 0
	}
	if len(s) == 1 {
		return "", 1
	}
	c := s[1]
	if i := strings.IndexByte("nrtbfva", c); i >= 0 {
		return "\n\r\t\b\f\v\a"[i : i+1], 2
	}
	switch c {
	case 'x':
		v, n := digits(s, 2, 2)
		if n < 4 {
			return "", n
		}
		return string([]byte{byte(v)}), n
	case 'u':
		v, n := digits(s, 2, 4)
		if n < 6 {
			return "", n
		}
		if utf16.IsSurrogate(rune(v)) {
			if !strings.HasPrefix(s[n:], `\u`) {
				return "", 0
			}
			low, end := digits(s, n+2, 4)
			if end < n+6 {
				return "", end
			}
			return string(utf16.DecodeRune(rune(v), rune(low))), end
		}
		return string(rune(v)), n
	case 'U':
		v, n := digits(s, 2, 8)
		if n < 10 {
			return "", n
		}
		return string(rune(v)), n
	}
	if 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c >= utf8.RuneSelf {
		return "", 0
	}
	return s[1:2], 2
}

// inBase64 returns what a secret looks like in base64, in either alphabet, within
// a text that has 0, 1 or 2 bytes before it in its group of three.
func inBase64(secret string) (forms []string) {
	for before := range 3 {
		text := make([]byte, before, before+len(secret))
		text = append(text, secret...)
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			// The first and the last character may have bits of something else.
			form := alphabet.EncodeToString(text)[(before*8+5)/6 : len(text)*8/6]
			if len(form) >= shortest {
				forms = append(forms, form)
			}
		}
	}
	return forms
}
