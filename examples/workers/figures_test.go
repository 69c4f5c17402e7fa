package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A rig is a demo that a test tells a story of its own, and what the emulator heard.
type rig struct {
	*demo
	testing.TB

	mu    sync.Mutex
	heard map[string][]time.Time // requests that were not throttled, by service and operation
}

func newRig(t *testing.T, n int, limit float64, database, redis string, services ...string) *rig {
	t.Helper()
	if !*figures {
		t.Skip("only with -figures")
	}
	r := &rig{TB: t, heard: map[string][]time.Time{}}
	r.demo = &demo{n: n, limit: limit, database: database, redis: redis, services: services, view: newView(io.Discard, "")}
	r.demo.heard = func(service, operation, code string) {
		if !throttles[code] {
			r.mu.Lock()
			defer r.mu.Unlock()
			name := service + "." + operation
			r.heard[name] = append(r.heard[name], time.Now())
		}
	}
	t.Cleanup(r.end)
	r.must(r.prepare(context.Background(), "-ready-after", "2s")) // the context of a test ends before its Cleanup
	for range processes {
		r.must(r.start(t.Context()))
	}
	return r
}

func (r *rig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// finish waits for the end, checks what stands, and returns the share of the requests
// that were throttled.
func (r *rig) finish(label string) (throttled float64) {
	r.Helper()
	r.must(r.await(r.Context(), r.n))
	took := time.Since(r.view.start)
	by := map[string]int{}
	rows, err := r.db.QueryContext(r.Context(), `SELECT worker, count(*) FROM access_points GROUP BY worker`)
	r.must(err)
	for rows.Next() {
		var id string
		var n int
		r.must(rows.Scan(&id, &n))
		by[id] = n
	}
	r.must(rows.Err())
	r.must(rows.Close())
	for _, p := range r.working() {
		r.must(p.stop())
	}
	var left int
	r.must(r.db.QueryRowContext(r.Context(), `SELECT count(*) FROM river_job WHERE kind = 'access_point' AND state <> 'completed'`).Scan(&left))
	if left > 0 {
		r.Errorf("%d jobs have not ended well", left)
	}
	var out bytes.Buffer
	if err := r.count(r.Context(), &out); err != nil {
		r.Errorf("%v\n%s", err, &out)
	}
	requests := r.requests.Load()
	throttled = 100 * float64(r.throttled.Load()) / float64(requests)
	var shares []string
	for _, p := range r.processes {
		shares = append(shares, fmt.Sprintf("%.0f %%", 100*float64(by[p.ID])/float64(r.n)))
	}
	r.Logf("%s: %d keys in %.0fs, %.1f/s, %d requests, %.2f %% throttled, shares of the processes %s\n%s",
		label, r.n, took.Seconds(), float64(r.n)/took.Seconds(), requests, throttled, strings.Join(shares, ", "), &out)
	return throttled
}

// busiest returns the most requests of an operation, a second, over any 10 seconds.
func (r *rig) busiest() (perSecond float64, operation string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, times := range r.heard {
		for i, from := range times {
			n, _ := slices.BinarySearchFunc(times, from.Add(10*time.Second), time.Time.Compare)
			if rate := float64(n-i) / 10; rate > perSecond {
				perSecond, operation = rate, name
			}
		}
	}
	return perSecond, operation
}

func testKilled(t *testing.T, database string) {
	r := newRig(t, *keys*len(serviceNames), *limit, database, "", serviceNames...)
	ctx := t.Context()
	r.must(r.await(ctx, r.n/5))
	dead := r.working()[:2]
	for _, p := range dead {
		p.kill()
	}
	r.must(r.orphans(ctx, dead))
	for range dead {
		r.must(r.start(ctx))
	}
	r.must(r.await(ctx, r.n/2))
	for _, p := range r.working() {
		r.must(p.stop())
		r.must(r.start(ctx))
	}
	r.finish("two killed, all restarted")
	t.Log(strings.Join(r.view.events, "\n"))
}

// TestKilledSQLite is the first two rows of the table.
func TestKilledSQLite(t *testing.T) { testKilled(t, "") }

// TestKilledPostgres is the first two rows of the table.
func TestKilledPostgres(t *testing.T) {
	if !*figures {
		t.Skip("only with -figures")
	}
	testKilled(t, startPostgres(t).url)
}

// TestSharedLimit is the third row.
func TestSharedLimit(t *testing.T) {
	if !*figures {
		t.Skip("only with -figures")
	}
	r := newRig(t, *keys*2, *limit, startPostgres(t).url, startRedis(t).url, "nas", "efs")
	throttled := r.finish("shared limit")
	rate, operation := r.busiest()
	t.Logf("at most %.1f/s over 10s, of %s", rate, operation)
	if rate > *limit+5 || throttled > 2 {
		t.Error("above the goal")
	}
}

// TestRedisAway is the fourth row.
func TestRedisAway(t *testing.T) {
	if !*figures {
		t.Skip("only with -figures")
	}
	redis := startRedis(t)
	r := newRig(t, *keys*2, *limit, startPostgres(t).url, redis.url, "nas", "efs")
	r.must(r.await(t.Context(), r.n/5))
	redis.stop(syscall.SIGKILL)
	before, at := r.requests.Load(), r.throttled.Load()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		r.must(r.refresh(t.Context()))
	}
	n, refused := r.requests.Load()-before, r.throttled.Load()-at
	redis.start()
	t.Logf("%d requests in the 20s without Redis, %.1f %% of them throttled", n, 100*float64(refused)/float64(max(1, n)))
	if throttled := r.finish("Redis away"); throttled > 20 {
		t.Error("above the goal")
	}
}

