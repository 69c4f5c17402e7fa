package machine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"
)

// programTimeout bounds how long a program that prints a key may run. It may
// have to ask its user.
const programTimeout = 25 * time.Second

// Run returns what a command line prints. A shell runs it, so that quotes and
// variables in it mean what they mean to its author. What it says on its
// standard error output is dropped: it may hold anything.
//
// Package os/exec would do the same and cost every program 45 KB more.
func (m Machine) Run(ctx context.Context, command string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, programTimeout)
	defer cancel()
	argv := []string{"/bin/sh", "-c", command}
	if runtime.GOOS == "windows" {
		argv = []string{m.Getenv("ComSpec"), "/C", command}
	}
	var env []string // nil for this program's own
	for name, value := range m.Env {
		env = append(env, name+"="+value)
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = null.Close() }()
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	p, err := os.StartProcess(argv[0], argv, &os.ProcAttr{Files: []*os.File{null, w, null}, Env: env})
	_ = w.Close()
	if err != nil {
		return nil, errors.New("the shell could not be run")
	}
	stop := context.AfterFunc(ctx, func() {
		_ = p.Kill()
		_ = r.Close() // a child of it may keep the output open
	})
	defer stop()
	var out bytes.Buffer
	n, err := out.ReadFrom(io.LimitReader(r, maxFile+1))
	if n > maxFile {
		_ = p.Kill()
	}
	state, waitErr := p.Wait()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("the program did not end within %v", programTimeout)
	case n > maxFile:
		return nil, fmt.Errorf("what the program printed: %w", errTooLong)
	case err != nil || waitErr != nil:
		return nil, errors.New("the program's output could not be read")
	case !state.Success():
		return nil, fmt.Errorf("the program ended with status %d", state.ExitCode()) // -1 for a signal
	}
	return out.Bytes(), nil
}
