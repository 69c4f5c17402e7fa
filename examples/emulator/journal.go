package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// A journal prints a line for each request. A program that started this one
// may read no further than the first line: then the services go on, and what
// it leaves unread gets lost.
type journal struct {
	w       io.Writer
	columns func() int // of a terminal, 0 if w is none
	lines   chan string
	lost    atomic.Int64
	stop    chan struct{}
	ended   chan struct{}

	mu   sync.Mutex
	last []entry // the latest of them
	next int     // the number of the next
}

// An entry is a request as the control side shows it.
type entry struct {
	Number    int               `json:"number"`
	Time      time.Time         `json:"time"`
	Service   string            `json:"service"`
	Operation string            `json:"operation"`
	Params    map[string]string `json:"params,omitempty"`
	Status    int               `json:"status"` // 0 if the connection broke
	Code      string            `json:"code,omitempty"`
	RequestID string            `json:"request_id"`
	Took      string            `json:"took"`
}

// remembered is how many requests the control side shows at most.
const remembered = 1000

// since returns the entries from a number on, and the number that the next will have.
func (j *journal) since(number int) ([]entry, int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	first := j.next - len(j.last)
	return append([]entry{}, j.last[min(max(number-first, 0), len(j.last)):]...), j.next
}

func (j *journal) note(service string, q nastest.Request) {
	e := entry{
		Time: q.Time.UTC(), Service: service, Operation: q.Operation, Params: q.Params, Status: q.Status, Code: q.Code,
		RequestID: q.RequestID, Took: q.Took.Round(time.Microsecond).String(),
	}
	if e.Params["Password"] != "" { // of a client key of KMS
		e.Params["Password"] = "REDACTED"
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	e.Number = j.next
	j.next++
	if len(j.last) == remembered {
		j.last = slices.Delete(j.last, 0, 1)
	}
	j.last = append(j.last, e)
}

func newJournal(w io.Writer, columns func() int) *journal {
	return &journal{w: w, columns: columns, lines: make(chan string, 4096), stop: make(chan struct{}), ended: make(chan struct{})}
}

// of returns a function that takes the requests of a service.
func (j *journal) of(service string) func(nastest.Request) {
	return func(q nastest.Request) {
		j.note(service, q)
		select {
		case j.lines <- line(service, q, j.columns()):
		default:
			j.lost.Add(1)
		}
	}
}

// wide is how many columns a line takes at least.
const wide = 120

// line returns the line of a request. Where that would be broken on a terminal, it has no
// request ID.
func line(service string, q nastest.Request, columns int) string {
	code, took := cmp.Or(q.Code, "-"), q.Took.Round(time.Microsecond).String()
	if columns > 0 && columns < wide {
		return fmt.Sprintf("%-11s %-26s  %3d  %7s  %s\n", service, word(q.Operation), q.Status, took, code)
	}
	return fmt.Sprintf("%-11s  %-30s  %3d  %-27s  %-36s  %s\n", service, word(q.Operation), q.Status, code, cmp.Or(q.RequestID, "-"), took)
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
