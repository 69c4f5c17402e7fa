package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSkeleton adds an operation to each service of a copy of the module. The copy
// compiles, and every test of operations notices that nothing is filled in.
func TestSkeleton(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles a copy of the module")
	}
	dir := t.TempDir()
	copyModule(t, dir)
	for service := range kinds {
		if _, err := skeleton(dir, service, "SetSomething", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := skeleton(dir, service, "SetSomething", ""); err == nil {
			t.Errorf("%s: a second one does not fail", service)
		}
	}
	args := []string{"test", "-trimpath", "-run", "^(TestLedger|TestWire|TestDepth|TestOperations)$", "./internal/doccheck"} // -trimpath: for the cache
	for service := range kinds {
		args = append(args, "./"+service)
	}
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	text, err := cmd.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); !failed {
		t.Errorf("got %v", err)
	}
	for _, name := range []string{"TestLedger/SetSomething_base", "TestLedger/every_rule_has_a_row", "TestWire/SetSomething", "TestDepth/SetSomething"} {
		if n := strings.Count(string(text), "--- FAIL: "+name+" "); n != len(kinds) {
			t.Errorf("%s fails in %d services", name, n)
		}
	}
	for service := range kinds {
		if !strings.Contains(string(text), "--- FAIL: TestOperations/"+service+" ") {
			t.Errorf("the documentation of %s passes", service)
		}
	}
	if t.Failed() {
		t.Logf("%s", text)
	}
}

// TestFileNames checks what is made of names, and which are refused.
func TestFileNames(t *testing.T) {
	for operation, want := range map[string]string{
		"DescribeNetworkRule": "network_rule_describe.go", "SetSomething": "something_set.go", "Enable": "enable.go",
	} {
		if got := fileName(operation); got != want {
			t.Errorf("%s: got %s, want %s", operation, got, want)
		}
	}
	for file, ok := range map[string]bool{
		"something_set.go": true, "something_test.go": false, "something_linux.go": false, "something_arm64.go": false, "something": false, "../a.go": false,
	} {
		if err := named(file); (err == nil) != ok {
			t.Errorf("%s: %v", file, err)
		}
	}
	for _, c := range [][2]string{{"s3", "SetSomething"}, {"kms", "setSomething"}, {"kms", "Set-Something"}, {"kms", ""}} {
		if _, err := skeleton(t.TempDir(), c[0], c[1], ""); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
}

// copyModule copies the module without what it has nested in it.
func copyModule(t *testing.T, to string) {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		if d.IsDir() {
			_, nested := os.Stat(filepath.Join(path, "go.mod"))
			if name != "." && (nested == nil || strings.HasPrefix(d.Name(), ".")) || name == "examples" {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), text, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}
