// Emulator serves the five in-memory services over HTTP, for programs in any
// language:
//
//	go run ./examples/emulator -listen 127.0.0.1:0
//
// When it is ready it prints one line of JSON: the URL of each service, the key
// and the region that they all take, and the names of what exists. Then comes a
// line for each request: service, operation, status, and the time it took. On
// SIGINT or SIGTERM it stops, with status 0.
//
// A program that starts and stops it needs the binary of go build: go run does
// not pass SIGTERM on, and has a status of its own for SIGINT. Clients that put a
// bucket before the host need -listen localhost:0 and a resolver that knows
// bucket.localhost; curl, browsers and systemd's resolver do.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/accesspoint-go/accesspoint/examples/internal/screen"
)

func main() {
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// grace is how long requests and lines that are under way may take to end.
const grace = time.Second

// run serves until ctx ends, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	j := newJournal(stdout)
	services := o.services(j)
	listeners, err := listen(ctx, o.host, o.port, len(services))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	urls := map[string]string{}
	for i, s := range services {
		urls[s.name] = o.url(listeners[i])
	}
	line, err := json.Marshal(ready(urls))
	if err == nil {
		_, err = fmt.Fprintf(stdout, "%s\n", line)
	}
	if err != nil { // nobody is there
		closeAll(listeners)
		fmt.Fprintln(stderr, err)
		return 1
	}

	go j.print()
	defer j.end(stderr)
	serving, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	logger := log.New(stderr, "", 0)
	var wg sync.WaitGroup
	for i, s := range services {
		server := &http.Server{
			Handler:                      s.handler,
			ReadHeaderTimeout:            10 * time.Second,
			DisableGeneralOptionsHandler: true, // all that comes is the service's
			ErrorLog:                     logger,
		}
		wg.Go(func() {
			if err := server.Serve(listeners[i]); !errors.Is(err, http.ErrServerClosed) {
				fail(fmt.Errorf("%s: %w", s.name, err))
			}
		})
		wg.Go(func() {
			<-serving.Done()
			ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
			defer cancel()
			if server.Shutdown(ending) != nil {
				_ = server.Close() // clients that do not let go
			}
		})
	}
	wg.Wait()
	if ctx.Err() == nil { // nobody asked for the end
		fmt.Fprintln(stderr, context.Cause(serving))
		return 1
	}
	return 0
}

// options are the flags.
type options struct {
	host       string
	port       int
	readyAfter time.Duration
	throttle   float64
	verify     bool
	seedData   bool
}

func parse(args []string, stderr io.Writer) (*options, error) {
	var o options
	f := flag.NewFlagSet("emulator", flag.ContinueOnError)
	f.SetOutput(stderr)
	screen.Usage(f, "Serves the five in-memory services over HTTP, until it is told to stop.")
	address := f.String("listen", "127.0.0.1:0", "`address` to serve on. With port 0 each service gets a free port. With another one "+
		"the five get consecutive ports from there on: nas, oss, efs, privatelink, kms. Keep it on loopback: everybody knows the key")
	f.DurationVar(&o.readyAfter, "ready-after", 2*time.Second, "how long what is created takes to be of use, but for KMS, which is done at once")
	f.Float64Var(&o.throttle, "throttle", 200, "calls a second of each operation that a service takes, in bursts of up to 20; 0 is no limit")
	f.BoolVar(&o.verify, "verify", true, "check signatures")
	f.BoolVar(&o.seedData, "seed-data", true, "let exist what seed_data names")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	fail := func(format string, a ...any) (*options, error) {
		err := fmt.Errorf(format, a...)
		fmt.Fprintln(stderr, err)
		return nil, err
	}
	host, port, err := net.SplitHostPort(*address)
	if err != nil {
		return fail("-listen: %w", err)
	}
	o.host = host
	switch o.port, err = strconv.Atoi(port); {
	case err != nil || o.port < 0 || o.port+4 > 65535:
		return fail("-listen: the port %q is not one from 0 to 65531", port)
	case o.readyAfter < 0 || !(o.throttle >= 0):
		return fail("-ready-after and -throttle must not be negative")
	case f.NArg() > 0:
		return fail("emulator takes no arguments, only flags: %q", f.Args())
	}
	return &o, nil
}

// listen opens n ports: consecutive ones, or any if port is 0.
func listen(ctx context.Context, host string, port, n int) ([]net.Listener, error) {
	var listeners []net.Listener
	for range n {
		var config net.ListenConfig
		l, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err != nil {
			closeAll(listeners)
			return nil, err
		}
		listeners = append(listeners, l)
		if port != 0 {
			port++
		}
	}
	return listeners, nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		l.Close()
	}
}

// url returns the URL at which programs on this machine find l.
func (o *options) url(l net.Listener) string {
	host := o.host
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return "http://" + net.JoinHostPort(host, port)
}
