//go:build race

package main

// The race detector needs ten times as long, and finds what it finds with fewer.
func init() { *asked, *disturbed = 200, 50 }
