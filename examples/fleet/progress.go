package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// A progress shows how far the fleets are, on a terminal only.
type progress struct {
	w       io.Writer
	fleets  []*fleet
	drawn   bool
	stop    chan struct{}
	stopped sync.WaitGroup
}

func newProgress(w io.Writer, fleets []*fleet) *progress {
	p := &progress{w: w, fleets: fleets, stop: make(chan struct{})}
	if terminal(w) {
		p.stopped.Go(p.tick)
	}
	return p
}

// terminal reports whether w is one that understands cursor movements.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" || os.Getenv("TERM") == "" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// tick draws the lines until end.
func (p *progress) tick() {
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	for {
		p.draw()
		select {
		case <-p.stop:
			p.draw()
			fmt.Fprintln(p.w)
			return
		case <-t.C:
		}
	}
}

func (p *progress) draw() {
	var b strings.Builder
	if p.drawn {
		fmt.Fprintf(&b, "\x1b[%dA", len(p.fleets))
	}
	p.drawn = true
	for _, f := range p.fleets {
		fmt.Fprintf(&b, "\r\x1b[K%s\n", f.line())
	}
	_, _ = io.WriteString(p.w, b.String())
}

// line tells how far a fleet is.
func (f *fleet) line() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	took := time.Since(f.begun).Seconds()
	rate := float64(f.done) / took
	left := "-"
	if f.done > 0 {
		left = fmt.Sprintf("%.0fs", float64(f.options.n-f.done)/rate)
	}
	return fmt.Sprintf("%5.1fs  %-12s %d of %d ready, %.0f a second, %d throttled, %s left",
		took, f.service.name, f.done, f.options.n, rate, f.result.Throttled, left)
}

// end draws for the last time.
func (p *progress) end() {
	close(p.stop)
	p.stopped.Wait()
}
