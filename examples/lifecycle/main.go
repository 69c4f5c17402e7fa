// Lifecycle takes resources of the services through their lives, with nothing but
// this SDK, and prints a line for each step:
//
//	go run ./examples/lifecycle
//
// It talks to in-memory services and to nothing else, or to a running emulator (go
// run ./examples/emulator) if -emulator says where one is. Each service has a file of
// its own here, which is where to read how a program uses its package.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/accesspoint-go/accesspoint/examples/internal/screen"
)

func main() {
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// A chapter is what becomes of the resources of one service.
type chapter struct {
	title string
	tell  func(ctx context.Context, o *options, s *story) error
}

var chapters = []chapter{
	{"NAS: a volume with a quota", tellNAS},
	{"EFS: what is there, and its tags", tellEFS},
}

// run returns the exit status: 0 only if all went well, 130 if ctx ended.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	out, errs := screen.New(stdout), screen.New(stderr)
	s := &story{out: out, start: time.Now()}
	for i, c := range chapters {
		if i > 0 {
			out.Print("")
		}
		out.Print(c.title)
		if err := c.tell(ctx, o, s); err != nil {
			errs.Print(err.Error())
			if ctx.Err() != nil {
				return 130
			}
			return 1
		}
	}
	return 0
}

// A story is told step by step.
type story struct {
	out   *screen.Screen
	start time.Time
}

// say prints a line for a step that is done.
func (s *story) say(format string, a ...any) {
	s.out.Print(fmt.Sprintf("%6.1fs %s", time.Since(s.start).Seconds(), fmt.Sprintf(format, a...)))
}
