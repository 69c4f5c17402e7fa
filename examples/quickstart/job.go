package main

import (
	"context"
	"sync/atomic"
	"time"
)

// A job is one access point of a service.
type job struct {
	service string
	// create creates the access point of a key, or finds it, and waits until it
	// can be used.
	create func(ctx context.Context, key string) (created, error)
	// remove deletes what create created for the key, however far that came, and
	// waits until it is gone.
	remove func(ctx context.Context, key string) error
	// show tells the user what the job does.
	show func(text string)

	requests  atomic.Int64
	created   created
	ready     time.Duration // until it could be used; 0 if it never could
	createErr error
	removeErr error
}

type created struct {
	id      string
	state   string
	address string // an address or ARN
}

const (
	// settle is Config.Settle for the in-memory services. They show every change
	// at once, so that any value will do; a longer one only takes more time.
	settle = 200 * time.Millisecond
	// removal bounds the time for removing an access point. It is enough for a
	// service that takes minutes to create it before it can be deleted; with less,
	// more is left behind.
	removal = 5 * time.Minute
)

// run creates the access point of key and removes it. It returns how that ended.
func (j *job) run(ctx context.Context, key string) string {
	start := time.Now()
	j.created, j.createErr = j.create(ctx, key)
	if j.createErr == nil {
		j.ready = time.Since(start)
		j.show(j.created.state)
	}
	if j.requests.Load() > 0 { // otherwise there is nothing to remove
		// The access point is removed even if the user has interrupted its creation.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removal)
		defer cancel()
		j.removeErr = j.remove(ctx, key)
	}
	switch {
	case j.removeErr != nil:
		return "may be left behind"
	case j.createErr == nil:
		return "removed"
	case ctx.Err() != nil && j.requests.Load() > 0:
		return "interrupted, removed"
	case ctx.Err() != nil:
		return "interrupted"
	default:
		return "failed"
	}
}

// sent notes a request of an operation.
func (j *job) sent(operation string) {
	j.requests.Add(1)
	j.show(operation)
}
