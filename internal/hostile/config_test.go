package hostile

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/internal/wiretest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

func TestMain(m *testing.M) { wiretest.WithoutProfiles(m) }

// settings are those of a configuration from which the address of a request
// follows, and what goes into its head.
type settings struct {
	region, endpoint, network, userAgent string
	allowHTTP, pathStyle, fips, dual     bool
	attempts                             int
	timeout                              time.Duration
}

// A configured service makes a client and the call that is sent with it.
type configured struct {
	service string
	// own is the region's own address, which s leaves open.
	own func(s settings) string
	// bucket stands before the host, unless that is an IP address.
	bucket string
	// make returns the call of a client, or what New says.
	make func(s settings, hc *http.Client) (func(context.Context) error, error)
}

var key = nas.StaticCredentials{AccessKeyID: "id", AccessKeySecret: "planted"} // fits all five

// named returns the address of a service of Alibaba Cloud.
func named(service, vpc string) func(settings) string {
	return func(s settings) string {
		if s.network != "" {
			return vpc + "." + s.region + ".aliyuncs.com"
		}
		return service + "." + s.region + ".aliyuncs.com"
	}
}

var configurations = []configured{
	{"nas", func(s settings) string {
		if s.region == "cn-hangzhou-finance" && s.network == "" {
			return "nas.cn-hangzhou-dg-a01.aliyuncs.com"
		}
		return named("nas", "nas-vpc")(s)
	}, "", func(s settings, hc *http.Client) (func(context.Context) error, error) {
		c, err := nas.New(nas.Config{
			Region: s.region, Endpoint: s.endpoint, Network: nas.Network(s.network), AllowHTTP: s.allowHTTP, UserAgent: s.userAgent,
			MaxAttempts: s.attempts, AttemptTimeout: s.timeout, MaxThrottle: s.timeout, Credentials: key, HTTPClient: hc,
		})
		return func(ctx context.Context) error {
			_, err := c.ListAccessPoints(ctx, nas.ListAccessPointsRequest{FileSystemID: "31a8e4"})
			return err
		}, err
	}},
	{"oss", func(s settings) string {
		if s.network != "" {
			return "oss-" + s.region + "-internal.aliyuncs.com"
		}
		return "oss-" + s.region + ".aliyuncs.com"
	}, "examplebucket", func(s settings, hc *http.Client) (func(context.Context) error, error) {
		c, err := oss.New(oss.Config{
			Region: s.region, Endpoint: s.endpoint, Network: oss.Network(s.network), AllowHTTP: s.allowHTTP, UserAgent: s.userAgent, PathStyle: s.pathStyle,
			MaxAttempts: s.attempts, AttemptTimeout: s.timeout, MaxThrottle: s.timeout, Credentials: key, HTTPClient: hc,
		})
		return func(ctx context.Context) error {
			_, err := c.GetAccessPoint(ctx, oss.GetAccessPointRequest{Bucket: "examplebucket", AccessPointName: "ap-01"})
			return err
		}, err
	}},
	{"efs", nil, "", func(s settings, hc *http.Client) (func(context.Context) error, error) {
		c, err := efs.New(efs.Config{
			Region: s.region, Endpoint: s.endpoint, FIPS: s.fips, DualStack: s.dual, AllowHTTP: s.allowHTTP, UserAgent: s.userAgent,
			MaxAttempts: s.attempts, AttemptTimeout: s.timeout, MaxThrottle: s.timeout, Credentials: key, HTTPClient: hc,
		})
		return func(ctx context.Context) error {
			_, err := c.DescribeAccessPoints(ctx, efs.DescribeAccessPointsRequest{})
			return err
		}, err
	}},
	{"privatelink", named("privatelink", "privatelink-vpc"), "", func(s settings, hc *http.Client) (func(context.Context) error, error) {
		c, err := privatelink.New(privatelink.Config{
			Region: s.region, Endpoint: s.endpoint, Network: privatelink.Network(s.network), AllowHTTP: s.allowHTTP, UserAgent: s.userAgent,
			MaxAttempts: s.attempts, AttemptTimeout: s.timeout, MaxThrottle: s.timeout, Credentials: key, HTTPClient: hc,
		})
		return func(ctx context.Context) error {
			_, err := c.ListVpcEndpoints(ctx, privatelink.ListVpcEndpointsRequest{})
			return err
		}, err
	}},
	{"kms", named("kms", "kms-vpc"), "", func(s settings, hc *http.Client) (func(context.Context) error, error) {
		c, err := kms.New(kms.Config{
			Region: s.region, Endpoint: s.endpoint, Network: kms.Network(s.network), AllowHTTP: s.allowHTTP, UserAgent: s.userAgent,
			MaxAttempts: s.attempts, AttemptTimeout: s.timeout, MaxThrottle: s.timeout, Credentials: key, HTTPClient: hc,
		})
		return func(ctx context.Context) error {
			_, err := c.ListApplicationAccessPoints(ctx, kms.ListApplicationAccessPointsRequest{})
			return err
		}, err
	}},
}

