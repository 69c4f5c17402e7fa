package doccheck

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^()\s]+)\)|(?:src|srcset|href)="([^"]+)"`)
	literal = regexp.MustCompile("(?s)```.*?```|`[^`]*`")
	heading = regexp.MustCompile(`(?m)^#+ +(.*)$`)
)

// TestLinks follows the links of all documents to files of this repository, to
// their headings, and to the pages that pkg.go.dev has of its packages. Other
// addresses have to be complete; nothing asks for them here.
func TestLinks(t *testing.T) {
	followed := 0
	for _, file := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(literal.ReplaceAllString(read(t, file), ""), -1) {
			target := m[1] + m[2]
			u, err := url.Parse(target)
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			to := path.Join(path.Dir(file), u.Path)
			switch {
			case u.Host == "pkg.go.dev" && strings.HasPrefix(u.Path, "/"+module):
				to = strings.TrimPrefix(u.Path, "/"+module) + "/"
				u.Fragment = ""
			case u.Scheme == "https" && strings.Contains(u.Host, "."):
				continue
			case u.IsAbs():
				t.Errorf("%s: %s is no address of a page", file, target)
				continue
			case u.Path == "":
				to = file
			}
			followed++
			if _, err := os.Stat(filepath.Join(root, to)); err != nil {
				t.Errorf("%s: %s leads nowhere", file, target)
			} else if u.Fragment != "" && !anchors(read(t, to))[u.Fragment] {
				t.Errorf("%s: %s: there is no such heading", file, target)
			}
		}
	}
	if followed < 20 {
		t.Errorf("only %d links", followed)
	}
}

// anchors returns the names that GitHub gives the headings of a document.
func anchors(text string) map[string]bool {
	names := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		name := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r > 127:
				return r
			}
			return -1
		}, strings.ToLower(m[1]))
		names[name] = true
	}
	return names
}
