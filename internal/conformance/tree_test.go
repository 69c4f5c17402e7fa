package conformance

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A tree holds the parameters of a call by the API's names: texts, booleans,
// json.Numbers, lists and trees.
type tree = map[string]any

// fill writes value into dst. It finds the fields of a struct by their tags, for
// whatever encoding they are, or by their names. A text becomes a list or a
// struct if that is what dst is: by its JSON, or between commas.
func fill(dst reflect.Value, value any, path string) error {
	if dst.Kind() == reflect.Pointer {
		if dst.IsNil() {
			dst.Set(reflect.New(dst.Type().Elem()))
		}
		return fill(dst.Elem(), value, path)
	}
	text := fmt.Sprint(value)
	switch dst.Kind() {
	case reflect.Struct:
		in, isTree := value.(tree)
		if !isTree {
			if err := unmarshal(text, &in); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		for name, v := range in {
			field, ok := fieldOf(dst, name)
			if !ok {
				return fmt.Errorf("%s has no %s.%s", dst.Type(), path, name)
			}
			if err := fill(field, v, path+"."+name); err != nil {
				return err
			}
		}
	case reflect.Slice:
		list, isList := value.([]any)
		if !isList && strings.HasPrefix(text, "[") {
			if err := unmarshal(text, &list); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		} else if !isList {
			for part := range strings.SplitSeq(text, ",") {
				list = append(list, part)
			}
		}
		dst.Set(reflect.MakeSlice(dst.Type(), len(list), len(list)))
		for i, v := range list {
			if err := fill(dst.Index(i), v, path+"."+strconv.Itoa(i+1)); err != nil {
				return err
			}
		}
	case reflect.String:
		dst.SetString(text)
	case reflect.Bool:
		is, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		dst.SetBool(is)
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		dst.SetInt(n)
	case reflect.Float64:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		dst.SetFloat(n)
	case reflect.Uint32:
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		dst.SetUint(n)
	case reflect.Interface: // a body
		dst.Set(reflect.ValueOf(strings.NewReader(text)))
	default:
		return fmt.Errorf("%s: a %s cannot be filled", path, dst.Type())
	}
	return nil
}

// unmarshal reads JSON, in which numbers keep all their digits.
func unmarshal(text string, into any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return d.Decode(into)
}

// fieldOf returns the field of a struct that has the API's name, or, if that has names
// around it, its own.
func fieldOf(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.IsExported() && !f.Anonymous && (nameOf(f) == name || strings.Contains(nameOf(f), ">") && f.Name == name) {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// nameOf returns the API's name of a field: what stands first in its tag.
func nameOf(f reflect.StructField) string {
	for _, key := range []string{"rpc", "name", "json", "xml"} {
		if name, _, _ := strings.Cut(f.Tag.Get(key), ","); name != "" && name != "-" {
			return name
		}
	}
	return f.Name
}

// without drops the parameters that t, a struct, has no field for.
func without(in tree, t reflect.Type) tree {
	out := tree{}
	for name, v := range in {
		field, ok := fieldOf(reflect.New(t).Elem(), name)
		if !ok {
			continue
		}
		element := field.Type()
		for element.Kind() == reflect.Pointer || element.Kind() == reflect.Slice {
			element = element.Elem()
		}
		list, isList := v.([]any)
		if isList && element.Kind() == reflect.Struct {
			pruned := make([]any, len(list))
			for i, item := range list {
				pruned[i] = without(item.(tree), element)
			}
			v = pruned
		}
		out[name] = v
	}
	return out
}

// flatten takes a decoded answer apart into facts: a text for each member that
// is there. The second map has those that are a plain zero, which may stand for
// nothing.
func flatten(v any) (facts map[string]string, soft map[string]bool) {
	facts, soft = map[string]string{}, map[string]bool{}
	flattenInto(facts, soft, "", reflect.ValueOf(v), false)
	return facts, soft
}

func flattenInto(facts map[string]string, soft map[string]bool, path string, v reflect.Value, plain bool) {
	join := func(name string) string {
		if path == "" {
			return name
		}
		return path + "." + name
	}
	switch v.Kind() {
	case reflect.Invalid:
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			flattenInto(facts, soft, path, v.Elem(), false)
		}
	case reflect.Map:
		if list := wrappedIn(v); path != "" && list.IsValid() {
			flattenInto(facts, soft, path, list, false)
			return
		}
		for _, key := range v.MapKeys() {
			flattenInto(facts, soft, join(key.String()), v.MapIndex(key), false)
		}
	case reflect.Slice:
		for i := range v.Len() {
			flattenInto(facts, soft, join(strconv.Itoa(i+1)), v.Index(i), false)
		}
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			if facts[path] = at.UTC().Format(time.RFC3339Nano); at.IsZero() {
				soft[path] = true
			}
			return
		}
		if list := wrapped(v); list.IsValid() {
			flattenInto(facts, soft, path, list, false)
			return
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			switch {
			case !f.IsExported(), f.Name == "ResultMetadata", f.Name == "ResultCommon", f.Name == "BaseResponse":
				// what the SDKs add to an answer
			case f.Anonymous:
				flattenInto(facts, soft, path, v.Field(i), false)
			case f.Name == "RequestID" && (f.Tag.Get("json") == "-" || f.Tag.Get("xml") == "-"):
				// from the header, which is not decoded
			default:
				name := strings.ReplaceAll(nameOf(f), ">", ".")
				if f.Type.Kind() == reflect.Slice {
					name, _, _ = strings.Cut(name, ".")
				}
				flattenInto(facts, soft, join(name), v.Field(i), true)
			}
		}
	default:
		text := fmt.Sprint(v.Interface())
		switch v.Kind() {
		case reflect.Float64:
			text = strconv.FormatFloat(v.Float(), 'f', -1, 64)
		case reflect.String:
			text = v.String() // which may be one that does not print
		}
		facts[path] = text
		if plain && v.IsZero() {
			soft[path] = true
		}
	}
}

// wrapped returns the list of a struct that holds nothing else, if its name is a
// singular: a wrapper that only the wire knows.
func wrapped(v reflect.Value) reflect.Value {
	if v.NumField() != 1 || v.Field(0).Kind() != reflect.Slice || strings.HasSuffix(nameOf(v.Type().Field(0)), "s") {
		return reflect.Value{}
	}
	return v.Field(0)
}

// wrappedIn returns the list of a map that holds nothing else, if its name is a
// singular.
func wrappedIn(v reflect.Value) reflect.Value {
	if keys := v.MapKeys(); len(keys) == 1 && !strings.HasSuffix(keys[0].String(), "s") {
		if list := v.MapIndex(keys[0]); list.Kind() == reflect.Interface && list.Elem().Kind() == reflect.Slice {
			return list.Elem()
		}
	}
	return reflect.Value{}
}

// bodyFacts takes a request body apart: JSON, XML, or a text.
func bodyFacts(body string) map[string]string {
	facts := map[string]string{}
	if body == "" {
		return facts
	}
	var value any
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if d.Decode(&value) == nil {
		leaves(facts, "body", value)
		return facts
	}
	if root, err := elements(body); err == nil {
		leaves(facts, "body", root)
		return facts
	}
	facts["body"] = body
	return facts
}

// leaves notes every value below path, and what is empty.
func leaves(facts map[string]string, path string, value any) {
	switch value := value.(type) {
	case tree:
		if len(value) == 0 {
			facts[path] = "{}"
		}
		for name, v := range value {
			leaves(facts, path+"."+name, v)
		}
	case []any:
		if len(value) == 0 {
			facts[path] = "[]"
		}
		for i, v := range value {
			leaves(facts, path+"."+strconv.Itoa(i+1), v)
		}
	default:
		facts[path] = fmt.Sprint(value)
	}
}

// elements returns an XML document as a tree, in which elements of one name are
// a list.
func elements(text string) (tree, error) {
	type node struct {
		XMLName xml.Name
		Text    string `xml:",chardata"`
		Nodes   []node `xml:",any"`
	}
	var root node
	if err := xml.Unmarshal([]byte(text), &root); err != nil {
		return nil, err
	}
	var value func(node) any
	value = func(n node) any {
		if len(n.Nodes) == 0 {
			return n.Text
		}
		t := tree{}
		for _, child := range n.Nodes {
			name, v := child.XMLName.Local, value(child)
			if before, ok := t[name]; ok {
				list, isList := before.([]any)
				if !isList {
					list = []any{before}
				}
				list = append(list, v)
				v = list
			}
			t[name] = v
		}
		return t
	}
	return tree{root.XMLName.Local: value(root)}, nil
}

// shrink reduces an input for as long as it fails: it drops parameters and list
// items, and shortens texts.
func shrink(in tree, fails func(tree) bool) tree {
	for range 500 {
		smaller := slices.IndexFunc(reductions(in), func(r any) bool { return fails(r.(tree)) })
		if smaller < 0 {
			break
		}
		in = reductions(in)[smaller].(tree)
	}
	return in
}

// reductions returns the values that are a step smaller, the largest steps
// first and in the same order each time.
func reductions(value any) []any {
	var all []any
	switch value := value.(type) {
	case tree:
		names := slices.Sorted(maps.Keys(value))
		for _, name := range names {
			smaller := maps.Clone(value)
			delete(smaller, name)
			all = append(all, smaller)
		}
		for _, name := range names {
			for _, r := range reductions(value[name]) {
				smaller := maps.Clone(value)
				smaller[name] = r
				all = append(all, smaller)
			}
		}
	case []any:
		for i := range value {
			all = append(all, slices.Delete(slices.Clone(value), i, i+1))
		}
		for i := range value {
			for _, r := range reductions(value[i]) {
				smaller := slices.Clone(value)
				smaller[i] = r
				all = append(all, smaller)
			}
		}
	case string:
		runes := []rune(value)
		if n := len(runes); n > 1 {
			all = append(all, string(runes[:n/2]), string(runes[n/2:]), string(runes[1:]), string(runes[:n-1]))
		}
	case json.Number:
		if value != "0" && value != "1" {
			all = append(all, json.Number("0"), json.Number("1"))
		}
	}
	return all
}

// TestShrink checks that what remains of an input is what makes it fail.
func TestShrink(t *testing.T) {
	g := newGen(1)
	in := tree{"Name": g.text(30, 30), "Tag": []any{tree{"Key": "a"}, tree{"Key": "b", "Value": "x y*z"}, tree{"Key": "c"}}, "Size": json.Number("7")}
	got := shrink(in, func(in tree) bool {
		text, _ := json.Marshal(in)
		return strings.Contains(string(text), "*") && in["Tag"] != nil
	})
	text, _ := json.Marshal(got)
	if string(text) != `{"Name":"*","Tag":[]}` && string(text) != `{"Tag":[{"Value":"*"}]}` {
		t.Errorf("got %s", text)
	}
}

// TestFill checks that a misspelt parameter does not get lost, and the forms in
// which lists come.
func TestFill(t *testing.T) {
	var dst struct {
		IDs  []uint32 `rpc:"Ids,comma"`
		JSON []string `rpc:"Json,json"`
		Name *string  `json:"Name,omitempty"`
		Sub  struct{ Key string }
	}
	in := tree{"Ids": "1,4294967295", "Json": `["a","b"]`, "Name": "", "Sub": tree{"Key": "k"}}
	if err := fill(reflect.ValueOf(&dst), in, ""); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(dst.IDs, dst.JSON, *dst.Name == "", dst.Sub.Key); got != "[1 4294967295] [a b] truek" {
		t.Errorf("got %s", got)
	}
	if err := fill(reflect.ValueOf(&dst), tree{"Names": "x"}, ""); err == nil {
		t.Error("a parameter got lost")
	}
}