// host returns the host, and port, that s and nothing else lead to.
func (c configured) host(s settings) string {
	host := s.endpoint
	if host == "" {
		if c.own == nil {
			return "" // of EFS there are too many to say them again
		}
		if c.bucket != "" && !s.pathStyle {
			return c.bucket + "." + c.own(s)
		}
		return c.own(s)
	}
	if _, after, ok := strings.Cut(host, "://"); ok {
		host = after
	}
	host = strings.TrimSuffix(host, "/")
	u := url.URL{Host: host}
	if _, err := netip.ParseAddr(u.Hostname()); err != nil && u.Hostname() != "localhost" && c.bucket != "" && !s.pathStyle {
		return c.bucket + "." + host
	}
	return host
}

// FuzzConfig makes clients of configurations of any form. New does not panic and
// sends nothing, and a client that it returns sends to one host, which follows
// from the configuration: over http to this machine alone, unless that is
// allowed.
func FuzzConfig(f *testing.F) {
	for _, s := range choices {
		flags := uint8(0)
		for i, set := range []bool{s.allowHTTP, s.pathStyle, s.fips, s.dual} {
			if set {
				flags |= 1 << i
			}
		}
		f.Add(s.region, s.endpoint, s.network, s.userAgent, flags, s.attempts, int64(s.timeout))
	}
	f.Fuzz(func(t *testing.T, region, endpoint, network, userAgent string, flags uint8, attempts int, timeout int64) {
		settings{
			region, endpoint, network, userAgent,
			flags&1 != 0, flags&2 != 0, flags&4 != 0, flags&8 != 0, attempts, time.Duration(timeout),
		}.try(t, func(*testing.T, string, *http.Request) {})
	})
}

// TestConfig also looks at what arrives over HTTP/1.1, TLS and HTTP/2, which would
// make the fuzzer slow.
func TestConfig(t *testing.T) {
	arrived := 0
	for _, s := range choices {
		s.try(t, func(t *testing.T, service string, r *http.Request) {
			ways := wiretest.NewWays(wiretest.RoundTripFunc(func(got *http.Request) (*http.Response, error) {
				if arrived++; !strings.EqualFold(got.Host, r.Host) || got.URL.RequestURI() != r.URL.RequestURI() || len(got.Header) > len(r.Header)+2 { // net/http adds a length, and that it takes gzip
					t.Errorf("%s: %+v arrives over %s as %s %s with %v", service, s, got.Proto, got.Host, got.URL, got.Header)
				}
				return response(200, ""), nil
			}))
			defer ways.Close()
			for range 3 {
				resp, err := ways.RoundTrip(r.WithContext(t.Context())) // its own has ended
				if err != nil {
					t.Errorf("%s: %+v: %v", service, s, err)
					continue
				}
				_ = resp.Body.Close()
			}
		})
	}
	if arrived < 3*30 {
		t.Errorf("only %d requests arrived", arrived)
	}
}

