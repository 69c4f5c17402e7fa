//go:build !race

package ensuretest

// What go test ./... tries. CI has a step with 1,000 schedules, and fleets of 100.
const (
	usual       = 200 // schedules
	usualKeys   = 40  // of a fleet
	usualSoak   = 480 // resources
	usualLimit  = 200 // calls a second
	usualRivals = 10  // runs
)
