package efstest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/efs"
	"github.com/accesspoint-go/accesspoint/efs/efstest"
)

// Requests shows which operations a program called, with which parameters.
func ExampleServer_Requests() {
	srv := efstest.NewServer()

	_, err := srv.Client().CreateAccessPoint(context.Background(), efs.CreateAccessPointRequest{
		FileSystemID: "fs-00000000", Tags: []efs.Tag{{Key: "team", Value: "storage"}},
	})
	fmt.Println(errors.Is(err, efs.CodeFileSystemNotFound))
	for _, q := range srv.Requests() {
		fmt.Println(q.Operation, q.Params["Tags.1.Value"], q.Status, q.Code)
	}
	// Output:
	// true
	// CreateAccessPoint storage 404 FileSystemNotFound
}

// Ask reads the state of the server, without a client.
func ExampleServer_Ask() {
	srv := efstest.NewServer()
	_, err := srv.Client().CreateAccessPoint(context.Background(), efs.CreateAccessPointRequest{
		FileSystemID: efstest.FileSystemID, Tags: []efs.Tag{{Key: "team", Value: "storage"}},
	})
	status, body := srv.Ask("DescribeAccessPoints", nil)
	fmt.Println(status, err, strings.Contains(string(body), "storage"))
	// Output:
	// 200 <nil> true
}

// The response to a creation is lost. The client retries with the same idempotency
// token, and returns the access point that the first attempt created.
func ExampleServer_Inject() {
	srv := efstest.NewServer()
	srv.Inject("CreateAccessPoint", efstest.ResponseLost)

	_, err := srv.Client().CreateAccessPoint(context.Background(), efs.CreateAccessPointRequest{
		FileSystemID: efstest.FileSystemID, Tags: []efs.Tag{{Key: "team", Value: "storage"}},
	})
	_, body := srv.Ask("DescribeAccessPoints", nil)
	fmt.Println(err, strings.Contains(string(body), "storage"))
	fmt.Println(srv.Calls())
	// Output:
	// <nil> true
	// [CreateAccessPoint CreateAccessPoint DescribeAccessPoints]
}

// Fail makes the next request fail with a code of the service. Without a StatusCode,
// the status follows from the kind of the code.
func ExampleServer_Fail() {
	srv := efstest.NewServer()
	srv.Fail("DescribeAccessPoints", efs.APIError{Code: efs.CodeAccessDeniedException})

	_, err := srv.Client().DescribeAccessPoints(context.Background(), efs.DescribeAccessPointsRequest{})
	e, _ := errors.AsType[*efs.APIError](err)
	fmt.Println(e.StatusCode, errors.Is(err, efs.ErrAccessDenied))
	// Output:
	// 403 true
}

// TestFakeTime is the recipe of the package's documentation: in the bubble, a wait of
// an hour takes no real time.
func TestFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, start := efstest.NewServer(efstest.ReadyAfter(time.Hour)), time.Now()
		_, err := srv.Client().EnsureAccessPoint(t.Context(), "k", efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
		if took := time.Since(start); err != nil || took < time.Hour {
			t.Errorf("%v, after %v", err, took)
		}
	})
}
