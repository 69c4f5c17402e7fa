package main

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestRun tells every chapter, in as much time as it says.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var out, errs bytes.Buffer
		if status := run(t.Context(), nil, &out, &errs); status != 0 || errs.Len() > 0 {
			t.Errorf("status %d: %s", status, &errs)
		}
		if took := time.Since(start); took > 15*time.Second {
			t.Errorf("it took %v", took)
		}
		for _, c := range chapters {
			if !strings.Contains(out.String(), c.title+"\n") {
				t.Errorf("no chapter %q", c.title)
			}
		}
		step := regexp.MustCompile(`^ +\d+\.\ds [a-z]`)
		for line := range strings.Lines(out.String()) {
			if strings.HasPrefix(line, " ") && !step.MatchString(line) {
				t.Errorf("no step: %q", line)
			}
		}
	})
}

// TestInterrupted ends early, and says that it was told to.
func TestInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		var out, errs bytes.Buffer
		if status := run(ctx, nil, &out, &errs); status != 130 || errs.Len() == 0 {
			t.Errorf("status %d: %s", status, &errs)
		}
	})
}

func TestFlags(t *testing.T) {
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"help":         {[]string{"-h"}, 0, "-emulator"},
		"unknown flag": {[]string{"-dead"}, 2, "-dead"},
		"argument":     {[]string{"now"}, 2, "no arguments"},
		"nobody there": {[]string{"-emulator", "http://127.0.0.1:1"}, 1, "127.0.0.1:1"},
		"no URL":       {[]string{"-emulator", "127.0.0.1"}, 1, "unsupported"},
	} {
		var out, errs bytes.Buffer
		if status := run(t.Context(), c.args, &out, &errs); status != c.status || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%s: status %d\n%s", name, status, &errs)
		}
	}
}
