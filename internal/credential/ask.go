package credential

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// Ask asks a provider for a key. One of somebody else's may ignore its context and
// hang, which must not hold up a call beyond that context, nor for longer than
// fetchTimeout: it is asked in a goroutine of its own, which ends when it returns. Its
// panic continues here, as it went in.
func Ask(ctx context.Context, p Provider) (key Key, err error) {
	if own(p) {
		key.ID, key.Secret, key.Token, _, err = p.Retrieve(ctx)
		return key, err
	}
	if err := ctx.Err(); err != nil {
		return Key{}, err
	}
	a := &ask{done: make(chan struct{})}
	go a.run(ctx, p)
	late := time.NewTimer(fetchTimeout)
	defer late.Stop()
	select {
	case <-a.done:
	case <-ctx.Done():
		return Key{}, fmt.Errorf("waiting for a key: %w", ctx.Err())
	case <-late.C:
		return Key{}, noKeyInTime("the provider hangs")
	}
	switch {
	case a.returned:
		return a.key, a.err
	case a.panicked != nil:
		panic(a.panicked)
	}
	runtime.Goexit() // as the provider did
	return Key{}, nil
}

// own reports whether p is one of this package's, which heed their contexts. It does
// not name their types, which would become part of every program.
func own(p Provider) bool {
	_, ok := p.(interface{ heedsContext() })
	return ok
}

func (*Cache) heedsContext()       {}
func (*environment) heedsContext() {}

// An ask is what a provider answers. It may be read when it is done.
type ask struct {
	done     chan struct{}
	returned bool
	key      Key
	err      error
	panicked any
}

func (a *ask) run(ctx context.Context, p Provider) {
	defer close(a.done)
	defer func() { a.panicked = recover() }()
	a.key.ID, a.key.Secret, a.key.Token, _, a.err = p.Retrieve(ctx)
	a.returned = true
}
