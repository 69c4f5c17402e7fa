package pace_test

import (
	"flag"
	"fmt"
	"html"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

var zooChart = flag.String("zoo.chart", "", "file to draw how the laws fare with each limiter, as SVG")

// TestZooChart draws the rates of the laws over time, one small multiple for each
// limiter:
//
//	go test ./internal/pace -run ZooChart -zoo.chart ../benchmark/results/pace.svg
func TestZooChart(t *testing.T) {
	if *zooChart == "" {
		t.Skip("no file is asked for with -zoo.chart")
	}
	if err := os.WriteFile(*zooChart, []byte(drawChart(t)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A panel is a limiter, and how much of a run is shown.
type panel struct {
	title string
	cell  cell
	span  time.Duration
}

var panels = []panel{
	{"Token bucket, 200 a second, burst 20", newCell("", "bucket", 200, 0, 20), 12 * time.Second},
	{"Token bucket, 200 a second, burst 1", newCell("", "bucket", 200, 0, 1), 12 * time.Second},
	{"Leaky bucket, 200 a second", newCell("", "leaky", 200, 0, 0), 12 * time.Second},
	{"Fixed window, 50 in 1 s", newCell("", "fixed", 50, time.Second, 0), 12 * time.Second},
	{"Fixed window, 200 in 1 s", newCell("", "fixed", 200, time.Second, 0), 12 * time.Second},
	{"Sliding window, 200 in 1 s", newCell("", "sliding", 200, time.Second, 0), 12 * time.Second},
	{"Fixed window, 2,000 in 10 s", newCell("", "fixed", 200, 10*time.Second, 0), 60 * time.Second},
	{"Fixed window, 120 in 60 s (NAS)", newCell("", "fixed", 2, time.Minute, 0), 8 * time.Minute},
	{"Sliding window, 200 in 60 s (PrivateLink)", newCell("", "sliding", 200./60, time.Minute, 0), 8 * time.Minute},
	{"Sliding window, 200 in 1 s, refused count", newCell("", "counts refused", 200, time.Second, 0), 12 * time.Second},
	{"3 calls in flight", newCell("", "in flight", 200, 0, 0), 12 * time.Second},
	{"Token bucket, a tenth from 20 to 40 s", dropping(), 60 * time.Second},
}

func dropping() cell {
	c := newCell(groupDrop, "bucket", 200, 0, 20)
	c.drop, c.calls = true, 8000
	return c
}

// bins is how many points a line has.
const bins = 60

const chartStyle = `
text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-size: 17px; font-weight: 600 }
.name { font-weight: 600 }
.quiet { fill: #59636e }
path { fill: none; stroke-width: 1.2; stroke-linejoin: round }
.pace { stroke: #0969da; stroke-width: 2 } .backoff { stroke: #bc4c00 } .adaptive { stroke: #8250df }
text.pace { fill: #0969da; font-weight: 600 } text.backoff { fill: #bc4c00 } text.adaptive { fill: #8250df }
text.pace, text.backoff, text.adaptive { stroke: none }
.quota { stroke: #59636e; stroke-dasharray: 3 3 } .frame { fill: #818b981f; stroke: none }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .quiet { fill: #9198a1 }
.pace { stroke: #4493f8 } .backoff { stroke: #f0883e } .adaptive { stroke: #ab7df8 }
text.pace { fill: #4493f8 } text.backoff { fill: #f0883e } text.adaptive { fill: #ab7df8 }
.quota { stroke: #9198a1 }
}
`

// drawChart plays the panels and draws them.
func drawChart(t *testing.T) string {
	const (
		columns          = 3
		wide, high       = 300, 96 // of a frame
		left, top        = 12, 92
		across, down     = wide + 20, high + 62
		most             = 2. // quotas at the upper edge
		titled, legended = 26, 68
	)
	drawn := laws[:3]
	var b strings.Builder
	for i, p := range panels {
		x, y := left+i%columns*across, top+i/columns*down
		fmt.Fprintf(&b, "<g transform=\"translate(%d %d)\">\n<text class=\"name\" y=\"12\">%s</text>\n", x, y, html.EscapeString(p.title))
		fmt.Fprintf(&b, "<g transform=\"translate(0 22)\"><rect class=\"frame\" width=\"%d\" height=\"%d\"/>\n", wide, high)
		fmt.Fprintf(&b, "<path class=\"quota\" d=\"%s\"/>\n", quotaLine(p, wide, high, most))
		numbers := ""
		for j := len(drawn) - 1; j >= 0; j-- { // the first lies on top
			l := drawn[j]
			s := play(t, p.cell, 1, l.law, true)
			fmt.Fprintf(&b, "<path class=%q d=\"%s\"/>\n", l.name, rateLine(p, s.log, wide, high, most))
			numbers = fmt.Sprintf("<text class=%q x=\"%d\" y=\"%d\">%.2f ×, %.0f %%</text>\n", l.name, j*(wide-30)/len(drawn), high+16, s.ratio, 100*s.refused) + numbers
		}
		fmt.Fprintf(&b, "%s<text class=\"quiet\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text></g></g>\n", numbers, wide, high+16, span(p.span))
	}
	var legend strings.Builder
	for j, name := range []string{"internal/pace", "backoff with full jitter", "AWS adaptive mode"} {
		fmt.Fprintf(&legend, "<text class=%q x=\"%d\" y=\"%d\">%s</text>\n", drawn[j].name, left+j*across*2/3, legended, name)
	}
	fmt.Fprintf(&legend, "<text class=\"quiet\" x=\"%d\" y=\"%d\">dashed: the quota</text>\n", left+2*across, legended)
	const title = "Calls accepted a second, by limiter"
	width, height := left+columns*across, top+(len(panels)+columns-1)/columns*down
	return fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=%q>\n<style>%s</style>\n", width, height, title, chartStyle) +
		fmt.Sprintf("<text class=\"title\" x=\"%d\" y=\"%d\">%s</text>\n<text class=\"quiet\" x=\"%d\" y=\"%d\">64 callers, 30 ms; from 0 to twice the quota, cut above. Below: time for all calls ÷ that of an oracle which knows the limiter, and share refused.</text>\n", left, titled, title, left, titled+20) +
		legend.String() + b.String() + "</svg>\n"
}

// span writes how much time a panel shows.
func span(d time.Duration) string {
	if d > time.Minute {
		return fmt.Sprintf("%g min", d.Minutes())
	}
	return fmt.Sprintf("%g s", d.Seconds())
}

func quotaLine(p panel, wide, high int, most float64) string {
	at := func(quotas float64) float64 { return float64(high) * (1 - quotas/most) }
	if !p.cell.drop {
		return fmt.Sprintf("M0 %.1fH%d", at(1), wide)
	}
	x := func(d time.Duration) float64 { return float64(wide) * d.Seconds() / p.span.Seconds() }
	return fmt.Sprintf("M0 %.1fH%.1fV%.1fH%.1fV%.1fH%d", at(1), x(20*time.Second), at(0.1), x(40*time.Second), at(1), wide)
}

// rateLine draws what was accepted, in bins. It ends with the run.
func rateLine(p panel, log []tally, wide, high int, most float64) string {
	per := int(p.span/tenth) / bins // tenths
	var d strings.Builder
	for bin := range bins {
		if (bin+1)*per > len(log) {
			break
		}
		n := 0
		for _, t := range log[bin*per : (bin+1)*per] {
			n += t.accepted
		}
		quotas := float64(n) / (float64(per) * tenth.Seconds()) / p.cell.quota
		y := float64(high) * (1 - math.Min(quotas, most)/most)
		command := "L"
		if bin == 0 {
			command = "M"
		}
		fmt.Fprintf(&d, "%s%.1f %.1f", command, (float64(bin)+0.5)*float64(wide)/bins, y)
	}
	return d.String()
}
