package nastest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// Requests shows which operations a program called, with which parameters.
func ExampleServer_Requests() {
	srv := nastest.NewServer()

	_, err := srv.Client().CreateAccessPoint(context.Background(), nas.CreateAccessPointRequest{
		FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: "vsw-none",
		AccessPointName: "reports", Tags: []nas.Tag{{Key: "team", Value: "storage"}},
	})
	fmt.Println(errors.Is(err, nas.CodeVSwitchNotFound))
	for _, q := range srv.Requests() {
		fmt.Println(q.Operation, q.Params["Tag.1.Value"], q.Status, q.Code)
	}
	// Output:
	// true
	// CreateAccessPoint storage 404 InvalidVswitch.NotFound
}

// Ask reads the state of the server, without a client.
func ExampleServer_Ask() {
	srv := nastest.NewServer()
	_, err := srv.Client().CreateAccessPoint(context.Background(), nas.CreateAccessPointRequest{
		FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
		AccessPointName: "reports", Tags: []nas.Tag{{Key: "team", Value: "storage"}},
	})
	status, body := srv.Ask("ListAccessPoints", map[string]string{"FileSystemId": nastest.FileSystemID})
	fmt.Println(status, err, strings.Contains(string(body), "reports"))
	// Output:
	// 200 <nil> true
}

// The response to a creation is lost. NAS has no idempotency token, so the client does
// not retry: the error is an OutcomeUnknownError.
func ExampleServer_Inject() {
	srv := nastest.NewServer()
	srv.Inject("CreateAccessPoint", nastest.ResponseLost)

	_, err := srv.Client().CreateAccessPoint(context.Background(), nas.CreateAccessPointRequest{
		FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
		AccessPointName: "reports", Tags: []nas.Tag{{Key: "team", Value: "storage"}},
	})
	_, body := srv.Ask("ListAccessPoints", map[string]string{"FileSystemId": nastest.FileSystemID})
	fmt.Println(errors.Is(err, nas.ErrOutcomeUnknown), strings.Contains(string(body), "reports"))
	fmt.Println(srv.Calls())
	// Output:
	// true true
	// [CreateAccessPoint]
}

// Fail makes the next request fail with a code of the service. Without a StatusCode,
// the status follows from the kind of the code.
func ExampleServer_Fail() {
	srv := nastest.NewServer()
	srv.Fail("ListAccessPoints", nas.APIError{Code: nas.CodeForbidden})

	_, err := srv.Client().ListAccessPoints(context.Background(), nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID})
	e, _ := errors.AsType[*nas.APIError](err)
	fmt.Println(e.StatusCode, errors.Is(err, nas.ErrAccessDenied))
	// Output:
	// 403 true
}

// TestFakeTime is the recipe of the package's documentation: in the bubble, a wait of
// an hour takes no real time.
func TestFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, start := nastest.NewServer(nastest.ReadyAfter(time.Hour)), time.Now()
		_, err := srv.Client().EnsureAccessPoint(t.Context(), "k", nas.CreateAccessPointRequest{
			FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: nastest.VSwitchID,
		})
		if took := time.Since(start); err != nil || took < time.Hour {
			t.Errorf("%v, after %v", err, took)
		}
	})
}
