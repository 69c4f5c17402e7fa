package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/riverqueue/river"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/nas"
)

// options are the flags of work.
type options struct {
	database          string
	emulator          string
	live              bool
	region, awsRegion string
	account           string
	redis             string
	rate              float64
	alone             float64
	burst             int
	settle            time.Duration
	timeout           time.Duration
	reconcile         time.Duration
	sweep             time.Duration
	drain             time.Duration
	workers           int
	metrics           string
	traces            string
	debug             bool
}

func parseWork(args []string, stderr io.Writer) (*options, error) {
	var o options
	f, database := flags("work", "", stderr)
	f.StringVar(&o.emulator, "emulator", "", "`URL` of the control side of examples/emulator, whose services are used")
	f.BoolVar(&o.live, "live", false, "use the real services, with the keys that this machine has")
	f.StringVar(&o.region, "region", "", "with -live: region of Alibaba Cloud")
	f.StringVar(&o.awsRegion, "aws-region", "", "with -live: region of AWS")
	f.StringVar(&o.account, "account", "default", "`name` of the account, which has the quota")
	f.StringVar(&o.redis, "redis", "", "`URL` of a Redis or Valkey, in which all processes share the limit; without it, each has its own")
	f.Float64Var(&o.rate, "rate", 200, "calls a second of each operation, at most")
	f.IntVar(&o.burst, "burst", 20, "how many may go at once after a pause")
	f.Float64Var(&o.alone, "alone", 0, "calls a second of each operation of this process while Redis is away; the default is a quarter of -rate")
	f.DurationVar(&o.settle, "settle", 10*time.Second, "time until a change shows in every answer of a service")
	f.DurationVar(&o.timeout, "timeout", 2*time.Minute, "time for one try of a job, at least twice -settle and 30s more")
	f.DurationVar(&o.reconcile, "reconcile", time.Hour, "time after which an access point is looked at again, for drift")
	f.DurationVar(&o.sweep, "sweep", 5*time.Second, "how often to look for those whose time has come")
	f.DurationVar(&o.drain, "drain", 10*time.Second, "time that jobs get to end on SIGTERM; the process ends at most 5s later")
	f.IntVar(&o.workers, "workers", 200, "jobs at a time, of each service")
	f.StringVar(&o.metrics, "metrics", "127.0.0.1:0", "`address` of /metrics")
	f.StringVar(&o.traces, "traces", "", "`file` to append traces to, as JSON")
	f.BoolVar(&o.debug, "debug", false, "log each request")
	if err := parse(f, args, 0); err != nil {
		return nil, err
	}
	o.database = *database
	if o.alone == 0 {
		o.alone = o.rate / 4
	}
	var problem string
	switch {
	case (o.emulator == "") != o.live:
		problem = "either -emulator or -live: where are the services?"
	case !(o.rate > 0) || !(o.alone > 0) || o.burst < 1 || o.workers < 1 || o.workers > 10000:
		problem = "-rate, -alone, -burst and -workers must be more than 0, and -workers at most 10000"
	case o.settle <= 0 || o.reconcile < time.Second || o.sweep < time.Second || o.drain <= 0:
		problem = "-settle and -drain must be more than 0, -reconcile and -sweep at least 1s"
	case o.timeout < 2*o.settle+30*time.Second:
		// A call that ends before Settle is over looks anew the next time: work would
		// only creep.
		problem = fmt.Sprintf("-timeout must be at least %v: twice -settle and 30s more", 2*o.settle+30*time.Second)
	default:
		return &o, nil
	}
	fmt.Fprintln(stderr, problem)
	return nil, errUsage
}

// A readiness is what work prints when it has begun.
type readiness struct {
	ID      string `json:"id"`
	Metrics string `json:"metrics"`
}

