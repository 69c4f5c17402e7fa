package wiretest

import (
	"os"
	"strings"
	"testing"
)

// WithoutProfiles runs the tests of a package as if neither the environment nor
// files named a region or an endpoint of AWS. Clients without an endpoint of their
// own read both.
func WithoutProfiles(m *testing.M) {
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AWS_") {
			_ = os.Unsetenv(name)
		}
	}
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		_ = os.Setenv(name, os.DevNull)
	}
	m.Run()
}
