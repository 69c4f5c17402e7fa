// Package ledger tests the packages against their ledgers, the lists of
// documented constraints. It is for tests.
//
// A ledger is a JSON file. It has a valid request for each operation, its base,
// and a row for each constraint that the API pages state, with values that
// satisfy it and values that violate it. A row that the package does not
// enforce says why.
package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/operations"
)

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

// A suite is a test of a ledger.
type suite struct {
	file
	operations operations.Set
}

// Test checks every row of the ledger at path against Validate and against the
// service's fake, to which client sends without validation, and which tells by
// calls what it was asked. Every operation of client must have a base, which the
// fake knows, and a row, and every rule of the package in the current directory a
// row that breaks it.
func Test(t *testing.T, path string, client any, calls func() []string) {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := suite{operations: operations.Of(client)}
	if err := json.Unmarshal(raw, &s.file); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(s.operations.Names(), slices.Sorted(maps.Keys(s.Bases))); d != "" {
		t.Fatalf("operations and bases (-operations +bases):\n%s", d)
	}
	for _, operation := range s.operations.Names() {
		t.Run(operation+" base", func(t *testing.T) {
			in := s.request(t, operation, nil)
			if err := validate(in); err != nil {
				t.Errorf("the base is invalid: %v", err)
			}
			err := s.operations.Call(t.Context(), in)
			if status, ok := member(err, "APIError", "StatusCode").(int); ok && status >= 500 {
				t.Errorf("the fake says %v", err)
			}
			if all := calls(); len(all) == 0 || all[len(all)-1] != operation {
				t.Errorf("the fake was asked %q", all)
			}
			if !slices.ContainsFunc(s.Rows, func(r row) bool { return slices.Contains(r.Operations, operation) }) {
				t.Error("no row has the operation")
			}
		})
	}
	for i, r := range s.Rows {
		t.Run(fmt.Sprintf("row %d %s %s", i+1, r.Operations[0], r.Parameter), func(t *testing.T) { s.row(t, r) })
	}
	t.Run("every rule has a row", func(t *testing.T) {
		for _, rule := range rulesOf(t, ".") {
			if !slices.ContainsFunc(s.Rows, func(r row) bool { return rule.in(r) && len(r.Reject) > 0 }) {
				t.Errorf("%s: %s %s: no row of the ledger rejects a value for it", rule.operation, rule.field, rule.reason)
			}
		}
	})
}

func (s suite) row(t *testing.T, r row) {
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
		code = s.Code
	}
	for _, operation := range r.Operations {
		for _, values := range r.Accept {
			in := s.request(t, operation, values)
			if in == nil {
				continue
			}
			if err := validate(in); err != nil {
				t.Errorf("%s with %v: %v", operation, values, err)
			}
			if err := s.operations.Call(t.Context(), in); codeOf(err) == code {
				t.Errorf("%s with %v: the fake says %v", operation, values, err)
			}
		}
		for _, values := range r.Reject {
			in := s.request(t, operation, values)
			if in == nil {
				continue
			}
			if enforced && !slices.Contains(problems(validate(in)), r.Parameter+" "+r.Reason) {
				t.Errorf("%s with %v: got %v, want %s %s", operation, values, validate(in), r.Parameter, r.Reason)
			}
			if r.Rule == nil {
				continue
			}
			if err := s.operations.Call(t.Context(), in); codeOf(err) != code {
				t.Errorf("%s with %v: the fake says %v, want %s", operation, values, err, code)
			}
		}
	}
}

var index = regexp.MustCompile(`\.[0-9]+(\.|$)`)

// general replaces the indexes in a field's path by N.
func general(field string) string { return index.ReplaceAllString(field, ".N$1") }

func validate(in any) error { return in.(interface{ Validate() error }).Validate() }

// member returns a field of the error of the named type in the chain of err, or
// nil. Each service has types of its own.
func member(err error, typeName, field string) any {
	for ; err != nil; err = errors.Unwrap(err) {
		if v := reflect.Indirect(reflect.ValueOf(err)); v.Type().Name() == typeName {
			return v.FieldByName(field).Interface()
		}
	}
	return nil
}

// codeOf returns the code with which the service refused, if it did.
func codeOf(err error) string {
	if code := member(err, "APIError", "Code"); code != nil {
		return fmt.Sprint(code)
	}
	return ""
}

// problems returns the problems that a *ValidationError names, each as its field
// and its reason.
func problems(err error) (texts []string) {
	if list := reflect.ValueOf(member(err, "ValidationError", "Problems")); list.IsValid() {
		for i := range list.Len() {
			p := list.Index(i)
			texts = append(texts, general(p.FieldByName("Field").String())+" "+p.FieldByName("Reason").String())
		}
	}
	return texts
}

// request returns the operation's base with values put over it, or nil if one of
// them is a number that only a 64-bit int holds, and this one has 32.
func (s suite) request(t *testing.T, operation string, values map[string]any) any {
	t.Helper()
	v := s.operations.Request(operation)
	if !v.IsValid() {
		t.Fatalf("the client has no operation %s", operation)
	}
	for _, layer := range []map[string]any{s.Bases[operation], values} {
		for path, value := range layer {
			err := set(v, strings.Split(path, "."), value)
			if wide, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && strconv.IntSize == 32 && wide.Type.Kind() == reflect.Int {
				return nil
			}
			if err != nil {
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
