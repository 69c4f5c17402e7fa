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
// fails if a field tagged `answer:"required"` is empty, here or in an item of a
// list: one without, say, the ID of what was created is no response of the
// operation. A list may be empty if it is there. Of a struct tagged with the name of
// one of its fields that field has to be there, and no other.
func Response(body []byte, fromHeader string, out any, read func(body []byte, out any) error) error {
	v := reflect.ValueOf(out).Elem()
	v.SetZero()
	err := read(body, out)
	shape := shapeOf(v.Type(), "")
	id := v.Field(shape.requestID)
	if text := strings.TrimSpace(id.String()); text != "" {
		id.SetString(text)
	} else {
		id.SetString(fromHeader)
	}
	if err != nil {
		return err
	}
	if name := shape.missing(v); name != "" {
		return errors.New(name + " is missing")
	}
	return nil
}

// A shape is what Response has to know of a type.
type shape struct {
	requestID int
	parts     []part
}

// A part is a field that has to be there, or that has such fields in it.
type part struct {
	index    int
	name     string
	required bool
	inner    *shape // of a struct, or of what a pointer or a list has; nil if that has no parts
}

var shapes sync.Map // reflect.Type → *shape, for the few response types of a program

// shapeOf returns the shape of t, a struct. If alone is not empty, the field of that
// name is the only part.
func shapeOf(t reflect.Type, alone string) *shape {
	if known, ok := shapes.Load(t); ok && alone == "" {
		return known.(*shape)
	}
	s := &shape{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type == timeType {
			continue
		}
		if f.Name == "RequestID" {
			s.requestID = i
		}
		answer := f.Tag.Get("answer")
		p := part{index: i, name: f.Name, required: answer == "required"}
		inner := f.Type
		if kind := inner.Kind(); kind == reflect.Slice || kind == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case alone != "":
			p.required = f.Name == alone
		case inner.Kind() == reflect.Struct:
			if p.required {
				answer = ""
			}
			p.inner = shapeOf(inner, answer)
		}
		if p.required || p.inner != nil && p.inner.parts != nil {
			s.parts = append(s.parts, p)
		}
	}
	if alone == "" {
		shapes.Store(t, s)
	}
	return s
}

// missing returns the name of a part that v should have, or an empty text.
func (s *shape) missing(v reflect.Value) string {
	for _, p := range s.parts {
		field := v.Field(p.index)
		if p.required && field.IsZero() {
			return p.name
		}
		if p.inner == nil {
			continue
		}
		name := ""
		switch field.Kind() {
		case reflect.Slice:
			for i := 0; i < field.Len() && name == ""; i++ {
				name = p.inner.missing(field.Index(i))
			}
		case reflect.Pointer:
			if !field.IsNil() {
				name = p.inner.missing(field.Elem())
			}
		default:
			name = p.inner.missing(field)
		}
		if name != "" {
			return p.name + "." + name
		}
	}
	return ""
}
