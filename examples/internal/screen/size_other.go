//go:build !(darwin || dragonfly || freebsd || linux || netbsd)

package screen

import "os"

// terminalColumns takes nothing for a terminal here.
func terminalColumns(*os.File) (columns int, ok bool) { return 0, false }
