//go:build race

package ensuretest

const usual = 100
