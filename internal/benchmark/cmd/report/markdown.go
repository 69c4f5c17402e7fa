package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/benchmark"
)

// markdown writes the report.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Measured beside its peers

Written by `+"`go run ./cmd/report`"+` in internal/benchmark, %s, %s, on %d processors (%s); load %s before, %s after.

![What one create costs](create.svg)

ours is this module with its defaults: requests are checked, paced and, where that is safe, repeated. The official SDKs have their
defaults, too. floor-min is the least that one would write by hand: net/http, a signature, encoding/json or encoding/xml, nothing
else. floor-bare sends a request that was signed beforehand, and drops the answer. Before anything is measured, a test checks that
all of them send the same parameters, sign them rightly, and decode every value of every item.

create has the parameters that most callers set, create-full all that the operation takes together: for NAS all but AgenticSpaceId,
which excludes seven of the others, with 5 tags; for OSS a VPC; for EFS 5 tags; for PrivateLink all but DryRun, with 2 zones, 2
security groups and 3 tags; for KMS 3 policies. Items of lists have what create sends, those of OSS what create-full does.

Time in memory is that of the process (getrusage), garbage collection included, with one processor: what else runs on the machine
does not count. On a real network a create takes milliseconds, so these microseconds are not what one caller waits for; they are
what many cost.

## The figures

The goals were set before. ✓ is the required value, ✓✓ the stretch, ✗ neither.

