// Package operations finds and calls the operations of a client by reflection.
// It is for tests and fakes, which thus cannot miss one.
package operations

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// A Set holds the operations of a client.
type Set struct {
	client   reflect.Value
	requests map[string]reflect.Type
}

var contextType = reflect.TypeFor[context.Context]()

// Of returns the operations of client: its methods that take a context and a
// request that is named after them, and return a response that is, too.
func Of(client any) Set {
	s := Set{reflect.ValueOf(client), map[string]reflect.Type{}}
	for m := range s.client.Type().Methods() {
		f := m.Type
		if f.NumIn() == 3 && f.In(1) == contextType && f.In(2).Name() == m.Name+"Request" && f.NumOut() == 2 &&
			f.Out(0).Kind() == reflect.Pointer && f.Out(0).Elem().Name() == m.Name+"Response" {
			s.requests[m.Name] = f.In(2)
		}
	}
	return s
}

// Names returns the names in order.
func (s Set) Names() []string { return slices.Sorted(maps.Keys(s.requests)) }

// Request returns a new request of the operation, or one that is not valid if
// there is no such operation.
func (s Set) Request(operation string) reflect.Value {
	if ty := s.requests[operation]; ty != nil {
		return reflect.New(ty).Elem()
	}
	return reflect.Value{}
}

// Name returns the name of the operation that request is for.
func Name(request any) string {
	return strings.TrimSuffix(reflect.TypeOf(request).Name(), "Request")
}

// Call sends request.
func (s Set) Call(ctx context.Context, request any) error {
	out := s.client.MethodByName(Name(request)).Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(request)})
	err, _ := out[1].Interface().(error)
	return err
}
