// Package doccheck tests the documentation of the public packages: that every
// export has a comment, links resolve, operations are complete, and the prose
// uses the terms of the field.
package doccheck

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var services = []string{"nas", "oss", "efs", "privatelink", "kms"}

// A source is a parsed package.
type source struct {
	name  string
	fset  *token.FileSet
	files []*ast.File // without tests
	doc   *doc.Package
}

func load(t *testing.T, dir string) source {
	t.Helper()
	dir = filepath.Join("..", "..", dir)
	bp, err := build.ImportDir(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := source{name: bp.Name, fset: token.NewFileSet()}
	parse := func(names ...string) (files []*ast.File) {
		for _, name := range names {
			f, err := parser.ParseFile(s.fset, filepath.Join(dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		return files
	}
	s.files = parse(bp.GoFiles...)
	// Package doc cuts what is not exported out of the files that it is given.
	all := parse(slices.Concat(bp.GoFiles, bp.TestGoFiles, bp.XTestGoFiles)...)
	s.doc, err = doc.NewFromFiles(s.fset, all, "github.com/accesspoint-go/accesspoint/"+bp.Name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func eachPackage(t *testing.T, f func(*testing.T, source)) {
	for _, service := range services {
		for _, dir := range []string{service, service + "/" + service + "test"} {
			t.Run(dir, func(t *testing.T) { f(t, load(t, dir)) })
		}
	}
}

// TestComments looks for exports without a comment, and for links in comments
// that lead nowhere.
func TestComments(t *testing.T) {
	eachPackage(t, func(t *testing.T, s source) {
		text := func(what, comment string) {
			if strings.TrimSpace(comment) == "" {
				t.Errorf("%s has no comment", what)
			}
			for _, link := range deadLinks(s.doc, comment) {
				t.Errorf("%s: %s leads nowhere", what, link)
			}
		}
		values := func(values []*doc.Value) {
			for _, v := range values {
				for _, spec := range v.Decl.Specs {
					spec := spec.(*ast.ValueSpec)
					text(strings.Join(names(spec.Names), ", "), v.Doc+spec.Doc.Text()+spec.Comment.Text())
				}
			}
		}
		functions := func(prefix string, functions []*doc.Func) {
			for _, f := range functions {
				text(prefix+f.Name, f.Doc)
			}
		}
		text("package "+s.name, s.doc.Doc)
		values(s.doc.Consts)
		values(s.doc.Vars)
		functions("", s.doc.Funcs)
		for _, ty := range s.doc.Types {
			text(ty.Name, ty.Doc)
			values(ty.Consts)
			values(ty.Vars)
			functions("", ty.Funcs)
			functions(ty.Name+".", ty.Methods)
		}
	})
}

var linkForm = regexp.MustCompile(`\[\*?[A-Z]\w*(\.\w+)?\]`)

func deadLinks(p *doc.Package, text string) (dead []string) {
	var inspect func(blocks []comment.Block)
	inspect = func(blocks []comment.Block) {
		for _, b := range blocks {
			switch b := b.(type) {
			case *comment.Paragraph:
				for _, x := range b.Text {
					if plain, ok := x.(comment.Plain); ok {
						dead = append(dead, linkForm.FindAllString(string(plain), -1)...)
					}
				}
			case *comment.List:
				for _, item := range b.Items {
					inspect(item.Content)
				}
			}
		}
	}
	inspect(p.Parser().Parse(text).Content)
	return dead
}

// TestFields asks for a comment at every field of a configuration, and for one
// at the fields of requests that says what they take.
func TestFields(t *testing.T) {
	for _, service := range services {
		s := load(t, service)
		for _, ty := range s.doc.Types {
			if ty.Name != "Config" && !strings.HasSuffix(ty.Name, "Request") && !strings.HasSuffix(ty.Name, "Options") {
				continue
			}
			st, ok := ty.Decl.Specs[0].(*ast.TypeSpec).Type.(*ast.StructType)
			if !ok {
				continue
			}
			for _, f := range st.Fields.List {
				if f.Doc.Text()+f.Comment.Text() == "" {
					t.Errorf("%s.%s.%s has no comment", service, ty.Name, strings.Join(names(f.Names), ", "))
				}
			}
		}
	}
}

// TestNothingHidesInInternal looks for aliases, and for exports whose types, or
// values in the service packages, name a package that readers cannot look up.
func TestNothingHidesInInternal(t *testing.T) {
	eachPackage(t, func(t *testing.T, s source) {
		for _, f := range s.files {
			internal := map[string]bool{}
			for _, imp := range f.Imports {
				if path := strings.Trim(imp.Path.Value, `"`); strings.Contains(path, "/internal/") {
					internal[filepath.Base(path)] = true
				}
			}
			hidden := func(what string, n ast.Node) {
				ast.Inspect(n, func(n ast.Node) bool {
					if sel, ok := n.(*ast.SelectorExpr); ok {
						if x, ok := sel.X.(*ast.Ident); ok && internal[x.Name] {
							t.Errorf("%s: %s.%s is internal", what, x.Name, sel.Sel.Name)
						}
					}
					return true
				})
			}
			for _, d := range f.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
						hidden(d.Name.Name, d.Type)
					}
				case *ast.GenDecl:
					for _, spec := range d.Specs {
						if v, ok := spec.(*ast.ValueSpec); ok && v.Names[0].IsExported() && slices.Contains(services, s.name) {
							hidden(v.Names[0].Name, v)
						}
						ty, ok := spec.(*ast.TypeSpec)
						if !ok || !ty.Name.IsExported() {
							continue
						}
						if ty.Assign.IsValid() {
							t.Errorf("%s is an alias: go doc would not show what it is", ty.Name.Name)
						}
						if st, ok := ty.Type.(*ast.StructType); ok {
							for _, field := range st.Fields.List {
								if len(field.Names) == 0 || field.Names[0].IsExported() {
									hidden(ty.Name.Name, field.Type)
								}
							}
						} else {
							hidden(ty.Name.Name, ty.Type)
						}
					}
				}
			}
		}
	})
}

// operations returns the names of the raw operations of a package, with their
// comments: the methods of Client that take a request named after them.
func (s source) operations() map[string]string {
	ops := map[string]string{}
	for _, ty := range s.doc.Types {
		if ty.Name != "Client" {
			continue
		}
		for _, m := range ty.Methods {
			p, r := m.Decl.Type.Params.List, m.Decl.Type.Results
			if len(p) != 2 || r == nil {
				continue
			}
			_, isPointer := r.List[0].Type.(*ast.StarExpr) // EnsureAccessPoint and the like return values
			if id, ok := p[1].Type.(*ast.Ident); ok && isPointer && id.Name == m.Name+"Request" {
				ops[m.Name] = m.Doc
			}
		}
	}
	return ops
}

// TestActions asks of each method of a client that sends requests the action that it
// needs, or the method whose comment names it.
func TestActions(t *testing.T) {
	for _, service := range services {
		for _, ty := range load(t, service).doc.Types {
			if ty.Name != "Client" {
				continue
			}
			for _, m := range ty.Methods {
				takes := m.Decl.Type.Params.List
				if len(takes) > 0 && names(takes[0].Names)[0] == "ctx" && !strings.Contains(m.Doc, " action") && !strings.Contains(m.Doc, "[Client.") {
					t.Errorf("the comment of %s.%s names no action", service, m.Name)
				}
			}
		}
	}
}

// ahead are the operations that a fake has before its package does. Remove those
// that the package has.
var ahead = []string{"ListTagResources", "TagResources", "UntagResources"}

// TestOperations asks of each operation its API page, the action that it needs,
// its errors, a place in the guide and in the fake, and a golden wire file. It
// also looks for golden files of operations that do not exist.
func TestOperations(t *testing.T) {
	for _, service := range services {
		t.Run(service, func(t *testing.T) {
			s := load(t, service)
			ops := s.operations()
			if len(ops) < 3 {
				t.Fatalf("only %d operations found", len(ops))
			}
			for name, comment := range ops {
				for _, part := range []string{"API reference: https://", " action: ", "Errors: "} {
					if !strings.Contains(comment, part) {
						t.Errorf("the comment of %s lacks %q", name, part)
					}
				}
				if strings.Contains(comment, "TODO") {
					t.Errorf("the comment of %s is not finished", name)
				}
				if !strings.Contains(s.doc.Doc, "[Client."+name+"]") {
					t.Errorf("the package comment does not link %s", name)
				}
			}
			fake := load(t, service+"/"+service+"test").table()
			fake = slices.DeleteFunc(fake, func(name string) bool { return ops[name] == "" && slices.Contains(ahead, name) })
			if d := cmp.Diff(slices.Sorted(maps.Keys(ops)), fake); d != "" {
				t.Errorf("operations and those of the fake (-operations +fake):\n%s", d)
			}
			files, err := filepath.Glob(filepath.Join("..", "..", service, "testdata", "wire", "*.txt"))
			if err != nil {
				t.Fatal(err)
			}
			golden := map[string]bool{}
			for _, f := range files {
				// A second file of an operation is named after it and a hyphen.
				name, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(f), ".txt"), "-")
				golden[name] = true
			}
			if d := cmp.Diff(slices.Sorted(maps.Keys(ops)), slices.Sorted(maps.Keys(golden))); d != "" {
				t.Errorf("operations and golden files (-operations +files):\n%s", d)
			}
		})
	}
}

// table returns the names in the table of operations of a fake.
func (s source) table() (names []string) {
	for _, f := range s.files {
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			table, ok := lit.Type.(*ast.MapType)
			if !ok {
				return true
			}
			if _, ok := table.Value.(*ast.FuncType); !ok {
				return true
			}
			for _, e := range lit.Elts {
				name, _ := strconv.Unquote(e.(*ast.KeyValueExpr).Key.(*ast.BasicLit).Value)
				names = append(names, name)
			}
			return true
		})
	}
	slices.Sort(names)
	return names
}

// receiver returns the name of the type that a method belongs to.
func receiver(d *ast.FuncDecl) string {
	ty := d.Recv.List[0].Type
	if star, ok := ty.(*ast.StarExpr); ok {
		ty = star.X
	}
	return fmt.Sprint(ty)
}

func names(ids []*ast.Ident) []string {
	var s []string
	for _, id := range ids {
		s = append(s, id.Name)
	}
	return s
}
