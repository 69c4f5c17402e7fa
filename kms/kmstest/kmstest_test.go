package kmstest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/accesspoint-go/accesspoint/internal/acs3"
	"github.com/accesspoint-go/accesspoint/internal/credential"
	"github.com/accesspoint-go/accesspoint/internal/uri"
	"github.com/accesspoint-go/accesspoint/kms"
	"github.com/accesspoint-go/accesspoint/kms/kmstest"
)

// TestLife takes one of each kind through its life.
func TestLife(t *testing.T) {
	ctx, client := t.Context(), kmstest.NewServer().Client()
	rule := kms.CreateNetworkRuleRequest{Name: "same", Description: "r", Type: kms.NetworkRulePrivate, SourcePrivateIP: []string{"10.0.0.1"}}
	policy := kms.CreatePolicyRequest{
		Name: "same", Description: "p", KmsInstance: kmstest.InstanceID,
		Permissions: []kms.Permission{kms.PermissionSecretUser}, Resources: []string{"secret/*"},
		AccessControlRules: kms.AccessControlRules{NetworkRules: []string{"same"}},
	}
	point := kms.CreateApplicationAccessPointRequest{Name: "same", Description: "a", Policies: []string{"same"}}

	// What is named has to be there.
	_, err := client.CreatePolicy(ctx, policy)
	wantCode(t, "a policy without its rule", err, kms.CodeResourceNotFound)
	_, err = client.CreateApplicationAccessPoint(ctx, point)
	wantCode(t, "an access point without its policy", err, kms.CodeResourceNotFound)

	createdRule, err := client.CreateNetworkRule(ctx, rule)
	want(t, err, "create rule", kms.CreateNetworkRuleResponse{NetworkRule: kms.NetworkRule{
		Name: "same", ARN: "acs:kms:cn-hangzhou:119285303511:network/same", Description: "r", Type: "Private", SourcePrivateIP: []string{"10.0.0.1"},
	}}, createdRule)
	described, err := client.DescribeNetworkRule(ctx, kms.DescribeNetworkRuleRequest{Name: "same"})
	want(t, err, "describe rule", kms.DescribeNetworkRuleResponse(*createdRule), described)

	unknown := policy
	unknown.KmsInstance = "kst-other"
	_, err = client.CreatePolicy(ctx, unknown)
	wantCode(t, "a policy of an unknown instance", err, kms.CodeResourceNotFound)
	createdPolicy, err := client.CreatePolicy(ctx, policy)
	want(t, err, "create policy", kms.CreatePolicyResponse{Policy: kms.Policy{
		Name: "same", ARN: "acs:kms:cn-hangzhou:119285303511:policy/same", Description: "p", KmsInstance: kmstest.InstanceID,
		Permissions: policy.Permissions, Resources: policy.Resources, AccessControlRules: policy.AccessControlRules,
	}}, createdPolicy)
	describedPolicy, err := client.DescribePolicy(ctx, kms.DescribePolicyRequest{Name: "same"})
	want(t, err, "describe policy", kms.DescribePolicyResponse(*createdPolicy), describedPolicy)

	createdPoint, err := client.CreateApplicationAccessPoint(ctx, point)
	want(t, err, "create access point", kms.CreateApplicationAccessPointResponse{ApplicationAccessPoint: kms.ApplicationAccessPoint{
		Name: "same", ARN: "acs:kms:cn-hangzhou:119285303511:applicationaccesspoint/same", Description: "a",
		AuthenticationMethod: kms.AuthenticationClientKey, Policies: []string{"same"},
	}}, createdPoint)

	// Names are unique within their kind.
	_, err = client.CreateNetworkRule(ctx, rule)
	wantCode(t, "the rule again", err, kms.CodeResourceExist)
	_, err = client.CreatePolicy(ctx, policy)
	wantCode(t, "the policy again", err, kms.CodeResourceExist)
	_, err = client.CreateApplicationAccessPoint(ctx, point)
	wantCode(t, "the access point again", err, kms.CodeResourceExist)

	// An update leaves alone what it does not name.
	describe := func() *kms.DescribeApplicationAccessPointResponse {
		t.Helper()
		out, err := client.DescribeApplicationAccessPoint(ctx, kms.DescribeApplicationAccessPointRequest{Name: "same"})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	update := func(in kms.UpdateApplicationAccessPointRequest) error {
		in.Name = "same"
		_, err := client.UpdateApplicationAccessPoint(ctx, in)
		return err
	}
	wantCode(t, "an unknown policy", update(kms.UpdateApplicationAccessPointRequest{Policies: []string{"same", "none"}}), kms.CodeResourceNotFound)
	after := kms.DescribeApplicationAccessPointResponse(*createdPoint)
	want(t, nil, "after a refusal", after, describe())
	after.Description = ""
	want(t, update(kms.UpdateApplicationAccessPointRequest{Description: new("")}), "cleared description", after, describe())
	after.Policies = []string{}
	want(t, update(kms.UpdateApplicationAccessPointRequest{Policies: []string{}}), "no policies", after, describe())
	after.Policies, after.Description = []string{"same"}, "new"
	want(t, update(kms.UpdateApplicationAccessPointRequest{Description: new("new"), Policies: []string{"same"}}), "both", after, describe())

	// What is used can be deleted, and leaves its name behind.
	if _, err = client.DeleteNetworkRule(ctx, kms.DeleteNetworkRuleRequest{Name: "same"}); err != nil {
		t.Error(err)
	}
	if out, err := client.DescribePolicy(ctx, kms.DescribePolicyRequest{Name: "same"}); err != nil || len(out.AccessControlRules.NetworkRules) != 1 {
		t.Errorf("got %+v, %v", out, err)
	}
	if _, err = client.DeletePolicy(ctx, kms.DeletePolicyRequest{Name: "same"}); err != nil {
		t.Error(err)
	}
	want(t, nil, "without its policy", after, describe())
	if _, err = client.DeleteApplicationAccessPoint(ctx, kms.DeleteApplicationAccessPointRequest{Name: "same"}); err != nil {
		t.Error(err)
	}
	_, err = client.DescribeNetworkRule(ctx, kms.DescribeNetworkRuleRequest{Name: "same"})
	wantCode(t, "the description of a deleted rule", err, kms.CodeResourceNotFound)
	_, err = client.DescribePolicy(ctx, kms.DescribePolicyRequest{Name: "same"})
	wantCode(t, "the description of a deleted policy", err, kms.CodeResourceNotFound)
	_, err = client.DescribeApplicationAccessPoint(ctx, kms.DescribeApplicationAccessPointRequest{Name: "same"})
	wantCode(t, "the description of a deleted access point", err, kms.CodeResourceNotFound)
	_, err = client.DeleteNetworkRule(ctx, kms.DeleteNetworkRuleRequest{Name: "same"})
	wantCode(t, "a deleted rule", err, kms.CodeResourceNotFound)
	_, err = client.DeletePolicy(ctx, kms.DeletePolicyRequest{Name: "same"})
	wantCode(t, "a deleted policy", err, kms.CodeResourceNotFound)
	_, err = client.DeleteApplicationAccessPoint(ctx, kms.DeleteApplicationAccessPointRequest{Name: "same"})
	wantCode(t, "a deleted access point", err, kms.CodeResourceNotFound)
}

// TestLifeOfInstances connects an instance, binds VPCs to it, and releases it.
func TestLifeOfInstances(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, srv := t.Context(), kmstest.NewServer(kmstest.ReadyAfter(20*time.Minute))
		const id = "kst-new"
		srv.AddUninitializedInstance(id)
		client := srv.Client()
		get := func() kms.KmsInstance {
			t.Helper()
			out, err := client.GetKmsInstance(ctx, kms.GetKmsInstanceRequest{KmsInstanceID: id})
			if err != nil {
				t.Fatal(err)
			}
			return out.KmsInstance
		}
		quota := func(kind kms.QuotaType) (*kms.GetKmsInstanceQuotaInfosResponse, error) {
			return client.GetKmsInstanceQuotaInfos(ctx, kms.GetKmsInstanceQuotaInfosRequest{KmsInstanceID: id, ResourceType: kind})
		}
		connect := kms.ConnectKmsInstanceRequest{
			KmsInstanceID: id, VpcID: "vpc-1", VSwitchIDs: []string{"vsw-1", "vsw-2"}, ZoneIDs: []string{"j", "k"}, KMProvider: kms.KMProviderAliyun,
		}
		bind := kms.UpdateKmsInstanceBindVpcRequest{KmsInstanceID: id, BindVpcs: []kms.BindVpc{{VpcID: "vpc-2", VpcOwnerID: 9007199254740993}}}
		if i := get(); i.Status != kms.KmsInstanceUninitialized || i.VpcID != "" {
			t.Errorf("got %+v", i)
		}
		_, err := quota("")
		wantCode(t, "quotas of an instance that is not connected", err, kms.CodeInstanceStateInvalid)
		_, err = client.UpdateKmsInstanceBindVpc(ctx, bind)
		wantCode(t, "VPCs of an instance that is not connected", err, kms.CodeInstanceStateInvalid)
		if _, err := client.ConnectKmsInstance(ctx, connect); err != nil {
			t.Fatal(err)
		}
		if i := get(); i.Status != kms.KmsInstanceConnecting {
			t.Errorf("got %+v", i)
		}
		_, err = client.ConnectKmsInstance(ctx, connect)
		wantCode(t, "connecting again", err, kms.CodeInstanceStateInvalid)
		start := time.Now()
		i, err := client.WaitKmsInstanceConnected(ctx, id, kms.WaitOptions{})
		if took := time.Since(start); err != nil || took < 20*time.Minute || took > 21*time.Minute || i.VpcID != "vpc-1" || len(i.VSwitchIDs) != 2 || len(i.ZoneIDs) != 2 {
			t.Errorf("got %+v, %v after %v", i, err, took)
		}
		if _, err := client.UpdateKmsInstanceBindVpc(ctx, bind); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(bind.BindVpcs, get().BindVpcs); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		if out, err := quota(kms.QuotaVpcs); err != nil || len(out.KmsInstanceQuotaInfos) != 1 || out.KmsInstanceQuotaInfos[0].UsedQuantity != 1 {
			t.Errorf("got %+v, %v", out, err)
		}
		if out, err := quota(""); err != nil || len(out.KmsInstanceQuotaInfos) != 4 {
			t.Errorf("got %+v, %v", out, err)
		}
		bind.BindVpcs = make([]kms.BindVpc, 6)
		_, err = client.UpdateKmsInstanceBindVpc(ctx, bind)
		wantCode(t, "too many VPCs", err, kms.CodeLimitExceeded)
		bind.BindVpcs = []kms.BindVpc{}
		if _, err := client.UpdateKmsInstanceBindVpc(ctx, bind); err != nil || len(get().BindVpcs) != 0 {
			t.Errorf("got %+v, %v", get(), err)
		}
		for _, force := range []*bool{nil, new(false)} {
			_, err := client.ReleaseKmsInstance(ctx, kms.ReleaseKmsInstanceRequest{KmsInstanceID: id, ForceDeleteWithoutBackup: force})
			wantCode(t, "a release without a backup", err, kms.CodeNoBackup)
		}
		if _, err := client.ReleaseKmsInstance(ctx, kms.ReleaseKmsInstanceRequest{KmsInstanceID: id, ForceDeleteWithoutBackup: new(true)}); err != nil {
			t.Fatal(err)
		}
		if err := client.WaitKmsInstanceReleased(ctx, id, kms.WaitOptions{}); err != nil {
			t.Error(err)
		}
		_, err = client.ReleaseKmsInstance(ctx, kms.ReleaseKmsInstanceRequest{KmsInstanceID: id})
		wantCode(t, "a second release", err, kms.CodeInstanceNotFound)
		for one, err := range client.KmsInstances(ctx, kms.ListKmsInstancesRequest{}) {
			if err != nil || one.KmsInstanceID != kmstest.InstanceID {
				t.Errorf("got %+v, %v", one, err)
			}
		}
	})
}

