package machine

import (
	"net/http"
	"slices"
	"testing"
)

// TestProxy checks that a service of the machine itself is not asked through a
// proxy, which would ask its own.
func TestProxy(t *testing.T) {
	for _, near := range []bool{true, false} {
		if proxy := new(Machine).transport(near).(*http.Transport).Proxy; (proxy == nil) != near {
			t.Errorf("near %v: proxy %v", near, proxy != nil)
		}
	}
}

// TestShell checks how a command line reaches the shell. The one of Windows takes
// off the first and the last quote of what stands behind /S /C.
func TestShell(t *testing.T) {
	const command = `"C:\Program Files\key tool.exe" --for "a b"`
	argv, line := shell("windows", `C:\Windows\system32\cmd.exe`, command)
	if want := `"C:\Windows\system32\cmd.exe" /S /C "` + command + `"`; line != want || len(argv) != 1 || argv[0] != `C:\Windows\system32\cmd.exe` {
		t.Errorf("Windows: %q, %s", argv, line)
	}
	if argv, _ := shell("windows", "", command); argv[0] == "" {
		t.Error("Windows without ComSpec: no shell")
	}
	if argv, line := shell("linux", "", command); line != "" || !slices.Equal(argv, []string{"/bin/sh", "-c", command}) {
		t.Errorf("Linux: %q, %s", argv, line)
	}
}
