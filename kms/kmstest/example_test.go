package kmstest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

// Requests shows which operations a program called, with which parameters.
func ExampleServer_Requests() {
	srv := kmstest.NewServer()

	_, err := srv.Client().CreateApplicationAccessPoint(context.Background(), kms.CreateApplicationAccessPointRequest{Name: "billing", Policies: []string{"none"}})
	fmt.Println(errors.Is(err, kms.CodeResourceNotFound))
	for _, q := range srv.Requests() {
		fmt.Println(q.Operation, q.Params["Policies.1"], q.Status, q.Code)
	}
	// Output:
	// true
	// CreateApplicationAccessPoint none 404 Forbidden.ResourceNotFound
}

// Ask reads the state of the server, without a client.
func ExampleServer_Ask() {
	srv := kmstest.NewServer()
	_, err := srv.Client().CreateNetworkRule(context.Background(), kms.CreateNetworkRuleRequest{
		Name: "office", Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.0/8"},
	})
	status, body := srv.Ask("ListNetworkRules", nil)
	fmt.Println(status, err, strings.Contains(string(body), "office"))
	// Output:
	// 200 <nil> true
}

// The response to a creation is lost. KMS has no idempotency token, so the client does
// not retry: the error is an OutcomeUnknownError.
func ExampleServer_Inject() {
	srv := kmstest.NewServer()
	srv.Inject("CreateNetworkRule", kmstest.ResponseLost)

	_, err := srv.Client().CreateNetworkRule(context.Background(), kms.CreateNetworkRuleRequest{
		Name: "office", Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.0/8"},
	})
	_, body := srv.Ask("ListNetworkRules", nil)
	fmt.Println(errors.Is(err, kms.ErrOutcomeUnknown), strings.Contains(string(body), "office"))
	fmt.Println(srv.Calls())
	// Output:
	// true true
	// [CreateNetworkRule]
}

// Fail makes the next request fail with a code of the service. Without a StatusCode,
// the status follows from the kind of the code.
func ExampleServer_Fail() {
	srv := kmstest.NewServer()
	srv.Fail("ListPolicies", kms.APIError{Code: kms.CodeNoPermission})

	_, err := srv.Client().ListPolicies(context.Background(), kms.ListPoliciesRequest{})
	e, _ := errors.AsType[*kms.APIError](err)
	fmt.Println(e.StatusCode, errors.Is(err, kms.ErrAccessDenied))
	// Output:
	// 403 true
}

// TestFakeTime is the recipe of the package's documentation: in the bubble, a wait of
// an hour takes no real time.
func TestFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, start := kmstest.NewServer(kmstest.ReadyAfter(time.Hour)), time.Now()
		srv.AddUninitializedInstance("kst-2")
		_, err := srv.Client().ConnectKmsInstance(t.Context(), kms.ConnectKmsInstanceRequest{
			KmsInstanceID: "kst-2", VpcID: kmstest.VpcID, VSwitchIDs: []string{kmstest.VSwitchID},
			ZoneIDs: []string{"cn-hangzhou-k", "cn-hangzhou-j"}, KMProvider: kms.KMProviderAliyun,
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = srv.Client().WaitKmsInstanceConnected(t.Context(), "kst-2", kms.WaitOptions{})
		if took := time.Since(start); err != nil || took < time.Hour {
			t.Errorf("%v, after %v", err, took)
		}
	})
}
