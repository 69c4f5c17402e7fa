package doccheck

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var write = flag.Bool("write", false, "write the dark pictures")

// dark are the colors of the dark pictures, after those of the light ones.
var dark = strings.NewReplacer(
	"#1f2328", "#f0f6fc", // text
	"#59636e", "#9198a1", // what is less important
	"#f6f8fa", "#151b23", "#d1d9e0", "#3d444d", // boxes
	"#0969da", "#4493f8", "#1a7f37", "#3fb950", "#d1242f", "#f85149",
)

// TestPictures checks that the dark pictures are the light ones in other colors,
// and with -write makes them so.
func TestPictures(t *testing.T) {
	files, err := filepath.Glob(root + "/.github/pictures/*.svg")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "-dark.svg") {
			continue
		}
		light, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(strings.NewReader(string(light))); err == nil; {
			_, err = d.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", file, err)
		}
		want, target := dark.Replace(string(light)), strings.TrimSuffix(file, ".svg")+"-dark.svg"
		if *write {
			if err := os.WriteFile(target, []byte(want), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(target); err != nil || string(got) != want {
			t.Errorf("%s is not %s in dark; go test ./internal/doccheck -run Pictures -write (%v)", target, file, err)
		}
	}
}
