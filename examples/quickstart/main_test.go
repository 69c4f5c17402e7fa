package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestRun runs the program on the in-memory services, in no time.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out, errs bytes.Buffer
		if status := run(t.Context(), nil, &out, &errs); status != 0 || errs.Len() > 0 {
			t.Errorf("status %d\n%s\n%s", status, &out, &errs)
		}
		for _, part := range []string{"SERVICE", "nas", "Active", "oss", "enable", "efs", "available", "Active/Connected", "kms", "\n5 of 5 created and removed.\n"} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("%q is not in:\n%s", part, &out)
			}
		}
	})
}

// moments are when the user has had enough: before anything is sent, while the
// services create, while they delete.
var moments = []time.Duration{0, time.Millisecond, 100 * time.Millisecond, 500 * time.Millisecond, 1800 * time.Millisecond, 3 * time.Second, 4500 * time.Millisecond, 6 * time.Second}

// interrupted returns a context that is canceled then.
func interrupted(t *testing.T, after time.Duration) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	if after == 0 {
		cancel()
	} else {
		time.AfterFunc(after, cancel)
	}
	return ctx
}

// TestInterrupted checks that the program says what it does when it is
// interrupted, does it, and has the status of a program that was.
func TestInterrupted(t *testing.T) {
	for _, after := range moments {
		t.Run(after.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := interrupted(t, after)
				var out, errs bytes.Buffer
				if status := run(ctx, nil, &out, &errs); status != 130 || errs.Len() > 0 {
					t.Errorf("status %d\n%s\n%s", status, &out, &errs)
				}
				said := strings.Contains(out.String(), "Interrupted: removing what was created.")
				if !said && after > 0 || !strings.HasSuffix(out.String(), "\nInterrupted. Nothing is left behind.\n") {
					t.Errorf("not said:\n%s", &out)
				}
			})
		})
	}
}

// TestNothingLeft checks that what an interrupted job created is gone: to create
// the same again takes a creation, and gives another ID.
func TestNothingLeft(t *testing.T) {
	o, err := parse(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range services {
		for _, after := range moments {
			t.Run(s.name+" "+after.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var did []string
					j := &job{service: s.name, show: func(text string) { did = append(did, text) }}
					if err := s.start(o, j); err != nil {
						t.Fatal(err)
					}
					ctx := interrupted(t, after)
					if end := j.run(ctx, "qs-test"); !strings.Contains(end, "removed") && (after > 0 || end != "interrupted") {
						t.Errorf("it ended: %s (%v, %v)", end, j.createErr, j.removeErr)
					}
					before := did
					did = nil
					again, err := j.create(t.Context(), "qs-test")
					if err != nil {
						t.Fatal(err)
					}
					if !strings.Contains(strings.Join(did, " "), "Create") || again.id == j.created.id && again.id != "qs-test" {
						t.Errorf("%s was left behind\nby %q\nfound by %q", again.id, before, did)
					}
				})
			})
		}
	}
}

// TestLeftBehind checks that the program says what it could not remove.
func TestLeftBehind(t *testing.T) {
	all := services
	defer func() { services = all }()
	key := regexp.MustCompile("qs-[0-9a-f]+")
	for name, c := range map[string]struct {
		interrupted bool
		createErr   error
		status      int
		says        string
		ends        string
	}{
		"created":     {false, nil, 1, "nas: what is named or tagged KEY may be left behind: refused\n", "\n0 of 1 created and removed.\n"},
		"failed":      {false, errors.New("no quota"), 1, "nas: no quota\nnas: what is named or tagged KEY may be left behind: refused\n", "\n0 of 1 created and removed.\n"},
		"interrupted": {true, context.Canceled, 130, "nas: what is named or tagged KEY may be left behind: refused\n", "\nInterrupted.\n"},
	} {
		ctx, interrupt := context.WithCancel(t.Context())
		services = []service{{name: "nas", start: func(_ *options, j *job) error {
			j.create = func(context.Context, string) (created, error) {
				j.sent("CreateAccessPoint")
				if c.interrupted {
					interrupt()
				}
				return created{id: "ap-1", state: "Active"}, c.createErr
			}
			j.remove = func(ctx context.Context, _ string) error {
				if _, bounded := ctx.Deadline(); !bounded || ctx.Err() != nil {
					t.Errorf("%s: removed under a context with bound %t that ended with %v", name, bounded, ctx.Err())
				}
				return errors.New("refused")
			}
			return nil
		}}}
		var out, errs bytes.Buffer
		status := run(ctx, nil, &out, &errs)
		interrupt()
		if said := key.ReplaceAllString(errs.String(), "KEY"); status != c.status || said != c.says || !strings.HasSuffix(out.String(), c.ends) {
			t.Errorf("%s: status %d\n%s\n%s", name, status, &out, &errs)
		}
	}
}

