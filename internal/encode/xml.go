package encode

import (
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// XML encodes in, a struct, as an element named root, by the xml tags of its
// fields and in their order. Fields are texts, booleans, such structs, and
// pointers to and lists of these. With the tag Outer>Inner a field is an Inner within
// an Outer, and each item of a list an Inner within the same Outer. What is zero, or
// tagged with -, is left out.
func XML(root string, in any) []byte {
	return appendXML(make([]byte, 0, 512), root, reflect.ValueOf(in))
}

func appendXML(b []byte, name string, v reflect.Value) []byte {
	if outer, inner, wrapped := strings.Cut(name, ">"); wrapped {
		b = append(b, "<"+outer+">"...)
		b = appendXML(b, inner, v)
		return append(b, "</"+outer+">"...)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return appendXML(b, name, v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			b = appendXML(b, name, v.Index(i))
		}
		return b
	}
	b = append(b, "<"+name+">"...)
	switch v.Kind() {
	case reflect.String:
		b = appendEscaped(b, v.String())
	case reflect.Bool:
		b = strconv.AppendBool(b, v.Bool())
	default:
		for i := range v.NumField() {
			tag, field := v.Type().Field(i).Tag.Get("xml"), v.Field(i)
			if tag != "" && tag != "-" && !field.IsZero() {
				b = appendXML(b, tag, field)
			}
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
