// Quickstart creates one access point on each of the five services, side by side,
// and removes it again:
//
//	go run ./examples/quickstart
//
// It talks to in-memory services and to nothing else, unless -live is given.
// Each service has a file of its own here, which is where to read how a program
// uses its package.
//
// Ctrl-C ends it early: it removes what it has created, and waits for that as
// long as the service needs. A second Ctrl-C ends it at once.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/accesspoint-go/accesspoint/examples/internal/screen"
)

func main() {
	signals := make(chan os.Signal, 1)
	// A pipe or a terminal that was closed must not leave real resources behind.
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-signals
		signal.Reset(os.Interrupt, syscall.SIGTERM) // a second one ends the program
		cancel()
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run returns the exit status: 0 only if every service did its part, 130 if ctx
// ended.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	out, errs := screen.New(stdout), screen.New(stderr)
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	var jobs []*job
	var names []string
	for _, s := range o.services {
		j := &job{service: s.name}
		if err := s.start(o, j); err != nil {
			errs.Print(err.Error())
			return 2
		}
		jobs = append(jobs, j)
		names = append(names, s.name)
	}

	key := fmt.Sprintf("qs-%x", time.Now().UnixMilli()) // short enough to be a name on every service
	progress := out.Progress(names, nil)
	ended := make(chan struct{})
	var watcher, workers sync.WaitGroup
	watcher.Go(func() {
		select {
		case <-ctx.Done():
			progress.Say("Interrupted: removing what was created. Ctrl-C again ends at once and leaves behind what is named or tagged " + key + ".")
		case <-ended:
		}
	})
	for i, j := range jobs {
		workers.Go(func() {
			j.show = func(text string) { progress.Set(i, text) }
			progress.Finish(i, j.run(ctx, key))
		})
	}
	workers.Wait()
	close(ended)
	watcher.Wait()
	progress.End()

	out.Print("")
	table(out, jobs)
	out.Print("")
	done, left := 0, 0
	for _, j := range jobs {
		if j.createErr != nil && !errors.Is(j.createErr, ctx.Err()) {
			errs.Print(j.service + ": " + j.createErr.Error())
		}
		if j.removeErr != nil {
			left++
			errs.Print(fmt.Sprintf("%s: what is named or tagged %s may be left behind: %v", j.service, key, j.removeErr))
		}
		if j.createErr == nil && j.removeErr == nil {
			done++
		}
	}
	switch {
	case ctx.Err() != nil && left > 0:
		out.Print("Interrupted.")
		return 130
	case ctx.Err() != nil:
		out.Print("Interrupted. Nothing is left behind.")
		return 130
	}
	out.Print(fmt.Sprintf("%d of %d created and removed.", done, len(jobs)))
	if done < len(jobs) {
		return 1
	}
	return 0
}
