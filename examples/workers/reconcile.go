package main

import (
	"context"
	"database/sql"
	"time"

	"github.com/riverqueue/river"
)

// A sweep queues jobs for the access points that are due: those that were last looked
// at long ago, which may have drifted since, and those whose job got lost.
type sweep struct{}

// Kind names the jobs in the database.
func (sweep) Kind() string { return "sweep" }

// sweepQueue is a queue of their own, so that no backlog holds them up.
const sweepQueue = "sweep"

// sweeps returns River's periodic job. Every process must have it, since River keeps
// the periods in the memory of the one that leads.
func sweeps(every time.Duration) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(every), func() (river.JobArgs, *river.InsertOpts) {
		return sweep{}, &river.InsertOpts{Queue: sweepQueue, MaxAttempts: 1}
	}, &river.PeriodicJobOpts{RunOnStart: true})
}

// A sweeper runs them.
type sweeper struct {
	river.WorkerDefaults[sweep]
	db        *database
	reconcile time.Duration
}

// Work queues what is due, a batch in each transaction.
func (s *sweeper) Work(ctx context.Context, _ *river.Job[sweep]) error {
	queue := river.ClientFromContext[*sql.Tx](ctx)
	for {
		var jobs []river.InsertManyParams
		err := s.db.transact(ctx, func(tx *sql.Tx) error {
			var err error
			if jobs, err = s.take(ctx, tx); err != nil || jobs == nil {
				return err
			}
			_, err = queue.InsertManyTx(ctx, tx, jobs)
			return err
		})
		if err != nil || len(jobs) < batch {
			return err
		}
	}
}

// take returns jobs for some that are due, and notes that they are cared for.
func (s *sweeper) take(ctx context.Context, tx *sql.Tx) (jobs []river.InsertManyParams, _ error) {
	now := time.Now()
	rows, err := tx.QueryContext(ctx, `
		UPDATE access_points SET due = $1
		WHERE key IN (SELECT key FROM access_points WHERE due <= $2 ORDER BY due LIMIT $3) RETURNING key, service`,
		now.Add(s.reconcile).UnixMilli(), now.UnixMilli(), batch)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key, service string
		if err := rows.Scan(&key, &service); err != nil {
			return nil, err
		}
		jobs = append(jobs, insert(key, service))
	}
	return jobs, rows.Err()
}
