package pace_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/limit"
)

// A cell is one experiment: a limiter, and who calls how.
type cell struct {
	group  string
	kind   string        // bucket, leaky, in flight, fixed, sliding, or counts refused (a sliding window)
	quota  float64       // calls a second
	window time.Duration // of windows
	burst  float64       // of buckets
	change string        // what is not as in the other cells of the limiter

	callers, processes int // callers of each process
	latency            time.Duration
	chance             float64 // share of the calls that are refused at any rate
	others             float64 // most of the quota that another program takes
	hint               limit.Hint
	drop               bool          // to a tenth of the quota from 20 to 40 s
	quiet              time.Duration // after the first and the second third of the calls
	calls              int           // 0: as many as the oracle says
}

func newCell(group, kind string, quota float64, window time.Duration, burst float64) cell {
	return cell{group: group, kind: kind, quota: quota, window: window, burst: burst, callers: 64, processes: 1, latency: 30 * time.Millisecond}
}

func (c cell) String() string {
	s := c.kind + " " + digits(c.quota) + "/s"
	if c.window > 0 {
		s += fmt.Sprintf(" %gs", c.window.Seconds())
	}
	if c.burst > 0 {
		s += " burst " + digits(c.burst)
	}
	if c.change != "" {
		s += ", " + c.change
	}
	return s
}

// digits writes x with three digits, or all before the point.
func digits(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.3g", x)
}

// allowed is how many calls a window accepts, or how many may be in flight.
func (c cell) allowed() int {
	if c.kind == "in flight" {
		// The quota is reached with that many, since the service works on a call
		// for half of the latency.
		return max(1, int(c.quota*c.latency.Seconds()/2+0.5))
	}
	return max(1, int(c.quota*c.window.Seconds()+1e-6))
}

// atOnce is how many calls the limiter accepts at once.
func (c cell) atOnce() int {
	if c.window > 0 {
		return c.allowed()
	}
	return int(c.burst)
}

// limiter makes the limiter of the cell. A fixed window opens at a random time.
func (c cell) limiter(r *rand.Rand) limit.Limiter {
	switch c.kind {
	case "bucket":
		return limit.NewBucket(c.quota, c.burst)
	case "leaky":
		return limit.NewLeaky(c.quota)
	case "in flight":
		return limit.NewInFlight(c.allowed())
	case "fixed":
		return limit.NewFixedWindow(c.allowed(), c.window, time.Duration(r.Int64N(int64(c.window))))
	case "sliding", "counts refused":
		return limit.NewSlidingWindow(c.allowed(), c.window, c.kind == "counts refused")
	}
	panic(c.kind)
}

// Groups of cells that the report knows.
const (
	groupBucket    = "bucket"          // a token bucket of 200/s, burst 20
	groupWindow1   = "windows of 1 s"  // 20 to 2,000 a second
	groupWindow60  = "windows of 60 s" // and those that are documented
	groupWindow300 = "windows of 5 min"
	groupProcesses = "8 processes" // on a bucket or a window of 1 s
	groupDrop      = "drop"        // to a tenth of the quota and back
	groupLimiter   = "limiters"    // all others
	groupChange    = "changes"     // one thing is not as in the cells above
	groupDraw      = "draws"
)

var groups = []string{groupBucket, groupWindow1, groupWindow60, groupWindow300, groupProcesses, groupDrop, groupLimiter, groupChange, groupDraw}

var (
	quotas  = []float64{0.2, 2, 20, 200, 2000}
	windows = []time.Duration{time.Second, 10 * time.Second, time.Minute, 5 * time.Minute}
)

