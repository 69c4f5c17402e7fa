package efs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/decode"
	"github.com/accesspoint-go/accesspoint/internal/rest"
	"github.com/accesspoint-go/accesspoint/internal/sigv4"
	"github.com/accesspoint-go/accesspoint/internal/transport"
)

// version is the API version that this package speaks.
const version = "2015-02-01"

// Config says how a [Client] reaches the service. Its zero fields have the
// defaults that their comments name.
type Config struct {
	// Region is the ID of the region, such as us-east-1. Required, also with
	// Endpoint.
	Region string
	// Endpoint replaces the region's own: a host, with https:// or without. An
	// http:// endpoint must be on a loopback address, unless AllowHTTP is set.
	Endpoint string
	// FIPS chooses the region's endpoint that has a FIPS 140 validated TLS. Not
	// with Endpoint.
	FIPS bool
	// DualStack chooses the region's endpoint that has IPv6 addresses too. Not
	// with Endpoint.
	DualStack bool
	// AllowHTTP permits an http:// endpoint on any address. It is meant for
	// emulators: over http anybody on the way can read and change requests.
	AllowHTTP bool

	// Credentials sign every request. The default is the key that the
	// environment holds when New is called: AWS_ACCESS_KEY_ID,
	// AWS_SECRET_ACCESS_KEY and, if the key is temporary,
	// AWS_SESSION_TOKEN. [DefaultCredentials] looks in more places.
	Credentials Credentials

	// HTTPClient sends the requests. The client works with a copy that follows
	// no redirects. The default is shared by all clients of this module: it
	// uses the proxy that the environment names, TLS 1.2 or later, HTTP/2, and
	// keeps up to 64 idle connections to a host.
	HTTPClient *http.Client
	// Limiter holds every attempt until Wait returns. A *rate.Limiter of
	// golang.org/x/time/rate fits. Clients that share a Limiter share its rate.
	// The default is no limit but the client's own pace.
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
	// call. Metrics and traces can be fed from it.
	OnAttempt func(Attempt)
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
}

// Format prints the name of the type alone, whatever the verb: what a client
// holds has secrets in it.
func (Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "efs.Client") }

// New returns a client. It does no network I/O. The error is a
// [*ValidationError] that names every defect of cfg.
func New(cfg Config) (*Client, error) { return build(cfg, nil) }

// With returns a client whose configuration is c's after change. It shares c's
// connections and pace. That is how a single call gets other settings:
//
//	patient, err := client.With(func(c *efs.Config) { c.MaxAttempts = 10 })
func (c *Client) With(change func(*Config)) (*Client, error) {
	if c == nil || c.transport == nil {
		return nil, errNoClient
	}
	cfg := *c.cfg
	change(&cfg)
	return build(cfg, c.transport)
}

func build(cfg Config, parent *transport.Client) (*Client, error) {
	cfg.Credentials = orEnvironment(cfg.Credentials)
	options := transport.Options{
		Service:        "efs",
		Region:         cfg.Region,
		Endpoint:       cfg.Endpoint,
		Host:           host(cfg.Region, cfg.FIPS, cfg.DualStack),
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
		options.OnAttempt = func(a transport.Attempt) { cfg.OnAttempt(Attempt(a)) }
	}
	t, problems := transport.New(options, protocol(cfg.Region), parent)
	if err := invalid("New", append(problems,
		check.That(!cfg.FIPS || cfg.Endpoint == "", "FIPS", "is not supported with Endpoint"),
		check.That(!cfg.DualStack || cfg.Endpoint == "", "DualStack", "is not supported with Endpoint"),
		check.That(cfg.Credentials != nil, "Credentials", noCredentials),
		check.That(cfg.Settle >= 0, "Settle", "must not be negative"),
	)...); err != nil {
		return nil, err
	}
	return &Client{&cfg, t}, nil
}

// settle returns Settle or its default.
func (c *Config) settle() time.Duration { return cmp.Or(c.Settle, 10*time.Second) }

// host returns the endpoint of a region. A region that no partition claims is
// taken for one of the commercial partition, as new ones are.
func host(region string, fips, dualStack bool) string {
	name, domain, dualStackDomain := "elasticfilesystem", "amazonaws.com", "api.aws"
	switch {
	case strings.HasPrefix(region, "cn-"):
		domain, dualStackDomain = "amazonaws.com.cn", "api.amazonwebservices.com.cn"
	case strings.HasPrefix(region, "us-iso-"):
		domain, dualStackDomain = "c2s.ic.gov", "api.aws.ic.gov"
	case strings.HasPrefix(region, "us-isob-"):
		domain, dualStackDomain = "sc2s.sgov.gov", "api.aws.scloud"
	case strings.HasPrefix(region, "eu-isoe-"):
		domain, dualStackDomain = "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"
	case strings.HasPrefix(region, "us-isof-"):
		domain, dualStackDomain = "csp.hci.ic.gov", "api.aws.hci.ic.gov"
	case strings.HasPrefix(region, "eusc-"):
		domain, dualStackDomain = "amazonaws.eu", "api.amazonwebservices.eu"
	}
	if dualStack {
		// Three partitions have a shorter name there.
		if domain == "amazonaws.com" || domain == "amazonaws.com.cn" {
			name = "efs"
		}
		domain = dualStackDomain
	}
	if fips {
		name += "-fips"
	}
	return name + "." + region + "." + domain
}

// protocol returns the EFS side of requests to a region.
func protocol(region string) transport.Protocol {
	scope := sigv4.Scope{Region: region, Service: "elasticfilesystem"}
	keys := new(sigv4.Keys)
	return transport.Protocol{
		Sign: func(req *http.Request, r *transport.Request, key credential.Key, at time.Time) {
			sigv4.Sign(req, r.Body, scope, key, keys, at)
		},
		ReadFault:       readFault,
		Kind:            kindOf,
		RequestIDHeader: "X-Amzn-Requestid",
		SkewCodes: []string{
			"InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "RequestExpired", "AuthFailure",
		},
	}
}

var errNoClient = errors.New("efs: nil Client, make one with New")

// call validates in, sends it and decodes the answer: the one path that every
// operation takes. The token is the idempotency token of op, if it has one.
func call[Out any](ctx context.Context, c *Client, op rest.Op, token string, in interface{ Validate() error }) (*Out, error) {
	if c == nil || c.transport == nil {
		return nil, errNoClient
	}
	if !c.cfg.SkipValidation || astray(op.Path) {
		if err := in.Validate(); err != nil {
			return nil, err
		}
	}
	read := decode.JSON
	if op.Method == http.MethodDelete {
		read = func([]byte, any) error { return nil } // 204: whatever came, says nothing
	}
	out, f := rest.Call[Out](ctx, c.transport, op, read)
	if f != nil {
		return nil, failure(op.Name, token, f)
	}
	return out, nil
}

// astray reports whether the last element of a path is one that makes it the
// path of something else. Validate refuses such an identifier, and no setting
// lets it through.
func astray(path string) bool {
	last := path[strings.LastIndexByte(path, '/')+1:]
	return last == "" || last == "." || last == ".."
}
