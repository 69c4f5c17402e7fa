package screen

import (
	"flag"
	"io"
	"slices"
	"strings"
)

// Usage makes f explain itself: with about, and with an entry for each flag.
func Usage(f *flag.FlagSet, about string) {
	f.Usage = func() { printUsage(New(f.Output()), f, about) }
}

func printUsage(s *Screen, f *flag.FlagSet, about string) {
	columns := s.columns()
	if columns == 0 {
		columns = usual
	}
	longest := 0
	f.VisitAll(func(g *flag.Flag) { longest = max(longest, width(synopsis(g))) })
	beside := longest+2 <= columns/2
	indent := 6
	if beside {
		indent = longest + 2
	}
	var b strings.Builder
	fill(&b, "", "Usage: "+f.Name()+" [flags]", 0, columns)
	fill(&b, "", about, 0, columns)
	f.VisitAll(func(g *flag.Flag) {
		_, text := flag.UnquoteUsage(g)
		if !slices.Contains([]string{"", "false", "0", "0s"}, g.DefValue) {
			text += " (default " + g.DefValue + ")"
		}
		head := pad(synopsis(g), indent, false)
		if !beside {
			b.WriteString(synopsis(g) + "\n")
			head = strings.Repeat(" ", indent)
		}
		fill(&b, head, text, indent, columns)
	})
	_, _ = io.WriteString(s.w, b.String())
}

// synopsis returns the flag as it is given.
func synopsis(g *flag.Flag) string {
	kind, _ := flag.UnquoteUsage(g)
	return strings.TrimRight("  -"+g.Name+" "+kind, " ")
}
