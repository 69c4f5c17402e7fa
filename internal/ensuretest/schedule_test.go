package ensuretest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/fake"
)

// TestText writes schedules on a line and reads them again.
func TestText(t *testing.T) {
	used := map[string]bool{}
	for seed := range uint64(300) {
		for _, wild := range []bool{false, true} {
			s := Random(seed, wild, Dimensions)
			for _, d := range s.needs() {
				used[d] = true
			}
			line := s.String()
			again, err := Parse(line)
			if d := cmp.Diff(s, again); d != "" || err != nil || strings.Contains(line, "\n") {
				t.Fatalf("%s: %v (-written +read):\n%s", line, err, d)
			}
		}
	}
	for _, d := range Dimensions {
		if !used[d] {
			t.Errorf("no schedule has %s", d)
		}
	}
	for _, bad := range []string{"sed=1", "seed=x", "late=1", "mix=rain:1", "mix=slow:x", "seed=1 ; late=1s"} {
		if _, err := Parse(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

// TestNeeds draws no dimension that is not allowed.
func TestNeeds(t *testing.T) {
	for seed := range uint64(300) {
		for _, d := range append([]string{""}, Dimensions...) {
			s := Random(seed, seed%2 == 1, []string{d})
			for _, need := range s.needs() {
				// Pages that shift are pages.
				if need != d && (d != "shift" || need != "pages") {
					t.Fatalf("%s needs %s, only %q was allowed", s, need, d)
				}
			}
			if !s.Wild && s.Late+s.Lag+s.TagLag > Settle {
				t.Fatalf("%s is wild", s)
			}
		}
	}
}

// TestShrink shrinks every field away but the one that matters.
func TestShrink(t *testing.T) {
	for name, c := range map[string]struct {
		fails func(Schedule) bool
		want  string
	}{
		"clock": {func(s Schedule) bool { return s.Clock != 0 }, "clock="},
		"crashes": {func(s Schedule) bool {
			return slices.ContainsFunc(s.Calls, func(c Call) bool { return len(c.Crashes) > 0 })
		}, "crashes="},
		"denied": {func(s Schedule) bool { return s.Mix[fake.Denied] > 0 }, "mix=denied:"},
		"timeout": {func(s Schedule) bool {
			return slices.ContainsFunc(s.Calls, func(c Call) bool { return c.Timeout > 0 })
		}, "timeout="},
	} {
		found := 0
		for seed := range uint64(100) {
			s := Random(seed, false, Dimensions)
			if !c.fails(s) {
				continue
			}
			found++
			before := s.String()
			shrunk := Shrink(s, c.fails)
			words := strings.Fields(strings.ReplaceAll(shrunk.String(), ";", ""))
			words = slices.DeleteFunc(words, func(w string) bool { return strings.HasPrefix(w, "seed=") || w == "call" })
			if len(words) != 1 || !strings.HasPrefix(words[0], c.want) || strings.Contains(words[0], ",") || len(shrunk.Calls) != 1 {
				t.Errorf("%s: %s is shrunk to %s", name, before, shrunk)
			}
			if s.String() != before {
				t.Errorf("%s: shrinking has changed %s", name, before)
			}
		}
		if found == 0 {
			t.Errorf("%s: no schedule has it", name)
		}
	}
}

// TestMarks prints a histogram.
func TestMarks(t *testing.T) {
	var m Marks
	for range 4 {
		m.add("found")
	}
	m.add("died")
	if got := m.String(); !strings.Contains(got, "died") || strings.Count(got, "#") != 1+10+1+40 {
		t.Error(got)
	}
}

// TestHang has a call that never returns: that is a complaint, and ends nothing else.
func TestHang(t *testing.T) {
	hangs := func(ctx context.Context, _ string) (string, error) {
		<-make(chan bool)
		return "", ctx.Err()
	}
	world := func(Schedule) World {
		return World{
			Disturb:  func(fake.Disturbance) {},
			Caller:   func(Process) Caller { return Caller{Ensure: hangs, Other: hangs} },
			Standing: func(string) []string { return nil },
		}
	}
	wrong, _ := Schedule{Calls: make([]Call, 1)}.run(t, &Service{Name: "hangs"}, world, new(Marks))
	if !slices.ContainsFunc(wrong, func(w string) bool { return strings.HasPrefix(w, "P5: deadlock") }) {
		t.Error(wrong)
	}
}
