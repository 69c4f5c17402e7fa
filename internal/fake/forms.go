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
		all[name] = map[string]reflect.StructField{}
		all.add(name, "", set.Request(name).Type())
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

// broken returns the path of a parameter that is not written as it has to be, and
// how that is, or two empty texts.
func (f Forms) broken(operation string, p Params) (path, form string) {
	for path, value := range p {
		field, ok := f[operation][index.ReplaceAllString(path, ".N$1")]
		if !ok || value == "" {
			continue
		}
		if form := wrong(field, value); form != "" {
			return path, form
		}
	}
	return "", ""
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
