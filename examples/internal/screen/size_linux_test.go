package screen

import (
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// TestTerminal asks a terminal for its width, which changes.
func TestTerminal(t *testing.T) {
	f, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = f.Close() }()
	t.Setenv("TERM", "xterm")
	t.Setenv("COLUMNS", "70")
	s := New(f)
	for columns, want := range map[uint16]int{132: 131, 40: 39, 0: 69, 1: 1} {
		size := struct{ rows, columns, x, y uint16 }{columns: columns}
		if _, _, err := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCSWINSZ, uintptr(unsafe.Pointer(&size))); err != 0 {
			t.Fatal(err)
		}
		if got := s.columns(); got != want || !s.rewrite {
			t.Errorf("%d columns of %d, written over: %t", got, columns, s.rewrite)
		}
	}
	for columns, want := range map[string]int{"": 79, "many": 79, "-3": 79} {
		t.Setenv("COLUMNS", columns)
		size := struct{ rows, columns, x, y uint16 }{}
		_, _, _ = syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCSWINSZ, uintptr(unsafe.Pointer(&size)))
		if got := s.columns(); got != want {
			t.Errorf("%d columns where COLUMNS is %q", got, columns)
		}
	}
	for _, term := range []string{"dumb", ""} {
		t.Setenv("TERM", term)
		if s := New(f); s.rewrite || s.columns() == 0 {
			t.Errorf("TERM=%s: written over: %t, of %d columns", term, s.rewrite, s.columns())
		}
	}
}
