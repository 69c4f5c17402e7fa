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

// Config configures a [Client]. Fields that are zero have the defaults that
// their comments name.
type Config struct {
	// Region is the ID of the region, such as cn-hangzhou. It is required, also
	// with Endpoint. If it is empty, New reads it from the environment, in
	// ALIBABA_CLOUD_REGION_ID or ALIBABA_CLOUD_REGION, or else from region_id
	// of the profile in use, in ~/.aliyun/config.json or
	// ~/.alibabacloud/credentials.
	Region string
	// Endpoint replaces the region's own endpoint: a host, with or without
	// https://. An http:// endpoint must be on a loopback address, unless
	// AllowHTTP is set.
	Endpoint string
	// Network selects the region's public or internal endpoint. The default is
	// [NetworkPublic].
	Network Network
	// AllowHTTP permits an http:// endpoint on any address. It is meant for
	// emulators: anyone on the network path can read and change requests sent
	// over http.
	AllowHTTP bool

	// Credentials sign every request. If it is nil, New reads a key from the
	// environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET
	// and, if the key is temporary, ALIBABA_CLOUD_SECURITY_TOKEN.
	// [DefaultCredentials] looks in more places.
	Credentials Credentials

	// HTTPClient sends the requests. The client works with a copy that follows
	// no redirects. All clients of this module share the default. It uses the
	// proxy that the environment names, TLS 1.2 or later, and HTTP/2. Its
	// timeouts are 5 seconds to connect and 10 for the TLS handshake, and it
	// keeps up to 64 idle connections to a host. [DefaultTransport] returns its
	// transport.
	HTTPClient *http.Client
	// Limiter is a rate limit of your own: each attempt waits for it
	// immediately before it is sent, after the client's own pacing. A
	// *rate.Limiter of golang.org/x/time/rate fits. Clients that share a
	// Limiter share its rate. If it has a method WaitFor(ctx context.Context,
	// operation string) error, that is called instead, with the API's name of
	// the operation, for quotas that count by operation. If it fails, the call
	// fails with [ErrLimiter]. By default there is only the client's own
	// pacing.
	Limiter interface {
		Wait(context.Context) error
	}
	// MaxAttempts limits how often a call sends its request: the first attempt
	// and its retries. Attempts that the service throttles do not count (see
	// MaxThrottle), nor do two retries: one after the service reports that the
	// clock is wrong, and one after it reports that the key has expired. The
	// default is 4; 1 disables all retries but those two.
	MaxAttempts int
	// MaxThrottle limits how long a call keeps retrying while the service
	// throttles it. The default is 1 minute.
	MaxThrottle time.Duration
	// AttemptTimeout is the timeout of one attempt, from the connection to the
	// last byte of the response. The default is 30 seconds. A whole call has no
	// timeout other than its context.
	AttemptTimeout time.Duration
	// Settle is the service's consistency window: how long the effect of a
	// request may stay invisible to reads, even if its response was lost
	// (eventual consistency). Methods named Ensure… and Resume conclude that a
	// resource does not exist only after seeing none for this long. A larger
	// value makes them slower; one below the service's real delay allows
	// duplicates. The default is 10 seconds.
	Settle time.Duration

	// Logger receives a record of each attempt, at level Debug, or Warn if the
	// attempt failed in a way that the calling method does not expect. No
	// record contains a secret. A *slog.Logger fits. If it is nil, or a nil
	// *slog.Logger, nothing is logged.
	Logger interface {
		Enabled(context.Context, slog.Level) bool
		LogAttrs(context.Context, slog.Level, string, ...slog.Attr)
	}
	// OnAttempt, if set, is called after each attempt, in the goroutine of the
	// call and with its context. Use it for metrics and tracing. It must be
	// safe for concurrent use.
	OnAttempt func(context.Context, Attempt)
	// UserAgent names your program in the User-Agent header, before this
	// module's own name.
	UserAgent string
	// SkipValidation sends requests even if they break a documented constraint,
	// in case the service has come to accept more than its documentation says.
	SkipValidation bool
}

// An Attempt is one request of a call, and its outcome.
type Attempt struct {
	Operation  string        // the API's name of the operation
	Number     int           // 1 for the first attempt of a call, 2 for its first retry
	StatusCode int           // of the HTTP response; 0 if there was none
	Code       string        // the service's error code; empty if it returned none
	RequestID  string        // empty if there was no response
	Waited     time.Duration // how long pacing and Limiter delayed the attempt
	Took       time.Duration // from the end of that delay to the end of the response
	Err        error         // nil if the attempt succeeded; errors.Is finds its kind
}

// A Client calls the service. It is safe for concurrent use. Create one with
// [New] and share it: the calls of one client share connections, pacing and
// credentials.
type Client struct {
	cfg       *Config
	transport *transport.Client
	view      *view
}

// Format prints only the name of the type, for every verb, because a client
// holds secrets.
func (Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "nas.Client") }

// New returns a client. It does no network I/O. Fields of cfg that are zero are
// read from the environment where their comments say so. The error is a
// [*ValidationError] that lists every problem.
func New(cfg Config) (*Client, error) { return build(cfg, nil) }

// With returns a client with a changed copy of c's configuration. It shares c's
// connections, pacing and, unless they are changed, credentials. Use it to give
// a single call other settings. The error is that of [New]:
//
//	persistent, err := client.With(func(c *nas.Config) { c.MaxAttempts = 10 })
//
// A nil function changes nothing.
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

// DefaultTransport returns the transport of clients that have no HTTPClient of
// their own, for programs that wrap it, for instance to trace requests:
//
//	cfg.HTTPClient = &http.Client{Transport: traced(nas.DefaultTransport())}
//
// All clients share it: do not modify it.
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
