package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
	"github.com/accesspoint-go/accesspoint/nas"
)

// TestTelemetry makes a call that has a password in its URL, and looks at all that is
// told of it.
func TestTelemetry(t *testing.T) {
	service := kmstest.NewServer()
	server := httptest.NewServer(service)
	defer server.Close()
	var traces, logs bytes.Buffer
	telemetry, err := newTelemetry(&traces)
	if err != nil {
		t.Fatal(err)
	}
	logger := newLogger(&logs, slog.LevelDebug)
	cfg := service.Config()
	cfg.Endpoint, cfg.HTTPClient, cfg.Logger = server.URL, telemetry.client(), logger
	attempt := telemetry.attempt("kms")
	cfg.OnAttempt = func(ctx context.Context, a kms.Attempt) { attempt(ctx, nas.Attempt(a)) }
	client, err := kms.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	const password = "hunter2HUNTER2"
	ctx, span := telemetry.tracer.Start(t.Context(), "job")
	if _, err := client.CreateClientKey(ctx, kms.CreateClientKeyRequest{AapName: "none", Password: password}); err == nil {
		t.Error("there was no such access point")
	}
	logger.ErrorContext(ctx, "message", "error", http.ErrBodyNotAllowed)
	span.End()
	if err := telemetry.provider.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	promhttp.HandlerFor(telemetry.registry, promhttp.HandlerOpts{}).ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	metrics := recorder.Body.String()
	for name, text := range map[string]string{"traces": traces.String(), "logs": logs.String(), "metrics": metrics} {
		for _, secret := range []string{password, kmstest.AccessKeySecret, "url.full", "Signature"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s hold %s:\n%s", name, secret, text)
			}
		}
	}
	if want := `accesspoint_attempts_total{code="Forbidden.ResourceNotFound",operation="CreateClientKey",outcome="not_found",service="kms"} 1`; !strings.Contains(metrics, want) {
		t.Errorf("metrics lack %s:\n%s", want, metrics)
	}
	// All spans, and the records of the log, are of one trace.
	id := span.SpanContext().TraceID().String()
	names := map[string]bool{}
	for d := json.NewDecoder(&traces); d.More(); {
		var s struct {
			Name        string
			SpanContext struct{ TraceID string }
			Attributes  []struct {
				Key   string
				Value struct{ Value any }
			}
		}
		if err := d.Decode(&s); err != nil {
			t.Fatal(err)
		}
		names[s.Name] = true
		if s.SpanContext.TraceID != id {
			t.Errorf("%s is of another trace", s.Name)
		}
		for _, a := range s.Attributes {
			if a.Key == "request_id" && a.Value.Value == "" {
				t.Errorf("%s has no request ID", s.Name)
			}
		}
	}
	for _, name := range []string{"job", "HTTP POST", "kms.CreateClientKey"} {
		if !names[name] {
			t.Errorf("no span %s in %v", name, names)
		}
	}
	for line := range strings.Lines(logs.String()) {
		if !strings.Contains(line, id) {
			t.Errorf("a record without the trace: %s", line)
		}
	}
}

// TestWatch reads the depth of the queue.
func TestWatch(t *testing.T) {
	db := testDatabase(t, "")
	telemetry, err := newTelemetry(nil)
	if err != nil {
		t.Fatal(err)
	}
	e := entry{Key: "p-1", Service: "oss", Request: []byte(`{"Bucket": "examplebucket", "NetworkOrigin": "internet"}`)}
	if err := e.check(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.load(t.Context(), []entry{e}); err != nil {
		t.Fatal(err)
	}
	all, err := db.depths(t.Context())
	if err != nil || len(all) != 1 || all[0].age < 0 || all[0].age > time.Hour {
		t.Errorf("%+v, %v", all, err)
	}
	telemetry.count("oss", true)
	telemetry.count("oss", false)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := telemetry.look(t.Context(), db); err != nil {
		t.Error(err)
	}
	telemetry.watch(ctx, db, time.Hour)
	recorder := httptest.NewRecorder()
	promhttp.HandlerFor(telemetry.registry, promhttp.HandlerOpts{}).ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{`workers_access_points{service="oss",status="pending"} 1`, `accesspoint_throttled_share{service="oss"} 0.5`, `workers_queue_depth{queue="oss"`, `workers_queue_age_seconds{queue="oss"}`} {
		if !strings.Contains(recorder.Body.String(), want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}
