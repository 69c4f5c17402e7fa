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

// What a program has asked for can be read back.
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

// Ask reads what stands, without a client.
func ExampleServer_Ask() {
	srv := osstest.NewServer()
	_, err := srv.Client().CreateAccessPoint(context.Background(), oss.CreateAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "reports", NetworkOrigin: oss.NetworkOriginInternet})
	status, body := srv.Ask("ListAccessPoints", map[string]string{"Bucket": osstest.Bucket})
	fmt.Println(status, err, strings.Contains(string(body), "<AccessPointName>reports</AccessPointName>"))
	// Output:
	// 200 <nil> true
}

// The answer to a creation gets lost. OSS has no token: the client does not repeat
// it, and says that it does not know.
func ExampleServer_Inject() {
	srv := osstest.NewServer()
	srv.Inject("CreateAccessPoint", osstest.AnswerLost)

	_, err := srv.Client().CreateAccessPoint(context.Background(), oss.CreateAccessPointRequest{Bucket: osstest.Bucket, AccessPointName: "reports", NetworkOrigin: oss.NetworkOriginInternet})
	_, body := srv.Ask("ListAccessPoints", map[string]string{"Bucket": osstest.Bucket})
	fmt.Println(errors.Is(err, oss.ErrOutcomeUnknown), strings.Contains(string(body), "<AccessPointName>reports</AccessPointName>"))
	fmt.Println(srv.Calls())
	// Output:
	// true true
	// [CreateAccessPoint]
}

// Fail has the service refuse the next call. Without a status it is that of the
// code's kind.
func ExampleServer_Fail() {
	srv := osstest.NewServer()
	srv.Fail("ListAccessPoints", oss.APIError{Code: oss.CodeAccessDenied})

	_, err := srv.Client().ListAccessPoints(context.Background(), oss.ListAccessPointsRequest{Bucket: osstest.Bucket})
	e, _ := errors.AsType[*oss.APIError](err)
	fmt.Println(e.StatusCode, errors.Is(err, oss.ErrAccessDenied))
	// Output:
	// 403 true
}

// TestFakeTime waits for an hour that passes at once: the recipe of the package's
// documentation.
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
