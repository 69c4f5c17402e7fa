package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// A progress shows the state of each job: on a terminal, lines that are written
// over; elsewhere a log of the changes.
type progress struct {
	mu      sync.Mutex
	w       io.Writer
	jobs    []*job
	live    bool
	drawn   bool
	start   time.Time
	stop    chan struct{}
	stopped sync.WaitGroup
}

func newProgress(w io.Writer, jobs []*job) *progress {
	p := &progress{w: w, jobs: jobs, live: terminal(w), start: time.Now(), stop: make(chan struct{})}
	for _, j := range jobs {
		j.state = "creating"
	}
	if p.live {
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

// set notes the state of a job that goes on.
func (p *progress) set(j *job, state string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change(j, state)
}

// done notes the last state of a job.
func (p *progress) done(j *job, state string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	j.took = time.Since(p.start)
	p.change(j, state)
}

func (p *progress) change(j *job, state string) {
	if state == "" || state == j.state {
		return
	}
	j.state = state
	if !p.live {
		fmt.Fprintf(p.w, "%5.1fs  %-12s %s\n", time.Since(p.start).Seconds(), j.service, state)
	}
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
			return
		case <-t.C:
		}
	}
}

func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	var b strings.Builder
	if p.drawn {
		fmt.Fprintf(&b, "\x1b[%dA", len(p.jobs))
	}
	p.drawn = true
	for _, j := range p.jobs {
		took := cmp.Or(j.took, time.Since(p.start))
		fmt.Fprintf(&b, "\r\x1b[K%5.1fs  %-12s %s\n", took.Seconds(), j.service, j.state)
	}
	_, _ = io.WriteString(p.w, b.String())
}

// end draws for the last time.
func (p *progress) end() {
	close(p.stop)
	p.stopped.Wait()
	fmt.Fprintln(p.w)
}
