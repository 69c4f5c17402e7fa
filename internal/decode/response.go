package decode

import (
	"errors"
	"reflect"
	"strings"
	"sync"
)

// Response reads body into out, a pointer to a zero response or to what an
// earlier attempt left there. The field RequestID becomes fromHeader if the body
// has none, and loses the line end that some services send with it. Response
// fails if a field tagged `answer:"required"` is empty: one without, say, the ID
// of what was created is no response of the operation.
func Response(body []byte, fromHeader string, out any, read func(body []byte, out any) error) error {
	v := reflect.ValueOf(out).Elem()
	v.SetZero()
	err := read(body, out)
	shape := shapeOf(v.Type())
	id := v.Field(shape.requestID)
	if text := strings.TrimSpace(id.String()); text != "" {
		id.SetString(text)
	} else {
		id.SetString(fromHeader)
	}
	if err != nil {
		return err
	}
	for _, required := range shape.required {
		if v.FieldByIndex(required.index).IsZero() {
			return errors.New(required.name + " is missing")
		}
	}
	return nil
}

// A shape is what Response has to know of a type.
type shape struct {
	requestID int
	required  []required
}

// A required field of a response is one that has to be there.
type required struct {
	index []int
	name  string
}

var shapes sync.Map // reflect.Type → shape, for the few response types of a program

// shapeOf returns the shape of a response of type t.
func shapeOf(t reflect.Type) shape {
	if known, ok := shapes.Load(t); ok {
		return known.(shape)
	}
	s := shape{required: requiredOf(t)}
	for i := range t.NumField() {
		if t.Field(i).Name == "RequestID" {
			s.requestID = i
		}
	}
	shapes.Store(t, s)
	return s
}

// requiredOf returns the fields of t, and of the structs in it, that are tagged
// as required.
func requiredOf(t reflect.Type) (fields []required) {
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
	return fields
}
