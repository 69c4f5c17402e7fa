package pace

import "math"

// A law says when the next attempt of a lane may go. Times are in seconds since
// the lane began, rates in calls a second. The package comment explains it.
type law struct {
	mean     float64 // accepted calls a second between two empty moments; 0: not known
	pace     float64 // the rate in the middle of the period
	period   float64 // time in which the rate grows from the dip to as much above pace
	start    float64 // of the period: the quota was empty
	accepted float64 // attempts in the period
	refused  float64 // isolated ones in the period
	chance   float64 // share of attempts refused at any rate
	run      float64 // attempts refused in a row
	since    float64 // when the first of the run was sent; at an empty quota, when it was found so
	next     float64 // no attempt may go before
	inFlight float64 // attempts that may have been sent and are not reported

	due float64 // when the next is sent if the callers keep up; no answer changes it
}

// The constants, in calls and shares, no limiter's own time among them. Half and double of
// each, alone, in the figures of TestLimiters (three seeds, windows also of other
// rates; eight processes on one quota): the bucket stays within 1.04 times the
// ideal, windows within 1.10 in the mean, shares of refusals move by less than 3
// points, but for what stands below in brackets.
const (
	firstInFlight = 2       // attempts before the first answer; chosen: one would cost a round trip
	sample        = 16      // calls of the least measurement; derived: a refusal ends it, and 1/16 is 6 % [8: minutes 27 % refused; 32: processes 1.33 to 1.49 ×]
	spread        = 4.25    // a period has spread·√mean calls; derived: a count's noise is its root [half: seconds 17 %; double: 12 %]
	trips         = 4       // round trips of a period beyond that: the rate must not outgrow the answers
	dip           = 1.0 / 8 // how far the rate is below pace at first, and the largest share that is chance [1/4: seconds 17 %]
	early         = 0.25    // part of a period in which a refusal is chance: the rate is below the quota
	memory        = 8 * sample
	few           = 2        // isolated refusals that say nothing while the sample is small; chosen
	inRow         = 3        // refusals that mean empty; derived: 1 in 1,000 where 1 in 10 is by chance [2: 1.06 ×; 6: processes 10 ×]
	probe         = 1.0 / 8  // share of the time since empty between probes: the opening is seen so late [1/16: 25 %; 1/4: minutes 1.12 ×]
	firstProbe    = 0.01     // seconds between probes while no rate is known; chosen: below a round trip
	spend         = 2        // least seconds in which a renewed quota is spent; haste gains nothing below [1: seconds 20 %]
	longer        = 1.5      // a period to the last one or the pause: growth over two windows is no window [1: seconds 23 %; 3: 1.09 ×]
	slowest       = 1.0 / 20 // least mean a second, or greedy others would starve the lane; chosen
	rounding      = 1        // seconds by which a Retry-After may be rounded up; a shorter one says nothing
	longestPause  = 300      // seconds of Retry-After that are believed: the longest window documented
	late          = 0.005    // seconds that timers are late and callers catch up; beyond, the lane was idle
)

// wait returns how long the head of the queue has to wait; without an end, for an
// answer.
func (l *law) wait(now float64) float64 {
	if l.mean == 0 && !l.empty() && l.inFlight >= firstInFlight+l.accepted {
		return math.Inf(1) // the number in flight doubles with each round trip
	}
	return max(0, l.next-now)
}

// take lets an attempt go.
func (l *law) take(now float64) {
	l.inFlight++
	switch {
	case l.empty():
		gap := firstProbe
		if l.mean > 0 {
			gap = 1 / l.mean
		}
		reopens := l.start + l.period
		l.next = now + max(gap, (now-l.since)*probe, (reopens-now)/2)
	case l.mean > 0:
		l.next = max(l.next, now-late) + 1/l.rate(now)
	}
}

// sent notes that an attempt is sent. Time in which nobody wanted to send, or the
// caller's own limiter held them back, says nothing of the quota: start moves by it.
func (l *law) sent(now float64) {
	if l.mean == 0 || l.empty() {
		return
	}
	gap := 1 / l.rate(now)
	due := max(l.due, l.start+gap)
	if idle := now - due; idle > late {
		l.start += idle
		due = now
	}
	l.due = due + gap
}

func (l *law) empty() bool { return l.run >= inRow }

func (l *law) rate(now float64) float64 {
	x := 2*(now-l.start)/l.period - 1
	return l.pace * (1 + dip*x*x*x)
}

// early reports whether an attempt was sent while the rate was well below pace.
func (l *law) early(sent float64) bool {
	return l.mean > 0 && sent >= l.start && sent < l.start+early*l.period
}

// accept notes an accepted attempt. Answers overtake each other: only one sent
// after the refusals says that they are over.
func (l *law) accept(now, sent float64) {
	if l.early(sent) {
		l.chance -= l.chance / memory
	}
	over := l.run > 0 && sent > l.since
	if over && !l.empty() {
		l.isolated(now)
	}
	l.accepted++
	if over && l.empty() {
		before := l.pace
		l.end(now)
		l.pace = max(l.mean, before)
		l.next = now + 1/l.pace
	}
}

// refuse notes a throttled attempt, and for how long the service asked to be left
// alone.
func (l *law) refuse(now, sent, retryAfter float64) {
	l.run++
	if l.run == 1 {
		l.since = sent
	}
	asked := retryAfter > rounding && retryAfter <= longestPause
	if l.run == inRow || asked && l.mean == 0 && !l.empty() {
		l.run, l.since, l.pace = inRow, now, l.mean
		if l.accepted >= sample { // a window's whole quota may be spent at once
			l.pace = l.accepted / max(now-l.start, spend)
		}
	}
	if asked && l.empty() {
		l.next = max(l.next, now+retryAfter)
	}
}

// isolated judges a run of refusals after which the service accepts: the edge of
// the quota, which ends the period, or chance.
func (l *law) isolated(now float64) {
	if l.early(l.since) {
		l.chance = min(dip, l.chance+l.run/memory)
	}
	l.refused += l.run
	l.run = 0
	tolerated := l.chance * (l.accepted + l.refused)
	if l.mean == 0 || l.accepted < sample {
		tolerated = few + dip*l.accepted
	}
	if l.refused > tolerated {
		l.end(now)
	}
}

// end ends a period and begins the next.
func (l *law) end(now float64) {
	calls, took := l.accepted/(1-l.chance), max(now-l.start, late)
	if l.mean > 0 {
		old := max(1, min(sample, l.accepted)) // a few calls are noisy, but far from it the old mean is wrong
		calls, took = calls+old, took+old/l.mean
	}
	l.mean = max(slowest, calls/took)
	length := (max(sample, spread*math.Sqrt(l.mean)) + trips*l.inFlight) / l.mean
	if l.empty() {
		// The time from opening to opening is the window, which is to be the period.
		length = max(length, min(now-l.start, longer*max(l.period, now-l.since)))
	}
	l.pace, l.period, l.start, l.accepted, l.refused, l.run = l.mean, length, now, 0, 0, 0
}
