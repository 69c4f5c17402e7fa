package pace_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// A row is one number that is judged.
type row struct {
	name              string
	value             float64
	required, stretch float64 // NaN if there is none
	atLeast           bool    // more is better
	show              func(float64) string
	worst             string // the cell
}

func (r row) within(bound float64) bool {
	if r.atLeast {
		return r.value >= bound
	}
	return r.value <= bound
}

func (r row) met() bool { return r.within(r.required) }

func (r row) verdict() string {
	switch {
	case !r.met():
		return "NO"
	case r.within(r.stretch):
		return "stretch"
	}
	return "yes"
}

func (r row) bound(x float64) string {
	switch {
	case math.IsNaN(x):
		return ""
	case r.atLeast:
		return "≥ " + r.show(x)
	}
	return "≤ " + r.show(x)
}

func times2(x float64) string  { return fmt.Sprintf("%.2f ×", x) }
func percent(x float64) string { return fmt.Sprintf("%.1f %%", 100*x) }
func inSeconds(x float64) string {
	if x >= 1000 {
		return "never"
	}
	return fmt.Sprintf("%.1f s", x)
}
func count(x float64) string { return fmt.Sprintf("%.0f", x) }

func ratioOf(r result) float64   { return r.ours().ratio }
func refusedOf(r result) float64 { return r.ours().refused }
func lateOf(r result) float64    { return r.ours().late }

// figures computes what is required of the law.
func figures(results []result) (rows []row) {
	none := math.NaN()
	of := func(in func(cell) bool) (some []result) {
		for _, r := range results {
			if in(r.cell) {
				some = append(some, r)
			}
		}
		return some
	}
	in := func(groups ...string) []result {
		return of(func(c cell) bool { return slices.Contains(groups, c.group) })
	}
	add := func(r row) {
		if !math.IsNaN(r.value) { // there are such cells
			rows = append(rows, r)
		}
	}
	worst := func(name string, some []result, f func(result) float64, required, stretch float64, show func(float64) string) {
		if len(some) > 0 {
			w := slices.MaxFunc(some, func(a, b result) int { return cmp.Compare(f(a), f(b)) })
			add(row{name: name, value: f(w), required: required, stretch: stretch, show: show, worst: w.cell.String()})
		}
	}
	least := func(name string, some []result, f func(result) bool, required, stretch float64) {
		add(row{name: name, value: average(some, func(r result) float64 { return share(f(r)) }), required: required, stretch: stretch, atLeast: true, show: percent})
	}

	bucket, second, minutes, several := in(groupBucket), in(groupWindow1), in(groupWindow60, groupWindow300), in(groupProcesses)
	worst("bucket 200/s: time", bucket, ratioOf, 1.1, 1.03, times2)
	worst("bucket 200/s: refused", bucket, refusedOf, 0.05, 0.03, percent)
	worst("windows of 1 s: time", second, ratioOf, 1.2, 1.1, times2)
	worst("windows of 1 s: refused", second, refusedOf, 0.16, 0.12, percent)
	add(row{name: "windows of 1 s: refused, mean", value: average(second, refusedOf), required: 0.1, stretch: none, show: percent})
	worst("windows of 60 s, 5 min: time", minutes, ratioOf, 1.1, 1.05, times2)
	worst("windows of 60 s, 5 min: refused", minutes, refusedOf, 0.2, 0.12, percent)
	if len(results[0].scores) == len(laws) {
		others := in(groupLimiter, groupChange, groupDrop)
		least("others: quick or modest", others, quickOrModest, 0.95, 0.98)
		least("others: as modest as adaptive", others, asModest, 0.9, 0.95)
	}
	add(row{name: "8 processes: time, mean", value: average(several, ratioOf), required: 1.3, stretch: 1.2, show: times2})
	worst("8 processes: time", several, ratioOf, 1.6, none, times2)
	worst("8 processes: slowest ÷ median", several, lateOf, 2, none, times2)
	worst("calls failed, of any cell", results, func(r result) float64 { return float64(r.ours().failed) }, 0, none, count)
	all := in(groupDraw)
	plain := of(func(c cell) bool { return c.group == groupDraw && c.plain() })
	quick := func(r result) bool { return r.ours().ratio <= tolerable }
	least(fmt.Sprintf("%d plain draws within 1.5 ×", len(plain)), plain, quick, 0.97, 1)
	least("all draws within 1.5 ×", all, quick, 0.7, 0.8)
	add(row{name: "all draws: refused, mean", value: average(all, refusedOf), required: 0.15, stretch: none, show: percent})
	for _, r := range of(cell.returns) {
		add(row{name: "back at 90 %: " + r.cell.kind, value: slices.Max(r.back).Seconds(), required: 10, stretch: none, show: inSeconds, worst: r.cell.String()})
	}
	return rows
}

