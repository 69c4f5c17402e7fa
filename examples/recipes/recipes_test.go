package recipes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/aliyun/credentials-go/credentials"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	awscredentials "github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// fromAWS takes over what an aws.Config says: region, credentials, endpoint, and
// whether to use FIPS and dual-stack endpoints. Those two, and endpoints from the
// environment, are in the sources that config.LoadDefaultConfig has read.
func fromAWS(ctx context.Context, a aws.Config) (efs.Config, error) {
	c := efs.Config{Region: a.Region, Endpoint: aws.ToString(a.BaseEndpoint)}
	if a.Credentials != nil {
		var err error
		if c.Credentials, err = efs.CredentialsFromAWS(a.Credentials); err != nil {
			return c, err
		}
	}
	var fips, dualStack bool // whether a source, the first that does, has said so or not
	for _, source := range a.ConfigSources {
		if s, ok := source.(interface {
			GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error)
		}); ok && !fips {
			state, found, err := s.GetUseFIPSEndpoint(ctx)
			if err != nil {
				return c, err
			}
			fips, c.FIPS = found, state == aws.FIPSEndpointStateEnabled
		}
		if s, ok := source.(interface {
			GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error)
		}); ok && !dualStack {
			state, found, err := s.GetUseDualStackEndpoint(ctx)
			if err != nil {
				return c, err
			}
			dualStack, c.DualStack = found, state == aws.DualStackEndpointStateEnabled
		}
	}
	return c, nil
}

// A program that has an aws.Config makes the client of efs from it.
func Example_awsConfig() {
	ctx := context.Background()
	a, err := config.LoadDefaultConfig(ctx,
		config.WithRegion("us-east-1"), config.WithUseFIPSEndpoint(aws.FIPSEndpointStateEnabled),
		config.WithUseDualStackEndpoint(aws.DualStackEndpointStateDisabled),
		config.WithCredentialsProvider(awscredentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")))
	if err != nil {
		log.Fatal(err)
	}
	cfg, err := fromAWS(ctx, a)
	if err != nil {
		log.Fatal(err)
	}
	_, err = efs.New(cfg)
	fmt.Println(cfg.Region, cfg.FIPS, cfg.DualStack, err)

	// The fake in place of the service, to see that the key is used.
	srv := efstest.NewServer()
	fake := srv.Config()
	a.Region, a.BaseEndpoint = fake.Region, aws.String(fake.Endpoint)
	a.Credentials = awscredentials.NewStaticCredentialsProvider(efstest.AccessKeyID, efstest.SecretAccessKey, "")
	a.ConfigSources = nil
	if cfg, err = fromAWS(ctx, a); err != nil {
		log.Fatal(err)
	}
	cfg.HTTPClient = fake.HTTPClient
	client, err := efs.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.DescribeFileSystems(ctx, efs.DescribeFileSystemsRequest{})
	fmt.Println(err)
	// Output:
	// us-east-1 true false <nil>
	// <nil>
}

// A program that has credentials of credentials-go passes them on. The client asks
// for them once, and again before they expire.
func Example_alibabaCredentials() {
	theirs, err := credentials.NewCredential(new(credentials.Config).SetType("access_key").
		SetAccessKeyId(nastest.AccessKeyID).SetAccessKeySecret(nastest.AccessKeySecret))
	if err != nil {
		log.Fatal(err)
	}
	cfg := nastest.NewServer().Config() // in a program: nas.Config{Region: "cn-hangzhou"}
	if cfg.Credentials, err = nas.CredentialsFromAlibaba(theirs); err != nil {
		log.Fatal(err)
	}
	client, err := nas.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.DescribeFileSystems(context.Background(), nas.DescribeFileSystemsRequest{})
	fmt.Println(err)
	// Output: <nil>
}

// spanName names a span after the operation. Requests of NAS, PrivateLink and KMS are
// all POST /, and say in a header what they are; those of OSS and EFS have paths.
func spanName(_ string, r *http.Request) string {
	return cmp.Or(r.Header.Get("X-Acs-Action"), r.Method+" "+r.URL.Path)
}

// Otelhttp makes a span for each attempt, with the call's context, and sends its
// traceparent. The signature covers a fixed list of headers, without that one. A
// password of a new client key of KMS is in the URL: the example Tracing of package
// kms hides it from a tracer.
func Example_openTelemetry() {
	spans := tracetest.NewSpanRecorder()
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	traced := func(base http.RoundTripper) *http.Client {
		return &http.Client{Transport: otelhttp.NewTransport(base, otelhttp.WithTracerProvider(tracer), otelhttp.WithSpanNameFormatter(spanName))}
	}
	nasConfig := nastest.NewServer().Config()
	nasConfig.HTTPClient = traced(nasConfig.HTTPClient.Transport) // in a program: traced(nas.DefaultTransport())
	nasClient, err := nas.New(nasConfig)
	if err != nil {
		log.Fatal(err)
	}
	efsConfig := efstest.NewServer().Config()
	efsConfig.HTTPClient = traced(efsConfig.HTTPClient.Transport)
	efsClient, err := efs.New(efsConfig)
	if err != nil {
		log.Fatal(err)
	}
	ctx, call := tracer.Tracer("example").Start(context.Background(), "reconcile")
	_, nasErr := nasClient.DescribeFileSystems(ctx, nas.DescribeFileSystemsRequest{})
	_, efsErr := efsClient.DescribeFileSystems(ctx, efs.DescribeFileSystemsRequest{})
	call.End()
	fmt.Println(errors.Join(nasErr, efsErr))
	for _, s := range spans.Ended() {
		fmt.Println(s.Name(), s.SpanContext().TraceID() == call.SpanContext().TraceID())
	}
	// Output:
	// <nil>
	// DescribeFileSystems true
	// GET /2015-02-01/file-systems true
	// reconcile true
}

// metrics counts attempts of all services, and how long they take.
type metrics struct {
	attempts *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "accesspoint_attempts_total", Help: "Requests sent, retries included.",
		}, []string{"service", "operation", "status", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "accesspoint_attempt_seconds", Help: "Time of a request, without waiting for a rate limit.", Buckets: prometheus.ExponentialBuckets(0.01, 2, 12),
		}, []string{"service", "operation"}),
	}
	r.MustRegister(m.attempts, m.seconds)
	return m
}