// TestAsk asks without a request: what is planned for requests is for those alone.
func TestAsk(t *testing.T) {
	srv := kmstest.NewServer(kmstest.Limit(0.001))
	srv.Inject("ListKmsInstances", kmstest.Reset)
	for range 30 {
		if status, body := srv.Ask("ListKmsInstances", nil); status != 200 || !strings.Contains(string(body), kmstest.InstanceID) {
			t.Fatalf("%d %s", status, body)
		}
	}
	for params, want := range map[*map[string]string]int{
		{"KmsInstanceId": kmstest.InstanceID, "BindVpcs": "[]"}: 200, {"KmsInstanceId": kmstest.InstanceID, "BindVpcs": "{"}: 400,
		{"KmsInstanceId": kmstest.InstanceID}: 400, {"KmsInstanceId": "other", "BindVpcs": "[]"}: 403,
	} {
		if status, body := srv.Ask("UpdateKmsInstanceBindVpc", *params); status != want || !strings.Contains(string(body), "RequestId") {
			t.Errorf("%v: %d %s", *params, status, body)
		}
	}
	if n := len(srv.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// TestNotOpened activates KMS for an account.
func TestNotOpened(t *testing.T) {
	ctx, client := t.Context(), kmstest.NewServer(kmstest.NotOpened()).Client()
	status := func(want kms.AccountStatus) {
		t.Helper()
		if out, err := client.DescribeAccountKmsStatus(ctx, kms.DescribeAccountKmsStatusRequest{}); err != nil || out.AccountStatus != want {
			t.Errorf("got %+v, %v", out, err)
		}
	}
	status(kms.AccountNotEnabled)
	_, err := client.ListPolicies(ctx, kms.ListPoliciesRequest{})
	wantCode(t, "a list before KMS is activated", err, kms.CodeServiceNotEnabled)
	if out, err := client.DescribeRegions(ctx, kms.DescribeRegionsRequest{}); err != nil || len(out.Regions) != 1 {
		t.Errorf("got %+v, %v", out, err)
	}
	if _, err := client.OpenKmsService(ctx, kms.OpenKmsServiceRequest{}); err != nil {
		t.Fatal(err)
	}
	status(kms.AccountEnabled)
	if _, err := client.ListPolicies(ctx, kms.ListPoliciesRequest{}); err != nil {
		t.Error(err)
	}
	_, err = client.OpenKmsService(ctx, kms.OpenKmsServiceRequest{})
	wantCode(t, "a second time", err, kms.CodeOpened)
}

// TestLifeOfClientKeys creates, finds and deletes client keys.
func TestLifeOfClientKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, client := t.Context(), kmstest.NewServer().Client()
		_, err := client.CreateClientKey(ctx, kms.CreateClientKeyRequest{AapName: "one", Password: "passw0rd"})
		wantCode(t, "a key without its access point", err, kms.CodeResourceNotFound)
		if _, err := client.CreatePolicy(ctx, kms.CreatePolicyRequest{
			Name: "p", Permissions: []kms.Permission{kms.PermissionKeyUser}, Resources: []string{"key/*"},
		}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"one", "two"} {
			if _, err := client.CreateApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{Name: name, Policies: []string{"p"}}); err != nil {
				t.Fatal(err)
			}
		}
		keys := map[string]*kms.CreateClientKeyResponse{}
		private := map[kms.Secret]bool{}
		for _, c := range []struct {
			name string
			in   kms.CreateClientKeyRequest
		}{
			{"first", kms.CreateClientKeyRequest{AapName: "one"}},
			{"second", kms.CreateClientKeyRequest{AapName: "one", NotBefore: "2023-08-31T17:14:33Z", NotAfter: "2028-08-31T17:14:33Z"}},
			{"other", kms.CreateClientKeyRequest{AapName: "two"}},
		} {
			c.in.Password = "passw0rd"
			if keys[c.name], err = client.CreateClientKey(ctx, c.in); err != nil {
				t.Fatal(err)
			}
			private[keys[c.name].PrivateKeyData] = true
		}
		if len(private) != 3 {
			t.Errorf("%d different private keys", len(private))
		}
		get := func(name string) (*kms.GetClientKeyResponse, error) {
			return client.GetClientKey(ctx, kms.GetClientKeyRequest{ClientKeyID: keys[name].ClientKeyID})
		}
		key := func(name, point, notBefore, notAfter string) kms.ClientKey {
			got, err := get(name)
			if err != nil || !strings.HasPrefix(got.PublicKeyData, "-----BEGIN CERTIFICATE-----\n") {
				t.Fatalf("%s: %+v, %v", name, got, err)
			}
			want := kms.ClientKey{
				ClientKeyID: keys[name].ClientKeyID, AapName: point, KeyAlgorithm: "RSA_2048", KeyOrigin: "KMS_PROVIDED",
				CreateTime: "2000-01-01T00:00:00Z", NotBefore: notBefore, NotAfter: notAfter, PublicKeyData: got.PublicKeyData,
			}
			if d := cmp.Diff(want, got.ClientKey); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
			if keys[name].NotBefore != notBefore || keys[name].NotAfter != notAfter {
				t.Errorf("%s was created as %+v", name, keys[name])
			}
			return want
		}
		first := key("first", "one", "2000-01-01T00:00:00Z", "2005-01-01T00:00:00Z")
		second := key("second", "one", "2023-08-31T17:14:33Z", "2028-08-31T17:14:33Z")
		other := key("other", "two", "2000-01-01T00:00:00Z", "2005-01-01T00:00:00Z")
		list := func(point string, want ...kms.ClientKey) {
			t.Helper()
			out, err := client.ListClientKeys(ctx, kms.ListClientKeysRequest{AapName: point})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(append([]kms.ClientKey{}, want...), out.ClientKeys); d != "" {
				t.Errorf("keys of %q (-want +got):\n%s", point, d)
			}
		}
		list("", first, second, other)
		list("one", first, second)
		list("none")
		if _, err := client.DeleteClientKey(ctx, kms.DeleteClientKeyRequest{ClientKeyID: first.ClientKeyID}); err != nil {
			t.Fatal(err)
		}
		_, err = get("first")
		wantCode(t, "a deleted key", err, kms.CodeResourceNotFound)
		_, err = client.DeleteClientKey(ctx, kms.DeleteClientKeyRequest{ClientKeyID: first.ClientKeyID})
		wantCode(t, "a deleted key, again", err, kms.CodeResourceNotFound)
		list("one", second)

		// An access point takes its keys with it.
		if _, err := client.DeleteApplicationAccessPoint(ctx, kms.DeleteApplicationAccessPointRequest{Name: "one"}); err != nil {
			t.Fatal(err)
		}
		_, err = get("second")
		wantCode(t, "a key of a deleted access point", err, kms.CodeResourceNotFound)
		list("", other)
	})
}

