package main

import (
	"fmt"
	"strings"

	"github.com/accesspoint-go/accesspoint/internal/benchmark"
)

// The names of benchmarks.

func called(service, call, column string) string {
	return fmt.Sprintf("Call/service=%s/call=%s/column=%s", service, call, column)
}

func looped(service, call string, callers int, column string) string {
	return fmt.Sprintf("Loopback/service=%s/call=%s/callers=%d/column=%s", service, call, callers, column)
}

func signed(signature, column string) string {
	return fmt.Sprintf("Sign/signature=%s/column=%s", signature, column)
}

func made(service, column string) string {
	return fmt.Sprintf("New/service=%s/column=%s", service, column)
}

// signatureOf is the signature of a service.
var signatureOf = map[string]string{"nas": "ACS3", "oss": "OSS4", "efs": "SigV4", "privatelink": "ACS3", "kms": "ACS3"}

const cpu = "cpu-ns/op"

// A figure is a goal for ours.
type figure struct {
	name              string
	required, stretch float64
	atLeast           bool // that much or more, not that much or less
	format            string
	of                func(r *report, s *benchmark.Service) float64
}

// figures are the goals that were set before ours was measured. The time of a
// call in memory is that of the processor.
var figures = []figure{
	{"create ÷ floor-min, time", 0.8, 0.65, false, "%.2f", overFloor("create")},
	{"create with all parameters ÷ floor-min, time", 0.8, 0.65, false, "%.2f", overFloor("create-full")},
	{"allocations of a create", 55, 40, false, "%.0f", allocations("create")},
	{"allocations of a create with all parameters", 55, 40, false, "%.0f", allocations("create-full")},
	{"list of 100 ÷ floor-min, time", 0.4, 0.3, false, "%.2f", overFloor("list100")},
	{"CPU of a create over loopback, 16 callers, ÷ floor-min", 0.95, 0.8, false, "%.2f", func(r *report, s *benchmark.Service) float64 {
		return r.loopback.ratio(looped(s.Name, "create", 16, benchmark.Ours), looped(s.Name, "create", 16, benchmark.FloorMin), cpu)
	}},
	{"signing by ACS3 or OSS4, official ÷ ours", 4, 8, true, "%.1f", func(r *report, s *benchmark.Service) float64 {
		if s.Name == "efs" {
			return 0
		}
		return r.signing(s.Name)
	}},
	{"signing by SigV4, official ÷ ours", 2.5, 3.5, true, "%.1f", func(r *report, s *benchmark.Service) float64 {
		if s.Name != "efs" {
			return 0
		}
		return r.signing(s.Name)
	}},
	{"new connections in 100 creates, 64 callers", 0.5, 0.1, false, "%.2f", func(r *report, s *benchmark.Service) float64 {
		return r.loopback.median(looped(s.Name, "create", 64, benchmark.Ours), "conns/100op") + 1e-9
	}},
	{"stripped binary over net/http alone, KB", 300, 260, false, "%.0f", func(r *report, s *benchmark.Service) float64 {
		return r.over(s.Name, benchmark.Ours)
	}},
	{"reports of the race detector, 64 goroutines", 0, 0, false, "%.0f", func(r *report, s *benchmark.Service) float64 {
		return float64(r.races[s.Name+"/"+benchmark.Ours]) + 1e-9
	}},
}

// overFloor compares our call with that by hand.
func overFloor(call string) func(*report, *benchmark.Service) float64 {
	return func(r *report, s *benchmark.Service) float64 {
		return r.memory.ratio(called(s.Name, call, benchmark.Ours), called(s.Name, call, benchmark.FloorMin), cpu)
	}
}

func allocations(call string) func(*report, *benchmark.Service) float64 {
	return func(r *report, s *benchmark.Service) float64 {
		return r.memory.median(called(s.Name, call, benchmark.Ours), "allocs/op")
	}
}

// signing compares the official signer with ours.
func (r *report) signing(service string) float64 {
	signature := signatureOf[service]
	official := map[string]string{"ACS3": "darabonba", "OSS4": "oss-sdk-v2", "SigV4": "aws-sdk-v2"}[signature]
	return r.memory.ratio(signed(signature, official), signed(signature, benchmark.Ours), cpu)
}