`, r.started.Format("2006-01-02"), runtime.Version(), runtime.NumCPU(), processor(), r.load[0], r.load[1])
	table(&b, "figure", append([]string{"required", "stretch"}, services()...), func(row func(string, ...string)) {
		for _, f := range figures {
			sign := "≤ "
			if f.atLeast {
				sign = "≥ "
			}
			goal := func(v float64) string { return sign + strings.TrimSuffix(fmt.Sprintf("%g", v), ".0") }
			cells := []string{goal(f.required), goal(f.stretch)}
			for _, s := range benchmark.Services {
				cells = append(cells, f.reached(f.of(r, s)))
			}
			row(f.name, cells...)
		}
	})

	b.WriteString("\n## Official ÷ ours\n\nHow many times as much the official SDK needs. Two numbers with a colon: theirs and ours.\n\n")
	var officials []string
	eachOfficial(func(s *benchmark.Service, c benchmark.Column) { officials = append(officials, s.Name+": "+c.Name) })
	table(&b, "", officials, func(row func(string, ...string)) {
		for _, c := range comparisons {
			var cells []string
			eachOfficial(func(s *benchmark.Service, column benchmark.Column) {
				cells = append(cells, c.of(r, s.Name, column.Name))
			})
			row(c.name, cells...)
		}
	})
	b.WriteString("\n![What a list page of 100 costs](list.svg)\n\n![What an SDK adds to a program](weight.svg)\n")

	b.WriteString("\n## Calls in memory\n\nGOMAXPROCS=1, medians. ± is half the range between the quartiles. ÷ floor-min is the median of the ratios within a pass.\n\n")
	table(&b, "call", []string{"column", "µs", "±", "B", "allocations", "÷ floor-min", "÷ floor-bare"}, func(row func(string, ...string)) {
		for _, s := range benchmark.Services {
			for _, call := range s.Calls {
				for _, c := range s.Columns {
					name := called(s.Name, call.Name, c.Name)
					row(s.Name+" "+call.Name, c.Name, micros(r.memory.median(name, cpu)), percent(r.memory.spread(name, cpu)),
						thousands(r.memory.median(name, "B/op")), thousands(r.memory.median(name, "allocs/op")),
						ratio(r.memory.ratio(name, called(s.Name, call.Name, benchmark.FloorMin), cpu)),
						ratio(r.memory.ratio(name, called(s.Name, call.Name, benchmark.FloorBare), cpu)))
				}
			}
		}
	})

	b.WriteString("\n## Calls over loopback\n\nThe server is a process of its own on the same processors, so the requests a second are a joint limit. CPU is that of the\nclient. The official SDKs have the transports that they bring.\n\n")
	table(&b, "call", []string{"callers", "column", "CPU µs", "±", "B", "allocations", "requests/s", "new connections in 100", "CPU ÷ floor-min"}, func(row func(string, ...string)) {
		for _, s := range benchmark.Services {
			for _, call := range []string{"create", "create-full", "list100"} {
				for _, callers := range []int{1, 16, 64} {
					for _, c := range s.Columns {
						name := looped(s.Name, call, callers, c.Name)
						row(s.Name+" "+call, fmt.Sprint(callers), c.Name, micros(r.loopback.median(name, cpu)), percent(r.loopback.spread(name, cpu)),
							thousands(r.loopback.median(name, "B/op")), thousands(r.loopback.median(name, "allocs/op")),
							thousands(r.loopback.median(name, "req/s")), fmt.Sprintf("%.1f", r.loopback.median(name, "conns/100op")),
							ratio(r.loopback.ratio(name, looped(s.Name, call, callers, benchmark.FloorMin), cpu)))
					}
				}
			}
		}
	})

	b.WriteString("\n## Signing\n\nThe official signer of ACS3 encodes the query while it signs. So does ours here; ours-encoded and floor-min sign one that is encoded.\n\n")
	table(&b, "signature", []string{"column", "µs", "±", "B", "allocations", "÷ ours"}, func(row func(string, ...string)) {
		for _, s := range benchmark.Signatures {
			for _, signer := range s.Signers {
				name := signed(s.Name, signer.Name)
				row(s.Name, signer.Name, micros(r.memory.median(name, cpu)), percent(r.memory.spread(name, cpu)), thousands(r.memory.median(name, "B/op")),
					thousands(r.memory.median(name, "allocs/op")), ratio(r.memory.ratio(name, signed(s.Name, benchmark.Ours), cpu)))
			}
		}
	})

	b.WriteString("\n## Construction\n\n")
	table(&b, "service", []string{"column", "µs", "B", "allocations"}, func(row func(string, ...string)) {
		for _, s := range benchmark.Services {
			for _, c := range s.Columns {
				if name := made(s.Name, c.Name); r.memory[name] != nil {
					row(s.Name, c.Name, micros(r.memory.median(name, cpu)), thousands(r.memory.median(name, "B/op")), thousands(r.memory.median(name, "allocs/op")))
				}
			}
		}
	})

	b.WriteString("\n## Programs\n\nOne create each, against a server on loopback; see the folder program. Sizes are of stripped binaries. The build is clean but for\nwhat the program with net/http alone needs. Time and CPU are of a fresh process from start to exit.\n\n")
	table(&b, "service", []string{"column", "bytes", "over net/http alone, KB", "modules linked", "build, CPU s", "time ms", "CPU ms", "init ms", "init B", "init allocations"}, func(row func(string, ...string)) {
		for _, p := range programsOf {
			service := p.service
			if p.name == bare {
				service = ""
			}
			w := r.weights[p.service+"/"+p.column]
			row(service, p.column, thousands(float64(w.bytes)), thousands(r.over(p.service, p.column)), fmt.Sprint(w.modules), fmt.Sprintf("%.1f", w.build),
				fmt.Sprintf("%.2f", median(w.wall)), fmt.Sprintf("%.2f", median(w.cpu)), fmt.Sprintf("%.2f", median(w.initTime)), thousands(float64(w.initBytes)), fmt.Sprint(w.initAllocs))
		}
	})

	fmt.Fprintf(&b, `
## Fan-out

![Of 1,000 creates by 64 callers, succeed](fanout.svg)

%s creates by %d callers that share a client, in memory, where the service takes %d a second in bursts of 20 and answers in 5 ms:
4.9 s are the least. Nothing is configured but the endpoint and the key, so repeats are those that the SDK makes by itself:
darabonba, privatelink-v5, kms-v3 and alibaba-cloud-sdk-go make none; oss-sdk-v2 and aws-sdk-v2 make three attempts with a random
pause between them, of at most 20 s. When aws-sdk-v2 has used up its budget for repeats, the first refusal of a create is final, so
how many succeed differs much from pass to pass. Each column has %d passes; the one is shown in which it came out in the middle. Throttled is the
share of the requests. Slowest ÷ median is of the time from the start of a create to its end, for those that succeeded.

How the rate follows each kind of limiter, beside backoff and the adaptive mode of AWS, drawn by TestZooChart of internal/pace:

![The rate over time at each limiter](pace.svg)

