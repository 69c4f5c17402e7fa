// Fleet ensures many access points on each service at once, and then counts what
// is really there:
//
//	go run ./examples/fleet -n 200 -faults 0.2 -restart 0.1
//
// It talks to in-memory services, which take 200 calls a second of each
// operation and answer in 5 milliseconds. With -limiter they count them in windows:
//
//	go run ./examples/fleet -limiter window60 -limit 2 -n 300
//
// is what NAS documents, 120 calls in 60 seconds. With -faults a share of the requests
// goes wrong: answers are lost, changes are applied late, connections break, the
// service fails. With -restart a share of the calls is broken off at any point,
// as by a process that dies, and their keys are taken up by a new client.
//
// Each access point has a caller of its own. The file of a service shows how one
// writes such a caller.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/accesspoint-go/accesspoint/examples/internal/screen"
	"github.com/accesspoint-go/accesspoint/internal/limit"
)

// options are the flags.
type options struct {
	services    []service
	n           int
	concurrency int
	limit       float64
	counting    counting
	faults      float64
	restart     float64
	late        time.Duration
	seed        uint64
	json        bool
}

// counting is how a service counts calls: in a bucket, or in windows of a length.
type counting struct{ window time.Duration }

// countings are the kinds, by their names.
var countings = map[string]counting{"bucket": {}, "window1": {time.Second}, "window60": {time.Minute}}

// burst is what a bucket holds.
const burst = 20

// quota returns what a window holds.
func (o *options) quota() int { return int(o.limit * o.counting.window.Seconds()) }

// limiter returns the limiter of an operation. A window opens now.
func (o *options) limiter() limit.Limiter {
	switch per := o.counting.window; {
	case o.limit == 0:
		return limit.NewFixedWindow(math.MaxInt, time.Second, 0)
	case per == 0:
		return limit.NewBucket(o.limit, burst)
	default:
		return limit.NewFixedWindow(o.quota(), per, -time.Duration(time.Now().UnixNano()%int64(per)))
	}
}

// ideal returns in how many seconds n calls can be taken.
func (o *options) ideal() float64 {
	switch {
	case o.limit == 0:
		return 0
	case o.counting.window == 0:
		return max(0, float64(o.n-burst)/o.limit)
	}
	return float64((o.n-1)/o.quota()) * o.counting.window.Seconds()
}

// disturbed reports whether anything is to go wrong.
func (o *options) disturbed() bool { return o.faults > 0 || o.restart > 0 }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second one ends the program
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run returns the exit status: 0 only if nothing is there twice, lost or failed,
// 130 if ctx ended.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	errs := screen.New(stderr)
	shown := errs
	if o.json {
		shown = screen.New(io.Discard)
	}
	fleets := make([]*fleet, len(o.services))
	names := make([]string, len(o.services))
	for i, s := range o.services {
		fleets[i] = newFleet(s, o)
		names[i] = s.name
	}
	progress := shown.Progress(names, func(i int) string { return fleets[i].line(time.Now()) })
	var all sync.WaitGroup
	for i, f := range fleets {
		all.Go(func() {
			f.run(ctx)
			progress.Finish(i, f.line(time.Now()))
		})
	}
	all.Wait()
	progress.End()

	status := 0
	results := make([]result, len(fleets))
	for i, f := range fleets {
		results[i] = f.result
		if f.result.Duplicates+f.result.Lost+f.result.Failed > 0 {
			status = 1
		}
		for _, err := range f.errs[:min(len(f.errs), 3)] {
			if !errors.Is(err, ctx.Err()) {
				errs.Print(f.service.name + ": " + err.Error())
			}
		}
	}
	if ctx.Err() != nil {
		errs.Print("Interrupted. What was not created yet counts as lost and failed.")
		status = 130
	}
	if o.json {
		for _, r := range results {
			line, err := json.Marshal(r)
			if err != nil {
				fmt.Fprintln(stderr, err)
				return 1
			}
			fmt.Fprintf(stdout, "%s\n", line)
		}
	} else {
		table(screen.New(stdout), results)
	}
	return status
}

