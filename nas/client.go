package nas

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/transport"
)

// Config says how a [Client] reaches the service. Its zero fields have the
// defaults that their comments name.
type Config struct {
	// Region is the ID of the region, such as cn-hangzhou. Required, also with
	// Endpoint. The default is what the environment says when New is called, in
	// ALIBABA_CLOUD_REGION_ID or ALIBABA_CLOUD_REGION, or else the profile in use, in
	// region_id of ~/.aliyun/config.json or ~/.alibabacloud/credentials.
	Region string
	// Endpoint replaces the region's own: a host, with https:// or without. An
	// http:// endpoint must be on a loopback address, unless AllowHTTP is set.
	Endpoint string
	// Network chooses among the region's endpoints. The default is
	// [NetworkPublic].
	Network Network
	// AllowHTTP permits an http:// endpoint on any address. It is meant for
	// emulators: over http anybody on the way can read and change requests.
	AllowHTTP bool

	// Credentials sign every request. The default is the key that the
	// environment holds when New is called: ALIBABA_CLOUD_ACCESS_KEY_ID,
	// ALIBABA_CLOUD_ACCESS_KEY_SECRET and, if the key is temporary,
	// ALIBABA_CLOUD_SECURITY_TOKEN. [DefaultCredentials] looks in more places.
	Credentials Credentials

	// HTTPClient sends the requests. The client works with a copy that follows
	// no redirects. The default is shared by all clients of this module: it
	// uses the proxy that the environment names, TLS 1.2 or later, HTTP/2, and
	// keeps up to 64 idle connections to a host.
	HTTPClient *http.Client
	// Limiter holds every attempt until Wait returns, right before it is sent: the
	// client's own pace comes first. A *rate.Limiter of golang.org/x/time/rate
	// fits. Clients that share a Limiter share its rate. If it has a method
	// WaitFor(ctx context.Context, operation string) error, that is called instead,
	// with the API's name of the operation, for quotas that count by operation. If
	// it fails, so does the call, with [ErrLimiter]. The default is no limit but
	// the client's own pace.
	Limiter interface {
		Wait(context.Context) error
	}
	// MaxAttempts bounds how often a request is sent in one call, not counting
	// attempts that the service throttles, and one repeat if it says that the
	// clock is wrong. The default is 4; 1 means no repeats at all.
	MaxAttempts int
	// MaxThrottle bounds how long a call goes on while the service throttles it.
	// The default is 1 minute.
	MaxThrottle time.Duration
	// AttemptTimeout bounds one attempt, from the connection to the last byte of
	// the answer. The default is 30 seconds. A whole call is bounded by its
	// context alone.
	AttemptTimeout time.Duration
	// Settle bounds the time until a change shows in every answer of the service,
	// a change whose answer was lost too. The methods that look before they act
	// wait for so long before they take it that something does not exist. The
	// default is 10 seconds.
	Settle time.Duration

	// Logger receives a record of each attempt: at level Debug, at Warn if the
	// attempt failed. No record holds a secret. A *slog.Logger fits. The default,
	// and a nil *slog.Logger, is no log.
	Logger interface {
		Enabled(context.Context, slog.Level) bool
		LogAttrs(context.Context, slog.Level, string, ...slog.Attr)
	}
	// OnAttempt, if set, is called after each attempt, in the goroutine of the
	// call and with its context. Metrics and traces can be fed from it.
	OnAttempt func(context.Context, Attempt)
	// UserAgent names your program. It goes before this module's own name.
	UserAgent string
	// SkipValidation sends requests that break a documented constraint, for the
	// case that the service has come to accept more than its documentation says.
	SkipValidation bool
}

// An Attempt is one request and its outcome.
type Attempt struct {
	Operation  string        // the API's name of the operation
	Number     int           // 1 for the first attempt of a call
	StatusCode int           // 0 if no answer came
	Code       string        // the service's error code, if it refused
	RequestID  string        // empty if no answer came
	Waited     time.Duration // held back by Limiter and by the client's pace
	Took       time.Duration // from then to the end of the answer
	Err        error         // nil if the attempt succeeded; errors.Is finds its kind
}

