//go:build race

package ensuretest

// The race detector needs several times as long, and finds what it finds with fewer.
const (
	usual     = 100
	usualKeys = 20
)
