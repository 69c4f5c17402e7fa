package pace_test

import (
	"testing"
	"time"
)

// TestZooOracle checks the oracle where its time can be computed by hand.
func TestZooOracle(t *testing.T) {
	with := func(c cell, f func(*cell)) cell { f(&c); return c }
	bucket := newCell("", "bucket", 200, 0, 20)
	for name, test := range map[string]struct {
		cell  cell
		calls int
		want  float64 // seconds
	}{
		"bucket":         {bucket, 1000, 980. / 200},
		"leaky":          {newCell("", "leaky", 200, 0, 0), 1000, 1000. / 200},
		"one caller":     {with(bucket, func(c *cell) { c.callers = 1 }), 500, 500 * 0.03},
		"in flight":      {with(newCell("", "in flight", 2000, 0, 0), func(c *cell) { c.callers = 512 }), 10000, 5},
		"counts refused": {newCell("", "counts refused", 200, 10*time.Second, 0), 5000, 20 + 1000/(64/0.03)},
		"processes":      {with(bucket, func(c *cell) { c.processes = 8 }), 1000, 980. / 200},
		"quiet":          {with(bucket, func(c *cell) { c.quiet = time.Minute }), 3000, 3 * 980. / 200},
		"drop":           {with(bucket, func(c *cell) { c.drop = true }), 8000, 40 + (8000-20-4000-400)/200.},
	} {
		n, took := oracle(test.cell, 1, test.calls, 0, nil)
		if got := took.Seconds(); n != test.calls || got < test.want*0.995 || got > test.want*1.02+0.03 {
			t.Errorf("%s: %d calls in %.3f s, want %d in %.3f s", name, n, got, test.calls, test.want)
		}
	}
}

// TestZooOthers checks that the other program takes what it wants, whoever else asks.
func TestZooOthers(t *testing.T) {
	c := newCell("", "bucket", 200, 0, 20)
	c.others = 0.8
	n, took := oracle(c, 1, 20_000, 0, nil)
	// The mean share is 40 %; two minutes and more have many of them.
	taken := 1 - float64(n)/(200*took.Seconds())
	if taken < 0.3 || taken > 0.5 {
		t.Errorf("the other program took %.0f %% of the quota, want 40 %%", 100*taken)
	}
	var wanted int
	for s := newGateway(c, 1); s.wants <= took; wanted++ {
		s.nextOther()
	}
	if got := int(200*took.Seconds()) + 20 - n; got < wanted-20 || got > wanted+20 {
		t.Errorf("the other program took %d calls, and wanted %d", got, wanted)
	}
}
