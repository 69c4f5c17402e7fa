package screen

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// A Progress shows how far some tasks are. On a terminal each has a line, which is
// written over; elsewhere each change is a line of a log.
type Progress struct {
	screen *Screen
	names  []string
	report func(task int) string
	start  time.Time
	stop   chan struct{}
	ticker sync.WaitGroup

	mu    sync.Mutex
	tasks []task
	drawn bool
}

type task struct {
	text string
	took time.Duration // of one that is finished
	done bool
}

const (
	// redraw is the time between two drawings: short enough that tenths of a
	// second run, long enough for a slow connection to the terminal.
	redraw = 100 * time.Millisecond
	// logged is the time between two reports of a task in a log: short enough
	// to tell that the program lives, long enough that a log of hours can be read.
	logged = 10 * time.Second
)

// Progress begins to show tasks of these names. If report is not nil, it is asked
// again and again how far a task is; it must not call methods of the Progress.
func (s *Screen) Progress(names []string, report func(task int) string) *Progress {
	p := &Progress{screen: s, names: names, report: report, start: time.Now(), stop: make(chan struct{}), tasks: make([]task, len(names))}
	p.ticker.Go(p.tick)
	return p
}

// Set notes how far a task is.
func (p *Progress) Set(i int, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.set(i, text)
}

// Finish notes how a task ended, which stops its clock.
func (p *Progress) Finish(i int, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tasks[i].took = time.Since(p.start)
	p.tasks[i].done = true
	p.set(i, text)
}

func (p *Progress) set(i int, text string) {
	if text == p.tasks[i].text {
		return
	}
	p.tasks[i].text = text
	if !p.screen.rewrite {
		fmt.Fprintln(p.screen.w, p.line(i))
	}
}

// Say prints text above the tasks.
func (p *Progress) Say(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn {
		fmt.Fprintf(p.screen.w, "\x1b[%dA\r\x1b[J", len(p.tasks))
		p.drawn = false
	}
	p.screen.Print(text)
	p.draw()
}

// End shows the tasks for the last time.
func (p *Progress) End() {
	close(p.stop)
	p.ticker.Wait()
}

// tick draws and reports until End.
func (p *Progress) tick() {
	every := logged
	if p.screen.rewrite {
		every = redraw
	}
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-p.stop:
			p.mu.Lock()
			defer p.mu.Unlock()
			p.draw()
			return
		case <-t.C:
			p.mu.Lock()
			for i := range p.tasks {
				if p.report != nil && !p.tasks[i].done {
					p.set(i, p.report(i))
				}
			}
			p.draw()
			p.mu.Unlock()
		}
	}
}

// draw writes all lines, over those that it wrote before.
func (p *Progress) draw() {
	if !p.screen.rewrite {
		return
	}
	var b strings.Builder
	if p.drawn {
		fmt.Fprintf(&b, "\x1b[%dA", len(p.tasks))
	}
	for i := range p.tasks {
		fmt.Fprintf(&b, "\r\x1b[K%s\n", p.line(i))
	}
	_, _ = io.WriteString(p.screen.w, b.String())
	p.drawn = true
}

func (p *Progress) line(i int) string {
	took := p.tasks[i].took
	if !p.tasks[i].done {
		took = time.Since(p.start)
	}
	longest := 0
	for _, name := range p.names {
		longest = max(longest, width(name))
	}
	head := fmt.Sprintf("%6.1fs  %s  ", took.Seconds(), pad(p.names[i], longest, false))
	columns := p.screen.columns()
	if columns == 0 {
		return head + cut(p.tasks[i].text, 0)
	}
	return cut(head+cut(p.tasks[i].text, max(1, columns-width(head))), columns)
}
