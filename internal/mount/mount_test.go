package mount

import (
	"os/exec"
	"testing"
)

func TestFstabLine(t *testing.T) {
	for dir, want := range map[string]string{
		"/mnt/a":     "host:/ /mnt/a nfs hard,_netdev 0 0",
		"/a b\\\n":   `host:/ /a\040b\134\012 nfs hard,_netdev 0 0`,
		"/tab\there": `host:/ /tab\011here nfs hard,_netdev 0 0`,
	} {
		if got := FstabLine("nfs", "hard,_netdev", "host:/", dir); got != want {
			t.Errorf("got %q", got)
		}
	}
	if got := Command("nfs", "hard", "host:/", "/mnt/a"); got != "sudo mount -t nfs -o hard host:/ /mnt/a" {
		t.Errorf("got %q", got)
	}
}

// TestQuoted has a shell read what is quoted.
func TestQuoted(t *testing.T) {
	for _, word := range []string{"", "/mnt/a", "/a-b_c.d+e@f:g", "it's", "a b", "$HOME", "`x`", "a;b", "a\nb", `\`, "~", "*", "ä", `"`, "a&b|c>d<e(f)g#h!i"} {
		out, err := exec.Command("/bin/sh", "-c", "printf %s "+quoted(word)).Output()
		if err != nil || string(out) != word {
			t.Errorf("%q is read as %q, %v", word, out, err)
		}
	}
}
