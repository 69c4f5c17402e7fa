package main

import (
	"bytes"
	"encoding/json"
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

// TestFigures keeps what the package promises to a caller who configures nothing.
func TestFigures(t *testing.T) {
	for _, s := range services {
		t.Run(s.name, func(t *testing.T) {
			results, status, stderr := runJSON(t, "-service", s.name)
			if len(results) != 1 || status != 0 || stderr != "" {
				t.Fatalf("%+v, status %d\n%s", results, status, stderr)
			}
			r := results[0]
			t.Logf("%+v", r)
			if r.Created != 1000 || r.Throttled*20 > r.Requests || r.Seconds > 1.25*r.IdealSeconds || r.SlowestOverMedian > 3 {
				t.Errorf("%+v", r)
			}
			results, status, stderr = runJSON(t, "-service", s.name, "-faults", "0.2", "-restart", "0.1")
			t.Logf("disturbed: %+v", results)
			if r := results[0]; status != 0 || stderr != "" || r.Created != 1000 || r.Seconds > 2.5*r.IdealSeconds {
				t.Errorf("status %d\n%s", status, stderr)
			}
		})
	}
}
