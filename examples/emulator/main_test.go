package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// TestMain lets the test binary be the program.
func TestMain(m *testing.M) {
	if os.Getenv("BE_THE_EMULATOR") != "" {
		main()
	}
	os.Exit(m.Run())
}

var names = []string{"nas", "oss", "efs", "privatelink", "kms"}

// An emulator is the program at work.
type emulator struct {
	readiness
	line string // the first
	http *http.Client
	// stop ends the program and returns the lines after the first.
	stop func() []string
}

func start(t *testing.T, args ...string) *emulator {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	var stderr bytes.Buffer
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, args, write, &stderr)
		_ = write.Close()
	}()
	out := bufio.NewReader(read)
	line, err := out.ReadString('\n')
	if err != nil {
		t.Fatalf("not ready: %v, status %d\n%s", err, <-status, &stderr)
	}
	e := &emulator{line: line, http: &http.Client{Transport: &http.Transport{}}}
	if err := json.Unmarshal([]byte(line), &e.readiness); err != nil {
		t.Fatal(err)
	}
	rest := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(out)
		rest <- string(text)
	}()
	e.stop = sync.OnceValue(func() []string {
		cancel()
		if s := <-status; s != 0 || stderr.Len() > 0 {
			t.Errorf("status %d\n%s", s, &stderr)
		}
		e.http.CloseIdleConnections()
		return strings.Split(strings.TrimSuffix(<-rest, "\n"), "\n")
	})
	t.Cleanup(func() { e.stop() })
	return e
}

// TestHost takes what stands before a name for a bucket only if that name is one
// of the server.
func TestHost(t *testing.T) {
	for host, want := range map[string]string{
		"bucket.emulator.default.svc":         "bucket.emulator.default.svc",
		"bucket.localhost:80":                 "bucket.localhost:80",
		"bucket.oss-cn-hangzhou.aliyuncs.com": "bucket.oss-cn-hangzhou.aliyuncs.com",
		"emulator.default.svc:4701":           "localhost",
		"emulator.other.svc":                  "localhost",
		"host.docker.internal:4701":           "localhost",
		"127.0.0.1:4701":                      "localhost",
		"[::1]:4701":                          "localhost",
	} {
		got := ""
		h := (&options{host: "emulator.default.svc"}).buckets(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Host }))
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?accessPoint", nil)
		r.Host = host
		if h.ServeHTTP(httptest.NewRecorder(), r); got != want {
			t.Errorf("%s: %s", host, got)
		}
	}
	e := start(t, "-host", "emulator.default.svc", "-verify=false")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.Replace(e.OSS, "emulator.default.svc", "127.0.0.1", 1)+"/?accessPoint", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "emulator.default.svc"
	resp, err := e.http.Do(req)
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	_ = resp.Body.Close()
}

// TestOlderOSS tells users of the older signature of OSS what to set.
func TestOlderOSS(t *testing.T) {
	e := start(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.OSS+lists["oss"], nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "OSS test-key-id:c2lnbmF0dXJl")
	resp, err := e.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 403 || !strings.Contains(string(body), "signature version to 4") {
		t.Errorf("%d %s %v", resp.StatusCode, body, err)
	}
}

// TestRequestLine has the code and the ID that the client sees.
func TestRequestLine(t *testing.T) {
	e := start(t)
	var want []string
	for _, name := range names {
		_, header, _ := e.fetch(t, http.MethodGet, e.url(name), lists[name])
		id := cmp.Or(header.Get("X-Acs-Request-Id"), header.Get("X-Oss-Request-Id"), header.Get("X-Amzn-Requestid"))
		want = append(want, map[string]string{
			"oss": "AccessDenied", "efs": "MissingAuthenticationTokenException",
		}[name]+" "+id)
	}
	for i, line := range e.stop() {
		fields := strings.Fields(line)
		if want[i][0] == ' ' {
			want[i] = "MissingAuthorization" + want[i]
		}
		if got := fields[3] + " " + fields[4]; got != want[i] || fields[0] != names[i] {
			t.Errorf("got %s\nwant %s %s", line, names[i], want[i])
		}
	}
}