// over is by how many KB a program is larger than one that uses net/http alone.
func (r *report) over(service, column string) float64 {
	return float64(r.weights[service+"/"+column].bytes-r.weights[bareKey].bytes) / 1024
}

// reached writes a value with what it reaches. A service that a figure does not
// concern has the value 0.
func (f figure) reached(value float64) string {
	if value == 0 {
		return ""
	}
	within := func(goal float64) bool {
		if f.atLeast {
			return value >= goal
		}
		return value <= goal+1e-6
	}
	mark := " ✗"
	switch {
	case within(f.stretch):
		mark = " ✓✓"
	case within(f.required):
		mark = " ✓"
	}
	return fmt.Sprintf(f.format, value) + mark
}

// A comparison is a row of what official SDKs need for what ours needs.
type comparison struct {
	name string
	of   func(r *report, service, column string) string
}

func times(ratio float64) string {
	switch {
	case ratio == 0:
		return ""
	case ratio < 9.95:
		return fmt.Sprintf("%.1f×", ratio)
	}
	return fmt.Sprintf("%.0f×", ratio)
}

func ofCall(call, unit string) func(r *report, service, column string) string {
	return func(r *report, service, column string) string {
		return times(r.memory.ratio(called(service, call, column), called(service, call, benchmark.Ours), unit))
	}
}

func ofLoop(call string, callers int, unit string) func(r *report, service, column string) string {
	return func(r *report, service, column string) string {
		return times(r.loopback.ratio(looped(service, call, callers, column), looped(service, call, callers, benchmark.Ours), unit))
	}
}

func ofProgram(value func(*weight) float64) func(r *report, service, column string) string {
	return func(r *report, service, column string) string {
		return times(value(r.weights[service+"/"+column]) / value(r.weights[service+"/"+benchmark.Ours]))
	}
}

// comparisons are the rows. Where ours is next to nothing, both values stand.
var comparisons = []comparison{
	{"create, time", ofCall("create", cpu)},
	{"create, allocations", ofCall("create", "allocs/op")},
	{"create, bytes", ofCall("create", "B/op")},
	{"create with all parameters, time", ofCall("create-full", cpu)},
	{"create with all parameters, allocations", ofCall("create-full", "allocs/op")},
	{"list of 100, time", ofCall("list100", cpu)},
	{"list of 100, allocations", ofCall("list100", "allocs/op")},
	{"list of 1,000, time", ofCall("list1000", cpu)},
	{"create over loopback, CPU, 16 callers", ofLoop("create", 16, cpu)},
	{"list of 100 over loopback, CPU, 16 callers", ofLoop("list100", 16, cpu)},
	{"new connections in 100 creates, 64 callers", func(r *report, service, column string) string {
		theirs := r.loopback.median(looped(service, "create", 64, column), "conns/100op")
		return fmt.Sprintf("%.1f : %.1f", theirs, r.loopback.median(looped(service, "create", 64, benchmark.Ours), "conns/100op"))
	}},
	{"signing, time", func(r *report, service, column string) string {
		if column == "alibaba-cloud-sdk-go" { // it has an older signature
			return ""
		}
		return times(r.signing(service))
	}},
	{"construction, time", func(r *report, service, column string) string {
		return times(r.memory.ratio(made(service, column), made(service, benchmark.Ours), cpu))
	}},
	{"stripped binary over net/http alone", func(r *report, service, column string) string {
		return times(r.over(service, column) / r.over(service, benchmark.Ours))
	}},
	{"modules linked, ours included", ofProgram(func(w *weight) float64 { return float64(w.modules) })},
	{"CPU of a clean build beyond that of net/http", ofProgram(func(w *weight) float64 { return w.build })},
	{"init functions, allocations", ofProgram(func(w *weight) float64 { return float64(w.initAllocs) })},
	{"fresh process with one create, CPU", ofProgram(func(w *weight) float64 { return median(w.cpu) })},
	{"creates of 1,000 that succeed, 64 callers, 200 a second", func(r *report, service, column string) string {
		theirs, _, _ := r.fannedOut(service, column)
		ours, _, _ := r.fannedOut(service, benchmark.Ours)
		return fmt.Sprintf("%d : %d", theirs.Succeeded, ours.Succeeded)
	}},
	{"reports of the race detector, 64 goroutines", func(r *report, service, column string) string {
		return fmt.Sprintf("%d : %d", r.races[service+"/"+column], r.races[service+"/"+benchmark.Ours])
	}},
}

