// Package decode reads the answers of the services, which keep to their
// documented types less strictly than their documentation.
package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// JSON decodes body into out, a pointer to a struct. Where a value has another
// type than the field, it is converted if its meaning is plain: numbers and
// booleans in strings and the reverse, JSON texts in strings for lists and
// objects and the reverse. Names that out does not have are ignored.
func JSON(body []byte, out any) error {
	err := json.Unmarshal(body, out)
	if _, mismatch := errors.AsType[*json.UnmarshalTypeError](err); !mismatch {
		return err
	}
	v := reflect.ValueOf(out).Elem()
	v.SetZero()
	return assign(v, bytes.TrimSpace(body), "")
}

// assign sets v to what the JSON value raw means for its type.
func assign(v reflect.Value, raw []byte, path string) error {
	if string(raw) == "null" {
		return nil
	}
	var ok bool
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return assign(v.Elem(), raw, path)
	case reflect.Struct:
		members, isObject := nested[map[string]json.RawMessage](raw)
		if isObject {
			return assignStruct(v, members, path)
		}
	case reflect.Slice:
		items, isList := nested[[]json.RawMessage](raw)
		if items != nil {
			v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
		}
		for i, item := range items {
			if err := assign(v.Index(i), item, path+"."+strconv.Itoa(i+1)); err != nil {
				return err
			}
		}
		ok = isList
	case reflect.String:
		v.SetString(text(raw))
		ok = true
	case reflect.Bool:
		var b bool
		b, ok = boolean(text(raw))
		v.SetBool(b)
	case reflect.Int, reflect.Int32, reflect.Int64:
		var n int64
		n, ok = integer(text(raw))
		ok = ok && !v.OverflowInt(n)
		v.SetInt(n)
	case reflect.Uint32:
		var n int64
		n, ok = integer(text(raw))
		if math.MinInt32 <= n && n < 0 {
			n = int64(uint32(n)) // a POSIX ID above 2^31 that went through a signed number
		}
		ok = ok && 0 <= n && n <= math.MaxUint32
		v.SetUint(uint64(n))
	}
	if !ok {
		return errors.New(strings.TrimPrefix(path, ".") + " does not hold a " + v.Kind().String())
	}
	return nil
}

// assignStruct sets the fields that members names, those of embedded structs
// included.
func assignStruct(v reflect.Value, members map[string]json.RawMessage, path string) error {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			if err := assignStruct(v.Field(i), members, path); err != nil {
				return err
			}
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() {
			continue
		}
		if name == "" {
			name = f.Name
		}
		raw, ok := members[name]
		for key := range members {
			if !ok && strings.EqualFold(key, name) {
				raw, ok = members[key], true
			}
		}
		if !ok {
			continue
		}
		if err := assign(v.Field(i), raw, path+"."+name); err != nil {
			return err
		}
	}
	return nil
}

// nested returns the value that raw is, or that the JSON text in raw is. An
// empty text is the zero T.
func nested[T any](raw []byte) (value T, ok bool) {
	if raw[0] == '"' {
		raw = []byte(text(raw))
		if len(bytes.TrimSpace(raw)) == 0 {
			return value, true
		}
	}
	return value, json.Unmarshal(raw, &value) == nil
}

// text returns the text of a JSON string, or the JSON text of anything else.
func text(raw []byte) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

func boolean(s string) (value, ok bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "1":
		return true, true
	case "false", "0", "":
		return false, true
	}
	return false, false
}

// integer returns the whole number that s spells. An empty text is 0.
func integer(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, true
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	// 1e3 and 2.0 are whole too. Beyond 2^53 a float is not exact.
	f, err := strconv.ParseFloat(s, 64)
	return int64(f), err == nil && f == math.Trunc(f) && math.Abs(f) <= 1<<53
}
