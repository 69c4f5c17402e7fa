package main

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// A lease is a process's right to work on jobs. As long as it has it, no other process
// takes its jobs for those of a dead one. Every second the process renews it, and makes
// the jobs of dead processes available again.
type lease struct {
	db      *database
	logger  *slog.Logger
	rescued func(jobs int64)

	mu    sync.Mutex
	valid context.Context // ends when the lease does
	end   context.CancelFunc
}

const (
	// beat is the time between two renewals, and so about how long a job of a process
	// that was killed waits.
	beat = time.Second
	// grace is how long a process works on without hearing of the database. It is less
	// than the 10 seconds after which a database that has restarted lets others take its
	// jobs, and the 15 after which a server gives up a connection that was cut.
	grace = 4 * time.Second
)

func newLease(db *database, logger *slog.Logger, rescued func(int64)) *lease {
	l := &lease{db: db, logger: logger, rescued: rescued}
	l.valid, l.end = context.WithCancel(context.Background())
	return l
}

// keep renews the lease until ctx ends.
func (l *lease) keep(ctx context.Context) {
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	heard := time.Now()
	for {
		asking, cancel := context.WithTimeout(ctx, grace-beat)
		n, err := l.db.rescue(asking)
		cancel()
		switch {
		case err == nil:
			heard = time.Now()
			l.renew()
			if n > 0 {
				l.rescued(n)
				l.logger.WarnContext(ctx, "rescued the jobs of dead workers", "jobs", n)
			}
		case ctx.Err() != nil:
			return
		case l.db.exact:
			l.logger.WarnContext(ctx, "no rescue", "error", err)
		case time.Since(heard) > grace && l.current().Err() == nil:
			l.logger.ErrorContext(ctx, "the database is away: stopping all jobs, since others may take them", "error", err)
			l.revoke()
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// during returns a context that ends with the lease, too.
func (l *lease) during(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(l.current(), cancel)
	return ctx, func() { stop(); cancel() }
}

func (l *lease) current() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.valid
}

func (l *lease) renew() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.valid.Err() != nil {
		l.valid, l.end = context.WithCancel(context.Background())
	}
}

func (l *lease) revoke() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end()
}
