// Package ledger holds the packages to the list of documented constraints that
// each of them keeps, its ledger. It is for tests.
//
// A ledger is a JSON file: a valid request for each operation, its base, and a
// row for each constraint that the API pages state, with values that satisfy it
// and values that break it. A row that the package does not enforce says why.
package ledger

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/check"
)

// A Suite is what a service package brings to the test of its ledger.
type Suite struct {
	Path     string                          // of the ledger
	Requests map[string]any                  // a zero request for each operation
	Problems func(err error) []check.Problem // of a *ValidationError
	// Client talks to the service's fake and sends without validation. Code
	// returns the code of an error of it.
	Client any
	Code   func(err error) string
}

type file struct {
	Code  string                    `json:"code"`
	Bases map[string]map[string]any `json:"bases"`
	Rows  []row                     `json:"rows"`
}

type row struct {
	Operations  []string         `json:"operations"`
	Parameter   string           `json:"parameter"`
	Constraint  string           `json:"constraint"` // in our own words
	Source      string           `json:"source"`     // the page that states it
	Reason      string           `json:"reason"`     // as Validate words it; empty if it does not enforce the row
	NotEnforced string           `json:"notEnforced"`
	Rule        json.RawMessage  `json:"rule"` // as the fake enforces it
	Code        string           `json:"code"`
	Accept      []map[string]any `json:"accept"`
	Reject      []map[string]any `json:"reject"`
}

// Test checks every row against Validate and against the fake, and that no rule
// of the package in the current directory is without a row.
func Test(t *testing.T, s Suite) {
	raw, err := os.ReadFile(s.Path)
	if err != nil {
		t.Fatal(err)
	}
	var f file
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	for operation := range s.Requests {
		t.Run(operation+" base", func(t *testing.T) {
			if err := validate(s.request(t, f, operation, nil)); err != nil {
				t.Errorf("the base is invalid: %v", err)
			}
		})
	}
	for i, r := range f.Rows {
		t.Run(fmt.Sprintf("row %d %s %s", i+1, r.Operations[0], r.Parameter), func(t *testing.T) { s.row(t, f, r) })
	}
	t.Run("every rule has a row", func(t *testing.T) {
		for _, rule := range rulesOf(t, ".") {
			if !slices.ContainsFunc(f.Rows, func(r row) bool { return rule.in(r) && len(r.Reject) > 0 }) {
				t.Errorf("%s: %s %s: no row of the ledger rejects a value for it", rule.operation, rule.field, rule.reason)
			}
		}
	})
}

func (s Suite) row(t *testing.T, f file, r row) {
	if r.Constraint == "" || r.Source == "" {
		t.Error("the row lacks its constraint or its source")
	}
	enforced := r.Reason != "" && r.NotEnforced == ""
	if !enforced && r.NotEnforced == "" {
		t.Error("the row is neither enforced nor says why not")
	}
	if enforced && len(r.Reject) == 0 {
		t.Error("the row rejects nothing")
	}
	code := r.Code
	if code == "" {
		code = f.Code
	}
	for _, operation := range r.Operations {
		for _, values := range r.Accept {
			in := s.request(t, f, operation, values)
			if err := validate(in); err != nil {
				t.Errorf("%s with %v: %v", operation, values, err)
			}
			if err := s.send(in, operation); err != nil && s.Code(err) == code {
				t.Errorf("%s with %v: the fake says %v", operation, values, err)
			}
		}
		for _, values := range r.Reject {
			in := s.request(t, f, operation, values)
			if enforced && !slices.ContainsFunc(s.Problems(validate(in)), func(p check.Problem) bool {
				return general(p.Field) == r.Parameter && p.Reason == r.Reason
			}) {
				t.Errorf("%s with %v: got %v, want %s %s", operation, values, validate(in), r.Parameter, r.Reason)
			}
			if r.Rule == nil {
				continue
			}
			if err := s.send(in, operation); s.Code(err) != code {
				t.Errorf("%s with %v: the fake says %v, want %s", operation, values, err, code)
			}
		}
	}
}

var index = regexp.MustCompile(`\.[0-9]+(\.|$)`)

// general replaces the indexes in a field's path by N.
func general(field string) string { return index.ReplaceAllString(field, ".N$1") }

func validate(in any) error { return in.(interface{ Validate() error }).Validate() }

// send calls the operation on the suite's client.
func (s Suite) send(in any, operation string) error {
	m := reflect.ValueOf(s.Client).MethodByName(operation)
	out := m.Call([]reflect.Value{reflect.ValueOf(background), reflect.ValueOf(in)})
	err, _ := out[1].Interface().(error)
	return err
}

// request returns the operation's base with values put over it.
func (s Suite) request(t *testing.T, f file, operation string, values map[string]any) any {
	t.Helper()
	zero, ok := s.Requests[operation]
	if !ok {
		t.Fatalf("no request for %s", operation)
	}
	v := reflect.New(reflect.TypeOf(zero)).Elem()
	for _, layer := range []map[string]any{f.Bases[operation], values} {
		for path, value := range layer {
			if err := set(v, strings.Split(path, "."), value); err != nil {
				t.Fatalf("%s %s: %v", operation, path, err)
			}
		}
	}
	return v.Interface()
}

// set puts value into v at path, whose elements are documented names, or
// indexes from 1.
func set(v reflect.Value, path []string, value any) error {
	if v.Kind() == reflect.Pointer && (len(path) > 0 || value != nil) {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	if len(path) == 0 {
		return setLeaf(v, value)
	}
	if n, err := strconv.Atoi(path[0]); err == nil {
		for v.Len() < n {
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		}
		return set(v.Index(n-1), path[1:], value)
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		for _, key := range []string{"rpc", "json", "xml", "name"} {
			if name, _, _ := strings.Cut(f.Tag.Get(key), ","); name == path[0] {
				return set(v.Field(i), path[1:], value)
			}
		}
	}
	if f := v.FieldByName(path[0]); f.IsValid() {
		return set(f, path[1:], value)
	}
	return fmt.Errorf("no field for %s", path[0])
}

// setLeaf sets v to a value of the ledger. An object that has $repeat is that
// text, times over; one that has $list is a list of that item, times long, in
// which $i is the number of the item.
func setLeaf(v reflect.Value, value any) error {
	switch x := value.(type) {
	case nil:
		v.SetZero()
		return nil
	case map[string]any:
		times, _ := x["times"].(float64)
		if text, ok := x["$repeat"].(string); ok {
			return setLeaf(v, strings.Repeat(text, int(times)))
		}
		if item, ok := x["$list"]; ok {
			text, _ := json.Marshal(item)
			var list []any
			for i := range int(times) {
				var each any
				if err := json.Unmarshal([]byte(strings.ReplaceAll(string(text), "$i", strconv.Itoa(i+1))), &each); err != nil {
					return err
				}
				list = append(list, each)
			}
			return setLeaf(v, list)
		}
		for name, member := range x {
			if err := set(v, []string{name}, member); err != nil {
				return err
			}
		}
		return nil
	case []any:
		v.Set(reflect.MakeSlice(v.Type(), len(x), len(x)))
		for i, item := range x {
			if err := set(v.Index(i), nil, item); err != nil {
				return err
			}
		}
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v.Addr().Interface())
}
