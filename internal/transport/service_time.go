package transport

import (
	"net/http"
	"sync"
	"time"
)

// Dates know the service's time from the Date of its responses.
type dates struct {
	mu    sync.Mutex
	date  string              // the last one that was read, as it was sent
	marks [dateMarks]dateMark // a ring
	next  int                 // the place of the next mark
}

// dateMarks is how many responses are remembered. About one a second is kept,
// so that the time is known for a moment up to a minute ago: a list of many
// pages is not complete earlier. Fewer forget that moment; more cost memory and
// keep what the service's clock has been set back from. Chosen.
const dateMarks = 64

// A dateMark is what the service's clock had reached when a response arrived.
type dateMark struct{ date, arrived time.Time }

// note takes the Date of a response that arrives now.
func (d *dates) note(header http.Header) {
	date := header["Date"]
	if len(date) == 0 {
		return
	}
	now := time.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	last := d.marks[(d.next+dateMarks-1)%dateMarks]
	if date[0] == d.date && now.Sub(last.arrived) < time.Second {
		return
	}
	d.date = date[0]
	// The first response of a second says most. Those with an earlier Date come from
	// another machine, or from a clock that was set back.
	if t := dated(header); !t.IsZero() && (t.After(last.date) || now.Sub(last.arrived) >= time.Second) {
		d.marks[d.next] = dateMark{t, now}
		d.next = (d.next + 1) % dateMarks
	}
}

// passed returns a time that the service's clock had passed at a moment, by the
// responses that had arrived before it, or zero.
func (d *dates) passed(at time.Time) (passed time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range d.marks {
		if m.date.IsZero() || !m.arrived.Before(at) {
			continue
		}
		if t := m.date.Add(at.Sub(m.arrived)); t.After(passed) {
			passed = t
		}
	}
	return passed
}

// ServiceTime returns a time that the service's clock had passed at the given
// moment, or zero if that is not known. This machine's wall clock plays no part.
//
// It knows from the responses that had arrived before at: of a request that was
// sent at at, the response would tell a later time if this machine was suspended
// meanwhile and its monotonic clock with it.
func (c *Client) ServiceTime(at time.Time) time.Time { return c.dates.passed(at) }
