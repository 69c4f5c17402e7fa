package encode

import (
	"reflect"
	"unicode/utf8"
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
		b = appendEscaped(b, v.String())
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

// appendEscaped appends s escaped as encoding/xml does: also what a parser would
// normalize. What XML cannot hold becomes U+FFFD.
func appendEscaped(b []byte, s string) []byte {
	for _, r := range s {
		switch r {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		case '\'':
			b = append(b, "&#39;"...)
		case '\t':
			b = append(b, "&#x9;"...)
		case '\n':
			b = append(b, "&#xA;"...)
		case '\r':
			b = append(b, "&#xD;"...)
		default:
			if r < ' ' || r == 0xFFFE || r == 0xFFFF {
				r = '\uFFFD'
			}
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}
