package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/accesspoint-go/accesspoint/kms"
)

// A demo is processes that work on one queue, against an emulator.
type demo struct {
	n         int
	limit     float64 // calls a second of each operation that a service takes
	database  string
	redis     string
	folder    string // for logs, and the database if it is a file
	services  []string
	emulator  *server
	heard     func(service, operation, code string) // of each request, if it is not nil
	requests  atomic.Int64                          // that the emulator has answered
	throttled atomic.Int64                          // that it refused
	db        *database
	entries   []entry
	processes []*process
	view      *view
	progress  []mark // for the rate
}

// A mark is how much was done at a time.
type mark struct {
	at   time.Time
	done int
}

const (
	processes = 4
	// demoSettle is enough for an emulator, which shows every change at once.
	demoSettle = time.Second
	// demoDrain is short of what some jobs need, so that one sees them handed over.
	demoDrain = 2 * time.Second
)

func runDemo(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, database := flags("demo", "", stderr)
	d := demo{services: serviceNames}
	f.IntVar(&d.n, "n", 1000, "how many access points, spread over the five services")
	f.Float64Var(&d.limit, "limit", 10, "calls a second of each operation that a service takes")
	f.StringVar(&d.redis, "redis", "", "`URL` of a Redis in which the processes share the limit; without it, each has a quarter")
	most := f.Duration("timeout", 10*time.Minute, "time after which to give up")
	f.Lookup("database").DefValue = "a new SQLite file"
	*database = ""
	if err := parse(f, args, 0); err != nil {
		return err
	}
	d.database = *database
	if d.n < 20 || !(d.limit >= 1) {
		fmt.Fprintln(stderr, "-n must be at least 20, and -limit 1")
		return errUsage
	}
	ctx, cancel := context.WithTimeoutCause(ctx, *most, fmt.Errorf("not done after %v", *most))
	defer cancel()
	if err := d.run(ctx, stdout); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if d.folder != "" {
			err = fmt.Errorf("%w (the logs are in %s)", err, d.folder)
		}
		return err
	}
	return os.RemoveAll(d.folder)
}

func (d *demo) run(ctx context.Context, stdout io.Writer) error {
	title := "accesspoint workers: SQLite"
	if d.database != "" {
		title = "accesspoint workers: PostgreSQL"
	}
	if d.redis != "" {
		title += " and Redis"
	}
	d.view = newView(stdout, fmt.Sprintf("%s, %d processes, %v calls/s of each operation", title, processes, d.limit))
	defer d.end()
	if err := d.prepare(ctx, "-ready-after", "1s"); err != nil {
		return err
	}
	for range processes {
		if err := d.start(ctx); err != nil {
			return err
		}
	}
	if err := d.story(ctx); err != nil {
		return err
	}
	if err := d.await(ctx, d.n); err != nil {
		return err
	}
	d.view.say("all done; the processes are told to end")
	for _, p := range d.working() {
		if err := p.stop(); err != nil {
			return err
		}
	}
	if err := d.refresh(ctx); err != nil {
		return err
	}
	return d.count(ctx, stdout)
}

// prepare starts the emulator and queues what is wanted.
func (d *demo) prepare(ctx context.Context, emulator ...string) (err error) {
	if d.folder, err = os.MkdirTemp("", "workers-*"); err != nil {
		return err
	}
	if d.database == "" {
		d.database = filepath.Join(d.folder, "workers.db")
	}
	d.view.say("building and starting the emulator")
	heard := func(service, operation, code string) {
		d.requests.Add(1)
		if d.heard != nil {
			d.heard(service, operation, code)
		}
		if throttles[code] {
			d.throttled.Add(1)
		}
	}
	if d.emulator, err = serve(ctx, d.folder, heard, append([]string{"-throttle", strconv.FormatFloat(d.limit, 'f', -1, 64)}, emulator...)...); err != nil {
		return err
	}
	if d.db, err = open(ctx, d.database, ""); err != nil {
		return err
	}
	if err := d.db.migrate(ctx); err != nil {
		return err
	}
	if counts, err := d.db.counts(ctx); err != nil || len(counts) > 0 {
		return errors.Join(err, errors.New("the demo needs a database that is empty"))
	}
	if d.entries, err = d.emulator.entries("demo", d.n, d.services...); err != nil {
		return err
	}
	sdk, err := kms.New(kms.Config{Region: d.emulator.Region, Endpoint: d.emulator.KMS,
		Credentials: kms.StaticCredentials{AccessKeyID: d.emulator.ID, AccessKeySecret: d.emulator.Secret}})
	if err != nil {
		return err
	}
	if _, err := sdk.EnsurePolicy(ctx, kms.CreatePolicyRequest{
		Name: policy, KmsInstance: d.emulator.Seed.KMS.Instance, Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"},
	}); err != nil {
		return err
	}
	n, err := d.db.load(ctx, d.entries)
	d.view.say("queued %d access points, %d of each service", n, n/len(d.services))
	return err
}

// end ends what is still running.
func (d *demo) end() {
	for _, p := range d.working() {
		p.kill()
	}
	if d.db != nil {
		d.db.close()
	}
	if d.emulator != nil {
		d.emulator.stop()
	}
}

// start starts a process.
func (d *demo) start(ctx context.Context) error {
	args := []string{"-database", d.database, "-emulator", d.emulator.Control, "-settle", demoSettle.String(), "-drain", demoDrain.String()}
	if d.redis != "" {
		args = append(args, "-redis", d.redis, "-account", filepath.Base(d.folder), "-rate", fmt.Sprint(d.limit))
	} else {
		args = append(args, "-rate", fmt.Sprint(d.limit/processes), "-burst", "5")
	}
	// No process takes more jobs than its part of the limit lets it do soon.
	args = append(args, "-workers", fmt.Sprint(int(max(10, 2*d.limit))))
	p, err := spawn(ctx, d.folder, args...)
	if err == nil {
		d.processes = append(d.processes, p)
	}
	return err
}

