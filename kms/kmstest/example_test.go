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

// What a program has asked for can be read back.
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

// Ask reads what stands, without a client.
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

// The answer to a creation gets lost. KMS has no token: the client does not repeat
// it, and says that it does not know.
func ExampleServer_Inject() {
	srv := kmstest.NewServer()
	srv.Inject("CreateNetworkRule", kmstest.AnswerLost)

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

// Fail has the service refuse the next call. Without a status it is that of the
// code's kind.
func ExampleServer_Fail() {
	srv := kmstest.NewServer()
	srv.Fail("ListPolicies", kms.APIError{Code: kms.CodeNoPermission})

	_, err := srv.Client().ListPolicies(context.Background(), kms.ListPoliciesRequest{})
	e, _ := errors.AsType[*kms.APIError](err)
	fmt.Println(e.StatusCode, errors.Is(err, kms.ErrAccessDenied))
	// Output:
	// 403 true
}

// TestFakeTime waits for an hour that passes at once: the recipe of the package's
// documentation.
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
