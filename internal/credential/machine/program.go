package machine

import (
	"bytes"
	"cmp"
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
func (m *Machine) Run(ctx context.Context, command string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, programTimeout)
	defer cancel()
	env := os.Environ()
	if m.Env != nil {
		env = nil
		for name, value := range m.Env {
			env = append(env, name+"="+value)
		}
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
	argv, line := shell(runtime.GOOS, m.Getenv("ComSpec"), command)
	p, err := start(argv, line, env, null, w)
	_ = w.Close()
	if err != nil {
		return nil, errors.New("the shell could not be run")
	}
	stop := context.AfterFunc(ctx, func() {
		p.kill()
		_ = r.Close() // a child of it may keep the output open
	})
	defer stop()
	var out bytes.Buffer
	n, err := out.ReadFrom(io.LimitReader(r, maxFile+1))
	if n > maxFile {
		p.kill()
	}
	status := p.wait()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("the program did not end within %v", programTimeout)
	case n > maxFile:
		return nil, fmt.Errorf("what the program printed: %w", errTooLong)
	case err != nil:
		return nil, errors.New("the program's output could not be read")
	case status != 0:
		return nil, fmt.Errorf("the program ended with status %d", status)
	}
	return withoutMark(out.Bytes()), nil
}

// shell returns the arguments by which the shell of an operating system runs a
// command: for Windows, where programs split their own command line, as one line. The
// shell there strips the outer quotes and keeps the inner ones.
func shell(goos, comSpec, command string) (argv []string, line string) {
	if goos != "windows" {
		return []string{"/bin/sh", "-c", command}, ""
	}
	program := cmp.Or(comSpec, `C:\Windows\System32\cmd.exe`)
	return []string{program}, `"` + program + `" /S /C "` + command + `"`
}
