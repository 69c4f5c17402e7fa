package nas_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// TestUnusable calls every method of clients that New did not make, and of one
// that is asked without a context: each says so in an error, and none panics.
func TestUnusable(t *testing.T) {
	var none context.Context
	for name, c := range map[string]struct {
		client *nas.Client
		ctx    context.Context
	}{
		"nil client":  {nil, t.Context()},
		"zero client": {new(nas.Client), t.Context()},
		"nil context": {nastest.NewServer().Client(), none},
	} {
		client := reflect.ValueOf(c.client)
		for m := range client.Type().Methods() {
			if m.Name == "Format" || m.Name == "With" && c.client != nil && c.ctx == nil {
				continue // they take no context
			}
			t.Run(name+" "+m.Name, func(t *testing.T) {
				args := []reflect.Value{client}
				for i := 1; i < m.Type.NumIn(); i++ {
					args = append(args, argument(c.ctx, m.Type.In(i)))
				}
				failures := 0
				for _, out := range m.Func.Call(args) {
					failures += errorsIn(out)
				}
				if failures == 0 {
					t.Error("no error")
				}
			})
		}
	}
	if _, err := nas.Wait(none, nas.WaitOptions{}, func(context.Context) (int, error) { return 0, nil },
		func(int) (string, bool, error) { return "", true, nil }); err == nil {
		t.Error("nil context: Wait has no error")
	}
}

// argument returns something to call a method with: of the requests, those that
// could be sent.
func argument(ctx context.Context, ty reflect.Type) reflect.Value {
	v := reflect.New(ty).Elem()
	switch {
	case ty == reflect.TypeFor[context.Context]():
		if ctx != nil {
			v.Set(reflect.ValueOf(ctx))
		}
	case ty.Kind() == reflect.String:
		v.SetString("x")
	case ty.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(ty, 1, 1))
		if ty.Elem().Kind() == reflect.String {
			v.Index(0).SetString("x")
		}
	}
	for _, request := range requests {
		if reflect.TypeOf(request).AssignableTo(ty) {
			v.Set(reflect.ValueOf(request))
		}
	}
	return v
}

// errorsIn counts the errors in what a method returns: an error, the results of
// many waits, or a sequence.
func errorsIn(out reflect.Value) (n int) {
	switch {
	case out.Type() == reflect.TypeFor[error]():
		if !out.IsNil() {
			n++
		}
	case out.Kind() == reflect.Slice:
		for i := range out.Len() {
			if err := out.Index(i).FieldByName("Err"); err.IsValid() { // of a WaitResult
				n += errorsIn(err)
			}
		}
	case out.Type().CanSeq2():
		for _, err := range out.Seq2() {
			n += errorsIn(err)
		}
	}
	return n
}