// observe is OnAttempt, for any service: attempts convert. Codes are a small set;
// request IDs and resources would not be.
func (m *metrics) observe(service string, a nas.Attempt) {
	m.attempts.WithLabelValues(service, a.Operation, strconv.Itoa(a.StatusCode), a.Code).Inc()
	m.seconds.WithLabelValues(service, a.Operation).Observe(a.Took.Seconds())
}

// Prometheus is fed from OnAttempt.
func Example_prometheus() {
	registry := prometheus.NewRegistry()
	m := newMetrics(registry)
	nasConfig := nastest.NewServer().Config()
	nasConfig.OnAttempt = func(_ context.Context, a nas.Attempt) { m.observe("nas", a) }
	nasClient, err := nas.New(nasConfig)
	if err != nil {
		log.Fatal(err)
	}
	ossConfig := osstest.NewServer().Config()
	ossConfig.OnAttempt = func(_ context.Context, a oss.Attempt) { m.observe("oss", nas.Attempt(a)) }
	ossClient, err := oss.New(ossConfig)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	for range 2 {
		_, _ = nasClient.DescribeFileSystems(ctx, nas.DescribeFileSystemsRequest{})
	}
	_, _ = ossClient.GetAccessPoint(ctx, oss.GetAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"})

	want := `
# HELP accesspoint_attempts_total Requests sent, retries included.
# TYPE accesspoint_attempts_total counter
accesspoint_attempts_total{code="",operation="DescribeFileSystems",service="nas",status="200"} 2
accesspoint_attempts_total{code="NoSuchAccessPoint",operation="GetAccessPoint",service="oss",status="404"} 1
`
	fmt.Println(testutil.GatherAndCompare(registry, strings.NewReader(want), "accesspoint_attempts_total"))
	// Output: <nil>
}

// Nothing of the machine that runs the examples is to change them.
func init() {
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "ALIBABA_CLOUD_") {
			_ = os.Unsetenv(name)
		}
	}
	_ = os.Setenv("AWS_CONFIG_FILE", os.DevNull)
	_ = os.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
}
