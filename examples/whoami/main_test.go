package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestRun looks at a machine that has nothing, and at one with keys.
func TestRun(t *testing.T) {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "ALIBABA_CLOUD_") || strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "OSS_") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	expect := func(n int, part string) {
		t.Helper()
		var out bytes.Buffer
		run(t.Context(), &out)
		if strings.Count(out.String(), part) != n || strings.Contains(out.String(), "planted") {
			t.Errorf("%q is not there %d times:\n%s", part, n, &out)
		}
	}
	expect(5, "no source would serve")
	expect(4, "passed over: credentials URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set")
	expect(1, "passed over: EC2 instance role: AWS_EC2_METADATA_DISABLED is true")

	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI-planted-1234")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "planted")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIA-planted-5678")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "planted")
	t.Setenv("AWS_SESSION_TOKEN", "planted")
	expect(4, "environment ALIBABA_CLOUD_ACCESS_KEY_ID would serve, with the key LTAI****1234, which does not expire")
	expect(1, "environment would serve, with the key AKIA****5678, which is temporary")
	t.Setenv("OSS_ACCESS_KEY_ID", "short")
	t.Setenv("OSS_ACCESS_KEY_SECRET", "planted")
	expect(1, "oss: environment OSS_ACCESS_KEY_ID would serve, with the key ****,")
	expect(3, "environment ALIBABA_CLOUD_ACCESS_KEY_ID would serve")
}
