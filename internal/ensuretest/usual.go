//go:build !race

package ensuretest

// What go test ./... tries. CI tries 1,000 schedules, and fleets of 100 keys, in a
// step of its own.
const (
	usual     = 200
	usualKeys = 40
)
