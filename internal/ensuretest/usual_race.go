//go:build race

package ensuretest

// The race detector needs several times as long, and finds what it finds with fewer.
const (
	usual       = 100 // schedules
	usualKeys   = 20  // of a fleet
	usualSoak   = 240 // resources
	usualLimit  = 50  // calls a second
	usualRivals = 3   // runs
)
