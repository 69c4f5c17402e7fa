//go:build !plan9

package fake

import "syscall"

const errConnReset = syscall.ECONNRESET
