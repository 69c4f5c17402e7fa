package transport

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/accesspoint-go/accesspoint/internal/check"
	"github.com/accesspoint-go/accesspoint/internal/credential"
)

// Options are the settings that the clients of all services have.
type Options struct {
	Service        string // the package's name
	Region         string
	Endpoint       string // as configured; empty for Host
	Host           string // of the region
	AllowHTTP      bool
	Credentials    credential.Provider
	HTTPClient     *http.Client
	Limiter        interface{ Wait(context.Context) error }
	MaxAttempts    int
	AttemptTimeout time.Duration
	MaxThrottle    time.Duration
	Logger         Logger
	OnAttempt      func(context.Context, Attempt)
	UserAgent      string
}

// A Logger takes records. A *slog.Logger is one. As a field's type it would link
// the handlers of log/slog, and the JSON encoder behind them, into every program:
// 258 KB.
type Logger interface {
	Enabled(context.Context, slog.Level) bool
	LogAttrs(context.Context, slog.Level, string, ...slog.Attr)
}

// New returns a client with the defaults filled in, and what is wrong with o. If
// it is derived from another, parent is that one.
func New(o Options, p Protocol, parent *Client) (*Client, []check.Problem) {
	problems := check.All(
		check.Required("Region", o.Region),
		checkRegion(o.Region),
	)
	if o.Endpoint == "" && len(problems) > 0 {
		o.Host = "unknown" // the region's problem is not the endpoint's too
	}
	u, problem := parseEndpoint(cmp.Or(o.Endpoint, o.Host), o.AllowHTTP)
	problems = append(problems, check.All(
		problem,
		check.That(o.MaxAttempts >= 0, "MaxAttempts", "must not be negative"),
		check.That(o.AttemptTimeout >= 0, "AttemptTimeout", "must not be negative"),
		check.That(o.MaxThrottle >= 0, "MaxThrottle", "must not be negative"),
		check.NoControls("UserAgent", o.UserAgent),
		checkKey(o.Credentials),
		check.That(o.Limiter == nil || !isNil(o.Limiter), "Limiter", nilPointer),
		check.That(o.HTTPClient == nil || o.HTTPClient.Transport == nil || !isNil(o.HTTPClient.Transport), "HTTPClient.Transport", nilPointer),
	)...)
	if isNil(o.Logger) {
		o.Logger = nil
	}
	o.HTTPClient = withoutRedirects(o.HTTPClient, p.Transport)
	o.MaxAttempts = cmp.Or(o.MaxAttempts, 4)
	o.AttemptTimeout = cmp.Or(o.AttemptTimeout, attemptTimeout)
	o.MaxThrottle = cmp.Or(o.MaxThrottle, time.Minute)
	userAgent := []string{strings.TrimSpace(o.UserAgent + " accesspoint-go/" + version)}
	c := &Client{Options: o, Protocol: p, Shared: new(Shared), endpoint: u, dates: new(dates), userAgent: userAgent}
	c.atHand = o.Credentials != nil && atHand(reflect.TypeOf(o.Credentials))
	if parent != nil {
		c.Shared = parent.Shared
		if u != nil && parent.endpoint != nil && *u == *parent.endpoint {
			c.dates = parent.dates
		}
	}
	return c, problems
}

// Central reports whether the endpoint is one of Alibaba Cloud that serves more
// than one region: its name has no place for one.
func (c *Client) Central() bool {
	name, ok := strings.CutSuffix(c.endpoint.Hostname(), ".aliyuncs.com")
	return ok && !strings.Contains(name, ".")
}

// Sees reports whether the service shows to c what it shows to other. That is not
// known of clients whose credentials differ.
func (c *Client) Sees(other *Client) bool {
	return c.Region == other.Region && c.endpoint != nil && *c.endpoint == *other.endpoint && same(c.Credentials, other.Credentials)
}

// same reports whether two providers are one. Of those that are neither pointers
// nor a key that is at hand that is not known: to compare them may panic, and
// reflect.Value.Comparable, which tells, adds 5 KB.
func same(a, b credential.Provider) bool {
	t := reflect.TypeOf(a)
	return t == reflect.TypeOf(b) && t != nil && (t.Kind() == reflect.Pointer || atHand(t)) && a == b
}

