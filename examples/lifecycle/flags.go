package main

import (
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/accesspoint-go/accesspoint/examples/internal/screen"
)

// What the in-memory services take to make and remove something. An emulator has
// its own flags for that.
const (
	readyAfter = 600 * time.Millisecond
	goneAfter  = 300 * time.Millisecond
	// settle is Config.Settle for them. They show every change at once.
	settle = 200 * time.Millisecond
	// interval is how often a wait looks: a program that talks to the real services
	// leaves it at its default of seconds.
	interval = 100 * time.Millisecond
)

// options are the flags.
type options struct {
	emulator    string // the URL of its control side; empty for none
	fromNothing bool
	destroy     bool
}

// parse returns the options. Its error is flag.ErrHelp if they ask for help;
// whatever is wrong is on stderr.
func parse(args []string, stderr io.Writer) (*options, error) {
	var o options
	f := flag.NewFlagSet("lifecycle", flag.ContinueOnError)
	f.SetOutput(stderr)
	screen.Usage(f, "Takes resources of the services through their lives, in memory, and prints a line for each step.")
	f.StringVar(&o.emulator, "emulator", "", "`URL` of the control side of a running emulator, to use that one in place of services in memory")
	f.BoolVar(&o.fromNothing, "from-nothing", false, "make all that it takes to mount a directory, or find it, instead; it is left on the emulator")
	f.BoolVar(&o.destroy, "destroy", false, "take that down again")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		err := fmt.Errorf("lifecycle takes no arguments, only flags: %q", f.Args())
		screen.New(stderr).Print(err.Error())
		return nil, err
	}
	return &o, nil
}
