package doccheck

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/operations"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

var clients = map[string]any{"nas": &nas.Client{}, "oss": &oss.Client{}, "efs": &efs.Client{}, "privatelink": &privatelink.Client{}, "kms": &kms.Client{}}

var word = regexp.MustCompile("`(\\w+)`")

// TestMigrating checks that the table of each service in MIGRATING.md has all of its
// operations, and names no method that its client does not have.
func TestMigrating(t *testing.T) {
	var found []string
	for _, table := range strings.Split(read(t, ".github/MIGRATING.md"), "\n| official SDK | `")[1:] {
		service, rows, _ := strings.Cut(table, "`")
		found = append(found, service)
		client := clients[service]
		var listed []string
		for line := range strings.Lines(rows) {
			cells := strings.Split(line, "|")
			if len(cells) != 5 || !strings.Contains(line, "`") {
				continue
			}
			listed = append(listed, strings.Trim(cells[2], " `"))
			for _, m := range word.FindAllStringSubmatch(cells[2]+cells[3], -1) {
				if _, ok := reflect.TypeOf(client).MethodByName(m[1]); !ok {
					t.Errorf("%s has no %s", service, m[1])
				}
			}
		}
		slices.Sort(listed)
		if d := cmp.Diff(operations.Of(client).Names(), listed); d != "" {
			t.Errorf("%s: operations, and those that MIGRATING.md has (-operations +listed):\n%s", service, d)
		}
	}
	if d := cmp.Diff(services, found); d != "" {
		t.Errorf("services, and those that have a table (-services +tables):\n%s", d)
	}
}

// TestCounts checks how many operations the README says that a service has.
func TestCounts(t *testing.T) {
	rows := regexp.MustCompile(`(?m)^\| \[.(\w+).\]\(.*\) \| [\d-]+ \| (\d+):`).FindAllStringSubmatch(read(t, "README.md"), -1)
	if len(rows) != 5 {
		t.Fatalf("%d services", len(rows))
	}
	for _, row := range rows {
		if n := len(operations.Of(clients[row[1]]).Names()); row[2] != strconv.Itoa(n) {
			t.Errorf("%s has %d operations, and the README says %s", row[1], n, row[2])
		}
	}
}

// TestWeight checks that the README says how large the largest package is, by the
// package comments, which .ci/size measures.
func TestWeight(t *testing.T) {
	largest := 0
	for _, service := range services {
		m := regexp.MustCompile(`at most (\d+) KB \(of`).FindStringSubmatch(read(t, service+"/doc.go"))
		if m == nil {
			t.Fatalf("%s does not say how large it is", service)
		}
		n, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		largest = max(largest, n)
	}
	if want := fmt.Sprintf("is at most %d KB larger than", largest); !strings.Contains(read(t, "README.md"), want) {
		t.Errorf("the README does not say %q", want)
	}
}
