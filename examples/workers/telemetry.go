package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/accesspoint-go/accesspoint/nas"
)

// A telemetry is what this process tells of itself: metrics, traces and logs.
type telemetry struct {
	registry *prometheus.Registry
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer

	attempts *prometheus.CounterVec   // service, operation, code, outcome
	waited   *prometheus.HistogramVec // service, operation
	took     *prometheus.HistogramVec // service, operation
	share    *prometheus.GaugeVec     // service
	alone    *prometheus.CounterVec   // service
	jobs     *prometheus.CounterVec   // service, status
	jobTook  *prometheus.HistogramVec // service
	rescued  prometheus.Counter
	depth    *prometheus.GaugeVec // queue, state
	age      *prometheus.GaugeVec // queue
	points   *prometheus.GaugeVec // service, status

	mu     sync.Mutex
	recent map[string]*counts // by service, since the share was last computed
}

type counts struct{ attempts, throttled float64 }

// newTelemetry writes its traces to w, if that is not nil.
func newTelemetry(w io.Writer) (*telemetry, error) {
	seconds := []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: seconds}, labels)
	}
	t := &telemetry{
		registry: prometheus.NewRegistry(), recent: map[string]*counts{},
		attempts: counter("accesspoint_attempts_total", "Requests to the services.", "service", "operation", "code", "outcome"),
		waited:   histogram("accesspoint_wait_seconds", "How long attempts were held back by the limit and the pace.", "service", "operation"),
		took:     histogram("accesspoint_service_seconds", "How long attempts took from then on.", "service", "operation"),
		share:    gauge("accesspoint_throttled_share", "Share of the attempts that the service throttled lately.", "service"),
		alone:    counter("workers_limiter_alone_total", "Attempts under the local limit, since Redis was away.", "service"),
		jobs:     counter("workers_jobs_total", "Tries of jobs by what came of them.", "service", "status"),
		jobTook:  histogram("workers_job_seconds", "How long tries took.", "service"),
		rescued:  prometheus.NewCounter(prometheus.CounterOpts{Name: "workers_rescued_total", Help: "Jobs of dead processes that this one made available again."}),
		depth:    gauge("workers_queue_depth", "Jobs by state, in the whole database.", "queue", "state"),
		age:      gauge("workers_queue_age_seconds", "How long the first job has been due, in the whole database.", "queue"),
		points:   gauge("workers_access_points", "Access points by status, in the whole database.", "service", "status"),
	}
	t.registry.MustRegister(t.attempts, t.waited, t.took, t.share, t.alone, t.jobs, t.jobTook, t.rescued, t.depth, t.age, t.points,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	options := []sdktrace.TracerProviderOption{sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "accesspoint-workers")))}
	if w != nil {
		exporter, err := stdouttrace.New(stdouttrace.WithWriter(w)) // or otlptracehttp.New, for a collector
		if err != nil {
			return nil, err
		}
		options = append(options, sdktrace.WithBatcher(filter{exporter}))
	}
	t.provider = sdktrace.NewTracerProvider(options...)
	t.tracer = t.provider.Tracer("workers")
	return t, nil
}

// client returns an HTTP client whose requests are spans.
func (t *telemetry) client() *http.Client {
	return &http.Client{Transport: otelhttp.NewTransport(nas.DefaultTransport(), otelhttp.WithTracerProvider(t.provider))}
}

// attempt returns what Config.OnAttempt of a service calls: it counts, and makes a
// span, which knows the operation and the request ID where that of HTTP does not. It
// holds no message of an error, since that may quote the request.
func (t *telemetry) attempt(service string) func(context.Context, nas.Attempt) {
	return func(ctx context.Context, a nas.Attempt) {
		outcome := kind(a.Err)
		t.attempts.WithLabelValues(service, a.Operation, a.Code, outcome).Inc()
		t.waited.WithLabelValues(service, a.Operation).Observe(a.Waited.Seconds())
		t.took.WithLabelValues(service, a.Operation).Observe(a.Took.Seconds())
		t.count(service, outcome == "throttled")
		now := time.Now()
		_, span := t.tracer.Start(ctx, service+"."+a.Operation, trace.WithTimestamp(now.Add(-a.Took)), trace.WithAttributes(
			attribute.Int("attempt", a.Number), attribute.Int("status", a.StatusCode), attribute.String("code", a.Code),
			attribute.String("request_id", a.RequestID), attribute.String("outcome", outcome), attribute.Float64("waited_seconds", a.Waited.Seconds())))
		if a.Err != nil {
			span.SetStatus(codes.Error, outcome)
		}
		span.End(trace.WithTimestamp(now))
	}
}

