package fake

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/operations"
)

// Forms tell how the parameters of each operation are written: as a number, a
// boolean, a list with commas or a JSON text. They are read from the types of the
// requests, which hold no other values, but a program that uses another SDK may
// send some.
type Forms map[string]map[string]reflect.StructField // by operation, and by the path with N for indexes

// FormsOf returns the forms of the operations of a client.
func FormsOf(client any) Forms {
	all, set := Forms{}, operations.Of(client)
	for _, name := range set.Names() {
		request := set.Request(name).Type()
		all[name] = map[string]reflect.StructField{}
		if all.add(name, "", request); len(all[name]) == 0 && request.NumField() > 0 {
			delete(all, name) // its fields do not say how they are written
		}
	}
	return all
}

func (f Forms) add(operation, prefix string, request reflect.Type) {
	for field := range request.Fields() {
		path := ""
		for _, key := range []string{"rpc", "json", "xml", "name"} {
			if tag, ok := field.Tag.Lookup(key); ok && path == "" {
				path, _, _ = strings.Cut(tag, ",")
			}
		}
		if path == "" || path == "-" {
			continue
		}
		path = prefix + strings.ReplaceAll(path, ">", ".")
		f[operation][path] = field
		if strings.HasSuffix(field.Tag.Get("rpc"), ",json") {
			continue
		}
		t := field.Type
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			if t.Kind() == reflect.Slice {
				path += ".N"
				f[operation][path] = field
			}
			t = t.Elem()
		}
		if t.Kind() == reflect.Struct {
			f.add(operation, path+".", t)
		}
	}
}

var index = regexp.MustCompile(`\.[0-9]+(\.|$)`)

// general replaces the indexes in a path by N.
func general(path string) string {
	if !strings.Contains(path, ".") {
		return path // most are such
	}
	return index.ReplaceAllString(path, ".N$1")
}

// broken says what is wrong with how the parameters are written, or nothing: with
// the first that is wrong, and the first that the operation does not have. The
// services pass over such a one in silence; it is a misspelt one nearly always.
func (f Forms) broken(operation string, p Params, documented func(path string) bool) (wrong, unknown string) {
	var wrongPath, unknownPath string
	_, known := f[operation] // even if it has no parameters
	for path, value := range p {
		name := general(path)
		field, ok := f[operation][name]
		_, items := f[operation][name+".N"]
		if says := misfit(p, path, field, ok && value != "", items); says != "" && (wrong == "" || path < wrongPath) {
			wrong, wrongPath = says, path
		}
		if !ok && (unknown == "" || path < unknownPath) && known && !f.has(operation, name) && !documented(name) {
			unknown, unknownPath = operation+" has no parameter "+path+".", path
		}
	}
	return wrong, unknown
}

// misfit says what is wrong with how a parameter is written, whose field is known or
// not, and may have items.
func misfit(p Params, path string, field reflect.StructField, known, items bool) string {
	if missing := p.gap(path); missing != "" {
		return missing + " is missing: " + path + " is given"
	}
	if !known {
		return ""
	}
	if form := wrong(field, p[path]); form != "" {
		return path + " " + form
	}
	if tag, ok := field.Tag.Lookup("rpc"); items && ok && !strings.Contains(tag, ",") {
		return path + " must be a list: " + path + ".1 and so on"
	}
	return ""
}

// has reports whether the operation has a parameter. What is inside of one that is
// JSON text belongs to that. Elements of XML have no numbers.
func (f Forms) has(operation, path string) bool {
	for name, field := range f[operation] {
		_, numbered := field.Tag.Lookup("rpc")
		if name == path || !numbered && strings.ReplaceAll(name, ".N", "") == path {
			return true
		}
	}
	for i := strings.LastIndex(path, "."); i > 0; i = strings.LastIndex(path, ".") {
		path = path[:i]
		if field, ok := f[operation][path]; ok {
			return strings.HasSuffix(field.Tag.Get("rpc"), ",json")
		}
	}
	return false
}

// Mistyped returns the path of a member of a JSON object that has another type
// than the parameter, and the type that it has to be, or two empty texts.
func (f Forms) Mistyped(operation string, object map[string]any) (path, want string) {
	var walk func(path string, v any) (string, string)
	walk = func(path string, v any) (string, string) {
		if field, ok := f[operation][general(path)]; ok && v != nil {
			if want := jsonType(field.Type, strings.HasSuffix(general(path), ".N")); want != jsonTypeOf(v) {
				return path, want
			}
		}
		switch v := v.(type) {
		case map[string]any:
			for name, member := range v {
				if path, want := walk(strings.TrimPrefix(path+"."+name, "."), member); path != "" {
					return path, want
				}
			}
		case []any:
			for i, item := range v {
				if path, want := walk(path+"."+strconv.Itoa(i+1), item); path != "" {
					return path, want
				}
			}
		}
		return "", ""
	}
	return walk("", object)
}

// jsonType names the type of JSON that a field, or an item of it, is written as.
func jsonType(t reflect.Type, item bool) string {
	for t.Kind() == reflect.Pointer || item && t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Slice:
		return "a list"
	case reflect.Struct:
		return "an object"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "a boolean"
	}
	return "a number"
}

func jsonTypeOf(v any) string {
	switch v.(type) {
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	}
	return "a number"
}

// wrong returns how value has to be written as the field's, if it is not.
func wrong(field reflect.StructField, value string) string {
	items, t := []string{value}, field.Type
	switch tag := field.Tag.Get("rpc"); {
	case strings.HasSuffix(tag, ",json"):
		if !json.Valid([]byte(value)) {
			return "must be JSON"
		}
		return ""
	case strings.HasSuffix(tag, ",comma"):
		items = strings.Split(value, ",")
	}
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	for _, item := range items {
		switch {
		case t.Kind() == reflect.Bool && !strings.EqualFold(item, "true") && !strings.EqualFold(item, "false"):
			return "must be true or false"
		case t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64:
			if _, err := strconv.ParseInt(item, 10, 64); err != nil {
				return "must be a number"
			}
		case t.Kind() >= reflect.Uint && t.Kind() <= reflect.Uint64:
			if _, err := strconv.ParseUint(item, 10, t.Bits()); err != nil {
				return "must be a number from 0 to " + strconv.FormatUint(1<<t.Bits()-1, 10)
			}
		}
	}
	return ""
}
