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
		for _, c := range usual {
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

// TestFromNothing makes all, finds it, takes it down, and finds nothing.
func TestFromNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inMemory(true)
		tell := func(f func(context.Context, *cloud, *story) error) string {
			t.Helper()
			s := &story{start: time.Now(), lines: make(chan string, most)}
			if err := f(t.Context(), c, s); err != nil {
				t.Fatal(err)
			}
			close(s.lines)
			var text strings.Builder
			for line := range s.lines {
				text.WriteString(line + "\n")
			}
			return text.String()
		}
		for _, n := range fromNothing {
			for i, step := range []struct {
				tell  func(context.Context, *cloud, *story) error
				again bool // there is nothing to do
			}{{n.build.tell, false}, {n.build.tell, true}, {n.destroy.tell, false}, {n.destroy.tell, true}} {
				if text := tell(step.tell); strings.Contains(text, "nothing to do") != step.again || i == 0 && strings.Count(text, "─") != map[bool]int{true: 4, false: 3}[strings.HasPrefix(n.build.title, "EFS")] {
					t.Errorf("%s, %d:\n%s", n.build.title, i, text)
				}
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		var out, errs bytes.Buffer
		if status := run(t.Context(), []string{"-from-nothing", "-destroy"}, &out, &errs); status != 0 || errs.Len() > 0 {
			t.Errorf("status %d: %s", status, &errs)
		}
		made, gone := strings.Count(out.String(), "created"), strings.Count(out.String(), "is gone")
		if made != 4+5 || gone != 4+4 { // a policy goes with its file system
			t.Errorf("%d made, %d gone:\n%s", made, gone, &out)
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
