package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/examples/internal/screen"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
)

// bare takes away what the machine has.
func bare(t *testing.T) {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "ALIBABA_CLOUD_") || strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "OSS_") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

// TestRun looks at a machine that has nothing, and at one with keys.
func TestRun(t *testing.T) {
	bare(t)
	expect := func(n int, part string) {
		t.Helper()
		var out, errs bytes.Buffer
		if status := run(t.Context(), nil, &out, &errs); status != 0 || errs.Len() > 0 {
			t.Errorf("status %d\n%s", status, &errs)
		}
		if strings.Count(out.String(), part) != n || strings.Contains(out.String(), "planted") {
			t.Errorf("%q is not there %d times:\n%s", part, n, &out)
		}
	}
	expect(1, "nas, privatelink, kms: no source would serve; passed over:\n  - environment: ALIBABA_CLOUD_ACCESS_KEY_ID is not set\n")
	expect(1, "oss: no source would serve; passed over:\n  - environment: OSS_ACCESS_KEY_ID is not set\n  - all that nas passes over\n")
	expect(1, "  - credentials URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set")
	expect(1, "  - EC2 instance role: AWS_EC2_METADATA_DISABLED is true")

	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI-planted-1234")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "planted")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIA-planted-5678")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "planted")
	t.Setenv("AWS_SESSION_TOKEN", "planted")
	expect(1, "nas, privatelink, kms: environment ALIBABA_CLOUD_ACCESS_KEY_ID would serve, with the key LTAI****1234, which does not expire\n")
	expect(1, "oss: environment ALIBABA_CLOUD_ACCESS_KEY_ID would serve, with the key LTAI****1234")
	expect(1, "efs: environment would serve, with the key AKIA****5678, which is temporary")
	t.Setenv("OSS_ACCESS_KEY_ID", "short")
	t.Setenv("OSS_ACCESS_KEY_SECRET", "planted")
	expect(1, "oss: environment OSS_ACCESS_KEY_ID would serve, with the key ****,")
}

// TestRows checks that the report of a machine that has nothing, the longest one,
// is on one screen of 80 columns and 24 rows, a row each for the command and the next
// prompt.
func TestRows(t *testing.T) {
	bare(t)
	unreachable := func(address string) string {
		return "the metadata service: " + address + ": dial tcp " + address + ":80: connect: network is unreachable (in a container on an instance, its hop limit may be 1)"
	}
	alibaba, aws := ask(t.Context(), "nas", nas.DefaultCredentials()), ask(t.Context(), "efs", efs.DefaultCredentials())
	fromOSS := ask(t.Context(), "oss", oss.DefaultCredentials())
	for _, r := range []report{alibaba, aws, fromOSS} {
		for i, line := range r.passedOver {
			switch source, _, _ := strings.Cut(line, ": "); source {
			case "ECS RAM role":
				r.passedOver[i] = source + ": " + unreachable("100.100.100.200")
			case "EC2 instance role":
				r.passedOver[i] = source + ": " + unreachable("169.254.169.254")
			case "CLI profile":
				r.passedOver[i] = source + ": /home/somebody/.aliyun/config.json does not exist"
			case "credentials file":
				r.passedOver[i] = source + ": /home/somebody/.alibabacloud/credentials does not exist"
			}
		}
	}
	alibaba.services = append(alibaba.services, "privatelink", "kms")
	var out bytes.Buffer
	show(screen.New(&out), []report{alibaba, fromOSS, aws})
	if n := strings.Count(out.String(), "is unreachable"); n != 2 {
		t.Errorf("%d metadata services:\n%s", n, &out)
	}
	rows := 2
	for line := range strings.Lines(out.String()) {
		rows += 1 + len(line)/78 // words do not fill a line
	}
	if rows > 24 {
		t.Errorf("%d rows:\n%s", rows, &out)
	}
}

// TestFlags checks that help is no failure and that anything else is one.
func TestFlags(t *testing.T) {
	bare(t)
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"help":         {[]string{"-h"}, 0, "Usage: whoami [flags]\n"},
		"unknown flag": {[]string{"-v"}, 2, "-v"},
		"argument":     {[]string{"nas"}, 2, `"nas"`},
	} {
		var out, errs bytes.Buffer
		if status := run(t.Context(), c.args, &out, &errs); status != c.status || out.Len() > 0 || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%s: status %d\n%s\n%s", name, status, &out, &errs)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	if status := run(ctx, nil, &out, &errs); status != 130 || errs.String() != "Interrupted.\n" || out.Len() > 0 {
		t.Errorf("interrupted: status %d\n%s\n%s", status, &out, &errs)
	}
}
