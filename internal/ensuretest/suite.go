package ensuretest

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fake"
)

var (
	// Schedules is the number of random schedules of a service.
	Schedules  = flag.Int("schedules", usual, "random schedules that Ensure is driven through")
	first      = flag.Uint64("first", 0, "seed of the first of them")
	dimensions = flag.String("dimensions", "", "kinds of trouble that they may have, between commas; all if empty")
	collect    = flag.Int("collect", 1, "failures that are shrunk and reported before a test ends")
	trace      = flag.Bool("trace", false, "print every request")
	rivals     = flag.Int("rivals", usualRivals, "runs of two processes of which one stops, and of three at once")
	keys       = flag.Int("keys", usualKeys, "keys of a fleet")
	seeds      = flag.Int("seeds", 1, "fleets of each kind")
)

// The heap of a schedule is small: with the usual percentage a fifth of all time goes
// to the collector.
func init() { debug.SetGCPercent(400) }

// allowed returns the dimensions that schedules may have.
func allowed() []string {
	if *dimensions == "" {
		return Dimensions
	}
	allowed := strings.Split(*dimensions, ",")
	for _, d := range allowed {
		if !slices.Contains(Dimensions, d) {
			panic("ensuretest: there is no dimension " + d + ", but " + strings.Join(Dimensions, ","))
		}
	}
	return allowed
}

// worlds returns the names of the worlds, in order.
func (s *Service) worlds() []string { return slices.Sorted(maps.Keys(s.Worlds)) }

// Marks counts the outcomes of calls.
type Marks struct {
	mu sync.Mutex
	n  map[string]int
}

func (m *Marks) add(mark string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.n == nil {
		m.n = map[string]int{}
	}
	m.n[mark]++
}

// String returns the histogram.
func (m *Marks) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	most := 0
	for _, n := range m.n {
		most = max(most, n)
	}
	var b strings.Builder
	for _, mark := range slices.Sorted(maps.Keys(m.n)) {
		fmt.Fprintf(&b, "%-42s %7d %s\n", mark, m.n[mark], strings.Repeat("#", 1+40*m.n[mark]/most))
	}
	return b.String()
}

// enough is the number of schedules in which every mark has to occur.
const enough = 500

// TestSchedules drives the service through random schedules, half of which are
// wild.
func (s *Service) TestSchedules(t *testing.T) {
	var marks Marks
	allowed := allowed()
	failures := 0
	worlds := s.worlds()
	for i := range uint64(*Schedules) {
		seed := *first + i/2
		name := worlds[seed%uint64(len(worlds))] // the same if it is the first
		schedule := Random(seed, i%2 == 1, allowed)
		wrong, _ := schedule.run(t, s, s.Worlds[name], &marks)
		if len(wrong) == 0 {
			continue
		}
		t.Errorf("%s, %s: %v\n%s", name, schedule, wrong, s.shrunk(t, name, schedule, wrong))
		if failures++; failures >= *collect {
			break
		}
	}
	t.Logf("outcomes of the calls:\n%s", &marks)
	for _, mark := range s.Marks {
		if *Schedules >= enough && *dimensions == "" && failures == 0 && marks.n[mark] == 0 {
			t.Errorf("no call ended as %q", mark)
		}
	}
}

// shrunk returns the simplest schedule found that breaks the same promise, as a
// line for testdata/schedules.
func (s *Service) shrunk(t *testing.T, world string, schedule Schedule, wrong []string) string {
	promise, _, _ := strings.Cut(wrong[0], ":")
	var what string
	schedule = Shrink(schedule, func(try Schedule) bool {
		wrong, _ := try.run(t, s, s.Worlds[world], new(Marks))
		at := slices.IndexFunc(wrong, func(w string) bool { return strings.HasPrefix(w, promise+":") })
		if at >= 0 {
			what = wrong[at]
		}
		return at >= 0
	})
	return fmt.Sprintf("# %s\n%s %s %s", strings.ReplaceAll(what, "\n", " "), world, promise, schedule)
}

