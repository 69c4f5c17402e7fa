// Workers provisions access points on the five services from a queue in a database,
// with as many processes on as many machines as one likes:
//
//	go run . demo                     # four processes, two of them killed, and then a count
//	go run . migrate                  # the tables
//	go run . load desired.csv         # what is to exist, and what is not
//	go run . work -emulator http://127.0.0.1:4700
//	go run . status
//
// Without -database the queue is in workers.db, a SQLite file, and nothing has to be
// installed. -database postgres://… serves many machines. Without a command, it is the
// demo. README.md says how this scales.
//
// What one needs for a program of one's own is in three files: job.go is the worker,
// nas.go (or that of another service) how it calls the SDK, limiter.go the limit that
// all processes share.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second one ends the program
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// A command is what the program can be told to do.
type command struct {
	name, help string
	run        func(ctx context.Context, args []string, stdout, stderr io.Writer) error
}

func commands() []command {
	return []command{
		{"demo", "four processes on in-memory services, two of them killed, and a count", runDemo},
		{"migrate", "create the tables, or bring them up to date", runMigrate},
		{"load", "read the desired state from CSV or JSON lines; queue what changed", runLoad},
		{"work", "work on the queue until SIGTERM", runWork},
		{"status", "print what came of it", runStatus},
	}
}

// errUsage is an error of the flags, which has been printed.
var errUsage = errors.New("usage")

// run returns the exit status: 0 only if the command succeeded, 2 if it was given wrongly.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		args = []string{"demo"}
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		switch err := c.run(ctx, args[1:], stdout, stderr); {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return 0
		case errors.Is(err, errUsage):
			return 2
		default:
			fmt.Fprintf(stderr, "workers %s: %v\n", c.name, err)
			return 1
		}
	}
	fmt.Fprintln(stderr, "Usage: workers [command] [flags]; workers command -h lists the flags.")
	for _, c := range commands() {
		fmt.Fprintf(stderr, "  %-8s  %s\n", c.name, c.help)
	}
	if args[0] == "-h" || args[0] == "-help" || args[0] == "--help" || args[0] == "help" {
		return 0
	}
	return 2
}

// flags returns the flags of a command, with the one that all have.
func flags(name, arguments string, stderr io.Writer) (f *flag.FlagSet, database *string) {
	f = flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {
		fmt.Fprintln(stderr, strings.TrimSpace("Usage: workers "+name+" [flags] "+arguments))
		f.PrintDefaults()
	}
	return f, f.String("database", "workers.db", "a SQLite `file`, or the URL of a PostgreSQL database, postgres://…")
}

// parse parses the flags of a command that takes so many arguments.
func parse(f *flag.FlagSet, args []string, n int) error {
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil {
		return errUsage
	}
	if f.NArg() != n {
		f.Usage()
		return errUsage
	}
	return nil
}

func runMigrate(ctx context.Context, args []string, _, stderr io.Writer) error {
	f, url := flags("migrate", "", stderr)
	if err := parse(f, args, 0); err != nil {
		return err
	}
	db, err := open(ctx, *url, "")
	if err != nil {
		return err
	}
	defer db.close()
	return db.migrate(ctx)
}