// charts are the pictures of the results.
func (r *report) charts() map[string]chart {
	micro := func(v float64) string { return thousands(v/1000) + " µs" }
	of := func(call string) []group {
		var groups []group
		for _, s := range benchmark.Services {
			g := group{name: s.Name}
			ours := called(s.Name, call, benchmark.Ours)
			add := func(c benchmark.Column, class string) {
				b := bar{name: c.Name, class: class, value: r.memory.median(called(s.Name, call, c.Name), cpu)}
				if class == "official" {
					b.note = times(r.memory.ratio(called(s.Name, call, c.Name), ours, cpu))
				}
				g.bars = append(g.bars, b)
			}
			for _, c := range s.Columns {
				switch {
				case c.Name == benchmark.Ours:
					add(benchmark.Column{Name: "accesspoint"}, "ours")
					g.bars[0].value = r.memory.median(ours, cpu)
				case c.Official():
					add(c, "official")
				case c.Name == benchmark.FloorMin:
					add(c, "floor")
					g.bars[len(g.bars)-1].name = "by hand, no checks"
				}
			}
			groups = append(groups, g)
		}
		return groups
	}
	weights := []group{}
	for _, s := range benchmark.Services {
		g := group{name: s.Name}
		for _, c := range s.Columns {
			switch {
			case c.Name == benchmark.Ours:
				g.bars = append(g.bars, bar{name: "accesspoint", class: "ours", value: r.over(s.Name, c.Name)})
			case c.Official():
				g.bars = append(g.bars, bar{name: c.Name, class: "official", value: r.over(s.Name, c.Name), note: times(r.over(s.Name, c.Name) / r.over(s.Name, benchmark.Ours))})
			}
		}
		weights = append(weights, g)
	}
	fanOuts := []group{}
	for _, s := range benchmark.Services {
		g := group{name: s.Name}
		add := func(column, name, class string) {
			f, _, _ := r.fannedOut(s.Name, column)
			g.bars = append(g.bars, bar{name: name, class: class, value: float64(f.Succeeded), note: fmt.Sprintf("%.1f s", f.Seconds)})
		}
		for _, c := range s.Columns {
			switch {
			case c.Name == benchmark.Ours:
				add(c.Name, "accesspoint", "ours")
			case c.Official():
				add(c.Name, c.Name, "official")
			case c.Name == benchmark.FloorMin:
				add(c.Name, "by hand, no repeats", "floor")
			}
		}
		fanOuts = append(fanOuts, g)
	}
	return map[string]chart{
		"create.svg": {"What one create costs", "Processor time of a call with all parameters; shorter is better. Ours checks requests, paces and retries; by hand does not.", of("create-full"), micro},
		"list.svg":   {"What a list page of 100 costs", "Processor time of a call, all items decoded; shorter is better.", of("list100"), micro},
		"weight.svg": {"What an SDK adds to a program", "Stripped binary with one create, beyond one with net/http alone; shorter is better.", weights, func(v float64) string { return thousands(v) + " KB" }},
		"fanout.svg": {"Of 1,000 creates by 64 callers, succeed", "Where the service takes 200 a second, with each SDK as it comes; longer is better. In brackets, the time for all.", fanOuts, func(v float64) string {
			if v < 1000 {
				return fmt.Sprintf("%.0f", v)
			}
			return thousands(v)
		}},
	}
}

// thousands writes a number with three digits that matter.
func thousands(v float64) string {
	switch {
	case v < 9.95:
		return fmt.Sprintf("%.1f", v)
	case v < 1000:
		return fmt.Sprintf("%.0f", v)
	}
	text := fmt.Sprintf("%.0f", v)
	var b strings.Builder
	for i, digit := range text {
		if i > 0 && (len(text)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}