// TestKeyAndRegion takes another key, and another region of AWS, than the default.
func TestKeyAndRegion(t *testing.T) {
	e := start(t, "-key", "id:se:cret", "-aws-region", "eu-west-1", "-ready-after", "0s")
	if e.AccessKeyID != "id" || e.AccessKeySecret != "se:cret" || e.AWSRegion != "eu-west-1" {
		t.Fatal(e.line)
	}
	for name, c := range e.clients(t, "se:cret") {
		if err := errors.Join(c.create(t.Context()), c.live(t.Context())); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range e.clients(t, nastest.AccessKeySecret) {
		if err := c.create(t.Context()); !errors.Is(err, nas.ErrAccessDenied) {
			t.Errorf("%s with the usual secret: %v", name, err)
		}
	}
}

// TestGoneAfter sees what is deleted before it is gone.
func TestGoneAfter(t *testing.T) {
	e := start(t, "-ready-after", "0s", "-gone-after", "1h", "-latency", "1ms")
	for name, c := range e.clients(t, e.AccessKeySecret) {
		if name == "kms" {
			continue
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if err := cmp.Or(c.create(t.Context()), c.live(ctx)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
	}
	for _, line := range e.stop() {
		fields := strings.Fields(line)
		if took, err := time.ParseDuration(fields[5]); err != nil || took < time.Millisecond && fields[2] != "0" { // the wait ended
			t.Errorf("%q: %v", line, err)
		}
	}
}

// TestClockOffset has services whose clock is ahead.
func TestClockOffset(t *testing.T) {
	e := start(t, "-clock-offset", "1h", "-ready-after", "0s")
	for _, name := range names {
		_, header, _ := e.fetch(t, http.MethodGet, e.url(name), lists[name])
		if date, err := http.ParseTime(header.Get("Date")); err != nil || time.Until(date) < 59*time.Minute {
			t.Errorf("%s: %v %v", name, header, err)
		}
	}
	for name, c := range e.clients(t, e.AccessKeySecret) { // which sign again by that clock
		if err := c.create(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAcceptByHand leaves an endpoint waiting.
func TestAcceptByHand(t *testing.T) {
	e := start(t, "-ready-after", "0s", "-accept-by-hand")
	c := e.clients(t, e.AccessKeySecret)["privatelink"]
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := cmp.Or(c.create(t.Context()), c.live(ctx)); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "Disconnected") {
		t.Error(err)
	}
}

// TestLimiter counts how many of 30 calls at once a limiter takes.
func TestLimiter(t *testing.T) {
	for text, want := range map[string]int{
		"bucket": 20, "leaky": 1, "fixed:1h": 10, "sliding:1h": 10, "strict:1h": 10,
	} {
		o := &options{throttle: 10.0 / 3600}
		if err := o.limit(text); err != nil {
			t.Fatal(err)
		}
		l, took := o.limiter(o.throttle), 0
		for range 30 {
			if ok, _ := l.Take(time.Unix(1e9, 0)); ok {
				took++
			}
		}
		if took != want {
			t.Errorf("%s: %d of 30", text, took)
		}
	}
	e := start(t, "-verify=false", "-throttle", "0.005", "-limiter", "fixed:10m")
	taken := 0
	for range 10 {
		if status, _, _ := e.fetch(t, http.MethodGet, e.NAS, lists["nas"]); status == 200 {
			taken++
		}
	}
	if taken < 3 || taken > 6 { // 3 of each window
		t.Errorf("%d of 10", taken)
	}
}

func (e *emulator) url(service string) string {
	return map[string]string{"nas": e.NAS, "oss": e.OSS, "efs": e.EFS, "privatelink": e.PrivateLink, "kms": e.KMS}[service]
}

// A client is one of this module, with what it can do.
type client struct {
	// create makes something of what seed_data names.
	create func(context.Context) error
	// live waits until that is of use and deletes it.
	live func(context.Context) error
}

// clients returns a client of each service, all with one secret.
func (e *emulator) clients(t *testing.T, secret string) map[string]client {
	t.Helper()
	var defects []error
	fine := func(err error) { defects = append(defects, err) }
	const interval = 10 * time.Millisecond

	n, err := nas.New(nas.Config{
		Region: e.Region, Endpoint: e.NAS, HTTPClient: e.http,
		Credentials: nas.StaticCredentials{AccessKeyID: e.AccessKeyID, AccessKeySecret: secret},
	})
	fine(err)
	o, err := oss.New(oss.Config{
		Region: e.Region, Endpoint: e.OSS, HTTPClient: e.http, AllowHTTP: true,
		Credentials: oss.StaticCredentials{AccessKeyID: e.AccessKeyID, AccessKeySecret: secret},
	})
	fine(err)
	f, err := efs.New(efs.Config{
		Region: e.AWSRegion, Endpoint: e.EFS, HTTPClient: e.http,
		Credentials: efs.StaticCredentials{AccessKeyID: e.AccessKeyID, SecretAccessKey: secret},
	})
	fine(err)
	p, err := privatelink.New(privatelink.Config{
		Region: e.Region, Endpoint: e.PrivateLink, HTTPClient: e.http,
		Credentials: privatelink.StaticCredentials{AccessKeyID: e.AccessKeyID, AccessKeySecret: secret},
	})
	fine(err)
	k, err := kms.New(kms.Config{
		Region: e.Region, Endpoint: e.KMS, HTTPClient: e.http,
		Credentials: kms.StaticCredentials{AccessKeyID: e.AccessKeyID, AccessKeySecret: secret},
	})
	fine(err)
	if err := errors.Join(defects...); err != nil {
		t.Fatal(err)
	}

	seed := e.SeedData
	var nasPoint, efsPoint, endpoint string
	rule, policy, point := "rule", "policy", "point"
	return map[string]client{
		"nas": {func(ctx context.Context) error {
			out, err := n.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{
				FileSystemID: seed.NAS.FileSystem, VpcID: seed.NAS.Vpc, VSwitchID: seed.NAS.VSwitch, AccessGroup: seed.NAS.AccessGroup,
			})
			if err == nil {
				nasPoint = out.AccessPoint.AccessPointID
			}
			return err
		}, func(ctx context.Context) error {
			options := nas.WaitOptions{Interval: interval, MaxInterval: interval}
			if _, err := n.WaitAccessPointActive(ctx, seed.NAS.FileSystem, nasPoint, options); err != nil {
				return err
			}
			if _, err := n.DeleteAccessPoint(ctx, nas.DeleteAccessPointRequest{FileSystemID: seed.NAS.FileSystem, AccessPointID: nasPoint}); err != nil {
				return err
			}
			return n.WaitAccessPointDeleted(ctx, seed.NAS.FileSystem, nasPoint, options)
		}},
		"oss": ossClient(o, seed, interval),
		"efs": {func(ctx context.Context) error {
			out, err := f.CreateAccessPoint(ctx, efs.CreateAccessPointRequest{FileSystemID: seed.EFS.FileSystem})
			if err != nil {
				return err
			}
			efsPoint = out.AccessPointID
			if want := "arn:aws:elasticfilesystem:" + e.AWSRegion + ":" + efstest.AccountID + ":access-point/" + efsPoint; out.AccessPointARN != want {
				return fmt.Errorf("the ARN is %s, want %s", out.AccessPointARN, want)
			}
			return nil
		}, func(ctx context.Context) error {
			options := efs.WaitOptions{Interval: interval, MaxInterval: interval}
			if _, err := f.WaitAccessPointAvailable(ctx, efsPoint, options); err != nil {
				return err
			}
			if _, err := f.DeleteAccessPoint(ctx, efs.DeleteAccessPointRequest{AccessPointID: efsPoint}); err != nil {
				return err
			}
			return f.WaitAccessPointDeleted(ctx, efsPoint, options)
		}},
		"privatelink": {func(ctx context.Context) error {
			out, err := p.CreateVpcEndpoint(ctx, privatelink.CreateVpcEndpointRequest{
				ServiceID: seed.PrivateLink.Service, ServiceName: seed.PrivateLink.ServiceName, VpcID: seed.PrivateLink.Vpc,
				Zones:            []privatelink.Zone{{ZoneID: seed.PrivateLink.Zone, VSwitchID: seed.PrivateLink.VSwitch}},
				SecurityGroupIDs: []string{seed.PrivateLink.SecurityGroup},
			})
			if err == nil {
				endpoint = out.EndpointID
			}
			return err
		}, func(ctx context.Context) error {
			options := privatelink.WaitOptions{Interval: interval, MaxInterval: interval}
			if _, err := p.WaitVpcEndpointReady(ctx, endpoint, options); err != nil {
				return err
			}
			zone := privatelink.RemoveZoneFromVpcEndpointRequest{EndpointID: endpoint, ZoneID: seed.PrivateLink.Zone}
			if _, err := p.RemoveZoneFromVpcEndpoint(ctx, zone); err != nil {
				return err
			}
			if err := p.WaitVpcEndpointZoneRemoved(ctx, endpoint, zone.ZoneID, options); err != nil {
				return err
			}
			if _, err := p.DeleteVpcEndpoint(ctx, privatelink.DeleteVpcEndpointRequest{EndpointID: endpoint}); err != nil {
				return err
			}
			return p.WaitVpcEndpointDeleted(ctx, endpoint, options)
		}},
		"kms": {func(ctx context.Context) error {
			_, err := k.CreateNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: rule, Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.0/8"}})
			if err != nil {
				return err
			}
			_, err = k.CreatePolicy(ctx, kms.CreatePolicyRequest{
				Name: policy, KmsInstance: seed.KMS.Instance, Permissions: []kms.Permission{kms.PermissionSecretUser}, Resources: []string{"secret/*"},
				AccessControlRules: kms.AccessControlRules{NetworkRules: []string{rule}},
			})
			if err != nil {
				return err
			}
			_, err = k.CreateApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{Name: point, Policies: []string{policy}})
			return err
		}, func(ctx context.Context) error {
			_, err1 := k.DeleteApplicationAccessPoint(ctx, kms.DeleteApplicationAccessPointRequest{Name: point})
			_, err2 := k.DeletePolicy(ctx, kms.DeletePolicyRequest{Name: policy})
			_, err3 := k.DeleteNetworkRule(ctx, kms.DeleteNetworkRuleRequest{Name: rule})
			return errors.Join(err1, err2, err3)
		}},
	}
}

func ossClient(o *oss.Client, seed seedData, interval time.Duration) client {
	const name = "ap-01"
	return client{func(ctx context.Context) error {
		_, err := o.CreateAccessPoint(ctx, oss.CreateAccessPointRequest{
			Bucket: seed.OSS.Bucket, AccessPointName: name,
			NetworkOrigin: oss.NetworkOriginVPC, VpcConfiguration: &oss.VpcConfiguration{VpcID: seed.OSS.Vpc},
		})
		return err
	}, func(ctx context.Context) error {
		options := oss.WaitOptions{Interval: interval, MaxInterval: interval}
		if _, err := o.WaitAccessPointEnabled(ctx, seed.OSS.Bucket, name, options); err != nil {
			return err
		}
		if _, err := o.DeleteAccessPoint(ctx, oss.DeleteAccessPointRequest{Bucket: seed.OSS.Bucket, AccessPointName: name}); err != nil {
			return err
		}
		return o.WaitAccessPointDeleted(ctx, seed.OSS.Bucket, name, options)
	}}
}

// TestReady compares the first line with the documented one, key by key.
func TestReady(t *testing.T) {
	e := start(t)
	var tree map[string]any
	if err := json.Unmarshal([]byte(e.line), &tree); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		if group, ok := v.(map[string]any); ok {
			for name, v := range group {
				walk(path+"."+name, v)
			}
			return
		}
		texts[strings.TrimPrefix(path, ".")] = fmt.Sprint(v)
	}
	walk("", tree)
	want := []string{
		"access_key_id", "access_key_secret", "aws_region", "control", "efs", "kms", "nas", "oss", "privatelink", "region",
		"seed_data.efs.file_system", "seed_data.kms.instance",
		"seed_data.nas.access_group", "seed_data.nas.file_system", "seed_data.nas.vpc", "seed_data.nas.vswitch",
		"seed_data.oss.bucket", "seed_data.oss.vpc",
		"seed_data.privatelink.security_group", "seed_data.privatelink.service", "seed_data.privatelink.service_name",
		"seed_data.privatelink.vpc", "seed_data.privatelink.vswitch", "seed_data.privatelink.zone",
	}
	if d := gocmp.Diff(want, slices.Sorted(maps.Keys(texts))); d != "" {
		t.Errorf("keys (-want +got):\n%s", d)
	}
	seen := map[string]string{}
	for _, name := range names {
		if other, ok := seen[texts[name]]; ok || !strings.HasPrefix(texts[name], "http://127.0.0.1:") {
			t.Errorf("%s: %s %s", name, texts[name], other)
		}
		seen[texts[name]] = name
	}
	for name, text := range texts {
		if text == "" {
			t.Errorf("%s is empty", name)
		}
	}
	// One key does for all, and one region for those of Alibaba Cloud.
	for name, v := range map[string][3]string{
		"oss":         {osstest.AccessKeyID, osstest.AccessKeySecret, osstest.Region},
		"efs":         {efstest.AccessKeyID, efstest.SecretAccessKey, efstest.Region},
		"privatelink": {privatelinktest.AccessKeyID, privatelinktest.AccessKeySecret, privatelinktest.Region},
		"kms":         {kmstest.AccessKeyID, kmstest.AccessKeySecret, kmstest.Region},
	} {
		want := [3]string{e.AccessKeyID, e.AccessKeySecret, e.Region}
		if name == "efs" {
			want[2] = e.AWSRegion
		}
		if v != want {
			t.Errorf("%s takes %q", name, v)
		}
	}
}

// TestLife creates with each client, waits and deletes.
func TestLife(t *testing.T) {
	e := start(t, "-ready-after", "30ms")
	for name, c := range e.clients(t, e.AccessKeySecret) {
		if err := errors.Join(c.create(t.Context()), c.live(t.Context())); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	operations := map[string][]string{}
	for _, line := range e.stop() {
		fields := strings.Fields(line)
		if len(fields) != 6 {
			t.Fatalf("not six fields: %q", line)
		}
		if took, err := time.ParseDuration(fields[5]); took <= 0 || err != nil || (fields[3] == "-") != (fields[2][0] == '2') || len(fields[4]) < 24 {
			t.Errorf("%q: %v", line, err)
		}
		if !slices.Contains(operations[fields[0]], fields[1]+" "+fields[2]) {
			operations[fields[0]] = append(operations[fields[0]], fields[1]+" "+fields[2])
		}
	}
	if d := gocmp.Diff(map[string][]string{
		"nas": {"CreateAccessPoint 200", "DescribeAccessPoint 200", "DeleteAccessPoint 200", "DescribeAccessPoint 404"},
		"oss": {"CreateAccessPoint 200", "GetAccessPoint 200", "DeleteAccessPoint 204", "GetAccessPoint 404"},
		"efs": {"CreateAccessPoint 200", "DescribeAccessPoints 200", "DeleteAccessPoint 204", "DescribeAccessPoints 404"},
		"privatelink": {"CreateVpcEndpoint 200", "GetVpcEndpointAttribute 200", "RemoveZoneFromVpcEndpoint 200", "ListVpcEndpointZones 200",
			"DeleteVpcEndpoint 200", "GetVpcEndpointAttribute 400"},
		"kms": {"CreateNetworkRule 200", "CreatePolicy 200", "CreateApplicationAccessPoint 200",
			"DeleteApplicationAccessPoint 200", "DeletePolicy 200", "DeleteNetworkRule 200"},
	}, operations); d != "" {
		t.Errorf("requests (-want +got):\n%s", d)
	}
}

// TestReadyAfter sees what is created before it is of use.
func TestReadyAfter(t *testing.T) {
	e := start(t, "-ready-after", "1h")
	for name, c := range e.clients(t, e.AccessKeySecret) {
		if name == "kms" {
			continue
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		if err := cmp.Or(c.create(t.Context()), c.live(ctx)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
	}
}

// TestBucketBeforeHost has the bucket where OSS clients put it by default.
func TestBucketBeforeHost(t *testing.T) {
	e := start(t, "-ready-after", "0s", "-listen", "localhost:0", "-host", "emulator")
	for _, url := range []*string{&e.NAS, &e.EFS, &e.PrivateLink, &e.KMS} {
		*url = strings.Replace(*url, "emulator", "localhost", 1)
	}
	address := strings.Replace(strings.TrimPrefix(e.OSS, "http://"), "emulator", "localhost", 1)
	e.http.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, named string) (net.Conn, error) {
		if named != e.SeedData.OSS.Bucket+"."+strings.TrimPrefix(e.OSS, "http://") {
			t.Errorf("dialed %s", named)
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	c := e.clients(t, e.AccessKeySecret)["oss"]
	if err := errors.Join(c.create(t.Context()), c.live(t.Context())); err != nil {
		t.Error(err)
	}
}

func TestVerify(t *testing.T) {
	e := start(t)
	for name, c := range e.clients(t, "other") {
		if err := c.create(t.Context()); !errors.Is(err, nas.ErrAccessDenied) {
			t.Errorf("%s with a wrong key: %v", name, err)
		}
	}
	e = start(t, "-verify=false", "-ready-after", "0s")
	for name, c := range e.clients(t, "other") {
		if err := errors.Join(c.create(t.Context()), c.live(t.Context())); err != nil {
			t.Errorf("%s with any key: %v", name, err)
		}
	}
}

func TestSeedData(t *testing.T) {
	e := start(t, "-seed-data=false")
	for name, c := range e.clients(t, e.AccessKeySecret) {
		if err := c.create(t.Context()); !errors.Is(err, nas.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// fetch returns the status, header and body of an answer.
func (e *emulator) fetch(t *testing.T, method, url, path string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url+strings.Trim(path, "*"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if path == "*" {
		req.URL.Path = path // the server as a whole
	}
	resp, err := e.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(body)
}

// TestUnknownOperation gets each service's own error.
func TestUnknownOperation(t *testing.T) {
	e := start(t)
	for _, c := range []struct{ service, method, path, want string }{
		{"nas", "POST", "/?Action=CreateNothing&Version=2017-06-26", "InvalidApi.NotFound"},
		{"nas", "GET", "/index.html", "InvalidApi.NotFound"},
		{"nas", "OPTIONS", "*", "UnsupportedHTTPMethod"},
		{"oss", "GET", "/", "<Code>NotImplemented</Code>"},
		{"oss", "GET", "/examplebucket/object", "<Code>NotImplemented</Code>"},
		{"oss", "POST", "/examplebucket/?accessPoint", "<Code>MethodNotAllowed</Code>"},
		{"efs", "GET", "/2015-02-01/nothing", "UnknownOperationException"},
		{"efs", "PATCH", "/", "UnknownOperationException"},
		{"privatelink", "POST", "/?Action=CreateVpcEndpoint&Version=2017-06-26", "InvalidApi.NotFound"},
		{"kms", "POST", "/?Action=Encrypt&Version=2016-01-20", "InvalidApi.NotFound"},
	} {
		status, header, body := e.fetch(t, c.method, e.url(c.service), c.path)
		if status < 400 || !strings.Contains(body+header.Get("X-Amzn-Errortype"), c.want) || header.Get("Content-Type") == "text/plain; charset=utf-8" {
			t.Errorf("%s %s %s: %d %v %s", c.service, c.method, c.path, status, header, body)
		}
	}
	lines := strings.Join(e.stop(), "\n")
	for _, part := range []string{"CreateNothing  ", `"GET /"  `, `efs          "GET /2015-02-01/nothing"       404  `, `nas          ""  `} {
		if !strings.Contains(lines, part) {
			t.Errorf("%q is not in\n%s", part, lines)
		}
	}
}

var lists = map[string]string{
	"nas":         "/?Action=DescribeAccessPoints&Version=2017-06-26",
	"oss":         "/?accessPoint",
	"efs":         "/2015-02-01/access-points",
	"privatelink": "/?Action=ListVpcEndpoints&Version=2020-04-15&RegionId=cn-hangzhou",
	"kms":         "/?Action=ListApplicationAccessPoints&Version=2016-01-20",
}

// TestThrottle sends more than a burst, and so much more that no machine is too
// slow for it.
func TestThrottle(t *testing.T) {
	for rate, want := range map[string]bool{"1": true, "0": false} {
		e := start(t, "-verify=false", "-throttle", rate)
		for _, name := range names {
			throttled := 0
			for range 60 {
				status, _, body := e.fetch(t, http.MethodGet, e.url(name), lists[name])
				if status != 200 {
					throttled++
					if !strings.Contains(body, "Throttling") && !strings.Contains(body, "QpsLimit") && !strings.Contains(body, "Rate exceeded") {
						t.Errorf("%s: %d %s", name, status, body)
					}
				}
			}
			if (throttled > 0) != want {
				t.Errorf("%s, throttle %s: %d of 60", name, rate, throttled)
			}
		}
	}
}

// TestStop leaves connections open, with all, half and none of a request, and
// looks for goroutines that stay.
func TestStop(t *testing.T) {
	e := start(t, "-verify=false")
	for _, name := range names {
		e.fetch(t, http.MethodGet, e.url(name), lists[name])
		for _, text := range []string{"", "GET / HT", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhalf"} {
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(e.url(name), "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	e.stop()
	for _, name := range names {
		if conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(e.url(name), "http://")); err == nil {
			conn.Close()
			t.Errorf("%s still listens", name)
		}
	}
	var stacks string
	for range 1000 { // a goroutine may be on its last steps
		stacks = goroutines()
		if stacks == "" {
			return
		}
		<-time.After(time.Millisecond)
	}
	t.Errorf("left over:\n%s", stacks)
}

// goroutines returns the stacks of those that serve.
func goroutines() string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var left []string
	for stack := range strings.SplitSeq(string(stacks), "\n\n") {
		if strings.Contains(stack, "net/http.(*Server)") || strings.Contains(stack, "net/http.(*conn)") || strings.Contains(stack, "emulator.(*journal)") || strings.Contains(stack, "emulator.run") {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}

// TestSignals runs the program as one, without arguments, and ends it.
func TestSignals(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), "BE_THE_EMULATOR=1")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, `{"nas":"http://127.0.0.1:`) {
			t.Errorf("%q, %v", line, err)
		}
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil || stderr.Len() > 0 {
			t.Errorf("%v: %v\n%s", signal, err, &stderr)
		}
	}
}

// TestReaderGoes serves on when the reader of the first line has gone.
func TestReaderGoes(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "BE_THE_EMULATOR=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var e emulator
	if err := json.NewDecoder(out).Decode(&e.readiness); err != nil {
		t.Fatal(err)
	}
	_ = out.Close()
	e.http = http.DefaultClient
	for range 5 {
		if status, _, body := e.fetch(t, http.MethodGet, e.NAS, lists["nas"]); status != 400 {
			t.Errorf("%d %s", status, body)
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// A clogged is the pipe to a program that does not read.
type clogged struct{ opened chan struct{} }

func (c clogged) Write(p []byte) (int, error) {
	<-c.opened
	return len(p), nil
}

// nowhere are the columns of what is no terminal.
func nowhere() int { return 0 }

// TestUnreadLines goes on when nobody reads.
func TestUnreadLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pipe := clogged{make(chan struct{})}
		j := newJournal(pipe, nowhere)
		go j.print()
		for range 10000 {
			j.of("nas")(nastest.Request{Operation: "CreateAccessPoint", Status: 200, Took: time.Millisecond})
		}
		var stderr bytes.Buffer
		j.end(&stderr)
		if !strings.Contains(stderr.String(), "lines got lost") {
			t.Errorf("says %q", &stderr)
		}
		close(pipe.opened)
	})
}

// TestLastLines ends when lines are still to be printed.
func TestLastLines(t *testing.T) {
	var out, errs bytes.Buffer
	j := newJournal(&out, nowhere)
	for range 100 {
		j.of("nas")(nastest.Request{Operation: "CreateAccessPoint", Status: 200, Took: time.Millisecond})
	}
	go j.print()
	j.end(&errs)
	if n := strings.Count(out.String(), "nas          CreateAccessPoint               200  -                            -                                     1ms\n"); n != 100 || errs.Len() > 0 {
		t.Errorf("%d lines\n%s%s", n, &out, &errs)
	}
}

func TestLines(t *testing.T) {
	for operation, want := range map[string]string{
		"CreateAccessPoint":      "CreateAccessPoint",
		"":                       `""`,
		"GET /":                  `"GET /"`,
		"a\x1b[2J\nb":            `"a\x1b[2J\nb"`,
		`a"b`:                    `"a\"b"`,
		"é\xff":                  `"é\xff"`,
		strings.Repeat("a", 1e6): strings.Repeat("a", 100),
	} {
		if got := word(operation); got != want {
			t.Errorf("%.100q: %s", operation, got)
		}
	}
}

// TestGreeting fits a terminal of 80 columns, as do the lines of most requests.
func TestGreeting(t *testing.T) {
	for args, want := range map[string]string{"": "secret test-key-secret", "-verify=false": "any key", "-seed-data=false": "Ready."} {
		o, err := parse(strings.Fields(args), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		urls := map[string]string{"control": "http://127.0.0.1:65535"}
		for _, name := range names {
			urls[name] = "http://127.0.0.1:65535"
		}
		text := string(o.greeting(o.ready(urls)))
		if !strings.Contains(text, want) || strings.Contains(text, osstest.Bucket) != o.seedData {
			t.Errorf("%s:\n%s", args, text)
		}
		for line := range strings.Lines(text) {
			if len(line) > 80 {
				t.Errorf("%d columns: %s", len(line), line)
			}
		}
	}
	q := nastest.Request{Operation: "RemoveZoneFromVpcEndpoint", Status: 404, Code: "InvalidAccessKeyId.NotFound", RequestID: strings.Repeat("0", 36), Took: 1234567}
	if got, want := line("privatelink", q, 79), "privatelink RemoveZoneFromVpcEndpoint   404  1.235ms  InvalidAccessKeyId.NotFound\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
	if got := line("privatelink", q, 200); !strings.Contains(got, q.RequestID) {
		t.Error(got)
	}
}

// TestPorts takes consecutive ports, or none.
func TestPorts(t *testing.T) {
	free := func() int {
		listeners, err := listen(t.Context(), "127.0.0.1", 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer closeAll(listeners)
		return listeners[0].Addr().(*net.TCPAddr).Port
	}
	var listeners []net.Listener
	var first int
	err := errors.New("not tried")
	for i := 0; i < 100 && err != nil; i++ { // until there are five in a row
		first = free()
		listeners, err = listen(t.Context(), "127.0.0.1", first, 5)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range listeners {
		if got := l.Addr().String(); got != "127.0.0.1:"+strconv.Itoa(first+i) {
			t.Errorf("%d: %s", i, got)
		}
	}
	closeAll(slices.Delete(listeners, 3, 4))
	defer closeAll(listeners[3:4])
	o, err := parse([]string{"-listen", "127.0.0.1:" + strconv.Itoa(first)}, io.Discard)
	if err != nil || o.control != "127.0.0.1:"+strconv.Itoa(first+5) {
		t.Errorf("the control side is on %s: %v", o.control, err)
	}
	var out, errs bytes.Buffer
	if status := run(t.Context(), []string{"-listen", "127.0.0.1:" + strconv.Itoa(first)}, &out, &errs); status != 1 || out.Len() > 0 || !strings.Contains(errs.String(), strconv.Itoa(first+3)) {
		t.Errorf("a port is taken: status %d\n%s%s", status, &out, &errs)
	}
	listeners, err = listen(t.Context(), "127.0.0.1", first, 3)
	if err != nil {
		t.Errorf("the ports before it are kept: %v", err)
	}
	closeAll(listeners)
}

func TestURL(t *testing.T) {
	listeners, err := listen(t.Context(), "127.0.0.1", 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(listeners)
	_, port, _ := net.SplitHostPort(listeners[0].Addr().String())
	for host, want := range map[string]string{
		"127.0.0.1": "127.0.0.1", "": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "127.0.0.1", "::1": "[::1]", "localhost": "localhost",
	} {
		o := options{awsRegion: defaultAWSRegion}
		if err := o.set(net.JoinHostPort(host, "0"), defaultKey, "bucket", nil); err != nil {
			t.Fatal(err)
		}
		if got := o.url(listeners[0]); got != "http://"+want+":"+port {
			t.Errorf("%q: %s", host, got)
		}
	}
}

// A broken is an output that nobody reads any more.
type broken struct{ line []byte }

func (b *broken) Write(p []byte) (int, error) {
	b.line = bytes.Clone(p)
	return 0, fmt.Errorf("write: %w", syscall.EPIPE)
}

// TestNobodyReads does not serve if nobody learns where.
func TestNobodyReads(t *testing.T) {
	var out broken
	var errs bytes.Buffer
	if status := run(t.Context(), nil, &out, &errs); status != 1 || !strings.Contains(errs.String(), syscall.EPIPE.Error()) {
		t.Errorf("status %d\n%s", status, &errs)
	}
	var r readiness
	if err := json.Unmarshal(out.line, &r); err != nil {
		t.Fatal(err)
	}
	if conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(r.NAS, "http://")); err == nil {
		conn.Close()
		t.Error("still listens")
	}
}

func TestFlags(t *testing.T) {
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"help":          {[]string{"-h"}, 0, "nas, oss, efs, privatelink, kms"},
		"unknown flag":  {[]string{"-dead"}, 2, "-h lists"},
		"argument":      {[]string{"now"}, 2, "no arguments"},
		"no port":       {[]string{"-listen", "localhost"}, 2, "-listen: "},
		"a service":     {[]string{"-listen", "localhost:http"}, 2, `"http"`},
		"too high":      {[]string{"-listen", "localhost:65531"}, 2, "65530"},
		"no host":       {[]string{"-host", "a:80"}, 2, "-host"},
		"no secret":     {[]string{"-key", "id"}, 2, "-key"},
		"empty secret":  {[]string{"-key", "id:"}, 2, "-key"},
		"no region":     {[]string{"-aws-region", ""}, 2, "-aws-region"},
		"no limiter":    {[]string{"-limiter", "fast"}, 2, "-limiter"},
		"no window":     {[]string{"-limiter", "fixed:"}, 2, "-limiter"},
		"no such one":   {[]string{"-limiter", "bucket:60s"}, 2, "-limiter"},
		"after the end": {[]string{"-gone-after", "-1s"}, 2, "negative"},
		"open control":  {[]string{"-control", "0.0.0.0:0"}, 2, "-control"},
		"no address":    {[]string{"-control", "4705"}, 2, "-control"},
		"negative":      {[]string{"-listen", "localhost:-1"}, 2, "65530"},
		"no number":     {[]string{"-ready-after", "2"}, 2, "-h lists"},
		"before ready":  {[]string{"-ready-after", "-1s"}, 2, "negative"},
		"below nothing": {[]string{"-throttle", "-1"}, 2, "negative"},
		"not a number":  {[]string{"-throttle", "NaN"}, 2, "negative"},
		"not a host":    {[]string{"-listen", "192.0.2.1:0"}, 1, "192.0.2.1"},
	} {
		var out, errs bytes.Buffer
		if status := run(t.Context(), c.args, &out, &errs); status != c.status || out.Len() > 0 || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%s: status %d\n%s", name, status, &errs)
		}
	}
}

// TestOlderSignature sends what older clients of the RPC services send.
func TestOlderSignature(t *testing.T) {
	e := start(t)
	for name, list := range lists {
		_, query, isRPC := strings.Cut(list, "?Action=")
		if !isRPC {
			continue
		}
		v, err := url.ParseQuery("Action=" + query)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{
			"AccessKeyId": e.AccessKeyID, "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": "n", "Format": "JSON",
			"Timestamp": time.Now().UTC().Format("2006-01-02T15:04:05Z"),
		} {
			v.Set(name, value)
		}
		mac := hmac.New(sha1.New, []byte(e.AccessKeySecret+"&"))
		mac.Write([]byte("GET&%2F&" + url.QueryEscape(v.Encode()))) // which has nothing that this escapes in another way
		right := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		for _, c := range []struct{ signature, want string }{
			{"AAAA", "SignatureDoesNotMatch"}, {right, "TotalCount"}, {right, "SignatureNonceUsed"},
		} {
			v.Set("Signature", c.signature)
			if status, _, body := e.fetch(t, http.MethodGet, e.url(name), "/?"+v.Encode()); !strings.Contains(body, c.want) {
				t.Errorf("%s, want %s: %d %s", name, c.want, status, body)
			}
		}
	}
}