// zoo is each limiter with each quota, and one change at a time of everything else.
func zoo() (cells []cell) {
	for _, q := range quotas {
		for _, burst := range []float64{1, 20, 60 * q} {
			if q == 200 && burst == 20 {
				cells = append(cells, newCell(groupBucket, "bucket", q, 0, burst))
			} else {
				cells = append(cells, newCell(groupLimiter, "bucket", q, 0, burst))
			}
		}
		cells = append(cells, newCell(groupLimiter, "leaky", q, 0, 0))
		if q >= 100 { // else the bound is one call, and the quota above it
			cells = append(cells, newCell(groupLimiter, "in flight", q, 0, 0))
		}
	}
	for _, w := range windows {
		for _, q := range quotas {
			if q*w.Seconds() < 1 {
				continue
			}
			cells = append(cells, newCell(windowGroup(q, w), "fixed", q, w, 0), newCell(windowGroup(q, w), "sliding", q, w, 0),
				newCell(groupLimiter, "counts refused", q, w, 0))
		}
	}
	for _, q := range []float64{50, 100} {
		cells = append(cells, newCell(groupWindow1, "fixed", q, time.Second, 0), newCell(groupWindow1, "sliding", q, time.Second, 0))
	}
	cells = append(cells, documented()...)
	for _, c := range changed() {
		cells = append(cells, changes(c)...)
	}
	for _, q := range []float64{20, 200, 2000} {
		for _, c := range []cell{
			newCell(groupProcesses, "bucket", q, 0, 20), newCell(groupProcesses, "fixed", q, time.Second, 0), newCell(groupProcesses, "sliding", q, time.Second, 0),
		} {
			c.processes, c.change = 8, "8 processes"
			cells = append(cells, c)
		}
	}
	return cells
}

func windowGroup(q float64, w time.Duration) string {
	switch {
	case w == time.Second && q >= 20:
		return groupWindow1
	case w == time.Minute:
		return groupWindow60
	case w == 5*time.Minute:
		return groupWindow300
	}
	return groupLimiter
}

// documented is the cells of quotas that services document and the zoo has not
// anyway. Whether their windows are fixed or sliding is not documented.
//   - NAS: 120 per 60 s for nearly every operation (2/s, in the zoo);
//     DescribeMountedClients 10 per s; DescribeAccessGroups 50 per s and
//     DescribeMountTargets 100 per s (in the zoo)
//   - PrivateLink: 200 writes and 1,000 reads per 60 s, OpenPrivateLinkService 5 per s
//   - KMS: 10 creates, 30 writes and 50 reads per s
//   - The CSI driver of Alibaba Cloud stays below 6 per s, burst 10.
func documented() (cells []cell) {
	for _, d := range []struct {
		n   float64
		per time.Duration
	}{{200, time.Minute}, {1000, time.Minute}, {5, time.Second}, {10, time.Second}, {30, time.Second}} {
		q := d.n / d.per.Seconds()
		cells = append(cells, newCell(windowGroup(q, d.per), "fixed", q, d.per, 0), newCell(windowGroup(q, d.per), "sliding", q, d.per, 0))
	}
	return append(cells, newCell(groupLimiter, "bucket", 6, 0, 10))
}

// changed is the cells of which one thing at a time is changed.
func changed() (cells []cell) {
	for _, q := range []float64{2, 200} {
		cells = append(cells, newCell(groupChange, "bucket", q, 0, 20), newCell(groupChange, "bucket", q, 0, 60*q), newCell(groupChange, "leaky", q, 0, 0))
		for _, w := range windows[:3] {
			cells = append(cells, newCell(groupChange, "fixed", q, w, 0), newCell(groupChange, "sliding", q, w, 0))
		}
		cells = append(cells, newCell(groupChange, "counts refused", q, 10*time.Second, 0))
	}
	return append(cells, newCell(groupChange, "in flight", 200, 0, 0))
}

