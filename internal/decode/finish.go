package decode

import (
	"errors"
	"reflect"
	"strings"
	"sync"
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
	for _, required := range requiredOf(v.Type()) {
		if v.FieldByIndex(required.index).IsZero() {
			return errors.New(required.name + " is missing")
		}
	}
	return nil
}

// A required field of a response is one that has to be there.
type required struct {
	index []int
	name  string
}

var requiredFields sync.Map // reflect.Type → []required, for the few answer types of a program

// requiredOf returns the fields of t, and of the structs in it, that are tagged
// as required.
func requiredOf(t reflect.Type) []required {
	if fields, ok := requiredFields.Load(t); ok {
		return fields.([]required)
	}
	var fields []required
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get("answer") == "required" {
			fields = append(fields, required{f.Index, f.Name})
		}
		if f.Type.Kind() == reflect.Struct {
			for _, inner := range requiredOf(f.Type) {
				fields = append(fields, required{append([]int{i}, inner.index...), inner.name})
			}
		}
	}
	requiredFields.Store(t, fields)
	return fields
}
