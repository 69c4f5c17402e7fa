package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/benchmark"
)

// samples holds what a benchmark reported: by its name and unit, one value for
// each pass.
type samples map[string]map[string][]float64

// median returns the median over the passes.
func (s samples) median(name, unit string) float64 { return median(s[name][unit]) }

// ratio returns the median of a ÷ b within a pass.
func (s samples) ratio(a, b, unit string) float64 {
	var ratios []float64
	for i, v := range s[a][unit] {
		if of := s[b][unit]; i < len(of) {
			ratios = append(ratios, v/of[i])
		}
	}
	return median(ratios)
}

// spread returns half the range between the quartiles, in percent of the median.
func (s samples) spread(name, unit string) float64 {
	values := slices.Sorted(slices.Values(s[name][unit]))
	if len(values) < 4 {
		return 0
	}
	return 100 * (values[len(values)*3/4] - values[len(values)/4]) / 2 / median(values)
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

// add takes the output of a run of benchmarks.
func (s samples) add(output []byte) error {
	scanner := bufio.NewScanner(bytes.NewReader(output))
	for scanner.Scan() {
		fields := strings.Fields(scanner.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(fields[0], "Benchmark")
		if i := strings.LastIndexByte(name, '-'); i > 0 && strings.Trim(name[i+1:], "0123456789") == "" {
			name = name[:i] // without the number of processors
		}
		if s[name] == nil {
			s[name] = map[string][]float64{}
		}
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return fmt.Errorf("%q: %w", scanner.Text(), err)
			}
			s[name][fields[i+1]] = append(s[name][fields[i+1]], value)
		}
	}
	return scanner.Err()
}

// bench runs the benchmarks of a binary in passes, each in a process of its own,
// and keeps the output in a file of the results.
func (r *report) bench(binary, pattern, file string, passes int, args ...string) (samples, error) {
	s := samples{}
	var output []byte
	for range r.passes(passes) {
		out, err := command(binary, append([]string{"-test.run=^$", "-test.bench=" + pattern}, args...)...)
		if err != nil {
			return nil, err
		}
		if err := s.add(out); err != nil {
			return nil, err
		}
		output = append(output, out...)
	}
	if len(s) == 0 {
		return nil, fmt.Errorf("no benchmark matches %s", pattern)
	}
	return s, os.WriteFile(filepath.Join(r.results, file), output, 0o644)
}

// benchtime is how long one benchmark of a pass runs.
func (r *report) benchtime(long string) string {
	if r.quick {
		return "-test.benchtime=5ms"
	}
	return "-test.benchtime=" + long
}

// check compares the columns before they are measured.
func check(*report) error {
	_, err := command("go", "test", "-count=1", ".")
	return err
}

func memory(r *report) error {
	binary, err := r.testBinary("test")
	if err != nil {
		return err
	}
	r.memory, err = r.bench(binary, "^Benchmark(Call|Sign|New)$", "memory.txt", 10, "-test.cpu=1", r.benchtime("100ms"))
	return err
}

func loopback(r *report) error {
	binary, err := r.testBinary("test")
	if err != nil {
		return err
	}
	r.loopback, err = r.bench(binary, "^BenchmarkLoopback$", "loopback.txt", 5, r.benchtime("150ms"))
	return err
}

// races counts what the race detector has to say of a client that 64 goroutines
// share. Each column has a process to itself.
func races(r *report) error {
	binary, err := r.testBinary("race", "-race")
	if err != nil {
		return err
	}
	r.races = map[string]int{}
	for _, s := range benchmark.Services {
		for _, c := range s.Columns {
			n, err := raced(binary, s.Name, c.Name)
			if err != nil {
				return err
			}
			r.races[s.Name+"/"+c.Name] = n
		}
	}
	return nil
}

// raced returns the number of reports for one column.
func raced(binary, service, column string) (int, error) {
	cmd := exec.CommandContext(context.Background(), binary, "-test.run=^$", "-test.benchtime=2000x",
		fmt.Sprintf("-test.bench=^BenchmarkShared$/^service=%s$/^call=create$/^column=%s$", service, column))
	out, err := cmd.CombinedOutput() // it fails if there are reports
	n := bytes.Count(out, []byte("WARNING: DATA RACE"))
	if n == 0 && (err != nil || !bytes.Contains(out, []byte("ns/op"))) {
		return 0, fmt.Errorf("%s, %s: %w\n%s", service, column, err, out)
	}
	return n, nil
}

// fleet lets every column that signs its own requests create many access points,
// and all that can wait for many.
func fleet(r *report) error {
	r.fanOuts, r.waits = map[string][]benchmark.FanOut{}, map[string][]benchmark.Waited{}
	for range r.passes(3) {
		for _, s := range benchmark.Services {
			for _, c := range s.Columns {
				if c.Name == benchmark.FloorBare {
					continue
				}
				f, err := s.FanOut(c)
				if err != nil {
					return err
				}
				r.fanOuts[s.Name+"/"+c.Name] = append(r.fanOuts[s.Name+"/"+c.Name], f)
			}
		}
	}
	for _, s := range benchmark.Services {
		var err error
		if r.waits[s.Name], err = s.Waits(); err != nil {
			return err
		}
	}
	return nil
}

// fannedOut returns the pass in which a column came out in the middle, and how
// many creates succeeded in the worst and the best.
func (r *report) fannedOut(service, column string) (middle benchmark.FanOut, least, most int) {
	passes := slices.SortedFunc(slices.Values(r.fanOuts[service+"/"+column]), func(a, b benchmark.FanOut) int { return a.Succeeded - b.Succeeded })
	return passes[len(passes)/2], passes[0].Succeeded, passes[len(passes)-1].Succeeded
}

// testBinary builds the benchmarks, once for a name.
func (r *report) testBinary(name string, args ...string) (string, error) {
	path := filepath.Join(r.work, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	_, err := command("go", append(append([]string{"test", "-c", "-o", path}, args...), ".")...)
	return path, err
}

// command runs a program and returns what it prints.
func command(name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(context.Background(), name, args...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, out.Bytes(), problems.Bytes())
	}
	return out.Bytes(), nil
}
