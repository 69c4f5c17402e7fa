package ensuretest

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// A Field is a parameter of the request of an Ensure, with values for it: none, the
// documented default in so many words, and two others. A value that there is not is
// nil; Unset of what is required.
type Field[R any] struct {
	Drift                          string // what a drift of it is called, or its parts begin with
	Unset, Default, Changed, Other func(*R)
	Any                            bool   // a request without it takes what there is
	Hidden                         bool   // what was created without it does not show what it has
	Why                            string // it is not compared, for this reason; the rest is empty then
}

// A Difference is a parameter in which a resource is not as asked. The Drift of every
// service converts to it.
type Difference struct{ Field, Wanted, Found string }

// Fields ensures base with each value of each field, and then with each of the others,
// on a service of its own: server returns its Ensure, which returns the drift. A drift
// has to tell what is wanted and what is found, and nothing is to drift with what it
// is. The fields are all that the request has, by their paths in Go.
func Fields[R any](t *testing.T, base R, fields map[string]Field[R], server func(*testing.T) func(context.Context, R) ([]Difference, error)) {
	t.Helper()
	known := paths(reflect.TypeFor[R](), "")
	for path := range fields {
		if !slices.Contains(known, path) {
			t.Errorf("there is no field %s", path)
		}
	}
	for _, path := range known {
		f, ok := fields[path]
		if !ok {
			t.Errorf("%s: is it compared?", path)
		}
		values := map[string]func(*R){"unset": f.Unset, "default": f.Default, "changed": f.Changed, "other": f.Other}
		maps.DeleteFunc(values, func(_ string, set func(*R)) bool { return set == nil })
		if (f.Why == "") != (len(values) > 1) {
			t.Errorf("%s: too few values, or no reason", path)
		}
		found := map[[2]string][]Difference{}
		for first := range values {
			for then := range values {
				t.Run(fmt.Sprintf("%s %s, then %s", path, first, then), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						ensure, in := server(t), base
						values[first](&in)
						if drift, err := ensure(t.Context(), in); err != nil || drift != nil {
							t.Fatalf("created: %+v, %v", drift, err)
						}
						in = base
						values[then](&in)
						drift, err := ensure(t.Context(), in)
						if err != nil {
							t.Fatal(err)
						}
						f.check(t, first, then, drift)
						found[[2]string{first, then}] = drift
					})
				})
			}
		}
		for pair, drift := range found {
			back := found[[2]string{pair[1], pair[0]}]
			for i, d := range drift {
				// What lacks, of several that there may be, is no value of the other.
				if d.Wanted != "" && d.Found != "" && len(back) > i && back[i].Found != "" && (back[i].Wanted != d.Found || back[i].Found != d.Wanted) {
					t.Errorf("%s: %+v, and the other way round %+v", path, d, back[i])
				}
			}
		}
	}
}

// check looks at the drift of a request with one value from what was created with
// another.
func (f Field[R]) check(t *testing.T, first, then string, drift []Difference) {
	t.Helper()
	class := func(value string) string { return strings.Replace(value, "unset", "default", 1) }
	differ := class(first) != class(then) && !(class(then) == "default" && f.Any) && !(first == "unset" && f.Hidden)
	if differ != (len(drift) > 0) {
		t.Errorf("drift: %+v", drift)
	}
	for _, d := range drift {
		if d.Field != f.Drift && !strings.HasPrefix(d.Field, f.Drift+".") || d.Wanted == d.Found {
			t.Errorf("drift: %+v", d)
		}
	}
}

// paths returns the fields of a struct and of what is in it: groups that are pointers,
// and lists, are there themselves, too.
func paths(t reflect.Type, above string) (all []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		path, ty := above+f.Name, f.Type
		if ty.Kind() == reflect.Pointer || ty.Kind() == reflect.Slice {
			ty = ty.Elem()
		}
		if ty.Kind() != reflect.Struct || ty != f.Type {
			all = append(all, path)
		}
		if ty.Kind() == reflect.Struct {
			all = append(all, paths(ty, path+".")...)
		}
	}
	return all
}
