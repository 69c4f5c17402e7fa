package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
)

// TestRun runs the program on the in-memory services, in no time.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out, errs bytes.Buffer
		if status := run(t.Context(), nil, &out, &errs); status != 0 || errs.Len() > 0 {
			t.Errorf("status %d\n%s\n%s", status, &out, &errs)
		}
		for _, part := range []string{"SERVICE", "nas", "Active", "oss", "enable", "efs", "available", "Active/Connected", "kms", "5 of 5 created, used and removed."} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("%q is not in:\n%s", part, &out)
			}
		}
	})
}

// TestInterrupted checks that what was made is removed when the user has had
// enough, and that the status tells.
func TestInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var out, errs bytes.Buffer
		if status := run(ctx, nil, &out, &errs); status != 1 || strings.Contains(errs.String(), "left behind") {
			t.Errorf("status %d\n%s\n%s", status, &out, &errs)
		}
		if n := strings.Count(errs.String(), context.Canceled.Error()); n != 5 {
			t.Errorf("%d services say why:\n%s", n, &errs)
		}
	})
}

func TestFlags(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "my-key-id")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "my-secret")
	for name, c := range map[string]struct {
		args   []string
		status int
		says   []string
	}{
		"help":            {[]string{"-h"}, 0, []string{"-live"}},
		"unknown flag":    {[]string{"-dead"}, 2, []string{"-dead"}},
		"argument":        {[]string{"now"}, 2, []string{"no arguments"}},
		"unknown service": {[]string{"-only", "s3"}, 2, []string{"s3", "privatelink"}},
		"live, no flags":  {[]string{"-live"}, 2, []string{"nas: -live needs -region, -nas-file-system", "efs: -live needs -aws-region", "kms: -live needs"}},
		"live, not yes": {[]string{"-live", "-only", "kms", "-region", "cn-hangzhou", "-kms-instance", "kst-1"}, 2,
			[]string{"kms: would create with key my-key-id in region cn-hangzhou", "-yes"}},
	} {
		var out, errs bytes.Buffer
		if status := run(t.Context(), c.args, &out, &errs); status != c.status {
			t.Errorf("%s: status %d", name, status)
		}
		for _, part := range c.says {
			if !strings.Contains(errs.String(), part) {
				t.Errorf("%s: %q is not in:\n%s", name, part, &errs)
			}
		}
		if strings.Contains(errs.String(), "my-secret") {
			t.Errorf("%s: the secret is out:\n%s", name, &errs)
		}
	}
}