// isNil reports whether v is nil, or an interface that holds a nil pointer.
func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return !r.IsValid() || r.Kind() == reflect.Pointer && r.IsNil()
}

const nilPointer = "must not be an interface that holds a nil pointer; leave it out for the default"

// checkKey says what is wrong with a key that is at hand. Of other credentials it
// shows when they are asked, which may take a while.
func checkKey(p credential.Provider) check.Problem {
	switch {
	case p == nil:
		return check.Problem{} // the package says where it looked
	case isNil(p):
		return check.Problem{Field: "Credentials", Reason: nilPointer}
	}
	if !atHand(reflect.TypeOf(p)) {
		return check.Problem{}
	}
	var key credential.Key
	key.ID, key.Secret, key.Token, _, _ = p.Retrieve(context.Background())
	if err := key.Check(); err != nil {
		return check.Problem{Field: "Credentials", Reason: "are of no use: " + err.Error()}
	}
	return check.Problem{}
}

// atHand reports whether a provider of type t has a key, and need not look for one.
func atHand(t reflect.Type) bool {
	const module = "github.com/accesspoint-go/accesspoint/"
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return strings.HasPrefix(t.PkgPath(), module) && (t.Name() == "StaticCredentials" || t.Name() == "environment")
}

// checkRegion says that region can stand in a host name.
func checkRegion(region string) check.Problem {
	ok := len(region) <= 63 && !strings.HasPrefix(region, "-") && !strings.HasSuffix(region, "-")
	for _, r := range region {
		ok = ok && ('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-')
	}
	return check.That(ok, "Region", "must be a region ID such as cn-hangzhou or us-east-1: lower-case letters, digits and inner hyphens")
}

// parseEndpoint takes a scheme, which may be left out for https, and a host.
// Whatever else a URL can hold would end up in every request.
func parseEndpoint(endpoint string, allowHTTP bool) (*url.URL, check.Problem) {
	bad := func(reason string) (*url.URL, check.Problem) {
		return nil, check.Problem{Field: "Endpoint", Reason: reason}
	}
	if !strings.Contains(endpoint, "://") {
		endpoint = "https://" + endpoint
	}
	u, err := url.Parse(strings.TrimSuffix(endpoint, "/"))
	switch {
	case err != nil || !isHost(u.Hostname()) || strings.ContainsFunc(u.Host, notInHost):
		return bad("must be a host, or https:// and a host")
	case !isPort(u):
		return bad("must have a port from 1 to 65535, or none")
	case u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery || strings.Contains(endpoint, "#"):
		return bad("must hold nothing but a scheme, a host and a port")
	case u.Scheme == "https":
	case u.Scheme != "http":
		return bad("must use https")
	case !allowHTTP && !loopback(u.Hostname()):
		return bad("must use https: http is for loopback addresses, and with AllowHTTP for emulators elsewhere")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, check.Problem{}
}

// notInHost reports whether r stands in no host name, address or port. net/http
// would send letters that are not ASCII in another form than the signed one.
func notInHost(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-._:[]", r))
}

// isHost reports whether host has no empty part.
func isHost(host string) bool {
	return host != "" && host[0] != '.' && !strings.Contains(host, "..")
}

// isPort reports whether u has a port that there is, or none.
func isPort(u *url.URL) bool {
	port := u.Port()
	if port == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

// loopback reports whether host is this machine. Other names under localhost are
// for a resolver to say, which may be any.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// withoutRedirects returns a copy of h that does not follow redirects: a signed
// request is for one host only.
func withoutRedirects(h *http.Client, byDefault func() http.RoundTripper) *http.Client {
	var c http.Client
	if h != nil {
		c = *h
	} else {
		c.Transport = byDefault()
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// version is that of this module, for the User-Agent header. It follows the
// change log. Reading it from the build information would cost 11 KB.
const version = "0.1.0"
