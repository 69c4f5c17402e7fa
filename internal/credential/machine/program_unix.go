//go:build unix && !aix

package machine

import (
	"os"
	"sync"
	"syscall"
	"time"
)

// A process runs a program. Package os/exec would cost every program with
// DefaultCredentials 60 KB more than this, and os.StartProcess alone 16 KB.
type process struct {
	pid   int
	mu    sync.Mutex // guards ended, and the ID from its reuse
	ended bool       // then the ID may belong to another process
}

// start starts a program that reads nothing and writes to out.
func start(argv []string, _ string, env []string, null, out *os.File) (*process, error) {
	pid, err := syscall.ForkExec(argv[0], argv, &syscall.ProcAttr{Env: env, Files: []uintptr{null.Fd(), out.Fd(), null.Fd()}})
	return &process{pid: pid}, err
}

func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		_ = syscall.Kill(p.pid, syscall.SIGKILL)
	}
}

// wait returns the exit status when the process has ended, or -1 if it has none. It
// polls, because a blocking wait would free the process ID at a time that kill cannot
// know. Run calls it at the end of the output, when the process is about to end.
func (p *process) wait() int {
	for {
		p.mu.Lock()
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(p.pid, &status, syscall.WNOHANG, nil)
		p.ended = pid == p.pid || err != nil && err != syscall.EINTR
		p.mu.Unlock()
		switch {
		case p.ended && err == nil:
			return status.ExitStatus() // -1 for a signal
		case p.ended:
			return -1
		}
		time.Sleep(time.Millisecond)
	}
}