var choices = []settings{
	{region: "cn-hangzhou"},
	{region: "us-east-1", userAgent: "provisioner/1.0", fips: true, attempts: 1, timeout: time.Second},
	{region: "cn-hangzhou", network: "vpc"},
	{region: "cn-hangzhou", network: "internal"},
	{region: "cn-hangzhou", endpoint: "http://127.0.0.1:8080/"},
	{region: "cn-hangzhou", endpoint: "http://[::1]:8080"},
	{region: "cn-hangzhou", endpoint: "http://[fe80::1%25eth0]", allowHTTP: true},
	{region: "cn-hangzhou", endpoint: "http://emulator:8080", allowHTTP: true},
	{region: "cn-hangzhou", endpoint: "http://emulator:8080"},
	{region: "cn-hangzhou", endpoint: "http://bucket.localhost", pathStyle: true},
	{region: "cn-hangzhou", endpoint: "http://localhost:80"},
	{region: "cn-hangzhou", endpoint: "https://x.com:99999"},
	{region: "cn-hangzhou", endpoint: "https://.x.com"},
	{region: "cn-hangzhou", endpoint: "https://nas.cn-hangzhou.aliyuncs.com@evil.example"},
	{region: "cn-hangzhou", endpoint: "nas.example?x="},
	{region: "cn-hangzhou", endpoint: "nas.example/path#"},
	{region: "cn-hangzhou", endpoint: "HTTPS://NAS.example:443"},
	{region: "evil.example/"},
	{region: "cn-hangzhou", network: "vpc.evil.example", userAgent: "a\r\nHost: evil.example", attempts: -1, timeout: -1},
}

// try makes the clients of a configuration, and has each send one request, which
// arrive gets if net/http sends it.
func (s settings) try(t *testing.T, arrive func(t *testing.T, service string, r *http.Request)) {
	t.Helper()
	for _, c := range configurations {
		var sent []*http.Request
		rt := wiretest.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			sent = append(sent, r)
			return nil, errors.New("not sent")
		})
		_, err := c.make(s, &http.Client{Transport: rt})
		if len(sent) > 0 {
			t.Errorf("%s: New sends", c.service)
		}
		if err != nil {
			if !errors.Is(err, nas.ErrInvalidRequest) {
				t.Errorf("%s: %v", c.service, err)
			}
			continue
		}
		ctx, cancel := context.WithCancel(t.Context())
		rt = func(r *http.Request) (*http.Response, error) {
			sent = append(sent, r)
			cancel() // one attempt is enough
			return nil, errors.New("not sent")
		}
		call, err := c.make(s, &http.Client{Transport: rt})
		if err == nil {
			err = call(ctx)
		}
		cancel()
		if len(sent) != 1 {
			// An attempt may have less time than it takes to send it.
			if s.timeout <= 0 || s.timeout > time.Second {
				t.Fatalf("%s: %d requests: %v", c.service, len(sent), err)
			}
			continue
		}
		if c.check(t, s, sent[0]) {
			arrive(t, c.service, sent[0])
		}
	}
}

// check looks at the address of a request, and at what net/http makes of it. It
// reports whether that sends it.
func (c configured) check(t *testing.T, s settings, r *http.Request) (sent bool) {
	t.Helper()
	where := r.URL.Scheme + "://" + r.URL.Host
	want := c.host(s)
	if want == "" { // the region's own
		want = r.URL.Host
		if !strings.Contains(want, "."+s.region+".") || !strings.HasPrefix(want, "e") || strings.Trim(want, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
			t.Errorf("%s: %+v leads to %s", c.service, s, where)
		}
	}
	if r.URL.Host != want || r.Host != want || r.URL.User != nil || r.URL.Fragment != "" {
		t.Errorf("%s: %+v leads to %s, %q, not to %s", c.service, s, where, r.Host, want)
	}
	ip, err := netip.ParseAddr(r.URL.Hostname())
	here := err == nil && ip.IsLoopback() || r.URL.Hostname() == "localhost"
	if r.URL.Scheme != "https" && (r.URL.Scheme != "http" || !here && !s.allowHTTP) {
		t.Errorf("%s: %+v leads to %s", c.service, s, where)
	}
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		return false // net/http does not send it
	}
	got, err := http.ReadRequest(bufio.NewReader(&b))
	if err != nil {
		t.Errorf("%s: %+v: what is sent is no request: %v", c.service, s, err)
		return false
	}
	if !strings.EqualFold(got.Host, want) || got.URL.Path != r.URL.Path || len(got.Header) > len(r.Header)+1 { // net/http adds a length
		t.Errorf("%s: %+v arrives as %s %s with %v", c.service, s, got.Host, got.URL, got.Header)
	}
	return true
}