// kind names the kind of an error.
func kind(err error) string {
	if err == nil {
		return "ok"
	}
	for _, k := range []struct {
		err  error
		name string
	}{
		{nas.ErrThrottled, "throttled"}, {nas.ErrAccessDenied, "denied"}, {nas.ErrInvalidRequest, "invalid"},
		{nas.ErrNotFound, "not_found"}, {nas.ErrAlreadyExists, "exists"}, {nas.ErrConflict, "conflict"},
		{nas.ErrQuotaExceeded, "quota"}, {nas.ErrOutcomeUnknown, "unknown"}, {nas.ErrUnavailable, "unavailable"},
		{nas.ErrLimiter, "limiter"}, {context.Canceled, "canceled"}, {context.DeadlineExceeded, "deadline"},
	} {
		if errors.Is(err, k.err) {
			return k.name
		}
	}
	return "other"
}

func (t *telemetry) count(service string, throttled bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.recent[service]
	if c == nil {
		c = new(counts)
		t.recent[service] = c
	}
	c.attempts++
	if throttled {
		c.throttled++
	}
}

// watch reads the depth of the queue every so often, until ctx ends.
func (t *telemetry) watch(ctx context.Context, db *database, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		t.mu.Lock()
		for service, c := range t.recent {
			t.share.WithLabelValues(service).Set(c.throttled / max(1, c.attempts))
			*c = counts{}
		}
		t.mu.Unlock()
		if err := t.look(ctx, db); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "no metrics of the queue", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// look reads what the database knows.
func (t *telemetry) look(ctx context.Context, db *database) error {
	all, err := db.depths(ctx)
	if err != nil {
		return err
	}
	t.depth.Reset()
	t.age.Reset()
	for _, d := range all {
		t.depth.WithLabelValues(d.queue, d.state).Set(d.jobs)
		if d.state == "available" {
			t.age.WithLabelValues(d.queue).Set(d.age.Seconds())
		}
	}
	counts, err := db.counts(ctx)
	if err != nil {
		return err
	}
	t.points.Reset()
	for c, n := range counts {
		t.points.WithLabelValues(c.service, c.status).Set(float64(n))
	}
	return nil
}

// A filter keeps from spans what may hold a secret: the URL of a request, in whose
// query some operations of KMS have a password.
type filter struct{ sdktrace.SpanExporter }

// ExportSpans exports spans without their secrets.
func (f filter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	filtered := make([]sdktrace.ReadOnlySpan, len(spans))
	for i, s := range spans {
		filtered[i] = clean{s}
	}
	return f.SpanExporter.ExportSpans(ctx, filtered)
}

type clean struct{ sdktrace.ReadOnlySpan }

// public are the attributes of an HTTP span that cannot hold a secret, and our own.
// What is not named here stays out, also what a later version of otelhttp adds.
var public = map[attribute.Key]bool{
	"http.request.method": true, "http.response.status_code": true, "server.address": true, "server.port": true, "error.type": true,
	"network.protocol.version": true, "service": true, "key": true, "attempt": true, "status": true, "code": true, "request_id": true,
	"outcome": true, "waited_seconds": true,
}

// Attributes returns those that are public.
func (c clean) Attributes() (kept []attribute.KeyValue) {
	for _, a := range c.ReadOnlySpan.Attributes() {
		if public[a.Key] {
			kept = append(kept, a)
		}
	}
	return kept
}

// Events returns none: the message of an error may quote a URL.
func (clean) Events() []sdktrace.Event { return nil }

// Status returns the code and no description, for the same reason.
func (c clean) Status() sdktrace.Status { return sdktrace.Status{Code: c.ReadOnlySpan.Status().Code} }

// newLogger returns a logger whose records name the trace that they belong to.
func newLogger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(traced{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})})
}

type traced struct{ slog.Handler }

func (t traced) Handle(ctx context.Context, r slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return t.Handler.Handle(ctx, r)
}

func (t traced) WithAttrs(as []slog.Attr) slog.Handler { return traced{t.Handler.WithAttrs(as)} }
func (t traced) WithGroup(name string) slog.Handler    { return traced{t.Handler.WithGroup(name)} }