// table prints a column for each fleet.
func table(s *screen.Screen, results []result) {
	rows := [][]string{{""}, {"asked"}, {"created"}, {"twice"}, {"lost"}, {"failed"}, {"requests"}, {"throttled"}, {"to wait"},
		{"seconds"}, {"ideal"}, {"ready"}, {"max/median"}}
	for _, r := range results {
		column := []string{r.Service}
		for _, n := range []int{r.Asked, r.Created, r.Duplicates, r.Lost, r.Failed, r.Requests, r.Throttled, r.WaitRequests} {
			column = append(column, strconv.Itoa(n))
		}
		for _, x := range []float64{r.Seconds, r.IdealSeconds, r.ReadySeconds, r.SlowestOverMedian} {
			column = append(column, strconv.FormatFloat(x, 'f', 1, 64))
		}
		for i := range rows {
			rows[i] = append(rows[i], column[i])
		}
	}
	s.Table(rows)
}

func parse(args []string, stderr io.Writer) (*options, error) {
	o := &options{}
	f := flag.NewFlagSet("fleet", flag.ContinueOnError)
	f.SetOutput(stderr)
	screen.Usage(f, "Ensures many access points on each in-memory service at once, and counts what is really there.")
	names := make([]string, len(services))
	for i, s := range services {
		names[i] = s.name
	}
	name := f.String("service", "all", "`name`: "+strings.Join(names, ", ")+" or all, side by side")
	f.IntVar(&o.n, "n", 1000, "how many access points")
	f.IntVar(&o.concurrency, "concurrency", 64, "how many requests may be under way at once")
	f.Float64Var(&o.limit, "limit", 200, "calls a second that the service takes of each operation, 0 for any number")
	limiter := f.String("limiter", "bucket", "how the service counts them: bucket (bursts of up to 20), window1 or window60 (so many in each 1 or 60 seconds)")
	f.Float64Var(&o.faults, "faults", 0, "share of the requests that go wrong, 0 to 0.5")
	f.Float64Var(&o.restart, "restart", 0, "share of the calls that are broken off and taken up again, 0 to 0.9")
	f.DurationVar(&o.late, "late", 2*time.Second, "how late a change may be applied whose answer is lost; within twice that it shows")
	f.Uint64Var(&o.seed, "seed", 1, "seed of the random numbers")
	f.BoolVar(&o.json, "json", false, "print one line of JSON for each service and nothing else")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	for _, s := range services {
		if *name == "all" || *name == s.name {
			o.services = append(o.services, s)
		}
	}
	var known bool
	o.counting, known = countings[*limiter]
	for _, p := range []struct {
		wrong  bool
		reason string
	}{
		{f.NArg() > 0, fmt.Sprintf("fleet takes no arguments, only flags: %q", f.Args())},
		{o.services == nil, fmt.Sprintf("-service: no service %q among %s", *name, strings.Join(names, ", "))},
		{o.n < 1 || o.n > 100000, "-n must be 1 to 100000"},
		{o.concurrency < 1, "-concurrency must be at least 1"},
		{o.limit < 0, "-limit must not be negative"},
		{!known, fmt.Sprintf("-limiter: %q is none of %s", *limiter, strings.Join(slices.Sorted(maps.Keys(countings)), ", "))},
		{o.limit > 0 && o.counting.window > 0 && o.quota() < 1, "-limit must be at least one call a window"},
		{o.faults < 0 || o.faults > 0.5, "-faults must be 0 to 0.5"},
		{o.restart < 0 || o.restart > 0.9, "-restart must be 0 to 0.9"},
		{o.late < 0, "-late must not be negative"},
	} {
		if p.wrong {
			screen.New(stderr).Print(p.reason)
			return nil, errors.New(p.reason)
		}
	}
	return o, nil
}

// median returns the middle of ds, which it sorts.
func median(ds []time.Duration) time.Duration {
	if len(ds) == 0 {
		return 0
	}
	slices.Sort(ds)
	return ds[len(ds)/2]
}