// TestUpdates checks that an update of a network rule or a policy leaves alone
// what it does not name.
func TestUpdates(t *testing.T) {
	ctx, client := t.Context(), kmstest.NewServer().Client()
	rule := kms.DescribeNetworkRuleResponse{NetworkRule: kms.NetworkRule{
		Name: "r", ARN: "acs:kms:cn-hangzhou:119285303511:network/r", Description: "d", Type: "Private", SourcePrivateIP: []string{"10.0.0.1"},
	}}
	for _, name := range []string{"r", "s"} {
		if _, err := client.CreateNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: name, Description: "d", Type: kms.NetworkRulePrivate, SourcePrivateIP: rule.SourcePrivateIP}); err != nil {
			t.Fatal(err)
		}
	}
	updateRule := func(what string, in kms.UpdateNetworkRuleRequest) {
		t.Helper()
		in.Name = "r"
		if _, err := client.UpdateNetworkRule(ctx, in); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		got, err := client.DescribeNetworkRule(ctx, kms.DescribeNetworkRuleRequest{Name: "r"})
		want(t, err, what, rule, got)
	}
	updateRule("rule, nothing", kms.UpdateNetworkRuleRequest{})
	rule.Description = ""
	updateRule("rule, cleared description", kms.UpdateNetworkRuleRequest{Description: new("")})
	rule.SourcePrivateIP = []string{"10.0.0.0/8", "fd00::1"}
	updateRule("rule, addresses", kms.UpdateNetworkRuleRequest{SourcePrivateIP: rule.SourcePrivateIP})
	rule.Description, rule.SourcePrivateIP = "new", []string{}
	updateRule("rule, both", kms.UpdateNetworkRuleRequest{Description: new("new"), SourcePrivateIP: []string{}})
	_, err := client.UpdateNetworkRule(ctx, kms.UpdateNetworkRuleRequest{Name: "none", Description: new("")})
	wantCode(t, "an unknown rule", err, kms.CodeResourceNotFound)

	created, err := client.CreatePolicy(ctx, kms.CreatePolicyRequest{
		Name: "p", Description: "d", KmsInstance: kmstest.InstanceID, Permissions: []kms.Permission{kms.PermissionSecretUser},
		Resources: []string{"secret/*"}, AccessControlRules: kms.AccessControlRules{NetworkRules: []string{"r"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	policy := kms.DescribePolicyResponse(*created)
	updatePolicy := func(what string, in kms.UpdatePolicyRequest) {
		t.Helper()
		in.Name = "p"
		if _, err := client.UpdatePolicy(ctx, in); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		got, err := client.DescribePolicy(ctx, kms.DescribePolicyRequest{Name: "p"})
		want(t, err, what, policy, got)
	}
	updatePolicy("policy, nothing", kms.UpdatePolicyRequest{})
	policy.Description = ""
	updatePolicy("policy, cleared description", kms.UpdatePolicyRequest{Description: new("")})
	policy.Permissions = []kms.Permission{kms.PermissionKeyUser, kms.PermissionSecretUser}
	updatePolicy("policy, permissions", kms.UpdatePolicyRequest{Permissions: policy.Permissions})
	policy.Resources = []string{"key/k"}
	updatePolicy("policy, resources", kms.UpdatePolicyRequest{Resources: policy.Resources})
	policy.AccessControlRules.NetworkRules = []string{"s", "r"}
	updatePolicy("policy, rules", kms.UpdatePolicyRequest{AccessControlRules: policy.AccessControlRules})
	_, err = client.UpdatePolicy(ctx, kms.UpdatePolicyRequest{Name: "p", Description: new("x"), AccessControlRules: kms.AccessControlRules{NetworkRules: []string{"none"}}})
	wantCode(t, "a policy with an unknown rule", err, kms.CodeResourceNotFound)
	updatePolicy("policy, after a refusal", kms.UpdatePolicyRequest{})
	policy.AccessControlRules.NetworkRules = []string{}
	updatePolicy("policy, no rules", kms.UpdatePolicyRequest{AccessControlRules: policy.AccessControlRules})
	_, err = client.UpdatePolicy(ctx, kms.UpdatePolicyRequest{Name: "none"})
	wantCode(t, "an unknown policy", err, kms.CodeResourceNotFound)
}

// want compares an answer, without its request ID, with what is expected.
func want[T any](t *testing.T, err error, what string, expected T, got *T) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".RequestID" }, cmp.Ignore())
	if d := cmp.Diff(expected, *got, ignore); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func wantCode(t *testing.T, what string, err error, code kms.Code) {
	t.Helper()
	if !errors.Is(err, code) {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

// TestForms checks, without this module's client, which parts of an answer are
// JSON and which are JSON in a string, and that parameters may come in a form.
func TestForms(t *testing.T) {
	srv := kmstest.NewServer()
	create := url.Values{
		"Name": {"p"}, "Permissions": {`["RbacPermission/Template/CryptoServiceKeyUser", "RbacPermission/Template/CryptoServiceSecretUser"]`}, "Resources": {`["key/*"]`},
	}
	for _, c := range []struct {
		operation  string
		parameters url.Values
		form       bool
		status     int
		want       string // the answer, without RequestId
	}{
		{"CreatePolicy", create, true, 200, `{"AccessControlRules":"{\"NetworkRules\":[]}","Arn":"acs:kms:cn-hangzhou:119285303511:policy/p","Description":"","KmsInstance":"","Name":"p",
			"Permissions":"[\"RbacPermission/Template/CryptoServiceKeyUser\",\"RbacPermission/Template/CryptoServiceSecretUser\"]","Resources":"[\"key/*\"]"}`},
		{"DescribePolicy", url.Values{"Name": {"p"}}, false, 200, `{"AccessControlRules":"{\"NetworkRules\":[]}","Arn":"acs:kms:cn-hangzhou:119285303511:policy/p","Description":"","KmsInstance":"","Name":"p",
			"Permissions":["RbacPermission/Template/CryptoServiceKeyUser","RbacPermission/Template/CryptoServiceSecretUser"],"Resources":["key/*"]}`},
		{"CreateApplicationAccessPoint", url.Values{"Name": {"a"}, "Policies": {`["p"]`}}, false, 200, `{"Arn":"acs:kms:cn-hangzhou:119285303511:applicationaccesspoint/a","AuthenticationMethod":"ClientKey","Description":"","Name":"a","Policies":"[\"p\"]"}`},
		{"ListApplicationAccessPoints", nil, false, 200, `{"ApplicationAccessPoints":{"ApplicationAccessPoint":[{"AuthenticationMethod":"ClientKey","Name":"a"}]},"PageNumber":1,"PageSize":20,"TotalCount":1}`},
		{"CreateNetworkRule", url.Values{"Name": {"r"}, "Type": {"Private"}}, false, 200, `{"Arn":"acs:kms:cn-hangzhou:119285303511:network/r","Description":"","Name":"r","SourcePrivateIp":"[]","Type":"Private"}`},
		{"DescribeNetworkRule", url.Values{"Name": {"r"}}, false, 200, `{"Arn":"acs:kms:cn-hangzhou:119285303511:network/r","Description":"","SourcePrivateIp":"[]","Type":"Private"}`},
		{"CreateApplicationAccessPoint", url.Values{"Name": {"b"}, "Policies": {`p`}}, false, 400, `{"Code":"InvalidParameter","HostId":"kms.example.com","HttpStatus":400,"Message":"Policies is not the JSON that it has to be."}`},
		{"CreateApplicationAccessPoint", url.Values{"Name": {"b"}, "Policies": {`["p"],"Name":"c"`}}, false, 400, `{"Code":"InvalidParameter","HostId":"kms.example.com","HttpStatus":400,"Message":"Policies is not the JSON that it has to be."}`},
		{"CreateApplicationAccessPoint", url.Values{"Name": {"b"}, "Policies": {`null`}}, false, 400, `{"Code":"InvalidParameter","HostId":"kms.example.com","HttpStatus":400,"Message":"Policies is required"}`},
		{"ListNetworkRules", nil, false, 200, `{"NetworkRules":{"NetworkRule":[{"Name":"r","Type":"Private"}]},"PageNumber":1,"PageSize":20,"TotalCount":1}`},
		{"ListPolicies", url.Values{"PageNumber": {"2"}, "PageSize": {"1"}}, false, 200, `{"PageNumber":2,"PageSize":1,"Policies":{"Policy":[]},"TotalCount":1}`},
		{"CreateClientKey", url.Values{"AapName": {"a"}, "Password": {"passw0rd"}, "NotBefore": {"2023-08-31T17:14:33Z"}, "NotAfter": {"2028-08-31T17:14:33Z"}}, false, 200,
			`{"ClientKeyId":"KAAP.00000000-0000-4000-8000-000000000001","KeyAlgorithm":"RSA_2048","NotAfter":"2028-08-31T17:14:33Z","NotBefore":"2023-08-31T17:14:33Z",
			"PrivateKeyData":"dGhlIHByaXZhdGUga2V5IG9mIEtBQVAuMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAx"}`},
		{"ListClientKeys", nil, false, 403, `{"Code":"UnsupportedHTTPMethod","HostId":"kms.example.com","HttpStatus":403,"Message":"This http method is not supported."}`},
		{"GetClientKey", url.Values{"ClientKeyId": {"x"}}, true, 403, `{"Code":"UnsupportedHTTPMethod","HostId":"kms.example.com","HttpStatus":403,"Message":"This http method is not supported."}`},
		{"ListKeys", nil, false, 404, `{"Code":"InvalidApi.NotFound","HostId":"kms.example.com","HttpStatus":404,"Message":"Specified api is not found, please check your url and method."}`},
	} {
		var body []byte
		req := httptest.NewRequest("POST", "https://kms.example.com/", nil)
		if c.form {
			body = []byte(c.parameters.Encode())
			req = httptest.NewRequest("POST", "https://kms.example.com/", bytes.NewReader(body))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		} else {
			req.URL.RawQuery, _ = uri.Canonical(c.parameters.Encode(), false)
		}
		req.Header.Set("X-Acs-Action", c.operation)
		req.Header.Set("X-Acs-Version", "2016-01-20")
		acs3.Sign(req, body, credential.Key{ID: kmstest.AccessKeyID, Secret: kmstest.AccessKeySecret}, c.operation+c.parameters.Encode(), time.Now())
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, req)
		var got, want map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v in %s", c.operation, err, w.Body)
		}
		if id, _ := got["RequestId"].(string); id == "" || id != w.Header().Get("X-Acs-Request-Id") {
			t.Errorf("%s: request IDs %q and %q", c.operation, id, w.Header().Get("X-Acs-Request-Id"))
		}
		delete(got, "RequestId")
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" || w.Code != c.status {
			t.Errorf("%s: %d (-want +got):\n%s", c.operation, w.Code, d)
		}
	}
}

