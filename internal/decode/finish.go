package decode

import (
	"errors"
	"reflect"
	"strings"
)

// Finish completes out, a pointer to a decoded response. Its RequestID, which is
// its first field, becomes fromHeader if the body had none, and loses the line end that some services
// send with it. Finish fails if a field tagged `answer:"required"` is empty: an
// answer without, say, the ID of what was created is no answer.
func Finish(out any, fromHeader string) error {
	v := reflect.ValueOf(out).Elem()
	id := v.Field(0) // RequestID is the first field of every response
	if text := strings.TrimSpace(id.String()); text != "" {
		id.SetString(text)
	} else {
		id.SetString(fromHeader)
	}
	if name := missing(v); name != "" {
		return errors.New(name + " is missing")
	}
	return nil
}

func missing(v reflect.Value) string {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get("answer") == "required" && v.Field(i).IsZero() {
			return f.Name
		}
		if f.Type.Kind() == reflect.Struct {
			if name := missing(v.Field(i)); name != "" {
				return name
			}
		}
	}
	return ""
}
