// Package screen prints what the examples have to say. On a terminal no line is
// wider than the terminal; elsewhere lines are as long as they need to be. It
// has no colors, whether NO_COLOR is set or not.
package screen

import (
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Screen is a terminal, or anything else that a program prints to.
type Screen struct {
	w       io.Writer
	columns func() int // 0 if lines may have any length
	rewrite bool       // understands sequences that move the cursor
}

// usual is the width of a terminal that does not tell its own, and of help that
// is read elsewhere.
const usual = 80

// New returns the screen that w is.
func New(w io.Writer) *Screen {
	s := &Screen{w: w, columns: func() int { return 0 }}
	f, ok := w.(*os.File)
	if !ok {
		return s
	}
	if _, ok := terminalColumns(f); !ok {
		return s
	}
	term := os.Getenv("TERM")
	s.rewrite = term != "" && term != "dumb"
	s.columns = func() int {
		n, _ := terminalColumns(f)
		if n == 0 { // a serial line, for example
			n, _ = strconv.Atoi(os.Getenv("COLUMNS"))
		}
		if n <= 0 {
			n = usual
		}
		return max(1, n-1) // some terminals wrap as soon as the last column is written
	}
	return s
}

// Columns returns how long a line on a terminal may be, and 0 for anything else.
func (s *Screen) Columns() int { return s.columns() }

// Print prints text with its long lines broken between words. What is broken off
// is indented deeper than its line. A line end at the end is added.
func (s *Screen) Print(text string) {
	var b strings.Builder
	columns := s.columns()
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		body := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(body)]
		fill(&b, indent, body, len(indent)+2, columns)
	}
	_, _ = io.WriteString(s.w, b.String())
}

// fill appends head and then the words of text to b, and begins a line indented
// by so many columns before a word that does not fit. A word is never broken, so
// that a URL can still be copied.
func fill(b *strings.Builder, head, text string, indent, columns int) {
	b.WriteString(head)
	at := width(head)
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case columns > 0 && at+1+width(word) > columns:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		default:
			b.WriteString(" ")
			at++
		}
		b.WriteString(word)
		at += width(word)
	}
	b.WriteString("\n")
}

// Table prints rows as a table with headings in the first one. Numbers, of
// seconds too, stand at the right of their column. Columns that do not fit stand below, beside the
// first column again, and what does not fit even so is cut.
func (s *Screen) Table(rows [][]string) {
	columns := s.columns()
	widths := make([]int, len(rows[0]))
	number := make([]bool, len(rows[0]))
	for c := range widths {
		number[c] = true
		for r, row := range rows {
			widths[c] = max(widths[c], width(row[c]))
			number[c] = number[c] && (r == 0 || strings.Trim(row[c], "0123456789.-s") == "")
		}
	}
	var b strings.Builder
	for from := 1; from < len(widths); {
		taken := widths[0]
		to := from
		for to < len(widths) && (to == from || columns == 0 || taken+2+widths[to] <= columns) {
			taken += 2 + widths[to]
			to++
		}
		if from > 1 {
			b.WriteString("\n")
		}
		for _, row := range rows {
			line := pad(row[0], widths[0], false)
			for c := from; c < to; c++ {
				line += "  " + pad(row[c], widths[c], number[c])
			}
			b.WriteString(cut(strings.TrimRight(line, " "), columns) + "\n")
		}
		from = to
	}
	_, _ = io.WriteString(s.w, b.String())
}

// pad fills s up to n columns.
func pad(s string, n int, left bool) string {
	fill := strings.Repeat(" ", max(0, n-width(s)))
	if left {
		return fill + s
	}
	return s + fill
}

// width returns how many columns s takes, a column for each character.
func width(s string) int { return utf8.RuneCountInString(s) }

// cut returns s as one line of no more than columns, which ends in … if there
// was more: behind a word, if that leaves more than half, so that no number loses
// its end. A service's state must not move the cursor.
func cut(s string, columns int) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
	if columns == 0 || width(s) <= columns {
		return s
	}
	kept := string([]rune(s)[:columns-1])
	if i := strings.LastIndexByte(kept, ' '); i > len(kept)/2 && s[len(kept)] != ' ' {
		kept = kept[:i]
	}
	return strings.TrimRight(kept, " ,") + "…"
}
