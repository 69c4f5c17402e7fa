package main

import (
	"testing"
	"time"
)

// TestLine follows fleets and checks what is said the time that is left,
// if anything.
func TestLine(t *testing.T) {
	type at struct {
		after time.Duration
		done  int
		line  string
	}
	for name, notes := range map[string][]at{
		"nothing is known at first": {
			{time.Second, 0, "0/1000 ready"},
			{12 * time.Second, 0, "0/1000 ready"},
			{100 * time.Millisecond, 1, "1/1000 ready"}, // of a whole fleet, this is no rate
			{900 * time.Millisecond, 181, "181/1000 ready"},
			{100 * time.Millisecond, 201, "201/1000 ready, 4s left, 200/s"},
		},
		"the recent rate counts": {
			{time.Second, 100, "100/1000 ready"},
			{5 * time.Second, 600, "600/1000 ready, 4s left, 100/s"},
			{5 * time.Second, 650, "650/1000 ready, 35s left, 10/s"},
			{time.Minute, 650, "650/1000 ready, 7m35s left, 1/s"}, // as long as nothing moves
			{5 * time.Second, 950, "950/1000 ready, 1s left, 60/s"},
			{time.Second, 1000, "1000/1000 ready"},
		},
		"a slow one needs ten": {
			{time.Second, 1, "1/1000 ready"},
			{9 * time.Second, 10, "10/1000 ready"},
			{time.Second, 11, "11/1000 ready, 16m29s left, 1/s"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Now()
			f := &fleet{options: &options{n: 1000}}
			for _, n := range notes {
				now = now.Add(n.after)
				f.done = n.done
				if line := f.line(now); line != n.line {
					t.Errorf("%s, not %s", line, n.line)
				}
			}
		})
	}
}