// changes returns c with one thing changed at a time.
func changes(c cell) (cells []cell) {
	vary := func(change string, f func(c *cell)) {
		c := c
		c.change = change
		f(&c)
		cells = append(cells, c)
	}
	vary("Retry-After", func(c *cell) { c.hint = limit.Given })
	vary("absurd Retry-After", func(c *cell) { c.hint = limit.Absurd })
	vary("others", func(c *cell) { c.others = 0.8 })
	vary("3 % by chance", func(c *cell) { c.chance = 0.03 })
	vary("10 % by chance", func(c *cell) { c.chance = 0.1 })
	vary("5 ms", func(c *cell) { c.latency = 5 * time.Millisecond })
	vary("200 ms", func(c *cell) { c.latency = 200 * time.Millisecond })
	vary("1 caller", func(c *cell) { c.callers = 1 })
	vary("8 callers", func(c *cell) { c.callers = 8 })
	vary("512 callers", func(c *cell) { c.callers = 512 })
	if c.quota >= 200 {
		vary("drop", func(c *cell) { c.group, c.drop, c.calls = groupDrop, true, int(40*c.quota)+c.atOnce() })
		vary("quiet", func(c *cell) { c.quiet, c.calls = 10*time.Minute, 3*(int(10*c.quota)+c.atOnce()) })
	}
	if windowGroup(c.quota, c.window) != groupWindow1 && (c.kind != "bucket" || c.burst != 20) {
		vary("8 processes", func(c *cell) { c.processes = 8 }) // the others have a group of their own
	}
	return cells
}

// draws returns n cells at random.
func draws(n int, seed uint64) (cells []cell) {
	r := rand.New(rand.NewPCG(seed, 0))
	for len(cells) < n {
		q := pick(r, quotas...) * (0.5 + 1.5*r.Float64())
		c := newCell(groupDraw, pick(r, "bucket", "bucket", "fixed", "sliding", "leaky", "in flight", "counts refused"), q, 0, 0)
		switch c.kind {
		case "bucket":
			c.burst = pick(r, 1, 20, 20, max(1, 60*q))
		case "in flight":
			c.quota = pick(r, 200., 2000) * (0.5 + r.Float64())
		case "fixed", "sliding", "counts refused":
			if c.window = pick(r, windows...); q*c.window.Seconds() < 1 {
				continue
			}
		}
		c.latency = pick[time.Duration](r, 5, 30, 30, 200) * time.Millisecond
		c.callers = pick(r, 1, 8, 64, 64, 512)
		c.chance = pick(r, 0, 0, 0, 0.03, 0.1)
		c.others = pick(r, 0, 0, 0, 0.8)
		c.hint = pick(r, limit.Absent, limit.Absent, limit.Given, limit.Absurd)
		if c.processes = pick(r, 1, 1, 1, 8); c.processes > 1 {
			c.callers = min(c.callers, 64)
		}
		c.change = fmt.Sprintf("%v, %d callers", c.latency, c.callers)
		if c.processes > 1 {
			c.change += fmt.Sprintf(" × %d", c.processes)
		}
		if c.others > 0 {
			c.change += ", others"
		}
		if c.chance > 0 {
			c.change += fmt.Sprintf(", %.0f %% by chance", c.chance*100)
		}
		c.change += [...]string{"", ", Retry-After", ", absurd Retry-After"}[c.hint]
		cells = append(cells, c)
	}
	return cells
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// reason is the first thing in a cell that makes the pace hard to find, of the
// classes by which misses are listed.
func (c cell) reason() string {
	switch {
	case c.chance >= 0.1:
		return "10 % by chance" // looks like a quota that is used up
	case c.processes > 1:
		return "processes" // each sees the refusals that another brings about
	case c.others > 0:
		return "others" // the quota that is left changes every 5 s
	case c.kind == "in flight":
		return "in flight" // no rate at all
	case c.kind == "leaky", c.kind == "bucket" && c.burst <= 1:
		return "no burst" // two calls that jitter brings together are one refusal
	case c.kind == "counts refused":
		return "counts refused" // each probe puts the end of the wait off
	case c.drop:
		return "drop"
	case c.window > 0 && c.allowed() <= 3:
		return "few a window" // 1 refusal for 2 calls is 33 %
	case c.chance > 0:
		return "3 % by chance"
	case c.latency != 30*time.Millisecond:
		return "latency"
	case c.hint != limit.Absent:
		return "Retry-After"
	case c.quota <= 2:
		return "low quota" // 1,000 calls are few windows
	}
	return "plain"
}

// plain says whether a drawn cell is of those in which the quota can be told: one
// process, no other program, no 10 % by chance, a limiter with a burst.
func (c cell) plain() bool {
	return c.processes == 1 && c.others == 0 && c.chance < 0.1 && c.kind != "in flight" && c.kind != "leaky" && (c.kind != "bucket" || c.burst > 1)
}
