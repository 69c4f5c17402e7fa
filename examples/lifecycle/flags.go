package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
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
	emulator netip.AddrPort // the first of its ports; not valid for none
}

// The order in which an emulator has its services on consecutive ports.
const (
	portNAS = iota
	portOSS
	portEFS
	portPrivateLink
	portKMS
)

// endpoint returns the URL of a service of the emulator, and whether there is one.
func (o *options) endpoint(port int) (url string, ok bool) {
	if !o.emulator.IsValid() {
		return "", false
	}
	return "http://" + net.JoinHostPort(o.emulator.Addr().String(), strconv.Itoa(int(o.emulator.Port())+port)), true
}

// parse returns the options. Its error is flag.ErrHelp if they ask for help;
// whatever is wrong is on stderr.
func parse(args []string, stderr io.Writer) (*options, error) {
	var o options
	f := flag.NewFlagSet("lifecycle", flag.ContinueOnError)
	f.SetOutput(stderr)
	screen.Usage(f, "Takes resources of the services through their lives, in memory, and prints a line for each step.")
	f.TextVar(&o.emulator, "emulator", netip.AddrPort{}, "`address` that was given to the emulator as -listen, such as 127.0.0.1:4700, to use that one in place of services in memory")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	var problem string
	switch {
	case f.NArg() > 0:
		problem = fmt.Sprintf("lifecycle takes no arguments, only flags: %q", f.Args())
	case o.emulator.IsValid() && (o.emulator.Port() == 0 || o.emulator.Port() > 65535-portKMS):
		problem = "-emulator: the port is not one that five services can begin at"
	}
	if problem != "" {
		screen.New(stderr).Print(problem)
		return nil, errors.New("flags")
	}
	return &o, nil
}
