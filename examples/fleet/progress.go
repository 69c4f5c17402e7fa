package main

import (
	"fmt"
	"math"
	"time"
)

// line tells how far a fleet is.
func (f *fleet) line(now time.Time) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pace.note(now, f.done)
	line := fmt.Sprintf("%d/%d ready", f.done, f.options.n)
	if rate := f.pace.rate(); rate > 0 && f.done < f.options.n {
		left := math.Ceil(float64(f.options.n-f.done) / rate)
		line += fmt.Sprintf(", %v left, %.0f/s", time.Duration(left)*time.Second, rate)
	}
	if f.result.Throttled > 0 {
		line += fmt.Sprintf(", %d throttled", f.result.Throttled)
	}
	return line
}

// A pace tells the rate of late. What was before does not count: a fleet has
// nothing ready for seconds, and then everything within a few.
type pace struct{ notes []note }

type note struct {
	at   time.Time
	done int
}

const (
	// recent is how far a pace looks back: less makes the estimate jump, more
	// makes it follow a change of the rate late.
	recent = 5 * time.Second
	// enough is how many must have become ready for a rate. It looks back further
	// than recent for them; with fewer, chance decides.
	enough = 10
	// soonest is the least time for a rate, so that the burst with which a service
	// begins is not taken for what it can do.
	soonest = time.Second
)

// note notes how many were done at a time, from the first one on.
func (p *pace) note(at time.Time, done int) {
	if done == 0 {
		return
	}
	p.notes = append(p.notes, note{at, done})
	for len(p.notes) > 2 && at.Sub(p.notes[1].at) >= recent && done-p.notes[1].done >= enough {
		p.notes = p.notes[1:]
	}
}

// rate returns how many become ready a second, or 0 if that is not known yet.
func (p *pace) rate() float64 {
	if len(p.notes) == 0 {
		return 0
	}
	first, last := p.notes[0], p.notes[len(p.notes)-1]
	took := last.at.Sub(first.at)
	if took < soonest || last.done-first.done < enough {
		return 0
	}
	return float64(last.done-first.done) / took.Seconds()
}
