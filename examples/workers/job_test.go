package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/nas"
)

// TestJudge says what follows from each kind of error.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		err  error
		want verdict
	}{
		{nil, verdict{status: done}},
		{&nas.DriftError{}, verdict{status: drifted, stop: true}},
		{&efs.DriftError{}, verdict{status: drifted, stop: true}},
		{&nas.DuplicateError{}, verdict{status: drifted, stop: true}},
		{&nas.ValidationError{}, verdict{status: stopped, stop: true}},
		{nas.ErrAccessDenied, verdict{status: stopped, stop: true}},
		{nas.ErrNotFound, verdict{status: stopped, stop: true}},
		{nas.ErrThrottled, verdict{status: waiting, again: 2 * time.Second}},
		{nas.ErrConflict, verdict{status: waiting, again: 2 * time.Second}},
		{nas.ErrUnavailable, verdict{status: waiting, again: 2 * time.Second}},
		{nas.ErrLimiter, verdict{status: waiting, again: 2 * time.Second}},
		{&nas.OutcomeUnknownError{Err: &nas.APIError{StatusCode: 400}}, verdict{status: waiting, again: 2 * time.Second}},
		{&nas.WaitError{Err: context.DeadlineExceeded}, verdict{status: waiting, again: 2 * time.Second}},
		{nas.ErrQuotaExceeded, verdict{status: waiting, again: time.Minute}},
		{errors.New("new"), verdict{status: waiting}},
	} {
		err := c.err
		if err != nil {
			err = fmt.Errorf("wrapped: %w", err)
		}
		if got := judge(err); got != c.want {
			t.Errorf("%v: %+v", err, got)
		}
	}
}

// A bench is a worker in this process, on an EFS in memory.
type bench struct {
	*testing.T
	db     *database
	efs    *efstest.Server
	client *efs.Client
	lease  *lease
	queue  *river.Client[*sql.Tx]
}

// newBench returns one that runs, with a client that may wrap that of EFS.
func newBench(t *testing.T, wrap func(client) client) *bench {
	b := &bench{T: t, db: testDatabase(t, "bench"), efs: efstest.NewServer(efstest.ReadyAfter(0))}
	cfg := b.efs.Config()
	cfg.Settle = 100 * time.Millisecond
	var err error
	if b.client, err = efs.New(cfg); err != nil {
		t.Fatal(err)
	}
	telemetry, err := newTelemetry(nil)
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.DiscardHandler)
	b.lease = newLease(b.db, logger, func(int64) {})
	o := &options{timeout: time.Minute, drain: time.Second, reconcile: time.Hour, sweep: time.Hour, workers: 10}
	b.queue, err = newQueue(o, "bench", b.db, map[string]client{"efs": wrap(efsClient{b.client})}, b.lease, telemetry, logger)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if err := b.queue.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); <-b.queue.Stopped() })
	return b
}

// want loads one access point.
func (b *bench) want(key, state string, request efs.CreateAccessPointRequest) {
	b.Helper()
	text, err := json.Marshal(request)
	if err != nil {
		b.Fatal(err)
	}
	e := entry{Key: key, Service: "efs", State: state, Request: text}
	if err := e.check(); err != nil {
		b.Fatal(err)
	}
	if _, err := b.db.load(b.Context(), []entry{e}); err != nil {
		b.Fatal(err)
	}
}

// expect waits until a key has a status and no job.
func (b *bench) expect(key, status string) {
	b.Helper()
	for {
		var got, text string
		if err := b.db.QueryRowContext(b.Context(), `SELECT status, error FROM access_points WHERE key = $1`, key).Scan(&got, &text); err != nil {
			b.Fatal(err)
		}
		depths, err := b.db.depths(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if len(depths) == 0 && got != pending {
			if got != status {
				b.Errorf("%s: %s: %s", key, got, text)
			}
			return
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-b.Context().Done():
			b.Fatal(b.Context().Err())
		}
	}
}

func (b *bench) standing() (keys []string) {
	b.Helper()
	for key, err := range (efsClient{b.client}).standing(b.Context(), []byte(`{"FileSystemId": "`+efstest.FileSystemID+`"}`)) {
		if err != nil {
			b.Fatal(err)
		}
		keys = append(keys, key)
	}
	return keys
}

// TestJob brings an access point to what is desired, reports drift, and lets the row
// change.
func TestJob(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c client) client { return c })
	request := efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID}
	b.want("v-1", "present", request)
	b.expect("v-1", done)
	if diff := cmp.Diff([]string{"v-1"}, b.standing()); diff != "" {
		t.Error(diff)
	}
	request.PosixUser = &efs.PosixUser{UID: new(uint32(1)), GID: new(uint32(1))}
	b.want("v-1", "present", request)
	b.expect("v-1", drifted)
	cancelled, err := b.queue.JobList(t.Context(), river.NewJobListParams().States(rivertype.JobStateCancelled))
	if err != nil || len(cancelled.Jobs) != 1 || len(cancelled.Jobs[0].Errors) != 1 {
		t.Errorf("%v, cancelled: %+v", err, cancelled)
	}
	b.want("v-1", "absent", request)
	b.expect("v-1", done)
	if keys := b.standing(); keys != nil {
		t.Errorf("there still is %v", keys)
	}
	other := efs.CreateAccessPointRequest{FileSystemID: "fs-00000000000000000"}
	b.want("v-1", "present", other) // elsewhere, now that it is absent, but there is no such file system
	b.expect("v-1", stopped)
}

