package nas_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/operations"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// TestNewNamesEveryDefect checks that New reports all that is wrong at once.
func TestNewNamesEveryDefect(t *testing.T) {
	bare(t)
	type defect struct {
		change func(*nas.Config)
		fields []string
	}
	defects := map[string]defect{
		"nothing set":       {func(c *nas.Config) { *c = nas.Config{} }, []string{"Region", "Credentials"}},
		"no key":            {func(c *nas.Config) { c.Credentials = nil }, []string{"Credentials"}},
		"upper-case region": {func(c *nas.Config) { c.Region = "Cn-Hangzhou" }, []string{"Region"}},
		"region is a host":  {func(c *nas.Config) { c.Region = "cn-hangzhou.example.com/x?" }, []string{"Region"}},
		"plain http":        {func(c *nas.Config) { c.Endpoint = "http://nas.example.com" }, []string{"Endpoint"}},
		"user info":         {func(c *nas.Config) { c.Endpoint = "https://u:p@nas.example.com" }, []string{"Endpoint"}},
		"path":              {func(c *nas.Config) { c.Endpoint = "https://nas.example.com/x" }, []string{"Endpoint"}},
		"query":             {func(c *nas.Config) { c.Endpoint = "nas.example.com?x=y" }, []string{"Endpoint"}},
		"fragment":          {func(c *nas.Config) { c.Endpoint = "nas.example.com#" }, []string{"Endpoint"}},
		"other scheme":      {func(c *nas.Config) { c.Endpoint = "ftp://nas.example.com" }, []string{"Endpoint"}},
		"no host":           {func(c *nas.Config) { c.Endpoint = "https://" }, []string{"Endpoint"}},
		"header injection":  {func(c *nas.Config) { c.UserAgent = "me\r\nX-Evil: 1" }, []string{"UserAgent"}},
		"no time at all":    {func(c *nas.Config) { c.Settle = -1 }, []string{"Settle"}},
		"much at once": {func(c *nas.Config) { c.Region, c.MaxAttempts, c.AttemptTimeout = "", -1, -1 },
			[]string{"Region", "MaxAttempts", "AttemptTimeout"}},
	}
	for name, d := range ownDefects {
		defects[name] = defect{d.change, []string{d.field}}
	}
	for name, d := range defects {
		cfg := nastest.NewServer().Config()
		d.change(&cfg)
		_, err := nas.New(cfg)
		invalid, ok := errors.AsType[*nas.ValidationError](err)
		if !ok || !errors.Is(err, nas.ErrInvalidRequest) {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		var fields []string
		for _, p := range invalid.Problems {
			fields = append(fields, p.Field)
		}
		if d := cmp.Diff(d.fields, fields); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestWith checks what a derived client takes over, what it changes, and that the
// one it comes from stays as it is.
func TestWith(t *testing.T) {
	srv := nastest.NewServer()
	cfg := srv.Config()
	seen := map[string]int{}
	count := func(name string) func(context.Context, nas.Attempt) {
		return func(context.Context, nas.Attempt) { seen[name]++ }
	}
	cfg.OnAttempt = count("first")
	first, err := nas.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	second, err := first.With(func(c *nas.Config) { c.OnAttempt = count("second") })
	if err != nil {
		t.Fatal(err)
	}
	same, err := first.With(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*nas.Client{first, second, same} {
		if err := operations.Of(c).Call(t.Context(), absentRequest); !errors.Is(err, nas.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
	if d := cmp.Diff(map[string]int{"first": 2, "second": 1}, seen); d != "" {
		t.Errorf("attempts (-want +got):\n%s", d)
	}
	if _, err := first.With(func(c *nas.Config) { c.MaxAttempts = -1 }); !errors.Is(err, nas.ErrInvalidRequest) {
		t.Errorf("got %v", err)
	}
}

// TestDefaultTransport checks that there is one, which clients share, with the
// properties that its comment and that of Config.HTTPClient name.
func TestDefaultTransport(t *testing.T) {
	tr, ok := nas.DefaultTransport().(*http.Transport)
	if !ok || tr != nas.DefaultTransport() {
		t.Fatalf("got %T", nas.DefaultTransport())
	}
	if tr.Proxy == nil || tr.MaxIdleConnsPerHost != 64 || tr.TLSClientConfig.MinVersion != tls.VersionTLS12 || tr.HTTP2 == nil || tr.HTTP2.SendPingTimeout <= 0 {
		t.Errorf("got %+v", tr)
	}
}

// TestOnAttempt checks what is told of each attempt.
func TestOnAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		operation := operations.Name(absentRequest)
		srv := nastest.NewServer(nastest.Latency(time.Second))
		srv.Inject(operation, nastest.Throttle)
		cfg := srv.Config()
		var attempts []nas.Attempt
		type mine struct{}
		cfg.OnAttempt = func(ctx context.Context, a nas.Attempt) {
			if ctx.Value(mine{}) != "trace-1" {
				t.Error("the context is not that of the call")
			}
			attempts = append(attempts, a)
		}
		c, err := nas.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		err = operations.Of(c).Call(context.WithValue(t.Context(), mine{}, "trace-1"), absentRequest)
		failed, ok := errors.AsType[*nas.APIError](err)
		if !ok || !errors.Is(err, nas.ErrNotFound) || len(attempts) != 2 {
			t.Fatalf("%v, %+v", err, attempts)
		}
		throttled, last := attempts[0], attempts[1]
		if throttled.StatusCode < 400 || throttled.Code == "" || throttled.RequestID == "" || !errors.Is(throttled.Err, nas.ErrThrottled) {
			t.Errorf("got %+v", throttled)
		}
		if !errors.Is(last.Err, nas.ErrNotFound) {
			t.Errorf("got %+v", last)
		}
		throttled.StatusCode, throttled.Code, throttled.RequestID, throttled.Err, last.Err = 0, "", "", nil, nil
		want := []nas.Attempt{
			{Operation: operation, Number: 1, Took: time.Second},
			{Operation: operation, Number: 2, Took: time.Second, StatusCode: failed.StatusCode, Code: string(failed.Code), RequestID: failed.RequestID},
		}
		if d := cmp.Diff(want, []nas.Attempt{throttled, last}); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
}
