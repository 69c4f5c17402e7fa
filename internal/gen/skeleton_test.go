package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSkeleton adds an operation to each service of a copy of the module. The copy
// compiles, and the tests of operations notice that nothing is filled in.
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
	run := func(command string, args ...string) string {
		// -trimpath: the cache has what a run in another directory compiled.
		cmd := exec.CommandContext(t.Context(), "go", append([]string{command, "-trimpath"}, args...)...)
		cmd.Dir = dir
		text, err := cmd.CombinedOutput()
		if failed := err != nil; failed != (command == "test") {
			t.Errorf("%s: %v\n%s", cmd, err, text)
		}
		return string(text)
	}
	run("vet", "./nas/...", "./oss/...", "./kms/...", "./efs/...", "./privatelink/...")
	// These tests are the same in all services; the fake of OSS has to learn a
	// route besides.
	text := run("test", "-run", "^(TestLedger|TestWire|TestDepth|TestOperations)$", "./kms", "./oss", "./internal/doccheck")
	want := map[string]int{
		"TestLedger/SetSomething_base": 2, "TestLedger/every_rule_has_a_row": 2, "TestWire/SetSomething": 2, "TestDepth/SetSomething": 2,
	}
	for service := range kinds {
		want["TestOperations/"+service] = 1
	}
	for name, times := range want {
		if n := strings.Count(text, "--- FAIL: "+name+" "); n != times {
			t.Errorf("%s fails %d times, want %d:\n%s", name, n, times, text)
		}
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
