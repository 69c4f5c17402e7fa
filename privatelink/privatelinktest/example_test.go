package privatelinktest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/privatelink"
	"github.com/accesspoint-go/accesspoint/privatelink/privatelinktest"
)

// Requests shows which operations a program called, with which parameters.
func ExampleServer_Requests() {
	srv := privatelinktest.NewServer()

	_, err := srv.Client().CreateVpcEndpoint(context.Background(), privatelink.CreateVpcEndpointRequest{
		VpcID: privatelinktest.VpcID, ServiceID: "epsrv-none", EndpointName: "reports",
		SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
	})
	fmt.Println(errors.Is(err, privatelink.CodeServiceNotFound))
	for _, q := range srv.Requests() {
		fmt.Println(q.Operation, q.Params["SecurityGroupId.1"], q.Status, q.Code)
	}
	// Output:
	// true
	// CreateVpcEndpoint sg-bp1fg655nh68xyz9abcd 400 EndpointServiceNotFound
}

// Ask reads the state of the server, without a client.
func ExampleServer_Ask() {
	srv := privatelinktest.NewServer()
	_, err := srv.Client().CreateVpcEndpoint(context.Background(), privatelink.CreateVpcEndpointRequest{
		VpcID: privatelinktest.VpcID, ServiceID: privatelinktest.ServiceID, EndpointName: "reports",
		SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
	})
	status, body := srv.Ask("ListVpcEndpoints", map[string]string{"RegionId": privatelinktest.Region})
	fmt.Println(status, err, strings.Contains(string(body), "reports"))
	// Output:
	// 200 <nil> true
}

// The response to a creation is lost. The client retries with the same idempotency
// token, and the service returns the endpoint that the first attempt created.
func ExampleServer_Inject() {
	srv := privatelinktest.NewServer()
	srv.Inject("CreateVpcEndpoint", privatelinktest.ResponseLost)

	_, err := srv.Client().CreateVpcEndpoint(context.Background(), privatelink.CreateVpcEndpointRequest{
		VpcID: privatelinktest.VpcID, ServiceID: privatelinktest.ServiceID, EndpointName: "reports",
		SecurityGroupIDs: []string{privatelinktest.SecurityGroupID},
	})
	_, body := srv.Ask("ListVpcEndpoints", map[string]string{"RegionId": privatelinktest.Region})
	fmt.Println(err, strings.Contains(string(body), "reports"))
	fmt.Println(srv.Calls())
	// Output:
	// <nil> true
	// [CreateVpcEndpoint CreateVpcEndpoint]
}

// Fail makes the next request fail with a code of the service. Without a StatusCode,
// the status follows from the kind of the code.
func ExampleServer_Fail() {
	srv := privatelinktest.NewServer()
	srv.Fail("ListVpcEndpoints", privatelink.APIError{Code: "Forbidden.RAM"})

	_, err := srv.Client().ListVpcEndpoints(context.Background(), privatelink.ListVpcEndpointsRequest{})
	e, _ := errors.AsType[*privatelink.APIError](err)
	fmt.Println(e.StatusCode, errors.Is(err, privatelink.ErrAccessDenied))
	// Output:
	// 403 true
}

// TestFakeTime is the recipe of the package's documentation: in the bubble, a wait of
// an hour takes no real time.
func TestFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, start := privatelinktest.NewServer(privatelinktest.ReadyAfter(time.Hour)), time.Now()
		_, err := srv.Client().EnsureVpcEndpoint(t.Context(), "k", request(nil))
		if took := time.Since(start); err != nil || took < time.Hour {
			t.Errorf("%v, after %v", err, took)
		}
	})
}