`, thousands(benchmark.FleetSize), benchmark.FleetCallers, benchmark.FleetLimit, r.passes(3))
	table(&b, "service", []string{"column", "succeeded", "least to most", "failed", "requests", "throttled", "seconds", "slowest ÷ median"}, func(row func(string, ...string)) {
		for _, s := range benchmark.Services {
			for _, c := range s.Columns {
				if c.Name == benchmark.FloorBare {
					continue
				}
				f, least, most := r.fannedOut(s.Name, c.Name)
				row(s.Name, c.Name, fmt.Sprint(f.Succeeded), fmt.Sprintf("%d to %d", least, most), fmt.Sprint(f.Failed), fmt.Sprint(f.Requests),
					percent(100*float64(f.Throttled)/float64(f.Requests)), fmt.Sprintf("%.1f", f.Seconds), fmt.Sprintf("%.1f", f.SlowestOverMedian))
			}
		}
	})

	fmt.Fprintf(&b, `
## Many waits

%s access points become ready one after another, 2 to 8 s after the waits for them begin (they are created in that rhythm, 8 s before).
No official SDK has a wait for them, so its users ask for each until it is ready, here every 2 s; ours may do it in one wait for all
or in one for each. All columns of a service wait at the same time, for the same access points, with no limit; at 200 gets a second,
those of the official SDKs would not pass. On KMS nothing is created in the background.

`, thousands(benchmark.FleetSize))
	table(&b, "service", []string{"column", "way", "requests", "seconds until all are seen"}, func(row func(string, ...string)) {
		for _, s := range benchmark.Services {
			for _, w := range r.waits[s.Name] {
				row(s.Name, w.Column, w.Way, fmt.Sprint(w.Requests), fmt.Sprintf("%.1f", w.Seconds))
			}
		}
	})

	b.WriteString("\n## How to repeat it\n\n```sh\ncd internal/benchmark\ngo run ./cmd/report    # about eleven minutes on two idle processors; writes this folder\n" +
		"benchstat -col /column results/memory.txt\n```\n\nmemory.txt and loopback.txt are the output of the benchmarks, one pass after another. The versions of the SDKs:\n\n")
	for _, m := range modules() {
		fmt.Fprintf(&b, "- %s\n", m)
	}
	b.WriteString(`
## What it does not say

There is no TLS, no HTTP/2 and no network. The answers are those of this module's fakes, whose values are shorter or longer than real
ones. The SDK of NAS is not on the module proxy: darabonba is the generic client below it, and returns a map where the SDK goes on
to fill a struct. kms-v3 runs on a newer darabonba-openapi than it asks for, since all columns are in one module.
`)
	return b.String()
}

func services() []string {
	var names []string
	for _, s := range benchmark.Services {
		names = append(names, s.Name)
	}
	return names
}

func eachOfficial(f func(*benchmark.Service, benchmark.Column)) {
	for _, s := range benchmark.Services {
		for _, c := range s.Columns {
			if c.Official() {
				f(s, c)
			}
		}
	}
}

// table writes a table, whose rows fill calls row for.
func table(b *strings.Builder, first string, others []string, fill func(row func(string, ...string))) {
	fmt.Fprintf(b, "| %s | %s |\n| --- |%s\n", first, strings.Join(others, " | "), strings.Repeat(" --- |", len(others)))
	fill(func(name string, cells ...string) { fmt.Fprintf(b, "| %s | %s |\n", name, strings.Join(cells, " | ")) })
}

func micros(ns float64) string { return thousands(ns / 1000) }

func percent(v float64) string { return fmt.Sprintf("%.0f %%", v) }

func ratio(v float64) string {
	if v < 10 {
		return fmt.Sprintf("%.2f", v)
	}
	return thousands(v)
}

// processor returns the name of the processor.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	_, rest, _ := strings.Cut(string(text), "model name")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.Trim(line, "\t :")
}

// modules returns the versions of the SDKs that are compared.
func modules() []string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	var versions []string
	for _, m := range info.Deps {
		for _, prefix := range []string{"darabonba-openapi", "kms-2016", "privatelink-2020", "alibaba-cloud-sdk-go", "oss-go-sdk", "aws-sdk-go-v2 ", "service/efs"} {
			if line := m.Path + " " + m.Version; strings.Contains(line, prefix) {
				versions = append(versions, line)
			}
		}
	}
	return versions
}
