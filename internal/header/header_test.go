package header_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/header"
)

// TestSet checks that fields are replaced, and that one can be added to without
// another being changed.
func TestSet(t *testing.T) {
	h := http.Header{"A": {"old", "older"}, "C": {"kept"}}
	header.Set(h, "A", "1", "B", "2")
	h.Add("A", "3")
	if d := cmp.Diff(http.Header{"A": {"1", "3"}, "B": {"2"}, "C": {"kept"}}, h); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
