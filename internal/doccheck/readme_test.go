package doccheck

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestREADME compiles the code of the README.
func TestREADME(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 6 {
		t.Fatalf("only %d blocks of code", len(blocks))
	}
	var code strings.Builder
	code.WriteString("package main\n\nimport (\n")
	for _, path := range []string{"context", "errors", "fmt", "time"} {
		fmt.Fprintf(&code, "%q\n", path)
	}
	for _, service := range services {
		fmt.Fprintf(&code, "%q\n", "github.com/accesspoint-go/accesspoint/"+service)
	}
	code.WriteString("\"github.com/accesspoint-go/accesspoint/nas/nastest\"\n)\n\nfunc main() {}\n")
	for i, b := range blocks {
		fmt.Fprintf(&code, "\nfunc block%d(ctx context.Context) error {\n%s\nreturn nil\n}\n\nvar _ = block%d\n", i, b[1], i)
	}
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(code.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", os.DevNull, file)
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
