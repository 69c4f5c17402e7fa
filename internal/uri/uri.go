// Package uri encodes paths and queries in the canonical form of the signature
// algorithms: escaped as in RFC 3986, and sorted. A query that is sent in that
// form need not be parsed again to be signed.
package uri

import (
	"net/url"
	"slices"
	"strings"
)

const upperHex = "0123456789ABCDEF"

// AppendEscaped appends s with every byte escaped that is not a letter, a
// digit or one of -_.~ .
func AppendEscaped(b []byte, s string) []byte {
	done := 0
	for i := range len(s) {
		if c := s[i]; !unreserved(c) {
			b = append(b, s[done:i]...)
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
			done = i + 1
		}
	}
	return append(b, s[done:]...)
}

// Escape returns s escaped as by [AppendEscaped].
func Escape(s string) string { return string(AppendEscaped(nil, s)) }

func unreserved(c byte) bool {
	lower := c | 0x20 // of a letter
	return 'a' <= lower && lower <= 'z' || '0' <= c && c <= '9' ||
		c == '-' || c == '_' || c == '.' || c == '~'
}

// Path joins elements, each escaped, so that an identifier cannot leave its
// place.
func Path(elements ...string) string {
	b := make([]byte, 0, 128)
	for _, e := range elements {
		b = AppendEscaped(append(b, '/'), e)
	}
	return string(b)
}

// A Query is a list of parameters.
type Query []Param

// A Param is one parameter. Bare means that an empty value is written without
// its equals sign, as OSS writes sub-resources.
type Param struct {
	Name, Value string
	Bare        bool
}

// With returns q with a parameter more, if its value is not empty.
func (q Query) With(name, value string) Query {
	if value == "" {
		return q
	}
	return append(q, Param{Name: name, Value: value})
}

// less orders by name, then by escaped value: a byte may sort
// after another and its escaped form before.
func (p *Param) less(o *Param) bool {
	return p.Name < o.Name || p.Name == o.Name && Escape(p.Value) < Escape(o.Value)
}

// Encode returns the canonical form of q, which it sorts. The names of all
// parameters consist of unreserved characters, so that they sort alike before
// and after they are escaped, and need not be.
func (q Query) Encode() string {
	// A query is short and comes nearly sorted. slices.SortFunc would cost as
	// much time, and 15 KB.
	for i := range q {
		for j := i; j > 0 && q[j].less(&q[j-1]); j-- {
			q[j], q[j-1] = q[j-1], q[j]
		}
	}
	b := make([]byte, 0, 1024)
	for i := range q {
		if i > 0 {
			b = append(b, '&')
		}
		b = append(b, q[i].Name...)
		if value := q[i].Value; value != "" || !q[i].Bare {
			b = append(b, '=')
			b = AppendEscaped(b, value)
		}
	}
	return string(b)
}

// Canonical returns the canonical form of a raw query that somebody else
// encoded. Names and values are sorted in their escaped form. With bare, an
// empty value loses its equals sign.
func Canonical(raw string, bare bool) (string, error) {
	type pair struct{ name, value string }
	var pairs []pair
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		n, err := url.QueryUnescape(name)
		if err != nil {
			return "", err
		}
		v, err := url.QueryUnescape(value)
		if err != nil {
			return "", err
		}
		pairs = append(pairs, pair{Escape(n), Escape(v)})
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name)
		if p.value != "" || !bare {
			b.WriteString("=" + p.value)
		}
	}
	return b.String(), nil
}
