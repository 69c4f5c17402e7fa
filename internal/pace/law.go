package pace

import "math"

// A law says when the next attempt of a lane may go. Times are in seconds since
// the lane began, rates in calls a second. The package comment explains it.
type law struct {
	mean     float64 // accepted calls a second between two empty moments; 0: not known
	pace     float64 // the rate in the middle of the period
	period   float64 // time in which the rate grows from the dip to as much above pace
	start    float64 // of the period: the quota was empty
	grown    float64 // time since start in which the callers kept up with the rate
	accepted float64 // attempts in the period
	refused  float64 // isolated ones in the period
	chance   float64 // share of attempts refused at any rate
	run      float64 // attempts refused in a row
	since    float64 // when the first of the run was sent; at an empty quota, when it was found so
	next     float64 // no attempt may go before
	inFlight float64 // attempts that may have been sent and are not reported
}

// The constants, in calls and shares: no limiter's own time is among them. Beside each
// is what moves in TestZooFigures if it is halved (½) or doubled (2), where as it is
//   - a bucket of 200/s refuses 3.1 %, and draws 8 %,
//   - windows of 1 s take 1.07 × and refuse 11.5 % at most, 6.0 % in the mean,
//   - longer ones take 1.05 × and refuse 20 %,
//   - 8 processes take 1.32 × in the mean, 1.58 × at most, which moves by 0.1 and by
//     0.2 with anything,
//   - a quota that comes back is used after 3.3 s, of which 1 to 5 s mean nothing.
const (
	firstInFlight = 2        // attempts before the first answer. 1 costs a round trip, more are refused where the burst is small. Chosen. ½, 2: nothing.
	sample        = 14       // calls of a measurement. Derived: a refusal ends it, and 1/14 is 7 %. Less is refused more, more follows other processes late. ½: a bucket refuses 5.2 %, draws 10 %; 2: 8 processes 1.50.
	spread        = 4.25     // a period has spread·√mean calls at high rates: a count's noise is its root. Less is refused more, more is slow. Measured. ½: a bucket refuses 4.5 %, windows of 1 s 8.3 % in the mean; 2: 1 of 20 draws beyond 1.5.
	trips         = 4        // round trips of a period beyond that. With fewer the rate outgrows the answers, more are slow. Chosen. ½, 2: nothing.
	dip           = 1.0 / 8  // how far the rate is below pace at first, and the largest share that is chance. Less hides chance, more wastes quota. Chosen. ½: nothing; 2: windows of 1 s 1.11 and 14.5 %, a bucket refuses 4.5 %.
	early         = 0.4      // part of a period in which a refusal is chance, x³ below -1/125. More takes the quota's edge for chance. Derived. ½, 2: nothing but 8 processes, by 1.25 and 2.04 at most.
	memory        = 128      // answers over which chance is seen. Less forgets it within a period, more learns it late. Chosen. ½, 2: nothing.
	inRow         = 3        // refusals that mean empty. Derived: where 1 in 10 is by chance, fewer would be chance; more are refused in vain. 2: 2 of 20 draws beyond 1.5; 6: windows of 1 s refuse 16.5 %, of 5 min 23 %.
	probe         = 0.1      // share of the time since empty between probes. Less is refused more, more sees the opening later by as much. Measured. ½: windows of 5 min refuse 25 %; 2: they take 1.16.
	firstProbe    = 0.1      // seconds between probes while no rate is known. Less is refused more, more is late once. Chosen. ½: long windows 1.09; 2: 7 s until a quota is used that is back.
	spend         = 2        // seconds in which a renewed quota is spent at least. Less is refused more at windows of 1 s, more wastes long ones. Measured. ½: windows of 1 s refuse 15.7 %; 2: 7.7 s until a quota is used that is back.
	longer        = 1.5      // a period to the last one or the pause. Less forgets windows, more takes two for one. Chosen. 1: windows of 1 s refuse 17.5 %; 2: nothing.
	slowest       = 1.0 / 10 // least mean a second. Less starves beside greedy others and after chance, more is refused where the quota is less. Measured. ½: callers who seldom come wait twice as long after chance; 2: quotas of 0.2/s refuse 22 % for 12, and 96.5 % of the plain draws are within 1.5.
	rounding      = 1        // seconds by which a Retry-After may be rounded up: no more than that says nothing. ½, 2: nothing.
	longestPause  = 300      // seconds of Retry-After that are believed: the longest window documented. ½, 2: nothing.
	late          = 0.005    // seconds that timers are late and callers catch up. Less misses the rate, more lets bursts through. Chosen. ½, 2: nothing.
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
		gap := max(firstProbe, (now-l.since)*probe)
		if l.mean > 0 {
			gap = max(1/l.mean, (now-l.since)*probe)
		}
		if l.pace > l.mean { // spent at once: it is a window, and opens when the period ends
			gap = max(gap, (l.start+l.period-now)/2)
		}
		l.next = now + gap
	case l.mean > 0:
		gap := 1 / l.rate()
		if l.next > now-late {
			l.grown += gap
		}
		l.next = max(l.next, now-late) + gap
	}
}

func (l *law) empty() bool { return l.run >= inRow }

func (l *law) rate() float64 {
	x := 2*l.grown/l.period - 1
	return l.pace * (1 + dip*x*x*x)
}

// early reports whether an attempt was sent while the rate was below pace.
func (l *law) early(sent float64) bool {
	return l.mean > 0 && sent >= l.start && sent < l.start+early*l.period
}

// accept notes an accepted attempt. Answers overtake each other: only one sent
// after the refusals says that they are over.
func (l *law) accept(now, sent float64) {
	if l.early(sent) {
		l.chance -= l.chance / memory
	}
	over, empty := l.run > 0 && sent > l.since, l.empty()
	if over && !empty {
		l.isolated(now)
	}
	l.accepted++
	if over && empty {
		spent := l.pace
		l.end(now)
		l.pace = max(l.mean, spent)
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
		tolerated = inRow - 1 + dip*l.accepted
	}
	if l.refused > tolerated {
		l.end(now)
	}
}

// end ends a period and begins the next.
func (l *law) end(now float64) {
	calls, took := l.accepted/(1-l.chance), max(now-l.start, late)
	if l.mean > 0 {
		// Callers who want less than the dip leave quota unused: their time does not count.
		busy := (l.accepted + l.refused + min(l.run, inRow)) / (l.mean * (1 - dip))
		if l.empty() {
			busy += now - l.since
		}
		old := max(1, min(sample, l.accepted)) // a few calls are noisy, but far from it the old mean is wrong
		calls, took = calls+old, max(late, min(took, busy))+old/l.mean
	}
	l.mean = max(slowest, calls/took)
	// What is known from a few calls is soon measured again.
	length := (min(calls, max(sample, spread*math.Sqrt(l.mean))) + trips*l.inFlight) / l.mean
	if l.empty() {
		// The time from opening to opening is the window, which is to be the period.
		length = max(length, min(now-l.start, longer*max(l.period, now-l.since)))
	}
	l.pace, l.period, l.start, l.grown = l.mean, length, now, 0
	l.accepted, l.refused, l.run = 0, 0, 0
}
