package doccheck

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

const (
	root   = "../.."
	module = "github.com/accesspoint-go/accesspoint"
)

// A block is code that stands in a document.
type block struct {
	file string // in root
	line int
	lang string // go, sh or text
	text string
}

func (b block) String() string { return fmt.Sprintf("%s:%d", b.file, b.line) }

// documents returns the Markdown files of the repository.
func documents(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "testdata", "node_modules"}, d.Name()):
			return filepath.SkipDir
		case filepath.Ext(path) == ".md":
			name, err := filepath.Rel(root, path)
			files = append(files, filepath.ToSlash(name))
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// read returns the text of a file in root.
func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// languages are those that documents have code in. That of python and js needs what
// is not here; only the packages of a program in Go are known to be.
var languages = []string{"go", "sh", "text", "python", "js"}

// fenced returns the blocks of a Markdown file. One that is only indented counts if
// its first line is a command.
func fenced(t *testing.T, file string) (blocks []block) {
	t.Helper()
	var open *block
	indent := "" // of a block in a list
	blank, more := true, false
	for i, line := range strings.Split(read(t, file), "\n") {
		body := strings.TrimLeft(line, " ")
		switch {
		case open == nil && strings.HasPrefix(body, "```"):
			indent = line[:len(line)-len(body)]
			open = &block{file, i + 1, strings.TrimPrefix(body, "```"), ""}
			if !slices.Contains(languages, open.lang) {
				t.Errorf("%s: a block of %q; known are %q", open, open.lang, languages)
			}
		case open != nil && body == "```":
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			open.text += strings.TrimPrefix(line, indent) + "\n"
		case more && strings.HasPrefix(line, "    "):
			blocks[len(blocks)-1].text += body + "\n"
			continue
		case blank && strings.HasPrefix(line, "    ") && command.MatchString(body+" "):
			blocks = append(blocks, block{file, i + 1, "sh", body + "\n"})
			more = true
			continue
		}
		blank, more = body == "", false
	}
	if open != nil {
		t.Errorf("%s does not end", open)
	}
	return blocks
}

var command = regexp.MustCompile(`^(\w+=\S+ )*(go|cd|git|curl|\.ci/\w+) `)

// commented returns the blocks of a package comment: commands, Go, and text such
// as a table, which has no brackets.
func commented(t *testing.T, dir string) (blocks []block) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range new(comment.Parser).Parse(f.Doc.Text()).Content {
			code, ok := b.(*comment.Code)
			if !ok {
				continue
			}
			first, _, _ := strings.Cut(code.Text, "\n")
			before, _, _ := strings.Cut(read(t, dir+"/"+filepath.Base(path)), "\n//\t"+first+"\n")
			found := block{dir + "/" + filepath.Base(path), strings.Count(before, "\n") + 1, "go", code.Text}
			switch {
			case command.MatchString(code.Text):
				found.lang = "sh"
			case !strings.ContainsAny(code.Text, "(){}"):
				found.lang = "text"
			}
			blocks = append(blocks, found)
		}
	}
	return blocks
}

// blocks returns those of all documents and package comments. Of packages that
// nobody outside can import only the commands count: the rest are drawings.
func blocks(t *testing.T) (blocks []block) {
	t.Helper()
	for _, file := range documents(t) {
		blocks = append(blocks, fenced(t, file)...)
	}
	for _, service := range services {
		blocks = append(blocks, commented(t, service)...)
		blocks = append(blocks, commented(t, service+"/"+service+"test")...)
	}
	for _, pattern := range []string{"examples/*", "internal/*"} {
		dirs, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range dirs {
			name, _ := filepath.Rel(root, dir)
			for _, b := range commented(t, filepath.ToSlash(name)) {
				if b.lang == "sh" {
					blocks = append(blocks, b)
				}
			}
		}
	}
	return blocks
}

// packages are what the code in documents may use.
var packages = []string{"context", "errors", "fmt", "log", "log/slog", "net/http", "os", "testing", "testing/synctest", "time"}

// free are the names that code in documents may use without a declaration, with
// their types. In these, SERVICE is the service that the code is about.
var free = [][2]string{
	{"ctx", "context.Context"}, {"t", "*testing.T"}, {"err", "error"},
	{"client", "*SERVICE.Client"}, {"cfg", "SERVICE.Config"}, {"srv", "*SERVICEtest.Server"},
	{"ap", "oss.AccessPoint"}, {"wanted", "SERVICE.WANTED"}, {"policy", "string"}, {"password", "string"}, {"store", "func(kms.Secret)"},
}

