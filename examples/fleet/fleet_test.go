package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
)

// runJSON runs the program in the time of a bubble and returns its lines.
func runJSON(t *testing.T, args ...string) (results []result, status int, stderr string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var out, errs bytes.Buffer
		status = run(t.Context(), append(args, "-json"), &out, &errs)
		stderr = errs.String()
		for d := json.NewDecoder(&out); d.More(); {
			var r result
			if err := d.Decode(&r); err != nil {
				t.Fatal(err)
			}
			results = append(results, r)
		}
	})
	return results, status, stderr
}

// CI asks for 1,000, as the program does.
var asked = flag.Int("asked", 300, "access points of a fleet in fair weather")

// A list has hundreds, which are made and dropped again at each look.
func init() { debug.SetGCPercent(400) }

// TestFigures keeps what the packages promise to a caller who configures nothing:
// no stampede, and nobody waits much longer than the others.
func TestFigures(t *testing.T) {
	for _, s := range services {
		t.Run(s.name, func(t *testing.T) {
			results, status, stderr := runJSON(t, "-service", s.name, "-n", fmt.Sprint(*asked))
			if len(results) != 1 || status != 0 || stderr != "" {
				t.Fatalf("%+v, status %d\n%s", results, status, stderr)
			}
			r := results[0]
			t.Logf("%+v", r)
			fewer := *asked < 1000 // of which the start has more than its share of refusals
			if r.Created != *asked || !fewer && r.Throttled*20 > r.Requests || r.Seconds > 1.25*r.IdealSeconds || r.SlowestOverMedian > 3 {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestLimiters has services that count calls in windows.
func TestLimiters(t *testing.T) {
	for _, args := range [][]string{
		{"-limiter", "window1", "-limit", "60", "-n", "330"},
		{"-limiter", "window60", "-limit", "2", "-n", "300"}, // as NAS documents it
	} {
		for _, s := range services {
			t.Run(s.name+" "+args[1], func(t *testing.T) {
				results, status, stderr := runJSON(t, append([]string{"-service", s.name}, args...)...)
				if len(results) != 1 || status != 0 || stderr != "" {
					t.Fatalf("%+v, status %d\n%s", results, status, stderr)
				}
				r := results[0]
				t.Logf("%+v", r)
				if r.Created != r.Asked || r.Throttled*4 > r.Requests || r.Seconds < r.IdealSeconds || r.Seconds > 1.25*r.IdealSeconds {
					t.Errorf("%+v", r)
				}
			})
		}
	}
}

var disturbed = flag.Int("disturbed", 200, "access points of a fleet in bad weather")

// TestDisturbed counts what is there after a fifth of all requests went wrong and
// a tenth of all calls were broken off. How long that takes is a matter of chance,
// so that it is only told.
func TestDisturbed(t *testing.T) {
	n := fmt.Sprint(*disturbed)
	for _, s := range services {
		t.Run(s.name, func(t *testing.T) {
			results, status, stderr := runJSON(t, "-service", s.name, "-n", n, "-faults", "0.2", "-restart", "0.1")
			t.Logf("%+v", results)
			if status != 0 || stderr != "" || len(results) != 1 || results[0].Created != *disturbed {
				t.Errorf("status %d\n%s", status, stderr)
			}
		})
	}
}

// TestStatus checks that the program fails if something is amiss, and says what.
func TestStatus(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	if status := run(ctx, []string{"-service", "kms", "-n", "5"}, &out, &errs); status != 130 || !strings.HasSuffix(errs.String(), "\nInterrupted. What was not created yet counts as lost and failed.\n") || !strings.Contains(out.String(), "\nfailed        5\n") {
		t.Errorf("status %d\n%s%s", status, &out, &errs)
	}
	for _, args := range [][]string{{"-service", "s3"}, {"-n", "0"}, {"-faults", "1"}, {"-restart", "1"}, {"-late", "-1s"}, {"-limit", "-1"}, {"-limiter", "window"}, {"-limiter", "window1", "-limit", "0.5"}, {"-concurrency", "0"}, {"x"}, {"-none"}} {
		errs.Reset()
		if status := run(t.Context(), args, &out, &errs); status != 2 || errs.Len() == 0 {
			t.Errorf("%q: status %d, %q", args, status, errs.String())
		}
	}
	if status := run(t.Context(), []string{"-h"}, &out, &errs); status != 0 {
		t.Errorf("-h: status %d", status)
	}
}
