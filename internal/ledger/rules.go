package ledger

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A rule is a call of package check in the source, with the words that it would
// report.
type rule struct {
	operation     string // empty for the rules of a type that several operations share
	field, reason string // field may be relative to an element of a list
}

// in reports whether r is the row of the rule.
func (r rule) in(row row) bool {
	if r.operation != "" && !slices.Contains(row.Operations, r.operation) || r.reason != row.Reason {
		return false
	}
	element := ".N"
	if r.field != "" {
		element += "." + r.field
	}
	return r.field == row.Parameter || strings.HasSuffix(row.Parameter, element)
}

// rulesOf returns the rules in the files of dir that are no tests: those of the
// Validate methods and of the functions that check.Each applies.
func rulesOf(t *testing.T, dir string) []rule {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	consts := map[string]string{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Names) == len(spec.Values) {
				for i, name := range spec.Names {
					if lit, ok := spec.Values[i].(*ast.BasicLit); ok {
						consts[name.Name] = literal(lit)
					}
				}
			}
			return true
		})
	}
	var rules []rule
	for _, f := range files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			operation := ""
			switch {
			case fn.Recv != nil && fn.Name.Name == "Validate":
				operation = strings.TrimSuffix(fn.Recv.List[0].Type.(*ast.Ident).Name, "Request")
			case fn.Recv != nil || fn.Name.Name == "build", fn.Name.Name == "AssumeRole": // the rules of Config and Role are no constraints of the service
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if r, ok := ruleOf(call, consts); ok {
						r.operation = operation
						rules = append(rules, r)
					}
				}
				return true
			})
		}
	}
	if rules == nil {
		t.Fatal("no rules found")
	}
	return rules
}

// ruleOf returns the rule that a call states. It follows the wording of package
// check.
func ruleOf(call *ast.CallExpr, consts map[string]string) (rule, bool) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return rule{}, false
	}
	if pkg, ok := sel.X.(*ast.Ident); !ok || pkg.Name != "check" {
		return rule{}, false
	}
	text := func(i int) string { return eval(call.Args[i], consts) }
	rest := func(i int) string {
		var words []string
		for ; i < len(call.Args); i++ {
			words = append(words, text(i))
		}
		return strings.Join(words, " or ")
	}
	between := func(i int) string {
		if text(i) == text(i+1) {
			return text(i)
		}
		return text(i) + " to " + text(i+1)
	}
	switch sel.Sel.Name {
	case "That":
		return rule{field: text(1), reason: text(2)}, true
	case "Required":
		return rule{field: text(0), reason: "is required"}, true
	case "Length":
		return rule{field: text(0), reason: "must have " + between(2) + " characters"}, true
	case "Range":
		return rule{field: text(0), reason: "must be " + between(2)}, true
	case "Items":
		return rule{field: text(0), reason: "must have at most " + text(2) + " items"}, true
	case "OneOf":
		return rule{field: text(0), reason: "must be " + rest(2)}, true
	case "NoPrefix":
		return rule{field: text(0), reason: "must not start with " + rest(2)}, true
	case "Lacks":
		return rule{field: text(0), reason: "must not contain " + rest(2)}, true
	case "NoControls":
		return rule{field: text(0), reason: "must not contain control characters"}, true
	case "ASCII":
		return rule{field: text(0), reason: "must have only printable ASCII characters"}, true
	case "Unique":
		return rule{field: text(0), reason: "must not repeat a key"}, true
	}
	return rule{}, false
}

// eval returns the text of an expression: a literal or a constant.
func eval(e ast.Expr, consts map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		return literal(e)
	case *ast.Ident:
		if v, ok := consts[e.Name]; ok {
			return v
		}
		return "*"
	}
	return "*"
}

func literal(lit *ast.BasicLit) string {
	if s, err := strconv.Unquote(lit.Value); err == nil {
		return s
	}
	return lit.Value
}