// wanted are the requests that say what a service is to ensure.
var wanted = map[string]string{
	"nas": "CreateAccessPointRequest", "oss": "EnsureAccessPointRequest", "efs": "CreateAccessPointRequest",
	"privatelink": "CreateVpcEndpointRequest", "kms": "CreateApplicationAccessPointRequest",
}

// function returns a function with the code of b in it.
func function(b block, number int) (string, error) {
	code := strings.NewReplacer(", ... }", "}", "{ ... }", "{}").Replace(b.text)
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() {\n"+code+"\n}", parser.SkipObjectResolution)
	if err != nil {
		return "", fmt.Errorf("%s: %w", b, err)
	}
	body := file.Decls[0].(*ast.FuncDecl).Body
	used := map[string]bool{}
	about := "nas"
	for i := len(services) - 1; i >= 0; i-- {
		if strings.Contains(b.text, services[i]+".") || strings.HasPrefix(b.file, services[i]+"/") {
			about = services[i]
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			used[id.Name] = true
		}
		return true
	})
	var params []string
	for _, f := range free {
		if used[f[0]] {
			params = append(params, f[0]+" "+strings.NewReplacer("SERVICE", about, "WANTED", wanted[about]).Replace(f[1]))
		}
	}
	return fmt.Sprintf("\nfunc block%d(%s) error {\n\t{\n//line %s:%d\n%s\n\t}\n\treturn nil\n}\n\nvar _ = block%d\n",
		number, strings.Join(params, ", "), b.file, b.line+1, code, number), nil
}

// imports returns the import declaration for code.
func imports(code string) string {
	paths := slices.Clone(packages)
	for _, s := range services {
		paths = append(paths, module+"/"+s, module+"/"+s+"/"+s+"test")
	}
	var lines []string
	for _, path := range paths {
		if regexp.MustCompile(`\b` + filepath.Base(path) + `\.[A-Z]`).MatchString(code) {
			lines = append(lines, fmt.Sprintf("\t%q\n", path))
		}
	}
	return "package main\n\nimport (\n" + strings.Join(lines, "") + ")\n"
}

// TestWidth checks that the code of package comments fits the column that pkg.go.dev
// has for it, which cuts off what does not.
func TestWidth(t *testing.T) {
	for _, b := range blocks(t) {
		for line := range strings.Lines(b.text) {
			line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", "    ")
			if strings.HasSuffix(b.file, ".go") && utf8.RuneCountInString(line) > 112 {
				t.Errorf("%s: %s", b, line)
			}
		}
	}
}

// TestGoBlocks compiles the Go code of all documents and package comments: as
// functions, or if it is a program, as such. A program is run, and prints the text
// that comes next.
func TestGoBlocks(t *testing.T) {
	all := blocks(t)
	var functions strings.Builder
	n := 0
	for i, b := range all {
		switch {
		case b.lang != "go" || strings.Contains(b.text, "// official: "): // internal/conformance compiles those
		case official.MatchString(b.text): // it shows that SDK with the emulator
		case strings.HasPrefix(b.text, "package main\n"):
			want := ""
			if i+1 < len(all) && all[i+1].lang == "text" {
				want = all[i+1].text
			}
			got, errs := golang(t, "run", program(t, b.text))
			if errs != "" {
				t.Errorf("%s: %s", b, errs)
			}
			if got != want {
				t.Errorf("%s prints (-said +printed)\n%s", b, cmp.Diff(want, got))
			}
		default:
			f, err := function(b, i)
			if err != nil {
				t.Error(err)
				continue
			}
			functions.WriteString(f)
			n++
		}
	}
	if n < 20 {
		t.Errorf("only %d blocks of code", n)
	}
	_, errs := golang(t, "build", "-gcflags=-e", "-o", os.DevNull, program(t, imports(functions.String())+functions.String()+"\nfunc main() {}\n"))
	for line := range strings.Lines(errs) {
		if !strings.HasPrefix(line, "#") && !unfinished(line) {
			t.Error(strings.TrimSpace(line))
		}
	}
}

// unfinished reports whether an error is that of a fragment, whose values are for
// what would come next. In Markdown, which people copy from, an error is handled.
func unfinished(line string) bool {
	where, name, ok := strings.Cut(strings.TrimSpace(line), ": declared and not used: ")
	return ok && (name != "err" || !strings.Contains(where, ".md:"))
}

// official are imports of official SDKs, which this module does not have.
var official = regexp.MustCompile(`"github\.com/(aws|aliyun|alibabacloud-go)/`)

// program writes a program and returns its file.
func program(t *testing.T, code string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// golang runs the go command in root and returns what it prints.
func golang(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = root, &out, &errs
	if err := cmd.Run(); err != nil && errs.Len() == 0 {
		t.Errorf("%s: %v", cmd, err)
	}
	return out.String(), errs.String()
}