func TestFlags(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "my-key-id")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "my-secret")
	t.Setenv("OSS_ACCESS_KEY_ID", "my-oss-key")
	for name, c := range map[string]struct {
		args   []string
		status int
		says   []string
	}{
		"help":            {[]string{"-h"}, 0, []string{"Usage: quickstart [flags]\n", "  -live"}},
		"unknown flag":    {[]string{"-dead"}, 2, []string{"-dead"}},
		"argument":        {[]string{"now"}, 2, []string{"no arguments"}},
		"unknown service": {[]string{"-only", "s3"}, 2, []string{`no service "s3"`}},
		"live, no flags":  {[]string{"-live"}, 2, []string{"nas: -live needs -region, -nas-file-system", "efs: -live needs -aws-region", "kms: -live needs"}},
		"live, not yes": {[]string{"-live", "-only", "kms,oss", "-region", "cn-hangzhou", "-kms-instance", "kst-1", "-oss-bucket", "b"}, 2,
			[]string{"kms: would create with the key my-key-id in region cn-hangzhou", "oss: would create with the key my-oss-key in region cn-hangzhou", "-yes"}},
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
		if strings.Contains(errs.String(), "my-secret") || out.Len() > 0 {
			t.Errorf("%s: what should not be said:\n%s\n%s", name, &errs, &out)
		}
	}
}

// TestMain lets the test binary be the program.
func TestMain(m *testing.M) {
	if service := os.Getenv("BE_THE_QUICKSTART"); service != "" {
		os.Args = []string{"quickstart", "-only", service}
		main()
	}
	os.Exit(m.Run())
}

// TestSignals interrupts the program once and twice, and closes its output.
func TestSignals(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a program cannot interrupt another one")
	}
	for name, c := range map[string]struct {
		service string
		do      func(p *os.Process, out io.Closer, lines *bufio.Scanner)
		status  int
	}{
		"once":          {"nas", func(p *os.Process, _ io.Closer, _ *bufio.Scanner) { _ = p.Signal(os.Interrupt) }, 130},
		"output closed": {"nas", func(_ *os.Process, out io.Closer, _ *bufio.Scanner) { out.Close() }, 130},
		// An endpoint that is being created takes seconds to remove.
		"twice": {"privatelink", func(p *os.Process, _ io.Closer, lines *bufio.Scanner) {
			for lines.Scan() && !strings.Contains(lines.Text(), "CreateVpcEndpoint") {
			}
			_ = p.Signal(os.Interrupt)
			for lines.Scan() && !strings.Contains(lines.Text(), "Interrupted") {
			}
			_ = p.Signal(os.Interrupt)
		}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), "BE_THE_QUICKSTART="+c.service)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			if !lines.Scan() {
				t.Error("it says nothing")
			}
			c.do(cmd.Process, out, lines)
			last := ""
			for lines.Scan() {
				last = lines.Text()
			}
			err = cmd.Wait()
			if status := cmd.ProcessState.ExitCode(); status != c.status {
				t.Errorf("status %d, %v", status, err)
			}
			if name == "once" && last != "Interrupted. Nothing is left behind." {
				t.Errorf("its last line: %s", last)
			}
		})
	}
}
