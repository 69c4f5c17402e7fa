package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The parts of a skeleton. In them, SERVICE and OPERATION stand for those, and
// HANDLER for the name of the fake's method.
const (
	operationFile = `package SERVICE

import (
	"context"
IMPORTS
)

// OPERATIONRequest holds the parameters of [Client.OPERATION].
type OPERATIONRequest struct {
FIELDS
}

// Validate checks in against the documented constraints, without sending it.
func (in OPERATIONRequest) Validate() error {
	return invalid("OPERATION", check.Required("REQUIRED", in.REQUIRED))
}

// OPERATIONResponse is the response of [Client.OPERATION].
type OPERATIONResponse struct {
	RequestID string RESPONSETAG
}

// OPERATION TODO: say what it does, whether it is asynchronous, whether
// and why it is retried, which codes it can return, the permission that it needs,
// and its API page.
func (c *Client) OPERATION(ctx context.Context, in OPERATIONRequest) (*OPERATIONResponse, error) {
BODY
}
`
	handler = `
// TODO: a call that passes the rules of constraints.json.
func (s *Server) HANDLER(*fake.Call) (fake.Answer, *fake.Refusal) {
	return fake.Answer{}, &fake.Refusal{Status: 501, Code: "NotImplemented", Message: "TODO"}
}
`
	ledgerBase = `    "OPERATION": {}`
	ledgerRow  = `    {
      "operations": ["OPERATION"],
      "parameter": "REQUIRED", "source": "",
      "constraint": "",
      "reason": "is required", "rule": {"required": true},
      "accept": [], "reject": []
    }`
	wireRequest  = "\t\"OPERATION\": SERVICE.OPERATIONRequest{},\n"
	tableOfAFake = "\t\t\"OPERATION\": s.HANDLER,\n"
	left         = `OPERATION compiles. What is left, until the tests pass:

  SERVICE/FILE: parameters, constraints, response, effect, comment
  SERVICE/doc.go: its place in the index
  SERVICE/SERVICEtest/constraints.json: a base that is valid, a row for each constraint
  SERVICE/SERVICEtest/operations.go: what the fake doesROUTE
  SERVICE/wire_test.go: a request with all parameters, then
  go test ./SERVICE -run TestWire/OPERATION -update
`
)

// A kind is what the operations of a service differ in from those of others.
type kind struct {
	imports  []string
	required string // the parameter that the skeleton has
	fields   string
	tag      string // of RequestID in the response
	body     string
	route    string // what else the fake needs
}

var rpcImports = []string{"internal/check", "internal/retry", "internal/rpc"}

var kinds = map[string]kind{
	"nas": {
		imports: rpcImports, required: "Name",
		fields: "\tName string `rpc:\"Name\"` // required",
		tag:    "`json:\"RequestId\"`",
		body:   "\treturn call[OPERATIONResponse](ctx, c, rpc.Op{Name: \"OPERATION\", Version: version, Effect: retry.NonIdempotent}, in)",
	},
	"kms": {
		imports: rpcImports, required: "Name",
		fields: "\tName string `rpc:\"Name\"` // required",
		tag:    "`json:\"RequestId\"`",
		body:   "\treturn call[OPERATIONResponse](ctx, c, rpc.Op{Name: \"OPERATION\", Version: version, Effect: retry.NonIdempotent}, in)",
	},
	"privatelink": {
		imports: rpcImports, required: "Name",
		fields: "\tRegionID string `rpc:\"RegionId\"` // default: the client's\n\tName string `rpc:\"Name\"` // required",
		tag:    "`json:\"RequestId\"`",
		body: "\tin.RegionID = c.region(in.RegionID)\n" +
			"\treturn call[OPERATIONResponse](ctx, c, rpc.Op{Name: \"OPERATION\", Version: version, Effect: retry.NonIdempotent}, \"\", in)",
	},
	"efs": {
		imports: []string{"net/http", "internal/check", "internal/rest", "internal/retry", "internal/uri"}, required: "Name",
		fields: "\tName string `name:\"Name\"` // required",
		tag:    "`json:\"-\"`",
		body: "\treturn call[OPERATIONResponse](ctx, c, rest.Op{\n" +
			"\t\tName: \"OPERATION\", Effect: retry.NonIdempotent, Method: http.MethodPut, Path: uri.Path(version, \"TODO\", in.Name),\n\t}, \"\", in)",
		route: "; its route in dialect.go",
	},
	"oss": {
		imports: []string{"net/http", "internal/check", "internal/retry"}, required: "Bucket",
		fields: "\tBucket string // required",
		tag:    "`xml:\"-\"`",
		body: "\treturn call[OPERATIONResponse](ctx, c, operation{\n" +
			"\t\tname: \"OPERATION\", effect: retry.NonIdempotent, method: http.MethodPost, bucket: in.Bucket, sub: \"TODO\", answer: \"OPERATIONResult\",\n\t}, in)",
		route: "; its route in dialect.go",
	},
}