// TestReplay replays the schedules in testdata/schedules, each of which a promise
// was once broken in. A line has the world, which may be one of others, the promise,
// and the schedule.
func (s *Service) TestReplay(t *testing.T, others ...*Service) {
	files, err := filepath.Glob("testdata/schedules/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		lines := bufio.NewScanner(f)
		for n := 1; lines.Scan(); n++ {
			line := lines.Text()
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			of := s
			for _, other := range others {
				if name, _, _ := strings.Cut(line, " "); other.Worlds[name] != nil {
					of = other
				}
			}
			t.Run(fmt.Sprintf("%s:%d", filepath.Base(file), n), func(t *testing.T) { of.replay(t, line) })
		}
		if err := lines.Err(); err != nil {
			t.Error(err)
		}
	}
}

func (s *Service) replay(t *testing.T, line string) {
	name, rest, _ := strings.Cut(line, " ")
	promise, text, _ := strings.Cut(rest, " ")
	schedule, err := Parse(text)
	world := s.Worlds[name]
	if err != nil || world == nil || !strings.HasPrefix(promise, "P") {
		t.Fatalf("%s: %v", line, err)
	}
	if again := schedule.String(); again != text {
		t.Errorf("%q is written as %q", text, again)
	}
	// Goroutines that are due at once may run in any order.
	for range 3 {
		if wrong, _ := schedule.run(t, s, world, new(Marks)); len(wrong) > 0 {
			t.Fatalf("%v", wrong)
		}
	}
}

// TestAlike runs schedules with and without shared looks, and with 1 and 4 attempts
// a request: they end alike.
func (s *Service) TestAlike(t *testing.T) {
	allowed := slices.DeleteFunc(slices.Clone(allowed()), func(d string) bool { return d == "lost tags" }) // which are lost by chance
	for i := range uint64(*Schedules / 20) {
		for _, name := range s.worlds() {
			var ends []end
			var all [][]string
			for _, together := range []bool{false, true} {
				for _, attempts := range []int{1, 4} {
					schedule := Random(*first+i, false, allowed)
					schedule.Together, schedule.Attempts = together, attempts
					wrong, e := schedule.run(t, s, s.Worlds[name], new(Marks))
					ends, all = append(ends, e), append(all, wrong)
					if e != ends[0] {
						t.Fatalf("%s, %s: ends otherwise than before: %+v, %v", name, schedule, ends, all)
					}
				}
			}
		}
	}
}

// TestRivals has two replicas ensure a key of which one stops at a random moment
// and a newcomer takes its place, and three processes at once. One resource exists
// for each key when all have returned, and none has failed.
func (s *Service) TestRivals(t *testing.T) {
	for i := range uint64(*rivals) {
		for _, name := range s.worlds() {
			r := Random(*first+i, false, nil)
			two := Schedule{
				Seed: r.Seed, Latency: r.Latency, Late: r.Late, Lag: r.Lag,
				Calls: []Call{{}, {Crashes: []time.Duration{1 + time.Duration(i+1)*3*Settle/time.Duration(*rivals)}, Restart: r.Late}},
			}
			three := Schedule{Seed: r.Seed, Latency: r.Latency, Late: r.Late, Lag: r.Lag, Calls: make([]Call, 3)}
			for _, schedule := range []Schedule{two, three} {
				if wrong, _ := schedule.run(t, s, s.Worlds[name], new(Marks)); len(wrong) > 0 {
					t.Fatalf("%s, %s: %v", name, schedule, wrong)
				}
			}
		}
	}
}

// TestSameInstant has two processes ensure one key at the same instant.
func (s *Service) TestSameInstant(t *testing.T) {
	for i := range uint64(*Schedules / 10) {
		for _, name := range s.worlds() {
			schedule := Schedule{Seed: i, Latency: time.Duration(i), Calls: make([]Call, 2)}
			if wrong, _ := schedule.run(t, s, s.Worlds[name], new(Marks)); len(wrong) > 0 {
				t.Fatalf("%s, %s: %v", name, schedule, wrong)
			}
		}
	}
}

