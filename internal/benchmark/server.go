package benchmark

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"time"
)

// serverProcess makes a process the server that StartServer starts.
const serverProcess = "ACCESSPOINT_BENCHMARK_SERVER"

// ServeIfAsked is called first by every program that calls StartServer, since the
// server is the same program.
func ServeIfAsked() {
	if os.Getenv(serverProcess) == "" {
		return
	}
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serve answers each call of each service on a port of its own, so that it need
// not look at requests. It prints the addresses and stops when its input ends.
func serve() error {
	var connections atomic.Int64
	addresses := map[string]string{}
	listen := func(name string, h http.HandlerFunc, count bool) error {
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
		if count {
			s.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					connections.Add(1)
				}
			}
		}
		go func() { _ = s.Serve(l) }()
		addresses[name] = "http://" + l.Addr().String()
		return nil
	}
	for _, s := range Services {
		for _, call := range s.Calls {
			answer, err := s.answer(call)
			if err != nil {
				return err
			}
			answer.Header.Set("Content-Length", strconv.Itoa(len(answer.Body)))
			if err := listen(s.Name+"/"+call.Name, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				for name, values := range answer.Header {
					w.Header()[name] = values
				}
				_, _ = w.Write(answer.Body)
			}, true); err != nil {
				return err
			}
		}
	}
	if err := listen("connections", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, connections.Load()) }, false); err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(addresses); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// A Server is a process that answers the calls.
type Server struct {
	// Addresses are the URLs by service and call, as in nas/create.
	Addresses map[string]string
	process   *exec.Cmd
	stop      io.Closer
}

// StartServer starts a server.
func StartServer() (*Server, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &Server{process: exec.CommandContext(context.Background(), program)}
	s.process.Env = append(os.Environ(), serverProcess+"=1")
	s.process.Stderr = os.Stderr
	if s.stop, err = s.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	if err := json.NewDecoder(out).Decode(&s.Addresses); err != nil {
		s.Close()
		return nil, fmt.Errorf("the server did not start: %w", err)
	}
	return s, nil
}

// Close stops the server.
func (s *Server) Close() {
	s.stop.Close()
	_ = s.process.Wait()
}

// Connections returns how many connections the server has taken so far.
func (s *Server) Connections() (int, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.Addresses["connections"], nil)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(text))
}
