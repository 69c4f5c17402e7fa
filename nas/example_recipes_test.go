package nas_test

import (
	"context"
	"fmt"
	"iter"
	"log"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
	"github.com/accesspoint-go/accesspoint/privatelink"
)

// One http.Client, here with a transport of its own, serves the clients of all five
// services. Without one, they share [nas.DefaultTransport].
func Example_sharedHTTPClient() {
	shared := &http.Client{Transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     5 * time.Second, // gateways of Alibaba Cloud drop connections soon
	}}
	key := nas.StaticCredentials{AccessKeyID: "id", AccessKeySecret: "secret"} // one for four services: the interfaces are the same
	_, nasErr := nas.New(nas.Config{Region: "cn-hangzhou", HTTPClient: shared, Credentials: key})
	_, ossErr := oss.New(oss.Config{Region: "cn-hangzhou", HTTPClient: shared, Credentials: key})
	_, plErr := privatelink.New(privatelink.Config{Region: "cn-hangzhou", HTTPClient: shared, Credentials: key})
	_, kmsErr := kms.New(kms.Config{Region: "cn-hangzhou", HTTPClient: shared, Credentials: key})
	_, efsErr := efs.New(efs.Config{Region: "us-east-1", HTTPClient: shared,
		Credentials: efs.StaticCredentials{AccessKeyID: "id", SecretAccessKey: "secret"}})
	fmt.Println(nasErr, ossErr, plErr, kmsErr, efsErr)
	// Output: <nil> <nil> <nil> <nil> <nil>
}

// One function records the attempts of all services, because the Attempt types of
// the packages convert to each other.
func Example_sharedOnAttempt() {
	record := func(service string, a nas.Attempt) {
		fmt.Printf("%s %s attempt %d: %d %q\n", service, a.Operation, a.Number, a.StatusCode, a.Code)
	}

	nasConfig := nastest.NewServer().Config()
	nasConfig.OnAttempt = func(_ context.Context, a nas.Attempt) { record("nas", a) }
	nasClient, err := nas.New(nasConfig)
	if err != nil {
		log.Fatal(err)
	}
	ossConfig := osstest.NewServer().Config()
	ossConfig.OnAttempt = func(_ context.Context, a oss.Attempt) { record("oss", nas.Attempt(a)) }
	ossClient, err := oss.New(ossConfig)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	_, _ = nasClient.DescribeFileSystems(ctx, nas.DescribeFileSystemsRequest{})
	_, _ = ossClient.GetAccessPoint(ctx, oss.GetAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "ap-01"})
	// Output:
	// nas DescribeFileSystems attempt 1: 200 ""
	// oss GetAccessPoint attempt 1: 404 "NoSuchAccessPoint"
}

// A *slog.Logger serves as the Logger of a Config. In a log record, an error of a call
// is a group of its parts.
func Example_slog() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelError, // LevelDebug has a record of each attempt
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "error" || a.Key == "request_id" {
				return slog.Attr{} // they differ each time; an example prints the same
			}
			return a
		},
	}))
	cfg := nastest.NewServer().Config()
	cfg.Logger = logger
	client, err := nas.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.DescribeAccessPoint(context.Background(), nas.DescribeAccessPointRequest{FileSystemID: nastest.FileSystemID, AccessPointID: "ap-1"})
	logger.Error("cannot mount", "err", err)
	// Output: level=ERROR msg="cannot mount" err.operation=DescribeAccessPoint err.attempts=1 err.status=404 err.code=InvalidAccessPointId.NotFound
}

// pointCreator is what setUp needs of a client: one method, so that a test need not
// have more. The interface belongs to the program that uses it.
type pointCreator interface {
	CreateAccessPoint(context.Context, nas.CreateAccessPointRequest) (*nas.CreateAccessPointResponse, error)
}

func setUp(ctx context.Context, c pointCreator) (string, error) {
	out, err := c.CreateAccessPoint(ctx, nas.CreateAccessPointRequest{FileSystemID: "31a8e4****", VpcID: "vpc-1", VSwitchID: "vsw-1"})
	if err != nil {
		return "", fmt.Errorf("set up: %w", err)
	}
	return out.AccessPoint.AccessPointID, nil
}

// full is an account whose quota is used up.
type full struct{}

func (full) CreateAccessPoint(context.Context, nas.CreateAccessPointRequest) (*nas.CreateAccessPointResponse, error) {
	return nil, &nas.APIError{Operation: "CreateAccessPoint", StatusCode: 403, Code: nas.CodeAccessPointCountsExceeded}
}

var _ pointCreator = (*nas.Client)(nil)

// An interface that the program declares lets a test replace a single method. To
// replace more, use package nastest, which has the whole service.
func Example_mock() {
	_, err := setUp(context.Background(), full{})
	fmt.Println(err)
	// Output: set up: nas: CreateAccessPoint: 403 OperationDenied.AccessPointCountsExceeded
}

// collect returns all that seq yields, and the error that ended it.
func collect[T any](seq iter.Seq2[T, error]) (all []T, err error) {
	for v, err := range seq {
		if err != nil {
			return all, err
		}
		all = append(all, v)
	}
	return all, nil
}

// The function collect turns an iterator into a slice.
func Example_collect() {
	client := nastest.NewServer().Client()
	systems, err := collect(client.FileSystems(context.Background(), nas.DescribeFileSystemsRequest{}))
	fmt.Println(len(systems), err)

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	systems, err = collect(client.FileSystems(ctx, nas.DescribeFileSystemsRequest{}))
	fmt.Println(len(systems), err != nil)
	// Output:
	// 2 <nil>
	// 0 true
}