// TestLimit checks that the server refuses for the rate as the service does.
func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		throttled := 0
		srv := kmstest.NewServer(kmstest.Limit(1), kmstest.OnRequest(func(q kmstest.Request) {
			if q.Status == http.StatusBadRequest {
				throttled++
			}
		}))
		cfg := srv.Config()
		cfg.MaxAttempts = 1
		client, err := kms.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 21 {
			_, err := client.ListApplicationAccessPoints(t.Context(), kms.ListApplicationAccessPointsRequest{})
			if refused := errors.Is(err, kms.ErrThrottled) && errors.Is(err, kms.CodeRejectedThrottling); refused != (i == 20) {
				t.Errorf("call %d: %v", i+1, err)
			}
		}
		if throttled != 1 {
			t.Errorf("the hook heard of %d refusals", throttled)
		}
	})
}

// TestAtOnce calls everything from many goroutines, for the race detector.
func TestAtOnce(t *testing.T) {
	srv := kmstest.NewServer()
	client, ctx := srv.Client(), context.Background()
	var wg sync.WaitGroup
	created := make(chan error, 20)
	for range cap(created) {
		wg.Go(func() {
			_, err := client.CreateNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: "r", Type: kms.NetworkRulePrivate})
			created <- err
			_, _ = client.DescribeNetworkRule(ctx, kms.DescribeNetworkRuleRequest{Name: "r"})
			_, _ = client.UpdateNetworkRule(ctx, kms.UpdateNetworkRuleRequest{Name: "r", Description: new("d")})
			_, _ = client.ListNetworkRules(ctx, kms.ListNetworkRulesRequest{})
			_, _ = client.ListClientKeys(ctx, kms.ListClientKeysRequest{})
			srv.AddInstance("kst-2")
			_ = srv.Calls()
		})
	}
	wg.Wait()
	close(created)
	n := 0
	for err := range created {
		if err == nil {
			n++
		} else if !errors.Is(err, kms.ErrAlreadyExists) {
			t.Error(err)
		}
	}
	if n != 1 {
		t.Errorf("%d of the creations succeeded", n)
	}
}

