package ensure

import (
	"context"
	"errors"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/fault"
	"github.com/accesspoint-go/accesspoint/internal/wait"
)

// A progress is how far a call has come.
type progress struct {
	start time.Time
	pause time.Duration // before the next try, if nothing says when that is due
	looks int
	state string
	id    string // of what the error has to name; state does
	last  error  // of a request that the call has gone on after
}

// later returns the end of the pause, and doubles that.
func (p *progress) later(settle time.Duration) time.Time {
	next := time.Now().Add(p.pause)
	p.pause = min(2*p.pause, settle/4)
	return next
}

// failed returns err as the error of the call: a [*wait.Error] if there is an ID,
// or if ctx is the reason: its end, or an attempt that was not begun because it
// would not have ended before.
func (p *progress) failed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*Bare](err); ok {
		return err
	}
	if _, ok := errors.AsType[*Several](err); ok {
		return err
	}
	ended := errors.Is(err, context.DeadlineExceeded)
	if ctx != nil && ctx.Err() != nil {
		ended = true
		if !errors.Is(err, ctx.Err()) {
			err = errors.Join(ctx.Err(), err)
		}
	}
	if p.last != nil {
		err = errors.Join(err, p.last)
	}
	if !ended && p.id == "" {
		return err
	}
	return &wait.Error{State: p.state, Polls: p.looks, Elapsed: time.Since(p.start), Err: err}
}

// maxReads bounds how often a list of several pages is read for one look. Chosen: a
// list that changes all the time never looks as if it had not.
const maxReads = 3

// again reports whether a list that has been read so often is to be read once more.
// What moves past the reader from one page to another rarely does so twice, unless
// each reading tells that the list changed meanwhile.
func again[T any](look wait.Found[T], reads int) bool {
	return !look.Sure && (reads == 1 || look.Moved && reads < maxReads)
}

// Transient reports whether a call that failed with err may succeed when it is
// retried.
func Transient(err error) bool {
	return errors.Is(err, fault.Throttled) || errors.Is(err, fault.Unavailable) || errors.Is(err, fault.Limiter)
}