// skeleton writes the parts of an operation into the module in root, and returns
// what is left to do. If file is empty, its name begins with the resource.
func skeleton(root, service, operation, file string) (string, error) {
	k, ok := kinds[service]
	if !ok {
		return "", fmt.Errorf("there is no service %q", service)
	}
	if !regexp.MustCompile(`^[A-Z][a-zA-Z0-9]*$`).MatchString(operation) {
		return "", fmt.Errorf("%q is no name of an operation", operation)
	}
	if file == "" {
		file = fileName(operation)
	}
	if err := named(file); err != nil {
		return "", err
	}
	dir := filepath.Join(root, service)
	fake := filepath.Join(dir, service+"test")
	target := filepath.Join(dir, file)
	if _, err := os.Stat(target); err == nil {
		return "", fmt.Errorf("%s exists", target)
	}
	fill := strings.NewReplacer("OPERATION", operation, "SERVICE", service, "HANDLER", strings.ToLower(operation[:1])+operation[1:],
		"REQUIRED", k.required, "FIELDS", k.fields, "RESPONSETAG", k.tag, "FILE", file, "ROUTE", k.route).Replace
	// Everything is made before anything is written.
	var files edits
	files.add(target, func(string) (string, error) {
		text := strings.NewReplacer("IMPORTS", importLines(k.imports), "BODY", k.body).Replace(operationFile)
		return fill(text), nil
	})
	files.add(filepath.Join(fake, "constraints.json"), func(text string) (string, error) {
		text, err := before(text, "\n  },\n  \"rows\"", ",\n"+fill(ledgerBase))
		if err != nil {
			return "", err
		}
		return before(text, "\n  ]\n}", ",\n"+fill(ledgerRow))
	})
	files.add(filepath.Join(fake, "operations.go"), func(text string) (string, error) { return text + fill(handler), nil })
	files.add(filepath.Join(fake, service+"test.go"), func(text string) (string, error) {
		return intoMap(text, "Operations", fill(tableOfAFake))
	})
	files.add(filepath.Join(dir, "wire_test.go"), func(text string) (string, error) {
		return intoMap(text, "requests", fill(wireRequest))
	})
	if err := files.write(); err != nil {
		return "", err
	}
	return fill(left), nil
}

// fileName returns the name of an operation's file: DescribeNetworkRule is in
// network_rule_describe.go.
func fileName(operation string) string {
	words := regexp.MustCompile(`[A-Z][a-z0-9]*`).FindAllString(operation, -1)
	words = append(words[1:], words[0])
	return strings.ToLower(strings.Join(words, "_")) + ".go"
}

// named refuses names that Go reads as those of tests, or of files for one
// operating system or architecture.
func named(file string) error {
	if filepath.Base(file) != file || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
		return fmt.Errorf("%q is no name of an operation's file", file)
	}
	nowhere := build.Default
	nowhere.GOOS, nowhere.GOARCH = "none", "none"
	dir, err := os.MkdirTemp("", "gen")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.WriteFile(filepath.Join(dir, file), []byte("package p\n"), 0o600); err != nil {
		return err
	}
	if ok, err := nowhere.MatchFile(dir, file); err != nil || !ok {
		return errors.Join(fmt.Errorf("%q is the name of a file for one operating system or architecture", file), err)
	}
	return nil
}

// importLines returns the lines that import packages of the standard library,
// then of this module.
func importLines(paths []string) string {
	var std, own []string
	for _, path := range paths {
		if rest, ok := strings.CutPrefix(path, "internal/"); ok {
			own = append(own, "\t\"github.com/accesspoint-go/accesspoint/internal/"+rest+"\"")
		} else {
			std = append(std, "\t\""+path+"\"")
		}
	}
	return strings.Join(slices.Concat(std, []string{""}, own), "\n")
}

// before puts part in front of the only place where text has mark.
func before(text, mark, part string) (string, error) {
	if n := strings.Count(text, mark); n != 1 {
		return "", fmt.Errorf("it has %q %d times", mark, n)
	}
	return strings.Replace(text, mark, part+mark, 1), nil
}

// intoMap puts a line at the end of the map literal that a Go file assigns to the
// variable or field name.
func intoMap(text, name, line string) (string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", text, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	end := token.NoPos
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			if n.Names[0].Name == name && len(n.Values) == 1 {
				end = n.Values[0].End()
			}
		case *ast.AssignStmt:
			if field, ok := n.Lhs[0].(*ast.SelectorExpr); ok && field.Sel.Name == name {
				end = n.Rhs[0].End()
			}
		}
		return true
	})
	if !end.IsValid() {
		return "", fmt.Errorf("it has no map %s", name)
	}
	at := strings.LastIndexByte(text[:files.Position(end).Offset], '\n') + 1
	return text[:at] + line + text[at:], nil
}

// edits are files and their new contents.
type edits struct {
	paths    []string
	contents [][]byte
	err      error
}

// add plans that what change makes of the text of a file is written. The text of
// one that does not exist is empty.
func (e *edits) add(path string, change func(text string) (string, error)) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		e.err = errors.Join(e.err, err)
		return
	}
	changed, err := change(string(text))
	content := []byte(changed)
	if err == nil && strings.HasSuffix(path, ".go") {
		content, err = format.Source(content)
	}
	if err != nil {
		e.err = errors.Join(e.err, fmt.Errorf("%s: %w", path, err))
	}
	e.paths, e.contents = append(e.paths, path), append(e.contents, content)
}

func (e *edits) write() error {
	if e.err != nil {
		return e.err
	}
	for i, path := range e.paths {
		if err := os.WriteFile(path, e.contents[i], 0o644); err != nil {
			return err
		}
	}
	return nil
}
