package machine

import (
	"os"
	"syscall"
)

// A process runs a program.
type process struct{ p *os.Process }

// start starts a program that reads nothing and writes to out. It gets line as it
// is: package os would escape the quotes of argv in a way that the shell does not
// know.
func start(argv []string, line string, env []string, null, out *os.File) (*process, error) {
	p, err := os.StartProcess(argv[0], argv, &os.ProcAttr{Env: env, Files: []*os.File{null, out, null}, Sys: &syscall.SysProcAttr{CmdLine: line}})
	return &process{p}, err
}

func (p *process) kill() { _ = p.p.Kill() }

// wait returns the exit status when the process has ended, or -1 if it has none.
func (p *process) wait() int {
	state, err := p.p.Wait()
	if err != nil {
		return -1
	}
	return state.ExitCode()
}
