// Package header sets all fields of an HTTP header with one allocation.
package header

import "net/http"

// Set sets fields of h. The pairs are their names in canonical form, such as
// X-Acs-Date, each followed by its value.
func Set(h http.Header, pairs ...string) {
	values := make([]string, len(pairs)/2)
	for i := range values {
		values[i] = pairs[2*i+1]
		h[pairs[2*i]] = values[i : i+1 : i+1] // an Add to one field must not reach the next
	}
}
