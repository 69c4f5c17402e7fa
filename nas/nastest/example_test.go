package nastest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/accesspoint-go/accesspoint/nas"
	"github.com/accesspoint-go/accesspoint/nas/nastest"
)

// What a program has asked for can be read back.
func ExampleServer_Requests() {
	srv := nastest.NewServer()
	client := srv.Client()

	_, err := client.CreateAccessPoint(context.Background(), nas.CreateAccessPointRequest{
		FileSystemID: nastest.FileSystemID, VpcID: nastest.VpcID, VSwitchID: "vsw-none",
		Tags: []nas.Tag{{Key: "team", Value: "storage"}},
	})
	fmt.Println(errors.Is(err, nas.CodeVSwitchNotFound))
	for _, q := range srv.Requests() {
		fmt.Println(q.Operation, q.Params["Tag.1.Value"], q.Status, q.Code)
	}
	// Output:
	// true
	// CreateAccessPoint storage 404 InvalidVswitch.NotFound
}

// Fail has the service refuse the next call. Without a status it is that of the
// code's kind.
func ExampleServer_Fail() {
	srv := nastest.NewServer()
	srv.Fail("ListAccessPoints", nas.APIError{Code: nas.CodeForbidden})

	_, err := srv.Client().ListAccessPoints(context.Background(), nas.ListAccessPointsRequest{FileSystemID: nastest.FileSystemID})
	e, _ := errors.AsType[*nas.APIError](err)
	fmt.Println(e.StatusCode, errors.Is(err, nas.ErrAccessDenied))
	// Output:
	// 403 true
}
