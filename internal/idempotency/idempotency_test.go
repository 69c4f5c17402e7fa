package idempotency_test

import (
	"testing"

	"github.com/accesspoint-go/accesspoint/internal/idempotency"
)

// TestToken holds the tokens to what they were in the first version. They were
// computed by another program.
func TestToken(t *testing.T) {
	for _, c := range []struct {
		want  string
		parts []string
	}{
		{"9bd72ff2-82be-5f40-bb79-99a58861d519", nil},
		{"1f3bb4b8-1a6f-5c9e-93c0-8669cb8f3e6f", []string{""}},
		{"e4b67c83-8385-5d10-a0ff-8afd74ad5263", []string{"ab", "c"}},
		{"cf135aa2-3fbd-50cf-8662-35a3e015dbf6", []string{"a", "bc"}},
		{"e36501d4-69c7-5d26-8de5-cee816ed06b2", []string{"abc"}},
		{"80b06784-06bf-568c-b57e-6bf548027438", []string{"fs-0123456789abcdef8", "volume-1", "0"}},
		{"3fee3d49-0fda-575b-8d74-1deaeb03786a", []string{"\xff\x00ü\n"}},
	} {
		if got := idempotency.Token(c.parts...); got != c.want {
			t.Errorf("%q: got %s, want %s", c.parts, got, c.want)
		}
	}
}
