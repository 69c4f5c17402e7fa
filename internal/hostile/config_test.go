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
	f.Add("cn-hangzhou", "", "", "", uint8(0), 0, int64(0))
	f.Add("us-east-1", "", "", "provisioner/1.0", uint8(4), 1, int64(time.Second))
	f.Add("cn-hangzhou", "", "vpc", "", uint8(0), 0, int64(0))
	f.Add("cn-hangzhou", "", "internal", "", uint8(0), 0, int64(0))
	f.Add("cn-hangzhou", "http://127.0.0.1:8080/", "", "", uint8(0), 0, int64(0))
	f.Add("cn-hangzhou", "http://[::1]:8080", "", "", uint8(0), 0, int64(0))
	f.Add("cn-hangzhou", "http://[fe80::1%25eth0]", "", "", uint8(1), 0, int64(0))
	f.Add("cn-hangzhou", "http://emulator:8080", "", "", uint8(1), 0, int64(0))
	f.Add("cn-hangzhou", "http://emulator:8080", "", "", uint8(0), 0, int64(0))
	f.Add("cn-hangzhou", "http://bucket.localhost", "", "", uint8(2), 0, int64(0))
	f.Add("cn-hangzhou", "http://localhost:80", "", "", uint8(0), 0, int64(0))
	f.Add("cn-hangzhou", "https://x.com:99999", "", "", uint8(0), 0, int64(0))
	f.Add("cn-hangzhou", "https://.x.com", "", "", uint8(0), 0, int64(0))
	f.Add("cn-hangzhou", "https://nas.cn-hangzhou.aliyuncs.com@evil.example", "", "", uint8(0), 0, int64(0))
	f.Add("cn-hangzhou", "nas.example?x=", "", "", uint8(0), 0, int64(0))
	f.Add("cn-hangzhou", "nas.example/path#", "", "", uint8(0), 0, int64(0))
	f.Add("cn-hangzhou", "HTTPS://NAS.example:443", "", "", uint8(0), 0, int64(0))
	f.Add("evil.example/", "", "", "", uint8(0), 0, int64(0))
	f.Add("cn-hangzhou", "", "vpc.evil.example", "a\r\nHost: evil.example", uint8(0), -1, int64(-1))
	f.Fuzz(func(t *testing.T, region, endpoint, network, userAgent string, flags uint8, attempts int, timeout int64) {
		s := settings{
			region, endpoint, network, userAgent,
			flags&1 != 0, flags&2 != 0, flags&4 != 0, flags&8 != 0, attempts, time.Duration(timeout),
		}
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
			c.check(t, s, sent[0])
		}
	})
}

// check looks at the address of a request, and at what net/http makes of it.
func (c configured) check(t *testing.T, s settings, r *http.Request) {
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
		return // net/http does not send it
	}
	got, err := http.ReadRequest(bufio.NewReader(&b))
	if err != nil {
		t.Errorf("%s: %+v: what is sent is no request: %v", c.service, s, err)
		return
	}
	if !strings.EqualFold(got.Host, want) || got.URL.Path != r.URL.Path || len(got.Header) > len(r.Header)+1 { // net/http adds a length
		t.Errorf("%s: %+v arrives as %s %s with %v", c.service, s, got.Host, got.URL, got.Header)
	}
}
