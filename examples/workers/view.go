package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A view shows the demo. On a terminal it is a frame of at most 22 lines and 79
// columns, which is written over; elsewhere there is a line for each event, and one
// for the progress every few seconds. It has no colors, whether NO_COLOR is set or not.
type view struct {
	w      io.Writer
	live   bool
	title  string
	start  time.Time
	drawn  int // lines of the last frame
	events []string
	last   time.Time // a line of progress was written
}

const (
	columns   = 79
	rows      = 6               // processes that the frame has room for
	recent    = 3               // events
	logged    = 5 * time.Second // between two lines of progress
	redrawn   = 500 * time.Millisecond
	barColumn = 20
)

func newView(w io.Writer, title string) *view {
	v := &view{w: w, title: title, start: time.Now()}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		term := os.Getenv("TERM")
		v.live = err == nil && info.Mode()&os.ModeCharDevice != 0 && term != "" && term != "dumb"
	}
	return v
}

// clock returns the time since the start.
func (v *view) clock() string {
	s := int(time.Since(v.start).Seconds())
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// say shows an event.
func (v *view) say(format string, args ...any) {
	line := fmt.Sprintf("%5s  %s", v.clock(), fmt.Sprintf(format, args...))
	if !v.live {
		fmt.Fprintln(v.w, line)
	}
	v.events = append(v.events, line)
}

// A snapshot is what a frame shows.
type snapshot struct {
	asked     int
	counts    map[serviceStatus]int
	perSecond float64
	by        map[string]int // what each process has done, by its ID
	processes []*process
}

func (s *snapshot) total(status string) (n int) {
	for c, m := range s.counts {
		if c.status == status {
			n += m
		}
	}
	return n
}

// show shows a snapshot.
func (v *view) show(s *snapshot) {
	var throttled, rescued float64
	for _, p := range s.processes {
		throttled += p.throttled
		rescued += p.rescued
	}
	progress := fmt.Sprintf("%d of %d done, %.0f/s, %.0f throttled, %.0f rescued", s.total(done), s.asked, s.perSecond, throttled, rescued)
	if !v.live {
		if time.Since(v.last) >= logged {
			v.last = time.Now()
			fmt.Fprintf(v.w, "%5s  %s\n", v.clock(), progress)
		}
		return
	}
	full := barColumn * s.total(done) / max(1, s.asked)
	lines := []string{
		fmt.Sprintf("%-*s%8s", columns-8, v.title, v.clock()),
		"[" + strings.Repeat("#", full) + strings.Repeat(".", barColumn-full) + "] " + progress,
		"",
		fmt.Sprintf("%-28s%8s%9s%9s%9s%9s", "SERVICE", "DONE", "PENDING", "WAITING", "DRIFTED", "STOPPED"),
	}
	for _, name := range serviceNames {
		n := func(status string) int { return s.counts[serviceStatus{name, status}] }
		lines = append(lines, fmt.Sprintf("%-28s%8d%9d%9d%9d%9d", name, n(done), n(pending), n(waiting), n(drifted), n(stopped)))
	}
	lines = append(lines, "", fmt.Sprintf("%-28s%8s%9s%11s%9s", "PROCESS", "DONE", "STATE", "THROTTLED", "RESCUED"))
	earlier := max(0, len(s.processes)-rows)
	if earlier > 0 {
		n, t, r := 0, 0.0, 0.0
		for _, p := range s.processes[:earlier] {
			n, t, r = n+s.by[p.ID], t+p.throttled, r+p.rescued
		}
		lines = append(lines, fmt.Sprintf("%-28s%8d%9s%11.0f%9.0f", fmt.Sprintf("%d that ended earlier", earlier), n, "", t, r))
	}
	for _, p := range s.processes[earlier:] {
		lines = append(lines, fmt.Sprintf("%-28.27s%8d%9s%11.0f%9.0f", p.ID, s.by[p.ID], p.state, p.throttled, p.rescued))
	}
	lines = append(lines, "")
	lines = append(lines, v.events[max(0, len(v.events)-recent):]...)
	var b strings.Builder
	if v.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", v.drawn)
	}
	for _, line := range lines {
		fmt.Fprintf(&b, "\r\x1b[K%.*s\n", columns, line)
	}
	b.WriteString("\x1b[J")
	_, _ = io.WriteString(v.w, b.String())
	v.drawn = len(lines)
}