func (d *demo) working() []*process {
	return slices.DeleteFunc(slices.Clone(d.processes), func(p *process) bool { return p.state != "working" })
}

// story is what happens meanwhile.
func (d *demo) story(ctx context.Context) error {
	if err := d.await(ctx, d.n/5); err != nil {
		return err
	}
	dead := d.working()[:2]
	for _, p := range dead {
		p.kill()
	}
	if err := d.orphans(ctx, dead); err != nil {
		return err
	}
	for range dead {
		if err := d.start(ctx); err != nil {
			return err
		}
	}
	if err := d.await(ctx, d.n*2/5); err != nil {
		return err
	}
	d.view.say("rolling restart: SIGTERM to each in turn, which drains for at most %v", demoDrain)
	for _, p := range d.working() {
		if err := p.stop(); err != nil {
			return err
		}
		if err := d.start(ctx); err != nil {
			return err
		}
		if err := d.refresh(ctx); err != nil {
			return err
		}
	}
	if err := d.await(ctx, d.n*3/5); err != nil {
		return err
	}
	d.view.say("the services take a fifth of what they took, for 10s")
	if err := d.emulator.throttle(ctx, d.limit/5); err != nil {
		return err
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end) && d.progress[len(d.progress)-1].done < d.n; {
		if err := d.refresh(ctx); err != nil {
			return err
		}
	}
	d.view.say("and all of it again")
	return d.emulator.throttle(ctx, d.limit)
}

// orphans says how long the jobs of two dead processes wait until they are free.
func (d *demo) orphans(ctx context.Context, dead []*process) error {
	killed := time.Now()
	first := -1
	for {
		var n int
		if err := d.db.QueryRowContext(ctx, `SELECT count(*) FROM river_job WHERE state = 'running' AND `+d.db.holder+` IN ($1, $2)`, dead[0].ID, dead[1].ID).Scan(&n); err != nil {
			return err
		}
		if first < 0 {
			first = n
			d.view.say("kill -9 of two processes with %d jobs in hand", n)
		}
		if n == 0 {
			d.view.say("the others have freed their jobs after %.1fs", time.Since(killed).Seconds())
			return nil
		}
		if err := pauseFor(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// await shows what happens until n access points are done.
func (d *demo) await(ctx context.Context, n int) error {
	for {
		if err := d.refresh(ctx); err != nil {
			return err
		}
		if d.progress[len(d.progress)-1].done >= n {
			return nil
		}
	}
}

// refresh waits a moment, and shows what is so.
func (d *demo) refresh(ctx context.Context) error {
	if err := pauseFor(ctx, redrawn); err != nil {
		return err
	}
	s := snapshot{asked: d.n, processes: d.processes, by: map[string]int{}}
	var err error
	if s.counts, err = d.db.counts(ctx); err != nil {
		return err
	}
	rows, err := d.db.QueryContext(ctx, `SELECT worker, count(*) FROM access_points WHERE status = 'done' GROUP BY worker`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return err
		}
		s.by[id] = n
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, p := range d.processes {
		p.measure(ctx)
	}
	d.progress = append(d.progress, mark{time.Now(), s.total(done)})
	first, last := d.progress[max(0, len(d.progress)-10)], d.progress[len(d.progress)-1]
	if took := last.at.Sub(first.at).Seconds(); took > 0 {
		s.perSecond = float64(last.done-first.done) / took
	}
	if s.total(drifted)+s.total(stopped) > 0 {
		err = errors.New("some access points need somebody to look at them")
	}
	d.view.show(&s)
	return err
}

// count asks the services what stands, and fails unless that is exactly one access
// point for each key.
func (d *demo) count(ctx context.Context, stdout io.Writer) error {
	if err := d.emulator.throttle(ctx, 0); err != nil {
		return err
	}
	t, err := newTelemetry(nil)
	if err != nil {
		return err
	}
	clients, err := connect(ctx, &options{emulator: d.emulator.Control, settle: demoSettle, rate: 1000, burst: 100}, t, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout)
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "SERVICE\tASKED\tSTANDING\tTWICE\tMISSING\tNOT ASKED\t")
	bad := 0
	for _, name := range d.services {
		standing := map[string]int{}
		i := slices.IndexFunc(d.entries, func(e entry) bool { return e.Service == name })
		for key, err := range clients[name].standing(ctx, d.entries[i].Request) {
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			standing[key]++
		}
		asked, stand, twice, missing, others := 0, 0, 0, 0, 0
		for _, e := range d.entries {
			if e.Service != name {
				continue
			}
			asked++
			n := standing[e.Key]
			delete(standing, e.Key)
			stand += n
			twice += max(0, n-1)
			missing += max(0, 1-n)
		}
		for _, n := range standing {
			others += n
		}
		bad += twice + missing + others
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t\n", name, asked, stand, twice, missing, others)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	var rescued float64
	for _, p := range d.processes {
		rescued += p.rescued
	}
	requests, throttled := d.requests.Load(), d.throttled.Load()
	fmt.Fprintf(stdout, "\n%d requests for %d access points, %.1f %% of them throttled, in %.0fs;\n%.0f jobs taken up from killed processes.\n",
		requests, d.n, 100*float64(throttled)/float64(max(1, requests)), time.Since(d.view.start).Seconds(), rescued)
	if bad > 0 {
		return errors.New("not every key has exactly one access point")
	}
	fmt.Fprintln(stdout, "Each key has exactly one access point.")
	return nil
}

func pauseFor(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
