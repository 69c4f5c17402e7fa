package rpc

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/accesspoint-go/accesspoint/internal/encode"
	"github.com/accesspoint-go/accesspoint/internal/uri"
)

// Params flattens in, a struct, into parameters by its rpc tags:
//
//	`rpc:"Name"`        a scalar; a list of scalars Name.1, Name.2, …;
//	                    a list of structs Name.1.Key, …
//	`rpc:"Name,comma"`  a list of scalars, joined with commas
//	`rpc:"Name,json"`   a list or struct, as JSON text
//
// A zero value, a nil pointer and a nil list are left out; a pointer says that
// zero is meant, and an empty list is sent as JSON alone, the only form that has
// a way to say so.
func Params(in any) uri.Query {
	v := reflect.ValueOf(in)
	q := make(uri.Query, 0, v.NumField()+8)
	return flatten(q, "", v)
}

func flatten(q uri.Query, prefix string, v reflect.Value) uri.Query {
	for _, f := range planOf(v.Type()) {
		field := v.Field(f.index)
		if field.IsZero() {
			continue
		}
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		name := prefix + f.name
		switch {
		case f.form == "json":
			q = append(q, uri.Param{Name: name, Value: string(encode.JSON(field.Interface()))})
		case f.form == "comma":
			if field.Len() == 0 {
				continue
			}
			parts := make([]string, field.Len())
			for i := range parts {
				parts[i] = scalar(field.Index(i))
			}
			q = append(q, uri.Param{Name: name, Value: strings.Join(parts, ",")})
		case field.Kind() == reflect.Slice:
			for i := range field.Len() {
				item, number := field.Index(i), strconv.Itoa(i+1)
				if item.Kind() == reflect.Struct {
					q = flatten(q, name+"."+number+".", item)
				} else {
					q = append(q, uri.Param{Name: name + "." + number, Value: scalar(item)})
				}
			}
		default:
			q = append(q, uri.Param{Name: name, Value: scalar(field)})
		}
	}
	return q
}

func scalar(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10)
	}
	panic(fmt.Sprintf("rpc: a %s cannot be a parameter", v.Type()))
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
				plan[j], plan[j-1] = plan[j-1], plan[j] // a query is sorted
			}
		}
	}
	plans.Store(t, plan)
	return plan
}
