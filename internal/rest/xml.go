package rest

import (
	"reflect"
	"strings"
)

// XML encodes in, a struct of texts and pointers to such structs, as an element
// named root, by the xml tags of its fields and in their order. What is zero, or
// tagged with -, is left out.
func XML(root string, in any) []byte {
	return appendXML(make([]byte, 0, 512), root, reflect.ValueOf(in))
}

func appendXML(b []byte, name string, v reflect.Value) []byte {
	b = append(b, "<"+name+">"...)
	if v.Kind() == reflect.String {
		b = append(b, escaper.Replace(strings.Map(allowed, v.String()))...)
	} else {
		for i := range v.NumField() {
			tag, field := v.Type().Field(i).Tag.Get("xml"), v.Field(i)
			if tag == "" || tag == "-" || field.IsZero() {
				continue
			}
			if field.Kind() == reflect.Pointer {
				field = field.Elem()
			}
			b = appendXML(b, tag, field)
		}
	}
	return append(b, "</"+name+">"...)
}

// allowed returns r, or the replacement character for one that XML cannot hold.
func allowed(r rune) rune {
	if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
		return '\uFFFD'
	}
	return r
}

// escaper escapes as encoding/xml does: also what a parser would normalize.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