// A held client lets the test act while a job works.
type held struct {
	client
	begun, resume chan struct{}
}

func (h held) ensure(ctx context.Context, key string, request []byte) (string, error) {
	id, err := h.client.ensure(ctx, key, request)
	h.begun <- struct{}{}
	select {
	case <-h.resume:
	case <-ctx.Done():
		return id, ctx.Err()
	}
	return id, err
}

// TestChangeMeanwhile changes what is desired while a job works: its job is then the
// only one of the key, and runs again.
func TestChangeMeanwhile(t *testing.T) {
	t.Parallel()
	h := held{begun: make(chan struct{}), resume: make(chan struct{})}
	b := newBench(t, func(c client) client { h.client = c; return h })
	request := efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID}
	b.want("v-1", "present", request)
	<-h.begun
	b.want("v-1", "absent", request)
	h.resume <- struct{}{}
	b.expect("v-1", done)
	if keys := b.standing(); keys != nil {
		t.Errorf("the change to absent got lost: %v", keys)
	}
}

// TestLease ends the work of a process that has lost its lease, which another then may
// do, and goes on when it has it again.
func TestLease(t *testing.T) {
	t.Parallel()
	h := held{begun: make(chan struct{}), resume: make(chan struct{})}
	b := newBench(t, func(c client) client { h.client = c; return h })
	b.want("v-1", "present", efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
	<-h.begun
	b.lease.revoke()
	for state := ""; state != "available"; { // which it becomes again and again
		if err := b.db.QueryRowContext(t.Context(), `SELECT state FROM river_job WHERE kind = 'access_point'`).Scan(&state); err != nil {
			t.Fatal(err)
		}
	}
	b.lease.renew()
	<-h.begun
	h.resume <- struct{}{}
	b.expect("v-1", done)
}

// TestSweep queues what is due, and what is not is left alone.
func TestSweep(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c client) client { return c })
	b.want("v-1", "present", efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
	b.expect("v-1", done)
	ap, err := b.client.DescribeAccessPoints(t.Context(), efs.DescribeAccessPointsRequest{FileSystemID: efstest.FileSystemID})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.client.DeleteAccessPoint(t.Context(), efs.DeleteAccessPointRequest{AccessPointID: ap.AccessPoints[0].AccessPointID}); err != nil {
		t.Fatal(err)
	}
	sweepNow := func() {
		t.Helper()
		if _, err := b.queue.Insert(t.Context(), sweep{}, &river.InsertOpts{Queue: sweepQueue}); err != nil {
			t.Fatal(err)
		}
		b.expect("v-1", done)
	}
	sweepNow()
	if keys := b.standing(); keys != nil {
		t.Errorf("it was not due: %v", keys)
	}
	if _, err := b.db.ExecContext(t.Context(), `UPDATE access_points SET due = 0`); err != nil {
		t.Fatal(err)
	}
	sweepNow()
	if diff := cmp.Diff([]string{"v-1"}, b.standing()); diff != "" {
		t.Error(diff)
	}
}

// TestRescue takes up the jobs of a process that holds no lock, and of no other.
func TestRescue(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/workers.db"
	databases := map[string]*database{}
	for _, id := range []string{"one", "two", "three"} {
		db, err := open(t.Context(), path, id)
		if err != nil {
			t.Fatal(err)
		}
		defer db.close()
		databases[id] = db
	}
	one := databases["one"]
	if err := one.migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	queue, err := river.NewClient(one.driver, &river.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"one", "two", "three", "gone"} {
		j, err := queue.Insert(t.Context(), job{id}, &river.InsertOpts{Queue: "efs"})
		if err == nil {
			_, err = one.ExecContext(t.Context(), `UPDATE river_job SET state = 'running', attempt = 1, attempted_by = jsonb_array('before', $1) WHERE id = $2`, id, j.Job.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	databases["three"].close()
	if n, err := one.rescue(t.Context()); n != 2 || err != nil {
		t.Errorf("%d rescued, %v", n, err)
	}
	r, err := queue.JobList(t.Context(), river.NewJobListParams())
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range r.Jobs {
		id := j.AttemptedBy[1]
		want, errs := rivertype.JobStateRunning, 0
		if id == "three" || id == "gone" {
			want, errs = rivertype.JobStateAvailable, 1
		}
		if j.State != want || len(j.Errors) != errs {
			t.Errorf("%s: %s, %+v", id, j.State, j.Errors)
		}
	}
	if n, err := one.rescue(t.Context()); n != 0 || err != nil {
		t.Errorf("%d rescued again, %v", n, err)
	}
}