// returns says whether c is a cell in which it is measured how soon the law follows
// a quota that comes back.
func (c cell) returns() bool {
	return c.drop && (c.kind == "bucket" && c.burst == 20 || c.window == time.Second)
}

// tolerable is the share of the oracle's time that random cells may take.
const tolerable = 1.5

// quickOrModest says whether the law takes at most 1.1 times as long as plain
// backoff, or is refused less than half as much.
func quickOrModest(r result) bool {
	return r.ours().ratio <= 1.1*r.backoff().ratio || r.ours().refused < r.backoff().refused/2
}

// asModest says whether the law is refused at most 5 points more than the adaptive
// mode.
func asModest(r result) bool { return r.ours().refused <= r.adaptive().refused+0.05 }

func average(some []result, f func(result) float64) (m float64) {
	for _, r := range some {
		m += f(r)
	}
	return m / float64(len(some))
}

func share(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func writeFigures(b *strings.Builder, rows []row) {
	const format = "| %-31s | %-9s | %-9s | %9s | %-7s | %-18.18s |\n"
	fmt.Fprintf(b, format, "figure", "required", "stretch", "measured", "met", "worst cell")
	for _, r := range rows {
		fmt.Fprintf(b, format, r.name, r.bound(r.required), r.bound(r.stretch), r.show(r.value), r.verdict(), r.worst)
	}
}

// writeGroups compares the laws, group by group.
func writeGroups(b *strings.Builder, results []result) {
	b.WriteString("\nTime ÷ oracle and refused, mean^worst:\n")
	fmt.Fprintf(b, "| %-16s | %3s ", "group", "n")
	for _, l := range laws {
		fmt.Fprintf(b, "| %-15s ", l.name)
	}
	b.WriteString("|\n")
	for _, g := range groups {
		var some []result
		for _, r := range results {
			if r.cell.group == g {
				some = append(some, r)
			}
		}
		if len(some) == 0 {
			continue
		}
		fmt.Fprintf(b, "| %-16s | %3d ", g, len(some))
		for i := range laws {
			ratio, refused := func(r result) float64 { return r.scores[i].ratio }, func(r result) float64 { return r.scores[i].refused }
			worst := func(f func(result) float64) (w float64) {
				for _, r := range some {
					w = max(w, f(r))
				}
				return w
			}
			ratios := fmt.Sprintf("%.2f^%s", average(some, ratio), digits(worst(ratio)))
			fmt.Fprintf(b, "| %-9s %5s ", ratios, fmt.Sprintf("%.0f^%.0f", 100*average(some, refused), 100*worst(refused)))
		}
		b.WriteString("|\n")
	}
}

// writeMisses lists the cells that miss a figure of their own, with the reason.
func writeMisses(b *strings.Builder, results []result) {
	var lines []string
	reasons := map[string]int{}
	for _, r := range results {
		why := ""
		switch r.cell.group {
		case groupLimiter, groupChange, groupDrop:
			if !quickOrModest(r) {
				why = "slow"
			}
			if !asModest(r) {
				why += " refused"
			}
		case groupDraw:
			if r.ours().ratio > tolerable {
				why = "slow"
			}
		}
		if why == "" {
			continue
		}
		reason := r.cell.reason()
		reasons[reason]++
		line := fmt.Sprintf("%-14s %-46.46s", reason, r.cell)
		for _, s := range []score{r.ours(), r.backoff(), r.adaptive()} {
			line += fmt.Sprintf(" %5s %2.0f", digits(s.ratio), 100*s.refused)
		}
		lines = append(lines, line+" "+strings.TrimSpace(why))
	}
	slices.Sort(lines)
	fmt.Fprintf(b, "\n%d misses: ", len(lines))
	for i, reason := range slices.SortedFunc(maps.Keys(reasons), func(a, b string) int { return cmp.Or(reasons[b]-reasons[a], cmp.Compare(a, b)) }) {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(b, "%d %s", reasons[reason], reason)
	}
	fmt.Fprintf(b, "\n%-14s %-46s %8s %8s %8s\n%s\n", "reason", "cell", laws[0].name, laws[1].name, laws[2].name, strings.Join(lines, "\n"))
}
