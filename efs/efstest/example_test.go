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

// What a program has asked for can be read back.
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

// Ask reads what stands, without a client.
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

// The answer to a creation gets lost. The client repeats it with the same token, and
// reads what the first attempt has made.
func ExampleServer_Inject() {
	srv := efstest.NewServer()
	srv.Inject("CreateAccessPoint", efstest.AnswerLost)

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

// Fail has the service refuse the next call. Without a status it is that of the
// code's kind.
func ExampleServer_Fail() {
	srv := efstest.NewServer()
	srv.Fail("DescribeAccessPoints", efs.APIError{Code: efs.CodeAccessDeniedException})

	_, err := srv.Client().DescribeAccessPoints(context.Background(), efs.DescribeAccessPointsRequest{})
	e, _ := errors.AsType[*efs.APIError](err)
	fmt.Println(e.StatusCode, errors.Is(err, efs.ErrAccessDenied))
	// Output:
	// 403 true
}

// TestFakeTime waits for an hour that passes at once: the recipe of the package's
// documentation.
func TestFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, start := efstest.NewServer(efstest.ReadyAfter(time.Hour)), time.Now()
		_, err := srv.Client().EnsureAccessPoint(t.Context(), "k", efs.CreateAccessPointRequest{FileSystemID: efstest.FileSystemID})
		if took := time.Since(start); err != nil || took < time.Hour {
			t.Errorf("%v, after %v", err, took)
		}
	})
}
