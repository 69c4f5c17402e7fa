package machine

import (
	"net/http"
	"testing"
)

// TestProxy checks that a service of the machine itself is not asked through a
// proxy, which would ask its own.
func TestProxy(t *testing.T) {
	for _, near := range []bool{true, false} {
		if proxy := (Machine{}).transport(near).(*http.Transport).Proxy; (proxy == nil) != near {
			t.Errorf("near %v: proxy %v", near, proxy != nil)
		}
	}
}
