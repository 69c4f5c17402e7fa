// Lifecycle takes resources of the services through their lives, with nothing but
// this SDK, and prints a line for each step:
//
//	go run ./examples/lifecycle
//
// With -from-nothing it makes all that it takes to mount a directory, or finds it, and
// with -destroy it takes that down.
//
// It talks to in-memory services and to nothing else, or to a running emulator (go
// run ./examples/emulator) if -emulator says where its control side is. Each service has a file of
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second one ends the program
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// most is how many steps a chapter may have.
const most = 100

// A chapter is what becomes of the resources of one service.
type chapter struct {
	title string
	tell  func(ctx context.Context, c *cloud, s *story) error
}

var usual = []chapter{
	{"OSS: an access point through which a user may read", tellOSS},
	{"NAS: a volume with a quota", tellNAS},
	{"PrivateLink: a provider and a consumer meet", tellPrivateLink},
	{"EFS: what is there, and its tags", tellEFS},
}

// chapters returns those that are asked for.
func (o *options) chapters() []chapter {
	if !o.fromNothing && !o.destroy {
		return usual
	}
	var all []chapter
	for _, n := range fromNothing {
		chosen := n.build
		switch {
		case o.fromNothing && o.destroy:
			chosen.tell = func(ctx context.Context, c *cloud, s *story) error {
				if err := n.build.tell(ctx, c, s); err != nil {
					return err
				}
				return n.destroy.tell(ctx, c, s)
			}
		case o.destroy:
			chosen = n.destroy
		}
		all = append(all, chosen)
	}
	return all
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
	chapters := o.chapters()
	c := inMemory(o.fromNothing || o.destroy)
	if o.emulator != "" {
		c, err = emulated(ctx, o.emulator)
	}
	if err != nil {
		errs.Print(err.Error())
		return 1
	}
	// The chapters happen side by side, since most of their time is waiting, and are
	// told one after the other.
	start := time.Now()
	stories := make([]*story, len(chapters))
	for i, chapter := range chapters {
		s := &story{start: start, lines: make(chan string, most)}
		stories[i] = s
		go func() {
			defer close(s.lines)
			s.err = chapter.tell(ctx, c, s)
		}()
	}
	status := 0
	for i, s := range stories {
		if i > 0 {
			out.Print("")
		}
		out.Print(chapters[i].title)
		for line := range s.lines {
			out.Print(line)
		}
		if s.err != nil {
			errs.Print(s.err.Error())
			status = 1
		}
	}
	if ctx.Err() != nil {
		return 130
	}
	return status
}

// A story is told step by step.
type story struct {
	start time.Time
	lines chan string
	err   error // set when lines is closed
}

// say tells of a step that is done. It does not wait for the listener.
func (s *story) say(format string, a ...any) {
	s.lines <- fmt.Sprintf("%6.1fs %s", time.Since(s.start).Seconds(), fmt.Sprintf(format, a...))
}