// A Client calls the service. It is safe for concurrent use, and is best made
// once and shared.
type Client struct {
	cfg       *Config
	transport *transport.Client
	view      *view
}

// Format prints the name of the type alone, whatever the verb: what a client
// holds has secrets in it.
func (Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "nas.Client") }

// New returns a client. It does no network I/O. What cfg leaves open it takes from
// the environment, as the comments of the fields say. The error is a
// [*ValidationError] that names every defect.
func New(cfg Config) (*Client, error) { return build(cfg, nil) }

// With returns a client whose configuration is c's after change. It shares c's
// connections and pace. That is how a single call gets other settings:
//
//	patient, err := client.With(func(c *nas.Config) { c.MaxAttempts = 10 })
//
// If change is nil, the configuration is the same.
func (c *Client) With(change func(*Config)) (*Client, error) {
	if err := c.made(); err != nil {
		return nil, err
	}
	cfg := *c.cfg
	if change != nil {
		change(&cfg)
	}
	return build(cfg, c)
}

// DefaultTransport returns what sends the requests of clients without an
// HTTPClient of their own, for programs that wrap it. All clients share it: do not
// change it.
//
//	cfg.HTTPClient = &http.Client{Transport: traced(nas.DefaultTransport())}
func DefaultTransport() http.RoundTripper { return new(Config).protocol().Transport() }

func build(cfg Config, parent *Client) (*Client, error) {
	given := cfg
	unread := cfg.complete()
	cfg.Credentials = orEnvironment(cfg.Credentials)
	options := transport.Options{
		Service:        "nas",
		Region:         cfg.Region,
		Endpoint:       cfg.Endpoint,
		Host:           cfg.host(),
		AllowHTTP:      cfg.AllowHTTP,
		Credentials:    cfg.Credentials,
		HTTPClient:     cfg.HTTPClient,
		Limiter:        cfg.Limiter,
		MaxAttempts:    cfg.MaxAttempts,
		AttemptTimeout: cfg.AttemptTimeout,
		MaxThrottle:    cfg.MaxThrottle,
		Logger:         cfg.Logger,
		UserAgent:      cfg.UserAgent,
	}
	if cfg.OnAttempt != nil {
		options.OnAttempt = func(ctx context.Context, a transport.Attempt) { cfg.OnAttempt(ctx, Attempt(a)) }
	}
	var above *transport.Client
	if parent != nil {
		above = parent.transport
	}
	t, problems := transport.New(options, cfg.protocol(), above)
	problems = append(problems, cfg.problems()...)
	for i, p := range problems {
		problems[i].Reason += given.origin(p.Field)
	}
	if unread != nil {
		problems = append(problems, check.Problem{Field: "Config", Reason: "cannot be completed: " + unread.Error()})
	}
	if err := invalid("New", append(problems,
		check.That(cfg.Credentials != nil, "Credentials", noCredentials),
		check.That(cfg.Settle >= 0, "Settle", "must not be negative"),
	)...); err != nil {
		return nil, err
	}
	c := &Client{&cfg, t, new(view)}
	if parent != nil && t.Sees(above) {
		c.view = parent.view
	}
	return c, nil
}

// settle returns Settle or its default.
func (c *Config) settle() time.Duration { return cmp.Or(c.Settle, 10*time.Second) }

// made returns an error if c does not come from New.
func (c *Client) made() error {
	if c == nil || c.transport == nil {
		return errors.New("nas: nil Client, make one with New")
	}
	return nil
}

// validate returns an error if c cannot send in.
func (c *Client) validate(in interface{ Validate() error }) error {
	if err := c.made(); err != nil || c.cfg.SkipValidation {
		return err
	}
	return in.Validate()
}