// TestDatabaseRestarted is the fifth row.
func TestDatabaseRestarted(t *testing.T) {
	if !*figures {
		t.Skip("only with -figures")
	}
	postgres := startPostgres(t)
	r := newRig(t, *keys*2, *limit, postgres.url, "", "nas", "efs")
	r.must(r.await(t.Context(), r.n/5))
	at := r.progress[len(r.progress)-1].done
	postgres.stop(syscall.SIGQUIT) // as after a crash
	postgres.start()
	back := time.Now()
	for r.refresh(t.Context()) != nil || r.progress[len(r.progress)-1].done <= at+20 {
	}
	t.Logf("work went on %.1fs after the database was back", time.Since(back).Seconds())
	r.finish("database restarted")
}

// cpu returns the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// idle is a client that does nothing.
type idle struct{ client }

func (idle) ensure(context.Context, string, []byte) (string, error) { return "", nil }

// TestNoOp is the last row: jobs that do nothing, in one process.
func TestNoOp(t *testing.T) {
	if !*figures {
		t.Skip("only with -figures")
	}
	for name, url := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "workers.db"), "PostgreSQL": startPostgres(t).url} {
		db, err := open(t.Context(), url, "noop")
		if err != nil {
			t.Fatal(err)
		}
		if err := db.migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		entries, err := new(server).entries("noop", 10000, "kms")
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if _, err := db.load(t.Context(), entries); err != nil {
			t.Fatal(err)
		}
		loaded := time.Since(start)
		telemetry, err := newTelemetry(nil)
		if err != nil {
			t.Fatal(err)
		}
		logger := slog.New(slog.DiscardHandler)
		o := &options{timeout: time.Minute, drain: time.Second, reconcile: time.Hour, sweep: time.Hour, workers: 1000}
		queue, err := newQueue(o, "noop", db, map[string]client{"kms": idle{}}, newLease(db, logger, func(int64) {}), telemetry, logger)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		start, busy := time.Now(), cpu()
		if err := queue.Start(ctx); err != nil {
			t.Fatal(err)
		}
		for {
			counts, err := db.counts(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if counts[serviceStatus{"kms", done}] == len(entries) {
				break
			}
			time.Sleep(500 * time.Millisecond)
		}
		n := float64(len(entries))
		t.Logf("%s: %.0f/s loaded, %.0f/s worked on; %.0f/s for each processor that this process had to itself", name,
			n/loaded.Seconds(), n/time.Since(start).Seconds(), n/(cpu()-busy).Seconds())
		cancel()
		<-queue.Stopped()
		db.close()
	}
}
