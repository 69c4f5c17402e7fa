package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/accesspoint-go/accesspoint/nas"
)

// A job brings one access point to its desired state. It holds the key alone, and
// reads the rest when it runs: a job that held what is desired would be wrong as soon
// as that changes, and a job for its deletion would be dropped as a duplicate of the
// one for its creation that still waits.
type job struct {
	Key string `json:"key" river:"unique"`
}

// Kind names the jobs in the database.
func (job) Kind() string { return "access_point" }

// insert returns what queues a job for a key, unless there is one that has not ended.
// Each service has a queue of its own, so that none waits for another.
func insert(key, service string) river.InsertManyParams {
	return river.InsertManyParams{Args: job{key}, InsertOpts: &river.InsertOpts{Queue: service, UniqueOpts: river.UniqueOpts{
		ByArgs: true,
		// River's default has completed jobs among them: the key could not be looked at
		// again before they are removed, a day later.
		ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
			rivertype.JobStateRetryable, rivertype.JobStateScheduled,
		},
	}}}
}

// A worker runs jobs.
type worker struct {
	river.WorkerDefaults[job]
	id        string
	db        *database
	clients   map[string]client
	lease     *lease
	reconcile time.Duration
	telemetry *telemetry
	logger    *slog.Logger
}

// Work runs a job once.
func (w *worker) Work(ctx context.Context, j *river.Job[job]) error {
	ctx, release := w.lease.during(ctx)
	defer release()
	r, err := w.read(ctx, j.Args.Key)
	if errors.Is(err, sql.ErrNoRows) {
		return river.JobCancel(err) // somebody has deleted the row
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return river.JobSnooze(0)
	}
	if err != nil {
		return err
	}
	ctx, span := w.telemetry.tracer.Start(ctx, "job", trace.WithAttributes(attribute.String("service", r.Service), attribute.String("key", r.Key)))
	defer span.End()
	start := time.Now()
	o := outcome{worker: w.id}
	c := w.clients[r.Service]
	if r.State == "present" {
		o.resource, o.err = c.ensure(ctx, r.Key, r.Request)
	} else {
		o.err = c.absent(ctx, r.Key, r.Request)
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		// The process stops, or must stop working: another goes on at once. That is
		// neither an attempt nor an outcome.
		return river.JobSnooze(0)
	}
	v := judge(o.err)
	o.status, o.next = v.status, w.reconcile
	if v.status == done && r.State == "absent" {
		o.next = 0
	}
	w.telemetry.jobs.WithLabelValues(r.Service, v.status).Inc()
	w.telemetry.jobTook.WithLabelValues(r.Service).Observe(time.Since(start).Seconds())
	if o.err != nil {
		level := slog.LevelWarn
		if v.status == waiting {
			level = slog.LevelInfo
		}
		w.logger.LogAttrs(ctx, level, v.status, slog.String("service", r.Service), slog.String("key", r.Key), slog.Any("error", o.err))
	}
	return w.finish(ctx, j, r, o, v)
}

// read returns the row of a key.
func (w *worker) read(ctx context.Context, key string) (row, error) {
	done, err := w.db.turn(ctx)
	if err != nil {
		return row{}, err
	}
	defer done()
	return w.db.read(ctx, key)
}

// finish writes the outcome. That of a job which has succeeded, and the end of the job,
// are one transaction: if the row changes before it, the job runs again, and if it
// changes after it, load can queue another.
func (w *worker) finish(ctx context.Context, j *river.Job[job], r row, o outcome, v verdict) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second) // the time of the job may be up
	defer cancel()
	end, err := w.db.turn(ctx)
	if err != nil {
		return err
	}
	defer end()
	var current bool
	err = w.db.transact(ctx, func(tx *sql.Tx) (err error) {
		if current, err = r.report(ctx, tx, o); err != nil || !current || o.err != nil {
			return err
		}
		_, err = river.JobCompleteTx[riverdriver.Driver[*sql.Tx]](ctx, tx, j)
		return err
	})
	switch {
	case err != nil:
		return err
	case !current:
		return river.JobSnooze(0)
	case o.err == nil:
		return nil
	case v.stop:
		return river.JobCancel(o.err) // River keeps the error, too
	case v.again > 0:
		return river.JobSnooze(v.again << min(5, snoozes(j.JobRow)))
	}
	return o.err
}

// snoozes returns how often a job has been put off, which River notes.
func snoozes(j *rivertype.JobRow) int {
	var noted struct {
		Snoozes int `json:"snoozes"`
	}
	_ = json.Unmarshal(j.Metadata, &noted)
	return noted.Snoozes
}

// A verdict is what follows from an error.
type verdict struct {
	status string
	stop   bool          // nothing will change before somebody has looked
	again  time.Duration // when to try again, which is no attempt; doubled each time the job is put off, up to 32 times
}

// judge returns what follows from the error of an Ensure method. The kinds are the same
// values in all five packages.
func judge(err error) verdict {
	is := func(targets ...error) bool {
		for _, t := range targets {
			if errors.Is(err, t) {
				return true
			}
		}
		return false
	}
	switch {
	case err == nil:
		return verdict{status: done}
	case is(nas.ErrDrift, nas.ErrDuplicate):
		return verdict{status: drifted, stop: true}
	case is(nas.ErrOutcomeUnknown, nas.ErrThrottled, nas.ErrUnavailable, nas.ErrConflict, nas.ErrLimiter, context.DeadlineExceeded):
		return verdict{status: waiting, again: 2 * time.Second}
	case is(nas.ErrQuotaExceeded):
		return verdict{status: waiting, again: time.Minute}
	case is(nas.ErrInvalidRequest, nas.ErrAccessDenied, nas.ErrNotFound, nas.ErrAlreadyExists):
		return verdict{status: stopped, stop: true}
	}
	return verdict{status: waiting} // an attempt of River's 25
}

// retry is when River tries again what has failed for reasons that nobody foresaw,
// such as an error of the database.
type retry struct{}

// NextRetry returns a time up to a minute away.
func (retry) NextRetry(j *rivertype.JobRow) time.Time {
	most := min(60, math.Pow(2, float64(j.Attempt)))
	return time.Now().Add(time.Duration((0.5 + rand.Float64()/2) * most * float64(time.Second)))
}
