package decode

import (
	"reflect"
	"strings"
	"sync"
)

// A plan is where values go in a struct: the fields by their tags. The outer part
// of a tag Outer>Inner has no field.
type plan map[string]*field

// A field is one of a struct that values go to.
type field struct {
	index    []int
	enum     []string // the documented values of a text; nil if it can be any
	required bool
	commas   bool // a list that may come as a text with commas between its items
}

// plans are those of the few answer types of a program, by one key of their tags.
type plans struct {
	key   string
	known sync.Map // reflect.Type → plan
}

var (
	jsonPlans = plans{key: "json"}
	xmlPlans  = plans{key: "xml"}
)

func (ps *plans) of(t reflect.Type) plan {
	if known, ok := ps.known.Load(t); ok {
		return known.(plan)
	}
	p := plan{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			for tag, inner := range ps.of(f.Type) {
				if inner != nil {
					inner = &field{append([]int{i}, inner.index...), inner.enum, inner.required, inner.commas}
				}
				p[tag] = inner
			}
			continue
		}
		tag, _, _ := strings.Cut(f.Tag.Get(ps.key), ",")
		if tag == "" && ps.key == "json" {
			tag = f.Name
		}
		if tag == "" || tag == "-" {
			continue
		}
		for j := range tag {
			if tag[j] == '>' {
				p[tag[:j]] = nil
			}
		}
		into := &field{index: f.Index, required: f.Tag.Get("answer") == "required", commas: f.Tag.Get("list") == "commas"}
		if values := f.Tag.Get("enum"); values != "" {
			into.enum = strings.Split(values, ",")
		}
		p[tag] = into
	}
	ps.known.Store(t, p)
	return p
}

// find returns the field with that name, in its own case if there is one, or nil.
func (p plan) find(name []byte) *field {
	if f := p[string(name)]; f != nil {
		return f
	}
	text := string(name) // once: it may be long
	for other, f := range p {
		if strings.EqualFold(other, text) {
			return f
		}
	}
	return nil
}

// documented returns text as the documentation has it, if it does in whatever case.
func (f *field) documented(text []byte) string {
	for _, value := range f.enum {
		if value == string(text) {
			return value
		}
	}
	for _, value := range f.enum {
		if strings.EqualFold(value, string(text)) {
			return value
		}
	}
	return string(text)
}

// absent is what comes of no value for v, which is f or an item of it. A list that
// has to be there may be null, which is an empty one.
func (f *field) absent(v reflect.Value) error {
	if v.Kind() != reflect.Slice {
		return errAbsent
	}
	v.SetZero()
	if f != nil && f.required {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	}
	return nil
}