func runWork(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseWork(args, stderr)
	if err != nil {
		return err
	}
	level := slog.LevelInfo
	if o.debug {
		level = slog.LevelDebug
	}
	logger := newLogger(stderr, level)
	slog.SetDefault(logger)

	host, err := os.Hostname()
	if err != nil {
		return err
	}
	// PostgreSQL cuts a name of more than 63 bytes.
	id := fmt.Sprintf("%.30s-%d-%s", host, os.Getpid(), rand.Text()[:6])
	db, err := open(ctx, o.database, id)
	if err != nil {
		return err
	}
	defer db.close()

	var traces io.Writer
	if o.traces != "" {
		file, err := os.OpenFile(o.traces, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		traces = file
	}
	t, err := newTelemetry(traces)
	if err != nil {
		return err
	}
	defer func() { _ = t.provider.Shutdown(context.WithoutCancel(ctx)) }()
	clients, err := connect(ctx, o, t, logger)
	if err != nil {
		return err
	}

	l := newLease(db, logger.With("worker", id), func(n int64) { t.rescued.Add(float64(n)) })
	queue, err := newQueue(o, id, db, clients, l, t, logger)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.metrics)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: promhttp.HandlerFor(t.registry, promhttp.HandlerOpts{}), ReadHeaderTimeout: 5 * time.Second}
	// What watches goes on until the jobs have ended, and so does the lease.
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	all.Go(func() { _ = server.Serve(listener) })
	defer func() { _ = server.Close() }()
	all.Go(func() { l.keep(watching) })
	all.Go(func() { t.watch(watching, db, 5*time.Second) })

	if err := queue.Start(ctx); err != nil {
		return err
	}
	ready, err := json.Marshal(readiness{id, "http://" + listener.Addr().String() + "/metrics"})
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s\n", ready)
	<-ctx.Done()
	logger.Info("draining", "worker", id, "at_most", o.drain.String())
	select {
	case <-queue.Stopped():
		return nil
	case <-time.After(o.drain + 5*time.Second):
		return errors.New("jobs did not end in time; other processes take them up")
	}
}

// newQueue returns River's client, which runs the jobs.
func newQueue(o *options, id string, db *database, clients map[string]client, l *lease, t *telemetry, logger *slog.Logger) (*river.Client[*sql.Tx], error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{id: id, db: db, clients: clients, lease: l, reconcile: o.reconcile, telemetry: t, logger: logger})
	river.AddWorker(workers, &sweeper{db: db, reconcile: o.reconcile})
	queues := map[string]river.QueueConfig{sweepQueue: {MaxWorkers: 1}}
	for _, name := range serviceNames {
		queues[name] = river.QueueConfig{MaxWorkers: o.workers}
	}
	return river.NewClient(db.driver, &river.Config{
		ID:           id,
		Queues:       queues,
		Workers:      workers,
		PeriodicJobs: []*river.PeriodicJob{sweeps(o.sweep)},
		RetryPolicy:  retry{},
		JobTimeout:   o.timeout,
		// The lease takes up the jobs of the dead. This takes up those of a process that
		// lives and does not answer; later than its last try can still run.
		RescueStuckJobsAfter: o.timeout + o.drain + 15*time.Second,
		SoftStopTimeout:      o.drain,
		FetchCooldown:        db.pause,
		Logger:               slog.New(atLeast{logger.Handler(), slog.LevelWarn}),
	})
}

// atLeast drops the records below a level. At Info, River reports each queue every
// few seconds.
type atLeast struct {
	slog.Handler
	level slog.Level
}

// Enabled reports whether records of that level are kept.
func (a atLeast) Enabled(_ context.Context, level slog.Level) bool { return level >= a.level }

// connect returns a client for each service.
func connect(ctx context.Context, o *options, t *telemetry, logger *slog.Logger) (map[string]client, error) {
	c := cloud{settle: o.settle, telemetry: t, logger: logger, http: t.client(), credentials: nas.DefaultCredentials(), awsCredentials: efs.DefaultCredentials()}
	c.Region, c.AWSRegion = o.region, o.awsRegion
	if o.emulator != "" {
		at, err := reach(ctx, o.emulator)
		if err != nil {
			return nil, err
		}
		c.endpoints = at
		c.credentials = nas.StaticCredentials{AccessKeyID: at.ID, AccessKeySecret: at.Secret}
		c.awsCredentials = efs.StaticCredentials{AccessKeyID: at.ID, SecretAccessKey: at.Secret}
	}
	c.limiters = func(string) limiter { return newLocal(o.rate, o.burst) }
	if o.redis != "" {
		redis, err := connectRedis(o.redis)
		if err != nil {
			return nil, err
		}
		c.limiters = func(service string) limiter {
			region := c.Region
			if service == "efs" {
				region = c.AWSRegion
			}
			alone := t.alone.WithLabelValues(service)
			return newShared(redis, "accesspoint:"+o.account+":"+region+":"+service, o.rate, o.burst, newLocal(o.alone, max(1, o.burst/4)), alone.Inc, logger)
		}
	}
	clients := map[string]client{}
	for name, s := range services {
		var err error
		if clients[name], err = s.connect(&c); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return clients, nil
}
