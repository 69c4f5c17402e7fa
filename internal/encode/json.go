// Package encode encodes the bodies of requests. It replaces encoding/json,
// which would add 165 KB to every program that writes JSON, and encoding/xml,
// which would add 90 KB to a program that writes XML.
package encode

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// JSON encodes v as encoding/json does with SetEscapeHTML(false): texts, booleans,
// numbers of usual size, structs, and pointers and lists of them. The json tag of a field
// is its name, with or without omitzero; a field without one is not sent.
func JSON(v any) []byte {
	size := 64 // a parameter's list
	value := reflect.ValueOf(v)
	if value.Kind() == reflect.Struct {
		size = 512 // a body
	}
	return appendJSON(make([]byte, 0, size), value)
}

func appendJSON(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return appendText(b, v.String())
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Int, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Uint32, reflect.Uint64:
		return strconv.AppendUint(b, v.Uint(), 10)
	case reflect.Float64:
		return strconv.AppendFloat(b, v.Float(), 'f', -1, 64)
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, "null"...)
		}
		return appendJSON(b, v.Elem())
	case reflect.Slice:
		if v.IsNil() {
			return append(b, "null"...)
		}
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, v.Index(i))
		}
		return append(b, ']')
	case reflect.Struct:
		b = append(b, '{')
		first := true
		for i, m := range membersOf(v.Type()) {
			field := v.Field(i)
			if m.name == "" || m.omitZero && field.IsZero() {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			b = appendJSON(append(b, m.name...), field)
		}
		return append(b, '}')
	}
	panic(fmt.Sprintf("encode: a %s cannot be sent as JSON", v.Type()))
}

// A member is a field of a struct as a member of an object.
type member struct {
	name     string // quoted, with its colon; empty if the field is none
	omitZero bool
}

var members sync.Map // reflect.Type → []member, for the few request types of a program

// membersOf returns a member for each field of t.
func membersOf(t reflect.Type) []member {
	if known, ok := members.Load(t); ok {
		return known.([]member)
	}
	list := make([]member, t.NumField())
	for i := range list {
		name, option, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" {
			list[i] = member{`"` + name + `":`, option == "omitzero"}
		}
	}
	members.Store(t, list)
	return list
}

// appendText appends s as a JSON text. What is not UTF-8 becomes U+FFFD; U+2028 and
// U+2029, which JavaScript takes for line ends, are escaped.
func appendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	done := 0 // what is plain is appended at once
	for i := 0; i < len(s); {
		if c := s[i]; ' ' <= c && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		short := -1
		if r < utf8.RuneSelf {
			short = strings.IndexByte("\b\f\n\r\t\"\\", byte(r))
		}
		switch {
		case short >= 0:
			b = append(append(b, s[done:i]...), '\\', `bfnrt"\`[short])
			done = i + n
		case r < ' ', r == utf8.RuneError && n == 1, r == '\u2028', r == '\u2029':
			b = append(append(b, s[done:i]...), '\\', 'u', hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15])
			done = i + n
		}
		i += n
	}
	return append(append(b, s[done:]...), '"')
}
