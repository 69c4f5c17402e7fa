// Command gen keeps the service packages alike.
//
// What several of them have word for word has one master, ordinary code that
// people edit, mostly in nas. The test TestCopies compares the copies with it
// and, with -write, writes them:
//
//	go generate ./...
//
// It also writes the skeleton of a new operation:
//
//	go run ./internal/gen op kms SetSomething [something_set.go]
//
// The skeleton compiles, and fails the tests until each of its parts is filled in.
package main

import (
	"fmt"
	"os"
	"slices"
)

const usage = "usage: go run ./internal/gen op <service> <Operation> [<file>.go]"

//go:generate go test -run=^TestCopies$ -write

func main() {
	if slices.Contains(os.Args, "-h") {
		_, _ = os.Stdout.WriteString(usage + "\n")
		return
	}
	if len(os.Args) < 4 || len(os.Args) > 5 || os.Args[1] != "op" {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	file := ""
	if len(os.Args) == 5 {
		file = os.Args[4]
	}
	left, err := skeleton(".", os.Args[2], os.Args[3], file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
	_, _ = os.Stdout.WriteString(left)
}
