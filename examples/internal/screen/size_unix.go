//go:build darwin || dragonfly || freebsd || linux || netbsd

package screen

import (
	"os"
	"syscall"
	"unsafe"
)

// terminalColumns returns the width of f, 0 if it does not tell, and whether f is
// a terminal at all.
func terminalColumns(f *os.File) (columns int, ok bool) {
	var size struct{ rows, columns, x, y uint16 }
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
	return int(size.columns), errno == 0
}
