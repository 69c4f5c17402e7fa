//go:build !race

package ensuretest

const usual = 1000
