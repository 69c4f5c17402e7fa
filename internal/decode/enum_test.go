package decode_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestEnums checks that each field of a response that has a type with constants
// lists them, all of them and no others, in its enum tag.
func TestEnums(t *testing.T) {
	for _, service := range []string{"nas", "oss", "efs", "privatelink", "kms"} {
		files, err := filepath.Glob("../../" + service + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		constants := map[string][]string{} // by type
		var fields []*ast.Field
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ValueSpec:
					if typ, ok := n.Type.(*ast.Ident); ok && len(n.Values) == 1 {
						if value, ok := n.Values[0].(*ast.BasicLit); ok && value.Kind == token.STRING {
							text, _ := strconv.Unquote(value.Value)
							constants[typ.Name] = append(constants[typ.Name], text)
						}
					}
				case *ast.TypeSpec:
					return !strings.HasSuffix(n.Name.Name, "Request")
				case *ast.Field:
					fields = append(fields, n)
				}
				return true
			})
		}
		checked := map[string]bool{}
		for _, f := range fields {
			if f.Tag == nil {
				continue
			}
			typ := f.Type
			if list, ok := typ.(*ast.ArrayType); ok {
				typ = list.Elt
			}
			name, _ := typ.(*ast.Ident)
			text, _ := strconv.Unquote(f.Tag.Value)
			tag := reflect.StructTag(text)
			if service == "efs" && name != nil && name.Name == "Transition" {
				continue // ten values in three fields, which the service returns as they were set
			}
			if name == nil || constants[name.Name] == nil || tag.Get("json") == "" && tag.Get("xml") == "" {
				continue // no field of a response
			}
			checked[name.Name] = true
			if service == "nas" && name.Name == "StorageType" && tag.Get("enum") == "" {
				continue // zones spell it otherwise than file systems
			}
			// A field may have some of the values only, or more than there are constants.
			got, want := strings.Split(tag.Get("enum"), ","), constants[name.Name]
			if !within(got, want) && !within(want, got) {
				t.Errorf("%s: %s %s is tagged with %q, not %q", service, f.Names[0].Name, name.Name, got, want)
			}
		}
		if len(checked) == 0 {
			t.Errorf("%s: no field was found", service)
		}
	}
}

// within reports whether some are all among others.
func within(some, others []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(others, s) })
}
