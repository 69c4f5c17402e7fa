// Package pace holds calls back so that a service need not refuse them.
package pace

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The fixed pace of an operation. No service documents its limits; the lowest
// seen in use is about 100 a minute, the highest a few hundred a second, and a
// single caller reaches neither.
const (
	perSecond = 100
	burst     = 100
)

// A Pacer paces the operations of one client, each on its own. The zero Pacer
// is ready for use.
type Pacer struct {
	mu  sync.Mutex
	ops map[string]*operation
}

type operation struct {
	bucket *rate.Limiter
	mu     sync.Mutex
	closed time.Time // no call before: the service asked for a pause
}

// Acquire waits for the turn of a call of the named operation. It fails at once
// if the turn would come after ctx's deadline.
func (p *Pacer) Acquire(ctx context.Context, name string) error {
	o := p.operation(name)
	for {
		o.mu.Lock()
		d := time.Until(o.closed)
		o.mu.Unlock()
		if d <= 0 {
			return Wait(ctx, o.bucket)
		}
		if err := Sleep(ctx, d); err != nil {
			return err
		}
	}
}

// Report tells the Pacer that the service throttled a call and asked for a
// pause. The calls that wait for their turn keep to it too.
func (p *Pacer) Report(name string, pause time.Duration) {
	o := p.operation(name)
	o.mu.Lock()
	defer o.mu.Unlock()
	if t := time.Now().Add(pause); t.After(o.closed) {
		o.closed = t
	}
}

func (p *Pacer) operation(name string) *operation {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := p.ops[name]
	if o == nil {
		o = &operation{bucket: rate.NewLimiter(perSecond, burst)}
		if p.ops == nil {
			p.ops = map[string]*operation{}
		}
		p.ops[name] = o
	}
	return o
}

// Wait waits for a token of l. Unlike l.Wait it fails with an error that wraps
// [context.DeadlineExceeded] if the token would come too late.
func Wait(ctx context.Context, l *rate.Limiter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := l.Reserve()
	if !r.OK() {
		return errors.New("the rate limiter has a burst of 0 and lets nothing through")
	}
	if err := Sleep(ctx, r.Delay()); err != nil {
		r.Cancel()
		return err
	}
	return nil
}

// Sleep pauses for d. It fails at once if d reaches beyond ctx's deadline, and
// as soon as ctx ends.
func Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d <= 0 {
		return nil
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
		return fmt.Errorf("refused locally, the next attempt may start only in %v: %w",
			d.Round(time.Millisecond), context.DeadlineExceeded)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
