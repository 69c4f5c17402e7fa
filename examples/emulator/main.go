// Emulator serves the five in-memory services over HTTP, for programs in any
// language:
//
//	go run ./examples/emulator -listen 127.0.0.1:0
//
// When it is ready it prints one line of JSON: the URL of each service, the key
// that they all take, the regions, and the names of what exists. Then comes a line
// for each request: service, operation, status, error code, request ID, and the time
// it took. On a terminal both are laid out for a person. On SIGINT or SIGTERM it stops, with status 0. That nobody reads its lines
// any more does not stop it.
//
// README.md shows how the SDKs of other languages are pointed at it.
//
// The control side, on a port of its own on loopback, has a page that shows requests as
// they come and the resources that exist, and has buttons for faults. Programs have the same as JSON: GET
// /health, /ready (the first line), /state, /requests?from=0 and /operations; POST /reset, /seed, /inject, /fail, /disturb,
// /throttle and /accept, whose members are in control.go:
//
//	curl -d '{"service": "nas", "operation": "CreateAccessPoint", "faults": ["ResponseLost"]}' \
//	  -H 'Content-Type: application/json' $CONTROL/inject
//
// A program that starts and stops it needs the binary of go build: go run does
// not pass SIGTERM on, and has a status of its own for SIGINT. Clients that put a
// bucket before the host need -listen localhost:0 and a resolver that knows
// bucket.localhost; curl, browsers and systemd's resolver do. Under another name,
// such as that of a container, say so with -host.
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
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/accesspoint-go/accesspoint/examples/internal/screen"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // the services go on when the reader of the lines has gone
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second one ends the program
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// grace is how long requests and lines that are under way may take to end, besides -latency.
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
	terminal := screen.New(stdout)
	j := newJournal(stdout, terminal.Columns)
	c := newControl(o, j)
	var served []*server
	listeners, err := listen(ctx, o.address, o.port, len(*c.services.Load()))
	if err == nil && o.control != "" {
		var l net.Listener
		if l, err = new(net.ListenConfig).Listen(ctx, "tcp", o.control); err == nil {
			served = append(served, &server{"control", "http://" + l.Addr().String(), c, l})
		} else {
			closeAll(listeners)
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	for i, s := range *c.services.Load() {
		served = append(served, &server{s.name, o.url(listeners[i]), c.handler(i), listeners[i]})
	}
	urls := map[string]string{}
	for _, s := range served {
		urls[s.name] = s.url
	}
	ready := o.ready(urls)
	line, err := json.Marshal(ready)
	if err == nil {
		line = append(line, '\n')
		c.ready = line
		first := line
		if terminal.Columns() > 0 {
			first = o.greeting(ready)
		}
		_, err = stdout.Write(first)
	}
	if err != nil { // nobody is there
		for _, s := range served {
			_ = s.listener.Close()
		}
		fmt.Fprintln(stderr, err)
		return 1
	}

	go j.print()
	defer j.end(stderr)
	serving, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	logger := log.New(stderr, "", 0)
	var wg sync.WaitGroup
	for _, s := range served {
		server := &http.Server{
			Handler:                      until(serving, s.handler),
			ReadHeaderTimeout:            10 * time.Second,
			DisableGeneralOptionsHandler: true, // all that comes is the service's
			ErrorLog:                     logger,
		}
		wg.Go(func() {
			if err := server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
				fail(fmt.Errorf("%s: %w", s.name, err))
			}
		})
		wg.Go(func() {
			<-serving.Done()
			ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), o.latency+grace)
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

// A server is what serves on one port.
type server struct {
	name, url string
	handler   http.Handler
	listener  net.Listener
}

// until serves with h until ctx ends. A request that net/http has begun to read when the
// shutdown begins may lose its connection, as if that were idle: it must not have been
// obeyed.
func until(ctx context.Context, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ctx.Err() != nil {
			http.Error(w, "The emulator is stopping.", http.StatusServiceUnavailable)
			return
		}
		h.ServeHTTP(w, r)
	})
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
