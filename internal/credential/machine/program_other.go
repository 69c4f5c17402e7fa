//go:build (!unix && !windows) || aix

package machine

import (
	"errors"
	"os"
)

// A process cannot run here.
type process struct{}

func start([]string, string, []string, *os.File, *os.File) (*process, error) {
	return nil, errors.ErrUnsupported
}

func (p *process) kill()     {}
func (p *process) wait() int { return -1 }
