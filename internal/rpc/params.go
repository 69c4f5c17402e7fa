package rpc

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// Params flattens in, a struct, into parameters by its rpc tags:
//
//	`rpc:"Name"`        a scalar; a struct Name.Key, …; a list of scalars
//	                    Name.1, Name.2, …; a list of structs Name.1.Key, …
//	`rpc:"Name,whole"`  a list of structs whose zero values are sent, too
//	`rpc:"Name,comma"`  a list of scalars, joined with commas
//	`rpc:"Name,json"`   a list or struct, as JSON text
//
// A zero value, a nil pointer and a nil list are left out; a pointer says that
// zero is meant, and an empty list is sent as JSON alone, the only form that has
// a way to say so. json writes that form.
func Params(in any, json func(any) []byte) uri.Query {
	v := reflect.ValueOf(in)
	p := params{query: make(uri.Query, 0, v.NumField()+8), json: json}
	p.flatten("", v, false)
	return p.query
}

// params collect parameters. Names and values are parts of one text: each on its
// own would take 25 allocations in a request with five tags.
type params struct {
	query uri.Query
	json  func(any) []byte
	texts strings.Builder
}

func (p *params) flatten(prefix string, v reflect.Value, whole bool) {
	for _, f := range planOf(v.Type()) {
		field := v.Field(f.index)
		if field.IsZero() && !whole {
			continue
		}
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		name := f.name
		if prefix != "" {
			name = p.text(prefix, name)
		}
		switch {
		case f.form == "json":
			p.add(name, string(p.json(field.Interface())))
		case f.form == "comma":
			if field.Len() > 0 {
				p.add(name, p.list(field))
			}
		case field.Kind() == reflect.Struct:
			p.flatten(p.text(name, "."), field, false)
		case field.Kind() == reflect.Slice:
			for i := range field.Len() {
				item, numbered := field.Index(i), p.text(name, ".", strconv.Itoa(i+1))
				if item.Kind() == reflect.Struct {
					p.flatten(p.text(numbered, "."), item, f.form == "whole")
				} else {
					p.add(numbered, p.scalar(item))
				}
			}
		default:
			p.add(name, p.scalar(field))
		}
	}
}

func (p *params) add(name, value string) {
	p.query = append(p.query, uri.Param{Name: name, Value: value})
}

// start returns where the next text begins.
func (p *params) start() int {
	if p.texts.Cap() == 0 {
		p.texts.Grow(256) // holds those of most requests
	}
	return p.texts.Len()
}

// text returns the parts as one. Inlined, it would add 2 KB to a program.
//
//go:noinline
func (p *params) text(parts ...string) string {
	start := p.start()
	for _, part := range parts {
		p.texts.WriteString(part)
	}
	return p.texts.String()[start:]
}

// list returns the items of v with commas between them.
func (p *params) list(v reflect.Value) string {
	start := p.start()
	for i := range v.Len() {
		if i > 0 {
			p.texts.WriteByte(',')
		}
		p.write(v.Index(i))
	}
	return p.texts.String()[start:]
}

func (p *params) scalar(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return v.String()
	}
	start := p.start()
	p.write(v)
	return p.texts.String()[start:]
}

func (p *params) write(v reflect.Value) {
	var digits [20]byte
	switch v.Kind() {
	case reflect.String:
		p.texts.WriteString(v.String())
	case reflect.Bool:
		p.texts.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int32, reflect.Int64:
		p.texts.Write(strconv.AppendInt(digits[:0], v.Int(), 10))
	case reflect.Uint32, reflect.Uint64:
		p.texts.Write(strconv.AppendUint(digits[:0], v.Uint(), 10))
	default:
		panic(fmt.Sprintf("rpc: a %s cannot be a parameter", v.Type()))
	}
}

// A planned field is one that becomes a parameter.
type planned struct {
	index      int
	name, form string
}

var plans sync.Map // reflect.Type → []planned, for the few request types of a program

func planOf(t reflect.Type) []planned {
	if plan, ok := plans.Load(t); ok {
		return plan.([]planned)
	}
	var plan []planned
	for i := range t.NumField() {
		if name, form, _ := strings.Cut(t.Field(i).Tag.Get("rpc"), ","); name != "" {
			plan = append(plan, planned{i, name, form})
			for j := len(plan) - 1; j > 0 && name < plan[j-1].name; j-- {
				plan[j], plan[j-1] = plan[j-1], plan[j] // a query is sorted; slices.SortFunc would add 17 KB
			}
		}
	}
	plans.Store(t, plan)
	return plan
}
