// Command report measures everything that package benchmark knows to measure, and
// writes what it finds into the folder results: README.md, charts, and the output
// of the benchmarks for benchstat. It runs in the folder of the module, for
// about thirteen minutes:
//
//	go run ./cmd/report
//
// With -quick it makes one short pass, to try the program itself. To measure
// something more, add a function to the list in main and a section to the tables.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/benchmark"
)

// A report collects what is measured.
type report struct {
	quick   bool
	work    string // a folder for what is built
	results string
	started time.Time
	load    [2]string // of the machine, before and after

	memory, loopback samples
	races            map[string]int // reports of the race detector, by service and column
	weights          map[string]*weight
	fanOuts          map[string][]benchmark.FanOut // by service and column, one for each pass
	waits            map[string][]benchmark.Waited // by service
}

func main() {
	benchmark.ServeIfAsked()
	quick := flag.Bool("quick", false, "one short pass, to try the program")
	results := flag.String("results", "results", "where to write")
	flag.Parse()
	if err := run(&report{quick: *quick, results: *results, started: time.Now()}); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func run(r *report) error {
	if _, err := os.Stat("program"); err != nil {
		return fmt.Errorf("run it in the folder of the module: %w", err)
	}
	var err error
	if r.work, err = os.MkdirTemp("", "report"); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(r.work) }()
	if err := os.MkdirAll(r.results, 0o755); err != nil {
		return err
	}
	r.load[0] = load()
	for _, step := range []struct {
		name string
		do   func(*report) error
	}{
		{"checks", check},
		{"calls in memory, signing, construction", memory},
		{"calls over loopback", loopback},
		{"the race detector", races},
		{"fan-out and many waits", fleet},
		{"programs", programs},
	} {
		start := time.Now()
		if err := step.do(r); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		fmt.Fprintf(os.Stderr, "%s: %v\n", step.name, time.Since(start).Round(time.Second))
	}
	r.load[1] = load()
	if err := os.WriteFile(filepath.Join(r.results, "README.md"), []byte(r.markdown()), 0o644); err != nil {
		return err
	}
	for name, c := range r.charts() {
		if err := os.WriteFile(filepath.Join(r.results, name), []byte(c.svg()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// passes is how often everything is measured.
func (r *report) passes(n int) int {
	if r.quick {
		return 1
	}
	return n
}

// load returns how many processes wanted to run in the last minute.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	one, _, _ := strings.Cut(string(text), " ")
	return one
}