// TestLag checks that reads may lag behind what was created and deleted, each
// item of a list at its own, that writes do not, and that two clients see one
// state.
func TestLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, srv := t.Context(), kmstest.NewServer()
		client, other := srv.Client(), srv.Client()
		const lag = 10 * time.Second
		srv.Disturb(kmstest.Disturbance{Lag: lag, Seed: 1})
		seen := func() map[string]bool {
			found := map[string]bool{}
			_, err := other.DescribeNetworkRule(ctx, kms.DescribeNetworkRuleRequest{Name: "r"})
			found["rule"] = err == nil
			_, err = other.DescribePolicy(ctx, kms.DescribePolicyRequest{Name: "p"})
			found["policy"] = err == nil
			_, err = other.DescribeApplicationAccessPoint(ctx, kms.DescribeApplicationAccessPointRequest{Name: "a"})
			found["access point"] = err == nil
			for _, err := range other.NetworkRules(ctx, kms.ListNetworkRulesRequest{}) {
				if err != nil {
					t.Fatal(err)
				}
				found["listed rule"] = true
			}
			for _, err := range other.Policies(ctx, kms.ListPoliciesRequest{}) {
				if err != nil {
					t.Fatal(err)
				}
				found["listed policy"] = true
			}
			for _, err := range other.ApplicationAccessPoints(ctx, kms.ListApplicationAccessPointsRequest{}) {
				if err != nil {
					t.Fatal(err)
				}
				found["listed access point"] = true
			}
			keys, err := other.ListClientKeys(ctx, kms.ListClientKeysRequest{AapName: "a"})
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range keys.ClientKeys {
				found["listed key"] = true
				_, err = other.GetClientKey(ctx, kms.GetClientKeyRequest{ClientKeyID: k.ClientKeyID})
				found["key"] = err == nil
			}
			return found
		}
		// between returns the reads that found something in the time of the lag.
		between := func() map[string]int {
			n := map[string]int{}
			for range 20 {
				for what, found := range seen() {
					if found {
						n[what]++
					}
				}
				<-time.After(lag / 20)
			}
			return n
		}
		create := func() error {
			_, err := client.CreateNetworkRule(ctx, kms.CreateNetworkRuleRequest{Name: "r", Type: kms.NetworkRulePrivate})
			_, errPolicy := client.CreatePolicy(ctx, kms.CreatePolicyRequest{Name: "p", Permissions: []kms.Permission{kms.PermissionKeyUser},
				Resources: []string{"key/*"}, AccessControlRules: kms.AccessControlRules{NetworkRules: []string{"r"}}})
			_, errPoint := client.CreateApplicationAccessPoint(ctx, kms.CreateApplicationAccessPointRequest{Name: "a", Policies: []string{"p"}})
			_, errKey := client.CreateClientKey(ctx, kms.CreateClientKeyRequest{AapName: "a", Password: "a-passw0rd"})
			return errors.Join(err, errPolicy, errPoint, errKey)
		}
		if err := create(); err != nil {
			t.Fatal(err)
		}
		n := between()
		for _, what := range []string{"rule", "policy", "access point", "listed rule", "listed policy", "listed access point", "listed key"} {
			if n[what] == 0 || n[what] == 20 {
				t.Errorf("%s: found by %d of 20 reads in the time of the lag", what, n[what])
			}
		}
		for what, found := range seen() {
			if !found && what != "key" { // which may be younger for the second read
				t.Errorf("%s: not found after the lag", what)
			}
		}
		_, err := client.DeleteApplicationAccessPoint(ctx, kms.DeleteApplicationAccessPointRequest{Name: "a"})
		_, errPolicy := client.DeletePolicy(ctx, kms.DeletePolicyRequest{Name: "p"})
		_, errRule := client.DeleteNetworkRule(ctx, kms.DeleteNetworkRuleRequest{Name: "r"})
		if err := errors.Join(err, errPolicy, errRule); err != nil {
			t.Fatal(err)
		}
		_, err = other.DeleteNetworkRule(ctx, kms.DeleteNetworkRuleRequest{Name: "r"})
		wantCode(t, "a second deletion", err, kms.CodeResourceNotFound)
		n = between()
		for _, what := range []string{"rule", "policy", "access point", "listed rule", "listed policy", "listed access point", "listed key"} {
			if n[what] == 0 || n[what] == 20 {
				t.Errorf("%s, deleted: found by %d of 20 reads in the time of the lag", what, n[what])
			}
		}
		for what, found := range seen() {
			if found {
				t.Errorf("%s, deleted: found after the lag", what)
			}
		}
		if err := create(); err != nil {
			t.Errorf("created anew: %v", err)
		}
		wantCode(t, "a second creation", create(), kms.CodeResourceExist)
	})
}
