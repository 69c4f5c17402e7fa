package main

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// A journal prints a line for each request. A program that started this one
// may read no further than the first line: then the services go on, and what
// it leaves unread gets lost.
type journal struct {
	w     io.Writer
	lines chan string
	lost  atomic.Int64
	stop  chan struct{}
	ended chan struct{}
}

func newJournal(w io.Writer) *journal {
	return &journal{w: w, lines: make(chan string, 4096), stop: make(chan struct{}), ended: make(chan struct{})}
}

// of returns a function that takes the requests of a service.
func (j *journal) of(service string) func(nastest.Request) {
	return func(q nastest.Request) {
		line := fmt.Sprintf("%-11s  %-30s  %3d  %-27s  %-36s  %s\n", service, word(q.Operation), q.Status,
			cmp.Or(q.Code, "-"), cmp.Or(q.RequestID, "-"), q.Took.Round(time.Microsecond))
		select {
		case j.lines <- line:
		default:
			j.lost.Add(1)
		}
	}
}

// word quotes the name of an operation, unless it is a plain word: that of one
// that a service does not know is whatever the client sent.
func word(operation string) string {
	operation = operation[:min(len(operation), 100)]
	quoted := strconv.Quote(operation)
	if operation == "" || strings.Contains(operation, " ") || quoted != `"`+operation+`"` {
		return quoted
	}
	return operation
}

// print prints lines until the journal ends.
func (j *journal) print() {
	defer close(j.ended)
	for {
		select {
		case line := <-j.lines:
			_, _ = io.WriteString(j.w, line)
			continue
		default:
		}
		select {
		case line := <-j.lines:
			_, _ = io.WriteString(j.w, line)
		case <-j.stop:
			return
		}
	}
}

// end prints the last lines.
func (j *journal) end(stderr io.Writer) {
	close(j.stop)
	select {
	case <-j.ended:
	case <-time.After(grace):
	}
	if n := j.lost.Load(); n > 0 {
		fmt.Fprintf(stderr, "%d lines got lost because nobody read them\n", n)
	}
}
