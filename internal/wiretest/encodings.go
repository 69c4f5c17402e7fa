package wiretest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
)

// Encodings are the forms in which services, proxies and net/http quote what they
// were sent.
var Encodings = map[string]func(string) string{
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
