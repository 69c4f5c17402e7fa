package main

import (
	"fmt"
	"html"
	"strings"
)

// A chart compares bars in groups. Its colours suit light and dark pages, and it
// needs no font of its own.
type chart struct {
	title, subtitle string
	groups          []group
	format          func(float64) string
}

// A group is a service.
type group struct {
	name string
	bars []bar
}

// A bar is a column: ours, official, or a floor.
type bar struct {
	name, class string
	value       float64
	note        string // behind the value
}

const style = `
text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-size: 17px; font-weight: 600 }
.quiet { fill: #59636e }
.name { font-weight: 600 }
.ours { fill: #0969da } .official { fill: #afb8c1 } .floor { fill: #d8dee4 }
text.ours { fill: #0969da; font-weight: 600 } text.official, text.floor { fill: #59636e }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .quiet { fill: #9198a1 }
.ours { fill: #4493f8 } .official { fill: #656c76 } .floor { fill: #3d444d }
text.ours { fill: #4493f8 } text.official, text.floor { fill: #9198a1 }
}
`

// svg draws the chart.
func (c chart) svg() string {
	const (
		width, labels   = 840, 250 // labels end where bars begin
		longest         = 420
		row, thick, gap = 20, 14, 14
		top             = 74
	)
	most := 0.0
	for _, g := range c.groups {
		for _, b := range g.bars {
			most = max(most, b.value)
		}
	}
	var b strings.Builder
	y := top
	for _, g := range c.groups {
		for i, bar := range g.bars {
			if i == 0 {
				fmt.Fprintf(&b, "<text class=\"name\" x=\"8\" y=\"%d\">%s</text>\n", y+thick-3, html.EscapeString(g.name))
			}
			length := max(2, bar.value/most*longest)
			fmt.Fprintf(&b, "<text class=%q x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", bar.class, labels-10, y+thick-3, html.EscapeString(bar.name))
			fmt.Fprintf(&b, "<rect class=%q x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>\n", bar.class, labels, y, length, thick)
			text := c.format(bar.value)
			if bar.note != "" {
				text += " (" + bar.note + ")"
			}
			fmt.Fprintf(&b, "<text class=%q x=\"%.1f\" y=\"%d\">%s</text>\n", bar.class, labels+length+8, y+thick-3, html.EscapeString(text))
			y += row
		}
		y += gap
	}
	return fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n<style>%s</style>\n", width, y, html.EscapeString(c.title), style) +
		fmt.Sprintf("<text class=\"title\" x=\"8\" y=\"26\">%s</text>\n<text class=\"quiet\" x=\"8\" y=\"48\">%s</text>\n", html.EscapeString(c.title), html.EscapeString(c.subtitle)) +
		b.String() + "</svg>\n"
}