// TestContexts calls Ensure again and again with a short context, as a provisioner
// does, in one process and in a new one each time. It takes no more than two calls
// over what a patient call would fill, and another for each error that tells how long
// the context of a new process has to be.
func (s *Service) TestContexts(t *testing.T) {
	for _, name := range s.worlds() {
		patient := s.untilDone(t, name, fairTime, false, false).took
		for _, timeout := range []time.Duration{2, 5, 10, 12, 15} {
			timeout *= time.Second
			for _, anew := range []bool{false, true} {
				n := s.untilDone(t, name, timeout, false, anew)
				most := int(patient/timeout) + 1 + 2 + n.told
				t.Logf("%s: contexts of %v, a new process each: %v: %d calls, told %d times (patient: %v)", name, timeout, anew, n.calls, n.told, patient)
				if n.err != nil || n.calls > most {
					t.Errorf("P4: %s: contexts of %v, a new process each: %v: %d calls, want at most %d, %v", name, timeout, anew, n.calls, most, n.err)
				}
			}
		}
	}
}

// TestAbsentContexts calls Absent again and again with a short context. In a new
// process each time it needs one context that is longer, and says how long.
func (s *Service) TestAbsentContexts(t *testing.T) {
	for _, name := range s.worlds() {
		patient := s.untilDone(t, name, fairTime, true, false).took
		for _, timeout := range []time.Duration{2, 5, 10, 12, 15} {
			timeout *= time.Second
			n := s.untilDone(t, name, timeout, true, false)
			most := int(patient/timeout) + 3
			t.Logf("%s: contexts of %v: %d calls (patient: %v)", name, timeout, n.calls, patient)
			if n.err != nil || n.calls > most {
				t.Errorf("P4: %s: contexts of %v: %d calls, want at most %d, %v", name, timeout, n.calls, most, n.err)
			}
		}
		n := s.untilDone(t, name, Settle/2, true, true)
		if n.err != nil || n.calls > 2+n.told {
			t.Errorf("P4: %s: contexts of %v, a new process each: %d calls, told %d times, %v", name, Settle/2, n.calls, n.told, n.err)
		}
	}
}

// done tells how a call came to its end.
type done struct {
	calls int
	told  int           // how often an error told how long a context has to be
	took  time.Duration // of the last call
	err   error
}

// untilDone makes a call again and again in fair weather until it succeeds. A key
// that is made absent was ensured long before.
func (s *Service) untilDone(t *testing.T, world string, timeout time.Duration, absent, anew bool) (d done) {
	synctest.Test(t, func(t *testing.T) {
		const key = "key-0"
		w := s.Worlds[world](Schedule{})
		newCaller := func() Caller {
			return w.Caller(Process{Wrap: newProcess(s, 50*time.Millisecond).wrap})
		}
		if absent {
			if _, err := newCaller().Ensure(t.Context(), key); err != nil {
				t.Fatal(err)
			}
			pass(time.Hour)
		}
		caller := newCaller()
		defer func() { pass(time.Minute) }() // for what is on its way
		for d.calls = 1; ; d.calls++ {
			start := time.Now()
			within(t.Context(), timeout, func(ctx context.Context) {
				if absent {
					d.err = caller.Absent(ctx, key)
				} else {
					_, d.err = caller.Ensure(ctx, key)
				}
			})
			d.took = time.Since(start)
			if d.err == nil || d.calls == tries || !errors.Is(d.err, context.DeadlineExceeded) {
				return
			}
			pass(retryPause)
			if anew {
				caller = newCaller()
				if longer := heed(timeout, d.err); longer > timeout {
					timeout, d.told = longer, d.told+1
				}
			}
		}
	})
	return d
}

// TestFleet counts what comes of many keys in bad weather, and in wild.
func (s *Service) TestFleet(t *testing.T) {
	for _, name := range s.worlds() {
		for seed := range uint64(*seeds) {
			for _, late := range []time.Duration{Settle / 2, 3 * Settle} {
				f := Fleet{Keys: *keys, Clients: 8, Faults: 0.2, Crash: 0.1, Late: late, Lag: Settle / 2, Seed: seed}
				n := f.Run(t, s, s.Worlds[name])
				t.Logf("%s, seed %d, late by %v: %+v", name, seed, late, n)
				if want := (Count{Resources: *keys}); n != want && (late < Settle && !s.Reports || s.Unique || n.Silent+n.Lost+n.Failed > 0) {
					t.Errorf("%s, seed %d, late by %v: %+v, want %+v", name, seed, late, n, want)
				}
			}
		}
	}
}

// Usual is a disturbance with the usual faults.
func Usual(faults float64, late, lag time.Duration, seed uint64) fake.Disturbance {
	return fake.Disturbance{Faults: faults, Late: late, Lag: lag, Seed: seed}
}
