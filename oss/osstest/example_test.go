package osstest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/oss"
	"github.com/accesspoint-go/accesspoint/oss/osstest"
)

// Requests shows which operations a program called, with which parameters.
func ExampleServer_Requests() {
	srv := osstest.NewServer()

	_, err := srv.Client().CreateAccessPoint(context.Background(), oss.CreateAccessPointRequest{Bucket: "no-bucket", AccessPointName: "reports", NetworkOrigin: oss.NetworkOriginInternet})
	fmt.Println(errors.Is(err, oss.CodeNoSuchBucket))
	for _, q := range srv.Requests() {
		fmt.Println(q.Operation, q.Params["NetworkOrigin"], q.Status, q.Code)
	}
	// Output:
	// true
	// CreateAccessPoint internet 404 NoSuchBucket
}

// Ask reads the state of the server, without a client.
func ExampleServer_Ask() {
	srv := osstest.NewServer()
	_, err := srv.Client().CreateAccessPoint(context.Background(), oss.CreateAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "reports", NetworkOrigin: oss.NetworkOriginInternet})
	status, body := srv.Ask("ListAccessPoints", map[string]string{"Bucket": osstest.Bucket})
	fmt.Println(status, err, strings.Contains(string(body), "<AccessPointName>reports</AccessPointName>"))
	// Output:
	// 200 <nil> true
}

// The response to a creation is lost. OSS has no idempotency token, so the client does
// not retry: the error is an OutcomeUnknownError.
func ExampleServer_Inject() {
	srv := osstest.NewServer()
	srv.Inject("CreateAccessPoint", osstest.ResponseLost)

	_, err := srv.Client().CreateAccessPoint(context.Background(), oss.CreateAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "reports", NetworkOrigin: oss.NetworkOriginInternet})
	_, body := srv.Ask("ListAccessPoints", map[string]string{"Bucket": osstest.Bucket})
	fmt.Println(errors.Is(err, oss.ErrOutcomeUnknown), strings.Contains(string(body), "<AccessPointName>reports</AccessPointName>"))
	fmt.Println(srv.Calls())
	// Output:
	// true true
	// [CreateAccessPoint]
}

// Fail makes the next request fail with a code of the service. Without a StatusCode,
// the status follows from the kind of the code.
func ExampleServer_Fail() {
	srv := osstest.NewServer()
	srv.Fail("ListAccessPoints", oss.APIError{Code: oss.CodeAccessDenied})

	_, err := srv.Client().ListAccessPoints(context.Background(), oss.ListAccessPointsRequest{Bucket: osstest.Bucket})
	e, _ := errors.AsType[*oss.APIError](err)
	fmt.Println(e.StatusCode, errors.Is(err, oss.ErrAccessDenied))
	// Output:
	// 403 true
}

// TestFakeTime is the recipe of the package's documentation: in the bubble, a wait of
// an hour takes no real time.
func TestFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, start := osstest.NewServer(osstest.ReadyAfter(time.Hour)), time.Now()
		_, err := srv.Client().EnsureAccessPoint(t.Context(), oss.EnsureAccessPointRequest{
			Bucket: osstest.Bucket, AccessPointName: "reports", NetworkOrigin: oss.NetworkOriginInternet,
		})
		if took := time.Since(start); err != nil || took < time.Hour {
			t.Errorf("%v, after %v", err, took)
		}
	})
}
