package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A process is a worker that the demo has started.
type process struct {
	readiness
	cmd   *exec.Cmd
	ended chan struct{}
	state string // working, draining, killed or ended

	throttled, rescued float64 // as it last said
}

// spawn starts a worker with these flags, and waits until it works. It ends with ctx,
// as by SIGTERM. Its log goes to a file in folder.
func spawn(ctx context.Context, folder string, args ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.CommandContext(ctx, self, append([]string{"work"}, args...)...), ended: make(chan struct{}), state: "working"}
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = 30 * time.Second
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp(folder, "worker-*.log")
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	p.cmd.Stderr = log
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	go func() {
		_ = p.cmd.Wait()
		close(p.ended)
	}()
	if err == nil {
		err = json.Unmarshal(line, &p.readiness)
	}
	if err != nil {
		_ = p.cmd.Process.Kill()
		text, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("a worker did not start: %w: %s", err, text)
	}
	return p, os.Rename(log.Name(), filepath.Join(folder, p.ID+".log"))
}

// kill ends p as kill -9 does: it can do nothing more.
func (p *process) kill() {
	p.state = "killed"
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// stop tells p to end, and waits until it has.
func (p *process) stop() error {
	p.state = "draining"
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	<-p.ended
	p.state = "ended"
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("worker %s ended with status %d", p.ID, code)
	}
	return nil
}

// measure reads what p says of itself at /metrics. One that does not answer has said
// it before.
func (p *process) measure(ctx context.Context) {
	if p.state != "working" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.Metrics, nil)
	if err != nil {
		return
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return
	}
	defer func() { _ = resp.Body.Close() }()
	var throttled, rescued float64
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		n, _ := strconv.ParseFloat(value, 64)
		switch {
		case name == "workers_rescued_total":
			rescued = n
		case strings.HasPrefix(name, "accesspoint_attempts_total{") && strings.Contains(name, `outcome="throttled"`):
			throttled += n
		}
	}
	if lines.Err() == nil {
		p.throttled, p.rescued = throttled, rescued
	}
}
