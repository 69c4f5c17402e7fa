//go:build unix

package machine_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/credential/machine"
)

// TestRunLeavesChildren checks that a program that is stopped is not waited for
// by way of a child of it that lives on and keeps the output open.
func TestRunLeavesChildren(t *testing.T) {
	dir := t.TempDir()
	started, end := filepath.Join(dir, "started"), filepath.Join(dir, "end")
	for _, path := range []string{started, end} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := new(machine.Machine).Run(ctx, "cat '"+end+"' & echo > '"+started+"'; wait")
		done <- err
	}()
	if _, err := os.ReadFile(started); err != nil { // when there is a writer
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err == nil || !strings.Contains(err.Error(), "did not end") {
		t.Errorf("got %v", err)
	}
	f, err := os.OpenFile(end, os.O_WRONLY, 0) // lets the child end
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
}
